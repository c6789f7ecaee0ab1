"""The summary of a run: what went in, what came out, what was refused, and the events that tell most.

In: how a run ended, and the version that it left as the latest. Out: one frozen model, which the terminal, the Prefect
artifacts and the flow's result all show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from pydantic import BaseModel, ConfigDict

from schemas.precision import at_precision
from tasks.publish import Published
from tasks.quality import in_words
from tasks.release import scan_table
from tasks.report.release_changes import ReleaseChanges, release_changes
from tasks.silence import SilentSource, silent_sources

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from schemas.manifest import Manifest
    from tasks.extract.batches import ExtractionReport
    from tasks.ingest.arrivals import Arrivals
    from tasks.publish import Unchanged
    from tasks.quality import Finding
    from tasks.store import Store

TELLING_EVENTS = 5


class TellingEvent(BaseModel):
    """An event in words: who, what, to whom, when, and the sentence that says so."""

    model_config = ConfigDict(frozen=True)

    event_type: str
    mode: str | None
    date: str
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    sentence: str
    trigger: str
    source: str


class Summary(BaseModel):
    """How a run ended.

    Attributes:
        version: The latest version after the run; None if the store is still empty.
        is_new: Whether this run published it.
        folder: Where it lies.
        read: Files and articles read, and what became of them.
        refused: Refused articles and rows of this run, by reason.
        extracted: Articles that were extracted; the others were in the store's cache.
        waiting: Articles that were not, and have to be before a version can be published.
        tables: Rows of each table of the version.
        not_in_dyads: Events that the dyads leave out, by reason.
        data_digest: The version's.
        telling: Events that tell most, the strongest first; of this run's version.
        warnings: Quality checks above their maximum, in words.
        changes: What this run's version changes; None if it published none, or the store's first.
        silent: Sources that have fallen silent by the day of the run.
    """

    model_config = ConfigDict(frozen=True)

    version: str | None
    is_new: bool
    folder: str | None
    read: dict[str, int]
    refused: dict[str, int]
    extracted: int
    waiting: int = 0
    tables: dict[str, int]
    not_in_dyads: dict[str, int]
    data_digest: str | None
    telling: tuple[TellingEvent, ...] = ()
    warnings: tuple[str, ...] = ()
    changes: ReleaseChanges | None = None
    silent: tuple[SilentSource, ...] = ()


def summarise(
    store: Store,
    result: Published | Unchanged | None,
    *,
    arrivals: Arrivals,
    extraction: ExtractionReport,
    refused_rows: Mapping[str, int],
    today: date,
    findings: Sequence[Finding] = (),
) -> Summary:
    """The summary of a run that has ended.

    Args:
        store: The store it worked on.
        result: What it published, or the version it left; None if there is none.
        arrivals: What came in.
        extraction: What was extracted.
        refused_rows: What extraction and validation refused, by reason.
        today: The day of the run.
        findings: What the quality checks found.
    """
    manifest = result.manifest if result else None
    counts = manifest.counts if manifest else {}
    return Summary(
        version=manifest.version if manifest else None,
        is_new=isinstance(result, Published),
        folder=str(store.version_folder(manifest.version)) if manifest else None,
        read=dict(arrivals.counts),
        refused={**arrivals.refused_by_reason, **refused_rows},
        extracted=extraction.extracted,
        waiting=extraction.waiting,
        tables=_inner(counts.get("tables")),
        not_in_dyads=_inner(counts.get("not_in_dyads")),
        data_digest=manifest.data_digest if manifest else None,
        telling=telling_events(store, manifest) if manifest else (),
        warnings=tuple(in_words(finding) for finding in findings if finding.verdict == "high"),
        changes=release_changes(store, result.manifest) if isinstance(result, Published) else None,
        silent=silent_sources(scan_table(store, manifest, "articles"), today) if manifest else (),
    )


def telling_events(
    store: Store, manifest: Manifest, *, limit: int = TELLING_EVENTS
) -> tuple[TellingEvent, ...]:
    """The strongest events between two sides that a version holds, one for each pair of sides and each category.

    Strong is a score far from zero that the coder is sure of; among equals the later event comes first. Only what
    happened on a day that is known is telling.
    """
    events = scan_table(store, manifest, "events")
    participants = scan_table(store, manifest, "participants")
    sides = (
        participants.filter(pl.col("code").is_not_null())
        .group_by("event_id")
        .agg(pair=pl.col("code").unique().sort().str.join("-"), sides=pl.col("code").n_unique())
        .filter(pl.col("sides") >= 2)
    )
    strongest = (
        events.filter((pl.col("status") == "actual") & (pl.col("date_precision") == "day"))
        .join(sides, on="event_id")
        .with_columns(strength=pl.col("score").abs() * pl.col("confidence"))
        .sort(["strength", "event_date", "event_id"], descending=[True, True, False])
        .unique(["pair", "event_type"], keep="first", maintain_order=True)
        .collect()
    )
    chosen: list[dict[str, Any]] = []
    for event in strongest.iter_rows(named=True):
        if len(chosen) < limit and all(
            event["pair"] != one["pair"] and event["event_type"] != one["event_type"] for one in chosen
        ):
            chosen.append(event)
    return tuple(_in_words(store, manifest, event) for event in chosen)


def named(participants: pl.DataFrame, role: str) -> tuple[str, ...]:
    """Those of an event's participants who have this role: name, and code if there is one."""
    rows = participants.filter(pl.col("role") == role).iter_rows(named=True)
    return tuple(f"{row['name']} ({row['code']})" if row["code"] else row["name"] for row in rows)


def _in_words(store: Store, manifest: Manifest, event: Mapping[str, Any]) -> TellingEvent:
    chosen = pl.col("event_id") == event["event_id"]
    participants = scan_table(store, manifest, "participants")
    evidence = scan_table(store, manifest, "evidence")
    articles = scan_table(store, manifest, "articles")
    taking_part = participants.filter(chosen).sort("start").collect()
    first = evidence.filter(chosen).sort("start").collect().row(0, named=True)
    article = articles.filter(pl.col("article_id") == event["article_id"]).collect().row(0, named=True)
    return TellingEvent(
        event_type=str(event["event_type"]),
        mode=str(event["mode"]) if event["mode"] else None,
        date=at_precision(event["event_date"], event["date_precision"]),
        actors=named(taking_part, "actor"),
        recipients=named(taking_part, "recipient"),
        sentence=first["sentence"],
        trigger=first["trigger"],
        source=f"{article['source_name'] or article['source_id']}, {article['published_date']}",
    )


def _inner(counts: object) -> dict[str, int]:
    return dict(counts) if isinstance(counts, dict) else {}
