"""Where a body sits, as the words beside its name say: "Oslo-based Halden", "Halden of Oslo", "Halden, based in Oslo".

In: what the lexicon sees in a parsed text, and the tokens of a name. Out: the code of a country, or None. Where it only
does something ("Halden said in Oslo") is no seat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.extract.toponyms import country_at, is_placed_in_full

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc

    from tasks.extract.sightings import Sightings

_BASED = frozenset({"based", "headquartered"})
_PLACING = frozenset({"in", "at", "near", "outside"})
_MOST_MODIFIERS = 3
"""Words between "Oslo-based" and the name, or the end of the phrase: "Oslo-based bearings maker Halden"."""
_LONGEST_PLACE = 4
_LOCAL_SECTORS = frozenset({"EDU"})
"""Bodies that are where they are said to be; a company "in Lima" may be a foreign one at work there."""
_OF_MANY_COUNTRIES = frozenset({"World", "International", "Global", "European", "African", "Asian", "Arab"})
"""First words of the names of bodies that sit in one country and act for many, companies aside."""


def country_of_seat(sightings: Sightings, first: int, stop: int, *, sector: str | None) -> str | None:
    """The country in which the body named by tokens [first, stop) sits, None if nothing beside its name says so."""
    if sightings.doc[first].text in _OF_MANY_COUNTRIES and sector != "BUS":
        return None
    for place in _places_of_seat(sightings, first, stop, sector=sector):
        country = country_at(sightings, place)
        if country:
            return country
    return None


def _places_of_seat(sightings: Sightings, first: int, stop: int, *, sector: str | None) -> Iterator[int]:
    """The tokens with which the name of the place may begin, the surest first."""
    doc = sightings.doc
    yield from _based_before(doc, first)
    after = _words(doc, stop, 3)
    if after[:1] == ["of"]:
        yield stop + 1
    if after[:1] == ["in"] and (sector in _LOCAL_SECTORS or is_placed_in_full(sightings, stop + 1)):
        yield stop + 1
    if after[:1] == [","]:
        yield from _based_after(doc, stop + 1)
        if after[1:2] and after[1] in {"a", "an", "the"}:  # "Halden, an Oslo-based maker"
            yield from _based_before(doc, stop + 2 + _LONGEST_PLACE)
    else:
        yield from _based_after(doc, stop)


def _based_before(doc: Doc, first: int) -> Iterator[int]:
    """The place of "Oslo-based" shortly before a token; the longer name of it first ("New York-based")."""
    for index in range(first - 1, max(first - 2 - _MOST_MODIFIERS, 1), -1):
        if index >= len(doc):
            continue
        if doc[index].lower_ in _BASED and doc[index - 1].text == "-":
            yield from range(max(index - 1 - _LONGEST_PLACE, 0), index - 1)
            return
        if doc[index].is_punct and doc[index].text != "-":
            return


def _based_after(doc: Doc, start: int) -> Iterator[int]:
    """The place of "based in Oslo" and "which is based in Oslo"."""
    words = _words(doc, start, 4)
    skipped = 2 if words[:2] in (["which", "is"], ["that", "is"]) else 0
    if len(words) > skipped + 1 and words[skipped] in _BASED and words[skipped + 1] in _PLACING:
        yield start + skipped + 2


def _words(doc: Doc, start: int, count: int) -> list[str]:
    return [token.lower_ for token in doc[start : start + count]]
