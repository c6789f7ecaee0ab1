"""Small stores for the tests of store, publish and verify, and the runs that fill them.

A table here has one column of numbers. `run_once` is a whole run: it stages, locks, reads the latest version, keeps
what it does not change, and publishes.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from schemas.manifest import FileEntry, Manifest, Provenance, RunInfo, table_path
from tasks.publish import Published, Staged, StagedPrivate, StagedTable, Unchanged, publish
from tasks.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Tables = dict[tuple[str, str | None], list[int]]
"""What a version says: the numbers of each month of each table."""

PROVENANCE = Provenance(
    code_version="0.1.0",
    extractor_version="7",
    language_model="small 3.8",
    lexicon_version="2025.1",
    gemm="numpy",
    settings={"as_of": "2025-09-01", "threshold": 0.5},
)
DATAPACKAGE = '{"name": "relations-of-états"}\n'
MONTH = "2025-08"


def new_store(root: Path) -> Store:
    store = Store(root)
    store.create()
    return store


def run_info(run_id: str) -> RunInfo:
    noon = datetime(2025, 9, 1, 12, tzinfo=UTC)
    return RunInfo(run_id=run_id, started_at=noon, finished_at=noon, workers=1)


def write_numbers(path: Path, numbers: Sequence[int]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = pl.DataFrame({"number": list(numbers)}, schema={"number": pl.Int64})
    frame.write_parquet(path, compression="zstd", statistics=True)
    return path


def staged_tables(folder: Path, tables: Tables) -> tuple[StagedTable, ...]:
    return tuple(
        StagedTable(
            table=table,
            month=month,
            path=write_numbers(folder / "tables" / table_path(table, month), numbers),
            rows=len(numbers),
        )
        for (table, month), numbers in tables.items()
    )


def staged_private(
    folder: Path, batches: Mapping[str, Sequence[int]], month: str = MONTH
) -> tuple[StagedPrivate, ...]:
    return tuple(
        StagedPrivate(
            destination=f"articles/month={month}/{batch}.parquet",
            path=write_numbers(folder / "texts" / f"{batch}.parquet", numbers),
            rows=len(numbers),
        )
        for batch, numbers in batches.items()
    )


def staged(
    parent: Manifest | None,
    run_id: str,
    *,
    tables: tuple[StagedTable, ...] = (),
    private: tuple[StagedPrivate, ...] = (),
    dropped: frozenset[tuple[str, str | None]] = frozenset(),
    **changes: object,
) -> Staged:
    """What a run stages that changes these tables, drops some months and keeps the rest of its parent."""
    gone = dropped | {(table.table, table.month) for table in tables}
    fields: dict[str, object] = {
        "parent": parent.version if parent else None,
        "tables": tables,
        "keep": tuple(e for e in (parent.files if parent else ()) if (e.table, e.month) not in gone),
        "private": private,
        "keep_private": parent.private_files if parent else (),
        "provenance": PROVENANCE,
        "counts": {"articles": 3, "quarantined": {"no date": 1}},
        "run": run_info(run_id),
        "datapackage": DATAPACKAGE,
    }
    return Staged(**(fields | changes))  # type: ignore[arg-type]


def run_once(
    store: Store,
    tables: Tables,
    *,
    private: Mapping[str, Sequence[int]] | None = None,
    dropped: frozenset[tuple[str, str | None]] = frozenset(),
    run_id: str = "run",
    **changes: object,
) -> Published | Unchanged:
    with store.stage(run_id) as folder:
        new = staged_tables(folder, tables)
        texts = staged_private(folder, private or {})
        with store.lock(timeout=30):
            parent = store.latest()
            return publish(
                store, staged(parent, run_id, tables=new, private=texts, dropped=dropped, **changes)
            )


def numbers_of(store: Store, version: str) -> Tables:
    """What a version says, read back file by file."""

    def read(entry: FileEntry) -> list[int]:
        path = store.path_of(entry, version)
        return pl.read_parquet(path, hive_partitioning=False, glob=False)["number"].to_list()

    return {(entry.table, entry.month): read(entry) for entry in store.manifest(version).files}


def add_to_store(store: Store, number: int, *, run_id: str) -> str:
    """A run that adds one number to two tables and to the private texts, as every accepted article does."""
    key = ("events", MONTH)
    with store.stage(run_id) as folder:
        texts = staged_private(folder, {f"batch-{run_id}": [number]})
        with store.lock(timeout=30):
            store.clean_up()
            parent = store.latest()
            known = numbers_of(store, parent.version).get(key, []) if parent else []
            numbers = sorted({*known, number})
            tables: Tables = {key: numbers, ("actors", None): numbers}
            new = staged_tables(folder, tables)
            return publish(store, staged(parent, run_id, tables=new, private=texts)).manifest.version


# ------------------------------------------------------------------------------------- what child processes execute


def child_command(function: Callable[..., None], *arguments: object) -> list[str]:
    """The command that executes a function of a module in this folder in a Python of its own."""
    module = function.__module__
    code = f"import {module}, sys; {module}.{function.__name__}(*sys.argv[1:])"
    return [sys.executable, "-c", code, *map(str, arguments)]


def child_environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}


def add_some(root: str, prefix: str, first: str, number: str) -> None:
    """Adds a few numbers to a store, one run each, once a line on stdin says go."""
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    for each in range(int(first), int(first) + int(number)):
        add_to_store(Store(Path(root)), each, run_id=f"{prefix}-{each}")


def add_until_killed(root: str) -> None:
    """For each line on stdin, a forked process that adds numbers to a store until it is killed.

    Says its process id when it has added the first number, and "dead" when it is. Forks are cheap, and safe as long
    as this process itself does not use polars, whose threads a fork would lose.
    """
    for line in sys.stdin:
        child = os.fork()
        for each in count() if child == 0 else ():
            add_to_store(Store(Path(root)), int(line) * 10_000 + each, run_id=f"{int(line)}-{each}")
            if each == 0:
                print(os.getpid(), flush=True)  # noqa: T201
        os.waitpid(child, 0)
        print("dead", flush=True)  # noqa: T201


def add_and_die_at_each_step(folder: str) -> None:
    """One run for each change that a run makes on disk, killed just before that change; the last one lives.

    The stores are FOLDER/1, FOLDER/2, ...: as many as a run makes changes, and one more; each starts as a copy of
    FOLDER/template, which holds one version.
    """
    for step in count(1):
        root = Path(folder) / str(step)
        child = os.fork()
        if child == 0:
            shutil.copytree(Path(folder) / "template", root, symlinks=True)
            _die_at(step)
            add_to_store(Store(root), 2, run_id="second")
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(os.WEXITSTATUS(status))


def _die_at(step: int) -> None:
    steps = count(1)

    def counted(change: Callable[..., object]) -> Callable[..., object]:
        def change_or_die(*arguments: object, **options: object) -> object:
            if next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return change(*arguments, **options)

        return change_or_die

    os.fsync = lambda _: (
        None
    )  # no power fails here: the moment counts as one to die at, the disk's time does not
    for name in ("mkdir", "rmdir", "link", "symlink", "rename", "replace", "unlink", "chmod", "fsync"):
        setattr(os, name, counted(getattr(os, name)))
