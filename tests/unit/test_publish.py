"""Publishing: what becomes a version, what is shared with the parent, what changes nothing, and what is refused."""

from __future__ import annotations

import dataclasses
import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rough_company import another_user, fill, tiny_disk
from store_samples import (
    DATAPACKAGE,
    MONTH,
    new_store,
    numbers_of,
    run_info,
    run_once,
    staged,
    staged_private,
    staged_tables,
    write_numbers,
)

from tasks.publish import Published, StagedPrivate, StagedTable, Unchanged, publish
from tasks.store import Store
from tasks.store_errors import (
    AppendOnlyError,
    BrokenStoreError,
    DiskFullError,
    LockMisuseError,
    ReadOnlyStoreError,
    StagingError,
    StaleParentError,
)
from tasks.verify import verify

if TYPE_CHECKING:
    from store_samples import Tables

EVENTS, EARLIER, ACTORS = ("events", MONTH), ("events", "2025-07"), ("actors", None)


@pytest.fixture(autouse=True)
def _without_waiting_for_the_disk(monkeypatch) -> None:
    """No power fails during a test; that everything is synced in the right order is test_publish_kills' business."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path / "store")


@pytest.fixture
def filled(store: Store) -> Store:
    run_once(store, {EVENTS: [1], EARLIER: [7], ACTORS: [1, 7]}, private={"b1": [1, 7]})
    return store


def inode(store: Store, version: str, path: str) -> int:
    return (store.version_folder(version) / path).stat().st_ino


# ------------------------------------------------------------------------------------------------ what becomes of it


def test_the_first_version(filled: Store) -> None:
    manifest = filled.latest()
    assert (manifest.version, manifest.parent) == ("v0000001", None)
    assert [entry.path for entry in manifest.files] == [
        "actors/part-0.parquet",
        "events/month=2025-07/part-0.parquet",
        "events/month=2025-08/part-0.parquet",
    ]
    assert [entry.rows for entry in manifest.files] == [2, 1, 1]
    assert [file.path for file in manifest.private_files] == [f"articles/month={MONTH}/b1.parquet"]
    assert (filled.latest_link / "datapackage.json").read_text(encoding="utf-8") == DATAPACKAGE
    assert verify(filled).problems == ()


def test_a_plain_glob_reads_a_table(filled: Store) -> None:
    table = pl.read_parquet(filled.latest_link / "events" / "**" / "*.parquet", hive_partitioning=True)
    assert sorted(table.select("number").to_series()) == [1, 7]


def test_the_next_version_shares_what_did_not_change(filled: Store) -> None:
    published = run_once(filled, {EVENTS: [1, 2], ACTORS: [1, 7]})
    assert published.manifest.parent == "v0000001"
    assert published.shared == 2  # one kept, one computed again with the same result
    for path, is_shared in [
        ("events/month=2025-07/part-0.parquet", True),
        ("actors/part-0.parquet", True),
        ("events/month=2025-08/part-0.parquet", False),
    ]:
        assert (inode(filled, "v0000001", path) == inode(filled, "v0000002", path)) is is_shared
    assert numbers_of(filled, "v0000001")[EVENTS] == [1]
    assert numbers_of(filled, "v0000002")[EVENTS] == [1, 2]


def test_a_month_that_is_neither_new_nor_kept_is_gone(filled: Store) -> None:
    run_once(filled, {}, dropped=frozenset({EARLIER}))
    assert numbers_of(filled, "v0000002") == {EVENTS: [1], ACTORS: [1, 7]}
    assert verify(filled, "v0000001").problems == ()
    assert verify(filled, "v0000002").problems == ()


def test_an_empty_version_of_an_empty_store(store: Store) -> None:
    assert isinstance(run_once(store, {}), Published)
    assert isinstance(run_once(store, {}), Unchanged)
    assert verify(store).problems == ()


def test_published_files_are_read_only(filled: Store) -> None:
    files = [path for path in filled.root.rglob("*") if path.is_file() and path.name != "lock"]
    assert len(files) == 6
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o222 == 0 for path in files)


@pytest.mark.parametrize(
    ("tables", "private"),
    [
        pytest.param({}, {}, id="nothing new"),
        pytest.param({EVENTS: [1], EARLIER: [7]}, {}, id="computed again"),
        pytest.param({}, {"b2": []}, id="a batch without an article"),
        pytest.param({}, {"b2": [1, 7]}, id="a batch of articles that are known"),
        pytest.param({}, {"b1": [1, 7]}, id="the same batch again"),
        pytest.param({("quarantine", MONTH): [3]}, {}, id="only something refused"),
    ],
)
def test_the_same_data_make_no_new_version(
    filled: Store, tables: Tables, private: dict[str, list[int]]
) -> None:
    before = filled.latest()
    assert run_once(filled, tables, private=private, counts={"articles": 9}) == Unchanged(manifest=before)
    assert filled.versions() == ("v0000001",)
    assert filled.orphans() == ()


@pytest.mark.parametrize(
    ("tables", "private", "changes"),
    [
        pytest.param({EVENTS: [2]}, {}, {}, id="a row"),
        pytest.param({("dyads", MONTH): []}, {}, {}, id="an empty table"),
        pytest.param({}, {"b2": [5]}, {}, id="an article without any row"),
        pytest.param({}, {}, {"keep_private": ()}, id="articles taken down"),
        pytest.param(
            {}, {}, {"takedowns": (f"tak_{'0' * 20}",)}, id="an article to forget that is not there"
        ),
    ],
)
def test_other_data_make_a_new_version(filled: Store, tables: Tables, private, changes) -> None:
    assert isinstance(run_once(filled, tables, private=private, **changes), Published)
    assert verify(filled).problems == ()
    assert verify(filled, "v0000001").problems == ()


def test_articles_that_were_taken_down_can_be_accepted_again(filled: Store) -> None:
    run_once(filled, {}, keep_private=())
    assert filled.latest().private_files == ()
    run_once(filled, {}, private={"b1": [1, 7]})
    assert filled.latest().private_files == filled.manifest("v0000001").private_files
    assert verify(filled).problems == ()


months = st.sampled_from(
    [("events", "2025-07"), ("events", "2025-08"), ("stories", "2025-08"), ("actors", None)]
)
changes_of_a_run = st.tuples(
    st.dictionaries(months, st.lists(st.integers(0, 3), max_size=3), max_size=3),
    st.frozensets(months, max_size=2),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(changes_of_a_run, max_size=5))
def test_after_any_sequence_of_runs_every_version_is_what_it_was(
    runs: list[tuple[Tables, frozenset]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = new_store(Path(folder) / "store")
        expected: list[Tables] = []
        for number, (tables, dropped) in enumerate(runs):
            before = expected[-1] if expected else None
            after = {key: value for key, value in (before or {}).items() if key not in dropped} | tables
            published = run_once(store, tables, dropped=dropped, run_id=f"run-{number}")
            assert isinstance(published, Unchanged) is (after == before)
            if after != before:
                expected.append(after)
        assert len(store.versions()) == len(expected)
        for version, tables in zip(store.versions(), expected, strict=True):
            assert numbers_of(store, version) == tables
            assert verify(store, version).problems == ()


# ------------------------------------------------------------------------------------------------------ what is refused


def test_the_lock_and_the_staging_folder_must_be_held(store: Store) -> None:
    with pytest.raises(LockMisuseError):
        publish(store, staged(None, "run"))
    with store.lock(), pytest.raises(StagingError, match="holds no staging folder"):
        publish(store, staged(None, "run"))


def test_a_run_that_built_on_an_older_version_must_build_again(filled: Store) -> None:
    parent = filled.latest()
    with filled.stage("slow") as folder:
        tables = staged_tables(folder, {EVENTS: [9]})
        run_once(filled, {EVENTS: [1, 2]})
        with filled.lock(), pytest.raises(StaleParentError, match=r"built on v0000001.*now is at v0000002"):
            publish(filled, staged(parent, "slow", tables=tables))
    assert numbers_of(filled, "v0000002")[EVENTS] == [1, 2]


def outside(folder: Path) -> StagedTable:
    return StagedTable(
        table="events", month=MONTH, path=write_numbers(folder.parent / "x.parquet", [1]), rows=1
    )


def in_build_folder(folder: Path) -> StagedTable:
    path = write_numbers(folder / "version" / "x.parquet", [1])
    return StagedTable(table="events", month=MONTH, path=path, rows=1)


def link(folder: Path) -> StagedTable:
    write_numbers(folder / "x.parquet", [1])
    (folder / "y.parquet").symlink_to(folder / "x.parquet")
    return StagedTable(table="events", month=MONTH, path=folder / "y.parquet", rows=1)


def not_parquet(folder: Path) -> StagedTable:
    (folder / "x.parquet").write_text("number\n1\n")
    return StagedTable(table="events", month=MONTH, path=folder / "x.parquet", rows=1)


def of_table(table: str, month: str | None = MONTH, rows: int = 1):
    def stage(folder: Path) -> StagedTable:
        path = write_numbers(folder / "x.parquet", [1])
        return StagedTable(table=table, month=month, path=path, rows=rows)

    return stage


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        pytest.param(outside, "must lie in", id="outside of the staging folder"),
        pytest.param(in_build_folder, "not in its folder 'version'", id="where publish builds"),
        pytest.param(link, "is not a file", id="a link"),
        pytest.param(
            lambda f: dataclasses.replace(outside(f), path=f / "none"), "is not a file", id="missing"
        ),
        pytest.param(not_parquet, "not readable as Parquet", id="not Parquet"),
        pytest.param(of_table("events", rows=2), "2 rows and has 1", id="another number of rows"),
        pytest.param(of_table("../events"), "no possible version", id="a table that is a path"),
        pytest.param(of_table("events", "August"), "no possible version", id="a month that is none"),
        pytest.param(of_table("events", None), "partly in months", id="whole table beside its months"),
        pytest.param(of_table("events", "2025-07"), "listed twice", id="new and kept"),
    ],
)
def test_staged_files_that_are_refused(filled: Store, stage, message: str) -> None:
    parent = filled.latest()
    with filled.stage("run") as folder, filled.lock(), pytest.raises(StagingError, match=message):
        publish(
            filled,
            dataclasses.replace(staged(parent, "run"), tables=(stage(folder),)),
        )
    assert filled.versions() == ("v0000001",)
    assert verify(filled).problems == ()


def test_only_files_of_the_parent_can_be_kept(filled: Store) -> None:
    parent = filled.latest()
    other = parent.files[0].model_copy(update={"rows": 5})
    with filled.stage("run"), filled.lock(), pytest.raises(StagingError, match="no such file to keep"):
        publish(filled, staged(parent, "run", keep=(other,)))


def test_an_empty_store_has_nothing_to_keep(filled: Store, tmp_path: Path) -> None:
    empty = new_store(tmp_path / "empty")
    with empty.stage("run"), empty.lock(), pytest.raises(StagingError, match="no files to keep"):
        publish(empty, staged(None, "run", keep=filled.latest().files))


def test_a_private_file_is_never_replaced(filled: Store) -> None:
    with pytest.raises(AppendOnlyError, match="name the batch after its content"):
        run_once(filled, {EVENTS: [8]}, private={"b1": [8]})
    assert verify(filled).problems == ()


def test_private_files_stay_in_the_private_folder(filled: Store) -> None:
    with filled.stage("run") as folder, filled.lock():
        (text,) = staged_private(folder, {"b2": [2]})
        astray = StagedPrivate(destination="../versions/b2.parquet", path=text.path, rows=1)
        with pytest.raises(StagingError, match="no possible version"):
            publish(filled, staged(filled.latest(), "run", private=(astray,)))


def test_a_damaged_parent_is_not_built_on(filled: Store) -> None:
    (filled.version_folder("v0000001") / "actors" / "part-0.parquet").unlink()
    with pytest.raises(BrokenStoreError, match="verify the store"):
        run_once(filled, {EVENTS: [1, 2]})


def test_a_version_folder_that_no_run_left_is_not_built_on(filled: Store) -> None:
    (filled.versions_folder / "v0000002").mkdir()
    with pytest.raises(BrokenStoreError, match=r"v0000002.*is missing"):
        run_once(filled, {EVENTS: [1, 2]})


# -------------------------------------------------------------------------------------- what the system does not allow


@pytest.mark.parametrize("number", [errno.EXDEV, errno.EPERM, errno.EMLINK])
def test_where_links_are_impossible_files_are_copied(filled: Store, monkeypatch, number: int) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", refuse)
    run_once(filled, {EVENTS: [1, 2]}, private={"b2": [2]})
    monkeypatch.undo()
    path = "actors/part-0.parquet"
    assert inode(filled, "v0000001", path) != inode(filled, "v0000002", path)
    assert stat.S_IMODE((filled.latest_link / path).stat().st_mode) & 0o222 == 0
    assert verify(filled).problems == ()


@pytest.mark.parametrize("failing", [1, 3, 5, 8, 10])
def test_a_run_can_publish_again_after_an_error(filled: Store, monkeypatch, failing: int) -> None:
    fsync, calls = os.fsync, iter(range(1, 1000))

    def fail_once(file: int) -> None:
        if next(calls) == failing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(file)

    with filled.stage("run") as folder, filled.lock():
        new = staged(
            filled.latest(),
            "run",
            tables=staged_tables(folder, {EVENTS: [1, 2]}),
            private=staged_private(folder, {"b2": [2]}),
        )
        monkeypatch.setattr(os, "fsync", fail_once)
        with pytest.raises(DiskFullError, match="free some and run again"):
            publish(filled, new)
        assert filled.latest_version() == "v0000001"
        assert isinstance(publish(filled, new), Published)
    assert next(calls) > failing
    assert filled.versions() == ("v0000001", "v0000002")
    assert filled.orphans() == ()
    assert verify(filled).problems == ()


def test_a_full_disk_publishes_nothing_and_space_mends_it() -> None:
    with tiny_disk("512k") as disk:
        store = new_store(disk / "store")
        run_once(store, {EVENTS: [1], ACTORS: [1]}, private={"b1": [1]})
        with store.stage("run") as folder, store.lock():
            tables = staged_tables(folder, {EVENTS: [1, 2]})
            new = staged(store.latest(), "run", tables=tables, private=staged_private(folder, {"b2": [2]}))
            filler = fill(disk)
            with pytest.raises(DiskFullError, match="no space left for the store"):
                publish(store, new)
            assert store.versions() == ("v0000001",)
            assert verify(store).problems == ()
            filler.unlink()
            assert isinstance(publish(store, new), Published)
        assert verify(store).problems == ()


def test_who_may_only_read_a_store_can_read_and_verify_it() -> None:
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        store = new_store(Path(parent) / "store")
        run_once(store, {EVENTS: [1]}, private={"b1": [1]})
        verify(store)
        with another_user(store.root) as is_another:
            reader = Store(store.root)
            assert numbers_of(reader, "v0000001") == {EVENTS: [1]}
            assert verify(reader, with_private=False).problems == ()
            with pytest.raises(ReadOnlyStoreError, match="cannot write to the store"), reader.lock():
                pass
            with pytest.raises(ReadOnlyStoreError), reader.stage("run"):
                pass
            with pytest.raises(ReadOnlyStoreError):
                Store(store.root / "versions" / "inner").create()
            if is_another:  # full texts are the owner's
                (problem,) = verify(reader).problems
                assert problem.what == "cannot be read: Permission denied"
        assert verify(store).problems == ()


def test_the_run_section_is_kept_as_given(store: Store) -> None:
    assert run_once(store, {EVENTS: [1]}, run_id="r-7").manifest.run == run_info("r-7")
