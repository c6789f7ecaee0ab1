from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_samples import EXTRACTION, article, toy_extracted

from schemas.identity import id_of
from schemas.tables import EXTRACTED, extracted_schema, name_of
from tasks.extract.rows import rows_of
from tasks.extract.shards import SHARD_SCHEMA, Extracted, ExtractionCache, table_of, write_shard
from tasks.store_errors import StaleParentError

SAMPLE = Extracted(id_of(article()), rows_of(id_of(article()), EXTRACTION))
FAILED = Extracted("art_" + "f" * 20, {}, error="RecursionError: too deep")
EMPTY = Extracted("art_" + "0" * 20, {})


@pytest.fixture
def cache(tmp_path):
    return ExtractionCache(tmp_path / "extractions" / "v[1]")


def write(cache, name, *extracted):
    write_shard(cache.folder / f"{name}.parquet", extracted)


def test_a_cache_that_is_not_there_is_empty(cache):
    assert cache.shards() == []
    assert cache.article_ids() == set()
    assert cache.read([]).schema == SHARD_SCHEMA
    assert not cache.folder.exists(), "looking makes nothing"


def test_what_is_written_is_read(cache):
    write(cache, "a", SAMPLE, FAILED, EMPTY)
    assert cache.article_ids() == {SAMPLE.article_id, FAILED.article_id, EMPTY.article_id}
    frame = cache.read(cache.article_ids())
    assert frame["article_id"].is_sorted()
    assert (
        dict(frame.select("article_id", "error").iter_rows())[FAILED.article_id] == "RecursionError: too deep"
    )
    for table in EXTRACTED:
        assert table_of(frame, table).to_dicts() == SAMPLE.rows[name_of(table)]


@pytest.mark.parametrize(
    "extracted", [[], [EMPTY], [FAILED], [EMPTY, FAILED]], ids=["none", "empty", "failed", "both"]
)
def test_articles_in_which_nothing_was_found(cache, extracted):
    write(cache, "a", *extracted)
    frame = cache.read([one.article_id for one in extracted])
    assert frame.height == len(extracted)
    for table in EXTRACTED:
        rows = table_of(frame, table)
        assert rows.is_empty()
        assert rows.schema == extracted_schema(table)


def test_only_the_articles_asked_for(cache):
    write(cache, "a", SAMPLE, EMPTY)
    write(cache, "b", FAILED)
    assert cache.read([FAILED.article_id, EMPTY.article_id])["article_id"].to_list() == [
        EMPTY.article_id,
        FAILED.article_id,
    ]


def test_an_article_that_was_not_extracted(cache):
    write(cache, "a", SAMPLE)
    with pytest.raises(StaleParentError, match=r"1 articles .* among them art_0000"):
        cache.read([SAMPLE.article_id, EMPTY.article_id])


def test_an_article_in_two_shards_is_read_once(cache):
    """Two runs that extracted side by side."""
    write(cache, "a", SAMPLE, EMPTY)
    write(cache, "b", SAMPLE, FAILED)
    assert cache.read(cache.article_ids()).height == 3


def test_a_writer_that_is_interrupted_leaves_nothing(cache, monkeypatch):
    write(cache, "a", SAMPLE)
    written = []

    def interrupt(aside, _):
        written.append(aside.name)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(cache, "b", EMPTY)
    monkeypatch.undo()
    assert written == [f"b.{os.getpid()}.partial"]
    assert list(cache.folder.iterdir()) == cache.shards()
    assert cache.article_ids() == {SAMPLE.article_id}
    write(cache, "b", EMPTY)
    assert cache.article_ids() == {SAMPLE.article_id, EMPTY.article_id}


def test_half_a_file_under_another_name_is_not_looked_at(cache):
    write(cache, "a", SAMPLE)
    (cache.folder / "b.99.partial").write_bytes(b"PAR1 and then the power failed")
    assert cache.article_ids() == {SAMPLE.article_id}


def test_a_shard_is_replaced_whole(cache):
    write(cache, "a", SAMPLE)
    write(cache, "a", FAILED)
    assert cache.article_ids() == {FAILED.article_id}
    assert len(list(cache.folder.iterdir())) == 1


TOYS = st.lists(
    st.builds(
        "{} {} {} on 2025-08-0{}.".format,
        *[st.sampled_from(["IND", "CHN"]), st.sampled_from(["met", "aided"])],
        st.just("USA"),
        st.integers(1, 9),
    ),
    max_size=4,
    unique=True,
)


@settings(max_examples=20, deadline=None)
@given(texts=TOYS, cut=st.integers(0, 4))
def test_how_articles_are_spread_over_shards_does_not_show(texts, cut, tmp_path_factory):
    extracted = [toy_extracted(article(text)) for text in texts]
    keys = [one.article_id for one in extracted]
    one, two = (ExtractionCache(tmp_path_factory.mktemp("cache")) for _ in range(2))
    write(one, "all", *extracted)
    write(two, "late", *extracted[cut:][::-1])
    write(two, "early", *extracted[:cut])
    assert one.read(keys).equals(two.read(keys[::-1]))


def test_a_torn_shard_is_extracted_again(cache):
    write(cache, "a", SAMPLE)
    write(cache, "b", EMPTY)
    torn = cache.folder / "a.parquet"
    torn.write_bytes(torn.read_bytes()[:40])
    assert cache.article_ids() == {EMPTY.article_id}
    assert not torn.exists()


# ----------------------------------------------------------------------------------------------------------- the index


def indexed(cache):
    """What the index says of each article: the name of its shard, and whether it failed."""
    rows = cache.index().select("article_id", "shard", "failed")
    return {article: (Path(shard).stem, failed) for article, shard, failed in rows.iter_rows()}


def test_the_index_says_where_each_article_is_and_whether_it_failed(cache):
    assert cache.index().is_empty()
    assert dict(cache.index().schema) == {"article_id": pl.String, "failed": pl.Boolean, "shard": pl.String}
    write(cache, "a", SAMPLE)
    write(cache, "b", FAILED, EMPTY)
    write(cache, "c")
    assert indexed(cache) == {
        SAMPLE.article_id: ("a", False),
        FAILED.article_id: ("b", True),
        EMPTY.article_id: ("b", False),
    }


def test_an_article_in_two_shards_stands_in_the_index_once(cache):
    write(cache, "b", SAMPLE, EMPTY)
    write(cache, "a", SAMPLE)
    assert cache.index().height == 2
    assert indexed(cache)[SAMPLE.article_id] == ("a", False)


def test_the_index_follows_the_shards(cache):
    """It is read shard by shard and once each; a shard that is replaced or gone is noticed."""
    write(cache, "a", SAMPLE)
    write(cache, "b", EMPTY)
    assert set(indexed(cache)) == {SAMPLE.article_id, EMPTY.article_id}
    write(cache, "a", FAILED)
    os.utime(cache.folder / "a.parquet", ns=(1, 1))
    assert indexed(cache) == {FAILED.article_id: ("a", True), EMPTY.article_id: ("b", False)}
    (cache.folder / "b.parquet").unlink()
    assert indexed(cache) == {FAILED.article_id: ("a", True)}


def test_a_shard_is_read_for_the_index_once(cache, monkeypatch):
    write(cache, "a", SAMPLE, FAILED)
    first = cache.index()
    with monkeypatch.context() as blind:
        blind.setattr(pl, "read_parquet", None)
        assert cache.index().equals(first)
    assert ExtractionCache(cache.folder).index().equals(first)


def test_a_shard_without_a_column_is_extracted_again(cache):
    cache.folder.mkdir(parents=True)
    pl.DataFrame({"article_id": [SAMPLE.article_id]}).write_parquet(cache.folder / "a.parquet")
    write(cache, "b", EMPTY)
    assert indexed(cache) == {EMPTY.article_id: ("b", False)}
    assert [path.name for path in cache.shards()] == ["b.parquet"]
