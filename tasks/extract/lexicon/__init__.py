"""The lexicon of actors: countries, organisations, places, offices and what their words stand for.

In: the TSV files of this folder, and the rows of a user's own lexicon (`own.py`), which go before ours where both know
a phrase. Out: one frozen `Lexicon`. Word classes (`word_classes.tsv`) are another part's. Facts that change with the news, such
as who holds an office today, do not belong into our files: the text says them, or a user does. Of known people there is
the country alone, which stays.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from tasks.extract.lexicon.entries import (
    Country,
    CountryName,
    Designator,
    HistoricalSeat,
    Homonym,
    KnownPerson,
    Lexicon,
    NamedEntry,
    Nominal,
    Office,
    OfficeForm,
    OfficeKind,
    Organization,
    Place,
    PlaceKind,
    as_key,
    known_sector,
)
from tasks.extract.lexicon.own import OwnLexicon, entries_of, read_own_lexicon
from tasks.extract.lexicon.phrases import PhraseIndex, PhraseMatch, Pieces
from tasks.extract.lexicon.tables import LexiconError, listed, read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Country",
    "CountryName",
    "Designator",
    "HistoricalSeat",
    "Homonym",
    "KnownPerson",
    "Lexicon",
    "LexiconError",
    "NamedEntry",
    "Nominal",
    "Office",
    "OfficeForm",
    "Organization",
    "OwnLexicon",
    "PhraseIndex",
    "PhraseMatch",
    "Pieces",
    "Place",
    "as_key",
    "cue",
    "load_lexicon",
    "read_own_lexicon",
]

FOLDER = Path(__file__).parent

_CODE = re.compile(r"[A-Z]{3}")
_ORGANIZATION_CODE = re.compile(r"IGO:[A-Z0-9]+")

_SURNAME_FIRST = frozenset({"CHN", "HKG", "KOR", "PRK", "TWN", "VNM"})
"""Where the surname comes first: Xi Jinping."""

SHORTEST_NAME_IN_ANY_CASE = 4
_VOWEL = re.compile(r"[aeiouyAEIOUY.]")

SHORTEST_SHOUTED_NAME = 4
"""Names of so many letters are also found in capitals (MOSCOW); shorter ones would meet words and acronyms."""


def cue(name: str) -> frozenset[str]:
    """The words of one cue, which no user's lexicon changes."""
    return load_lexicon().cues[name]


def load_lexicon(own: OwnLexicon | None = None) -> Lexicon:
    """Our lexicon with a user's own before it, made once per process.

    Args:
        own: The user's, None for ours alone.

    Raises:
        LexiconError: A file cannot be used; the message names file and line.
    """
    return _made(own)


@lru_cache(maxsize=2)
def _made(own: OwnLexicon | None) -> Lexicon:
    countries = {country.code: country for country in _read_countries()}
    organizations = _read_organizations(countries)
    places = _read_places(countries)
    theirs = entries_of(own, countries)
    offices = [*_read_offices(), *theirs.offices]
    cues = _read_cues()
    their_names = {name for name, _ in theirs.names}
    people = [*_read_people(countries), *theirs.people]
    names = [*_named_phrases(list(countries.values()), organizations, places), *theirs.names]
    return Lexicon(
        countries=countries,
        names=PhraseIndex([*_shouted(names), *names]),
        names_in_any_case=PhraseIndex(_sayable_in_any_case(names, cues["lower_case_word"]), ignore_case=True),
        offices=PhraseIndex(_office_phrases(offices), ignore_case=True),
        titles=PhraseIndex((office.noun, office) for office in offices if office.kind == "title"),
        designators=PhraseIndex(_read_designators()),
        # What the user says of a name leaves no second reading.
        homonyms={item.name: item for item in _read_homonyms(countries) if item.name not in their_names},
        places={name: place for place in places for name in (place.name, *place.other_names)},
        halves=_read_halves(countries),
        historical_seats=_read_historical_seats(countries),
        cues=cues,
        nominals={nominal.noun: nominal for nominal in _read_nominals()},
        bodies_by_seat={as_key(item.seat): item for item in organizations if item.seat},
        people=PhraseIndex(people),
        countries_by_surname=_countries_by_surname(people),
    )


def _read_countries() -> list[Country]:
    columns = ("code", "name", "other_names", "adjectives", "seats", "latitude", "longitude")
    countries: list[Country] = []
    named: dict[str, str] = {}
    for where, row in _rows("countries.tsv", columns):
        if not _CODE.fullmatch(row["code"]):
            raise LexiconError(f"{where}: {row['code']!r} is not a code of three capital letters")
        latitude, longitude = _coordinates(row, where)
        if not row["name"] or latitude is None or longitude is None:
            raise LexiconError(f"{where}: a country needs a name, a latitude and a longitude")
        country = Country(
            code=row["code"],
            name=row["name"],
            other_names=listed(row["other_names"]),
            adjectives=listed(row["adjectives"]),
            seats=listed(row["seats"]),
            latitude=latitude,
            longitude=longitude,
        )
        for phrase in (country.name, *country.other_names, *country.adjectives, *country.seats):
            if named.setdefault(phrase, country.code) != country.code:
                raise LexiconError(f"{where}: {phrase!r} already stands for {named[phrase]}")
        countries.append(country)
    return countries


def _read_organizations(countries: dict[str, Country]) -> list[Organization]:
    columns = ("code", "name", "other_names", "sector", "country", "seat")
    organizations: list[Organization] = []
    for where, row in _rows("organizations.tsv", columns):
        if row["code"] and not _ORGANIZATION_CODE.fullmatch(row["code"]):
            raise LexiconError(f"{where}: {row['code']!r} is not a code IGO:...")
        organizations.append(
            Organization(
                name=row["name"],
                other_names=listed(row["other_names"]),
                code=row["code"] or _known_country(row["country"], countries, where),
                sector=known_sector(row["sector"], where),
                country=_known_country(row["country"], countries, where),
                seat=row["seat"] or None,
            )
        )
    return organizations


def _read_places(countries: dict[str, Country]) -> list[Place]:
    columns = ("name", "other_names", "kind", "country", "latitude", "longitude")
    places: list[Place] = []
    for where, row in _rows("places.tsv", columns):
        kind = next((known for known in get_args(PlaceKind) if known == row["kind"]), None)
        if kind is None:
            raise LexiconError(f"{where}: {row['kind']!r} is not one of {', '.join(get_args(PlaceKind))}")
        latitude, longitude = _coordinates(row, where)
        places.append(
            Place(
                name=row["name"],
                other_names=listed(row["other_names"]),
                kind=kind,
                country=_known_country(row["country"], countries, where),
                latitude=latitude,
                longitude=longitude,
            )
        )
    return places


def _read_people(countries: dict[str, Country]) -> list[tuple[str, KnownPerson]]:
    """Every spelling of a known person's name with what we know: the country, and neither office nor sector."""
    people: list[tuple[str, KnownPerson]] = []
    for where, row in _rows("people.tsv", ("name", "other_names", "country")):
        country = _known_country(row["country"], countries, where)
        if country is None:
            raise LexiconError(f"{where}: a person needs a country")
        person = KnownPerson(name=row["name"], code=country, country=country, sector=None, role=None)
        people += [(spelling, person) for spelling in (row["name"], *listed(row["other_names"]))]
    return people


def _countries_by_surname(people: Sequence[tuple[str, KnownPerson]]) -> dict[str, str]:
    """The country of each surname that known people of one country alone have."""
    countries: dict[str, set[str]] = {}
    for spelling, person in people:
        words = spelling.split()
        if person.country and len(words) > 1:
            surname = words[0] if person.country in _SURNAME_FIRST else words[-1]
            countries.setdefault(surname, set()).add(person.country)
    return {surname: codes.pop() for surname, codes in countries.items() if len(codes) == 1}


def _read_offices() -> list[Office]:
    columns = ("noun", "plural", "kind", "sector", "borrows")
    offices: list[Office] = []
    for where, row in _rows("offices.tsv", columns):
        kind = next((known for known in get_args(OfficeKind) if known == row["kind"]), None)
        if kind is None:
            raise LexiconError(f"{where}: {row['kind']!r} is not one of {', '.join(get_args(OfficeKind))}")
        if row["borrows"] not in {"yes", "no"}:
            raise LexiconError(f"{where}: borrows is {row['borrows']!r}, not yes or no")
        offices.append(
            Office(
                noun=row["noun"],
                plural=row["plural"] or None,
                kind=kind,
                sector=known_sector(row["sector"], where) if row["sector"] else None,
                borrows=row["borrows"] == "yes",
            )
        )
    return offices


def _read_homonyms(countries: dict[str, Country]) -> list[Homonym]:
    columns = ("name", "other_country", "cues", "other_cues")
    homonyms: list[Homonym] = []
    for where, row in _rows("homonyms.tsv", columns):
        homonyms.append(
            Homonym(
                name=row["name"],
                other_country=_known_country(row["other_country"], countries, where),
                cues=frozenset(listed(row["cues"])),
                other_cues=frozenset(listed(row["other_cues"])),
            )
        )
    return homonyms


def _read_halves(countries: dict[str, Country]) -> tuple[tuple[str, str, str], ...]:
    rows = _rows("halves.tsv", ("word", "code", "other"))
    for where, row in rows:
        for code in (row["code"], row["other"]):
            _known_country(code, countries, where)
    return tuple((row["word"], row["code"], row["other"]) for _, row in rows)


def _read_historical_seats(countries: dict[str, Country]) -> dict[str, tuple[HistoricalSeat, ...]]:
    by_seat: dict[str, list[HistoricalSeat]] = {}
    for where, row in _rows("historical_seats.tsv", ("seat", "code", "until")):
        code = _known_country(row["code"], countries, where)
        try:
            until = date.fromisoformat(row["until"])
        except ValueError as error:
            raise LexiconError(f"{where}: {row['until']!r} is not a day") from error
        if code is None:
            raise LexiconError(f"{where}: a seat needs the code of a state")
        by_seat.setdefault(as_key(row["seat"]), []).append(
            HistoricalSeat(seat=row["seat"], code=code, until=until)
        )
    return {seat: tuple(sorted(states, key=lambda state: state.until)) for seat, states in by_seat.items()}


def _read_designators() -> list[tuple[str, Designator]]:
    return [
        (row["word"], Designator(known_sector(row["sector"], where)))
        for where, row in _rows("designators.tsv", ("word", "sector"))
    ]


def _read_nominals() -> list[Nominal]:
    return [
        Nominal(
            noun=row["noun"],
            sectors=frozenset(known_sector(sector, where) for sector in listed(row["sectors"])),
            names=frozenset(listed(row["names"])),
        )
        for where, row in _rows("nominals.tsv", ("noun", "sectors", "names"))
    ]


def _read_cues() -> dict[str, frozenset[str]]:
    words: dict[str, frozenset[str]] = {}
    for _, row in _rows("cues.tsv", ("cue", "words")):
        words[row["cue"]] = words.get(row["cue"], frozenset()) | frozenset(listed(row["words"]))
    return words


def _rows(name: str, columns: tuple[str, ...]) -> list[tuple[str, dict[str, str]]]:
    """The rows of a file with "file:line" for messages."""
    return [(f"{name}:{number}", row) for number, row in read_rows(FOLDER / name, columns)]


def _coordinates(row: dict[str, str], where: str) -> tuple[float | None, float | None]:
    if not row["latitude"] and not row["longitude"]:
        return None, None
    try:
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
    except ValueError as error:
        raise LexiconError(f"{where}: latitude and longitude must be numbers") from error
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise LexiconError(f"{where}: latitude {latitude} or longitude {longitude} is not on the globe")
    return latitude, longitude


def _known_country(code: str, countries: dict[str, Country], where: str) -> str | None:
    if code and code not in countries:
        raise LexiconError(f"{where}: {code!r} is not in countries.tsv")
    return code or None


def _named_phrases(
    countries: list[Country], organizations: list[Organization], places: list[Place]
) -> list[tuple[str, NamedEntry]]:
    """Every phrase with its entry; where two entries share one, the later in this order stands."""
    phrases: list[tuple[str, NamedEntry]] = []
    for place in places:
        phrases += [(name, place) for name in (place.name, *place.other_names)]
    for country in countries:
        phrases += [(seat, CountryName(country, "seat")) for seat in country.seats]
    for country in countries:
        phrases += [(name, CountryName(country, "name")) for name in (country.name, *country.other_names)]
        phrases += [(word, CountryName(country, "adjective")) for word in country.adjectives]
    for organization in organizations:
        phrases += [(name, organization) for name in (organization.name, *organization.other_names)]
    return phrases


def _shouted(phrases: Sequence[tuple[str, NamedEntry]]) -> list[tuple[str, NamedEntry]]:
    """The same in capitals, unless that is another phrase as it is written."""
    as_written = {phrase for phrase, _ in phrases}
    return [
        (phrase.upper(), entry)
        for phrase, entry in phrases
        if sum(map(str.isalpha, phrase)) >= SHORTEST_SHOUTED_NAME and phrase.upper() not in as_written
    ]


def _sayable_in_any_case(
    phrases: Sequence[tuple[str, NamedEntry]], words: frozenset[str]
) -> list[tuple[str, NamedEntry]]:
    """The names that are nothing else in lower case: long enough, no words, or letters that nobody could pronounce."""
    return [
        (phrase, entry)
        for phrase, entry in phrases
        if phrase.lower() not in words
        and (sum(map(str.isalpha, phrase)) >= SHORTEST_NAME_IN_ANY_CASE or not _VOWEL.search(phrase))
    ]


def _office_phrases(offices: list[Office]) -> list[tuple[str, OfficeForm]]:
    phrases: list[tuple[str, OfficeForm]] = []
    for office in offices:
        if office.kind != "title":
            phrases.append((office.noun, OfficeForm(office, is_plural=False)))
            if office.plural:
                phrases.append((office.plural, OfficeForm(office, is_plural=True)))
    return phrases
