"""What changed between two versions of a store, table by table.

In: a store and the names of two versions. Out: a `VersionDiff`, which knows from the two manifests which files differ,
and reads those when it is asked for their rows, one table after the other. A file that both versions share is never
read. What does not belong here: how rows are compared (`tasks.row_changes`), how a difference is shown
(`tasks.report.diff_view`) or written (the command).

Rows are matched over all files of a table that differ, so a row that only moved to another month is no change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from schemas.manifest import NOT_IN_DIGEST
from schemas.tables import TABLES, key_of
from tasks.parquet_files import scan_files
from tasks.release import damage_told_of
from tasks.row_changes import CHANGE_SCHEMA, row_changes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from schemas.manifest import Manifest
    from tasks.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDiff:
    """What changed in a table.

    Attributes:
        table: Its name.
        changes: One row per row that changed, see `tasks.row_changes.CHANGE_SCHEMA`.
        new_columns: Columns that only the version after has; no row counts as revised for them.
        lost_columns: Columns that only the version before has.
    """

    table: str
    changes: pl.DataFrame
    new_columns: tuple[str, ...]
    lost_columns: tuple[str, ...]

    def count(self, change: str) -> int:
        """How many rows changed in this way."""
        return int((self.changes["change"] == change).sum())

    @property
    def is_empty(self) -> bool:
        """Whether the table has the same columns and rows in both versions."""
        return self.changes.is_empty() and not self.new_columns and not self.lost_columns


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferingFiles:
    """The files of a table that one version has and the other has not, or has with another content."""

    table: str
    before: tuple[Path, ...]
    after: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDiff:
    """Two versions, and which of their files differ.

    Attributes:
        store: The store of both.
        before: The manifest of the version to start from.
        after: The manifest of the version to arrive at; it need not be the later one.
        files: What differs, in the order of the tables; a table without a differing file is not there.
    """

    store: Store
    before: Manifest
    after: Manifest
    files: tuple[DifferingFiles, ...]

    def tables(self) -> Iterator[TableDiff]:
        """Each table that has a change; it is read when its turn comes.

        Raises:
            BrokenStoreError: A file is damaged.
            OSError: A file is missing or may not be read.
        """
        for files in self.files:
            table = _table_diff(files)
            if not table.is_empty:
                yield table


def diff_versions(
    store: Store, before: str, after: str, tables: Collection[str] | None = None
) -> VersionDiff:
    """What differs between two versions, by their manifests alone.

    Args:
        store: Need not be locked.
        before: The version to start from.
        after: The version to arrive at.
        tables: Compare these tables only; all if None.

    Raises:
        VersionMissingError: The store has no such version.
        BrokenStoreError: A manifest is missing or cannot be read.
    """
    old, new = store.manifest(before), store.manifest(after)
    names = {entry.table for entry in (*old.files, *new.files)}
    compared = [_differing_files(store, old, new, name) for name in sorted(names, key=_place)]
    return VersionDiff(
        store=store,
        before=old,
        after=new,
        files=tuple(
            files
            for files in compared
            if (files.before or files.after) and (tables is None or files.table in tables)
        ),
    )


def changes_of(tables: Iterable[TableDiff]) -> pl.DataFrame:
    """The changes of several tables in one frame, see `tasks.row_changes.CHANGE_SCHEMA`."""
    return pl.concat([CHANGE_SCHEMA.to_frame(), *(table.changes for table in tables)])


def damage_explained(table: str) -> AbstractContextManager[None]:
    """Turns what polars says of a damaged file into an error that says what to do.

    Raises:
        BrokenStoreError: A file of the table is damaged.
    """
    return damage_told_of(f"the table {table} of one of the two versions", "`detente verify` names the file")


def _place(table: str) -> tuple[bool, int, str]:
    """Sorts tables in their own order, then those that only older versions know, then those outside the digest."""
    names = list(TABLES)
    return table in NOT_IN_DIGEST, names.index(table) if table in names else len(names), table


def _differing_files(store: Store, before: Manifest, after: Manifest, table: str) -> DifferingFiles:
    return DifferingFiles(
        table=table,
        before=_files_missing_in(after, store, before, table),
        after=_files_missing_in(before, store, after, table),
    )


def _files_missing_in(other: Manifest, store: Store, version: Manifest, table: str) -> tuple[Path, ...]:
    """The files of a version's table that the other version has not, or has with another content."""
    shared = {(entry.path, entry.sha256) for entry in other.files}
    return tuple(
        store.path_of(entry, version.version)
        for entry in version.files
        if entry.table == table and (entry.path, entry.sha256) not in shared
    )


def _table_diff(files: DifferingFiles) -> TableDiff:
    key = key_of(TABLES[files.table]) if files.table in TABLES else []
    with damage_explained(files.table):
        before, after = _both_sides(files)
        of_before, of_after = before.collect_schema(), after.collect_schema()
        return TableDiff(
            table=files.table,
            changes=row_changes(before, after, table=files.table, key=key).collect(),
            new_columns=tuple(column for column in of_after if column not in of_before),
            lost_columns=tuple(column for column in of_before if column not in of_after),
        )


def _both_sides(files: DifferingFiles) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """The rows before and after; a side without a file has no rows, and the columns of the other.

    That is right where a side has the table and each of its files is shared: the files of a table in one version all
    have the same columns.
    """
    if not files.before:
        after = scan_files(files.after)
        return after.clear(), after
    before = scan_files(files.before)
    return before, scan_files(files.after) if files.after else before.clear()
