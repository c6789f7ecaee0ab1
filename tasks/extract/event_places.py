"""Where an event happens: the place that the words around it attach to it, or the town of the dateline.

In: the tree of a sentence, the token that carries an event, the places and countries of the sentence, the dateline's
place (`dateline_places.py`). Out: an `EventPlace`, or None. First what is said of the act itself ("met in Oslo", "the Geneva talks", "shelled
Aleppo"), then of who does it ("dockers in Oslo refused") and of the clause above it ("In Oslo, ...").

Acts by word happen where they are spoken: what they are about lies elsewhere ("condemned the raid on Aleppo"). Of acts
by deed it is the other way round: "said in Oslo that troops had crossed the border" tells where the words fell and not
where the troops are. What does not belong here: which words are places (`entities.py`), and where these lie
(`whereabouts.py`).
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Literal, NamedTuple

from tasks.extract.annotations import EventPlace
from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from spacy.tokens import Span

    from schemas.plover import Status
    from tasks.extract.annotations import Event, Mention
    from tasks.extract.syntax import SentenceTree

    Cues = Mapping[str, frozenset[str]]

MAX_CLIMB = 12
"""Steps between a name and what it is the place of ("in the hills above the town of X"), or an act and its clause."""
MAX_WORDS_OF_A_NAME = 4
MAX_PLACES = 40
"""Places of a sentence that are looked at; more are a list, and each is held against each event."""
SURE = 0.8
"""Confidence of a place whose country the text or the gazetteer tells; below, it is guessed from the whole article."""

Link = Literal["at", "on", "to", "from", "out", "of", "object", "name"]

SAID = frozenset({"ACCUSE", "REJECT", "REQUEST", "SUPPORT", "THREATEN"})
"""Categories of acts that are done by saying something."""
_DECIDED = SAID | {"SANCTION", "CONCEDE", "COOPERATE"}
"""Besides, what is decided on paper, wherever those are whom it concerns ("a ban on travel to X", "gas for X")."""

_DONE_AT_HOME = SAID | {"AGREE", "CONSULT"}

_NAMING = frozenset({"compound", "nmod", "poss"})
_ARGUMENTS = frozenset({"dobj", "nsubj", "nsubjpass", "pobj", "prep", "attr", "oprd", "dative", "agent"})
_CLAUSES = frozenset({"ccomp", "xcomp", "advcl", "acl", "relcl", "pcomp", "parataxis", "csubj", "conj"})
_ARRIVING = frozenset({"to", "into", "onto", "for", "toward", "towards"})
_BESIDE = frozenset({"along", "aboard", "over", "on", "around", "amid"})
_TOPICAL = frozenset({"about", "on", "over", "regarding", "concerning"})
_BY_WHICH = frozenset({"which", "that", "where"})
_TELLING = frozenset(
    [
        "address",
        "addresses",
        "addressed",
        "addressing",
        "summon",
        "summons",
        "summoned",
        "summoning",
        "tell",
        "tells",
        "told",
        "telling",
    ]
)
_OTHER_MATTERS = """
about after ahead amid before by despite following from over since than till under until
"""
_OTHER_TIMES = frozenset(_OTHER_MATTERS.split())
"""What follows these is another matter than the clause in which they stand ("met in X after the raid")."""


class Anchored(NamedTuple):
    """A place, and of what it says where.

    Attributes:
        mention: The place or country.
        token: The verb or noun that the words of the place belong to.
        link: How they do: "at" (in, near, off), "on", "to", "from", "out" of, "of", "object" (visited Oslo), or "name"
            (the Oslo talks).
        first: Token with which the place's phrase begins.
    """

    mention: Mention
    token: int
    link: Link
    first: int


def within(mentions: Sequence[Mention], sentence: Span) -> Sequence[Mention]:
    """The mentions that begin in a sentence; they are in the order of the text."""
    first = bisect_left(mentions, sentence.start_char, key=lambda mention: mention.start)
    return mentions[first : bisect_left(mentions, sentence.end_char, key=lambda mention: mention.start)]


def at_dateline(event: Event, dateline: EventPlace | None) -> EventPlace | None:
    """The dateline's place for an event of the lead that names none, if it likely happened there.

    A dateline says where the report was written. What is done by word and done already is likely said where the
    report on it is from, if it is said by a side that is at home there: "PARIS (Agency) - France condemned ...". A raid
    is reported from the nearest safe hotel, a plan is carried out elsewhere, and what further paragraphs tell is
    background.
    """
    if dateline is None or event.status != "actual" or event.event_type not in _DONE_AT_HOME:
        return None
    at_home = {
        part.mention.country or part.mention.code for part in event.participants if part.role == "actor"
    }
    return dateline if dateline.country in at_home else None


class Located(NamedTuple):
    """Where an event happens, and the words that say so."""

    place: EventPlace
    by: Anchored


class _Act(NamedTuple):
    """An event's token, and what is known of it."""

    trigger: int
    event_type: str
    is_said: bool


def anchored_places(tree: SentenceTree, mentions: Iterable[Mention], *, cues: Cues) -> tuple[Anchored, ...]:
    """The places and countries of a sentence that say where something is, each at what it belongs to.

    Args:
        tree: The sentence.
        mentions: Those that stand in it; only places, and countries that are named, are looked at.
        cues: The lexicon's word lists.
    """
    found: list[Anchored] = []
    places = [one for one in mentions if tree.start <= one.head < tree.end and _is_named_place(one)]
    del places[MAX_PLACES:]
    for mention in places:
        found.extend(_anchors(tree, mention, cues))
    for token in tree:
        if tree.word(token) == "there" and tree.dep(token) == "advmod":
            meant = [one for one in places if one.head < token and one.kind == "place"][-1:]
            found.extend(Anchored(one, tree.head(token), "at", token) for one in meant)
    return tuple(found)


def event_place(
    tree: SentenceTree,
    trigger: int,
    anchored: Sequence[Anchored],
    *,
    event_type: str,
    status: Status,
) -> Located | None:
    """The place of the event that a token carries, and by which words; None where no words say so.

    Args:
        tree: Its sentence.
        trigger: The token.
        anchored: The places of the sentence.
        event_type: Its category.
        status: Its status: an agreement to come is the act itself ("will meet in Oslo"), one that is made is words.
    """
    act = _Act(trigger, event_type, _is_said(tree, trigger, event_type, status))
    ranked = [
        (rank, one.mention.kind != "place", one.link == "to", abs(one.mention.head - trigger), one)
        for one in anchored
        if _may_hold(tree, one, act) and (rank := _rank(tree, one, act)) is not None
    ]
    if not ranked:
        return None
    ranked.sort(key=lambda item: item[:4])
    closest = ranked[0][-1].mention
    rank, *_, best = next((item for item in ranked if _is_within(item[-1].mention, closest)), ranked[0])
    place = _as_place(best.mention, closest.country, "clause" if rank <= _OF_DOER else "sentence")
    return Located(place, best)


def _is_within(place: Mention, country: Mention) -> bool:
    """Whether a place tells more exactly where than the country in which it lies, or may lie, or the region behind it."""
    if country.kind == "place":
        return place.kind == "place" and place.end + len(", ") == country.start  # "Bergen, Vestland"
    is_there = place.confidence < SURE or place.country in {country.country, None}
    return country.kind == "country" and place.kind == "place" and is_there


def _as_place(mention: Mention, country: str | None, source: Literal["clause", "sentence"]) -> EventPlace:
    is_place = mention.kind == "place"
    return EventPlace(
        name=mention.name,
        country=country if mention.confidence < SURE else mention.country or country,
        latitude=mention.latitude if is_place else None,
        longitude=mention.longitude if is_place else None,
        source=source,
    )


def _is_named_place(mention: Mention) -> bool:
    return not mention.members and (
        mention.kind == "place" or (mention.kind == "country" and mention.how != "pronoun")
    )


def _is_said(tree: SentenceTree, trigger: int, event_type: str, status: Status) -> bool:
    if event_type == "SUPPORT" and tree.word(trigger) in word_class("signing_verb"):
        return False
    return event_type in _DECIDED or (event_type == "AGREE" and status == "actual")


# How the words of a place belong to something


def _anchors(tree: SentenceTree, mention: Mention, cues: Cues) -> Iterator[Anchored]:
    """What a name says the place of: usually one thing, and what a relative clause tells of the place."""
    noun = _whole_place(tree, mention.head, cues)
    yield from _told_of_place(tree, mention, noun)
    first = _first_of_name(tree, mention.head)
    head, dep = tree.head(noun), tree.dep(noun)
    preposition = head if dep == "pobj" else None
    is_misread = tree.dep(mention.head) in _NAMING and mention.kind == "place"
    if preposition is None and is_misread and first > tree.start and tree.dep(first - 1) == "prep":
        preposition = first - 1  # "In Oslo protesters burned flags" is parsed as "in protesters"
    if preposition is not None:
        link = _link(tree, preposition, is_ground=noun != mention.head, cues=cues)
        governor = _mover(tree, preposition) if link == "to" else _governor(tree, preposition)
        if governor is not None and link == "at" and tree.tag(governor).startswith("NNP"):
            governor = _beyond_name(tree, governor)
        if link and governor is not None:
            yield Anchored(mention, governor, link, min(preposition, first))
    elif dep in {"dobj", "nsubjpass"}:
        yield Anchored(mention, head, "object", first)
    elif dep in _NAMING and mention.kind == "place":
        yield Anchored(mention, head, "name", first)
    elif dep in {"npadvmod", "advmod"} and mention.kind == "place":
        yield Anchored(mention, head, "at", first)


def _told_of_place(tree: SentenceTree, mention: Mention, noun: int) -> Iterator[Anchored]:
    """ "Kano, where troops ...", "the base at X, which rebels seized", "X, to which a plane flew": the clause is there."""
    for token in dict.fromkeys((mention.head, noun)):
        for clause in tree.children(token, "relcl", "acl", "advcl"):
            for child in tree.children(clause):
                word, dep = tree.word(child), tree.dep(child)
                if word == "where" and dep == "advmod":
                    yield Anchored(mention, clause, "at", child)
                elif word in _BY_WHICH and dep in {"dobj", "nsubjpass"}:
                    yield Anchored(mention, clause, "object", child)
                elif dep == "prep" and any(tree.word(inner) == "which" for inner in tree.children(child)):
                    link: Link = "to" if word in _ARRIVING else "from" if word == "from" else "at"
                    yield Anchored(mention, clause, link, child)


def _whole_place(tree: SentenceTree, token: int, cues: Cues) -> int:
    """The noun of the phrase that a name makes a place: "the hills above the town of X", "X airport"."""
    for _ in range(MAX_CLIMB):
        head, dep = tree.head(token), tree.dep(token)
        if dep in {"appos", "conj"}:
            is_part = tree.is_nominal(head)
        elif dep in _NAMING:
            is_part = _is_ground(tree, head, cues) or _is_somewhere(tree, head, cues)
        elif dep == "pobj":
            above = _governor(tree, head)
            is_part = above is not None and _is_ground(tree, above, cues)
            head = head if above is None else above
        else:
            is_part = False
        if head == token or not is_part:
            break
        token = head
    return token


def _is_ground(tree: SentenceTree, noun: int, cues: Cues) -> bool:
    """Whether a noun means a stretch of land or water, or what stands on it: "the outskirts of X", "X airport"."""
    word = tree.word(noun)
    return any(
        word in cues[name] for name in ("ground_noun", "facility_noun", "settlement_noun", "direction")
    )


def _is_somewhere(tree: SentenceTree, noun: int, cues: Cues) -> bool:
    """Whether a noun with a place's name stands for where: "into the X farmlands", "near the X crossing"."""
    if tree.dep(noun) != "pobj" or tree.tag(noun).startswith("NNP"):
        return False
    preposition = tree.word(tree.head(noun))
    return preposition in cues["locative_preposition"] or preposition in {"into", "to", "onto", "from"}


def _first_of_name(tree: SentenceTree, head: int) -> int:
    first = head
    while (
        first > tree.start and head - first < MAX_WORDS_OF_A_NAME and tree.tag(first - 1) in {"NNP", "NNPS"}
    ):
        first -= 1
    return first


def _governor(tree: SentenceTree, preposition: int) -> int | None:
    """What a prepositional phrase belongs to, past other words of a compound preposition ("out of", "south of")."""
    for token in tree.ancestors(preposition, limit=MAX_CLIMB):
        if tree.is_verb(token) or tree.is_nominal(token) or tree.tag(token).startswith("JJ"):
            return token
    return None


def _beyond_name(tree: SentenceTree, name: int) -> int:
    """What is somewhere if a name is: "agreed with Angola in New York" is parsed as "Angola in New York"."""
    for token in tree.ancestors(name, limit=MAX_CLIMB):
        if tree.is_verb(token) or (tree.is_nominal(token) and not tree.tag(token).startswith("NNP")):
            return token
    return name


def _mover(tree: SentenceTree, preposition: int) -> int | None:
    """What moves to a place: "flew a regiment of tanks to X" is parsed as "tanks to X"."""
    for token in tree.ancestors(preposition, limit=MAX_CLIMB):
        if tree.is_verb(token) or tree.word(token) in word_class("motion_noun"):
            return token
    return None


def _link(tree: SentenceTree, preposition: int, *, is_ground: bool, cues: Cues) -> Link | None:
    word, above = tree.word(preposition), tree.word(tree.head(preposition))
    if word == "on":
        return "at" if is_ground else "on"
    if word in _ARRIVING:
        return "to"
    if word in {"from", "out"} or (word == "of" and above == "out"):
        return "out" if word != "from" else "from"
    if word == "of":
        return "of"
    return "at" if word in cues["locative_preposition"] or word in _BESIDE else None


# How close a place is to an act

_OWN, _OF_ARGUMENT, _OF_DOER, _FRONTED, _SHARED, _OF_SPEAKER = range(6)


def _may_hold(tree: SentenceTree, one: Anchored, act: _Act) -> bool:
    """Whether the words of a place can say where such an act is."""
    is_country = one.mention.kind == "country"
    is_own = one.token == act.trigger
    word = tree.word(one.token)
    may: dict[Link, bool] = {
        "at": True,
        # A country that is bribed is a party; one that is invaded or bombed is the scene, too.
        "object": word in word_class("entering_verb") if is_country else not act.is_said,
        "name": is_own or word in word_class("occasion"),
        "on": one.first < one.token or not (is_country or act.is_said),
        "of": is_own and not is_country and not act.is_said,
        "to": _is_moving(tree, one, act),
        "from": act.event_type == "RETREAT" or (act.is_said and one.first == tree.start),
        "out": act.event_type in {"ASSAULT", "COERCE", "RETREAT"},
    }
    return may[one.link]


def _is_moving(tree: SentenceTree, one: Anchored, act: _Act) -> bool:
    """Whether an act is where somebody or something goes: "flew to Oslo to ask", but not "sent aid to X and protested"."""
    word = tree.word(one.token)
    if not act.is_said:
        return word in word_class("motion_verb") or word in word_class("motion_noun")
    is_going = word in word_class("motion_verb") and not tree.children(one.token, "dobj")
    return is_going and one.token != act.trigger and tree.is_verb(act.trigger)


def _rank(tree: SentenceTree, one: Anchored, act: _Act) -> int | None:
    """How close a place is to an act, 0 the closest; None if it says where something else is."""
    if one.token == act.trigger:
        return None if act.is_said and _is_of_object(tree, one) else _OWN
    below = _steps(tree, one.token, act.trigger)
    if below is not None:
        return _rank_below(tree, one, act, below)
    above = _steps(tree, act.trigger, one.token)
    if above is not None:
        return _rank_above(tree, one, act, above)
    is_of_doer = any(subject == one.token for subject, _ in tree.surface_subjects(act.trigger))
    if is_of_doer and tree.dep(act.trigger) != "pcomp":  # "the attacks in Oslo upset her plan of meeting"
        return _OF_DOER
    return _rank_beside(tree, one, act)


def _is_of_object(tree: SentenceTree, one: Anchored) -> bool:
    """ "Accused soldiers near X": what stands behind what is spoken of says where that is, also where the parse differs."""
    before = one.first - 1
    is_behind_object = one.link == "at" and before in tree.children(one.token, "dobj")
    return is_behind_object and not (
        tree.word(one.token) in _TELLING or tree.word(before) in word_class("occasion")
    )


def _rank_beside(tree: SentenceTree, one: Anchored, act: _Act) -> int | None:
    """ "Met delegations of both sides in Oslo and urged them": the place stands lower in the first of joined clauses."""
    if one.link != "at" or one.mention.kind != "place":
        return None
    token = act.trigger
    while tree.dep(token) == "conj" and _is_same_scene(tree, token, "conj") and tree.is_verb(token):
        token = tree.head(token)
        steps = _steps(tree, one.token, token)
        is_meeting = tree.word(token) in word_class("occasion_verb")
        if is_meeting and steps and {"dobj", "prep", "pobj"}.issuperset(steps):
            return _SHARED
    return None


def _rank_below(tree: SentenceTree, one: Anchored, act: _Act, steps: Sequence[str]) -> int | None:
    """A place inside the act's own phrase: with what it is done to, or with who does it."""
    if tree.is_nominal(act.trigger) and tuple(steps) in {("acl",), ("relcl",)}:
        return _OF_ARGUMENT  # "talks held in Oslo"
    if steps[0] == "relcl" and tree.word(one.token) in word_class("occurrence_verb"):
        return (
            _OF_ARGUMENT if _ARGUMENTS.issuperset(steps[1:]) else None
        )  # "fighting between X and Y that began in Osh"
    if not _CLAUSES.isdisjoint(steps):
        return None
    if steps[-1] in {"nsubj", "agent"}:
        return _OF_DOER if len(steps) == 1 or steps[-1] == "agent" else None
    is_topic = act.event_type in _DONE_AT_HOME and not _TOPICAL.isdisjoint(_prepositions(tree, one, act))
    if is_topic or (act.is_said and not _is_audience(tree, one, act, steps)):
        return None
    return _OF_ARGUMENT


def _prepositions(tree: SentenceTree, one: Anchored, act: _Act) -> Iterator[str]:
    """Those on the way up from what a place belongs to."""
    for token in tree.ancestors(one.token, limit=MAX_CLIMB):
        if token == act.trigger:
            return
        if tree.dep(token) == "prep":
            yield tree.word(token)


def _is_audience(tree: SentenceTree, one: Anchored, act: _Act, steps: Sequence[str]) -> bool:
    """ "Told a rally in Oslo", "pressed them at a dinner in Oslo", "At a fair in Oslo, ...": where the words are heard."""
    if tuple(steps) == ("pobj", "prep") and one.first < act.trigger:
        return tree.word(tree.head(one.token)) in {"at", "in", "during"}
    if tuple(steps) == ("dobj",):
        return tree.word(tree.head(one.token)) in _TELLING
    return tree.word(one.token) in word_class("occasion") and {"prep", "pobj"}.issuperset(steps)


def _rank_above(tree: SentenceTree, one: Anchored, act: _Act, steps: Sequence[str]) -> int | None:
    """A place that belongs to a clause above the act."""
    if "ccomp" in steps or "parataxis" in steps:
        is_told = tree.word(one.token) in word_class("reporting_verb")
        is_there = act.event_type in SAID or _is_witnessed(tree, one.token)
        return _OF_SPEAKER if is_told and is_there else None
    if tuple(steps) == ("relcl",):
        return _SHARED if not act.is_said else None
    is_fronted = one.first < one.token and one.first < act.trigger
    if not _is_same_scene_above(tree, one, act, steps, is_fronted=is_fronted):
        return None
    if is_fronted:
        return _FRONTED
    return _OF_ARGUMENT if _ARGUMENTS.issuperset(steps) else _SHARED


def _is_same_scene_above(
    tree: SentenceTree, one: Anchored, act: _Act, steps: Sequence[str], *, is_fronted: bool
) -> bool:
    """Whether an act is where the clause above it is, on each step of the way up."""
    if not {"acl", "csubj"}.isdisjoint(steps) or ("relcl" in steps and not is_fronted):
        return False
    if one.link in {"object", "of"} and one.mention.kind == "country" and "conj" in steps:
        return False
    if tree.is_nominal(act.trigger) and not _is_noun_of_clause(steps):
        return False
    climbed = zip(_path(tree, act.trigger), steps, strict=False)
    return all(_is_same_scene(tree, token, dep) for token, dep in climbed)


def _is_witnessed(tree: SentenceTree, verb: int) -> bool:
    """Whether those who tell of an act live where it was: "In Oslo, residents said"."""
    return any(tree.word(child) in word_class("witness") for child in tree.children(verb, "nsubj"))


def _is_noun_of_clause(steps: Sequence[str]) -> bool:
    return {"xcomp", "advcl", "pcomp"}.isdisjoint(steps) and list(steps).count("pobj") <= 1


def _is_same_scene(tree: SentenceTree, token: int, dep: str) -> bool:
    """Whether what hangs on a clause so is where the clause is: "arrived in Oslo to ask", "met in Oslo and signed"."""
    if dep == "advcl":
        is_finite = tree.tag(token) in {"VBD", "VBP", "VBZ", "MD"}
        return not is_finite and not tree.children(token, "mark")
    if dep == "conj" and tree.is_verb(token):
        return not tree.children(token, "nsubj", "nsubjpass")
    if dep == "relcl":  # "fired at crowds who were looting": at once
        return tree.tag(token) == "VBG"
    if dep == "pcomp" and tree.tag(token) != "VBG":
        return False
    return not (dep in {"pobj", "pcomp"} and tree.word(tree.head(token)) in _OTHER_TIMES)


def _path(tree: SentenceTree, token: int) -> Iterator[int]:
    yield token
    yield from tree.ancestors(token, limit=MAX_CLIMB)


def _steps(tree: SentenceTree, token: int, above: int) -> list[str] | None:
    """The labels on the way up from one token to another; None if it leads elsewhere."""
    steps: list[str] = []
    for current in _path(tree, token):
        if current == above:
            return steps
        dep = tree.dep(current)
        is_clause = tree.is_verb(current) or dep not in {"advcl", "acl"}  # "set the tanker ablaze off Oslo"
        steps.append(dep if is_clause else "oprd")
    return None
