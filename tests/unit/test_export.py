"""The tables of a release come out whole, in order, and never in the store."""

from __future__ import annotations

import json
import shutil
from datetime import date

import polars as pl
import pytest
from release_samples import add_articles, article
from store_samples import new_store, run_once
from typer.testing import CliRunner

from flows.cli import app
from schemas.tables import TABLES, key_of
from tasks import export as export_module
from tasks.export import export
from tasks.query import UnansweredError
from tasks.release import UnknownTableError, open_release
from tasks.store_errors import StoreError

ARTICLES = [
    article("IND warned CHN on 2025-03-09. FRA met DEU on 2025-03-08.", key="march", day=date(2025, 3, 10)),
    article('IND aided CHN on 2025-05-09. "So, to speak"\nhe said.', key="may", day=date(2025, 5, 10)),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    made = new_store(tmp_path_factory.mktemp("store"))
    add_articles(made, ARTICLES)
    return made


@pytest.fixture(scope="module")
def release(store):
    return open_release(store.root)


def read_lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def as_written(release, table):
    """The rows of a table, with dates as JSON has them."""
    rows = release[table].collect().rows(named=True)
    return json.loads(json.dumps(rows, default=lambda value: value.isoformat()))


def test_json_lines_hold_every_row_of_every_table(release, tmp_path):
    files = export(release, tmp_path / "out", output="jsonl")
    assert [path.name for path in files] == [f"{table}.jsonl" for table in TABLES]
    assert sorted((tmp_path / "out").iterdir()) == sorted(files)
    for path, rows in files.items():
        assert read_lines(path) == as_written(release, path.stem)
        assert rows == len(read_lines(path))
    assert sum(files.values()) > 20


def test_csv_holds_every_row_of_every_table_with_lists_as_json(release, tmp_path):
    export(release, tmp_path, output="csv")
    for table in TABLES:
        read = pl.read_csv(tmp_path / f"{table}.csv", infer_schema=False)
        rows = [
            {
                name: value if value is None or isinstance(value, str) else json.dumps(value)
                for name, value in row.items()
            }
            for row in as_written(release, table)
        ]
        assert read.columns == release[table].collect_schema().names()
        assert read.rows(named=True) == rows


@pytest.mark.parametrize("table", ["events", "mentions", "dyads"])
def test_rows_stand_by_month_and_in_a_month_by_key(release, tmp_path, table):
    (path,) = export(release, tmp_path, output="jsonl", tables=[table])
    expected = []
    for month in ("2025-03", "2025-05"):
        file = release.store / f"versions/v0000001/{table}/month={month}/part-0.parquet"
        frame = pl.read_parquet(file, glob=False, hive_partitioning=False)
        assert frame.equals(frame.sort(key_of(TABLES[table])))
        expected += frame["article_id" if "article_id" in frame.columns else "actor_code"].to_list()
    assert [row.get("article_id") or row["actor_code"] for row in read_lines(path)] == expected


def test_tables_are_chosen_by_name_once_each(release, tmp_path):
    files = export(release, tmp_path, output="csv", tables=["dyads", "events", "dyads"])
    assert [path.name for path in files] == ["dyads.csv", "events.csv"]


def test_a_table_that_detente_does_not_declare_comes_out_too(tmp_path):
    store = new_store(tmp_path / "store")
    run_once(store, {("order", "2025-03"): [3], ("order", "2024-12"): [1, 2]})
    (path,) = export(open_release(store.root), tmp_path / "out", output="csv", tables=["order"])
    assert path.read_text() == "number\n1\n2\n3\n"


def test_an_unknown_table_is_said_before_anything_is_written(release, tmp_path):
    with pytest.raises(UnknownTableError, match="'visits'"):
        export(release, tmp_path / "out", output="csv", tables=["events", "visits"])
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_is_left_alone_unless_forced(release, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "events.csv").write_text("older")
    with pytest.raises(FileExistsError, match="not empty"):
        export(release, tmp_path, output="csv", tables=["events"])
    assert (tmp_path / "events.csv").read_text() == "older"
    export(release, tmp_path, output="csv", tables=["events"], replace=True)
    assert (tmp_path / "events.csv").read_text().startswith("article_id,story_id,event_id")
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("place", ["", "latest", "versions/v0000001/events", "private", "new/folder"])
def test_nothing_is_written_into_the_store(release, place):
    before = sorted(release.store.rglob("*"))
    with pytest.raises(StoreError, match="lies in the store"):
        export(release, release.store / place, output="csv", replace=True)
    assert sorted(release.store.rglob("*")) == before


def test_no_file_appears_before_all_are_complete(release, tmp_path, monkeypatch):
    def ask(connection, sql):
        if "quotes" in sql:
            raise UnansweredError("no more")
        return whole(connection, sql)

    whole = export_module.ask
    monkeypatch.setattr(export_module, "ask", ask)
    with pytest.raises(UnansweredError):
        export(release, tmp_path, output="csv")
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_it_wrote(store, tmp_path):
    ended = CliRunner().invoke(
        app,
        [
            "export",
            "--format",
            "csv",
            "--store",
            str(store.root),
            "--out",
            str(tmp_path / "out"),
            "--table",
            "events",
        ],
    )
    assert ended.exit_code == 0
    first, last = ended.stdout.splitlines()
    assert first.split() == ["3", str(tmp_path / "out/events.csv")]
    assert last == f"v0000001, data digest {store.manifest('v0000001').data_digest}"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--table", "visits"], 2, "no table 'visits'"),
        (["--version", "v0000009"], 1, "has no version"),
        (["--store", "nowhere"], 1, "is not a store"),
        ([], 1, "not empty"),
    ],
)
def test_the_command_says_what_is_wrong(store, tmp_path, arguments, code, message):
    out = tmp_path / "out"
    shutil.copytree(store.versions_folder / "v0000001/actors", out)
    options = ["--store", str(store.root), "--format", "csv", "--out", str(out)]
    ended = CliRunner().invoke(app, ["export", *options, *arguments], env={"COLUMNS": "400"})
    assert ended.exit_code == code
    assert message in ended.stderr
    assert [path.name for path in out.iterdir()] == ["part-0.parquet"]
