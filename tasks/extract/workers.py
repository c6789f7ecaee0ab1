"""Processes that extract: how many there are, how they start, and how they end.

What does not belong here: what they are given to do (`batches.py`, `streams.py`).
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait

POOL_CHARACTERS = 500_000
"""About 15 s of one core's work. A worker takes 3 to 4 s to start, so for less a pool costs more than it gains."""


def default_workers(characters: int) -> int:
    """This process alone for little work, else one process per core that it may use.

    Args:
        characters: Length of all texts to extract.
    """
    return 1 if characters < POOL_CHARACTERS else cores()


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worker_pool(processes: int) -> ProcessPoolExecutor:
    """Long-lived processes, started afresh: polars and BLAS hold threads that do not survive a fork."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_end_with_parent)


def _end_with_parent() -> None:
    """Have this worker end when its parent does, even if that is killed; else it would wait for work for ever."""
    threading.Thread(target=_exit_after_parent, daemon=True).start()


def _exit_after_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
