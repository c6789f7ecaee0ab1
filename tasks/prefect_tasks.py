"""The stages as Prefect tasks: what they do is in `tasks.stages`; here is only how Prefect runs and shows it.

No retries but of `describe`: nothing else touches a network, and a stage that failed on a file fails on it again. Nothing is cached or
persisted by Prefect: results are handles into the run's workspace, which is gone after the run.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from uuid import UUID

from prefect import get_run_logger, task
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

from tasks import stages
from tasks.housekeeping import verify_all
from tasks.progress import listening
from tasks.quality import in_words, require_quality
from tasks.report.artifacts import JOINER, counts_table, escaped, quality_table, release_note
from tasks.report.drift import drift_table
from tasks.report.headlines import arrivals_in_words
from tasks.report.housekeeping_view import housekeeping_note
from tasks.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from prefect import Task
    from prefect.client.schemas.objects import Artifact

    from schemas.months import Months
    from schemas.retention import Retention
    from schemas.settings import RunSettings
    from tasks.extract.batches import ExtractionReport
    from tasks.housekeeping import Tidied
    from tasks.ingest.arrivals import Arrivals
    from tasks.publish import Published, Unchanged
    from tasks.quality import Finding
    from tasks.rebuild import Rebuild
    from tasks.report.housekeeping_view import Housekept
    from tasks.report.summary import Summary
    from tasks.verify import Verification

P = ParamSpec("P")
R = TypeVar("R")

_HOUR = 3600.0
_PAGE = 100
_RELEASE_NOTE = "release"
_SECONDS_BETWEEN_UPDATES = 1.0


def stage_task(name: str, *, hours: float = 1, **options: Any) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Makes a function a task that is run as a stage is: called by its name, within a time limit, and kept nowhere."""
    return task(
        name=name,
        task_run_name=name,
        cache_policy=NO_CACHE,
        persist_result=False,
        timeout_seconds=hours * _HOUR,
        **options,
    )


@contextmanager
def only_warning(complaint: str) -> Iterator[None]:
    """What the server is told in here stops no run: if it cannot be told, the run's log has the complaint."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever the server says
        get_run_logger().warning("%s: %s", complaint, error)


@stage_task("ingest")
def ingest(run: stages.Run, sources: Sequence[str]) -> Arrivals:
    """Read the sources and decide about each article."""
    with _refusals_shown():
        arrivals = stages.ingest_stage(run, sources)
    get_run_logger().info(arrivals_in_words(arrivals.counts, arrivals.refused_by_reason))
    return arrivals


@stage_task("extract", hours=24)
def extract(run: stages.Run, arrivals: Arrivals) -> ExtractionReport:
    """Find mentions, events, quotes, amounts and dates in each new article."""
    with listening(
        ProgressArtifact(
            "extraction-progress", "How much of the articles that are new has been read, by length of text"
        )
    ):
        report = stages.extract_stage(run, arrivals)
    get_run_logger().info("extracted %d articles; processes: %d", report.extracted, report.workers)
    return report


@stage_task("validate", hours=4)
def validate(run: stages.Run, arrivals: Arrivals) -> Rebuild:
    """Check every row of the months that changed against the contract of its table."""
    with _refusals_shown():
        rebuilt = stages.validate_stage(run, arrivals)
    get_run_logger().info("rebuilt %d months of publication", len(rebuilt.months))
    return rebuilt


@stage_task("aggregate", hours=4)
def aggregate(run: stages.Run, rebuilt: Rebuild) -> Rebuild:
    """Count who did how much of what to whom, in the periods that changed."""
    return stages.aggregate_stage(run, rebuilt)


@stage_task("check")
def check(run: stages.Run, arrivals: Arrivals, rebuilt: Rebuild) -> tuple[Finding, ...]:
    """Hold what the run made against the bounds of the quality checks, and show both, before anything is published."""
    findings = stages.check_stage(run, arrivals, rebuilt)
    if findings:
        _show_quality(findings)
    for finding in findings:
        if finding.verdict == "high":
            get_run_logger().warning("%s", in_words(finding))
    require_quality(findings)
    return findings


@stage_task("publish")
def publish(
    run: stages.Run,
    arrivals: Arrivals,
    extraction: ExtractionReport,
    rebuilt: Rebuild,
    findings: Sequence[Finding],
) -> Published | Unchanged | None:
    """Make the next version, complete or not at all."""
    return stages.publish_stage(run, arrivals, extraction, rebuilt, findings)


@stage_task(
    "describe",
    retries=2,  # the one stage that only talks to the server
    retry_delay_seconds=[2, 10],
)
def describe(summary: Summary, store: Store) -> None:
    """Show the run in the Prefect UI: a table of counts, the release in words, and how each source did lately."""
    create_table_artifact(
        key="counts",
        table=counts_table(summary),
        description="How many articles came in, what became of them, and how many rows the release has of what.",
    )
    create_markdown_artifact(
        key=_RELEASE_NOTE,
        markdown=release_note(summary),
        description="What this run brought, in words: the events that tell most, what changed, what was refused.",
    )
    latest = store.latest()
    drift = drift_table(store, latest) if latest else []
    if drift:
        create_table_artifact(
            key="drift",
            table=drift,
            description="Does a source change? Its shares on each day of the last week with articles, and what they were in "
            "the 28 days before; what is unusual comes first.",
        )


@stage_task("survey")
def survey(store: Path, sources: Sequence[str], settings: RunSettings, months: Months) -> list[str]:
    """Find the months in which there is something to do."""
    return stages.survey_stage(Store(store), sources, settings, months)


@stage_task("tidy", hours=4)
def tidy(store: Store, retention: Retention, workspace: Path, *, purge: bool) -> Tidied:
    """Delete what the store no longer needs, or may no longer hold."""
    tidied = stages.tidy_stage(store, retention, workspace, with_purge=purge)
    get_run_logger().info("deleted versions %s", list(tidied.deleted))
    return tidied


@stage_task("verify", hours=4)
def verify(store: Store) -> tuple[Verification, ...]:
    """Compute every checksum of every version again."""
    return verify_all(store)


@stage_task("purge artifacts")
def purge_artifacts(store: Store) -> int:
    """Delete the artifacts that quote a forgotten article; how many there were.

    To be called before the store is purged, which from then on does not know what it had quoted.
    """
    # Notes that detente wrote before it had joiners are without.
    sentences = [escaped(sentence).replace(JOINER, "") for sentence in stages.quoted_of_forgotten(store)]
    quoting = [
        artifact.id
        for artifact in _release_notes()
        if any(sentence in str(artifact.data).replace(JOINER, "") for sentence in sentences)
    ]
    with get_client(sync_client=True) as client:
        for artifact_id in quoting:
            client.delete_artifact(artifact_id)
    return len(quoting)


@stage_task("describe")
def describe_housekeeping(done: Housekept) -> None:
    """Show in the Prefect UI what housekeeping did."""
    create_markdown_artifact(key="housekeeping", markdown=housekeeping_note(done))


@contextmanager
def _refusals_shown() -> Iterator[None]:
    """Shows the check that holds a run back before all of them can be made: too much was refused."""
    try:
        yield
    except stages.TooManyRefusedError as error:
        _show_quality([error.finding])
        raise


def _show_quality(findings: Sequence[Finding]) -> None:
    """A table of the checks in the Prefect UI; what is decided does not depend on whether it can be shown."""
    with only_warning("the quality checks cannot be shown"):
        create_table_artifact(
            key="data-quality",
            table=quality_table(findings),
            description="How good is what this run made, against the last release and what is allowed? Too low: nothing is "
            "published. High: the run warns.",
        )


def _release_notes() -> Iterator[Artifact]:
    """Every release note that the server has, a page at a time."""
    only = ArtifactFilter(key=ArtifactFilterKey(any_=[_RELEASE_NOTE]))
    with get_client(sync_client=True) as client:
        offset = 0
        while page := client.read_artifacts(artifact_filter=only, limit=_PAGE, offset=offset):
            yield from page
            offset += len(page)


class ProgressArtifact:
    """A bar in the Prefect UI, moved at most once a second."""

    def __init__(self, key: str, description: str) -> None:
        """Create it."""
        self._id = create_progress_artifact(progress=0.0, key=key, description=description)
        self._last = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Move it; any stage will do."""
        del stage
        is_due = time.monotonic() - self._last >= _SECONDS_BETWEEN_UPDATES
        if total and isinstance(self._id, UUID) and (is_due or done == total):
            self._last = time.monotonic()
            with only_warning("the progress cannot be shown"):
                update_progress_artifact(self._id, progress=100.0 * done / total)
