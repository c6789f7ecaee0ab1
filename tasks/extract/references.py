"""References: pronouns and noun phrases that need an antecedent, where they stand.

In: a sentence. Out: `Reference`s in its order, none overlapping another; what they refer to is found in
`coreference`. Noun phrases that say for whom they act ("the Turkish president") are no references.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Span

    from tasks.extract.sightings import Sightings

HE = frozenset({"he", "him", "his"})
SHE = frozenset({"she", "her", "hers"})
IT = frozenset({"it", "its"})
_PERSON_NOUNS = (
    "leaders|presidents|prime ministers|premiers|foreign ministers|defen[cs]e ministers|finance ministers|ministers"
    "|heads of state|heads of government|men|women|diplomats|politicians|top diplomats|statesmen|chancellors"
)
_COUNTRY_NOUNS = (
    "countries|nations|states|neighbou?rs|powers|capitals|economies|superpowers|republics|democracies"
)
_SIDE_NOUNS = (
    "sides|parties|allies|rivals|governments|partners|delegations|foes|adversaries|armies|militaries"
)
_NOUNS = f"(?:(?P<persons>{_PERSON_NOUNS})|(?P<countries>{_COUNTRY_NOUNS})|(?P<sides>{_SIDE_NOUNS}))"
_PAIR = re.compile(
    rf"\b(?:(?:the|these|their) two|both(?: the)?)(?: (?!other)[a-z]{{3,12}})?? {_NOUNS}\b", re.IGNORECASE
)
_BARE_PAIR = re.compile(r"\bthe two\b", re.IGNORECASE)
_GROUP = re.compile(
    r"\bthe (?:(?P<persons>leaders)|(?P<countries>countries|nations)|(?P<sides>sides))\b", re.IGNORECASE
)
_LONE = re.compile(r"\bthe (?P<noun>country|nation|kingdom|republic|bloc)\b(?! of\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reference:
    """A pronoun or noun phrase that needs an antecedent: characters [start, end)."""

    start: int
    end: int
    head: int
    refers_to: str
    """he, she, it, persons, countries, sides, pair (persons or countries), country, kingdom, bloc ..."""
    is_counted: bool = False
    """"the two", "both": two there must be, however far back."""


def find_references(sightings: Sightings, sentence: Span) -> list[Reference]:
    """All references of a sentence, in its order."""
    found = [*_pronouns(sentence), *_noun_references(sightings, sentence)]
    return sorted(found, key=_specific_first)


def _pronouns(sentence: Span) -> Iterator[Reference]:
    for token in sentence:
        if token.tag_ in {"PRP", "PRP$"}:
            word = token.lower_
            kind = "he" if word in HE else "she" if word in SHE else "it" if word in IT else None
            if kind:
                yield Reference(token.idx, token.idx + len(token), token.i, kind)


def _noun_references(sightings: Sightings, sentence: Span) -> Iterator[Reference]:
    """Groups and definite nouns; where patterns overlap, the more specific one."""
    text, offset = sentence.text, sentence.start_char
    found: list[Reference] = []
    for pattern in (_PAIR, _GROUP, _BARE_PAIR, _LONE):
        for match in pattern.finditer(text):
            kind = match.groupdict().get("noun") or match.lastgroup or "pair"
            _, stop = sightings.grid.tokens_of(offset + match.start(), offset + match.end())
            if pattern in {_BARE_PAIR, _LONE} and not _is_whole_phrase(sightings.doc, stop):
                continue
            found.append(
                Reference(
                    offset + match.start(),
                    offset + match.end(),
                    stop - 1,
                    kind.lower(),
                    is_counted=pattern is _PAIR or pattern is _BARE_PAIR,
                )
            )
    stop = 0
    for reference in sorted(found, key=_specific_first):
        if reference.start >= stop:
            stop = reference.end
            yield reference


def _specific_first(reference: Reference) -> tuple[int, int]:
    return reference.start, -reference.end


def _is_whole_phrase(doc: Doc, stop: int) -> bool:
    """Whether no noun follows that the words would only modify ("the two ships", "the country music")."""
    following = doc[stop] if stop < len(doc) else None
    return following is None or following.tag_[:2] not in {"NN", "JJ", "CD", "HY"}
