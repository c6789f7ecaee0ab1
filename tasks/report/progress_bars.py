"""Bars in a terminal for stages that take longer than two seconds; nothing where there is no terminal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from rich.console import Console

PATIENCE_SECONDS = 2.0


class ProgressBars:
    """A listener (`tasks.progress`) that draws one bar per stage, below whatever else the terminal shows."""

    def __init__(self, console: Console) -> None:
        """Draw on this console."""
        self._progress = Progress(
            TextColumn("{task.description:>10}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._started = time.monotonic()
        self._bars: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        """Start drawing."""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the bars."""
        self._progress.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Move the bar of a stage."""
        if stage not in self._bars:
            if done >= total or time.monotonic() - self._started < PATIENCE_SECONDS:
                return
            self._bars[stage] = self._progress.add_task(stage, total=total)
        self._progress.update(self._bars[stage], completed=done)
