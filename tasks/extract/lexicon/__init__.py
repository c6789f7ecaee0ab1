"""The lexicon of actors: countries, organisations, places, offices and what their words stand for.

In: the TSV files of this folder, and of any other folder with files of the same names that extends them. Out: one
frozen `Lexicon`. Triggers (`triggers.tsv`) are another part's. Facts that change with the news, such as who holds an
office today, do not belong here: the text says them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from schemas.plover import SECTORS
from tasks.extract.lexicon.phrases import PhraseIndex, PhraseMatch, Pieces
from tasks.extract.lexicon.tables import LexiconError, listed, read_rows

__all__ = [
    "Country",
    "CountryName",
    "Designator",
    "HistoricalSeat",
    "Homonym",
    "Lexicon",
    "LexiconError",
    "NamedEntry",
    "Nominal",
    "Office",
    "OfficeForm",
    "Organization",
    "PhraseIndex",
    "PhraseMatch",
    "Pieces",
    "Place",
    "load_lexicon",
]

FOLDER = Path(__file__).parent

CountryForm = Literal["name", "adjective", "seat"]
OfficeKind = Literal["office", "body", "title"]
PlaceKind = Literal["region", "state", "city", "place", "sea", "continent", "none"]

_CODE = re.compile(r"[A-Z]{3}")
_ORGANIZATION_CODE = re.compile(r"IGO:[A-Z0-9]+")

SHORTEST_SHOUTED_NAME = 4
"""Names of so many letters are also found in capitals (MOSCOW); shorter ones would meet words and acronyms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country, territory or documented state of the past.

    Attributes:
        code: ISO 3166-1 alpha-3, or the documented code of a state of the past.
        name: Its short English name.
        other_names: Other names, long and short, as texts write them.
        adjectives: Adjectives and the words for its people.
        seats: The capital first, then other seats of government that stand for it.
        latitude: Degrees, of the capital.
        longitude: Degrees, of the capital.
    """

    code: str
    name: str
    other_names: tuple[str, ...]
    adjectives: tuple[str, ...]
    seats: tuple[str, ...]
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """A body that the lexicon knows by name. `seat` is the capital that stands for it when it acts (Brussels)."""

    name: str
    other_names: tuple[str, ...]
    code: str | None
    sector: str
    country: str | None
    seat: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place below or above a country, or (`kind` "none") a phrase that only holds a country's word."""

    name: str
    other_names: tuple[str, ...]
    kind: PlaceKind
    country: str | None
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An office, function, body or title. `borrows`: a modifier's sector goes first (army spokesman: MIL)."""

    noun: str
    plural: str | None
    kind: OfficeKind
    sector: str | None
    borrows: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Homonym:
    """A name with a second reading, and the words nearby that speak for either."""

    name: str
    other_country: str
    cues: frozenset[str]
    other_cues: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricalSeat:
    """A capital that stood for another state up to a day."""

    seat: str
    code: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominal:
    """A noun for a body: the sectors and the names of bodies that are called so."""

    noun: str
    sectors: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class CountryName:
    """How a phrase names a country."""

    country: Country
    form: CountryForm


@dataclass(frozen=True, slots=True)
class OfficeForm:
    """An office's noun in the singular or plural."""

    office: Office
    is_plural: bool


@dataclass(frozen=True, slots=True)
class Designator:
    """A word of an organisation's name that tells its sector."""

    sector: str


NamedEntry: TypeAlias = CountryName | Organization | Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Everything that words say about actors, ready to be looked up.

    Attributes:
        countries: By code.
        names: Countries, organisations and places by how texts write them; case matters.
        offices: Offices and bodies by their nouns, in any case.
        titles: What stands only before a person's name ("Gen.", "Mrs"); case matters.
        designators: The words of organisations' names that tell their sector; case matters.
        homonyms: Names with a second reading.
        halves: Word, state and the other state: "the North" is North Korea where South Korea is named as well.
        historical_seats: What a capital stood for in its time, the earliest state first, by the capital.
        places: Places by name.
        cues: Words that tell how a name or pronoun is meant, by cue; an extension adds words.
        nominals: Nouns by which a text comes back to a body.
        bodies_by_seat: The organisation that a capital stands for, by the capital.
    """

    countries: dict[str, Country]
    names: PhraseIndex[NamedEntry]
    offices: PhraseIndex[OfficeForm]
    titles: PhraseIndex[Office]
    designators: PhraseIndex[Designator]
    homonyms: dict[str, Homonym]
    halves: tuple[tuple[str, str, str], ...]
    historical_seats: dict[str, tuple[HistoricalSeat, ...]]
    places: dict[str, Place]
    cues: dict[str, frozenset[str]]
    nominals: dict[str, Nominal]
    bodies_by_seat: dict[str, Organization]


@lru_cache(maxsize=4)
def load_lexicon(*extensions: Path) -> Lexicon:
    """The lexicon of this folder, read once per process.

    Args:
        extensions: Folders with files of the same names and columns (any subset of them); their rows come later,
            so that they add phrases and replace the meaning of known ones.

    Raises:
        LexiconError: A file of the lexicon cannot be used; the message names file and line.
    """
    folders = (FOLDER, *extensions)
    countries = {country.code: country for folder in folders for country in _read_countries(folder)}
    organizations = [item for folder in folders for item in _read_organizations(folder, countries)]
    places = [item for folder in folders for item in _read_places(folder, countries)]
    offices = [item for folder in folders for item in _read_offices(folder)]
    homonyms = [item for folder in folders for item in _read_homonyms(folder, countries)]
    designators = [item for folder in folders for item in _read_designators(folder)]
    return Lexicon(
        countries=countries,
        names=PhraseIndex(_named_phrases(list(countries.values()), organizations, places)),
        offices=PhraseIndex(_office_phrases(offices), ignore_case=True),
        titles=PhraseIndex((office.noun, office) for office in offices if office.kind == "title"),
        designators=PhraseIndex(designators),
        homonyms={homonym.name: homonym for homonym in homonyms},
        halves=_read_halves(countries),
        historical_seats=_read_historical_seats(countries),
        places={name: place for place in places for name in (place.name, *place.other_names)},
        cues=_read_cues(folders),
        nominals={nominal.noun: nominal for folder in folders for nominal in _read_nominals(folder)},
        bodies_by_seat={item.seat: item for item in organizations if item.seat},
    )


def _read_countries(folder: Path) -> list[Country]:
    columns = ("code", "name", "other_names", "adjectives", "seats", "latitude", "longitude")
    countries: list[Country] = []
    named: dict[str, str] = {}
    for where, row in _rows(folder, "countries.tsv", columns):
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


def _read_organizations(folder: Path, countries: dict[str, Country]) -> list[Organization]:
    columns = ("code", "name", "other_names", "sector", "country", "seat")
    organizations: list[Organization] = []
    for where, row in _rows(folder, "organizations.tsv", columns):
        if row["code"] and not _ORGANIZATION_CODE.fullmatch(row["code"]):
            raise LexiconError(f"{where}: {row['code']!r} is not a code IGO:...")
        organizations.append(
            Organization(
                name=row["name"],
                other_names=listed(row["other_names"]),
                code=row["code"] or _known_country(row["country"], countries, where),
                sector=_known_sector(row["sector"], where),
                country=_known_country(row["country"], countries, where),
                seat=row["seat"] or None,
            )
        )
    return organizations


def _read_places(folder: Path, countries: dict[str, Country]) -> list[Place]:
    columns = ("name", "other_names", "kind", "country", "latitude", "longitude")
    places: list[Place] = []
    for where, row in _rows(folder, "places.tsv", columns):
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


def _read_offices(folder: Path) -> list[Office]:
    columns = ("noun", "plural", "kind", "sector", "borrows")
    offices: list[Office] = []
    for where, row in _rows(folder, "offices.tsv", columns):
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
                sector=_known_sector(row["sector"], where) if row["sector"] else None,
                borrows=row["borrows"] == "yes",
            )
        )
    return offices


def _read_homonyms(folder: Path, countries: dict[str, Country]) -> list[Homonym]:
    columns = ("name", "other_country", "cues", "other_cues")
    homonyms: list[Homonym] = []
    for where, row in _rows(folder, "homonyms.tsv", columns):
        other_country = _known_country(row["other_country"], countries, where)
        if other_country is None:
            raise LexiconError(f"{where}: the other reading needs a country")
        homonyms.append(
            Homonym(
                name=row["name"],
                other_country=other_country,
                cues=frozenset(listed(row["cues"])),
                other_cues=frozenset(listed(row["other_cues"])),
            )
        )
    return homonyms


def _read_halves(countries: dict[str, Country]) -> tuple[tuple[str, str, str], ...]:
    rows = _rows(FOLDER, "halves.tsv", ("word", "code", "other"))
    for where, row in rows:
        for code in (row["code"], row["other"]):
            _known_country(code, countries, where)
    return tuple((row["word"], row["code"], row["other"]) for _, row in rows)


def _read_historical_seats(countries: dict[str, Country]) -> dict[str, tuple[HistoricalSeat, ...]]:
    by_seat: dict[str, list[HistoricalSeat]] = {}
    for where, row in _rows(FOLDER, "historical_seats.tsv", ("seat", "code", "until")):
        code = _known_country(row["code"], countries, where)
        try:
            until = date.fromisoformat(row["until"])
        except ValueError as error:
            raise LexiconError(f"{where}: {row['until']!r} is not a day") from error
        if code is None:
            raise LexiconError(f"{where}: a seat needs the code of a state")
        by_seat.setdefault(row["seat"], []).append(HistoricalSeat(seat=row["seat"], code=code, until=until))
    return {seat: tuple(sorted(states, key=lambda state: state.until)) for seat, states in by_seat.items()}


def _read_designators(folder: Path) -> list[tuple[str, Designator]]:
    return [
        (row["word"], Designator(_known_sector(row["sector"], where)))
        for where, row in _rows(folder, "designators.tsv", ("word", "sector"))
    ]


def _read_nominals(folder: Path) -> list[Nominal]:
    return [
        Nominal(
            noun=row["noun"],
            sectors=frozenset(_known_sector(sector, where) for sector in listed(row["sectors"])),
            names=frozenset(listed(row["names"])),
        )
        for where, row in _rows(folder, "nominals.tsv", ("noun", "sectors", "names"))
    ]


def _read_cues(folders: tuple[Path, ...]) -> dict[str, frozenset[str]]:
    words: dict[str, frozenset[str]] = {}
    for folder in folders:
        for where, row in _rows(folder, "cues.tsv", ("cue", "words")):
            if folder != FOLDER and row["cue"] not in words:
                raise LexiconError(f"{where}: no code reads a cue {row['cue']!r}")
            words[row["cue"]] = words.get(row["cue"], frozenset()) | frozenset(listed(row["words"]))
    return words


def _rows(folder: Path, name: str, columns: tuple[str, ...]) -> list[tuple[str, dict[str, str]]]:
    """The rows of a file with "file:line" for messages; an extension need not have every file."""
    path = folder / name
    if folder != FOLDER and not path.exists():
        return []
    return [(f"{path.name}:{number}", row) for number, row in read_rows(path, columns)]


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


def _known_sector(sector: str, where: str) -> str:
    if sector not in SECTORS:
        raise LexiconError(f"{where}: {sector!r} is not a PLOVER sector")
    return sector


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
    as_written = {phrase for phrase, _ in phrases}
    shouted = [
        (phrase.upper(), entry)
        for phrase, entry in phrases
        if sum(map(str.isalpha, phrase)) >= SHORTEST_SHOUTED_NAME and phrase.upper() not in as_written
    ]
    return shouted + phrases


def _office_phrases(offices: list[Office]) -> list[tuple[str, OfficeForm]]:
    phrases: list[tuple[str, OfficeForm]] = []
    for office in offices:
        if office.kind != "title":
            phrases.append((office.noun, OfficeForm(office, is_plural=False)))
            if office.plural:
                phrases.append((office.plural, OfficeForm(office, is_plural=True)))
    return phrases
