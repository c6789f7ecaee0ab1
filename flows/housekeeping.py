"""Housekeeping: verify a store, keep the versions that a rule names, remove what is left over and what was forgotten.

    purge artifacts -> (sole publisher: tidy) -> verify -> describe

What is done is in `tasks.housekeeping`.
"""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from prefect import flow
from prefect.runtime import flow_run
from pydantic import Field

from flows.notices import tell_of_end
from flows.publishing import sole_publisher
from flows.run_names import NOT_DESCRIBED, rename
from flows.schedules import skip_other_due_runs
from schemas.retention import Retention
from schemas.settings import DEFAULT_STORE, StorePath
from tasks import prefect_tasks as stage
from tasks.prefect_tasks import only_warning
from tasks.report.housekeeping_view import Housekept, housekeeping_headline
from tasks.store import Store

KEEP_EVERYTHING = Retention()
LIMIT_SECONDS = 36 * 3600.0
"""More than the limits of its parts, and the wait for a run to publish, in sum."""


class DamagedStoreError(RuntimeError):
    """A version is not what its manifest says."""


@flow(
    name="housekeeping",
    flow_run_name="{store}: housekeeping",
    description="Verify a store, and remove what it no longer needs or may no longer hold.",
    persist_result=False,
    result_serializer="json",
    validate_parameters=True,
    timeout_seconds=LIMIT_SECONDS,
    on_completion=[tell_of_end],
    on_failure=[tell_of_end],
    on_crashed=[tell_of_end],
)
def housekeeping(
    store: StorePath = DEFAULT_STORE,
    retention: Retention = KEEP_EVERYTHING,
    purge: Annotated[  # noqa: FBT002 - the form of the Prefect UI shows it as a switch
        bool, Field(description="Remove forgotten articles from older versions, texts, caches and artifacts.")
    ] = False,
) -> Housekept:
    """Keep house in a store.

    Args:
        store: The folder of the store.
        retention: Which versions stay; all without a rule.
        purge: Remove what was forgotten from all that is left of the past.

    Raises:
        DamagedStoreError: A version is damaged; what could be done was done.
    """
    skip_other_due_runs()
    releases = Store(store)
    run_id = str(flow_run.id or uuid4())
    with releases.stage(run_id) as workspace:
        artifacts = stage.purge_artifacts(releases)
        with sole_publisher(releases):
            tidied = stage.tidy(releases, retention, workspace, purge=purge)
    verified = stage.verify(releases)
    done = Housekept.of(tidied, verified, artifacts=artifacts)
    stage.describe_housekeeping(done)
    with only_warning(NOT_DESCRIBED):
        rename(housekeeping_headline(done))
    if done.problems:
        raise DamagedStoreError(f"{len(done.problems)} problems in {store}: {'; '.join(done.problems[:3])}")
    return done
