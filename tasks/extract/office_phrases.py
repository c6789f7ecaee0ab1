"""Offices in their noun phrases: "the former Turkish foreign minister", "a spokeswoman for the Chinese ministry".

In: what the lexicon sees in a parsed text. Out: `OfficePhrase`s: the office, its role in the text's words, the side
that it acts for, its sector. Whether a phrase is a title of a named person or an actor of its own is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from tasks.extract.lexicon import Office
    from tasks.extract.sightings import NameSighting, OfficeSighting, Side, Sightings

MODIFIER_TAGS = frozenset({"JJ", "JJR", "JJS", "NN", "NNP", "NNPS", "VBN", "VBG", "HYPH", "AFX"})
NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})
_QUANTITIES = frozenset({"DATE", "TIME", "CARDINAL", "PERCENT", "MONEY", "QUANTITY"})
_POSSESSIVE_MARKS = frozenset({"'s", "’s", "'", "’"})
_DETERMINERS = frozenset({"DT", "PDT"})
_FORMER = frozenset({"former", "ex", "ex-", "onetime", "one-time", "retired"})
MOST_MODIFIERS = 8
"""Words before an office that are looked at: "Russian Deputy Foreign Minister for ..." has three."""
_PREPOSITIONS_BEFORE_OFFICES = frozenset({"of", "for", "to"})
"""What joins an office to another's: "an aide to the minister"; the following only to a body's."""
_PREPOSITIONS_BEFORE_BODIES = frozenset({"of", "for", "at", "from", "in", "with"})
LONGEST_COMPLEMENT = 20
"""Tokens of a complement: a chain of "head of the head of ..." must not make each role as long as the chain."""

# "officials in Tehran" act for Iran; troops, refugees and embassies in a country mostly do not.
_LOCAL_SECTORS = frozenset({"GOV", "LEG", "JUD", "POL", "OPP"})
_ABROAD = frozenset(
    {"ambassador", "embassy", "consulate", "consul", "envoy", "mission", "diplomat", "delegation", "side"}
    | {"special envoy", "special representative", "negotiator", "representative", "consul general", "attache"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePhrase:
    """An office with the words that belong to it.

    Attributes:
        first: First token, after the determiner.
        stop: One past the last token, complement included ("of France").
        head: The token of the office's noun.
        office: What the lexicon says of it.
        is_plural: "ministers" rather than "minister".
        role: The text's words for it, without the side ("deputy foreign minister").
        side: For whom it acts, if the phrase says so.
        owner: The token of a possessor that is no name of the lexicon: "his", "Larsen" in "Larsen's spokesman".
        sector: PLOVER sector.
        is_modifier: It only modifies a noun that follows ("army" in "army base").
        has_determiner: "the", "a", "its" goes before it.
    """

    first: int
    stop: int
    head: int
    office: Office
    is_plural: bool
    role: str
    side: Side | None
    owner: int | None
    sector: str | None
    is_modifier: bool
    has_determiner: bool


def find_office_phrases(sightings: Sightings) -> list[OfficePhrase]:
    """The office phrases of a text in its order; a phrase inside a longer one is part of that one."""
    by_first: dict[int, OfficePhrase] = {}
    for sighting in reversed(sightings.offices):  # from the right, so that complements are there when needed
        head = sightings.doc[sighting.stop - 1]
        if sighting.office.kind == "title" or head.tag_ in NOUN_TAGS:
            phrase = _read(sightings, sighting, by_first)
            # In "army spokesman" both begin at "army": the longer phrase, read first, stands.
            by_first.setdefault(phrase.first, phrase)
    phrases: list[OfficePhrase] = []
    for first in sorted(by_first):
        if not phrases or by_first[first].stop > phrases[-1].stop:
            phrases.append(by_first[first])
    return phrases


def is_possessive_mark(token: Token) -> bool:
    """Whether the token is the 's of a possessive."""
    return token.tag_ == "POS" or (token.text in _POSSESSIVE_MARKS and token.dep_ == "case")


@dataclass(slots=True)
class _Modifiers:
    """What goes before an office: from which token on, whose it is, which name says so."""

    first: int
    name: NameSighting | None = None
    owner: int | None = None


def _read(sightings: Sightings, sighting: OfficeSighting, by_first: dict[int, OfficePhrase]) -> OfficePhrase:
    doc = sightings.doc
    before = _modifiers(sightings, sighting)
    side = before.name.side if before.name else None
    phrase = OfficePhrase(
        first=before.first,
        stop=sighting.stop,
        head=sighting.stop - 1,
        office=sighting.office,
        is_plural=sighting.is_plural,
        role=_role(sightings, before, sighting),
        side=side,
        owner=before.owner,
        sector=_sector(sightings, sighting, before, side),
        is_modifier=_is_modifier(doc, sighting.stop - 1),
        has_determiner=before.owner is not None or (before.first > 0 and doc[before.first - 1].tag_ == "DT"),
    )
    return phrase if phrase.is_modifier else _with_complement(sightings, phrase, by_first)


def _modifiers(sightings: Sightings, sighting: OfficeSighting) -> _Modifiers:
    doc = sightings.doc
    found = _Modifiers(first=sighting.first)
    index = sighting.first - 1
    lowest = max(0, sighting.first - MOST_MODIFIERS)
    while index >= lowest and not doc[index + 1].is_sent_start:
        token = doc[index]
        name = sightings.name_at.get(index)
        if name:
            is_other = found.name or sightings.is_taking_sides(name) or name.stop > found.first
            if is_other or not _belongs(doc[name.stop - 1], found.first):
                break
            found.name, found.first = name, name.first
            index = name.first
        elif is_possessive_mark(token) and not found.name:
            if index - 1 not in sightings.name_at:
                found.owner = index - 1
                break
        elif token.tag_ in {"PRP$", "WP$"} or token.ent_type_ == "PERSON":
            found.owner = index
            break
        elif _is_modifier_word(token) and _belongs(token, found.first):
            found.first = index
        else:
            break
        index -= 1
    if found.first < sighting.first and doc[found.first].tag_ == "HYPH":
        found.first += 1
    return found


def _is_modifier_word(token: Token) -> bool:
    return token.tag_ in MODIFIER_TAGS and token.ent_type_ not in _QUANTITIES and not token.is_space


def _belongs(token: Token, right: int) -> bool:
    """Whether the parse lets the token modify something to its right (or is silent: a hyphen, a possessor)."""
    is_possessor = token.i + 1 < len(token.doc) and is_possessive_mark(token.nbor(1))
    if token.tag_ == "HYPH" or is_possessor:
        return True
    head = token.head.head if token.dep_ == "conj" else token.head  # "Chinese and Russian officials"
    return head.i > token.i and (head.tag_ in NOUN_TAGS or head.i <= right)


def _role(sightings: Sightings, before: _Modifiers, sighting: OfficeSighting) -> str:
    doc, text = sightings.doc, sightings.text
    end = doc[sighting.stop - 1].idx + len(doc[sighting.stop - 1])
    start = doc[before.first].idx
    if before.name is None:
        return _spaced(text[start:end])
    after = before.name.stop
    if after < sighting.stop and is_possessive_mark(doc[after]):
        after += 1
    return _spaced(f"{text[start : before.name.start]} {text[doc[after].idx : end]}").lstrip("-‐–' ")


def _sector(
    sightings: Sightings, sighting: OfficeSighting, before: _Modifiers, side: Side | None
) -> str | None:
    own = sighting.office.sector
    words = {token.lower_ for token in sightings.doc[before.first : sighting.first]}
    if sighting.office.kind == "office" and words & _FORMER:
        return "ELI"
    if side and side.sector == "IGO" and own in {"GOV", "IGO"}:
        return "IGO"
    if not sighting.office.borrows:
        return own
    if side and side.sector:
        return side.sector
    modifiers = (sightings.office_at.get(index) for index in range(before.first, sighting.first))
    lent = (
        item.office.sector for item in modifiers if item and not item.office.borrows and item.office.sector
    )
    return next(lent, own if side else None)  # "a spokesman": whose is not said


def _is_modifier(doc: Doc, head: int) -> bool:
    """Whether the office only says what kind of thing the following noun is."""
    if head + 1 >= len(doc):
        return False
    token, following = doc[head], doc[head + 1]
    return (
        following.tag_ in {"NN", "NNS"}
        and token.dep_ in {"compound", "nmod", "amod"}
        and token.head.i > head
        and following.ent_type_ not in _QUANTITIES
    )


def _with_complement(
    sightings: Sightings, phrase: OfficePhrase, by_first: dict[int, OfficePhrase]
) -> OfficePhrase:
    """The phrase with what follows it: "of France", "for the Chinese foreign ministry", "in Tehran"."""
    doc = sightings.doc
    index = phrase.stop
    if index + 1 >= len(doc) or doc[index].is_sent_start or doc[index].tag_ not in {"IN", "TO"}:
        return phrase
    preposition = doc[index].lower_
    index += 1
    if doc[index].tag_ in _DETERMINERS and index + 1 < len(doc):
        index += 1
    inner = by_first.get(index)
    if inner and _joins(preposition, phrase, inner) and inner.stop - index <= LONGEST_COMPLEMENT:
        return _with_inner_phrase(sightings, phrase, inner)
    name = sightings.name_at.get(index)
    if name is None or name.first != index or name.side is None or phrase.side:
        return phrase
    return _with_name(sightings, phrase, name, preposition)


def _joins(preposition: str, phrase: OfficePhrase, inner: OfficePhrase) -> bool:
    """Whether a preposition says what an office is of: "a captain in the Chadian army", not "took the king to the army"."""
    if preposition == "to":
        return phrase.office.borrows
    if inner.office.kind == "body":
        return preposition in _PREPOSITIONS_BEFORE_BODIES
    return preposition in _PREPOSITIONS_BEFORE_OFFICES


def _with_inner_phrase(sightings: Sightings, phrase: OfficePhrase, inner: OfficePhrase) -> OfficePhrase:
    """An office and what it is of: "spokeswoman for" lets "the Chinese foreign ministry" lend side and sector."""
    borrows = phrase.office.borrows and phrase.sector in {None, phrase.office.sector}
    doc = sightings.doc
    end = doc[inner.stop - 1].idx + len(doc[inner.stop - 1])
    head = doc[phrase.head]
    return replace(
        phrase,
        stop=inner.stop,
        side=phrase.side or inner.side,
        owner=phrase.owner if phrase.owner is not None else inner.owner,
        sector=inner.sector if borrows else phrase.sector,
        role=f"{phrase.role} {_spaced(sightings.text[head.idx + len(head) : end])}",
    )


def _with_name(
    sightings: Sightings, phrase: OfficePhrase, name: NameSighting, preposition: str
) -> OfficePhrase:
    side = name.side
    if side is None:
        return phrase
    sector = phrase.sector or phrase.office.sector
    if side.sector and (phrase.office.borrows or side.sector == "IGO"):
        sector = side.sector
    if side.sector and preposition in {"of", "for", "at", "from"}:
        return replace(phrase, side=side, sector=sector)  # the body stays a mention of its own
    if preposition == "for" and phrase.office.borrows:  # "a spokesman for the Rio de Janeiro port"
        return replace(phrase, side=side, sector=sector)
    if preposition == "of":
        doc = sightings.doc
        is_whole = name.stop >= len(doc) or doc[name.stop].tag_ not in {"NN", "NNS", "POS", "HYPH"}
        return replace(phrase, side=side, sector=sector, stop=name.stop if is_whole else phrase.stop)
    if preposition == "in" and sector in _LOCAL_SECTORS and phrase.office.noun not in _ABROAD:
        return replace(phrase, side=side, sector=sector)
    return phrase


def _spaced(text: str) -> str:
    return " ".join(text.split())
