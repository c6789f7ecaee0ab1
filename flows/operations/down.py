"""Stopping what `detente up` started: the worker, its runs, the feeder of the demonstration, the server.

In: the record of an `up`, whichever of its processes still live. Out: none of them, and the runs that were under way
marked as crashed.
What does not belong here: how a process is stopped (`flows.operations.processes`).
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.operations.environment import of_client
from flows.operations.processes import ask_to_end, is_alive, marked, see_ended, stop
from flows.operations.record import alone, read_record, remove_record
from flows.operations.roles import FEEDER, POOL, SERVER, WORKER

if TYPE_CHECKING:
    import psutil

    from flows.operations.record import Record

_RUNS = "runs"
_GRACE_SECONDS = 10.0
_REASON = "Stopped by `detente down`; the next run takes up its work."


@dataclass(frozen=True)
class Stopped:
    """What was stopped."""

    processes: dict[str, int]
    """Role -> process id, of those that still lived."""
    runs: list[str]
    """The names of the runs that were under way, now marked as crashed."""
    unmarked: str | None = None
    """Why the runs could not be marked; the next `up` does it."""


def bring_down() -> Stopped | None:
    """Stop what is up; None if nothing is.

    Raises:
        ServerError: Another `up` or `down` is at work, or the record cannot be read.
    """
    with alone():
        record = read_record()
        return tear_down(record, reason=_REASON) if record else None


def tear_down(record: Record, *, reason: str | None = None) -> Stopped:
    """Stop all that carries the mark of an `up`, in an order in which nothing new begins; then forget it.

    The record goes last: a `down` that is killed can be said again.

    Args:
        record: The `up`.
        reason: Why the runs that are under way end; None to leave it to the next `up` to mark them.
    """
    lived = {role: pid for role, pid in record.processes.items() if is_alive(pid, record.mark)}
    under_way = _RunsUnderWay(record) if reason and SERVER in lived else None
    processes = _by_role(record)
    # A worker that is asked to end takes no new run, and waits for those that it has.
    ask_to_end(processes[WORKER])
    stop(processes[_RUNS], grace=_GRACE_SECONDS)
    see_ended(processes[WORKER], grace=_GRACE_SECONDS)
    stopped = Stopped(lived, *(under_way.mark(reason) if reason and under_way else ([], None)))
    stop([*processes[FEEDER], *processes[SERVER]], grace=_GRACE_SECONDS)
    stop(marked(record.mark), grace=_GRACE_SECONDS)
    remove_record()
    return stopped


class _RunsUnderWay:
    """The runs that are under way when the stopping begins, for after it; a server that fails keeps nothing up."""

    def __init__(self, record: Record) -> None:
        os.environ.update(of_client(record))
        from prefect.client.orchestration import get_client

        from flows.operations.dead_runs import runs_under_way

        self._error: str | None = None
        self._client = get_client
        try:
            with get_client(sync_client=True) as client:
                self._runs = runs_under_way(client, pool=POOL)
        except Exception as error:  # noqa: BLE001 - whatever the server says, it is stopped
            self._runs, self._error = [], str(error)

    def mark(self, reason: str) -> tuple[list[str], str | None]:
        """Mark those that did not end by themselves; their names, and why it could not be done."""
        from flows.operations.dead_runs import mark_stopped_runs

        try:
            with self._client(sync_client=True) as client:
                return [run.name for run in mark_stopped_runs(client, self._runs, reason)], self._error
        except Exception as error:  # noqa: BLE001 - as above
            return [], str(error)


def _by_role(record: Record) -> dict[str, list[psutil.Process]]:
    """Everything with the mark. Each role leads a process group; Prefect puts each run into one of its own."""
    roles = {pid: role for role, pid in record.processes.items()}
    processes = defaultdict(list)
    for process in marked(record.mark):
        try:
            processes[roles.get(os.getpgid(process.pid), _RUNS)].append(process)
        except ProcessLookupError:
            continue
    return processes
