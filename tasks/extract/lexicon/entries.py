"""What the lexicon holds: one class for each kind of entry, and `Lexicon`, all of them ready to be looked up.

What does not belong here: where entries come from (`__init__.py` reads our files, `own.py` a user's).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from schemas.plover import SECTORS
from tasks.extract.lexicon.tables import LexiconError

if TYPE_CHECKING:
    from datetime import date

    from tasks.extract.lexicon.phrases import PhraseIndex

CountryForm = Literal["name", "adjective", "seat"]
OfficeKind = Literal["office", "body", "title"]
PlaceKind = Literal["region", "state", "city", "place", "sea", "continent", "none"]


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
    """A name with a second reading, in another country or as nothing, and the words nearby that speak for either."""

    name: str
    other_country: str | None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """A person whom a lexicon knows, and what to take for true of them where a text says nothing.

    Attributes:
        name: The name by which mentions are resolved, however a text spells it.
        code: The side that they act for.
        country: The same, None where that is an intergovernmental body.
        sector: PLOVER sector, None if left open.
        role: Office or function, None if left open.
    """

    name: str
    code: str
    country: str | None
    sector: str | None
    role: str | None


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
        names_in_any_case: Those of them that can be told in a text without capitals.
        offices: Offices and bodies by their nouns, in any case.
        titles: What stands only before a person's name ("Gen.", "Mrs"); case matters.
        designators: The words of organisations' names that tell their sector; case matters.
        homonyms: Names with a second reading.
        halves: Word, state and the other state: "the North" is North Korea where South Korea is named as well.
        historical_seats: What a capital stood for in its time, the earliest state first, by the capital.
        places: Places by name.
        cues: Words that tell how a name or pronoun is meant, by cue.
        nominals: Nouns by which a text comes back to a body.
        bodies_by_seat: The organisation that a capital stands for, by the capital.
        people: Persons by every spelling of their names; case matters.
        countries_by_surname: The country of all known people of that surname, where it is one.
    """

    countries: dict[str, Country]
    names: PhraseIndex[NamedEntry]
    names_in_any_case: PhraseIndex[NamedEntry]
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
    people: PhraseIndex[KnownPerson]
    countries_by_surname: dict[str, str]

    def coordinates_of_seat(self, name: str, country: Country) -> tuple[float | None, float | None]:
        """Where a seat of government lies; what no list of places has is the capital."""
        known = self.places.get(name)
        return (known.latitude, known.longitude) if known else (country.latitude, country.longitude)


def as_key(name: str) -> str:
    """A name as tables are keyed by it, however a text writes it: in capitals or over two lines."""
    return " ".join(name.split()).casefold()


def known_sector(sector: str, where: str) -> str:
    """The sector, if it is one.

    Args:
        sector: A cell of a file.
        where: File and line.

    Raises:
        LexiconError: It is not one of PLOVER's.
    """
    if sector not in SECTORS:
        raise LexiconError(f"{where}: {sector!r} is not a PLOVER sector, that is one of {', '.join(SECTORS)}")
    return sector
