"""The main flow: articles in, the next version of a store out.

    ingest -> extract -> (store locked: validate -> aggregate -> publish) -> describe

A run over some months alone (`settings.months`) publishes when all other articles of the store have been extracted by
this extractor; until then it has done its share.

The stages are in `tasks.stages`; this module says in which order they run, what is held meanwhile, and what the run
is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from prefect import flow, get_run_logger
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run

from schemas.settings import DEFAULT_STORE, RunSettings, Sources, StorePath
from tasks import prefect_tasks as stage
from tasks.report.artifacts import headline
from tasks.report.summary import Summary, summarise
from tasks.stages import start_run, unchanged
from tasks.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prefect import State, Task

T = TypeVar("T")
DEFAULT_SETTINGS = RunSettings()
LOCK_TIMEOUT_SECONDS = 10 * 3600.0
"""How long a run waits for another one to publish: more than the limits of the stages that hold the lock, in sum."""


@flow(
    name="build_release",
    flow_run_name="{store}: add {sources}",
    description="Read articles, extract events, and publish the next version of a store.",
    persist_result=False,
    result_serializer="json",
    validate_parameters=True,
)
def build_release(
    sources: Sources, store: StorePath = DEFAULT_STORE, settings: RunSettings = DEFAULT_SETTINGS
) -> Summary:
    """Add articles to a store and publish its next version, or nothing if they bring nothing new.

    Args:
        sources: Files, folders or glob patterns of .txt, .jsonl, .csv and .parquet articles.
        store: The folder of the store; made if it is not there.
        settings: How articles are read, extracted and published.
    """
    releases = Store(store)
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
            )
            return _shown(summary, after=extraction)
        with releases.lock(timeout=LOCK_TIMEOUT_SECONDS):
            rebuilt = _run(stage.validate, run, arrivals, after=[extraction])
            aggregated = _run(stage.aggregate, run, rebuilt)
            published = _run(stage.publish, run, arrivals, extraction, aggregated)
        summary = summarise(
            releases,
            published.result(),
            arrivals=arrivals.result(),
            extraction=extraction.result(),
            refused_rows=rebuilt.result().refused_by_reason(),
        )
        return _shown(summary, after=published)


def _run(task: Task[..., T], *arguments: Any, after: Sequence[State[Any]] = ()) -> State[T]:
    """Run a stage and raise what it raises.

    It runs in this thread, the only one in which its time limit can interrupt it. What it returns and takes are
    states, not values: from them Prefect draws the edges of the graph.
    """
    state: State[T] = task(*arguments, wait_for=after, return_state=True)
    state.result()
    return state


def _shown(summary: Summary, *, after: State[Any]) -> Summary:
    """The summary, after the Prefect UI shows it, the run's name included; the release stands even if that fails."""
    try:
        _run(stage.describe, summary, after=[after])
        if flow_run.id:
            with get_client(sync_client=True) as client:
                client.update_flow_run(flow_run.id, name=headline(summary))
    except Exception as error:  # noqa: BLE001 - whatever the server says, the release stands
        get_run_logger().warning("the run cannot be described in the UI: %s", error)
    return summary
