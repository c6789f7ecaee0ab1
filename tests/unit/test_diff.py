"""What changed between two versions: rows, columns, events in words, and the command that shows them."""

from __future__ import annotations

import io
import json
import os
import re
from datetime import UTC, date, datetime

import polars as pl
import pytest
import release_samples
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from release_samples import add_articles, article, table
from rich.console import Console
from store_samples import new_store, run_info, staged
from typer.testing import CliRunner

from flows.cli import app
from schemas.manifest import table_path
from schemas.tables import TABLES
from tasks.diff import changes_of, diff_versions
from tasks.publish import StagedTable, publish
from tasks.release import version_named
from tasks.report.diff_summary import ChangedEvent, DiffSummary, TableCounts, summarise_diff
from tasks.report.diff_view import diff_view
from tasks.row_changes import ADDED, CHANGE_SCHEMA, CHANGES, REMOVED, REVISED, row_changes
from tasks.store import Store
from tasks.store_errors import BrokenStoreError, StoreError, VersionMissingError

JULY, AUGUST = date(2025, 7, 10), date(2025, 8, 11)
V1, V2 = "v0000001", "v0000002"
MET, WARNED = "IND met CHN on 2025-08-09.", "IND warned CHN on 2025-08-09."


def at(day):
    return datetime(2025, 9, day, tzinfo=UTC)


FIRST = article(MET, key="n1", updated_at=at(1))
CORRECTED = article(WARNED, key="n1", updated_at=at(2))
MOVED = article(MET, key="n1", updated_at=at(2), day=JULY)
SECOND = article(f"{WARNED} Again.", key="n2")


@pytest.fixture(autouse=True)
def _no_power_fails(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def store(tmp_path):
    return new_store(tmp_path / "store")


def publish_frames(store, frames, *, run_id="run"):
    """A version that consists of these tables: (table, month) -> rows."""
    with store.stage(run_id) as folder:
        tables = []
        for (name, month), rows in frames.items():
            path = folder / "tables" / table_path(name, month)
            path.parent.mkdir(parents=True)
            rows.write_parquet(path)
            tables.append(StagedTable(table=name, month=month, path=path, rows=rows.height))
        with store.lock(timeout=30):
            new = staged(
                store.latest(), run_id, tables=tuple(tables), keep=(), run=run_info(run_id), keep_private=()
            )
            return publish(store, new).manifest


def counts_of(diff):
    return {
        (found.table, change): found.count(change)
        for found in diff.tables()
        for change in CHANGES
        if found.count(change)
    }


def dates_rows(*rows):
    """Rows of `dates`, whose key is (article_id, start), without most of its columns."""
    return pl.DataFrame(
        rows, schema={"article_id": pl.String, "start": pl.Int64, "value": pl.String}, orient="row"
    )


# --------------------------------------------------------------------------------------------------- whole releases


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            [FIRST],
            [SECOND],
            {
                ("articles", ADDED): 1,
                ("events", ADDED): 1,
                ("participants", ADDED): 2,
                ("dyads", REVISED): 2,  # the same day and month of IND -> CHN
                ("actors", REVISED): 2,
            },
            id="new article",
        ),
        pytest.param(
            [FIRST],
            [CORRECTED],
            {
                ("articles", ADDED): 1,
                ("articles", REMOVED): 1,
                ("events", ADDED): 1,
                ("events", REMOVED): 1,
                ("dyads", REVISED): 2,
                ("dyads", REMOVED): 2,  # a meeting has both directions, a warning one
            },
            id="correction in its month",
        ),
        pytest.param(
            [FIRST],
            [MOVED],
            {
                ("articles", ADDED): 1,
                ("articles", REMOVED): 1,
                ("events", ADDED): 1,
                ("events", REMOVED): 1,
                ("actors", REVISED): 2,
            },
            id="correction that moves the month",
        ),
    ],
)
def test_what_a_run_changes(store, before, after, expected):
    add_articles(store, before)
    add_articles(store, after)
    forth, back = (counts_of(diff_versions(store, *pair)) for pair in ((V1, V2), (V2, V1)))
    assert {key: forth.get(key) for key in expected} == expected
    mirror = {ADDED: REMOVED, REMOVED: ADDED, REVISED: REVISED}
    assert back == {(name, mirror[change]): number for (name, change), number in forth.items()}


def test_nothing_changed(store):
    add_articles(store, [FIRST])
    diff = diff_versions(store, V1, V1)
    assert (diff.files, list(diff.tables())) == ((), [])
    assert changes_of(diff.tables()).schema == CHANGE_SCHEMA


def test_an_event_that_is_coded_anew_is_revised(store, monkeypatch):
    add_articles(store, [FIRST, SECOND])
    monkeypatch.setitem(release_samples._TOY_TYPES, "warned", "AID")
    add_articles(
        store, [], makers=release_samples.Makers(code_version="2", extractor_version="b", with_text=False)
    )
    (found,) = diff_versions(store, V1, V2, tables=["events"]).tables()
    (row,) = found.changes.to_dicts()
    assert (row["table"], row["change"]) == ("events", REVISED)
    assert row["key"] == table(store, "events").filter(pl.col("event_type") == "AID")["event_id"].to_list()
    changed = {each["column"]: (each["before"], each["after"]) for each in row["changed"]}
    assert changed["event_type"] == ("THREATEN", "AID")
    assert changed["quad_class"] == ("verbal_conflict", "material_cooperation")
    assert set(changed) == {"event_type", "quad_class", "score"}


def test_an_added_row_says_what_came(store):
    add_articles(store, [FIRST])
    add_articles(store, [SECOND])
    (found,) = diff_versions(store, V1, V2, tables=["events"]).tables()
    (row,) = found.changes.to_dicts()
    came = {each["column"]: each["after"] for each in row["changed"]}
    assert (came["event_type"], came["event_date"]) == ("THREATEN", "2025-08-09")
    assert {each["before"] for each in row["changed"]} == {None}
    assert not {"event_id", "mode"} & set(came)  # the key stands apart, and this event has no mode


def test_tables_come_in_their_order_and_the_quarantine_last(store):
    reason = pl.DataFrame({"refusal_id": ["r"], "table": [None]}, schema_overrides={"table": pl.String})
    odd = pl.DataFrame({"what": ["w"]})
    publish_frames(store, {})
    publish_frames(
        store, {("quarantine", None): reason, ("ancient", None): odd, ("dates", "2025-08"): dates_rows()}
    )
    publish_frames(
        store,
        {
            ("quarantine", None): reason.with_columns(table=pl.lit("events")),
            ("events", "2025-08"): pl.DataFrame({"event_id": ["e"]}),
            ("articles", "2025-08"): pl.DataFrame({"article_id": ["a"]}),
        },
    )
    diff = diff_versions(store, V2, "v0000003")
    assert [found.table for found in diff.tables()] == ["articles", "events", "ancient", "quarantine"]
    assert changes_of(diff.tables())["change"].to_list() == [ADDED, ADDED, REMOVED, REVISED]


# ------------------------------------------------------------------------------------------------ files and columns


def test_a_row_that_only_moves_to_another_month_is_no_change(store):
    one, other = ("a", 1, "2025"), ("b", 1, "2025-07")
    publish_frames(store, {("dates", "2025-07"): dates_rows(one, other)})
    publish_frames(store, {("dates", "2025-07"): dates_rows(one), ("dates", "2025-08"): dates_rows(other)})
    assert list(diff_versions(store, V1, V2).tables()) == []
    shown = printed(summarise_diff(diff_versions(store, V1, V2)))
    assert "No row differs" in shown
    assert "agree" not in shown


def test_a_row_that_moves_and_changes_is_revised_once(store):
    publish_frames(store, {("dates", "2025-07"): dates_rows(("a", 1, "x"), ("b", 1, "x"))})
    publish_frames(
        store,
        {("dates", "2025-07"): dates_rows(("a", 1, "x")), ("dates", "2025-08"): dates_rows(("b", 1, None))},
    )
    (row,) = changes_of(diff_versions(store, V1, V2).tables()).to_dicts()
    assert row == {
        "table": "dates",
        "change": REVISED,
        "key": ["b", "1"],
        "changed": [{"column": "value", "before": "x", "after": None}],
    }


def test_a_file_that_both_versions_share_is_not_read(store):
    shared = {("dates", "2025-07"): dates_rows(("a", 1, "x"))}
    publish_frames(store, shared)
    publish_frames(store, {**shared, ("dates", "2025-08"): dates_rows(("b", 1, "x"))})
    for version in (V1, V2):
        (store.version_folder(version) / "dates/month=2025-07/part-0.parquet").unlink()
    assert counts_of(diff_versions(store, V1, V2)) == {("dates", ADDED): 1}


def test_a_damaged_file_is_an_error_that_says_what_to_do(store):
    publish_frames(store, {("dates", "2025-07"): dates_rows(("a", 1, "x"))})
    publish_frames(store, {("dates", "2025-07"): dates_rows(("a", 1, "y"))})
    path = store.version_folder(V2) / "dates/month=2025-07/part-0.parquet"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(BrokenStoreError, match=r"dates .* damaged .* verify"):
        list(diff_versions(store, V1, V2).tables())


def test_columns_that_come_and_go_revise_no_row(store):
    rows = dates_rows(("a", 1, "x"), ("b", 1, "x"))
    publish_frames(store, {("dates", "2025-07"): rows.with_columns(old=1)})
    publish_frames(
        store,
        {
            ("dates", "2025-07"): rows.with_columns(
                value=pl.Series(["x", "y"]), new=pl.lit("n"), newer=pl.lit("n")
            )
        },
    )
    (found,) = diff_versions(store, V1, V2).tables()
    assert (found.new_columns, found.lost_columns) == (("new", "newer"), ("old",))
    assert found.changes["key"].to_list() == [["b", "1"]]
    assert [each["column"] for each in found.changes["changed"][0]] == ["value"]
    shown = printed(summarise_diff(diff_versions(store, V1, V2)))
    assert "dates: new columns new, newer; without column old" in shown


def test_columns_alone_are_a_difference(store):
    rows = dates_rows(("a", 1, "x"))
    publish_frames(store, {("dates", "2025-07"): rows})
    publish_frames(store, {("dates", "2025-07"): rows.with_columns(new=1)})
    (found,) = diff_versions(store, V1, V2).tables()
    assert (found.changes.height, found.new_columns) == (0, ("new",))


# ------------------------------------------------------------------------------------------------------------- rows


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({"k": [1, 2]}, {"k": ["1", "2"]}, id="another type of key"),
        pytest.param({"j": [1, 2]}, {"k": [1, 2]}, id="another column as key"),
    ],
)
def test_rows_without_a_common_key_are_all_removed_and_added(before, after):
    found = row_changes(pl.LazyFrame(before), pl.LazyFrame(after), table="t", key=["k"]).collect()
    assert found["change"].to_list() == [REMOVED, REMOVED, ADDED, ADDED]
    assert found["key"].to_list() == [[]] * 4
    assert [row[0]["before"] or row[0]["after"] for row in found["changed"]] == ["1", "2", "1", "2"]


def test_a_column_of_another_type_is_compared_by_what_it_says():
    before = pl.LazyFrame({"k": [1, 2], "v": [7, 8]})
    after = pl.LazyFrame({"k": [1, 2], "v": ["7", "9"]})
    (row,) = row_changes(before, after, table="t", key=["k"]).collect().to_dicts()
    assert (row["key"], row["changed"]) == (["2"], [{"column": "v", "before": "8", "after": "9"}])


def test_changes_are_sorted_by_the_values_of_the_key_whatever_their_kind():
    before = pl.LazyFrame({"k": [10, 9, 2], "v": [0, 0, 0]})
    after = pl.LazyFrame({"k": [11, 10, 9, 1], "v": [0, 1, 0, 0]})
    found = row_changes(before, after, table="t", key=["k"]).collect()
    assert found.select("change", pl.col("key").list.first()).rows() == [
        (ADDED, "1"),
        (REMOVED, "2"),
        (REVISED, "10"),
        (ADDED, "11"),
    ]


ROWS = pl.Schema(
    {
        "grain": pl.String(),
        "start": pl.Int64(),
        "text": pl.String(),
        "number": pl.Int64(),
        "score": pl.Float64(),
        "day": pl.Date(),
        "moment": pl.Datetime("us", "UTC"),
        "flag": pl.Boolean(),
        "roles": pl.List(pl.String()),
    }
)
KEY = ["grain", "start"]
READERS = {
    "text": str,
    "number": int,
    "score": float,
    "day": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "flag": {"true": True, "false": False}.__getitem__,
    "roles": json.loads,
}


@st.composite
def tables(draw):
    """Small tables with few different values, so that two of them share keys and values."""
    words = st.text(max_size=2) | st.sampled_from(["a", 'say "b"', "ä\n\u202e", "null", ""])
    values = {
        "text": words,
        "number": st.integers(-2, 2) | st.integers(-(2**63), 2**63 - 1),
        "score": st.floats(),
        "day": st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        "moment": st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        "flag": st.booleans(),
        "roles": st.lists(st.none() | words, max_size=2),
    }
    keys = draw(
        st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.integers(8, 11)), unique=True, max_size=6)
    )
    rows = [(*key, *(draw(st.none() | values[column]) for column in READERS)) for key in keys]
    return pl.DataFrame(rows, schema=ROWS, orient="row")


def difference(before, after):
    return row_changes(before.lazy(), after.lazy(), table="t", key=KEY).collect()


def applied(changes, before):
    """The rows after, from the rows before and what changed."""
    rows = {(row["grain"], row["start"]): row for row in before.iter_rows(named=True)}
    for change in changes.iter_rows(named=True):
        key = (change["key"][0], int(change["key"][1]))
        if change["change"] == REMOVED:
            del rows[key]
            continue
        if change["change"] == ADDED:
            assert key not in rows
            rows[key] = dict.fromkeys(READERS) | dict(zip(KEY, key, strict=True))
        for column, _, value in (each.values() for each in change["changed"]):
            rows[key][column] = None if value is None else READERS[column](value)
    return pl.DataFrame(list(rows.values()), schema=ROWS)


def mirrored(changes):
    swap = {ADDED: REMOVED, REMOVED: ADDED, REVISED: REVISED}
    return [
        row
        | {
            "change": swap[row["change"]],
            "changed": [
                {"column": each["column"], "before": each["after"], "after": each["before"]}
                for each in row["changed"]
            ],
        }
        for row in changes.to_dicts()
    ]


@settings(max_examples=150, deadline=None)
@given(tables(), tables())
def test_a_difference_leads_from_the_one_to_the_other_and_back(before, after):
    forth = difference(before, after)
    assert forth.schema == CHANGE_SCHEMA
    assert_frame_equal(applied(forth, before), after, check_row_order=False, check_exact=True)
    assert mirrored(forth) == difference(after, before).to_dicts()
    assert difference(before, before).is_empty()
    reordered = difference(before.reverse(), after.reverse())
    assert_frame_equal(reordered, forth)


# ------------------------------------------------------------------------------------------------- what people see


def printed(summary, width=100, command="detente diff"):
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(diff_view(summary, command=command))
    return console.file.getvalue()


def event(**changes):
    fields = {
        "event_type": "THREATEN",
        "mode": None,
        "status": "actual",
        "date": "2025-08-09",
        "actors": ("India (IND)",),
        "recipients": ("China (CHN)",),
        "revisions": (),
    }
    return ChangedEvent(**(fields | changes))


def summary(**changes):
    rows = {ADDED: 25, REVISED: 1, REMOVED: 0}
    fields = {
        "before": V1,
        "after": V2,
        "before_digest": "ab" * 32,
        "after_digest": "cd" * 32,
        "tables": (TableCounts(table="events", rows=rows, new_columns=(), lost_columns=()),),
        "events": {
            ADDED: (event(),),
            REVISED: (event(revisions=(("mode", None, "meet"),)),),
            REMOVED: (),
        },
    }
    return DiffSummary(**(fields | changes))


def test_the_view_shows_counts_events_and_how_many_more_there_are():
    lines = [line.rstrip() for line in printed(summary(), command="detente diff 1 2").splitlines()]
    assert re.fullmatch(r"events +25 +1 +0", lines[2])
    assert lines[4:] == [
        "Events added",
        "  THREATEN actual 2025-08-09  India (IND) → China (CHN)",
        "  and 24 more",
        "",
        "Events revised",
        "  THREATEN actual 2025-08-09  India (IND) → China (CHN)",
        "    mode: nothing → meet",
        "",
        "Data digest abababababab → cdcdcdcdcdcd",
        "Every row that changed: detente diff 1 2",
    ]


def test_the_view_says_that_the_digests_agree():
    shown = printed(summary(tables=(), events={}, after_digest="ab" * 32))
    assert "No row differs" in shown
    assert "The data digests agree: abababababab" in shown


@pytest.mark.parametrize("words", ["\x1b[31mred\x1b[0m", "[red]x[/red]", "abc\u202egpj.exe", "a\rb\nc"])
def test_words_of_articles_do_nothing_on_the_terminal(words):
    hostile = event(actors=(words,), recipients=(words,), revisions=(("mode", words, words),))
    shown = printed(summary(events={REVISED: (hostile,)}))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)
    assert shown.count("[red]x[/red]") == 4 * (words == "[red]x[/red]")


def test_events_are_told_newest_first_each_from_the_version_that_has_it(store):
    add_articles(store, [FIRST])
    older = "FRA aided TCD on 2025-08-01."
    add_articles(store, [CORRECTED, article(older, key="n3")])
    told = summarise_diff(diff_versions(store, V1, V2)).events
    assert [(each.event_type, each.date, each.actors, each.recipients) for each in told[ADDED]] == [
        ("THREATEN", "2025-08-09", ("IND (IND)",), ("CHN (CHN)",)),
        ("AID", "2025-08-01", ("FRA (FRA)",), ("TCD (TCD)",)),
    ]
    assert [(each.event_type, each.actors) for each in told[REMOVED]] == [
        ("CONSULT", ("IND (IND)", "CHN (CHN)"))
    ]
    (newest,) = summarise_diff(diff_versions(store, V1, V2), limit=1).events[ADDED]
    assert newest.event_type == "THREATEN"


# ------------------------------------------------------------------------------------------------------ the command


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A store of two versions, only to be looked at; the event of one article is revised in the second."""
    made = new_store(tmp_path_factory.mktemp("published") / "store")
    add_articles(made, [FIRST])
    add_articles(made, [CORRECTED])
    return made


def invoke(store, *arguments):
    return CliRunner().invoke(app, ["diff", *map(str, arguments), "--store", str(store.root)])


@pytest.mark.parametrize("names", [("v0000001", "v0000002"), ("1", "2"), ("v1", "latest")])
def test_the_command_takes_versions_by_name_and_number(published, names):
    ended = invoke(published, *names)
    assert ended.exit_code == 0
    assert ended.stdout.startswith("v0000001 → v0000002\n")
    assert "THREATEN actual 2025-08-09" in ended.stdout
    assert "--format jsonl" in ended.stdout


def test_the_command_writes_one_record_per_changed_row(published, tmp_path):
    lines = invoke(published, 1, 2, "--format", "jsonl").stdout.splitlines()
    assert {tuple(json.loads(line)) for line in lines} == {tuple(CHANGE_SCHEMA)}
    for output in ("jsonl", "parquet"):
        ended = invoke(published, 1, 2, "--format", output, "--out", tmp_path / output)
        assert (ended.exit_code, ended.stdout) == (0, "")
    assert (tmp_path / "jsonl").read_text(encoding="utf-8").splitlines() == lines
    assert pl.read_parquet(tmp_path / "parquet").to_dicts() == [json.loads(line) for line in lines]
    chosen = invoke(published, 1, 2, "--format", "jsonl", "--table", "events", "--table", "dyads")
    assert {json.loads(line)["table"] for line in chosen.stdout.splitlines()} == {"events", "dyads"}


def test_the_command_says_on_stderr_which_columns_came(store):
    rows = dates_rows(("a", 1, "x"))
    publish_frames(store, {("dates", "2025-07"): rows})
    publish_frames(store, {("dates", "2025-07"): rows.with_columns(new=1)})
    ended = invoke(store, 1, 2, "--format", "jsonl")
    assert (ended.stdout, ended.stderr) == ("", "dates: new column new\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        pytest.param([1, 2, "--table", "evnts"], 2, f"one of {', '.join(TABLES)}", id="no such table"),
        pytest.param([1, 2, "--format", "parquet"], 2, "needs --out", id="parquet to the terminal"),
        pytest.param([1, 2, "--out", "x"], 2, "is for --format", id="pretty into a file"),
        pytest.param([1], 2, "Missing argument", id="one version"),
        pytest.param([1, 3], 1, "no version 'v0000003': it has v0000001 to v0000002", id="no such version"),
        pytest.param(["newest", 1], 1, "no version 'newest'", id="no name of a version"),
        pytest.param(
            [1, 2, "--format", "jsonl", "--out", "/dev/null"], 1, "choose another name", id="a device"
        ),
        pytest.param(
            [1, 2, "--format", "parquet", "--out", "/dev/null"], 1, "choose another name", id="a device, too"
        ),
    ],
)
def test_errors_are_sentences_with_their_exit_code(published, arguments, code, message):
    ended = invoke(published, *arguments)
    assert (ended.exit_code, isinstance(ended.exception, SystemExit)) == (code, True)
    assert message in " ".join(re.sub(r"[│╭╮╰╯─]", "", ended.stderr).split())


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("v0000012", "v0000012"),
        ("12", "v0000012"),
        ("v12", "v0000012"),
        ("0", "v0000000"),
        ("vv1", "vv1"),
        ("²", "²"),
        ("", ""),
        ("9" * 5000, f"v{'9' * 5000}"),
    ],
)
def test_a_version_is_read_as_it_is_meant(store, name, version):
    assert version_named(store, name) == version


def test_the_latest_version_needs_one(store, tmp_path):
    with pytest.raises(VersionMissingError, match="no version yet"):
        version_named(store, "latest")
    with pytest.raises(StoreError, match="not a store"):
        version_named(Store(tmp_path / "nothing"), "latest")
