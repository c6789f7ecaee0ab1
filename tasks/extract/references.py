"""References: pronouns and noun phrases that need an antecedent, where they stand.

In: a sentence. Out: `Reference`s in its order, none overlapping another; what they refer to is found in
`coreference`. Noun phrases that say for whom they act ("the Turkish president") are no references.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.extract.office_phrases import is_possessive_mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Span, Token

    from tasks.extract.sightings import Sightings

_PRONOUNS = {
    **dict.fromkeys(("he", "him", "his"), "he"),
    **dict.fromkeys(("she", "her", "hers"), "she"),
    **dict.fromkeys(("it", "its"), "it"),
    **dict.fromkeys(("they", "them", "their", "theirs"), "they"),
}
_NUMBERS = {
    word: number
    for number, word in enumerate("two three four five six seven eight nine ten".split(), start=2)  # noqa: SIM905
}
_PERSON_NOUNS = (
    "leaders|presidents|prime ministers|premiers|foreign ministers|defen[cs]e ministers|finance ministers|ministers"
    "|heads of state|heads of government|men|women|diplomats|politicians|top diplomats|statesmen|chancellors"
)
_COUNTRY_NOUNS = (
    "countries|nations|states|neighbou?rs|powers|capitals|economies|superpowers|republics|democracies|members|enemies"
    "|combatants|belligerents|kingdoms|Koreas|Sudans|Germanies|Germanys|Yemens|Congos"
)
_SIDE_NOUNS = (
    "sides|parties|allies|rivals|governments|partners|delegations|foes|adversaries|armies|militaries|navies"
)
_NOUNS = f"(?:(?P<persons>{_PERSON_NOUNS})|(?P<countries>{_COUNTRY_NOUNS})|(?P<sides>{_SIDE_NOUNS}))"
_COUNT = rf"(?:(?:the|these|their|all) (?P<number>{'|'.join(_NUMBERS)})|both(?: the| of the)?)"
_COUNTED = re.compile(rf"\b{_COUNT}(?: (?!other)[a-z]{{3,12}})?? {_NOUNS}\b", re.IGNORECASE)
_BARE_COUNT = re.compile(rf"\b(?:the|all) (?P<number>{'|'.join(_NUMBERS)})\b", re.IGNORECASE)
_GROUP = re.compile(
    r"\bthe (?:(?P<persons>leaders)|(?P<countries>countries|nations|neighbou?rs)|(?P<sides>sides|adversaries|foes|rivals))\b",
    re.IGNORECASE,
)
CAPITAL = "capital"
_DEPENDENCIES_OF_CITIES = frozenset({"pobj", "nsubj", "nsubjpass"})
"""Where "the capital" alone is the city; what is raised, needed or lost may be money."""
_DETERMINERS = frozenset({"the", "this", "that"})
_COMPLEMENTS = frozenset({"of", "that", "which", "where", "whose", "who", "with", "from"})
_MODIFIER_TAGS = frozenset({"JJ", "NN", "VBN", "HYPH"})
_MOST_MODIFIERS = 3


@dataclass(frozen=True, slots=True)
class Reference:
    """A pronoun or noun phrase that needs an antecedent: characters [start, end).

    Attributes:
        start: First character.
        end: One past the last character.
        head: Its head's token.
        refers_to: he, she, it, they; persons, countries, sides or "several" (of either kind); capital; a country's
            noun or a body's noun as it stands ("kingdom", "agency").
        count: How many are meant, of a group.
        is_counted: "the two", "both": so many there must be, however far back.
        owner: The token of "his" in "his country", of "Burmese" in "the Burmese capital".
    """

    start: int
    end: int
    head: int
    refers_to: str
    count: int = 0
    is_counted: bool = False
    owner: int | None = None

    @property
    def is_nominal(self) -> bool:
        """Whether it is a definite noun in the singular or for one body; neither pronoun nor group."""
        return self.count == 0 and self.refers_to not in {"he", "she", "it", "they"}


def find_references(sightings: Sightings, sentence: Span) -> list[Reference]:
    """All references of a sentence, in its order; of two that overlap the longer one."""
    found = [
        *_pronouns(sentence),
        *_groups(sightings, sentence),
        *_nominals(sightings, sentence),
        *_capitals(sightings, sentence),
    ]
    kept: list[Reference] = []
    for reference in sorted(found, key=lambda reference: (reference.start, -reference.end)):
        if not kept or reference.start >= kept[-1].end:
            kept.append(reference)
    return kept


def _pronouns(sentence: Span) -> Iterator[Reference]:
    for token in sentence:
        if token.tag_ in {"PRP", "PRP$"}:
            kind = _PRONOUNS.get(token.lower_)
            if kind:
                yield Reference(token.idx, token.idx + len(token), token.i, kind)


def _groups(sightings: Sightings, sentence: Span) -> Iterator[Reference]:
    text, offset = sentence.text, sentence.start_char
    for pattern in (_COUNTED, _BARE_COUNT, _GROUP):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            kind = next((name for name in ("persons", "countries", "sides") if groups.get(name)), "several")
            start, end = offset + match.start(), offset + match.end()
            _, stop = sightings.grid.tokens_of(start, end)
            is_whole = _is_whole_phrase(sightings.doc, stop)
            is_told_apart = pattern is _GROUP and _has_complement(sightings.doc[stop - 1])
            if (pattern is not _BARE_COUNT or is_whole) and not is_told_apart:
                number = _NUMBERS.get((groups.get("number") or "two").lower(), 2)
                yield Reference(start, end, stop - 1, kind, count=number, is_counted=pattern is not _GROUP)


def _nominals(sightings: Sightings, sentence: Span) -> Iterator[Reference]:
    """Definite nouns for a country or a body; the span is the noun, with what stands between it and the article."""
    countries, bodies = sightings.lexicon.cues["country_noun"], sightings.lexicon.nominals
    for token in sentence:
        word = token.text
        is_country = word in countries or (word == "state" and _is_kind_of_state(sightings, token))
        if not (is_country or word in bodies) or token.i in sightings.name_at:
            continue
        if not _is_whole_phrase(sightings.doc, token.i + 1) or _has_complement(token):
            continue
        first = _determined_at(sightings, token, longest=_MOST_MODIFIERS if is_country else 0)
        if first is not None:
            owner = _owner(sightings.doc[first - 1])
            start = sightings.doc[first].idx
            yield Reference(start, token.idx + len(token), token.i, word, owner=owner)


def _capitals(sightings: Sightings, sentence: Span) -> Iterator[Reference]:
    """The city: "reached the capital", "the Burmese capital"; not money, and not "the capital, Addis Ababa"."""
    for token in sentence:
        if token.lower_ != CAPITAL or token.i == sentence.start or token.i in sightings.name_at:
            continue
        is_told_apart = _has_complement(token) or _is_named_next(token)
        if is_told_apart or not _is_whole_phrase(sightings.doc, token.i + 1):
            continue
        owner = _owner_of_capital(sightings, token)
        is_city = token.nbor(-1).lower_ in _DETERMINERS and token.dep_ in _DEPENDENCIES_OF_CITIES
        if owner is not None or is_city:
            yield Reference(token.idx, token.idx + len(token), token.i, CAPITAL, owner=owner)


def _owner_of_capital(sightings: Sightings, capital: Token) -> int | None:
    """The token of "Burma" in "Burma's capital", of "Burmese" in "the Burmese capital", of "its" in "its capital"."""
    before = capital.nbor(-1)
    if before.tag_ == "PRP$":
        return int(before.i)
    is_possessive = is_possessive_mark(before)
    owner = before.nbor(-1) if is_possessive and before.i > 0 else before
    sighting = sightings.name_at.get(owner.i)
    if sighting is None or sighting.first == 0:
        return None
    is_definite = sightings.doc[sighting.first - 1].lower_ in _DETERMINERS  # "Chinese capital" alone is money
    return int(owner.i) if is_possessive or is_definite else None


def _is_named_next(noun: Token) -> bool:
    """Whether its name follows in apposition."""
    after = noun.doc[noun.i + 1 : noun.i + 3]
    return len(after) == 2 and after[0].text == "," and after[1].tag_ == "NNP"


def _is_kind_of_state(sightings: Sightings, noun: Token) -> bool:
    """Whether a state is a country: "the island state"; "the state" alone may be the authorities or Ohio."""
    return noun.i > 0 and noun.nbor(-1).lower_ in sightings.lexicon.cues["kind_of_state"]


def _determined_at(sightings: Sightings, noun: Token, *, longest: int) -> int | None:
    """The first token of the phrase behind "the" or "his"; None if the phrase is not definite or tells of another."""
    doc, first = noun.doc, noun.i
    for _ in range(longest + 1):
        if first == 0 or doc[first].is_sent_start:
            return None
        before = doc[first - 1]
        if before.lower_ in _DETERMINERS or before.tag_ in {"PRP$", "WP$"}:
            return first
        is_other = before.lower_ in sightings.lexicon.cues["other_word"] or before.i in sightings.name_at
        if before.tag_ not in _MODIFIER_TAGS or is_other:
            return None
        first -= 1
    return None


def _owner(determiner: Token) -> int | None:
    """The token of "his" in "his country"; in "the minister, whose country" that of the minister."""
    if determiner.tag_ == "PRP$":
        return int(determiner.i)
    if determiner.tag_ != "WP$":
        return None
    clause = determiner.head.head
    return int(clause.head.i) if clause.dep_ == "relcl" else None


def _has_complement(noun: Token) -> bool:
    """Whether "of" or a clause says which one is meant ("the country of his birth"), not how large it is ("of 7 million")."""
    after = noun.doc[noun.i + 1 : noun.i + 3]
    if not after or after[0].lower_ not in _COMPLEMENTS:
        return False
    return not (after[0].lower_ == "of" and len(after) > 1 and after[1].tag_ == "CD")


def _is_whole_phrase(doc: Doc, stop: int) -> bool:
    """Whether no noun follows that the words would only modify ("the two ships", "the country music")."""
    following = doc[stop] if stop < len(doc) else None
    return following is None or following.tag_[:2] not in {"NN", "JJ", "CD", "HY"}
