"""Which of several stretches of a text holds a character.

In: mentions, quotations or passages, sorted, none overlapping another, and a character. Out: the one that holds it. What
does not belong here: what the stretches are.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence


class Spanning(Protocol):
    """Characters [start, end) of a text."""

    @property
    def start(self) -> int:
        """First character."""

    @property
    def end(self) -> int:
        """One past the last character."""


T = TypeVar("T", bound=Spanning)


def span_at(by_start: Sequence[T], position: int) -> T | None:
    """The stretch that holds a character, None if none does."""
    index = bisect_right(by_start, position, key=lambda one: one.start) - 1
    return by_start[index] if index >= 0 and position < by_start[index].end else None
