"""Processes made by fork: cheap, as they begin with everything imported and the language model loaded.

The process that forks must not have used polars, whose threads a fork would lose.
"""

from __future__ import annotations

import json
import os
import signal
import traceback
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable


class ChildError(Exception):
    """A child ended with an error; the message is its traceback."""


def answer_of(function: Callable[..., Any], *arguments: Any) -> Any:
    """What a function returns in a child of this process; must be JSON.

    Raises:
        ChildError: It raised an error.
    """
    child = Child(lambda say: say({"answer": function(*arguments)}))
    said = child.listen()
    child.wait()
    if said is None:
        raise ChildError("it died without a word")
    return said["answer"]


class Child:
    """A child at work, which says where it is."""

    def __init__(self, work: Callable[[Callable[[Any], None]], None]) -> None:
        """Start a child that calls `work` with a function to say something by, as JSON."""
        reader, writer = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(reader)
            _work_and_exit(work, writer)
        os.close(writer)
        self._lines = os.fdopen(reader, encoding="utf-8")

    def listen(self) -> Any:
        """The next that it says; None once it has ended.

        Raises:
            ChildError: It ended with an error.
        """
        line = self._lines.readline()
        said = json.loads(line) if line.endswith("\n") else None
        if isinstance(said, dict) and "error" in said:
            raise ChildError(said["error"])
        return said

    def kill(self) -> None:
        """Kill it at once."""
        os.kill(self._process, signal.SIGKILL)

    def wait(self) -> bool:
        """Wait for its end; whether it was killed."""
        _, status = os.waitpid(self._process, 0)
        self._lines.close()
        return os.WIFSIGNALED(status)


def _work_and_exit(work: Callable[[Callable[[Any], None]], None], writer: int) -> NoReturn:
    code = 1
    try:
        with os.fdopen(writer, "w", encoding="utf-8", buffering=1) as lines:

            def say(something: Any) -> None:
                lines.write(json.dumps(something) + "\n")

            try:
                work(say)
                code = 0
            except Exception:  # noqa: BLE001 - whatever it is, the parent wants to know
                say({"error": traceback.format_exc()})
    finally:
        os._exit(code)
