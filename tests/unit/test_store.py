"""A store: what it is, its lock, its staging folders, and what a clean-up finishes or removes."""

from __future__ import annotations

import errno
import json
import logging
import os
import pickle
import shutil
import signal
import stat
import threading
from itertools import count
from typing import TYPE_CHECKING

import pytest
from store_samples import MONTH, new_store, numbers_of, run_once

from schemas.manifest import MANIFEST_NAME
from tasks.durable import exchange
from tasks.file_lock import FileLock
from tasks.store import CleanUp, Store
from tasks.store_errors import (
    BrokenStoreError,
    DiskFullError,
    LockMisuseError,
    LockTimeoutError,
    NotAStoreError,
    ReadOnlyStoreError,
    StagingError,
    StoreError,
    VersionMissingError,
    explained,
)
from tasks.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = ("events", MONTH)
NOTHING = CleanUp(adopted=None, staging=(), orphans=())


@pytest.fixture(autouse=True)
def _without_waiting_for_the_disk(monkeypatch) -> None:
    """No power fails during a test; that everything is synced in the right order is test_publish_kills' business."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path / "store")


@pytest.fixture
def filled(store: Store) -> Store:
    run_once(store, {EVENTS: [1]}, private={"b1": [1]})
    run_once(store, {EVENTS: [1, 2]}, private={"b2": [2]})
    return store


# --------------------------------------------------------------------------------------------------- what a store is


def test_an_empty_store_has_no_version(store: Store) -> None:
    assert store.versions() == ()
    assert store.latest() is None
    assert stat.S_IMODE(store.private_folder.stat().st_mode) == 0o700


def test_creating_a_store_again_changes_nothing(filled: Store) -> None:
    before = filled.latest()
    filled.create()
    assert filled.latest() == before


def test_a_half_created_store_is_completed(tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    assert new_store(tmp_path).versions() == ()


@pytest.mark.parametrize(
    "call", [Store.versions, Store.latest, Store.latest_version, lambda s: s.manifest("v0000001")]
)
def test_a_folder_that_is_no_store_says_so(tmp_path: Path, call) -> None:
    with pytest.raises(NotAStoreError, match="is not a store"):
        call(Store(tmp_path))
    with pytest.raises(NotAStoreError), Store(tmp_path).lock():
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_files_does_not_become_a_store(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("chapter one")
    with pytest.raises(NotAStoreError, match=r"thesis\.doc"):
        Store(tmp_path).create()
    with pytest.raises(NotAStoreError, match="is a file"):
        Store(tmp_path / "thesis.doc").create()


def test_versions_and_their_manifests(filled: Store) -> None:
    assert filled.versions() == ("v0000001", "v0000002")
    assert filled.latest_version() == "v0000002"
    assert filled.latest() == filled.manifest("v0000002")
    assert filled.manifest("v0000002").parent == "v0000001"
    assert str(filled.latest_link.readlink()) == "versions/v0000002"  # relative: a store can be moved


def test_a_moved_store_is_the_same_store(filled: Store, tmp_path: Path) -> None:
    moved = Store(filled.root.rename(tmp_path / "it's [here] é"))
    assert numbers_of(moved, "v0000002") == {EVENTS: [1, 2]}
    assert verify(moved).problems == ()


@pytest.mark.parametrize("version", ["v0000009", "", "../versions/v0000001", "latest"])
def test_a_version_that_does_not_exist(filled: Store, version: str) -> None:
    with pytest.raises(VersionMissingError, match="v0000001 to v0000002"):
        filled.manifest(version)


def test_a_version_of_an_empty_store(store: Store) -> None:
    with pytest.raises(VersionMissingError, match="none yet"):
        store.manifest("v0000001")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(None, "is missing", id="none"),
        pytest.param("{", "not JSON", id="cut off"),
        pytest.param('{"schema_version": 99}', "upgrade detente", id="of a newer detente"),
        pytest.param("of v1", "is the manifest of v0000001", id="of another version"),
    ],
)
def test_a_manifest_that_cannot_be_used(filled: Store, content: str | None, message: str) -> None:
    path = filled.version_folder("v0000002") / MANIFEST_NAME
    first = (filled.version_folder("v0000001") / MANIFEST_NAME).read_text()
    path.unlink()
    if content is not None:
        path.write_text(first if content == "of v1" else content)
    with pytest.raises(BrokenStoreError, match=message):
        filled.latest()


@pytest.mark.parametrize("target", ["versions/v0000009", "v0000001", "/etc", "versions/../private"])
def test_latest_that_points_elsewhere(filled: Store, target: str) -> None:
    filled.latest_link.unlink()
    filled.latest_link.symlink_to(target)
    with pytest.raises(BrokenStoreError, match="no version of this store"):
        filled.latest()
    with filled.lock():
        assert filled.clean_up().adopted == "v0000002"
    assert filled.latest_version() == "v0000002"


def test_latest_that_is_a_folder(filled: Store) -> None:
    filled.latest_link.unlink()
    shutil.copytree(filled.version_folder("v0000002"), filled.latest_link)
    with pytest.raises(BrokenStoreError, match="not a link"):
        filled.latest()
    with filled.lock(), pytest.raises(BrokenStoreError, match="delete it"):
        filled.clean_up()


# ---------------------------------------------------------------------------------------------------------- the lock


def test_a_second_store_waits_and_then_gives_up_with_the_holder(store: Store, caplog) -> None:
    caplog.set_level(logging.INFO)
    message = r"after 0\.1 s by this process itself"
    with store.lock(), pytest.raises(LockTimeoutError, match=message), Store(store.root).lock(timeout=0.1):
        pass
    assert caplog.text.count("waiting for the lock") == 1
    with Store(store.root).lock(timeout=0):
        pass


def test_the_lock_passes_from_thread_to_thread(store: Store) -> None:
    held, seen = threading.Event(), []

    def wait_for_it() -> None:
        held.set()
        with Store(store.root).lock(timeout=10):
            seen.append("second")

    thread = threading.Thread(target=wait_for_it)
    with store.lock():
        thread.start()
        held.wait()
        seen.append("first")
    thread.join()
    assert seen == ["first", "second"]


def test_taking_the_lock_twice_is_refused_and_keeps_it(store: Store) -> None:
    with store.lock():
        with pytest.raises(LockMisuseError, match="locked already"), store.lock():
            pass
        store.require_lock()


def test_the_lock_is_free_after_an_error(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.lock():
        1 / 0  # noqa: B018
    with pytest.raises(LockMisuseError):
        store.require_lock()
    with store.lock(timeout=0):
        pass


def test_a_lock_whose_file_was_deleted_is_lost(store: Store) -> None:
    with store.lock():
        (store.root / "lock").unlink()
        with pytest.raises(LockMisuseError, match="must be locked"):
            store.require_lock()


def test_a_copy_for_another_process_holds_nothing(store: Store) -> None:
    with store.lock(), store.stage("r"):
        copy = pickle.loads(pickle.dumps(store))  # noqa: S301
        assert copy.root == store.root
        with pytest.raises(LockMisuseError):
            copy.require_lock()
        with pytest.raises(StagingError):
            copy.require_staging("r")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_worker_that_outlives_its_parent_does_not_hold_the_lock(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    assert lock.acquire(timeout=0)
    worker = os.fork()
    if worker == 0:
        os._exit(0 if not lock.is_held and signal.pause() is None else 1)
    try:
        lock.release()
        assert FileLock(tmp_path / "lock").acquire(timeout=2)
    finally:
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)


def test_a_lock_file_that_its_holder_removes_is_no_lock(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.acquire(timeout=0)
    assert not second.acquire(timeout=0)
    first.remove()
    assert second.acquire(timeout=0)
    first.remove()
    assert second.is_held


@pytest.mark.parametrize("note", [b"", b"soon\n", b"\xff" * 5000, b"0" * 10_000])
def test_whatever_stands_in_a_lock_file(tmp_path: Path, note: bytes) -> None:
    (tmp_path / "lock").write_bytes(note)
    assert "process" in FileLock(tmp_path / "lock").holder()
    assert FileLock(tmp_path / "lock").acquire(timeout=0)


# ------------------------------------------------------------------------------------------------------------ staging


def test_a_staging_folder_is_empty_and_goes_with_its_run(store: Store) -> None:
    with store.stage("r-1") as folder:
        assert list(folder.iterdir()) == []
        assert store.require_staging("r-1") == folder
        (folder / "part").write_text("x")
    assert list(store.staging_folder.iterdir()) == []
    with pytest.raises(StagingError, match="holds no staging folder"):
        store.require_staging("r-1")


def test_a_staging_folder_goes_after_an_error_too(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.stage("r"):
        1 / 0  # noqa: B018
    assert list(store.staging_folder.iterdir()) == []


@pytest.mark.parametrize("run_id", ["", "..", "a/b", ".hidden", "r.lock", "x" * 101, "r\n", "é"])
def test_names_that_are_no_run(store: Store, run_id: str) -> None:
    with pytest.raises(StagingError, match="a run is named by"), store.stage(run_id):
        pass


def test_two_runs_of_one_name(store: Store, monkeypatch) -> None:
    monkeypatch.setattr("tasks.store._STAGING_WAIT_SECONDS", 0.0)
    with store.stage("r") as folder:
        with pytest.raises(StagingError, match="give this run another name"), Store(store.root).stage("r"):
            pass
        assert folder.is_dir()
    assert list(store.staging_folder.iterdir()) == []


def leave_staging(store: Store, run_id: str) -> None:
    """What a killed run leaves."""
    folder = store.staging_folder / run_id
    (folder / "version" / "events").mkdir(parents=True)
    (folder / "version" / "events" / "part-0.parquet").write_text("half a fi")
    (store.staging_folder / f"{run_id}.lock").write_text("1\n")


def test_a_run_takes_over_what_a_dead_one_of_its_name_left(store: Store) -> None:
    leave_staging(store, "r")
    with store.stage("r") as folder:
        assert list(folder.iterdir()) == []


# ----------------------------------------------------------------------------------------------------------- clean-up


def test_a_clean_up_needs_the_lock(store: Store) -> None:
    with pytest.raises(LockMisuseError):
        store.clean_up()


def test_a_clean_up_of_a_whole_store_finds_nothing(filled: Store) -> None:
    before = sorted(filled.root.rglob("*"))
    with filled.lock():
        assert filled.clean_up() == NOTHING
    assert sorted(filled.root.rglob("*")) == before


def test_dead_runs_are_cleared_and_living_ones_spared(store: Store) -> None:
    leave_staging(store, "dead")
    (store.staging_folder / "only-locked.lock").touch()
    (store.staging_folder / "never-locked").mkdir()
    with store.stage("alive") as folder, store.lock():
        (folder / "part").write_text("x")
        assert store.clean_up().staging == ("dead", "never-locked", "only-locked")
        assert (folder / "part").read_text() == "x"
    assert list(store.staging_folder.iterdir()) == []


def test_private_files_that_no_manifest_lists_are_deleted(filled: Store) -> None:
    folder = filled.private_folder / "articles" / f"month={MONTH}"
    (folder / "of-a-dead-run.parquet").write_text("x")
    cache = filled.private_folder / "extractions" / "7" / "b.parquet"
    cache.parent.mkdir(parents=True)
    cache.write_text("x")
    with filled.lock():
        assert filled.clean_up().orphans == (f"articles/month={MONTH}/of-a-dead-run.parquet",)
    assert sorted(path.name for path in folder.iterdir()) == ["b1.parquet", "b2.parquet"]
    assert cache.exists()


def test_private_files_of_older_versions_stay(store: Store) -> None:
    run_once(store, {EVENTS: [1]}, private={"b1": [1]})
    run_once(store, {EVENTS: []}, keep_private=())
    with store.lock():
        assert store.clean_up() == NOTHING
    assert verify(store, "v0000001").problems == ()


def test_no_private_file_is_deleted_while_a_manifest_is_unreadable(filled: Store, caplog) -> None:
    orphan = filled.private_folder / "articles" / f"month={MONTH}" / "whose.parquet"
    orphan.write_text("x")
    (filled.version_folder("v0000001") / MANIFEST_NAME).unlink()
    with filled.lock():
        assert filled.clean_up().orphans == ()
    assert orphan.exists()
    assert "cannot say what is its own" in caplog.text


@pytest.mark.parametrize("is_first", [True, False], ids=["first version", "later version"])
def test_a_version_that_arrived_without_latest_is_adopted(store: Store, *, is_first: bool) -> None:
    run_once(store, {EVENTS: [1]}, private={"b1": [1]})
    if not is_first:
        run_once(store, {EVENTS: [2]}, private={"b2": [2]})
    highest = store.versions()[-1]
    store.latest_link.unlink()
    if not is_first:
        store.latest_link.symlink_to("versions/v0000001")
    (store.root / ".latest.new").symlink_to(f"versions/{highest}")
    with store.lock():
        assert store.clean_up() == CleanUp(adopted=highest, staging=(), orphans=())
    assert store.latest_version() == highest
    assert not (store.root / ".latest.new").is_symlink()
    assert verify(store).problems == ()


@pytest.mark.parametrize("loss", ["manifest", "file", "bytes", "private"])
def test_a_version_that_is_not_complete_is_not_adopted(filled: Store, loss: str) -> None:
    filled.latest_link.unlink()
    filled.latest_link.symlink_to("versions/v0000001")
    folder = filled.version_folder("v0000002")
    part = folder / "events" / f"month={MONTH}" / "part-0.parquet"
    {
        "manifest": (folder / MANIFEST_NAME).unlink,
        "file": part.unlink,
        "bytes": lambda: (part.chmod(0o600), part.write_bytes(b"PAR1")),
        "private": (filled.private_folder / "articles" / f"month={MONTH}" / "b2.parquet").unlink,
    }[loss]()
    with filled.lock(), pytest.raises(BrokenStoreError, match="restore it"):
        filled.clean_up()
    assert filled.latest_version() == "v0000001"


# ------------------------------------------------------------------------------------------- a version takes its place


def build_of(store: Store, folder: Path) -> Path:
    """A folder that could stand for the latest version, with one more file."""
    build = folder / "build"
    shutil.copytree(store.latest_link, build)
    (build / "redacted").touch()
    return build


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_redacted_version_takes_its_place(filled: Store, monkeypatch, *, can_exchange: bool) -> None:
    if not can_exchange:
        monkeypatch.setattr("tasks.store.exchange", lambda *_: False)
    with filled.lock(), filled.stage("run") as folder:
        filled.replace_version("v0000002", build_of(filled, folder))
        assert list(folder.iterdir()) == []
    assert (filled.latest_link / "redacted").exists()
    assert [path.name for path in sorted(filled.versions_folder.iterdir())] == ["v0000001", "v0000002"]
    assert list(filled.staging_folder.iterdir()) == []


def test_at_no_moment_is_there_no_latest_version(filled: Store, tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    if not exchange(tmp_path / "one", tmp_path / "other"):
        pytest.skip("this file system cannot have two folders change places")
    missed, looked, is_done = [], count(), threading.Event()

    def look() -> None:
        while not is_done.is_set():
            next(looked)
            if not filled.latest_link.exists():
                missed.append("latest")

    reader = threading.Thread(target=look)
    reader.start()
    with filled.lock(), filled.stage("run") as folder:
        for _ in range(200):
            filled.replace_version("v0000002", build_of(filled, folder))
            (filled.latest_link / "redacted").unlink()
    is_done.set()
    reader.join()
    assert next(looked) > 200
    assert missed == []


# ---------------------------------------------------------------------------------------------- what the system refuses


@pytest.mark.parametrize(
    ("number", "kind", "message"),
    [
        pytest.param(errno.ENOSPC, DiskFullError, "free some", id="disk full"),
        pytest.param(errno.EDQUOT, DiskFullError, "free some", id="quota used up"),
        pytest.param(errno.EROFS, ReadOnlyStoreError, "cannot write", id="read-only file system"),
        pytest.param(errno.EACCES, ReadOnlyStoreError, "cannot write", id="permissions"),
    ],
)
def test_errors_of_the_system_say_what_to_do(
    tmp_path: Path, number: int, kind: type[StoreError], message: str
) -> None:
    with pytest.raises(kind, match=message) as refused, explained(tmp_path):
        raise OSError(number, os.strerror(number))
    assert str(tmp_path) in str(refused.value)


def test_other_errors_of_the_system_pass(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), explained(tmp_path):
        (tmp_path / "missing").read_bytes()


def test_the_manifest_of_a_store_is_plain_json(filled: Store) -> None:
    content = json.loads((filled.version_folder("v0000001") / MANIFEST_NAME).read_text())
    assert content["version"] == "v0000001"
