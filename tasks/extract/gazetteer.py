"""Where a place lies that the lexicon's own files do not name: cities and first-level regions of the world.

In: a place's name as the text writes it, and the countries that the article speaks of. Out: the `Settlement` that is
most likely meant. What the lexicon says of a name, and what the text puts beside it ("Oxford, Ohio"), goes before what
this module says; that order is kept in `toponyms`. The files are made by `scripts/make_gazetteer.py`.
"""

from __future__ import annotations

import gzip
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tasks.extract.lexicon import FOLDER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

REGION_AS_PEOPLE = 100_000
"""What a region weighs beside a city of its name: as much as a city of so many people."""
NAMED_COUNTRY = 20
"""In a country that the article names, a place is meant rather than a namesake of up to so many times its people."""
ONLY_COUNTRY = 1000
"""The same for the only country that the article names: its own small towns."""

# "Frankfurt am Main" is mostly written "Frankfurt".
_RIVER = (" am ", " an der ", " upon ", " sur ", " ob ")


@dataclass(frozen=True, slots=True)
class Settlement:
    """A city or region. `people` weighs it against namesakes; regions have no coordinates."""

    country: str
    people: int
    latitude: float | None
    longitude: float | None


@lru_cache(maxsize=1)
def load_gazetteer() -> Mapping[str, Sequence[str]]:
    """The rows of each name, without it, by the form of the name that `folded` gives; read once per process.

    Rows stay text: of forty thousand an article asks for ten.
    """
    rows: defaultdict[str, list[str]] = defaultdict(list)
    for file in ("cities.tsv", "regions.tsv"):
        for line in _lines(FOLDER / file):
            name, _, row = line.partition("\t")
            rows[folded(name)].append(row)
            for river in _RIVER:
                if river in name:
                    rows[folded(name.partition(river)[0])].append(row)
    return rows


def known_otherwise(name: str, *, named: Collection[str]) -> Settlement | None:
    """The city that once had a name, or is spelt otherwise ("Grodno"), in a country that the article names; else None.

    Cities have so many names that some name of some city is like any word: only where the country is at hand, it counts.
    """
    places = [
        place
        for main in _main_names().get(folded(name), "").split("\t")
        for place in map(_settlement, load_gazetteer().get(folded(main), ()))
        if place.country in named
    ]
    return max(places, key=lambda place: (place.latitude is not None, place.people), default=None)


@lru_cache(maxsize=1)
def _main_names() -> Mapping[str, str]:
    """Of each other name of a city, the names that `cities.tsv` has, tabs between; read when first asked for."""
    names: dict[str, str] = {}
    for line in _lines(FOLDER / "other_names.tsv.gz"):
        main, _, others = line.partition("\t")
        for other in others.split("|"):
            names[other] = f"{names[other]}\t{main}" if other in names else main
    return names


def most_likely(name: str, *, named: Collection[str]) -> Settlement | None:
    """The place that a name means in an article; None if no place is called that.

    Of two namesakes the one with more people is meant, where those of a country that the article names count
    `NAMED_COUNTRY` times, or `ONLY_COUNTRY` times if it names no other.

    Args:
        name: As the text writes it, accents or not.
        named: Codes of the countries that the article names.
    """
    weight = ONLY_COUNTRY if len(named) == 1 else NAMED_COUNTRY
    places = [_settlement(row) for row in load_gazetteer().get(folded(name), ())]
    return max(
        places, key=lambda place: place.people * (weight if place.country in named else 1), default=None
    )


def only_country(name: str) -> str | None:
    """The country in which every place of a name lies, or nearly all of their people; None if that is open."""
    people: Counter[str] = Counter()
    for row in load_gazetteer().get(folded(name), ()):
        place = _settlement(row)
        people[place.country] = max(people[place.country], place.people)
    ranked = people.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] < NAMED_COUNTRY * ranked[1][1]):
        return None
    return ranked[0][0]


def is_known_place(name: str) -> bool:
    """Whether some city or region is called so."""
    return folded(name) in load_gazetteer()


def folded(name: str) -> str:
    """A name for comparison: without accents, capitals, hyphens and apostrophes."""
    if not name.isascii():
        decomposed = unicodedata.normalize("NFD", name.replace("’", ""))
        name = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(name.replace("-", " ").replace("'", "").casefold().split())


def _lines(path: Path) -> Iterator[str]:
    """The rows of a file, packed or not, after its comments and its header."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    lines = (line for line in content.decode("utf-8").splitlines() if not line.startswith("#"))
    next(lines)
    return lines


def _settlement(row: str) -> Settlement:
    country, *numbers = row.split("\t")
    if not numbers:
        return Settlement(country, REGION_AS_PEOPLE, None, None)
    latitude, longitude, people = numbers
    return Settlement(country, int(people), float(latitude), float(longitude))
