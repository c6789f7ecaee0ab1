"""How far a long stage is: the stage reports, whoever runs it listens.

A stage that takes long calls `report_progress`; a flow or a command listens with `listening`. Without a listener the
calls cost nothing, so that the stages need to know neither Prefect nor a terminal.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


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
