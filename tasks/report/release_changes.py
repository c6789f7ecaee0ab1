"""What a release changes against the one before it: events that came, changed or went, and the pairs that moved most.

In: a store and the manifest of one of its versions. Out: frozen values for the release note. Only files that differ
are read. What does not belong here: the difference row by row (`tasks.diff`, `detente diff`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from pydantic import BaseModel, ConfigDict

from schemas.actors import Actors
from schemas.dyads import Dyads
from schemas.events import Events
from schemas.tables import key_of, name_of, polars_schema
from tasks.diff import damage_explained, diff_versions
from tasks.parquet_files import scan_files
from tasks.release import scan_table
from tasks.row_changes import ADDED, REMOVED, REVISED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from schemas.manifest import Manifest
    from tasks.diff import VersionDiff
    from tasks.store import Store

MOVED_PAIRS = 5


class MovedPair(BaseModel):
    """How much a release moves what is known of one side's acts towards another in a month.

    Attributes:
        month: As 2025-08.
        actor: The side that acts: a country's name, or the code of what is no country.
        recipient: The side acted on, likewise.
        events: Fresh events that the release adds (less those that it takes away).
        change: By how much the sum of their scores grows; below 0 it gets more hostile.
        before: The mean score of the month in the release before, None without events.
        after: The same in this release.
    """

    model_config = ConfigDict(frozen=True)

    month: str
    actor: str
    recipient: str
    events: int
    change: float
    before: float | None
    after: float | None


class ReleaseChanges(BaseModel):
    """What a release changes.

    Attributes:
        since: The version before.
        added: Events that it has and the version before has not.
        revised: Events that say something else than before.
        removed: Events that are gone.
        moved: The pairs that moved most, the furthest first.
    """

    model_config = ConfigDict(frozen=True)

    since: str
    added: int
    revised: int
    removed: int
    moved: tuple[MovedPair, ...]


def release_changes(store: Store, manifest: Manifest, *, limit: int = MOVED_PAIRS) -> ReleaseChanges | None:
    """What a version changes; None for a first version, or where the one before has been deleted.

    Args:
        store: Need not be locked.
        manifest: The version.
        limit: How many pairs are named.

    Raises:
        BrokenStoreError: A file is damaged.
    """
    if manifest.parent is None or manifest.parent not in store.versions():
        return None
    of_events, of_dyads = (
        diff_versions(store, manifest.parent, manifest.version, tables=[name_of(table)])
        for table in (Events, Dyads)
    )
    events = next(of_events.tables(), None)
    added, revised, removed = (events.count(change) if events else 0 for change in (ADDED, REVISED, REMOVED))
    return ReleaseChanges(
        since=manifest.parent,
        added=added,
        revised=revised,
        removed=removed,
        moved=_moved(of_dyads, _names_of_countries(store, manifest), limit),
    )


def _names_of_countries(store: Store, manifest: Manifest) -> dict[str, str]:
    """Code -> name, of the countries that a version has as actors."""
    countries = scan_table(store, manifest, name_of(Actors)).filter(pl.col("kind") == "country")
    return dict(countries.select("code", "name").sort("name", descending=True).collect().iter_rows())


def _moved(diff: VersionDiff, names: Mapping[str, str], limit: int) -> tuple[MovedPair, ...]:
    """The pairs of a difference of `dyads` alone."""
    if not diff.files:
        return ()
    (files,) = diff.files
    key = key_of(Dyads)
    with damage_explained(files.table):
        before, after = (
            _months(paths, [*key, "events", "mean_score"]) for paths in (files.before, files.after)
        )
        both = before.join(after, on=key, how="full", coalesce=True, suffix="_after").collect()
    scores = [pl.col(f"mean_score{side}") * pl.col(f"events{side}") for side in ("", "_after")]
    furthest = (
        both.with_columns(
            change=(scores[1].fill_null(0) - scores[0].fill_null(0)).round(1),
            more=pl.col("events_after").fill_null(0) - pl.col("events").fill_null(0),
        )
        .filter(pl.col("change") != 0)
        .sort([pl.col("change").abs(), *map(pl.col, key)], descending=[True, *(False for _ in key)])
        .head(limit)
    )
    return tuple(
        MovedPair(
            month=f"{row['period']:%Y-%m}",
            actor=names.get(row["actor_code"], row["actor_code"]),
            recipient=names.get(row["recipient_code"], row["recipient_code"]),
            events=row["more"],
            change=row["change"],
            before=row["mean_score"],
            after=row["mean_score_after"],
        )
        for row in furthest.iter_rows(named=True)
    )


def _months(paths: Sequence[Path], columns: list[str]) -> pl.LazyFrame:
    """The monthly rows of some files of `dyads` that have events."""
    rows = scan_files(paths, polars_schema(Dyads))
    return rows.filter((pl.col("grain") == "month") & (pl.col("events") > 0)).select(columns)
