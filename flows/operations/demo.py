"""The demonstration of `detente up --demo`: articles that arrive one after the other, as from a feed.

In: the sample articles. Out: copies of them in an inbox, one at a time, each there as a whole or not at all.
What does not belong here: the schedule that takes them up (`flows.operations.deployments`).

`python -m flows.operations.demo SAMPLES INBOX` feeds until all are there.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

from tasks.durable import written_aside

FEED_SECONDS = 40
_KINDS = ("*.txt", "*.jsonl")


def still_to_come(samples: Path, inbox: Path) -> list[Path]:
    """The samples that are not in the inbox yet, in the order in which they come."""
    all_of_them = [article for kind in _KINDS for article in sorted(samples.glob(kind))]
    return [article for article in all_of_them if not (inbox / article.name).exists()]


def feed(samples: Path, inbox: Path, *, seconds: float = FEED_SECONDS) -> None:
    """Copy the samples into the inbox, one every so many seconds, until all are there."""
    while coming := still_to_come(samples, inbox):
        with written_aside(inbox / coming[0].name) as aside:
            shutil.copyfile(coming[0], aside)
        print(f"{coming[0].name} arrived; {len(coming) - 1} to come", flush=True)
        if len(coming) > 1:
            time.sleep(seconds)


if __name__ == "__main__":
    feed(Path(sys.argv[1]), Path(sys.argv[2]))
