"""Publishing under fire: killed at any moment, and by two runs at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import store_samples
from store_samples import MONTH, add_to_store, child_command, child_environment, new_store, numbers_of

from tasks.store import Store
from tasks.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 10


def start(function, *arguments) -> subprocess.Popen[str]:
    return subprocess.Popen(
        child_command(function, *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=child_environment(),
    )


def say(child: subprocess.Popen[str], line: object) -> None:
    child.stdin.write(f"{line}\n")
    child.stdin.flush()


def end(child: subprocess.Popen[str]) -> int:
    child.stdin.close()
    child.stdout.close()
    return child.wait(timeout=30)


def assert_whole(store: Store) -> None:
    """Every version verifies and is one run's work: its tables agree, and its texts are those of its articles."""
    for version in store.versions():
        assert verify(store, version).problems == ()
        tables = numbers_of(store, version)
        assert tables[("events", MONTH)] == tables[("actors", None)]
        assert len(store.manifest(version).private_files) == len(tables[("events", MONTH)])


def assert_latest_is_complete(store: Store) -> None:
    """What a reader sees right after a kill: `latest` may be one version behind, and never is damaged."""
    latest = store.latest_version()
    if latest is not None:
        found = verify(store, latest).problems
        assert [problem for problem in found if problem.path != "latest"] == []


def assert_clean(store: Store) -> None:
    assert list(store.staging_folder.iterdir()) == []
    assert store.orphans() == ()
    left = {path.name for path in store.root.iterdir()} - {"versions", "latest", "private", "staging", "lock"}
    assert left == set()


def test_ten_kills_at_random_moments(tmp_path: Path) -> None:
    store = new_store(tmp_path / "store")
    moments = random.Random(20250901)  # noqa: S311
    seen = 0
    children = start(store_samples.add_until_killed, store.root)
    for kill in range(KILLS):
        say(children, kill)
        victim = int(children.stdout.readline())
        time.sleep(moments.uniform(0, 0.05))
        os.kill(victim, signal.SIGKILL)
        assert children.stdout.readline() == "dead\n"
        assert_latest_is_complete(store)
        with store.lock(timeout=0):
            store.clean_up()
        assert_clean(store)
        assert len(store.versions()) > seen
        seen = len(store.versions())
    assert end(children) == 0
    add_to_store(store, 1_000_000, run_id="last")
    assert_whole(store)


def test_a_kill_before_every_single_change_on_disk(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    add_to_store(new_store(tmp_path / "template"), 1, run_id="first")
    completed = subprocess.run(
        child_command(store_samples.add_and_die_at_each_step, tmp_path),
        check=False,
        env=child_environment(),
        timeout=60,
    )
    assert completed.returncode == 0
    roots = sorted(
        (path for path in tmp_path.iterdir() if path.name != "template"), key=lambda path: int(path.name)
    )
    assert len(roots) > 30
    adopted = 0
    for root in roots:
        store = Store(root)
        assert_latest_is_complete(store)
        with store.lock(timeout=0):
            adopted += store.clean_up().adopted is not None
        assert_clean(store)
        add_to_store(store, 2, run_id="second")
        assert_whole(store)
        assert numbers_of(store, store.latest_version())[("events", MONTH)] == [1, 2]
        assert store.versions() == ("v0000001", "v0000002")
    assert adopted > 0


def test_two_runs_at_once_both_publish_and_lose_nothing(tmp_path: Path) -> None:
    store = new_store(tmp_path / "store")
    each = 6
    children = [
        start(store_samples.add_some, store.root, name, first, each) for name, first in (("a", 0), ("b", 100))
    ]
    assert [child.stdout.readline() for child in children] == ["ready\n", "ready\n"]
    for child in children:
        say(child, "go")
    assert [end(child) for child in children] == [0, 0]
    assert len(store.versions()) == 2 * each
    assert numbers_of(store, store.latest_version())[("events", MONTH)] == [
        *range(each),
        *range(100, 100 + each),
    ]
    assert_whole(store)
    assert_clean(store)
