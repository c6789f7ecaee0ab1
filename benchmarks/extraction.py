"""Speed and memory of detente beside stock spaCy, over the same articles on the same cores: `make bench`.

In: articles as `detente run` reads them. Out: two tables on the terminal, in Markdown. What is timed is in
`contestants/`; nothing of it is imported here, since a new process begins with the size of the one that starts it, and
the peaks would be ours.

Everybody pays for their own start: a contestant is a process from its first import to its end, model load included.
The contestants take turns (A B C D, A B C D, ...), so that a slow minute of a shared machine meets all of them; a
ratio is the median of the rounds' ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "samples"
STOCK = "stock spaCy, nlp.pipe"
BATCHES_PER_WORKER = 4
"""Of stock spaCy's and of the extraction stage's: with spaCy's own 256 texts a batch, some inputs keep one process busy."""
FRESH_STORE = "<store>"
"""In a command: a folder that does not exist yet, another one in each round."""
_UNITS_PER_MEGABYTE = 1024 * 1024 if sys.platform == "darwin" else 1024  # of ru_maxrss


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A process and all that it started: wall clock, CPU of all, memory of the largest single one."""

    seconds: float
    cpu_seconds: float
    peak_megabytes: float


def main() -> None:
    """Compare detente with stock spaCy, and show where the time goes."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("sources", nargs="*", default=[str(SAMPLES)], help="files, folders or patterns")
    parser.add_argument("--articles", type=int, help="take only the first so many")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each contestant")
    parser.add_argument("--workers", type=int, default=2, help="processes of each contestant")
    chosen = parser.parse_args()
    with TemporaryDirectory(prefix="detente-bench-") as folder:
        file = Path(folder, "articles.jsonl")
        texts = choose_articles(chosen.sources, chosen.articles, file)
        words = sum(len(text.split()) for text in texts)
        print(_circumstances(len(texts), words, workers=chosen.workers, rounds=chosen.rounds))
        commands = contestants(texts, file, workers=chosen.workers)
        measured = take_turns(commands, Path(folder), rounds=chosen.rounds)
        print(comparison(measured, words))
        print(where_the_time_goes(_seconds_by_step(file), words))


def choose_articles(sources: Sequence[str], most: int | None, file: Path) -> list[str]:
    """Write the articles to a file that every contestant reads; their texts."""
    limit = [] if most is None else ["--articles", str(most)]
    with file.open("wb") as output:
        subprocess.run(_script("choose_articles.py", *sources, *limit), check=True, stdout=output)
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def contestants(texts: Sequence[str], file: Path, *, workers: int) -> dict[str, list[str]]:
    """The command of each contestant."""
    batches = workers * BATCHES_PER_WORKER
    batch_texts = str(max(1, len(texts) // batches))
    batch_characters = str(max(1, sum(map(len, texts)) // batches))
    return {
        STOCK: _script("contestants/stock_spacy.py", str(file), str(workers), batch_texts),
        "detente run": _detente_run(file, store=FRESH_STORE, workers=workers),
        "the same without Prefect": _script("contestants/plain_stages.py", str(file), str(workers)),
        "extraction stage alone": _script(
            "contestants/extraction_stage.py", str(file), str(workers), batch_characters
        ),
    }


def take_turns(commands: dict[str, list[str]], folder: Path, *, rounds: int) -> dict[str, list[Measured]]:
    """What each contestant took in each round."""
    environment = environment_of_runs(folder)
    measured: dict[str, list[Measured]] = {name: [] for name in commands}
    for turn in range(rounds):
        for name, command in commands.items():
            measured[name].append(measure(_on_store(command, folder / f"store-{turn}"), environment))
    return measured


def environment_of_runs(folder: Path) -> dict[str, str]:
    """Prefect with a database in the folder, made by an untimed run; the user's run history stays clean."""
    environment = {**os.environ, "PREFECT_HOME": str(folder / "prefect")}
    sample = next(path for path in sorted(SAMPLES.glob("*.txt")) if not path.name.startswith("broken"))
    measure(_detente_run(sample, store=str(folder / "store-first"), workers=1), environment)
    return environment


def measure(command: Sequence[str], environment: dict[str, str]) -> Measured:
    """Run a command to its end.

    Raises:
        SystemExit: The command failed; with the end of what it said.
    """
    start = time.monotonic()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        said = process.stderr.read() if process.stderr else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed with {process.returncode}:\n{said[-2000:]}")
    return Measured(
        seconds=time.monotonic() - start,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_megabytes=usage.ru_maxrss / _UNITS_PER_MEGABYTE,
    )


def comparison(measured: dict[str, list[Measured]], words: int) -> str:
    """The contestants side by side; a ratio above 1 is faster than stock spaCy."""
    rows = []
    for name, rounds in measured.items():
        seconds = [one.seconds for one in rounds]
        ratios = [stock.seconds / one.seconds for stock, one in zip(measured[STOCK], rounds, strict=True)]
        rows.append(
            [
                name,
                f"{median(seconds):.1f}",
                f"{min(seconds):.1f}-{max(seconds):.1f}",
                f"{words / median(seconds):,.0f}",
                f"{median(ratios):.2f}",
                f"{median(one.cpu_seconds for one in rounds):.1f}",
                f"{max(one.peak_megabytes for one in rounds):.0f}",
            ]
        )
    header = ["", "seconds", "range", "words/s", "speed / stock", "CPU s", "largest process, MB"]
    return _table(header, rows)


def where_the_time_goes(seconds: dict[str, float], words: int) -> str:
    """The steps of one process beside the stock pipeline's parse, in CPU seconds."""
    steps = {name: seconds[name] for name in ("mentions", "dates", "quotes", "events", "amounts")}
    rows = {
        "stock parse, all components": seconds["parse stock"],
        "our parse on blis": seconds["parse blis"],
        "our parse on numpy's product": seconds["parse numpy"],
        **steps,
        "rest of extraction": seconds["extract"] - seconds["parse in use"] - sum(steps.values()),
        "rows and shard": seconds["rows and shard"],
        "detente in all, on the product in use": seconds["extract"] + seconds["rows and shard"],
    }
    header = ["one process, one thread", "CPU s", "of the stock parse", "words/s"]
    table = _table(
        header,
        [
            [
                name,
                f"{spent:.2f}",
                f"{spent / seconds['parse stock']:.1%}",
                f"{words / max(spent, 0.01):,.0f}",
            ]
            for name, spent in rows.items()
        ],
    )
    loads = f"stock model {seconds['load stock']:.1f} s, ours with its probe {seconds['load ours']:.1f} s"
    return f"{table}\nOnce per process, in none of these: {loads}."


def _script(name: str, *arguments: str) -> list[str]:
    return [sys.executable, str(HERE / name), *arguments]


def _detente_run(source: Path, *, store: str, workers: int) -> list[str]:
    detente = str(Path(sys.executable).with_name("detente"))
    return [detente, "run", str(source), "--workers", str(workers), "--store", store]


def _on_store(command: Sequence[str], store: Path) -> list[str]:
    return [str(store) if part == FRESH_STORE else part for part in command]


def _seconds_by_step(file: Path) -> dict[str, float]:
    timed = subprocess.run(_script("contestants/steps.py", str(file)), check=True, stdout=subprocess.PIPE)
    return dict(json.loads(timed.stdout))


def _circumstances(articles: int, words: int, *, workers: int, rounds: int) -> str:
    versions = ", ".join(
        f"{name} {metadata.version(name)}" for name in ("spacy", "numpy", "polars", "prefect")
    )
    return (
        f"{articles} articles, {words:,} words; processes each: {workers}; rounds in turn: {rounds}; "
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, {versions}\n"
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table that also reads well unrendered: names to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [
        " | ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])])
        for line in (header, rule, *rows)
    ]
    return "".join(f"| {line} |\n" for line in lines)


if __name__ == "__main__":
    main()
