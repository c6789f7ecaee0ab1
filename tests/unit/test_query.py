"""A release is asked in SQL, and nothing but the release is read or written by it."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import chdir
from datetime import UTC, date, datetime
from hashlib import sha256

import duckdb
import polars as pl
import pytest
from release_samples import add_articles, article
from rich.console import Console
from store_samples import new_store, run_once
from typer.testing import CliRunner

from flows.cli import app
from schemas.tables import TABLES, polars_schema
from tasks.export import write_answer
from tasks.query import BATCH_ROWS, Answer, QueryError, UnansweredError, ask, connected
from tasks.release import open_release
from tasks.report.query_view import query_view
from tasks.store_errors import StoreError

ARTICLES = [
    article("IND warned CHN on 2025-03-09. FRA met DEU on 2025-03-08.", key="march", day=date(2025, 3, 10)),
    article("IND aided CHN on 2025-05-09.", key="may", day=date(2025, 5, 10)),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    made = new_store(tmp_path_factory.mktemp("store"))
    add_articles(made, ARTICLES, run_id="first")
    add_articles(made, [article("USA met CAN on 2025-06-09.", key="june", day=date(2025, 6, 10))], run_id="2")
    return made


@pytest.fixture(scope="module")
def release(store):
    return open_release(store.root)


def rows(release, sql):
    with connected(release) as connection:
        return [row for batch in ask(connection, sql).batches for row in batch]


def tree(folder):
    """Every file below a folder with its content."""
    return {
        path.relative_to(folder): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


# ---------------------------------------------------------------------------------------------------------- answers


def test_tables_are_there_by_their_names(release):
    assert {name for (name,) in rows(release, "SHOW TABLES")} == set(release)
    found = rows(
        release,
        """
        SELECT event_type, sentence FROM events JOIN evidence USING (event_id)
        WHERE event_date < '2025-06-01' ORDER BY event_date;
        """,
    )
    assert found == [
        ("CONSULT", "FRA met DEU on 2025-03-08."),
        ("THREATEN", "IND warned CHN on 2025-03-09."),
        ("AID", "IND aided CHN on 2025-05-09."),
    ]


def test_a_version_is_asked_as_it_was(store):
    count = "SELECT count(*) FROM events"
    assert rows(open_release(store.root, "v0000001"), count) == [(3,)]
    assert rows(open_release(store.root), count) == [(4,)]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_without_rows_has_the_types_of_one_with_rows(tmp_path, table):
    store = new_store(tmp_path / "store")
    run_once(store, {("tides", None): [1]})
    frame = pl.DataFrame(schema=polars_schema(TABLES[table]))
    frame.write_parquet(tmp_path / "empty.parquet")
    described = rows(open_release(store.root), f"DESCRIBE {table}")
    assert described == duckdb.sql(f"DESCRIBE FROM '{tmp_path}/empty.parquet'").fetchall()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "SELECT 1;",
        "SELECT 1; -- that is all;",
        "-- a remark; and\nSELECT 1 /* ; */",
        "FROM (VALUES (1))",
        "WITH one AS (SELECT 1) FROM one",
        "VALUES (1)",
        "SELECT 1 WHERE 'it''s; so' <> ''",
    ],
)
def test_one_statement_that_reads_is_answered(release, sql):
    assert rows(release, sql) == [(1,)]


@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        ("SELECT 1 UNION ALL SELECT 2 EXCEPT SELECT 3 ORDER BY 1", [(1,), (2,)]),
        (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) FROM n ORDER BY i",
            [(1,), (2,), (3,)],
        ),
        ("WITH a AS MATERIALIZED (SELECT 1 AS x), b AS (FROM a) SELECT x FROM a JOIN b USING (x)", [(1,)]),
        ("SELECT u FROM (SELECT [3, 4] AS l), unnest(l) AS t(u) ORDER BY u", [(3,), (4,)]),
        ("FROM Range(2)", [(0,), (1,)]),
        (
            "SELECT event_type FROM events QUALIFY row_number() OVER (ORDER BY event_date) = 1",
            [("CONSULT",)],
        ),
        ("PIVOT events ON status IN ('actual', 'planned') USING count(*) GROUP BY mode", [(None, 4, 0)]),
        (
            "SELECT status FROM events e WHERE EXISTS (FROM evidence v WHERE v.event_id = e.event_id) GROUP BY 1",
            [("actual",)],
        ),
        ("SELECT list_transform([1], lambda x: x + 1), {'a': 1}.a, 1 IN (SELECT 1)", [([2], 1, True)]),
        ("SELECT column_name FROM (DESCRIBE dyads) LIMIT 1", [("grain",)]),
        ("SELECT table_name FROM information_schema.tables WHERE table_name = 'events'", [("events",)]),
    ],
)
def test_what_sql_offers_to_a_reader_is_there(release, sql, answer):
    assert rows(release, sql) == answer


def test_columns_of_one_name_are_told_apart(release):
    with connected(release) as connection:
        assert ask(connection, "SELECT 1 AS one, 2 AS one").columns == ("one", "one_1")


def test_rows_keep_their_order_and_come_in_batches(release):
    with connected(release) as connection:
        batches = list(ask(connection, "SELECT range FROM range(50_000) ORDER BY range DESC").batches)
    assert {len(batch) for batch in batches[:-1]} == {BATCH_ROWS}
    assert [row[0] for batch in batches for row in batch] == list(range(49_999, -1, -1))


def test_a_moment_is_in_utc_wherever_the_machine_is(release, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    moment = rows(release, "SELECT TIMESTAMPTZ '2025-03-09 12:00:00+02'")
    assert moment == [(datetime(2025, 3, 9, 10, tzinfo=UTC),)]
    assert rows(release, "SELECT current_setting('TimeZone')") == [("UTC",)]


@pytest.mark.parametrize("name", ["a [1] b", "wh*t?", "it's", "[m]ay"])
def test_the_path_of_a_store_may_have_any_characters(tmp_path, name):
    decoy = new_store(tmp_path / "may")
    run_once(decoy, {("events", "2025-03"): [1, 2, 3]})
    store = new_store(tmp_path / name)
    run_once(store, {("events", "2025-03"): [7]})
    assert rows(open_release(store.root), "SELECT number FROM events") == [(7,)]


# ----------------------------------------------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELEC 1", 'syntax error at or near "SELEC"'),
        ("SELECT 1,\n  2 FROM )", r'syntax error at or near "\)" \(line 2\)'),
        ("SELECT visits FROM events", '"visits" not found'),
        ("FROM event", 'event does not exist! Did you mean "events"'),
        ("SELECT 'a'::INTEGER", "Could not convert string 'a' to INT32"),
        ("SELECT ?", "parameter"),
        ("", "no SQL"),
        (" ; -- nothing", "no SQL"),
        ("SELECT " + "abs(" * 600 + "1" + ")" * 600, "nested too deeply"),
        ("SELECT " + "abs(" * 5000 + "1" + ")" * 5000, "depth limit"),
        ("SELECT 1; SELECT 2", "one statement at a time, not 2"),
    ],
)
def test_wrong_sql_is_said_in_one_line(release, sql, message):
    with pytest.raises(QueryError, match=message) as error:
        rows(release, sql)
    assert "\n" not in str(error.value)
    assert "FROM query(" not in str(error.value)


def test_an_error_message_cannot_act_on_a_terminal(release):
    with pytest.raises(QueryError) as error:
        rows(release, "SELECT (chr(27) || '[2J')::INTEGER")
    assert "\x1b" not in str(error.value)


def test_a_query_that_needs_too_much_memory_is_given_up(release):
    with (
        connected(release, memory="50MB") as connection,
        pytest.raises(UnansweredError, match="more memory than it may use"),
    ):
        list(ask(connection, "SELECT list(repeat('x', 1000) || range) FROM range(1_000_000)").batches)


def test_a_missing_or_damaged_file_is_no_mistake_of_the_user(tmp_path):
    store = new_store(tmp_path / "store")
    add_articles(store, ARTICLES)
    file = store.root / "versions/v0000001/events/month=2025-03/part-0.parquet"
    file.unlink()
    with pytest.raises(UnansweredError, match="part-0"):
        rows(open_release(store.root), "SELECT 1")
    file.write_bytes(b"no Parquet")
    with pytest.raises(UnansweredError, match="part-0"):
        rows(open_release(store.root), "SELECT 1")


# ------------------------------------------------------------------------------------------------------ breaking out

READ_MORE = [
    "FROM read_csv('/etc/passwd')",
    "FROM read_text('/etc/passwd')",
    "FROM read_blob('{file}/../../../manifest.json')",
    "FROM read_text('{folder}/manifest.json')",
    "FROM glob('/*')",
    "FROM glob('{folder}/*')",
    "FROM '/etc/hosts'",
    "FROM '{outside}/link.parquet'",
    "FROM '{folder}/link.parquet'",
    "FROM '{private}'",
    "FROM parquet_metadata('{private}')",
    "FROM read_parquet(['{file}', '{private}'])",
    "FROM sniff_csv('/etc/passwd')",
    "FROM read_json('/etc/passwd')",
    "FROM query_table('/etc/passwd')",
    "FROM query('FROM read_text(''/etc/passwd'')')",
    "FROM json_execute_serialized_sql(json_serialize_sql('FROM read_text(''/etc/passwd'')'))",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "SELECT 1 WHERE EXISTS (FROM system.main.read_text('/etc/passwd'))",
    "FROM range((SELECT size FROM read_text('/etc/passwd')))",
    "FROM (SUMMARIZE FROM read_text('/etc/passwd'))",
    "FROM pandas_scan(1::POINTER)",
    "FROM arrow_scan(1::POINTER, 1::POINTER, 1::POINTER)",
    "FROM duckdb_secrets()",
    "FROM sqlite_scan('/etc/passwd', 'x')",
    "FROM 'https://example.com/events.parquet'",
    "FROM 's3://bucket/events.parquet'",
    "SELECT getenv('HOME')",
]
OVERWRITE = "WITH w AS (COPY (SELECT 1 AS x) TO '{file}' (USE_TMP_FILE false)) SELECT 1"
WRITE = [
    OVERWRITE,
    "COPY events TO '{folder}/new.parquet'",
    "COPY events TO '{file}'",
    "COPY (SELECT 1) TO '{file}' (FORMAT parquet, USE_TMP_FILE false)",
    "EXPLAIN ANALYZE COPY (SELECT 1 AS x) TO '{file}' (FORMAT parquet, USE_TMP_FILE false)",
    "WITH w AS MATERIALIZED (COPY (SELECT 1 AS x) TO '{file}' (USE_TMP_FILE false)) FROM w",
    "FROM (WITH w AS (COPY (SELECT 1 AS x) TO '{file}' (USE_TMP_FILE false)) FROM w)",
    "FROM query('WITH w AS (COPY (SELECT 1) TO ''{file}'' (USE_TMP_FILE false)) FROM w')",
    "FROM json_execute_serialized_sql('{serialized}')",
    "WITH w AS (FROM json_execute_serialized_sql('{serialized}'::JSON)) SELECT (FROM w)",
    "FROM query('FROM json_execute_serialized_sql(''{serialized}'')')",
    "SELECT 1) TO '{file}' (FORMAT parquet, USE_TMP_FILE false) --",
    "SELECT 1'); COPY (SELECT 1) TO '{file}' (USE_TMP_FILE false) --",
    "SELECT 1; COPY (SELECT 1) TO '{file}' (USE_TMP_FILE false)",
    "EXPORT DATABASE '{outside}/dump'",
    "ATTACH '{outside}/new.db'",
    "ATTACH '{file}' AS theirs",
    "CREATE TABLE mine AS SELECT 1",
    "CREATE OR REPLACE VIEW events AS SELECT 1",
    "INSERT INTO events SELECT * FROM events",
    "WITH w AS (DELETE FROM quarantine RETURNING *) FROM w",
    "DROP VIEW events",
    "CHECKPOINT",
]
SET = [
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET allowed_paths = ['/etc/passwd']",
    "RESET allowed_paths",
    "PRAGMA enable_profiling",
    "PRAGMA memory_limit = '1TB'",
    "CALL enable_logging(storage := 'file')",
    "FROM enable_logging(storage := 'file', storage_config := {{'path': '{outside}/log'}})",
    "FROM enable_profiling(save_location := '{outside}/profile')",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '{outside}/mine.duckdb_extension'",
    "CREATE SECRET (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "IMPORT DATABASE '{outside}'",
    "PREPARE later AS SELECT 1",
    "EXPLAIN SELECT 1",
]


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """A store with links in and beside it, and the names that the statements use; whoever uses it leaves it whole."""
    root = tmp_path_factory.mktemp("places")
    store = new_store(root / "store")
    add_articles(store, ARTICLES)
    outside, folder = root / "outside", store.root / "versions/v0000001"
    outside.mkdir()
    private = next((store.private_folder / "articles").rglob("*.parquet"))
    for link in (outside / "link.parquet", folder / "link.parquet"):
        link.symlink_to(private)
    (outside / "door").symlink_to(folder)
    file = folder / "events/month=2025-03/part-0.parquet"
    file.chmod(0o644)  # so that it is not the mode that keeps it whole
    serialized = duckdb.execute("SELECT json_serialize_sql($1)", [OVERWRITE.format(file=file)]).fetchall()
    return {
        "root": root,
        "folder": folder,
        "outside": outside,
        "private": private,
        "file": file,
        "serialized": serialized[0][0],
    }


@pytest.mark.parametrize("sql", [*READ_MORE, *WRITE, *SET])
def test_nothing_but_the_release_can_be_reached(places, sql):
    before = tree(places["root"])
    with pytest.raises(QueryError):
        rows(open_release(places["root"] / "store"), sql.format(**places))
    assert tree(places["root"]) == before


@pytest.mark.parametrize("sql", WRITE)
def test_neither_can_it_where_the_answer_is_written_as_parquet(places, sql):
    before = tree(places["root"])
    with pytest.raises(QueryError):
        write_answer(
            open_release(places["root"] / "store"),
            sql.format(**places),
            places["outside"] / "answer.parquet",
            output="parquet",
        )
    assert tree(places["root"]) == before


@pytest.mark.parametrize("through", ["{sql}", "FROM json_execute_serialized_sql('{serialized}')"])
def test_what_these_statements_try_would_succeed_on_an_open_connection(tmp_path, through):
    """The statements above are refused for what they do, not because they are misspelt."""
    name = tmp_path / "file.parquet"
    sql = OVERWRITE.format(file=name)
    with duckdb.connect() as connection:
        serialized = connection.execute("SELECT json_serialize_sql($1)", [sql]).fetchall()[0][0]
        connection.execute(through.format(sql=sql, serialized=serialized.replace("'", "''")))
        assert connection.execute(f"FROM '{name}'").fetchall() == [(1,)]
        assert connection.execute("SELECT count(*) FROM read_text('/etc/passwd')").fetchone() == (1,)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("enable_external_access", "false"),
        ("lock_configuration", "true"),
        ("autoload_known_extensions", "false"),
        ("autoinstall_known_extensions", "false"),
        ("allow_persistent_secrets", "false"),
        ("python_enable_replacements", "false"),
        ("temp_directory", ""),
    ],
)
def test_the_connection_is_confined_by_its_settings_as_well(release, setting, value):
    assert rows(release, f"SELECT current_setting('{setting}')::VARCHAR") == [(value,)]


def test_no_progress_bar_is_drawn_into_an_answer(store):
    """DuckDB draws one where Python runs without a script, as it does here."""
    program = f"""
from flows.cli import app
app(["query", "SELECT current_setting('enable_progress_bar') AS draws", "--store", {str(store.root)!r}])
"""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert json.loads(ended.stdout) == {"draws": False}


def test_a_query_may_use_half_of_the_memory(release):
    with duckdb.connect(config={"memory_limit": "50%"}) as half:
        limit = half.execute("SELECT current_setting('memory_limit')").fetchall()
    assert rows(release, "SELECT current_setting('memory_limit')") == limit


# ------------------------------------------------------------------------------------------------------ as files


def test_parquet_keeps_types_and_order(release, tmp_path):
    sql = "SELECT roles, first_seen, articles, name FROM actors ORDER BY name DESC"
    write_answer(release, sql + ";", tmp_path / "new/actors.parquet", output="parquet")
    expected = (
        release["actors"].select("roles", "first_seen", "articles", "name").sort("name", descending=True)
    )
    assert pl.read_parquet(tmp_path / "new/actors.parquet", glob=False).equals(expected.collect())
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["actors.parquet"]


@pytest.mark.parametrize("output", ["csv", "jsonl", "parquet"])
def test_a_file_is_replaced_as_a_whole_or_not_at_all(release, tmp_path, output):
    out = tmp_path / f"answer.{output}"
    out.write_text("older")
    with pytest.raises(QueryError):
        write_answer(
            release,
            "SELECT (CASE WHEN range < 9000 THEN '1' ELSE 'x' END)::INT FROM range(9001)",
            out,
            output=output,
        )
    assert out.read_text() == "older"
    assert list(tmp_path.iterdir()) == [out]
    write_answer(release, "SELECT 1 AS one", out, output=output)
    assert out.read_bytes() != b"older"


@pytest.mark.parametrize("output", ["csv", "jsonl", "parquet"])
def test_no_answer_is_written_into_the_store(places, output):
    release = open_release(places["root"] / "store")
    before = tree(places["root"])
    for out in (
        places["folder"] / "answer.csv",
        places["file"],
        places["outside"] / "door/answer.csv",
        places["outside"] / "link.parquet",
        places["root"] / "store/latest/answer.csv",
    ):
        with pytest.raises(StoreError, match="lies in the store"):
            write_answer(release, "SELECT 1", out, output=output)
    assert tree(places["root"]) == before


# --------------------------------------------------------------------------------------------------- on a terminal


def shown(columns, *found, width=60, **options):
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(query_view(Answer(tuple(columns), iter(found)), width=width, **options))
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_row_is_a_line():
    assert shown(["name", "events", "seen"], [("India", 12, date(2025, 3, 9)), ("China", 3, None)]) == [
        "name   events  seen",
        "India      12  2025-03-09",
        "China       3  -",
        "2 rows",
    ]


def test_long_texts_are_cut_where_the_line_ends():
    _, row, _ = shown(["status", "sentence"], [("actual", "The envoys met again. " * 9)])
    assert row.startswith("actual  The envoys met again.")
    assert row.endswith("…")
    assert len(row) == 60


def test_more_columns_than_fit_make_a_block_of_each_row():
    columns = [f"column_{number}" for number in range(7)]
    lines = shown(columns, [tuple(range(7)), ("x" * 99, *range(6))])
    assert lines[:2] == ["column_0  0", "column_1  1"]
    assert lines[7:9] == ["", "column_0  " + "x" * 49 + "…"]
    assert lines[-2:] == ["", "2 rows"]


def test_rows_beyond_the_limit_are_counted():
    batches = [[(number,) for number in range(start, start + 4)] for start in (0, 4, 8)]
    lines = shown(["n"], *batches, limit=5, width=200)
    assert lines[1:6] == list("01234")
    assert lines[6].startswith("the first 5 rows; 7 more with --format csv")


@pytest.mark.parametrize("found", [[], [[]]])
def test_an_answer_without_rows_says_so(found):
    assert shown(["n"], *found) == ["0 rows"]


def test_nothing_of_an_answer_acts_on_a_terminal():
    text = "\x1b[31mred\x07 [bold]words[/bold]\nnext\u202e"
    lines = shown([f"name{text}"], [(text,)], [([text],)], width=200)
    assert all("\x1b" not in line and "\x07" not in line and "\u202e" not in line for line in lines)
    assert lines[1] == r"\u001b[31mred\u0007 [bold]words[/bold] next\u202e"
    assert len(lines) == 4


# ----------------------------------------------------------------------------------------------------- the command


def detente(*arguments, stdin=None):
    return CliRunner().invoke(app, [*map(str, arguments)], input=stdin)


def test_the_command_answers_in_lines_of_json_to_a_pipe(store):
    ended = detente("query", "-", "--store", store.root, stdin="SELECT count(*) AS n\nFROM events;\n")
    assert ended.exit_code == 0
    assert json.loads(ended.stdout) == {"n": 4}


def test_the_command_takes_a_version_and_a_format(store):
    arguments = ("query", "SELECT count(*) AS n FROM events", "--store", store.root)
    assert detente(*arguments, "--format", "csv", "--version", "v0000001").stdout == "n\n3\n"
    assert detente(*arguments, "--format", "pretty").stdout.split() == ["n", "4", "1", "row"]


@pytest.mark.parametrize(("name", "first"), [("a.csv", b"n"), ("a.JSONL", b'{"n'), ("a.parquet", b"PAR1")])
def test_the_command_writes_what_the_name_of_the_file_says(store, tmp_path, name, first):
    ended = detente("query", "SELECT 1 AS n", "--store", store.root, "--out", tmp_path / name)
    assert ended.exit_code == 0
    assert (tmp_path / name).read_bytes().startswith(first)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["SELECT n"], 2, 'column "n" was not found'),
        (["COPY events TO 'x'"], 2, "only read"),
        (["SELECT 1", "--format", "parquet"], 2, "needs --out"),
        (["SELECT 1", "--out", "x.csv", "--format", "pretty"], 2, "is for terminals"),
        (["SELECT 1", "--out", "answer"], 2, "does not say its format"),
        (["SELECT 1", "--version", "v0000009"], 1, "has no version"),
    ],
)
def test_the_command_says_what_is_wrong(store, tmp_path, arguments, code, message):
    with chdir(tmp_path):
        ended = detente("query", *arguments, "--store", store.root)
    assert ended.exit_code == code
    assert message in ended.stderr
    assert ended.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_version_that_was_asked_is_byte_for_byte_the_same(tmp_path, store):
    copy = tmp_path / "store"
    shutil.copytree(store.root, copy, symlinks=True)
    before = tree(copy)
    for output in ("pretty", "csv", "jsonl"):
        detente("query", "FROM events", "--store", copy, "--format", output)
    assert tree(copy) == before
