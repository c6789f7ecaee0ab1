from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from release_samples import (
    MAKERS,
    add_articles,
    arrive,
    article,
    table,
)

from schemas.identity import id_of
from schemas.tables import TABLES, polars_schema
from tasks.extract.shards import Extracted, ExtractionCache, write_shard
from tasks.publish import Published, Unchanged
from tasks.rebuild import plan_rebuild, rebuild_months
from tasks.refusal_files import read_refusals
from tasks.store import Store
from tasks.store_errors import StaleParentError
from tasks.takedowns import NOTHING_FORGOTTEN
from tasks.verify import verify

JULY, AUGUST, SEPTEMBER = (date(2025, month, 10) for month in (7, 8, 9))
MET_IN_JULY, MET_IN_AUGUST = "IND met CHN on 2025-07-31.", "IND met CHN on 2025-08-09."


def at(day):
    return datetime(2025, 9, day, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_power_fails(monkeypatch):
    """What a version says does not depend on when the disk has it, and waiting for the disk is most of the time."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "store")
    made.create()
    return made


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A store with an article of July and one of August; only to be looked at."""
    made = Store(tmp_path_factory.mktemp("built") / "store")
    made.create()
    add_articles(made, [article(MET_IN_JULY, key="n1", day=JULY), article(MET_IN_AUGUST, key="n2")])
    return made


def planned(store, workspace, *articles, makers=MAKERS, cache=None):
    """What a run with these articles would rebuild."""
    return plan_rebuild(
        store,
        arrive(workspace, articles),
        makers=makers,
        cache=cache or ExtractionCache(store.private_folder / "extractions" / makers.extractor_version),
        forgotten=NOTHING_FORGOTTEN,
        workspace=workspace,
    )


def months_of(store, name):
    return [entry.month for entry in store.latest().files if entry.table == name]


def files_of(store, name):
    return {entry.month: entry.sha256 for entry in store.latest().files if entry.table == name}


def digest(store):
    return store.latest().data_digest


# ------------------------------------------------------------------------------------------------ what is rebuilt when


def test_the_first_run(store):
    plan, result = add_articles(store, [article(MET_IN_JULY, day=date(2025, 8, 2))])
    assert isinstance(result, Published)
    assert plan.months == ("2025-08",)
    assert plan.periods == ("2025-07", "2025-08")
    assert months_of(store, "events") == ["2025-08"]
    assert months_of(store, "dyads") == ["2025-07"], "the period of the event, not of the article"
    assert table(store, "actors")["name"].sort().to_list() == ["CHN", "IND"]
    assert verify(store).problems == ()


def test_nothing_came_and_nothing_is_there(store):
    plan, result = add_articles(store, [])
    assert (plan.months, plan.kept, result) == ((), (), None)
    assert store.versions() == ()


def test_nothing_new_rebuilds_nothing(store):
    add_articles(store, [article(MET_IN_AUGUST)])
    for again in ([], [article(MET_IN_AUGUST)]):
        plan, result = add_articles(store, again)
        assert plan.months == ()
        assert isinstance(result, Unchanged)
    assert store.versions() == ("v0000001",)


def test_an_arrival_touches_its_month_and_the_period_before(store):
    add_articles(
        store, [article(MET_IN_JULY, key="n1", day=JULY), article(MET_IN_AUGUST, key="n2", day=AUGUST)]
    )
    before = {name: files_of(store, name) for name in ("events", "articles", "dyads")}
    plan, _ = add_articles(store, [article("USA met CHN on 2025-09-09.", key="n3", day=SEPTEMBER)])
    assert plan.months == ("2025-09",)
    assert plan.periods == ("2025-08", "2025-09")
    for name in ("events", "articles"):
        assert files_of(store, name) == before[name] | {"2025-09": files_of(store, name)["2025-09"]}
    assert set(months_of(store, "dyads")) == {"2025-07", "2025-08", "2025-09"}
    kept = {(entry.table, entry.month) for entry in plan.kept}
    assert {("events", "2025-07"), ("events", "2025-08"), ("dyads", "2025-07")} <= kept
    assert not {("dyads", "2025-08"), ("actors", None), ("quarantine", None)} & kept


def test_the_aggregates_of_the_month_before_are_rebuilt(store):
    """An article of September reports a meeting of the last days of August."""
    add_articles(store, [article("IND met CHN on 2025-08-31.", key="n1", day=date(2025, 8, 31))])
    add_articles(store, [article("IND met CHN on 2025-08-31.", key="n2", day=date(2025, 9, 2))])
    august = table(store, "dyads").filter(grain="month", actor_code="IND")
    assert august.select("period", "events", "articles").rows() == [(date(2025, 8, 1), 2, 2)]


def test_a_month_counts_the_articles_of_the_month_after(store):
    """The other way round: August arrives late, and September's articles still count in it."""
    add_articles(store, [article("IND warned CHN on 2025-08-31.", key="n2", day=date(2025, 9, 2))])
    plan, _ = add_articles(store, [article("IND met CHN on 2025-08-31.", key="n1", day=date(2025, 8, 31))])
    assert plan.periods == ("2025-07", "2025-08")
    assert table(store, "dyads").filter(grain="month", actor_code="IND")["events"].to_list() == [2]


def test_a_correction_that_moves_an_article_empties_its_month(store):
    first = article(MET_IN_AUGUST, day=AUGUST, updated_at=at(1))
    add_articles(store, [first])
    moved = replace(first, published_date=SEPTEMBER, updated_at=at(2))
    plan, _ = add_articles(store, [moved])
    assert plan.months == ("2025-08", "2025-09")
    assert plan.kept == ()
    for name in ("articles", "events", "mentions"):
        assert months_of(store, name) == ["2025-09"]
    assert table(store, "articles")["article_id"].to_list() == [id_of(moved)]
    assert table(store, "dyads")["recalled"].to_list() == [1] * 4, "a month old by now"
    assert verify(store).problems == ()


def test_a_correction_by_new_code_empties_its_month_as_well(store):
    """Both at once: the month that the article left is in no version of the articles of today."""
    first = article(MET_IN_AUGUST, day=AUGUST, updated_at=at(1))
    add_articles(store, [first])
    moved = replace(first, published_date=date(2025, 11, 3), updated_at=at(2))
    plan, _ = add_articles(store, [moved], makers=replace(MAKERS, code_version="2"))
    assert plan.months == ("2025-08", "2025-11")
    assert months_of(store, "articles") == ["2025-11"]
    assert table(store, "dyads")["period"].unique().sort().to_list() == [date(2025, 11, 1), date(2025, 11, 3)]


def test_a_correction_in_its_month_replaces_the_article(store):
    add_articles(store, [article(MET_IN_AUGUST), article("USA met IND on 2025-08-09.", key="n2")])
    plan, _ = add_articles(store, [article("IND warned CHN on 2025-08-09.", updated_at=at(1))])
    assert plan.months == ("2025-08",)
    assert table(store, "events")["event_type"].sort().to_list() == ["CONSULT", "THREATEN"]
    assert store.latest().run.run_id == "run"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"updated_at": at(3)}, id="updated, the same text"),
        pytest.param({"published_at": datetime(2025, 8, 11, 9, tzinfo=UTC)}, id="time of the day"),
        pytest.param({"title": "\tEnvoys exchange words"}, id="white space of the title"),
    ],
)
def test_what_a_release_shows_of_an_article_is_rebuilt(built, tmp_path, change):
    assert planned(built, tmp_path, article(MET_IN_AUGUST, key="n2", **change)).months == ("2025-08",)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({}, id="the same again"),
        pytest.param({"origin": "elsewhere.jsonl:3"}, id="read elsewhere"),
        pytest.param({"title": "Envoys exchange words "}, id="a record that does not speak"),
    ],
)
def test_what_a_release_does_not_show_is_not_rebuilt(built, tmp_path, change):
    assert planned(built, tmp_path, article(MET_IN_AUGUST, key="n2", **change)).months == ()


def test_another_record_of_the_same_text_is_another_private_file(store):
    """Same article_id, other id of the source: the file must not be taken for the one that is there."""
    nameless = article(MET_IN_AUGUST, source_name=None, key="n2")
    add_articles(store, [nameless])
    add_articles(store, [replace(nameless, source_id="n1")])
    assert table(store, "articles")["source_id"].to_list() == ["n1"]
    assert len(store.latest().private_files) == 2
    assert verify(store).problems == ()


@pytest.mark.parametrize(
    "makers",
    [
        pytest.param(replace(MAKERS, code_version="2"), id="code"),
        pytest.param(replace(MAKERS, extractor_version="b"), id="extractor"),
        pytest.param(replace(MAKERS, with_text=True), id="with text"),
        pytest.param(replace(MAKERS, schema_version=0), id="schema"),
    ],
)
def test_other_makers_rebuild_every_month(built, tmp_path, makers):
    plan = planned(built, tmp_path, makers=makers)
    assert plan.months == ("2025-07", "2025-08")
    assert plan.kept == ()


def test_other_makers_with_the_same_result_publish_nothing(store):
    add_articles(store, [article(MET_IN_AUGUST)])
    plan, result = add_articles(store, [], makers=replace(MAKERS, extractor_version="b"))
    assert plan.months == ("2025-08",)
    assert isinstance(result, Unchanged)


def test_with_text_is_another_release(store):
    add_articles(store, [article(MET_IN_AUGUST)])
    _, result = add_articles(store, [], makers=replace(MAKERS, with_text=True))
    assert isinstance(result, Published)
    assert table(store, "articles")["text"].to_list() == [MET_IN_AUGUST]


def test_a_store_in_a_folder_with_brackets(tmp_path):
    store = Store(tmp_path / "st[o]re *")
    store.create()
    add_articles(store, [article(MET_IN_AUGUST)])
    add_articles(store, [article(MET_IN_JULY, key="n2")])
    assert table(store, "articles").height == 2
    assert verify(store).problems == ()


# ----------------------------------------------------------------------------------------------- what a month consists of


def build_month(store, tmp_path, *extracted, articles):
    cache = ExtractionCache(store.private_folder / "extractions")
    write_shard(cache.folder / "all.parquet", extracted)
    plan = planned(store, tmp_path, *articles, cache=cache)
    return rebuild_months(plan, store, cache, workspace=tmp_path)


def test_an_article_without_extraction_stops_the_run(store, tmp_path):
    with pytest.raises(StaleParentError, match="1 articles of the latest version have not been extracted"):
        build_month(store, tmp_path, articles=[article()])


def test_refusals_are_counted_by_table_and_reason(store, tmp_path):
    good, failed = article("first"), article("second", key="n2")
    bad = {"article_id": id_of(good), "start": 0, "end": 5, "text": "fifth", "type": "DATE", "value": "2025"}
    rows = {"dates": [bad | {"earliest": None, "latest": None}]}
    rebuilt = build_month(
        store,
        tmp_path,
        Extracted(id_of(good), rows),
        Extracted(id_of(failed), {}, "ValueError: x"),
        articles=[good, failed],
    )
    assert rebuilt.refused_by_reason() == {"dates: failed_check": 1, "extraction_failed": 1}
    assert read_refusals(rebuilt.refusals)["origin"].sort().to_list() == sorted([id_of(good), id_of(failed)])
    assert rebuilt.rows_by_table["articles"] == 1


def test_a_table_without_rows_is_written_as_such(store):
    add_articles(store, [article("Nothing happened.")])
    events = table(store, "events")
    assert (events.height, events.schema) == (0, polars_schema(TABLES["events"]))
    assert "dyads" not in {entry.table for entry in store.latest().files}


def test_rows_are_counted_over_new_and_kept_files(store):
    plan, _ = add_articles(store, [article(MET_IN_JULY, key="n1", day=JULY)])
    assert plan.rows_by_table["events"] == 1
    plan, result = add_articles(store, [article(MET_IN_AUGUST, key="n2", day=AUGUST)])
    rows = {name: table(store, name).height for name in plan.rows_by_table}
    assert plan.rows_by_table == rows == result.manifest.counts["tables"]


LARGE_TABLE = """
import sys
from pathlib import Path
import polars as pl
from tasks.rebuild import write_table
ones = pl.DataFrame({"key": range(300_000)}).with_columns(word=pl.col("key").hash().cast(pl.String))
write_table(Path(sys.argv[1]), "words", None, ones.join(ones, on="key").sort("word"))
"""


def test_a_large_file_does_not_depend_on_the_number_of_cores(tmp_path):
    for threads in ("1", "4"):
        environment = {**os.environ, "POLARS_MAX_THREADS": threads}
        command = [sys.executable, "-c", LARGE_TABLE, tmp_path / threads]
        subprocess.run(command, check=True, env=environment)
    one, four = (tmp_path / threads / "tables" / "words" / "all.parquet" for threads in ("1", "4"))
    assert one.read_bytes() == four.read_bytes()


def test_the_articles_that_are_lost_are_counted(store, tmp_path):
    good, failed = article("first"), article("second", key="n2")
    rebuilt = build_month(
        store,
        tmp_path,
        Extracted(id_of(good), {}),
        Extracted(id_of(failed), {}, error="ValueError: odd"),
        articles=[good, failed],
    )
    assert (rebuilt.articles_rebuilt, rebuilt.articles_lost) == (2, 1)
