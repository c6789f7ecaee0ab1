"""Organisations: the model's ORG entities and the bodies of the lexicon, with sector and side where these are said.

In: what the lexicon sees in a parsed text. Out: `NamedOrganization`s in the order of the text. Bodies without a name
of their own ("the Israeli army") are office phrases and do not belong here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tasks.extract.allegiance import STATE_SECTORS
from tasks.extract.lexicon import Organization
from tasks.extract.office_phrases import is_possessive_mark
from tasks.extract.seats import country_of_seat
from tasks.extract.sightings import Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc

    from tasks.extract.office_phrases import OfficePhrase
    from tasks.extract.sightings import NameSighting, Sightings


_LEGAL_FORMS = frozenset(
    {
        "ltd",
        "limited",
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "co",
        "company",
        "plc",
        "ag",
        "gmbh",
        "sa",
        "nv",
    }
    | {
        "bv",
        "spa",
        "ab",
        "as",
        "oy",
        "kk",
        "llc",
        "lp",
        "group",
        "holding",
        "holdings",
        "&",
        "and",
        "s.a",
        "n.v",
        "b.v",
    }
)
_AT_HOME_NOWHERE = frozenset({"IGO", "REB"})
"""Bodies whose seat is not their side: of many states, or at war with one from abroad."""
_HANGING = frozenset({"of", "in", "for", "and", "the", "at", ">"})
"""Words that no name ends with, though the model may let it."""
_DESCRIBING = frozenset({"NN", "JJ", "JJS", "VBG", "HYPH"})
_LONGEST_DESCRIPTION = 4
"""Tags, and the number, of words that say what is named."""
_LONGEST_NAME = 8
"""Words of a name whose shorter forms are known; a list of a thousand words is no name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOrganization:
    """An organisation at characters [start, end), tokens [first, stop)."""

    start: int
    end: int
    first: int
    stop: int
    name: str
    code: str | None
    country: str | None
    sector: str | None


def find_organizations(
    sightings: Sightings, phrases: list[OfficePhrase], *, titles: frozenset[int] = frozenset()
) -> list[NamedOrganization]:
    """All organisations that the text names; those of the lexicon go before what the model makes of them.

    Args:
        sightings: What the lexicon sees in the text.
        phrases: Its office phrases.
        titles: First tokens of the phrases that are a person's title: words of an office are no organisation there.
    """
    known = [_known(name, name.entry) for name in sightings.names if isinstance(name.entry, Organization)]
    title_words = {
        index
        for phrase in phrases
        if phrase.first in titles
        for index in range(phrase.first, phrase.stop)
        if index in sightings.office_at or index in sightings.name_at
    }
    named = [
        item
        for item in _model_organizations(sightings, phrases)
        if title_words.isdisjoint(range(item.first, item.stop))
    ]
    return sorted([*known, *_in_full(sightings, named)], key=lambda item: (item.start, -item.end))


def _in_full(sightings: Sightings, named: list[NamedOrganization]) -> list[NamedOrganization]:
    """Each organisation with what the article says of it anywhere: a short form or its initials are the one in full."""
    full: dict[str, NamedOrganization] = {}
    for item in named:
        if item.name not in full or (item.code and not full[item.name].code):
            full[item.name] = item
    by_form: dict[str, set[str]] = {}
    for name in full:
        for form in _short_forms(sightings, name):
            by_form.setdefault(form, set()).add(name)
    found = []
    for item in named:
        longer = by_form.get(item.name, set()) - {item.name}
        meant = full[longer.pop() if len(longer) == 1 else item.name]
        if None not in {item.code, meant.code} and item.code != meant.code:
            meant = item
        found.append(
            replace(
                item,
                name=meant.name,
                code=item.code or meant.code,
                country=item.country or meant.country,
                sector=item.sector or meant.sector,
            )
        )
    return found


def _short_forms(sightings: Sightings, name: str) -> Iterator[str]:
    """ "Queensland Press", or QPL, of "Queensland Press Ltd": what is left out only says what it is, not which."""
    words = name.split()
    for count in range(len(words) - 1, 0, -1):
        dropped = words[count]
        is_kind = sightings.lexicon.designators.get(dropped) or dropped.strip(".,").lower() in _LEGAL_FORMS
        if len(words) > _LONGEST_NAME or not is_kind:
            break
        yield " ".join(words[:count]).rstrip(",")
    capitals = [word[0] for word in words if word[:1].isupper()]
    if 1 < len(capitals) <= _LONGEST_NAME:
        yield "".join(capitals)


def _known(name: NameSighting, entry: Organization) -> NamedOrganization:
    return NamedOrganization(
        start=name.start,
        end=name.end,
        first=name.first,
        stop=name.stop,
        name=entry.name,
        code=entry.code,
        country=entry.country,
        sector=entry.sector,
    )


def _model_organizations(sightings: Sightings, phrases: list[OfficePhrase]) -> Iterator[NamedOrganization]:
    doc = sightings.doc
    described_by = {phrase.stop: phrase for phrase in phrases}
    describing = {phrase.first: phrase for phrase in phrases if phrase.office.kind == "body"}
    for entity in sightings.entities:
        if entity.label != "ORG":
            continue
        first, stop = _trimmed(sightings, entity.first, entity.stop)
        if first >= stop:
            continue
        inside = _names_inside(sightings, first, stop)
        if (
            len({name.side for name in inside}) > 1
        ):  # "the Norway-Chile Business Council": the sides themselves count
            continue
        if any(name.first == first and name.stop == stop for name in inside):
            continue
        span = doc[first:stop]
        sector = _sector(sightings, span.text)
        side = _side(sightings, inside, first)
        phrase = described_by.get(first) or _described_after(sightings, stop, describing)
        if phrase and phrase.office.kind == "body":  # "the Japanese carmaker Hoshino"
            side, sector = side or phrase.side, sector or phrase.sector
        side = side or _seated(sightings, first, stop, sector)
        yield NamedOrganization(
            start=span.start_char,
            end=span.end_char,
            first=first,
            stop=stop,
            name=" ".join(span.text.split()),
            code=side.code if side else None,
            country=side.country if side else None,
            sector="IGO" if side and side.sector == "IGO" else sector,
        )


def _described_after(
    sightings: Sightings, stop: int, describing: dict[int, OfficePhrase]
) -> OfficePhrase | None:
    """The phrase of "Hoshino, a Japanese carmaker"."""
    doc = sightings.doc
    if stop + 2 < len(doc) and doc[stop].text == "," and doc[stop + 1].tag_ == "DT":
        return describing.get(stop + 2)
    return None


def _trimmed(sightings: Sightings, first: int, stop: int) -> tuple[int, int]:
    """The entity without article, possessive marks at its ends, and a country that only possesses it."""
    doc = sightings.doc
    for index in range(first, stop):
        if is_possessive_mark(doc[index]) and index - 1 in sightings.name_at and index + 1 < stop:
            if sightings.name_at[index - 1].first == first:
                first = index + 1
            break
    bracket = next((index for index in range(first, stop) if doc[index].text == "("), stop)
    if all(token.text != ")" for token in doc[bracket:stop]):  # "OSLO (Agency": a dateline's half
        stop = bracket
    while first < stop and (doc[first].lower_ == "the" or doc[first].is_space or doc[first].is_punct):
        first += 1
    while stop > first and (
        is_possessive_mark(doc[stop - 1])
        or doc[stop - 1].is_space
        or doc[stop - 1].is_punct
        or doc[stop - 1].lower_ in _HANGING
    ):
        if doc[stop - 1].text in {")", "."} and any(token.text == "(" for token in doc[first:stop]):
            break
        stop -= 1
    if not any(token.text[:1].isupper() for token in doc[first:stop]):
        return first, first
    return first, stop


def _names_inside(sightings: Sightings, first: int, stop: int) -> list[NameSighting]:
    names = [sightings.name_at[index] for index in range(first, stop) if index in sightings.name_at]
    return list(dict.fromkeys(name for name in names if name.side))


def _side(sightings: Sightings, inside: list[NameSighting], first: int) -> Side | None:
    """The country in the name, else the one before it ("Russia's Gazprom", "Japan's top business group Keidanren")."""
    if inside:
        return inside[0].side
    before = _before_description(sightings.doc, first) - 1
    if before > 0 and is_possessive_mark(sightings.doc[before]):
        before -= 1
    name = sightings.name_at.get(before)
    if name and name.stop == before + 1 and not sightings.is_taking_sides(name):
        return name.side
    return None


def _before_description(doc: Doc, first: int) -> int:
    """Where the lower-case words begin that say what is named: "top business group" of Keidanren."""
    if first < 2 or doc[first - 1].tag_ != "NN":
        return first
    start = first
    while start > max(1, first - _LONGEST_DESCRIPTION) and doc[start - 1].tag_ in _DESCRIBING:
        if not doc[start - 1].is_lower:
            break
        start -= 1
    return start


def _seated(sightings: Sightings, first: int, stop: int, sector: str | None) -> Side | None:
    """The country of a body by where it sits: "the Defence Ministry in Paris", "Oslo-based Halden"."""
    if sector in STATE_SECTORS:
        place = sightings.name_at.get(stop + 1)
        is_seat = place is not None and sightings.doc[stop].lower_ == "in"
        return place.side if place and is_seat else None
    if sector in _AT_HOME_NOWHERE:
        return None
    country = sightings.lexicon.countries.get(country_of_seat(sightings, first, stop, sector=sector) or "")
    return Side(country.name, country.code, country.code) if country else None


def _sector(sightings: Sightings, text: str) -> str | None:
    """By the words of the name: the head of an English name stands last, or before "of" and "for"."""
    core = re.split(r" (?:of|for) ", text, maxsplit=1)[0]
    matches = sightings.lexicon.designators.find(core)
    return matches[-1].meaning.sector if matches else None
