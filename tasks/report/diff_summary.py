"""The difference of two versions, for people: how many rows of each table changed, and which events.

In: a `VersionDiff`. Out: frozen values that a view shows. Of the events that changed the newest are looked up, with
their participants: an added or revised event in the version after, a removed one in the version before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.events import Events
from schemas.participants import Participants
from schemas.precision import at_precision
from schemas.tables import name_of, polars_schema
from tasks.diff import damage_explained
from tasks.parquet_files import scan_files
from tasks.report.summary import named
from tasks.row_changes import CHANGES, REMOVED, REVISED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.columns import Table
    from schemas.manifest import Manifest
    from tasks.diff import TableDiff, VersionDiff

SHOWN_EVENTS = 20
"""Of each kind of change; all of them are in the other formats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCounts:
    """How many rows of a table changed, by kind of change, and which columns came and went."""

    table: str
    rows: Mapping[str, int]
    new_columns: tuple[str, ...]
    lost_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedEvent:
    """An event in words, and of a revised one each column that changed with its values before and after."""

    event_type: str
    mode: str | None
    status: str
    date: str
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    revisions: tuple[tuple[str, str | None, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffSummary:
    """What changed between two versions.

    Attributes:
        before: The version to start from.
        after: The version to arrive at.
        before_digest: The data digest of the one.
        after_digest: That of the other.
        tables: Each table that has a change.
        events: By kind of change, the newest events.
    """

    before: str
    after: str
    before_digest: str
    after_digest: str
    tables: tuple[TableCounts, ...]
    events: Mapping[str, tuple[ChangedEvent, ...]]

    def rows(self, table: str, change: str) -> int:
        """How many rows of a table changed in this way."""
        return sum(counts.rows[change] for counts in self.tables if counts.table == table)


def summarise_diff(diff: VersionDiff, *, limit: int = SHOWN_EVENTS) -> DiffSummary:
    """Count what changed, and look up the newest events of each kind of change.

    Args:
        diff: The difference.
        limit: How many events of each kind are looked up.

    Raises:
        BrokenStoreError: A file is damaged.
    """
    counts: list[TableCounts] = []
    events: dict[str, tuple[ChangedEvent, ...]] = {}
    for table in diff.tables():
        counts.append(_counts(table))
        if table.table == name_of(Events):
            events = {change: _newest(diff, table, change, limit) for change in CHANGES}
    return DiffSummary(
        before=diff.before.version,
        after=diff.after.version,
        before_digest=diff.before.data_digest,
        after_digest=diff.after.data_digest,
        tables=tuple(counts),
        events=events,
    )


def _counts(table: TableDiff) -> TableCounts:
    return TableCounts(
        table=table.table,
        rows={change: table.count(change) for change in CHANGES},
        new_columns=table.new_columns,
        lost_columns=table.lost_columns,
    )


def _newest(diff: VersionDiff, table: TableDiff, change: str, limit: int) -> tuple[ChangedEvent, ...]:
    changed = table.changes.filter(pl.col("change") == change).select(
        pl.col("key").list.first().alias("event_id"), "changed"
    )
    version = diff.before if change == REMOVED else diff.after
    newest = (
        _rows(diff, version, Events, changed)
        .sort("event_date", "event_id", descending=[True, False])
        .head(limit)
        .join(changed, on="event_id", maintain_order="left")
    )
    participants = _rows(diff, version, Participants, newest).sort("start", "role", "actor_id")
    return tuple(
        _in_words(event, participants.filter(pl.col("event_id") == event["event_id"]), change)
        for event in newest.iter_rows(named=True)
    )


def _rows(diff: VersionDiff, version: Manifest, table: type[Table], events: pl.DataFrame) -> pl.DataFrame:
    """The rows of a version's table that belong to some events."""
    name = name_of(table)
    paths = [diff.store.path_of(file, version.version) for file in version.files if file.table == name]
    rows = scan_files(paths, polars_schema(table))
    with damage_explained(name):
        return rows.join(events.lazy().select("event_id"), on="event_id", how="semi").collect()


def _in_words(event: Mapping[str, Any], participants: pl.DataFrame, change: str) -> ChangedEvent:
    return ChangedEvent(
        event_type=event["event_type"],
        mode=event["mode"],
        status=event["status"],
        date=at_precision(event["event_date"], event["date_precision"]),
        actors=named(participants, "actor"),
        recipients=named(participants, "recipient"),
        revisions=tuple((each["column"], each["before"], each["after"]) for each in event["changed"])
        if change == REVISED
        else (),
    )
