"""Processes that extract: how many there are, how they start, and how they end.

What does not belong here: what they are given to do (`batches.py`, `streams.py`).
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@contextmanager
def worker_pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Long-lived processes, started afresh: polars and BLAS hold threads that do not survive a fork.

    If the block is left by an error (a time limit, Ctrl-C), the workers are ended in the middle of their work.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_end_with_parent)
    try:
        yield pool
    except BaseException:
        for worker in multiprocessing.active_children():
            worker.terminate()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def _end_with_parent() -> None:
    """Have this worker end when its parent does, even if that is killed; else it would wait for work for ever."""
    threading.Thread(target=_exit_after_parent, daemon=True).start()


def _exit_after_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
