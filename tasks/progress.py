"""How far a long stage is, and how long it will take: the stage reports, whoever runs it listens.

A stage that takes long calls `report_progress`; a flow or a command listens with `listening`. Without a listener the
calls cost nothing, so that the stages need to know neither Prefect nor a terminal.
"""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


_log = logging.getLogger(__name__)


class Listener(Protocol):
    """Is told of progress: the stage's name, the work done so far and the whole of it, in any one unit."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note."""


_listeners: ContextVar[tuple[Listener, ...]] = ContextVar("listeners", default=())


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have a listener told of all progress inside the block, beside those that listen already."""
    token = _listeners.set((*_listeners.get(), listener))
    try:
        yield
    finally:
        _listeners.reset(token)


def report_progress(stage: str, done: int, total: int) -> None:
    """Tell the listeners how far a stage is."""
    for listener in _listeners.get():
        listener(stage, done, total)


class Estimate:
    """Says in the log, now and then, how much of a long stage is done and when the rest will be."""

    SECONDS_BETWEEN = 30.0

    def __init__(self, stage: str, *, total: int, items: int, unit: str = "articles") -> None:
        """A stage that begins now.

        Args:
            stage: Its name.
            total: The whole of its work, in the unit of `update`.
            items: The same in units that mean something to people.
            unit: What these are called.
        """
        self._stage, self._total, self._items, self._unit = stage, total, items, unit
        self._started = self._said = time.monotonic()

    def update(self, done: int) -> None:
        """Take note of the work done so far, and say so if the last word is half a minute old."""
        now = time.monotonic()
        if now - self._said < self.SECONDS_BETWEEN or not 0 < done < self._total:
            return
        self._said = now
        left = (now - self._started) * (self._total - done) / done
        items = self._items * done // self._total
        _log.info(
            "%s: about %d of %d %s, %s left", self._stage, items, self._items, self._unit, in_words(left)
        )


def in_words(seconds: float) -> str:
    """A length of time as people say it: "40 s", "12 min", "3.5 h"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
