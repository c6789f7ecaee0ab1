"""The main flow: articles in, the next version of a store out.

    ingest -> extract -> (sole publisher: validate -> aggregate -> check -> publish) -> describe

A run over some months alone (`settings.months`) publishes when all other articles of the store have been extracted by
this extractor; until then it has done its share.

The stages are in `tasks.stages`; this module says in which order they run, what is held meanwhile, and what the run
is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from prefect import flow
from prefect.runtime import flow_run

from flows.notices import tell_of_end, tell_of_refusal, tell_of_release
from flows.publishing import sole_publisher
from flows.run_names import NOT_DESCRIBED, called, rename
from flows.schedules import skip_other_due_runs
from schemas.settings import DEFAULT_STORE, RunSettings, Sources, StorePath
from tasks import prefect_tasks as stage
from tasks.prefect_tasks import only_warning
from tasks.quality import RefusedToPublishError
from tasks.report.headlines import headline, headline_of_refusal
from tasks.report.summary import Summary, summarise
from tasks.stages import start_run, unchanged
from tasks.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prefect import State, Task

T = TypeVar("T")
DEFAULT_SETTINGS = RunSettings()
LIMIT_SECONDS = 72 * 3600.0
"""More than the limits of the stages, and the wait for another run to publish, in sum."""

_NAMED_SOURCES = 3


def planned() -> str:
    """What a run is called until it is known what it did; whole paths are among its parameters."""
    sources = flow_run.parameters["sources"]
    names = [called(source) for source in sources[:_NAMED_SOURCES]]
    if len(sources) > _NAMED_SOURCES:
        names.append(f"{len(sources) - _NAMED_SOURCES} more")
    what = f"add {', '.join(names)} to" if names else "extract again in"
    return f"{what} {called(flow_run.parameters['store'])}"


@flow(
    name="build_release",
    flow_run_name=planned,
    description="Read articles, extract events, and publish the next version of a store.",
    persist_result=False,
    result_serializer="json",
    validate_parameters=True,
    timeout_seconds=LIMIT_SECONDS,
    on_completion=[tell_of_end],
    on_failure=[tell_of_end],
    on_crashed=[tell_of_end],
)
def build_release(
    sources: Sources, store: StorePath = DEFAULT_STORE, settings: RunSettings = DEFAULT_SETTINGS
) -> Summary:
    """Add articles to a store and publish its next version, or nothing if they bring nothing new.

    Args:
        sources: Files, folders or glob patterns of .txt, .jsonl, .csv and .parquet articles.
        store: The folder of the store; made if it is not there.
        settings: How articles are read, extracted and published.

    Raises:
        RefusedToPublishError: Too much was refused, or a quality check is below its minimum.
    """
    skip_other_due_runs()
    try:
        summary = _released(sources, Store(store), settings)
    except RefusedToPublishError as error:
        tell_of_refusal(store, error)
        with only_warning(NOT_DESCRIBED):
            rename(headline_of_refusal(error))
        raise
    tell_of_release(store, summary)
    return summary


def _released(sources: Sources, releases: Store, settings: RunSettings) -> Summary:
    releases.create()
    run_id = str(flow_run.id or uuid4())
    with releases.stage(run_id) as workspace:
        run = start_run(releases, run_id, workspace, settings)
        arrivals = _run(stage.ingest, run, sources)
        extraction = _run(stage.extract, run, arrivals)
        # So far runs work side by side; what follows builds on the latest version.
        if extraction.result().waiting:
            summary = summarise(
                releases,
                unchanged(releases),
                arrivals=arrivals.result(),
                extraction=extraction.result(),
                refused_rows={},
                today=run.as_of,
            )
            return _shown(summary, releases, after=extraction)
        with sole_publisher(releases):
            rebuilt = _run(stage.validate, run, arrivals, after=[extraction])
            aggregated = _run(stage.aggregate, run, rebuilt)
            checked = _run(stage.check, run, arrivals, aggregated)
            published = _run(stage.publish, run, arrivals, extraction, aggregated, checked)
        summary = summarise(
            releases,
            published.result(),
            arrivals=arrivals.result(),
            extraction=extraction.result(),
            refused_rows=rebuilt.result().refused_by_reason(),
            today=run.as_of,
            findings=checked.result(),
        )
        return _shown(summary, releases, after=published)


def _run(task: Task[..., T], *arguments: Any, after: Sequence[State[Any]] = ()) -> State[T]:
    """Run a stage and raise what it raises.

    It runs in this thread, the only one in which its time limit can interrupt it. What it returns and takes are
    states, not values: from them Prefect draws the edges of the graph.
    """
    state: State[T] = task(*arguments, wait_for=after, return_state=True)
    state.result()
    return state


def _shown(summary: Summary, releases: Store, *, after: State[Any]) -> Summary:
    """The summary, after the Prefect UI shows it, the run's name included."""
    with only_warning(NOT_DESCRIBED):
        _run(stage.describe, summary, releases, after=[after])
        rename(headline(summary))
    return summary
