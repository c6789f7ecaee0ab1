"""Flow runs whose process is gone, though the server believes that they run.

In: a server. Out: those runs as crashed, each with a sentence that says why, and with them the slots that they held, so
that they block nobody.
What does not belong here: runs that end while their worker lives. It sees their exit code and marks them itself, within
seconds. And runs of other machines: nobody here knows their processes, but their heartbeats stop
(`flows.operations.automations`).
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import psutil
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkerFilter,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import StateType
from prefect.states import Crashed

from flows.operations.processes import environment_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun

_UNDER_WAY = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
_WORKER_LABEL = "prefect.worker.name"
_RUN_VARIABLE = "PREFECT__FLOW_RUN_ID"
_PAGE = 200


def worker_name() -> str:
    """The name of this machine's worker; every run that it takes carries it."""
    return f"detente on {socket.gethostname()}"


def runs_under_way(client: SyncPrefectClient, *, pool: str) -> list[FlowRun]:
    """The runs of this machine that the server believes to be under way.

    Those that its worker took; and, if no other worker is online, those that no worker had put its name to when it
    died.
    """
    online = client.read_workers_for_work_pool(pool, worker_filter=WorkerFilter(status={"any_": ["ONLINE"]}))
    are_alone = all(worker.name == worker_name() for worker in online)
    here = {worker_name(), None} if are_alone else {worker_name()}
    return [run for run in _under_way(client, pool) if run.labels.get(_WORKER_LABEL) in here]


def mark_dead_runs(client: SyncPrefectClient, *, pool: str) -> list[FlowRun]:
    """Mark the runs of this machine as crashed that no process works on; call it while no worker runs."""
    alive = {environment_of(process).get(_RUN_VARIABLE) for process in psutil.process_iter()}
    dead = [run for run in runs_under_way(client, pool=pool) if str(run.id) not in alive]
    for run in dead:
        crash(client, run.id, f"The process of this run is gone from {socket.gethostname()}: it was killed.")
    return dead


def mark_stopped_runs(client: SyncPrefectClient, runs: Sequence[FlowRun], reason: str) -> list[FlowRun]:
    """Mark runs as crashed that were stopped, whatever they said of it themselves; not those that ended before."""
    if not runs:
        return []
    ids = FlowRunFilterId(any_=[run.id for run in runs])
    now = client.read_flow_runs(flow_run_filter=FlowRunFilter(id=ids))
    ended_well = {StateType.COMPLETED, StateType.FAILED, StateType.CANCELLED}
    stopped = [run for run in now if run.state_type not in ended_well]
    for run in stopped:
        crash(client, run.id, reason)
    return stopped


def crash(client: SyncPrefectClient, run_id: UUID, reason: str) -> None:
    """Mark a run as crashed; the server frees what it held."""
    client.set_flow_run_state(run_id, Crashed(message=reason), force=True)


def _under_way(client: SyncPrefectClient, pool: str) -> list[FlowRun]:
    of_state = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_UNDER_WAY)))
    of_pool = WorkPoolFilter(name=WorkPoolFilterName(any_=[pool]))
    return client.read_flow_runs(flow_run_filter=of_state, work_pool_filter=of_pool, limit=_PAGE)
