from __future__ import annotations

from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_samples import article, toy_extraction
from stage_runs import pool_in_this_process

from schemas.identity import id_of
from schemas.months import Months
from schemas.tables import EXTRACTED
from tasks.article_files import article_frame
from tasks.extract import batch_work, batches, streams
from tasks.extract.batches import extract_articles
from tasks.extract.json_form import json_form
from tasks.extract.resources import Resources
from tasks.extract.shards import ExtractionCache, table_of
from tasks.extract.streams import extract_stream
from tasks.extract.workers import cores, default_workers
from tasks.progress import listening

FIRST_DAY = date(2025, 8, 1)
TOY = Resources(model="toy")


def toy_extract(one, *, resources):
    """In place of the language model."""
    assert resources == TOY
    if "unreadable" in one.text:
        raise ValueError("no such tree")
    if "deep" in one.text:
        raise RecursionError("too deep")
    if "memory" in one.text:
        raise MemoryError
    return toy_extraction(one.text)


@pytest.fixture(autouse=True)
def _no_language_model(monkeypatch):
    monkeypatch.setattr(batch_work, "extract", toy_extract)
    monkeypatch.setattr(batch_work, "gemm_in_use", lambda _: "numpy")
    monkeypatch.setattr(streams, "extract", toy_extract)


@pytest.fixture
def cache(tmp_path):
    return ExtractionCache(tmp_path / "extractions")


def articles(*texts):
    """One article a day, in the order of the texts."""
    return [article(text, key=f"n{n}", day=FIRST_DAY + timedelta(days=n)) for n, text in enumerate(texts)]


def run(arriving, cache, **options):
    options = {"workspace": cache.folder.parent / "batches", "resources": TOY, "workers": 1, **options}
    return extract_articles(article_frame(arriving).lazy(), cache, **options)


def in_shards(cache):
    """The sizes of the texts in each shard, shards in any order."""
    return sorted(pl.read_parquet(path).height for path in cache.shards())


# ----------------------------------------------------------------------------------------------------- which and how


def test_nothing_to_do(cache):
    report = run([], cache)
    assert (report.extracted, report.gemm) == (0, None)
    assert cache.shards() == []


def test_what_the_cache_holds_is_not_extracted_again(cache, monkeypatch):
    first, second = articles("IND met CHN on 2025-08-01.", "IND met USA on 2025-08-01.")
    assert run([first], cache).extracted == 1
    assert run([first, second], cache).extracted == 1
    monkeypatch.setattr(batch_work, "extract", None)
    assert run([second, first], cache).extracted == 0
    assert cache.article_ids() == {id_of(first), id_of(second)}


@pytest.mark.parametrize(
    ("lengths", "limit", "expected"),
    [
        pytest.param([10, 10, 10, 10], 20, [2, 2], id="even"),
        pytest.param([10, 10, 10], 100, [3], id="all in one"),
        pytest.param([100, 10, 10], 20, [1, 2], id="a long one first"),
        pytest.param([10, 100, 10, 10], 20, [2, 1, 1], id="a long one begins inside a batch"),
        pytest.param([50, 50, 50], 1, [1, 1, 1], id="each longer than a batch"),
        pytest.param([7] * 10, 21, [1, 3, 3, 3], id="a rest"),
    ],
)
def test_batches_hold_about_as_many_characters(cache, lengths, limit, expected):
    arriving = articles(*("x" * length for length in lengths))
    run(arriving, cache, batch_characters=limit)
    assert in_shards(cache) == sorted(expected)
    assert cache.article_ids() == set(map(id_of, arriving))


@pytest.mark.parametrize(
    ("workers", "expected"),
    [pytest.param(1, [2, 2, 2, 2], id="one worker"), pytest.param(2, [1] * 8, id="two workers")],
)
def test_little_work_is_cut_finely_enough_for_the_workers(cache, monkeypatch, workers, expected):
    monkeypatch.setattr(batches, "worker_pool", pool_in_this_process)
    assert run(articles(*("x" * 10 for _ in range(8))), cache, workers=workers).workers == workers
    assert in_shards(cache) == expected


def test_only_the_articles_of_some_months(cache):
    """The others wait; they are counted, and extracted when their months come."""
    arriving = [
        article(f"text {month}", key=f"n{month}", day=date(2025, month, 1)) for month in (7, 8, 9, 10)
    ]
    report = run(arriving, cache, months=Months(first="2025-08", last="2025-09"))
    assert (report.extracted, report.waiting) == (2, 2)
    assert cache.article_ids() == {id_of(one) for one in arriving[1:3]}
    report = run(arriving, cache, months=Months(first="2025-09", last="2025-10"))
    assert (report.extracted, report.waiting) == (1, 1)
    report = run(arriving, cache)
    assert (report.extracted, report.waiting) == (1, 0)


def test_an_article_is_extracted_under_one_of_its_addresses(cache):
    arriving = [
        article("text", key=uri, source_uri=uri) for uri in ("https://m.a.example/1", "https://a.example/1")
    ]
    assert run(arriving, cache).extracted == 1
    assert cache.article_ids() == {id_of(arriving[1])}


def test_batches_are_made_in_order_of_publication(cache):
    early, middle, late = articles("a" * 10, "b" * 10, "c" * 10)
    run([late, early, middle], cache, batch_characters=20)
    found = {frozenset(pl.read_parquet(path)["article_id"]) for path in cache.shards()}
    assert found == {frozenset({id_of(early), id_of(middle)}), frozenset({id_of(late)})}


def test_a_killed_run_is_resumed_from_its_finished_shards(cache, monkeypatch):
    arriving = articles(*("IND met CHN on 2025-08-01." + " " * n for n in range(4)))
    finished = []

    def die_at_the_third(one, *, resources):
        if len(finished) == 2:
            raise KeyboardInterrupt
        finished.append(one)
        return toy_extract(one, resources=resources)

    monkeypatch.setattr(batch_work, "extract", die_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        run(arriving, cache, batch_characters=1)
    assert cache.article_ids() == set(map(id_of, arriving[:2]))
    monkeypatch.setattr(batch_work, "extract", toy_extract)
    assert run(arriving, cache, batch_characters=1).extracted == 2
    assert cache.article_ids() == set(map(id_of, arriving))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("unreadable", "ValueError: no such tree", id="an error"),
        pytest.param("deep", "RecursionError: too deep", id="a text too deep"),
    ],
)
def test_a_text_that_cannot_be_read_stops_no_other(cache, text, error):
    bad, good = articles(text, "IND met CHN on 2025-08-01.")
    assert run([bad, good], cache).extracted == 2
    found = {row["article_id"]: row for row in cache.read([id_of(bad), id_of(good)]).to_dicts()}
    assert (found[id_of(bad)]["error"], found[id_of(bad)]["events"]) == (error, [])
    assert found[id_of(good)]["error"] is None
    assert len(found[id_of(good)]["events"]) == 1


def test_a_machine_without_memory_is_not_the_fault_of_the_text(cache):
    """Nothing to be remembered of the text: the next run tries it again."""
    with pytest.raises(MemoryError):
        run(articles("memory"), cache)
    assert cache.article_ids() == set()


def test_progress_is_told_in_characters(cache):
    told = []
    with listening(lambda *progress: told.append(progress)):
        run(articles("x" * 30, "y" * 20), cache, batch_characters=30)
    assert told == [("extract", 30, 50), ("extract", 50, 50)]


TEXTS = st.lists(
    st.sampled_from(
        ["", "IND met CHN on 2025-08-01.", "USA aided IND on 2025-08-02. CHN met IND on 2025-08-01.", "deep"]
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=15, deadline=None)
@given(texts=TEXTS, limit=st.integers(1, 200))
def test_results_do_not_depend_on_the_batches(texts, limit, tmp_path_factory):
    arriving = articles(*texts)
    keys = [id_of(one) for one in arriving]
    folder = tmp_path_factory.mktemp("caches")
    one, other = ExtractionCache(folder / "one" / "shards"), ExtractionCache(folder / "other" / "shards")
    run(arriving, one, batch_characters=10**6)
    run(arriving[::-1], other, batch_characters=limit)
    assert len(one.shards()) == 1
    assert one.read(keys).equals(other.read(keys))
    for table in EXTRACTED:
        assert table_of(one.read(keys), table).equals(table_of(other.read(keys), table))


# ------------------------------------------------------------------------------------------------------- processes


@pytest.mark.parametrize(("characters", "expected"), [(0, 1), (499_999, 1), (500_000, cores())])
def test_processes_are_started_only_where_they_pay(characters, expected):
    assert default_workers(characters) == expected


@contextmanager
def pool_that_breaks(_):
    raise BrokenProcessPool
    yield


def test_no_pool_is_started_for_one_batch(cache, monkeypatch):
    monkeypatch.setattr(batches, "worker_pool", pool_that_breaks)
    run(articles("IND"), cache, workers=8, batch_characters=10)
    assert len(cache.shards()) == 1


def test_a_dead_worker_is_an_error(cache, monkeypatch):
    monkeypatch.setattr(batches, "worker_pool", pool_that_breaks)
    with pytest.raises(BrokenProcessPool):
        run(articles("IND", "CHN"), cache, workers=8, batch_characters=1)


def test_a_pool_gives_what_one_process_gives(cache, monkeypatch):
    monkeypatch.setattr(batches, "worker_pool", pool_in_this_process)
    monkeypatch.setattr(streams, "worker_pool", pool_in_this_process)
    arriving = articles("IND met CHN on 2025-08-01.", "deep", "CHN met USA on 2025-08-01.")
    report = run(arriving, cache, workers=2)
    assert (report.extracted, report.gemm) == (3, "numpy")
    assert cache.article_ids() == set(map(id_of, arriving))
    readable = [arriving[0], arriving[2]] * 9
    assert stream(readable, workers=2) == stream(readable)


# --------------------------------------------------------------------------------------------------------- streams


def stream(arriving, **options):
    return list(extract_stream(iter(arriving), resources=TOY, **options))


def test_a_stream_keeps_its_order():
    arriving = articles(*(f"IND met CHN on 2025-08-0{n}." for n in range(1, 6)))
    found = stream(arriving)
    assert [one for one, _ in found] == arriving
    assert [form for _, form in found] == [json_form(one, toy_extraction(one.text)) for one in arriving]


@pytest.mark.parametrize("size", [1, 30, 10**6])
def test_a_stream_does_not_depend_on_its_batches(size, monkeypatch):
    arriving = articles(*(f"IND met CHN on 2025-08-0{n}." for n in range(1, 6)))
    expected = stream(arriving)
    monkeypatch.setattr(streams, "BATCH_CHARACTERS", size)
    assert stream(arriving) == expected
    assert stream(arriving, workers=1) == expected


def test_no_stream_gives_nothing():
    assert stream([]) == []


def test_a_stream_is_read_as_it_is_needed(monkeypatch):
    monkeypatch.setattr(streams, "BATCH_CHARACTERS", 10)
    monkeypatch.setattr(streams, "POOL_CHARACTERS", 30)
    monkeypatch.setattr(streams, "cores", lambda: 1)
    read = []

    def endless():
        for n in range(10**6):
            read.append(n)
            yield article("IND met CHN on 2025-08-01.", key=f"n{n}")

    first, _ = next(extract_stream(endless(), resources=TOY))
    assert first.source_id == "n0"
    assert len(read) < 5
