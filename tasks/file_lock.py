"""A lock on a file that the kernel frees when its process dies, however it dies.

In: a path. Out: at most one holder among all processes and threads of the machine.
What does not belong here: what the lock is for, and what to tell the user who waits (`tasks.store`).

It is `flock`, which belongs to the open file and not to the process: a forked worker would inherit it and, if it
outlived its parent, go on holding it. So the files are closed in every fork.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_POLL_SECONDS = 0.05  # flock knows no timeout, and a signal to interrupt it works in the main thread only

_open_files: set[int] = set()


class FileLock:
    """The lock on one file, which is created if it is missing; its folder must exist."""

    def __init__(self, path: Path) -> None:
        """The lock on the file at `path`, not taken yet."""
        self.path = path
        self._file: int | None = None
        self._process: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock: in this process, on the file that still lies at the path."""
        return self._file is not None and self._process == os.getpid() and self._is_at_path(self._file)

    def acquire(self, *, timeout: float, on_wait: Callable[[str], None] | None = None) -> bool:
        """Takes the lock.

        Args:
            timeout: Seconds to wait at most; 0 tries once.
            on_wait: Called once with the holder, in words, when it comes to waiting.

        Returns:
            False if somebody else held it all the time.
        """
        deadline = time.monotonic() + timeout
        while not self._try():
            if on_wait is not None:
                on_wait(self.holder())
                on_wait = None
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def release(self) -> None:
        """Frees the lock; nothing happens if it is not held."""
        if self._file is not None and self._process == os.getpid():
            _close(self._file)
        self._file = None

    def remove(self) -> None:
        """Deletes the lock's file and frees the lock; nothing happens if it is not held."""
        if self.is_held:
            self.path.unlink()
        self.release()

    def holder(self) -> str:
        """Who holds the lock, or held it last, in words."""
        with suppress(OSError):
            written = self.path.read_bytes()[:20].decode("ascii", "replace").strip()
            if written.isdigit():
                return "this process itself" if int(written) == os.getpid() else f"process {written}"
        return "another process"

    def _try(self) -> bool:
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        _open_files.add(file)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _close(file)
            return False
        if not self._is_at_path(file):  # the holder before us removed the file after we had opened it
            _close(file)
            return False
        self._file, self._process = file, os.getpid()
        with suppress(OSError):  # the note is a courtesy, and a full disk must not keep anyone from the lock
            os.ftruncate(file, 0)
            os.write(file, f"{os.getpid()}\n".encode())
        return True

    def _is_at_path(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), self.path.stat())
        except FileNotFoundError:
            return False


def _close(file: int) -> None:
    _open_files.discard(file)
    os.close(file)


def _close_inherited() -> None:
    for file in _open_files:
        with suppress(OSError):
            os.close(file)
    _open_files.clear()


os.register_at_fork(after_in_child=_close_inherited)
