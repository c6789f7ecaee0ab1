"""The main flow: articles in, the next version of a store out.

    ingest -> extract -> (store locked: validate -> aggregate -> publish) -> describe

The stages are in `tasks.stages`; this module says in which order they run, what is held meanwhile, and what the run
is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run

from schemas.settings import DEFAULT_STORE, RunSettings, Sources, StorePath
from tasks import prefect_tasks as stage
from tasks.report.artifacts import headline
from tasks.report.summary import Summary, summarise
from tasks.stages import start_run
from tasks.store import Store

if TYPE_CHECKING:
    from prefect.futures import PrefectFuture

DEFAULT_SETTINGS = RunSettings()
LOCK_TIMEOUT_SECONDS = 3600.0
"""How long a run waits for another one to publish."""


@flow(
    name="build_release",
    flow_run_name="{store}: add {sources}",
    description="Read articles, extract events, and publish the next version of a store.",
    timeout_seconds=36 * 3600,
    persist_result=False,
    result_serializer="json",
    validate_parameters=True,
)
def build_release(
    sources: Sources, store: StorePath = DEFAULT_STORE, settings: RunSettings = DEFAULT_SETTINGS
) -> Summary:
    """Add articles to a store and publish its next version, or nothing if they bring nothing new.

    Args:
        sources: Files, folders or glob patterns of .txt and .jsonl articles.
        store: The folder of the store; made if it is not there.
        settings: How articles are read, extracted and published.
    """
    releases = Store(store)
    releases.create()
    run_id = str(flow_run.id or uuid4())
    with releases.stage(run_id) as workspace:
        run = start_run(releases, run_id, workspace, settings)
        arrivals = stage.ingest.submit(run, sources, return_state=False)
        extraction = stage.extract.submit(run, arrivals, return_state=False)
        # This long part runs beside other runs; what follows builds on the latest version.
        _wait_for(arrivals, extraction)
        with releases.lock(timeout=LOCK_TIMEOUT_SECONDS):
            rebuilt = stage.validate.submit(run, arrivals, wait_for=[extraction], return_state=False)
            aggregated = stage.aggregate.submit(run, rebuilt, return_state=False)
            published = stage.publish.submit(run, arrivals, extraction, aggregated, return_state=False)
            _wait_for(rebuilt, aggregated, published)
        summary = summarise(
            releases,
            published.result(),
            arrivals=arrivals.result(),
            extracted=extraction.result().extracted,
            refused_rows=rebuilt.result().refused_by_reason(),
        )
        stage.describe.submit(summary, wait_for=[published], return_state=False).result()
    _rename_run(headline(summary))
    return summary


def _wait_for(*futures: PrefectFuture[Any]) -> None:
    """Wait in the order of the stages, so that the error that is raised is that of the stage that failed."""
    for future in futures:
        future.result()


def _rename_run(name: str) -> None:
    """Have the run's name say what it did, in place of what it set out to do."""
    if flow_run.id:
        with get_client(sync_client=True) as client:
            client.update_flow_run(flow_run.id, name=name)
