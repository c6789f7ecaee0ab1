"""What a scheduled run does about others of its schedule that came due while nothing could run.

After a downtime a scheduler starts every run that was missed, one after the other, and each would find what the first
has done already. So the first to start does the work of all: it marks the others that are due by then as skipped, with
the reason. Runs that somebody starts by hand skip nothing and are never skipped.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.context import FlowRunContext
from prefect.states import Completed

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun

SKIPPED = "Skipped"
"""The name of the state of such a run; its type is Completed, since nothing is wrong with it."""
_PAGE = 200


def skip_other_due_runs() -> None:
    """Mark the other scheduled runs that are due as skipped, if the flow run that asks is a scheduled one."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None or not run.auto_scheduled or run.deployment_id is None:
        return
    with get_client(sync_client=True) as client:
        while others := _due(client, run):
            for other in others:
                reason = (
                    f"Nothing to do: this run was due at {other.expected_start_time:%Y-%m-%d %H:%M} UTC, and the run "
                    f"that started at {datetime.now(UTC):%Y-%m-%d %H:%M} UTC does the work of all that were due by then."
                )
                client.set_flow_run_state(other.id, Completed(name=SKIPPED, message=reason), force=True)


def _due(client: SyncPrefectClient, run: FlowRun) -> list[FlowRun]:
    """Scheduled runs of the same deployment that are due and have not begun; at most a page of them."""
    not_begun = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED]))
    found = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            expected_start_time=FlowRunFilterExpectedStartTime(before_=datetime.now(UTC)), state=not_begun
        ),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[run.deployment_id])),
        limit=_PAGE,
    )
    return [one for one in found if one.auto_scheduled and one.id != run.id]
