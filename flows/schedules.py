"""What a scheduled run does about others of its schedule that came due while nothing could run.

After a downtime a scheduler starts every run that was missed, one after the other, and each would find what the first
has done already. Only the one that came due last does the work; the others are marked as skipped, with the reason, the
first of them marking the rest. Runs that somebody starts by hand are never skipped.
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
from prefect.client.schemas.sorting import FlowRunSort
from prefect.context import FlowRunContext
from prefect.states import Completed

if TYPE_CHECKING:
    from uuid import UUID

    from prefect import State
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun

_DOES_OR_DID_THE_WORK = [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.COMPLETED]
_PAGE = 200


def skipped_if_overtaken() -> State[None] | None:
    """The state of the flow run that asks, if a later run of its schedule is due already; None if it has to work."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None or not run.auto_scheduled or run.deployment_id is None or run.expected_start_time is None:
        return None
    with get_client(sync_client=True) as client:
        later = _due_after(client, run.deployment_id, run.expected_start_time)
        if not later:
            return None
        last = later[-1]
        for one in later[:-1]:
            if one.state_type == StateType.SCHEDULED:
                client.set_flow_run_state(one.id, _skipped(one, last), force=True)
    return _skipped(run, last)


def _due_after(client: SyncPrefectClient, deployment: UUID, due_at: datetime) -> list[FlowRun]:
    """Scheduled runs of a deployment that came due later than one of them, in that order; at most a page of them."""
    due = FlowRunFilter(
        expected_start_time=FlowRunFilterExpectedStartTime(after_=due_at, before_=datetime.now(UTC)),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_DOES_OR_DID_THE_WORK)),
    )
    found = client.read_flow_runs(
        flow_run_filter=due,
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment])),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        limit=_PAGE,
    )
    return [
        one
        for one in reversed(found)
        if one.auto_scheduled and one.expected_start_time and one.expected_start_time > due_at
    ]


def _skipped(run: FlowRun, by: FlowRun) -> State[None]:
    return Completed(
        name="Skipped",
        message=f"Nothing to do: this run was due at {run.expected_start_time:%Y-%m-%d %H:%M} UTC, and the one due at "
        f"{by.expected_start_time:%Y-%m-%d %H:%M} UTC does the work of both.",
    )
