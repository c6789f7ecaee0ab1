"""Inflected forms of English verbs and nouns, made from their lemmas.

In: a lemma. Out: every form that a news text may use, in lower case; more than one where British and American
spelling differ. The pipeline has no lemmatizer, so word lists are inflected once when they are loaded. What does not
belong here: what a word means.
"""

from __future__ import annotations

from functools import cache

_IRREGULAR_VERBS = """
abide abode abode|arise arose arisen|be was,were been|bear bore borne|beat beat beaten|become became become
befall befell befallen|beget begot begotten|begin began begun|behold beheld beheld|bend bent bent
beseech besought,beseeched besought,beseeched|beset beset beset|bet bet bet|bid bid bid|bind bound bound
bite bit bitten|bleed bled bled|blow blew blown|break broke broken|breed bred bred|bring brought brought
broadcast broadcast broadcast|build built built|burn burned,burnt burned,burnt|burst burst burst|buy bought bought
cast cast cast|catch caught caught|choose chose chosen|cling clung clung|come came come|cost cost cost
creep crept crept|cut cut cut|deal dealt dealt|dig dug dug|do did done|draw drew drawn|dream dreamt,dreamed dreamt
drink drank drunk|drive drove driven|eat ate eaten|fall fell fallen|feed fed fed|feel felt felt|fight fought fought
find found found|flee fled fled|fling flung flung|fly flew flown|forbid forbade,forbad forbidden
foresee foresaw foreseen|forget forgot forgotten|forgive forgave forgiven|forgo forwent forgone
forsake forsook forsaken|freeze froze frozen|get got got,gotten|give gave given|go went gone|grind ground ground
grow grew grown|hang hung,hanged hung,hanged|have had had|hear heard heard|hide hid hidden|hit hit hit
hold held held|hurt hurt hurt|keep kept kept|know knew known|lay laid laid|lead led led|lean leaned,leant leaned,leant
leap leapt,leaped leapt,leaped|learn learned,learnt learned,learnt|leave left left|lend lent lent|let let let
lie lay,lied lain,lied|lose lost lost|make made made|mean meant meant|meet met met|mislead misled misled
mistake mistook mistaken|mow mowed mown,mowed|offset offset offset|outbid outbid outbid|overcome overcame overcome
overhear overheard overheard|override overrode overridden|overrun overran overrun|oversee oversaw overseen
overtake overtook overtaken|overthrow overthrew overthrown|pay paid paid|plead pleaded,pled pleaded,pled
prove proved proven,proved|put put put|quit quit quit|read read read|rebuild rebuilt rebuilt|rend rent rent
rescind rescinded rescinded|resell resold resold|reset reset reset|retake retook retaken|rewrite rewrote rewritten
rid rid rid|ride rode ridden|ring rang rung|rise rose risen|run ran run|say said said|see saw seen
seek sought sought|sell sold sold|send sent sent|set set set|sew sewed sewn|shake shook shaken|shed shed shed
shine shone shone|shoot shot shot|show showed shown,showed|shrink shrank shrunk|shut shut shut|sing sang sung
sink sank,sunk sunk,sunken|sit sat sat|slay slew slain|sleep slept slept|slide slid slid|sling slung slung
slit slit slit|sow sowed sown|speak spoke spoken|speed sped,speeded sped,speeded|spend spent spent|spin spun spun
split split split|spread spread spread|spring sprang sprung|stand stood stood|steal stole stolen|stick stuck stuck
sting stung stung|stride strode stridden|strike struck struck,stricken|string strung strung
strive strove,strived striven,strived|swear swore sworn|sweep swept swept|swell swelled swollen|swim swam swum
swing swung swung|take took taken|teach taught taught|tear tore torn|tell told told|think thought thought
throw threw thrown|thrust thrust thrust|tread trod trodden|undergo underwent undergone
undermine undermined undermined|understand understood understood|undertake undertook undertaken|undo undid undone
uphold upheld upheld|upset upset upset|wage waged waged|wake woke woken|wear wore worn|weave wove woven
weep wept wept|win won won|wind wound wound|withdraw withdrew withdrawn|withhold withheld withheld
withstand withstood withstood|wring wrung wrung|write wrote written
"""
_IRREGULAR_NOUNS = {
    "child": ("children",),
    "crisis": ("crises",),
    "criterion": ("criteria",),
    "fisherman": ("fishermen",),
    "foot": ("feet",),
    "life": ("lives",),
    "man": ("men",),
    "medium": ("media",),
    "memorandum": ("memoranda", "memorandums"),
    "person": ("people", "persons"),
    "policeman": ("policemen",),
    "woman": ("women",),
    "aircraft": ("aircraft",),
    "personnel": ("personnel",),
}
_VOWELS = "aeiou"
# Verbs of more than one syllable whose last is stressed double their consonant as short ones do.
_DOUBLING = frozenset(
    [
        "abet",
        "abhor",
        "admit",
        "allot",
        "begin",
        "beset",
        "commit",
        "compel",
        "concur",
        "confer",
        "control",
        "debar",
        "defer",
        "demur",
        "deter",
        "dispel",
        "embed",
        "emit",
        "enrol",
        "equip",
        "excel",
        "expel",
        "forbid",
        "forget",
        "incur",
        "infer",
        "impel",
        "input",
        "kidnap",
        "occur",
        "offset",
        "omit",
        "outfit",
        "patrol",
        "permit",
        "propel",
        "rebel",
        "rebut",
        "recur",
        "refer",
        "regret",
        "repel",
        "resubmit",
        "submit",
        "transfer",
        "transmit",
        "upset",
        "worship",
    ]
)
_NEVER_DOUBLING = frozenset(["visit", "limit", "target", "benefit", "edit", "exit", "credit", "audit"])


@cache
def verb_forms(lemma: str) -> tuple[str, ...]:
    """The base, third person, past, past participle and -ing forms of a verb, sorted."""
    prefix, stem = _split_prefix(lemma)
    pasts = _irregular_verbs().get(stem) or tuple(f"{body}d" for body in _past_bodies(stem))
    forms = {stem, _with_s(stem), *pasts, *(f"{body}ing" for body in _ing_bodies(stem))}
    return tuple(sorted(prefix + form for form in forms))


@cache
def noun_forms(lemma: str) -> tuple[str, ...]:
    """The singular and the plural of a noun, sorted."""
    plurals = _IRREGULAR_NOUNS.get(lemma) or (_with_s(lemma),)
    return tuple(sorted({lemma, *plurals}))


@cache
def _irregular_verbs() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for entry in _IRREGULAR_VERBS.replace("\n", "|").split("|"):
        if entry:
            base, past, participle = entry.split()
            table[base] = (*past.split(","), *participle.split(","))
    return table


def _split_prefix(lemma: str) -> tuple[str, str]:
    """A hyphenated verb inflects as its last part does ("co-host", "test-fire")."""
    head, hyphen, stem = lemma.rpartition("-")
    return head + hyphen, stem


def _with_s(word: str) -> str:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    if word.endswith("y") and len(word) > 1 and word[-2] not in _VOWELS:
        return f"{word[:-1]}ies"
    return f"{word}es" if word in {"go", "do", "veto", "echo", "embargo", "undergo"} else f"{word}s"


def _past_bodies(verb: str) -> tuple[str, ...]:
    """What stands before the -d of the past: "visite", "stoppe", "relie"."""
    if verb.endswith("e"):
        return (verb,)
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return (f"{verb[:-1]}ie",)
    return tuple(f"{body}e" for body in _doubled(verb))


def _ing_bodies(verb: str) -> tuple[str, ...]:
    if verb.endswith("ie"):
        return (f"{verb[:-2]}y",)
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and verb != "be":
        return (verb[:-1],)
    return _doubled(verb)


def _doubled(verb: str) -> tuple[str, ...]:
    """The verb with its last consonant doubled where English does so; both where spelling varies (-l)."""
    if not _ends_in_short_syllable(verb) or verb in _NEVER_DOUBLING:
        return (verb,)
    if verb in _DOUBLING or _syllables(verb) == 1:
        return (verb + verb[-1],)
    return (verb, verb + verb[-1]) if verb.endswith("l") else (verb,)


def _ends_in_short_syllable(verb: str) -> bool:
    if len(verb) < 3 or verb[-1] in "aeiouwxy" or verb[-2] not in _VOWELS:
        return False
    return verb[-3] not in _VOWELS or verb[-3:-1] == "ui"  # "quit" and "equip" have a short i


def _syllables(word: str) -> int:
    spoken = word.replace("qu", "q")
    return sum(
        letter in _VOWELS and (index == 0 or spoken[index - 1] not in _VOWELS)
        for index, letter in enumerate(spoken)
    )
