"""A release opens as lazy tables: the files of its manifest, and those only."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from release_samples import add_articles, article
from store_samples import new_store, run_once

from schemas.tables import EXTRACTED, TABLES, name_of, polars_schema
from tasks.query import ask, connected
from tasks.release import Release, files_of, open_release, scan_table
from tasks.store_errors import NotAStoreError, VersionMissingError

FIXTURES = Path(__file__).parents[1] / "fixtures"

MARCH = article("IND warned CHN on 2025-03-09.", key="march", day=date(2025, 3, 10))
MAY = article("IND aided CHN on 2025-05-09.", key="may", day=date(2025, 5, 10))
JUNE = article("FRA met DEU on 2025-06-09.", key="june", day=date(2025, 6, 10))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    made = new_store(tmp_path_factory.mktemp("store"))
    add_articles(made, [MARCH, MAY], run_id="first")
    add_articles(made, [JUNE], run_id="second")
    return made


def event_types(release: Release) -> list[str]:
    return release["events"].collect()["event_type"].to_list()


def test_the_latest_version_is_opened_unless_another_is_named(store):
    assert open_release(store.root).version == "v0000002"
    assert event_types(open_release(str(store.root))) == ["THREATEN", "AID", "CONSULT"]
    assert event_types(open_release(store.root, "v0000001")) == ["THREATEN", "AID"]


def test_a_release_is_a_mapping_of_its_tables(store):
    release = open_release(store.root)
    assert list(release) == list(release.tables) == list(TABLES)
    assert len(release) == len(TABLES)
    assert "events" in release
    assert "visits" not in release
    assert dict(release).keys() == TABLES.keys()


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_the_columns_that_its_schema_declares(store, table):
    assert open_release(store.root)[table].collect_schema() == polars_schema(TABLES[table])


def test_a_table_without_files_is_empty(tmp_path):
    store = new_store(tmp_path / "store")
    run_once(store, {("actors", None): [1]})
    for table in map(name_of, EXTRACTED):
        frame = open_release(store.root)[table].collect()
        assert frame.is_empty()
        assert frame.schema == polars_schema(TABLES[table])


def test_a_table_that_only_the_manifest_knows_is_read_as_it_is(tmp_path):
    store = new_store(tmp_path / "store")
    run_once(store, {("tides", "2025-03"): [3], ("tides", "2024-12"): [1, 2]})
    release = open_release(store.root)
    assert "tides" in release
    assert release["tides"].collect()["number"].to_list() == [1, 2, 3]


def test_an_unknown_table_is_said_with_the_known_ones(store):
    with pytest.raises(KeyError, match=r"v0000002 has no table 'visits'; it has articles, .*events"):
        open_release(store.root)["visits"]


def test_only_files_of_the_manifest_are_read(tmp_path):
    store = new_store(tmp_path / "store")
    add_articles(store, [MARCH])
    month = store.root / "versions/v0000001/events/month=2025-03"
    (month / "part-1.parquet").write_bytes((month / "part-0.parquet").read_bytes())
    assert event_types(open_release(store.root)) == ["THREATEN"]


def test_months_choose_among_files_and_leave_a_single_file_whole(store):
    manifest = store.manifest("v0000002")

    def rows(table: str, months: list[str] | None) -> int:
        return scan_table(store, manifest, table, months).select(pl.len()).collect().item()

    assert rows("events", None) == 3
    assert rows("events", ["2025-05", "2025-06", "2031-01"]) == 2
    assert rows("events", []) == 0
    assert rows("actors", ["2025-05"]) == rows("actors", None) == 4


def test_a_release_stays_what_it_was_when_another_run_publishes(tmp_path, monkeypatch):
    store = new_store(tmp_path / "store")
    add_articles(store, [MARCH], run_id="first")
    monkeypatch.chdir(tmp_path)
    release = open_release("store")
    add_articles(store, [MAY], run_id="second")
    monkeypatch.chdir("/")
    assert event_types(release) == ["THREATEN"]
    assert release.version == "v0000001"


def test_a_release_cannot_be_changed_and_prints_in_one_line(store):
    release = open_release(store.root)
    with pytest.raises(FrozenInstanceError):
        release.version = "v0000001"
    assert repr(release) == f"Release(store={store.root!r}, version='v0000002')"
    assert release == open_release(store.root)
    assert release != open_release(store.root, "v0000001")


def test_what_cannot_be_opened_is_said(tmp_path):
    with pytest.raises(NotAStoreError, match="is not a store"):
        open_release(tmp_path / "nowhere")
    empty = new_store(tmp_path / "empty")
    with pytest.raises(VersionMissingError, match="has no version yet"):
        open_release(empty.root)
    add_articles(empty, [MARCH])
    with pytest.raises(VersionMissingError, match="no version 'v0000007'"):
        open_release(empty.root, "v0000007")


@pytest.mark.parametrize(
    "archive", sorted(FIXTURES.glob("store-schema-*.tar.gz")), ids=lambda path: path.name
)
def test_a_release_of_an_older_schema_opens_with_all_its_tables(tmp_path, archive):
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    release = open_release(tmp_path / "store")
    for table in release:
        rows = sum(file.rows for file in files_of(release.manifest, table))
        assert release[table].collect().height == rows
        with connected(release) as connection:
            (batch,) = ask(connection, f"SELECT count(*) FROM {table}").batches  # noqa: S608
        assert batch == [(rows,)]
    assert release["events"].collect().height > 0


def test_a_program_that_reads_a_release_loads_neither_prefect_nor_spacy(store):
    program = f"""
import sys
from detente import Release, open_release
release = open_release({str(store.root)!r})
assert isinstance(release, Release)
assert release["events"].collect().height == 3
print(sorted({{"prefect", "spacy", "thinc", "duckdb"}} & set(sys.modules)))
"""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert ended.stdout == "[]\n"
