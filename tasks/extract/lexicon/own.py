"""A user's own lexicon: one file of names, offices and people that ours lacks or reads otherwise.

In: a TSV file; docs/how-to/extend-the-lexicon.md says what its columns mean. Out: `OwnLexicon`, the file as it was when
a run began, which travels to workers and into checksums, and `OwnEntries`, what its rows say. What does not belong
here: which of two entries for a phrase stands (`__init__.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, get_args

from tasks.extract.lexicon.entries import (
    CountryName,
    KnownPerson,
    NamedEntry,
    Office,
    Organization,
    Place,
    known_sector,
)
from tasks.extract.lexicon.tables import LexiconError, listed, rows_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tasks.extract.lexicon.entries import Country, OfficeKind

COLUMNS = ("name", "other_names", "kind", "code", "sector", "role")

OwnKind = Literal["country", "nationality", "organization", "place", "office", "body", "person"]

_NEEDED: Mapping[OwnKind, frozenset[str]] = {
    "country": frozenset({"code"}),
    "nationality": frozenset({"code"}),
    "organization": frozenset({"sector"}),
    "place": frozenset({"code"}),
    "office": frozenset({"sector"}),
    "body": frozenset({"sector"}),
    "person": frozenset({"code"}),
}
_OPTIONAL: Mapping[OwnKind, frozenset[str]] = {
    "organization": frozenset({"code"}),
    "person": frozenset({"sector", "role"}),
}
_NOUNS = frozenset({"office", "body"})
_MAY_ACT_FOR_BODIES = frozenset({"organization", "person"})
_BODY_CODE = re.compile(r"IGO:[A-Z0-9]{2,12}")


@dataclass(frozen=True, slots=True)
class OwnLexicon:
    """A lexicon file as it was when it was read: its path, which only messages use, and its bytes."""

    path: str
    content: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """The checksum of the content."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEntries:
    """What the rows of a file say: phrases with what they name, offices, persons by their spellings."""

    names: tuple[tuple[str, NamedEntry], ...]
    offices: tuple[Office, ...]
    people: tuple[tuple[str, KnownPerson], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row whose cells are those that its kind can have; one that is left empty is ""."""

    kind: OwnKind
    name: str
    other_names: tuple[str, ...]
    code: str
    sector: str
    role: str

    @property
    def country(self) -> str | None:
        return None if _BODY_CODE.fullmatch(self.code) else self.code or None

    @property
    def spellings(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.name, *self.other_names)))

    @property
    def phrases(self) -> frozenset[tuple[str, str]]:
        """What the row says something of: among nouns (in any case), people or names, and the phrase."""
        if self.kind in _NOUNS:
            return frozenset(("noun", spelling.lower()) for spelling in self.spellings)
        return frozenset(
            ("person" if self.kind == "person" else "name", spelling) for spelling in self.spellings
        )


def read_own_lexicon(path: Path) -> OwnLexicon:
    """The content of a lexicon file; `load_lexicon` says whether it can be used.

    Raises:
        LexiconError: There is no file that can be read.
    """
    try:
        return OwnLexicon(str(path), path.read_bytes())
    except OSError as error:
        raise LexiconError(f"{path}: this lexicon cannot be read: {error.strerror}") from error


def entries_of(own: OwnLexicon | None, countries: Mapping[str, Country]) -> OwnEntries:
    """What a user's lexicon says; nothing if there is none.

    Args:
        own: The file's content.
        countries: By code; a row can name no other.

    Raises:
        LexiconError: A row is wrong, or says something of a phrase of which an earlier one does.
    """
    names: list[tuple[str, NamedEntry]] = []
    offices: list[Office] = []
    people: list[tuple[str, KnownPerson]] = []
    for row in _rows(own, countries) if own else ():
        match row.kind:
            case "office" | "body":
                offices.append(_office(row, row.kind))
            case "person":
                people += [(spelling, _person(row)) for spelling in row.spellings]
            case _:
                names += [(spelling, _named(row, countries)) for spelling in row.spellings]
    return OwnEntries(names=tuple(names), offices=tuple(offices), people=tuple(people))


def _named(row: _Row, countries: Mapping[str, Country]) -> NamedEntry:
    if row.kind == "place":
        return Place(
            name=row.name,
            other_names=row.other_names,
            kind="place",
            country=row.country,
            latitude=None,
            longitude=None,
        )
    if row.kind == "organization":
        return Organization(
            name=row.name,
            other_names=row.other_names,
            code=row.code or None,
            sector=row.sector,
            country=row.country,
            seat=None,
        )
    return CountryName(countries[row.code], "name" if row.kind == "country" else "adjective")


def _office(row: _Row, kind: OfficeKind) -> Office:
    plural = next(iter(row.other_names), None)
    return Office(noun=row.name, plural=plural, kind=kind, sector=row.sector, borrows=False)


def _person(row: _Row) -> KnownPerson:
    return KnownPerson(
        name=row.name,
        code=row.code,
        country=row.country,
        sector=row.sector or None,
        role=row.role or None,
    )


def _rows(own: OwnLexicon, countries: Mapping[str, Country]) -> Iterator[_Row]:
    """The rows of the file, each checked, by itself and beside the earlier ones."""
    line_of: dict[tuple[str, str], int] = {}
    for number, cells in rows_in(own.content, COLUMNS, name=own.path):
        where = f"{own.path}:{number}"
        row = _row(dict.fromkeys(COLUMNS, "") | cells, where, countries)
        if known := sorted(row.phrases & line_of.keys()):
            raise LexiconError(f"{where}: line {line_of[known[0]]} says already what {known[0][1]!r} is")
        line_of |= dict.fromkeys(row.phrases, number)
        yield row


def _row(cells: Mapping[str, str], where: str, countries: Mapping[str, Country]) -> _Row:
    kind = next((known for known in get_args(OwnKind) if known == cells["kind"]), None)
    if kind is None:
        raise LexiconError(
            f"{where}: the kind {cells['kind']!r} is not one of {', '.join(get_args(OwnKind))}"
        )
    _check_cells(cells, kind, where)
    if cells["code"]:
        _check_code(cells["code"], kind, where, countries)
    row = _Row(
        kind=kind,
        name=cells["name"],
        other_names=listed(cells["other_names"]),
        code=cells["code"],
        sector=known_sector(cells["sector"], where) if cells["sector"] else "",
        role=cells["role"],
    )
    _check_spellings(row, where)
    return row


def _check_cells(cells: Mapping[str, str], kind: OwnKind, where: str) -> None:
    needed = _NEEDED[kind] | {"name"}
    possible = needed | {"kind", "other_names"} | _OPTIONAL.get(kind, frozenset())
    for column, cell in cells.items():
        if column in needed and not cell:
            raise LexiconError(f"{where}: a row of kind {kind} needs a {column}")
        if cell and column not in possible:
            raise LexiconError(f"{where}: a row of kind {kind} has no {column}: leave it empty")
        if '"' in cell:  # a spreadsheet put it there, and no text has it
            raise LexiconError(f"{where}: write the {column} without quotation marks")


def _check_code(code: str, kind: OwnKind, where: str, countries: Mapping[str, Country]) -> None:
    if code in countries or (kind in _MAY_ACT_FOR_BODIES and _BODY_CODE.fullmatch(code)):
        return
    also = " nor IGO: with 2 to 12 capital letters or digits" if kind in _MAY_ACT_FOR_BODIES else ""
    raise LexiconError(f"{where}: {code!r} is not the three-letter code of a country (ISO 3166-1){also}")


def _check_spellings(row: _Row, where: str) -> None:
    if row.kind in _NOUNS and len(row.other_names) > 1:
        raise LexiconError(f"{where}: the other name of a noun is its plural; another noun has its own row")
    for spelling in row.spellings:
        if "|" in spelling or not any(map(str.isalpha, spelling)):
            raise LexiconError(
                f"{where}: {spelling!r} is not a name: several go into other_names, parted by |"
            )
