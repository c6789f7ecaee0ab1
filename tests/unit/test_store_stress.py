"""A store in rough company: two publishers at once, many small releases, a full disk, users who may only read it.

Here everything goes through whole runs (`stage_runs`, with the toy extractor) or through the command; `publish` alone,
under the same troubles, is in test_publish.py and test_publish_kills.py.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from release_samples import add_articles, article, table
from rough_company import another_user, tiny_disk
from stage_runs import forget_article, keep_house, run_stages, with_toys
from store_samples import child_command, child_environment, new_store, run_once
from typer.testing import CliRunner

from flows.cli import app
from schemas.identity import id_of
from tasks.housekeeping import verify_all
from tasks.release import scan_table
from tasks.store import Store
from tasks.store_errors import DiskFullError, ReadOnlyStoreError
from tasks.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemas.manifest import Manifest

MONTHS = 6


@pytest.fixture
def open_folder():
    """A folder that everybody may enter; pytest's own are for its user only."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def toys(open_folder, monkeypatch):
    """Writes toy articles to a file, and has runs extract them as toys."""
    with_toys(monkeypatch)

    def write(prefix, number):
        path = open_folder / f"{prefix}.jsonl"
        records = [
            {
                "id": one.source_id,
                "title": one.title,
                "text": one.text,
                "date": one.published_date.isoformat(),
                "source": one.source_name,
            }
            for one in toy_articles(prefix, number)
        ]
        path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
        return path

    return write


def toy_articles(prefix, number):
    """Articles in several months, each a story of its own."""
    countries = ("FRA", "DEU", "IND", "CHN", "USA")
    return [
        article(
            f"{countries[each % 5]} met {countries[(each + 1) % 5]} on 2025-{each % MONTHS + 1:02}-11.",
            key=f"{prefix}{each}",
            title=f"Report {prefix}{each}",
            day=date(2025, each % MONTHS + 1, 12),
        )
        for each in range(number)
    ]


# ----------------------------------------------------------------------------------------------------- two publishers


def add_toys_one_by_one(root, prefix, number):
    """What a child executes: a release for each of its articles, once a line on stdin says go."""
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    for each, one in enumerate(toy_articles(prefix, int(number))):
        add_articles(Store(Path(root)), [one], run_id=f"{prefix}-{each}")


def test_two_publishers_at_once_lose_nothing(tmp_path):
    each = 6
    store = new_store(tmp_path / "store")
    publishers = [
        subprocess.Popen(
            child_command(add_toys_one_by_one, store.root, prefix, each),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=child_environment(),
        )
        for prefix in "ab"
    ]
    assert [publisher.stdout.readline() for publisher in publishers] == ["ready\n", "ready\n"]
    for publisher in publishers:
        publisher.stdin.write("go\n")
        publisher.stdin.flush()
    for publisher in publishers:
        publisher.communicate(timeout=120)
    assert [publisher.returncode for publisher in publishers] == [0, 0]
    articles = [*toy_articles("a", each), *toy_articles("b", each)]
    known = [articles_of(store, version) for version in store.versions()]
    assert len(known) == 2 * each
    assert all(before < after for before, after in pairwise(known))
    assert known[-1] == {id_of(one) for one in articles}
    assert all(version.is_sound for version in verify_all(store))
    once = new_store(tmp_path / "once")
    add_articles(once, articles)
    assert store.latest().data_digest == once.latest().data_digest
    with store.lock():
        left = store.clean_up()
    assert (left.staging, left.orphans) == ((), ())


def articles_of(store, version):
    return set(scan_table(store, store.manifest(version), "articles").collect()["article_id"])


# ------------------------------------------------------------------------------------------------ many small releases


def test_what_a_small_release_reads_does_not_grow_with_the_store(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)
    store = new_store(tmp_path / "store")
    read = []
    manifest = Store.manifest
    monkeypatch.setattr(
        Store, "manifest", lambda self, version: read.append(version) or manifest(self, version)
    )
    counts = []
    for number in range(150):
        read.clear()
        tables = {("events", f"2025-{number % 12 + 1:02}"): [number], ("actors", None): [number]}
        run_once(store, tables, private={f"b{number}": [number]}, run_id=f"run-{number}")
        counts.append(len(read))
    assert len(store.versions()) == 150
    assert len(set(counts[1:])) == 1
    assert all(version.is_sound for version in verify_all(store))
    with store.lock():
        left = store.clean_up()
    assert (left.adopted, left.staging, left.orphans) == (None, (), ())
    assert len(store.latest().private_files) == 150


# -------------------------------------------------------------------------------------------------------- a full disk


def test_on_a_full_disk_every_stage_says_so_and_the_run_succeeds_once_there_is_space(tmp_path, toys):
    first, second = toys("a", 8), toys("b", 3)
    with tiny_disk("8m") as disk:
        store = Store(disk / "store")
        run_stages(store, [first])
        before, free = store.latest(), shutil.disk_usage(disk).free
        failures = until_there_is_space(
            disk, lambda left: run_stages(store, [second], run_id=f"run-{left}"), still=before
        )
        assert failures > 3
        after, spent = store.latest(), free - shutil.disk_usage(disk).free
        assert after.version == "v0000002"
        assert all(version.is_sound for version in verify_all(store))
        assert (list(store.staging_folder.iterdir()), store.orphans()) == ([], ())
    plain = Store(tmp_path / "plain")
    run_stages(plain, [first])
    run_stages(plain, [second])
    assert plain.latest().data_digest == after.data_digest
    assert spent < 1 << 20


def test_what_is_to_be_forgotten_goes_from_a_full_disk_once_there_is_space(toys):
    with tiny_disk("8m") as disk:
        store = Store(disk / "store")
        run_stages(store, [toys("a", 8)])
        gone = table(store, "articles")["article_id"][0]
        before = store.latest()
        until_there_is_space(disk, lambda _: forget_article(store, gone), still=before)
        until_there_is_space(disk, lambda left: run_stages(store, run_id=f"run-{left}"), still=before)
        failures = until_there_is_space(
            disk,
            lambda left: keep_house(store, with_purge=True, run_id=f"purge-{left}"),
            still=store.latest(),
        )
        assert failures > 3
        assert [version.redactions for version in verify_all(store)] == [1, 0]
        assert all(gone not in articles_of(store, version) for version in store.versions())
        assert all(version.is_sound for version in verify_all(store))
        assert (list(store.staging_folder.iterdir()), store.orphans()) == ([], ())


def until_there_is_space(disk: Path, work: Callable[[int], object], *, still: Manifest) -> int:
    """Try some work with ever more space left, until it succeeds; how often it failed, and left everything whole."""
    store = Store(disk / "store")
    for failures, left in enumerate(range(0, 2 << 20, 40 << 10)):
        with only_so_much_free(disk, left):
            try:
                work(left)
            except DiskFullError as error:
                said = str(error)
            else:
                return failures
        assert "no space left for the store" in said
        assert store.latest() == still
        assert all(version.is_sound for version in verify_all(store))
    pytest.fail("no space was enough")


@contextmanager
def only_so_much_free(disk: Path, left: int) -> Iterator[None]:
    filler = disk / "filler"
    filler.write_bytes(bytes(max(0, shutil.disk_usage(disk).free - left)))
    try:
        yield
    finally:
        filler.unlink()


# -------------------------------------------------------------------------------------------- who may only read a store


@pytest.fixture
def lent(open_folder, toys):
    """A store of two versions."""
    store = Store(open_folder / "store")
    run_stages(store, [toys("a", 4)])
    run_stages(store, [toys("b", 2)])
    return store


def test_who_may_only_read_a_store_changes_nothing_and_is_told_so(lent, toys):
    article_id = table(lent, "articles")["article_id"][0]
    source = toys("c", 2)
    before = lent.latest()
    with another_user(lent.root):
        for work in (
            lambda: run_stages(Store(lent.root), [source]),
            lambda: forget_article(Store(lent.root), article_id),
            lambda: keep_house(Store(lent.root), with_purge=True),
        ):
            with pytest.raises(ReadOnlyStoreError, match="run as its owner, or copy the store"):
                work()
    assert lent.latest() == before
    assert verify(lent).is_sound


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["verify"], 0, "Not checked: the full texts", id="verify"),
        pytest.param(["versions"], 0, "(latest)", id="versions"),
        pytest.param(["diff", "1", "2"], 0, "v0000001", id="diff"),
        pytest.param(["query", "SELECT count(*) AS n FROM articles"], 0, '{"n": 6}', id="query"),
        pytest.param(["quarantine"], 1, "only its owner may read", id="quarantine"),
        pytest.param(["forget", "art_0", "--why", "x"], 1, "cannot write to the store", id="forget"),
    ],
)
def test_a_command_of_another_user_says_what_that_user_may_not_read(lent, arguments, code, said):
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    call = [*arguments, "--store", str(lent.root)]
    CliRunner().invoke(app, call)  # imports what the other user may not be allowed to read
    with another_user(lent.root):
        ended = CliRunner().invoke(app, call)
    assert ended.exit_code == code, ended.output
    assert ended.exception is None or isinstance(ended.exception, SystemExit)
    assert said in " ".join(ended.output.split())
