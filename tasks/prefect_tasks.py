"""The stages as Prefect tasks: what they do is in `tasks.stages`; here is only how Prefect runs and shows it.

No retries but of `describe`: nothing else touches a network, and a stage that failed on a file fails on it again. Nothing is cached or
persisted by Prefect: results are handles into the run's workspace, which is gone after the run.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from uuid import UUID

from prefect import get_run_logger, task
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE

from tasks import stages
from tasks.progress import listening
from tasks.report.artifacts import counts_table, headline, release_note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.extract.batches import ExtractionReport
    from tasks.ingest.arrivals import Arrivals
    from tasks.publish import Published, Unchanged
    from tasks.rebuild import Rebuild
    from tasks.report.summary import Summary

_HOUR = 3600.0
_SECONDS_BETWEEN_UPDATES = 1.0


@task(name="ingest", cache_policy=NO_CACHE, persist_result=False, timeout_seconds=_HOUR)
def ingest(run: stages.Run, sources: Sequence[str]) -> Arrivals:
    """Read the sources and decide about each article."""
    arrivals = stages.ingest_stage(run, sources)
    get_run_logger().info("read %s; refused %s", dict(arrivals.counts), dict(arrivals.refused_by_reason))
    return arrivals


@task(name="extract", cache_policy=NO_CACHE, persist_result=False, timeout_seconds=24 * _HOUR)
def extract(run: stages.Run, arrivals: Arrivals) -> ExtractionReport:
    """Find mentions, events, quotes, amounts and dates in each new article."""
    with listening(_ProgressArtifact("extraction-progress", "Articles extracted, by length of text")):
        report = stages.extract_stage(run, arrivals)
    get_run_logger().info("extracted %d articles on %d processes", report.extracted, report.workers)
    return report


@task(name="validate", cache_policy=NO_CACHE, persist_result=False, timeout_seconds=4 * _HOUR)
def validate(run: stages.Run, arrivals: Arrivals) -> Rebuild:
    """Check every row of the months that changed against the contract of its table."""
    rebuilt = stages.validate_stage(run, arrivals)
    get_run_logger().info("rebuilt %d months of publication", len(rebuilt.months))
    return rebuilt


@task(name="aggregate", cache_policy=NO_CACHE, persist_result=False, timeout_seconds=4 * _HOUR)
def aggregate(run: stages.Run, rebuilt: Rebuild) -> Rebuild:
    """Count who did how much of what to whom, in the periods that changed."""
    return stages.aggregate_stage(run, rebuilt)


@task(name="publish", cache_policy=NO_CACHE, persist_result=False, timeout_seconds=_HOUR)
def publish(
    run: stages.Run, arrivals: Arrivals, extraction: ExtractionReport, rebuilt: Rebuild
) -> Published | Unchanged | None:
    """Make the next version, complete or not at all."""
    return stages.publish_stage(run, arrivals, extraction, rebuilt)


@task(
    name="describe",
    cache_policy=NO_CACHE,
    persist_result=False,
    timeout_seconds=_HOUR,
    retries=2,  # the one stage that only talks to the server
    retry_delay_seconds=[2, 10],
)
def describe(summary: Summary) -> None:
    """Show the run in the Prefect UI: a table of counts, and the release in words."""
    create_table_artifact(key="counts", table=counts_table(summary), description=headline(summary))
    create_markdown_artifact(key="release", markdown=release_note(summary), description=headline(summary))


class _ProgressArtifact:
    """A bar in the Prefect UI, moved at most once a second."""

    def __init__(self, key: str, description: str) -> None:
        self._id = create_progress_artifact(progress=0.0, key=key, description=description)
        self._last = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        del stage
        is_due = time.monotonic() - self._last >= _SECONDS_BETWEEN_UPDATES
        if total and isinstance(self._id, UUID) and (is_due or done == total):
            self._last = time.monotonic()
            try:
                update_progress_artifact(self._id, progress=100.0 * done / total)
            except Exception as error:  # noqa: BLE001 - hours of work must not end because a bar cannot be moved
                get_run_logger().warning("the progress cannot be shown: %s", error)
