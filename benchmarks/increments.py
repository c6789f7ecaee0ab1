"""What a store saves: a run with one article in a hundred new, and an extractor change that is killed and resumed.

    python benchmarks/increments.py ARTICLES.jsonl

Each run is `detente run` as a whole process with its workers, Prefect's server included. The extractor is changed by a
comment in a copy of the code. Prints a line per run: seconds, CPU seconds, largest process, articles extracted; then
what they say of each other.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl

ROOT = Path(__file__).parents[1]
COMMAND = "from flows.cli import main; main()"
CHANGED = "tasks/extract/document.py"
SHARE, KILL_AT = 0.01, 0.5


@dataclass(frozen=True)
class Cost:
    """What a run took."""

    name: str
    seconds: float
    cpu: float
    output: str

    @property
    def published(self) -> str:
        """The version that the run ended with."""
        found = re.search(r"v\d{7}", self.output)
        return found[0] if found else "none"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        measure(arguments.articles, Path(scratch))


def measure(articles: Path, scratch: Path) -> None:
    """All runs, in order."""
    old, new = _split(articles, scratch)
    store = scratch / "store"
    first = _report(_run("first run", old, store, ROOT), store)
    second = _report(_run("one in a hundred new", new, store, ROOT), store)
    nothing = _report(_run("nothing new", new, store, ROOT), store)
    print(
        f"second / first: time {second.seconds / first.seconds:.3f}, CPU {second.cpu / first.cpu:.3f}; less the run with "
        f"nothing new: time {(second.seconds - nothing.seconds) / (first.seconds - nothing.seconds):.3f}, "
        f"CPU {(second.cpu - nothing.cpu) / (first.cpu - nothing.cpu):.3f}"
    )
    code = _changed_code(scratch / "changed")
    killed, finished = _kill(new, store, code)
    resumed = _report(_run("resumed", new, store, code), store)
    undisturbed = _report(
        _run("the same, undisturbed", new, store, _changed_code(scratch / "changed again")), store
    )
    total = _extracted(store)
    print(
        f"killed with {finished} of {total} articles extracted, the resumed run extracted {total - finished}; CPU of both "
        f"{killed + resumed.cpu:.0f} s against {undisturbed.cpu:.0f} s undisturbed: "
        f"{(killed + resumed.cpu) / undisturbed.cpu - 1:+.3f} of the work, two starts of Prefect included"
    )


def _split(articles: Path, folder: Path) -> tuple[Path, Path]:
    lines = articles.read_text(encoding="utf-8").splitlines(keepends=True)
    chosen = set(random.Random(0).sample(range(len(lines)), round(len(lines) * SHARE)))
    old, new = folder / "old.jsonl", folder / "new.jsonl"
    old.write_text("".join(line for n, line in enumerate(lines) if n not in chosen), encoding="utf-8")
    new.write_text("".join(line for n, line in enumerate(lines) if n in chosen), encoding="utf-8")
    print(f"{len(lines) - len(chosen)} articles, then {len(chosen)} new ones")
    return old, new


def _start(source: Path, store: Path, code: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "run", str(source), "--store", str(store)],
        cwd=code,
        env=os.environ | {"PYTHONPATH": str(code)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def _run(name: str, source: Path, store: Path, code: Path) -> Cost:
    before, started = _cpu(), time.monotonic()
    process = _start(source, store, code)
    output = process.communicate()[0]
    assert process.returncode == 0, f"{name} ended with {process.returncode}"
    return Cost(name, time.monotonic() - started, _cpu() - before, output)


def _kill(source: Path, store: Path, code: Path) -> tuple[float, int]:
    """Kill a run, with all its processes, when half is extracted; its CPU seconds and what it had extracted."""
    known, all_articles = set(_caches(store)), _extracted(store)
    process = _start(source, store, code)
    while sum(_articles_in(cache) for cache in set(_caches(store)) - known) < KILL_AT * all_articles:
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.2)
    cpu = _cpu_of_session(process.pid)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    time.sleep(2)  # the workers end with their parent
    return cpu, sum(_articles_in(cache) for cache in set(_caches(store)) - known)


def _report(cost: Cost, store: Path) -> Cost:
    print(
        f"{cost.name:>22}: {cost.seconds:6.1f} s, CPU {cost.cpu:6.1f} s, {cost.published}, "
        f"{_extracted(store)} articles extracted",
        flush=True,
    )
    return cost


def _extracted(store: Path) -> int:
    """Articles in the extraction cache of the extractor that has done most."""
    return max((_articles_in(cache) for cache in _caches(store)), default=0)


def _caches(store: Path) -> list[Path]:
    return [path for path in (store / "private/extractions").iterdir() if path.is_dir()]


def _articles_in(cache: Path) -> int:
    return sum(pl.scan_parquet(path).select(pl.len()).collect().item() for path in cache.glob("*.parquet"))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _cpu_of_session(session: int) -> float:
    """CPU seconds of all living processes of a session; those that are killed are not counted by their parent."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _changed_code(copy: Path) -> Path:
    copy.mkdir()
    for package in ("flows", "tasks", "schemas", "detente"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    with (copy / CHANGED).open("a", encoding="utf-8") as source:
        source.write(f"# {copy.name}\n")
    return copy


if __name__ == "__main__":
    main()
