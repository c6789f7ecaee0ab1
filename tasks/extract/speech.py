"""Speech: which words report that somebody said something, and who did.

In: a token, or a stretch of a parsed document outside quotation marks. Out: cue and speaker. What does not belong here:
where quotations begin and end (`tasks.extract.quotes`), and who a speaker is (`tasks.extract.actors`).

The parse is read first. Around quotation marks it often fails, so that word order is read where it gives no subject.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.extract.syntax import SUBJECTS_AND_CLAUSES

if TYPE_CHECKING:
    from collections.abc import Collection

    from spacy.tokens import Doc, Token

_REGULAR_VERBS = """
accuse acknowledge add admit admonish advise affirm agree allege announce answer appeal applaud argue articulate ask
assert assess assure attest aver avow bark beg believe bellow bemoan blast blog boast brag brand call caution
challenge chant characterise characterize charge chide chime cite claim clarify clash comment commend complain concede
conclude concur condemn confess confide confirm congratulate contend continue counsel counter criticise criticize cry
declare decry defend demand denounce deny deplore deride describe detail disagree disclose dismiss disparage elaborate
email emphasise emphasize enquire enthuse exclaim explain express exult fret fume growl grumble gush hail hint howl
imply implore indicate inform inquire insist instruct interject intone invoke joke joke label lambast lambaste lament
laud lecture maintain marvel mention mock moan mumble murmur muse mutter note notify object observe offer opine order
outline plead pledge ponder portray post praise pray preach predict proclaim promise pronounce propose protest query
question quip rant rave react reaffirm reason reassure recall recite recollect recommend recount reflect refute
reiterate rejoin relate remark remember remind reminisce repeat reply report request respond restate retort reveal
roar rule scoff scold scream shout signal slam sneer specify speculate state stipulate stress suggest summarise
summarize surmise tease term testify text thank threaten thunder tout tweet underline underscore urge utter venture
voice volunteer vow wail warn welcome whisper whoop wonder worry yell
"""
_DOUBLING = {"admit", "brag", "chat", "concur", "quip", "slam", "blog"}
_IRREGULAR_FORMS = """
say says said saying tell tells told telling write writes wrote written writing read reads reading put puts putting
speak speaks spoke spoken speaking think thinks thought thinking feel feels felt feeling hold holds held holding
go goes went going begin begins began beginning swear swears swore sworn swearing sing sings sang singing
find finds found finding retweet retweets retweeted retweeting
"""
_MAX_CLIMB = 6
"""Steps from a cue up to the verb whose subject speaks: "was quoted as saying" takes two; more is a broken parse."""

_MAX_CODE = 6
"""Tokens from the last word in angle brackets back to where they open."""

_SHARES_SUBJECT = frozenset({"conj", "advcl", "xcomp", "pcomp", "prep", "ccomp", "acl", "dep", "parataxis"})
_RELATIVE_PRONOUNS = frozenset({"who", "which", "that", "whom"})
_EXPLETIVES = frozenset({"it", "there"})
_NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS", "PRP", "FW"})
_NOUN_PHRASE_TAGS = _NOUN_TAGS | {"DT", "PRP$", "JJ", "JJR", "JJS", "CD", "POS", "HYPH", "VBN", "VBG"}
_MODIFIER_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS", "JJ"})
_AFTER_SUBJECT_TAGS = frozenset({"RB", "RBR", "MD", "VBD", "VBZ", "VBP", "VBN", "VB", "VBG", "TO"})
_BELONGS_TO_PHRASE = frozenset({"of", "for", "at", "from"})


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says it, in token indices.

    Attributes:
        head: Syntactic head of the speaker.
        phrase: The speaker as written, [start, end).
        cue: The words that say that it is said, [start, end); None for a bare colon or dash.
    """

    head: int
    phrase: tuple[int, int]
    cue: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Tokens [start, end) that lie outside the quotation under discussion, within one sentence."""

    start: int
    end: int


class Syntax:
    """A document's sentences and children by head, gathered once: spaCy walks the sentence at each question."""

    def __init__(self, doc: Doc) -> None:
        """Gather the children of every token of `doc`."""
        self.doc = doc
        self._sentences = [0]
        if doc.has_annotation("SENT_START"):
            self._sentences = [sentence.start for sentence in doc.sents]
        self._children: dict[int, list[int]] = {}
        offsets = doc.to_array("HEAD").astype("int64")
        for index in offsets.nonzero()[0].tolist():
            self._children.setdefault(index + int(offsets[index]), []).append(index)

    def sentence(self, token: Token) -> Stretch:
        """The sentence that holds a token."""
        following = bisect_right(self._sentences, token.i)
        end = self._sentences[following] if following < len(self._sentences) else len(self.doc)
        return Stretch(self._sentences[following - 1], end)

    def children(self, token: Token, dependencies: Collection[str]) -> list[Token]:
        """The children of a token with one of the dependencies, in the order of the text."""
        found = (self.doc[index] for index in self._children.get(token.i, ()))
        return [child for child in found if child.dep_ in dependencies]


def is_speech_verb(token: Token) -> bool:
    """Whether a token is a form of a verb that reports speech; "state" and "report" as nouns are not."""
    return token.lower_ in _SPEECH_FORMS and token.tag_[:2] in {"VB", ""}


def find_attribution(syntax: Syntax, stretch: Stretch, *, nearest_end: bool) -> Attribution | None:
    """The cue in a stretch and its speaker.

    Args:
        syntax: Of the document.
        stretch: Where to look.
        nearest_end: Whether the last cue of the stretch counts (words before a quotation) or the first (words after).
    """
    order = range(stretch.start, stretch.end)
    for index in reversed(order) if nearest_end else order:
        token = syntax.doc[index]
        if is_speech_verb(token):
            found = attribution_by(syntax, token, stretch)
        elif token.lower_ == "according" and index + 2 < stretch.end:
            found = _attribution_to_source(syntax, index, stretch)
        else:
            continue
        if found:
            return found
    return None


def attribution_by(syntax: Syntax, verb: Token, stretch: Stretch) -> Attribution | None:
    """The attribution that a verb makes, None if the stretch has no subject for it."""
    doc = syntax.doc
    if verb.tag_ == "VBG" and verb.i > stretch.start and doc[verb.i - 1].tag_ in _NOUN_TAGS:
        head: Token | None = doc[verb.i - 1]  # "a statement saying", "footage of Petrov saying"
    else:
        head = _subject(syntax, verb, stretch) or _neighbour(doc, verb, stretch)
    if head is not None and _is_in_brackets(head):
        head = _before_brackets(head, stretch)
    if head is not None and not _is_word(head):
        head = (
            doc[head.i - 1] if head.i > stretch.start and _is_word(doc[head.i - 1]) else None
        )  # "<Lake Inc> said"
    return describe_speaker(syntax, head, stretch, cue=(verb.i, verb.i + 1)) if head else None


def describe_speaker(
    syntax: Syntax, head: Token, stretch: Stretch, *, cue: tuple[int, int] | None
) -> Attribution:
    """The attribution to the noun phrase of `head`: "the foreign minister, Ivan Petrov" speaks as Ivan Petrov."""
    start, end = _noun_phrase(syntax, head, stretch)
    names = [
        name
        for name in syntax.children(head, {"appos"})
        if name.tag_ == "NNP" and head.tag_ != "NNP" and end < name.i < stretch.end
    ]
    if names and _noun_phrase(syntax, names[0], stretch)[0] <= end + 1:
        return Attribution(names[0].i, (start, names[0].i + 1), cue)
    return Attribution(head.i, (start, end), cue)


def first_noun(doc: Doc, stretch: Stretch) -> Token | None:
    """The last noun of the first noun phrase of a stretch."""
    found = None
    for token in doc[stretch.start : stretch.end]:
        if token.tag_ in _NOUN_TAGS:
            found = token
        elif found or token.tag_ not in _NOUN_PHRASE_TAGS:
            break
    return found


def _subject(syntax: Syntax, verb: Token, stretch: Stretch) -> Token | None:
    """Who does what the verb says, by the parse: its own subject, or that of the verb it hangs on."""
    current = verb
    for _ in range(_MAX_CLIMB):
        performers = _performers(syntax, current, is_cue=current is verb)
        if performers:
            inside = [token for token in performers if stretch.start <= token.i < stretch.end]
            preceding = [token for token in inside if token.i < current.i]
            return preceding[-1] if preceding else inside[0] if inside else None
        if current.dep_ not in _SHARES_SUBJECT:
            return None
        current = current.head
    return None


def _performers(syntax: Syntax, token: Token, *, is_cue: bool) -> list[Token]:
    """Who does what a cue, or a word above it, says; nobody if that is left to the next word above.

    In "Tass quoted Petrov as saying" Petrov says it; in "a letter that warned" the letter warns; "it" in "said it was
    early but added" is nobody.
    """
    if token.lower_ == "as" and token.dep_ == "prep":
        return syntax.children(token.head, {"dobj"})
    subjects = [
        subject
        for subject in syntax.children(token, SUBJECTS_AND_CLAUSES)
        if is_cue or subject.lower_ not in _EXPLETIVES
    ]
    subjects = [s for s in subjects if _is_word(s) and not _is_in_brackets(s)] or subjects
    is_clause_of_noun = token.dep_ in {"acl", "relcl"} and token.head.tag_ in _NOUN_TAGS
    if is_clause_of_noun and (not subjects or subjects[0].lower_ in _RELATIVE_PRONOUNS):
        return [token.head]
    return subjects


def _is_word(token: Token) -> bool:
    """Whether it has a letter or digit; the parse takes the ">" of "Plc <ABC.L> said" for a subject."""
    return any(map(str.isalnum, token.text))


def _is_in_brackets(token: Token) -> bool:
    """Whether it is a code between angle brackets, as companies have after their names."""
    before = (token.doc[i].text for i in range(token.i - 1, max(0, token.i - _MAX_CODE) - 1, -1))
    return next((text for text in before if text in {"<", ">"}), None) == "<"


def _before_brackets(code: Token, stretch: Stretch) -> Token:
    """The noun that a code in brackets stands behind: "Lake Foods Ltd <LAKE.L>"; the word itself where none does."""
    index = code.i
    while index > max(stretch.start, code.i - _MAX_CODE) and code.doc[index].text != "<":
        index -= 1
    before = code.doc[index - 1] if index > stretch.start and code.doc[index].text == "<" else code
    return before if before.tag_ in _NOUN_TAGS else code


def _neighbour(doc: Doc, verb: Token, stretch: Stretch) -> Token | None:
    """Who does what the verb says, by word order: "said Petrov" at the start of a stretch, else "Petrov said"."""
    after = first_noun(doc, Stretch(verb.i + 1, stretch.end))
    before = None
    for token in reversed(doc[stretch.start : verb.i]):
        if token.tag_ in _NOUN_TAGS:
            before = _noun_over(token, stretch)
            break
        if token.tag_ not in _AFTER_SUBJECT_TAGS and token.text != ",":
            break
    return after if verb.i - stretch.start <= 1 and before is None else before


def _noun_over(noun: Token, stretch: Stretch) -> Token:
    """The noun that another belongs to: the traders of "traders from all over the country"."""
    for _ in range(_MAX_CLIMB):
        over = noun.head.head
        if noun.dep_ != "pobj" or over.tag_ not in _NOUN_TAGS or not stretch.start <= over.i < noun.i:
            break
        noun = over
    return noun


def _attribution_to_source(syntax: Syntax, index: int, stretch: Stretch) -> Attribution | None:
    """The attribution that "according to" makes."""
    source = first_noun(syntax.doc, Stretch(index + 2, stretch.end))
    if syntax.doc[index + 1].lower_ != "to" or source is None:
        return None
    return describe_speaker(syntax, source, stretch, cue=(index, index + 2))


def _noun_phrase(syntax: Syntax, head: Token, stretch: Stretch) -> tuple[int, int]:
    """The noun phrase of a head as written, without what follows a comma: "a spokesman for the ministry"."""
    doc = syntax.doc
    floor = max(stretch.start, head.left_edge.i)
    start = head.i
    while start > floor and (
        doc[start - 1].tag_ in _NOUN_PHRASE_TAGS or _joins_modifiers(doc, start - 1, floor)
    ):
        start -= 1
    end = head.i + 1
    links = _BELONGS_TO_PHRASE | ({"and"} if syntax.children(head, {"conj"}) else set())
    while end + 1 < stretch.end and doc[end].lower_ in links:
        following = end + 1
        while following < stretch.end and doc[following].tag_ in _NOUN_PHRASE_TAGS:
            following += 1
        if following == end + 1:
            break
        end = following
    return start, end


def _joins_modifiers(doc: Doc, index: int, floor: int) -> bool:
    """Whether a token stands between two modifiers of one noun: "House and Senate committees", "Times/Post poll"."""
    return doc[index].tag_ in {"CC", "SYM"} and index > floor and doc[index - 1].tag_ in _MODIFIER_TAGS


def _forms_of(verb: str) -> tuple[str, ...]:
    """The forms of a regular verb: "deny" gives deny, denies, denied and denying."""
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    stem = verb + verb[-1] if verb in _DOUBLING else verb.removesuffix("e")
    third = f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z")) else f"{verb}s"
    return verb, third, f"{stem}ed", f"{verb if verb.endswith('ee') else stem}ing"


_SPEECH_FORMS = frozenset(
    [form for verb in _REGULAR_VERBS.split() for form in _forms_of(verb)] + _IRREGULAR_FORMS.split()
)
