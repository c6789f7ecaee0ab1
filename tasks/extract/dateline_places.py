"""The place of a dateline: "NEW DELHI, Aug 7", "KHARKIV, Ukraine", "FARGO, N.D.".

In: the dateline's words, the mentions of the article, the lexicon. Out: an `EventPlace`, or None where nobody knows a
place of that name. Which events happen there is decided in `event_places.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tasks.extract.annotations import EventPlace
from tasks.extract.gazetteer import known_otherwise, most_likely
from tasks.extract.lexicon import CountryName, Place

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_PARTICLES = frozenset(["es", "de", "au", "of", "la", "el", "da", "do", "dos", "del", "sur", "am", "upon"])

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.extract.annotations import Mention
    from tasks.extract.lexicon import Lexicon


def dateline_place(words: str, mentions: Iterable[Mention], lexicon: Lexicon) -> EventPlace | None:
    """The place where a dispatch says that it was written.

    Of namesakes the one in the country behind the name is meant, else one in a country that the article names.
    """
    town, _, behind = (part.strip() for part in words.partition(","))
    name = _in_small_letters(town)
    country = _country_of(_known(behind, lexicon))
    known = _known(town, lexicon)
    if known and _country_of(known) and country in {None, _country_of(known)}:
        latitude, longitude = _coordinates(known, name, lexicon)
        return EventPlace(
            name=name, country=_country_of(known), latitude=latitude, longitude=longitude, source="dateline"
        )
    named = {country} if country else {mention.country for mention in mentions if mention.country}
    found = most_likely(town, named=named) or known_otherwise(town, named=named)
    if found and country in {None, found.country}:
        return EventPlace(
            name=name,
            country=found.country,
            latitude=found.latitude,
            longitude=found.longitude,
            source="dateline",
        )
    return (
        EventPlace(name=name, country=country, latitude=None, longitude=None, source="dateline")
        if country
        else None
    )


def _in_small_letters(town: str) -> str:
    """The town as it is written elsewhere: "Port-au-Prince", "St. John's", "Dar es Salaam"."""
    if not town.isupper():
        return town
    return _WORD.sub(lambda word: word[0].lower() if _is_particle(word) else word[0].capitalize(), town)


def _is_particle(word: re.Match[str]) -> bool:
    return word.start() > 0 and word[0].lower() in _PARTICLES


def _known(words: str, lexicon: Lexicon) -> CountryName | Place | None:
    """The country, capital or place of the lexicon that the words name, all of them."""
    for text in (words, _in_small_letters(words)):
        found = lexicon.names.find(text)
        if len(found) == 1 and (found[0].start, found[0].end) == (0, len(text)):
            entry = found[0].meaning
            return entry if isinstance(entry, CountryName | Place) else None
    return None


def _country_of(entry: CountryName | Place | None) -> str | None:
    return entry.country.code if isinstance(entry, CountryName) else entry.country if entry else None


def _coordinates(
    entry: CountryName | Place, name: str, lexicon: Lexicon
) -> tuple[float | None, float | None]:
    """Those of a capital or place; a country has none."""
    if isinstance(entry, Place):
        return entry.latitude, entry.longitude
    return lexicon.coordinates_of_seat(name, entry.country) if entry.form == "seat" else (None, None)
