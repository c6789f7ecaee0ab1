"""A published version as lazy tables, by its manifest.

In: a store and a version. Out: its tables as LazyFrames over exactly the files that the manifest lists, whatever else
lies in the folders. Nothing is read before a frame is collected.
What does not belong here: reading in SQL (`tasks.query`) and writing tables out (`tasks.export`).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from schemas.tables import TABLES, polars_schema
from tasks.parquet_files import UNREADABLE, scan_files
from tasks.store import Store
from tasks.store_errors import BrokenStoreError, StoreError, VersionMissingError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from schemas.manifest import FileEntry, Manifest


class UnknownTableError(KeyError):
    """A version has no table of this name."""

    def __str__(self) -> str:
        """The message itself; a KeyError would put it in quotation marks."""
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Release(Mapping[str, pl.LazyFrame]):
    """A version of a store: its tables by name.

    Version and path are fixed, so that all its tables belong together even while another run publishes.

    Attributes:
        store: The folder of the store, resolved.
        version: Name of the version.
        manifest: What the version is made of.
    """

    store: Path
    version: str
    manifest: Manifest = field(repr=False, compare=False)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables; those without rows are among them."""
        return table_names(self.manifest)

    def __getitem__(self, table: str) -> pl.LazyFrame:
        """A table, month by month and in a month by key.

        Raises:
            UnknownTableError: There is no such table.
        """
        return scan_table(Store(self.store), self.manifest, table)

    def __contains__(self, table: object) -> bool:
        """Whether there is a table of this name; none is opened for it."""
        return table in self.tables

    def __iter__(self) -> Iterator[str]:
        """The names of the tables."""
        return iter(self.tables)

    def __len__(self) -> int:
        """The number of tables."""
        return len(self.tables)


def open_release(store: Path | str, version: str | int | None = None) -> Release:
    """A version of a store, to be read table by table: `open_release("store")["events"].collect()`.

    Args:
        store: The folder of the store.
        version: The version as `v0000012`, `12` or `latest`; the latest if left out.

    Raises:
        tasks.store_errors.VersionMissingError: The store has no such version, or none at all.
        tasks.store_errors.NotAStoreError: The folder is no store.
        tasks.store_errors.BrokenStoreError: The version's manifest cannot be read.
    """
    root = Path(store).resolve()
    opened = Store(root)
    named = version_named(opened, str(version)) if version is not None else None
    manifest = opened.manifest(named) if named else opened.latest()
    if manifest is None:
        raise VersionMissingError(f"the store {root} has no version yet: run detente on some articles first")
    return Release(root, manifest.version, manifest)


def version_named(store: Store, name: str) -> str:
    """The version that a user means by `v0000012`, `v12`, `12` or `latest`, whether the store has it or not.

    Raises:
        tasks.store_errors.StoreError: There is no store or, for `latest`, no version.
    """
    if name == "latest":
        latest = store.latest_version()
        if latest is None:
            raise VersionMissingError(f"the store {store.root} has no version yet")
        return latest
    number = name.removeprefix("v")
    return f"v{number.zfill(7)}" if number.isascii() and number.isdecimal() else name


def scan_table(
    store: Store, manifest: Manifest, table: str, months: Collection[str] | None = None
) -> pl.LazyFrame:
    """A table of a version, month by month; without rows and with the declared columns if no file holds any.

    Args:
        store: The store of the version.
        manifest: The version's.
        table: Name of the table.
        months: Only these months, of a table that is split by month.

    Raises:
        UnknownTableError: The version has no such table.
    """
    files = files_of(manifest, table, months)
    if not files:
        return pl.LazyFrame(schema=polars_schema(TABLES[table]))
    return scan_files(store.path_of(file, manifest.version) for file in files)


def damage_told(store: Store) -> AbstractContextManager[None]:
    """Turns what polars says of a damaged file of a store into an error that says what to do.

    Raises:
        BrokenStoreError: A file is damaged.
    """
    remedy = "`detente verify` of the version that has it names it"
    return damage_told_of(f"a file of the store {store.root}", remedy)


@contextmanager
def damage_told_of(what: str, remedy: str) -> Iterator[None]:
    """The same, of something that is read, with what to do about it.

    Raises:
        BrokenStoreError: It is damaged.
    """
    try:
        yield
    except UNREADABLE as error:
        raise BrokenStoreError(f"{what} is damaged ({str(error).splitlines()[0][:200]}): {remedy}") from error


def require_outside(release: Release, path: Path) -> None:
    """Makes sure that something to be written would not come to lie in the store, where nothing is ever changed.

    Raises:
        StoreError: It would.
    """
    if path.resolve().is_relative_to(release.store):
        raise StoreError(f"{path} lies in the store {release.store}: choose a place outside")


def paths_of(release: Release, table: str) -> tuple[Path, ...]:
    """Where the files of a table lie; errors as of `scan_table`."""
    store = Store(release.store)
    return tuple(store.path_of(file, release.version) for file in files_of(release.manifest, table))


def files_of(manifest: Manifest, table: str, months: Collection[str] | None = None) -> tuple[FileEntry, ...]:
    """The files of a table in the order of their months; perhaps none. Arguments and errors as of `scan_table`."""
    names = table_names(manifest)
    if table not in names:
        raise UnknownTableError(f"{manifest.version} has no table {table!r}; it has {', '.join(names)}")
    return tuple(
        file
        for file in manifest.files
        if file.table == table and (months is None or file.month is None or file.month in months)
    )


def table_names(manifest: Manifest) -> tuple[str, ...]:
    """The tables of a version: those that this detente declares, in their order, and any other that has files."""
    return tuple(dict.fromkeys([*TABLES, *(file.table for file in manifest.files)]))
