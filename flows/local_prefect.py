"""Prefect on this machine: quiet runs with a complete record in the local database, and the UI over it.

Without a server (no PREFECT_API_URL) Prefect starts a temporary one over its local SQLite database for the length of a
run. Call `prepare` before anything imports Prefect: it reads its settings at import.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

HOST = "127.0.0.1"
_START_SECONDS = 120.0
_SETTLE_SECONDS = 20.0
_POLL_SECONDS = 0.1
_ANSWER_SECONDS = 10.0
_HOUR = 3600.0

_DEFAULTS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "tasks",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    # A fresh database is migrated at the first start, which takes longer than Prefect waits on a slow machine.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(int(_START_SECONDS)),
}

_SERVER_DEFAULTS = {
    # The newer one of Prefect's two UIs asks a tracking service for its settings at every page, whatever the user has
    # set (tests/browser); run links lead to the older one in any case. Neither shall advertise.
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # In memory, as is Prefect's default, leases end with the server, and a slot that a killed run held is never freed.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
}


class ServerError(RuntimeError):
    """The Prefect server could not be started."""


def prepare(*, quiet: bool) -> None:
    """Set what Prefect reads at import, where the user has not: no telemetry, and on the terminal only our words.

    Args:
        quiet: Keep Prefect's log lines out of the terminal; the run's record has them all the same.
    """
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    if quiet:
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
        # A server that goes away would be complained about at each event; the command says it once (`flow_runs`).
        os.environ.setdefault("PREFECT_INTERNAL_LOGGING_LEVEL", "CRITICAL")


def environment_of_prefect() -> dict[str, str]:
    """The environment for a process of Prefect's that we start: ours, and where the user has set nothing, no telemetry."""
    return {**_DEFAULTS, **os.environ}


def environment_of_server() -> dict[str, str]:
    """The environment for a server that we start."""
    environment = {**_SERVER_DEFAULTS, **environment_of_prefect()}
    environment.pop("PREFECT_API_URL", None)
    return environment


def server_command(host: str, port: int) -> list[str]:
    """The command that runs a Prefect server in the foreground."""
    return [sys.executable, "-m", "prefect", "server", "start", "--host", host, "--port", str(port)]


def settle(flow_run_id: UUID) -> None:
    """Wait until the record of a run that has ended holds the ends of all its task runs, those of its subflows too.

    They travel as events and are written by the server a moment later; a process that exits at once takes the
    temporary server, and what it has not written yet, with it.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import (
        FlowRunFilter,
        FlowRunFilterId,
        FlowRunFilterParentFlowRunId,
    )
    from prefect.events.worker import EventsWorker

    EventsWorker.drain_all(timeout=_SETTLE_SECONDS)
    deadline = time.monotonic() + _SETTLE_SECONDS
    with get_client(sync_client=True) as client:
        of_subflows = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[flow_run_id]))
        subflows = client.read_flow_runs(flow_run_filter=of_subflows)
        runs = [flow_run_id, *(subflow.id for subflow in subflows)]
        of_this_run = FlowRunFilter(id=FlowRunFilterId(any_=runs))
        while time.monotonic() < deadline:
            task_runs = client.read_task_runs(flow_run_filter=of_this_run)
            if all(task_run.state and task_run.state.is_final() for task_run in task_runs):
                return
            time.sleep(_POLL_SECONDS)


@contextmanager
def ui_server(port: int | None = None) -> Iterator[str]:
    """A Prefect server over the local database, on loopback, for as long as the block runs.

    Args:
        port: Where to listen; None for any free port.

    Yields:
        The address of the UI.

    Raises:
        ServerError: The server did not start.
    """
    port = port or free_port()
    address = f"http://{HOST}:{port}"
    environment = {**environment_of_server(), "PREFECT_SERVER_UI_API_URL": f"{address}/api"}
    server = subprocess.Popen(
        server_command(HOST, port),
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    try:
        wait_until_healthy(server, address)
        yield address
    finally:
        server.terminate()
        server.wait()


def wait_until_healthy(server: subprocess.Popen[bytes], address: str) -> None:
    """Wait until a server that was just started answers.

    Raises:
        ServerError: It ended, or did not answer in time.
    """
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise ServerError(f"the Prefect server ended with code {server.returncode} before it listened")
        try:
            with urllib.request.urlopen(f"{address}/api/health", timeout=1) as answer:  # noqa: S310 - our own
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(_POLL_SECONDS)
    raise ServerError(f"the Prefect server at {address} did not answer within {_START_SECONDS:g} s")


def latest_run(address: str) -> str | None:
    """The page of the latest run of `build_release` on a server, None if there is none."""
    body = json.dumps(
        {
            "sort": "START_TIME_DESC",
            "limit": 1,
            "flows": {"name": {"any_": ["build_release"]}},
        }
    ).encode()
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{address}/api/flow_runs/filter",
        data=body,
        headers={"Content-Type": "application/json", **_authorization()},
    )
    with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 - loopback
        runs = json.load(answer)
    return f"{address}/runs/flow-run/{runs[0]['id']}" if runs else None


@contextmanager
def until_interrupted() -> Iterator[Callable[[], None]]:
    """Gives a call that waits; Ctrl-C or a request to end the process leaves the block in good order at any time."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield _wait_for_ever
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


def free_port() -> int:
    """A port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _authorization() -> dict[str, str]:
    """What a server of ours wants to see that was told to ask for a password."""
    password = os.environ.get("PREFECT_SERVER_API_AUTH_STRING")
    if not password:
        return {}
    return {"Authorization": f"Basic {base64.b64encode(password.encode()).decode()}"}


def _wait_for_ever() -> None:
    while True:
        time.sleep(_HOUR)
