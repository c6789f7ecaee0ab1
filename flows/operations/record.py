"""What is up on this machine: the record that `detente up` writes and `detente down` reads.

In: the folder `detente` in Prefect's home. Out: a `Record`, or none if nothing is up.
What does not belong here: starting and stopping (`flows.operations.up`, `flows.operations.down`).
"""

from __future__ import annotations

import os
import socket
from contextlib import contextmanager
from datetime import datetime  # noqa: TC003 - pydantic reads it
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from flows.local_prefect import HOST, ServerError
from tasks.durable import written_aside
from tasks.file_lock import FileLock

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOPBACKS = {"0.0.0.0": HOST, "::": "::1"}  # noqa: S104 - recognised, not chosen
"""An address that means all of this machine's -> the one by which it reaches itself."""


class Record(BaseModel):
    """One `detente up`: what it was asked for, and what it started."""

    model_config = ConfigDict(frozen=True)

    mark: str
    """What every process of this `up` carries in its environment (`flows.operations.processes`)."""
    host: str
    port: int
    store: Path
    inbox: Path
    demo: bool
    started: datetime
    processes: dict[str, int] = {}
    """Role -> process id, in the order in which they were started."""

    @property
    def address(self) -> str:
        """Where the server answers on this machine."""
        return self._address_at(_LOOPBACKS.get(self.host, self.host))

    @property
    def public_address(self) -> str:
        """Where it answers to a browser: on whichever machine that is, where the server listens everywhere."""
        return self._address_at(socket.gethostname() if self.host in _LOOPBACKS else self.host)

    @property
    def api(self) -> str:
        """The address of the server's API."""
        return f"{self.address}/api"

    def _address_at(self, host: str) -> str:
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def write(self) -> None:
        """Make this the record; it names folders of the user, so nobody else may read it."""
        with written_aside(_path()) as aside:
            aside.touch(mode=0o600)
            aside.write_text(self.model_dump_json(indent=2), encoding="utf-8")


def read_record() -> Record | None:
    """What is up, or was when its processes were killed; None if nothing is.

    Raises:
        ServerError: The record cannot be read.
    """
    try:
        return Record.model_validate_json(_path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise ServerError(
            f"{_path()} is damaged: end what it names by its process ids, and delete it"
        ) from error


def remove_record() -> None:
    """Nothing is up any more."""
    _path().unlink(missing_ok=True)


def prefect_home() -> Path:
    """Where Prefect keeps its database on this machine, found without importing Prefect."""
    return Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser().absolute()


def state_folder() -> Path:
    """Our own folder in Prefect's home; made if it is not there."""
    folder = prefect_home() / "detente"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def log_of(role: str) -> Path:
    """Where a process that goes on in the background writes what it says."""
    return state_folder() / f"{role}.log"


@contextmanager
def alone() -> Iterator[None]:
    """No other `detente up` or `detente down` on this Prefect home while the block runs.

    Raises:
        ServerError: There is one.
    """
    lock = FileLock(state_folder() / "lock")
    if not lock.acquire(timeout=0):
        raise ServerError(f"another `detente up` or `detente down` is at work: {lock.holder()}")
    try:
        yield
    finally:
        lock.release()


def _path() -> Path:
    return state_folder() / "up.json"
