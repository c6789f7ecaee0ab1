"""Does a store stand a thousand small releases? The second part of `make chaos`.

In: how many. Out: what the last tenth of them costs beside the first, and what the store then takes. Each
release adds one article by a whole run without Prefect, with the toy extractor of the tests: so what is timed is the
store and the rebuild, not the language model.

    PYTHONPATH=tests/unit python tests/chaos/many_releases.py --releases 1000
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from release_samples import add_articles, article

from tasks.housekeeping import verify_all
from tasks.store import Store
from tasks.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable

MONTHS = 6


def main() -> None:
    """Publish many small releases, and tell what they cost."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--releases", type=int, default=1000)
    number = parser.parse_args().releases
    with TemporaryDirectory(prefix="detente-many-") as folder:
        store = Store(Path(folder, "store"))
        store.create()
        seconds = [_cpu_seconds(lambda each=each: add_one(store, each)) for each in range(number)]
        part = max(1, number // 10)
        print(
            f"{number} releases; CPU seconds of each, the first {part}: {mean(seconds[:part]):.2f}, ", end=""
        )
        print(f"the last {part}: {mean(seconds[-part:]):.2f}")
        print(f"latest verified in {_cpu_seconds(lambda: verify(store)):.2f} s, ", end="")
        with store.lock():
            print(f"cleaned up in {_cpu_seconds(store.clean_up):.2f} s")
        files = [path for path in store.root.rglob("*") if not path.is_symlink()]
        inodes = {path.stat().st_ino: path.stat().st_blocks * 512 for path in files}
        print(f"{sum(inodes.values()) / 1e6:.0f} MB, {len(inodes):,} inodes")
        damaged = [found.version for found in verify_all(store) if not found.is_sound]
        print(f"{len(store.versions()) - len(damaged)} of {number} versions verify")
        sys.exit(bool(damaged) or len(store.versions()) != number)


def add_one(store: Store, number: int) -> None:
    """A release with one more article."""
    month = number % MONTHS + 1
    one = article(
        f"FRA warned DEU on 2025-{month:02}-11.",
        key=f"n{number}",
        title=f"Report {number}",
        day=date(2025, month, 12),
    )
    add_articles(store, [one], run_id=f"run-{number}")


def _cpu_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
