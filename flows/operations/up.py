"""Bringing detente up on one machine: server, work pool, deployments, automations, worker.

In: where the articles and the store lie, where the server listens. Out: processes that go on in the background, and
what runs where; or nothing at all, since what was started is stopped again if any step fails.
What does not belong here: each of the steps, which is in a module of its own.

    server (while the flows are imported) -> work pool -> deployments -> automations -> dead runs -> worker
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from flows.local_prefect import ServerError, prepare, server_command, wait_until_healthy
from flows.operations.down import tear_down
from flows.operations.environment import of_client, of_server, of_worker
from flows.operations.processes import is_alive, start, tail
from flows.operations.record import Record, alone, log_of, read_record, state_folder
from flows.operations.roles import FEEDER, POOL, RUNS_AT_A_TIME, SERVER, WORKER
from flows.operations.shipped import shipped
from tasks.store import Store

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from prefect.client.orchestration import SyncPrefectClient

    from flows.operations.deployments import Deployment, Due

_WORKER_SECONDS = 120.0
_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Plan:
    """What is to be up."""

    store: Path
    inbox: Path
    host: str
    port: int
    demo: bool

    def is_that_of(self, record: Record) -> bool:
        """Whether it is up as it is."""
        up = (record.store, record.inbox, record.host, record.port, record.demo)
        return up == (self.store, self.inbox, self.host, self.port, self.demo)


@dataclass(frozen=True)
class Overview:
    """What runs where."""

    record: Record
    due: list[Due]
    alerts: list[str]
    """How alerts are sent."""
    dead_runs: list[str]
    """Runs of an earlier time that were found dead, and marked."""
    was_up: bool
    died: list[str] = field(default_factory=list)
    """Of an earlier time, what had died before it was started anew: the server, the worker."""


def bring_up(plan: Plan, tell: Callable[[str], None]) -> Overview:
    """Start what is not up.

    Args:
        plan: What is to be up; its folders are absolute.
        tell: Is told what is done now.

    Raises:
        ServerError: It cannot be; nothing is left of the attempt.
    """
    with alone():
        record = read_record()
        died: list[str] = []
        if record:
            if _all_alive(record):
                return _as_it_is(plan, record, tell)
            died = [role for role in (SERVER, WORKER) if not _lives(record, role)]
            tell("Stopping what is left of an earlier one")
            tear_down(record)
        _require_free(plan.host, plan.port)
        Store(plan.store).create()
        if plan.inbox.exists() and not plan.inbox.is_dir():
            raise ServerError(f"{plan.inbox} is a file: choose a folder for the inbox")
        plan.inbox.mkdir(parents=True, exist_ok=True)
        record = Record(
            mark=uuid4().hex,
            host=plan.host,
            port=plan.port,
            store=plan.store,
            inbox=plan.inbox,
            demo=plan.demo,
            started=datetime.now(UTC),
        )
        record.write()
        return replace(_Start(record, tell).run(), died=died)


class _Start:
    """The steps of one `up`."""

    def __init__(self, record: Record, tell: Callable[[str], None]) -> None:
        self._record = record
        self._tell = tell
        # Now: what makes this process's own Prefect quiet shall not make the worker's logs empty.
        self._of_server, self._of_worker = of_server(record), of_worker(record)

    def run(self) -> Overview:
        try:
            return self._run()
        except BaseException as error:
            self._tell("Stopping what was started")
            tear_down(self._record)
            if isinstance(error, ServerError | OSError) or not isinstance(error, Exception):
                raise
            raise ServerError(f"detente could not be brought up: {error}{_log_of(SERVER)}") from error

    def _run(self) -> Overview:
        record = self._record
        self._tell("Starting the server; the first time, it makes its database")
        server = self._start(SERVER, server_command(record.host, record.port), self._of_server)
        _use_server(record)
        from prefect.client.orchestration import get_client

        from flows.operations.automations import create_automations
        from flows.operations.dead_runs import mark_dead_runs
        from flows.operations.deployments import due, load_flow, register

        deployments = _deployments(record)
        for deployment in deployments:
            load_flow(deployment)
        try:
            wait_until_healthy(server, record.address)
        except ServerError as error:
            raise ServerError(f"{error}{_log_of(SERVER)}") from error
        self._tell("Registering the deployments")
        with get_client(sync_client=True) as client:
            _ensure_pool(client)
            for deployment in deployments:
                register(client, deployment)
            alerts = create_automations(client)
            dead = mark_dead_runs(client, pool=POOL)
            self._tell("Starting the worker")
            self._start_worker(client)
        if record.demo:
            samples = str(shipped("samples"))
            command = [sys.executable, "-m", "flows.operations.demo", samples, str(record.inbox)]
            self._start(FEEDER, command, self._of_worker)
        return Overview(
            record=self._record,
            due=[due(deployment) for deployment in deployments],
            alerts=alerts,
            dead_runs=[run.name for run in dead],
            was_up=False,
        )

    def _start_worker(self, client: SyncPrefectClient) -> None:
        from flows.operations.dead_runs import worker_name

        command = [
            sys.executable,
            "-m",
            "prefect",
            "worker",
            "start",
            "--pool",
            POOL,
            "--name",
            worker_name(),
        ]
        began = datetime.now(UTC)
        worker = self._start(WORKER, [*command, "--limit", str(RUNS_AT_A_TIME)], self._of_worker)
        deadline = time.monotonic() + _WORKER_SECONDS
        while time.monotonic() < deadline:
            if worker.poll() is not None:
                raise ServerError(f"the worker ended with code {worker.returncode}{_log_of(WORKER)}")
            for one in client.read_workers_for_work_pool(POOL):
                if one.name == worker_name() and one.last_heartbeat_time and one.last_heartbeat_time > began:
                    return
            time.sleep(_POLL_SECONDS)
        raise ServerError(f"the worker did not report within {_WORKER_SECONDS:g} s{_log_of(WORKER)}")

    def _start(self, role: str, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        process = start(
            command,
            mark=self._record.mark,
            environment=environment,
            folder=state_folder(),
            log=log_of(role),
        )
        processes = {**self._record.processes, role: process.pid}
        self._record = self._record.model_copy(update={"processes": processes})
        self._record.write()
        return process


def _all_alive(record: Record) -> bool:
    """Whether all that makes it up lives; the feeder ends by itself when it has fed everything."""
    return all(_lives(record, role) for role in (SERVER, WORKER))


def _lives(record: Record, role: str) -> bool:
    return role in record.processes and is_alive(record.processes[role], record.mark)


def _as_it_is(plan: Plan, record: Record, tell: Callable[[str], None]) -> Overview:
    if not plan.is_that_of(record):
        raise ServerError(
            f"detente is up already, otherwise: store {record.store}, inbox {record.inbox}, "
            f"{record.address}{', demonstration' if record.demo else ''}. Say `detente down` first."
        )
    tell("Asking the server")
    _use_server(record)
    from prefect.client.orchestration import get_client

    from flows.operations.automations import ways_of_alerts
    from flows.operations.deployments import due

    with get_client(sync_client=True) as client:
        alerts = ways_of_alerts(client)
    living = {role: pid for role, pid in record.processes.items() if is_alive(pid, record.mark)}
    return Overview(
        record=record.model_copy(update={"processes": living}),
        due=[due(one) for one in _deployments(record)],
        alerts=alerts,
        dead_runs=[],
        was_up=True,
    )


def _use_server(record: Record) -> None:
    """Make this process a client of the server, before it imports Prefect."""
    os.environ.update(of_client(record))
    prepare(quiet=True)


def _deployments(record: Record) -> list[Deployment]:
    from flows.operations.deployments import Place, read_deployments

    place = Place(record.store, record.inbox, demo=record.demo)
    return [place.fill(one) for one in read_deployments(shipped("prefect.yaml"))]


def _ensure_pool(client: SyncPrefectClient) -> None:
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists

    try:
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
    except ObjectAlreadyExists:
        return


def _require_free(host: str, port: int) -> None:
    """See that nothing listens where the server shall.

    Raises:
        ServerError: Something does, or this machine has no such address.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise ServerError(f"this machine has no address {host!r}: {error.strerror}") from error
    except OSError as error:
        is_taken = error.errno == errno.EADDRINUSE
        hint = ". Stop what does (`detente ui`, perhaps), or choose another --port" if is_taken else ""
        raise ServerError(
            f"the server cannot listen on {host}, port {port}: {(error.strerror or '').lower()}{hint}"
        ) from error


def _log_of(role: str) -> str:
    last_lines = tail(log_of(role))
    return f"\n\n{log_of(role)} ends with:\n{last_lines}" if last_lines else ""
