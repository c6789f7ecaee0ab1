"""Processes that go on in the background, and how they are found again and stopped by their process ids.

In: commands. Out: processes that outlive the command that started them, and their end.
What does not belong here: which processes these are.

A process id alone says nothing: the system gives it again when its process has ended. So what `detente up` starts
carries a mark in its environment, and whatever that starts itself inherits it: the worker's runs, which Prefect puts
into process groups of their own, and the workers of those runs. Only a process with the mark is ever signalled.
"""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MARK = "DETENTE_UP"
_POLL_SECONDS = 0.1
_TAIL_LINES = 12


def start(
    command: Sequence[str], *, mark: str, environment: Mapping[str, str], folder: Path, log: Path
) -> subprocess.Popen[bytes]:
    """Start a process that outlives this one and this terminal.

    Args:
        command: What to run.
        mark: What it is found by.
        environment: Its environment, to which the mark is added.
        folder: Where it runs: one that stays, since the user's may go.
        log: What it says; the log of the one before is kept beside it.
    """
    if log.exists():
        log.replace(log.with_suffix(".previous.log"))
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            env={**environment, MARK: mark, "PYTHONPATH": _absolute(environment.get("PYTHONPATH", ""))},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def marked(mark: str) -> list[psutil.Process]:
    """All living processes with the mark."""
    return [process for process in psutil.process_iter() if environment_of(process).get(MARK) == mark]


def is_alive(pid: int, mark: str) -> bool:
    """Whether the process with this id lives and is the one that carries the mark."""
    try:
        return environment_of(psutil.Process(pid)).get(MARK) == mark
    except psutil.Error:
        return False


def environment_of(process: psutil.Process) -> dict[str, str]:
    """What a process was started with; nothing if it has ended or is somebody else's."""
    try:
        return dict(process.environ())
    except (psutil.Error, OSError):
        return {}


def ask_to_end(processes: Iterable[psutil.Process]) -> None:
    """Ask processes to end, in their own time."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()


def stop(processes: Iterable[psutil.Process], *, grace: float) -> None:
    """Ask processes to end, and see that they do.

    Args:
        processes: Which.
        grace: Seconds that they have for it.
    """
    asked = list(processes)
    ask_to_end(asked)
    see_ended(asked, grace=grace)


def see_ended(processes: Iterable[psutil.Process], *, grace: float) -> None:
    """Wait for processes that were asked to end, and kill those that have not done so after a while."""
    left = still_alive(processes, seconds=grace)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    still_alive(left, seconds=grace)


def still_alive(processes: Iterable[psutil.Process], *, seconds: float) -> list[psutil.Process]:
    """Wait until processes have ended; those that have not."""
    deadline = time.monotonic() + seconds
    waited_for = list(processes)
    while waited_for := [process for process in waited_for if not _has_ended(process)]:
        if time.monotonic() >= deadline:
            break
        time.sleep(_POLL_SECONDS)
    return waited_for


def tail(log: Path) -> str:
    """The last lines of a log."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join([line for line in lines if line.strip()][-_TAIL_LINES:])


def _has_ended(process: psutil.Process) -> bool:
    """Whether it has ended, even if whoever started it has not asked for its exit code yet."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _absolute(search_path: str) -> str:
    """PYTHONPATH as it is meant where the user is."""
    return os.pathsep.join(str(Path(entry).absolute()) for entry in search_path.split(os.pathsep) if entry)
