from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_samples import article

from schemas.article import Article
from schemas.identity import content_hash, id_of, identity_of, normalise
from tasks.article_files import (
    ARTICLE_FILE_SCHEMA,
    article_file_month,
    article_frame,
    articles_of,
    current_articles,
    latest_versions,
    scan_article_files,
    with_texts,
)

STORABLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
ARTICLES = st.builds(
    Article,
    source_id=STORABLE,
    title=STORABLE,
    text=STORABLE,
    published_date=st.none() | DAYS,
    published_at=st.none() | MOMENTS,
    updated_at=st.none() | MOMENTS,
    source_name=st.none() | STORABLE,
    source_uri=st.none() | STORABLE,
    origin=st.just(""),
    declared_count=st.none() | st.integers(-(2**63), 2**63 - 1),
    repairs=st.lists(STORABLE, max_size=2).map(tuple),
    has_own_id=st.booleans(),
)
FEW = st.sampled_from
RECORDS = st.lists(
    st.builds(
        Article,
        source_id=FEW(["n1", "n2"]),
        title=FEW(["Envoys meet", " Envoys  meet", "Envoys part"]),
        text=FEW(["first", "second"]),
        published_date=FEW([date(2025, 7, 31), date(2025, 8, 1)]),
        published_at=FEW([None, datetime(2025, 8, 1, 9, tzinfo=UTC)]),
        updated_at=FEW([None, datetime(1, 1, 1, tzinfo=UTC), datetime(2025, 8, 2, tzinfo=UTC)]),
        source_name=FEW([None, "Wire", " Wire\t", "Coast Wire"]),
        source_uri=FEW(
            [None, " ", "https://wire.example/7", "https://m.wire.example/7", "https://a.wire.example/7"]
        ),
        declared_count=FEW([None, 3]),
        has_own_id=st.booleans(),
        repairs=FEW([(), ("decoded as cp1252",)]),
    ),
    max_size=7,
)
"""Few values, so that records of one article and versions of one source's article meet often."""


def current(*records):
    return list(articles_of(current_articles(article_frame(records).lazy()).collect()))


def latest(*records):
    return list(articles_of(latest_versions(article_frame(records).lazy()).collect()))


def texts(*records):
    return sorted(one.text for one in current(*records))


def at(day):
    return datetime(2025, 8, day, tzinfo=UTC)


# ------------------------------------------------------------------------------------------------------- the files


@given(st.lists(ARTICLES, max_size=4))
def test_any_article_survives_the_frame(articles):
    assert list(articles_of(article_frame(articles))) == articles


@settings(max_examples=30, deadline=None)
@given(st.lists(ARTICLES, max_size=4))
def test_any_article_survives_the_file(tmp_path_factory, articles):
    path = tmp_path_factory.mktemp("texts") / "month[1]=*.parquet"
    article_frame(articles).write_parquet(path, compression="zstd")
    frame = scan_article_files([path]).collect()
    assert frame.schema == ARTICLE_FILE_SCHEMA
    assert list(articles_of(frame)) == articles
    assert frame["article_id"].to_list() == [id_of(one) for one in articles]


def test_where_an_article_was_read_is_not_kept():
    assert "origin" not in ARTICLE_FILE_SCHEMA
    (found,) = articles_of(article_frame([article(origin="inbox/secret.jsonl:9")]))
    assert found == article(origin="")


def test_a_row_carries_its_ids():
    one = article(source_uri="https://wire.example/7")
    (row,) = article_frame([one]).to_dicts()
    assert row["article_id"] == id_of(one)
    assert row["source_identity"] == identity_of(one)
    assert row["content_hash"] == content_hash(one.title, one.text, one.published_date)


def test_no_files_have_no_rows():
    assert scan_article_files([]).collect().equals(article_frame([]))


def test_files_are_read_together(tmp_path):
    paths = [tmp_path / "month=2025-08" / f"{name}.parquet" for name in "ab"]
    paths[0].parent.mkdir()
    for path, text in zip(paths, ("first", "second"), strict=True):
        article_frame([article(text)]).write_parquet(path)
    frame = scan_article_files(paths).collect()
    assert frame["text"].to_list() == ["first", "second"]
    assert frame.schema == ARTICLE_FILE_SCHEMA, "the folder's name is no column"


# ------------------------------------------------------------------------------------------------ the current articles


LARGER, SMALLER = sorted(
    ("first", "second"),
    key=lambda text: content_hash(article().title, text, article().published_date),
    reverse=True,
)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        pytest.param([], [], id="none"),
        pytest.param(
            [article("a", updated_at=at(1)), article("b", updated_at=at(2))], ["b"], id="later update"
        ),
        pytest.param(
            [article("a"), article("b", updated_at=datetime(1, 1, 1, tzinfo=UTC))],
            ["b"],
            id="dated beats undated",
        ),
        pytest.param([article(LARGER), article(SMALLER)], [LARGER], id="neither dated: larger hash"),
        pytest.param(
            [article(LARGER, updated_at=at(1)), article(SMALLER, updated_at=at(1))],
            [LARGER],
            id="a tie: larger hash",
        ),
        pytest.param(
            [article(LARGER, updated_at=at(1)), article(SMALLER, updated_at=at(2))],
            [SMALLER],
            id="time before hash",
        ),
        pytest.param(
            [article("a", updated_at=at(1)), article("b", updated_at=at(2)), article("a", updated_at=at(3))],
            ["a"],
            id="back to the first version",
        ),
        pytest.param([article("a"), article("b", key="n2")], ["a", "b"], id="two ids"),
        pytest.param([article("a"), article("b", source_name="Coast Wire")], ["a", "b"], id="two sources"),
        pytest.param(
            [article("a", source_name=None), article("b", source_name=None)],
            ["a", "b"],
            id="no source's name",
        ),
        pytest.param(
            [article("a", has_own_id=False), article("b", has_own_id=False)],
            ["a", "b"],
            id="ids of file names",
        ),
        pytest.param(
            [
                article("a", has_own_id=False, updated_at=at(1)),
                article("b", has_own_id=False, updated_at=at(2)),
            ],
            ["a", "b"],
            id="no identity: an update replaces nothing",
        ),
        pytest.param(
            [
                article("a", source_uri="https://wire.example/7"),
                article("b", key="n2", source_uri="https://wire.example/7", updated_at=at(1)),
            ],
            ["b"],
            id="one address",
        ),
        pytest.param(
            [article("a", day=date(2025, 7, 31)), article("a", day=date(2025, 8, 1), updated_at=at(2))],
            ["a"],
            id="another day is a correction",
        ),
    ],
)
def test_which_articles_a_release_holds(records, expected):
    assert texts(*records) == expected
    assert texts(*records[::-1]) == expected


def test_the_latest_record_speaks_for_an_article():
    """Of records with one content the later update tells when it was updated."""
    early, late = article(updated_at=at(1), declared_count=1), article(updated_at=at(2), declared_count=2)
    assert [one.declared_count for one in current(early, late, article())] == [2]


def test_two_records_of_one_text_are_one_article():
    """Neither has a source, so only what they say identifies them."""
    one, other = (article(source_name=None, key=key) for key in ("n2", "n1"))
    assert [found.source_id for found in current(one, other)] == ["n1"]


def test_a_record_that_says_more_speaks():
    silent, telling = article(), article(published_at=datetime(2025, 8, 11, 9, tzinfo=UTC))
    assert [one.published_at for one in current(silent, telling)] == [telling.published_at]


def test_articles_come_in_order_of_publication():
    records = [article(str(n), key=f"n{n}", day=date(2025, 8, 9) - timedelta(days=n % 3)) for n in range(9)]
    frame = current_articles(article_frame(records).lazy()).collect()
    assert frame.height == 9
    assert frame.rows() == sorted(frame.rows(), key=lambda row: (row[3], row[0]))


@settings(max_examples=150, deadline=None)
@given(records=RECORDS, draw=st.data())
def test_the_current_articles_are_a_function_of_the_set_of_records(records, draw):
    expected = current_articles(article_frame(records).lazy()).collect()
    shuffled = draw.draw(st.permutations(records + records[:2]))
    assert current_articles(article_frame(shuffled).lazy()).collect().equals(expected)


@settings(max_examples=75, deadline=None)
@given(records=RECORDS)
def test_each_identity_stands_once_with_its_greatest_version(records):
    never = datetime.min.replace(tzinfo=UTC)

    def rank(one):
        return (
            one.updated_at is not None,
            one.updated_at or never,
            content_hash(one.title, one.text, one.published_date),
        )

    greatest: dict[str, Article] = {}
    for one in records:
        key = identity_of(one) or id_of(one)
        greatest[key] = max(greatest.get(key, one), one, key=rank)
    found = {identity_of(one) or id_of(one): id_of(one) for one in latest(*records)}
    assert found == {key: id_of(one) for key, one in greatest.items()}
    assert len(latest(*records)) == len(greatest)


@settings(max_examples=25, deadline=None)
@given(records=RECORDS, cut=st.integers(0, 7))
def test_how_records_are_spread_over_files_does_not_show(records, cut, tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    paths = [folder / "a.parquet", folder / "b.parquet"]
    for path, part in zip(paths, (records[:cut], records[cut:]), strict=True):
        article_frame(part).write_parquet(path)
    one, other = (current_articles(scan_article_files(files)).collect() for files in (paths, paths[::-1]))
    assert one.equals(other)
    assert one.equals(current_articles(article_frame(records).lazy()).collect())


def test_folding_what_is_folded_changes_nothing():
    records = [article("a"), article("b", updated_at=at(1)), replace(article("c"), source_name=None)]
    once = current_articles(article_frame(records).lazy())
    assert current_articles(once.drop("other_addresses")).collect().equals(once.collect())
    assert isinstance(once, pl.LazyFrame)


# ----------------------------------------------------------------------------------------------------- other addresses

HERE, THERE, ELSEWHERE = (f"https://{host}.example/7" for host in ("wire", "m.wire", "a.wire"))
"""The shortest, and two that are as long as each other."""


def addresses(*records):
    """The address of each current article with its others, the articles in order of their addresses."""
    frame = current_articles(article_frame(records).lazy()).collect()
    return sorted(frame.select("source_uri", "other_addresses").rows(), key=lambda row: row[0] or "")


def seen(uri, text="first", **changes):
    """An article at an address; each record has an id of its own."""
    return article(text, key=f"at {uri}", source_uri=uri, **changes)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        pytest.param([seen(HERE)], [(HERE, [])], id="one address"),
        pytest.param([seen(HERE), seen(HERE)], [(HERE, [])], id="one address twice"),
        pytest.param(
            [seen(HERE), seen(f" {HERE} ")], [(f" {HERE} ", [])], id="white space is no other address"
        ),
        pytest.param([seen(THERE), seen(HERE)], [(HERE, [THERE])], id="the shortest"),
        pytest.param([seen(THERE), seen(ELSEWHERE)], [(ELSEWHERE, [THERE])], id="of equals the least"),
        pytest.param(
            [seen(HERE), seen(THERE), seen(f"{ELSEWHERE}?page=1")],
            [(HERE, [f"{ELSEWHERE}?page=1", THERE])],
            id="the others by their letters",
        ),
        pytest.param(
            [seen(THERE), seen(HERE), seen(ELSEWHERE)], [(HERE, [ELSEWHERE, THERE])], id="three addresses"
        ),
        pytest.param(
            [seen(HERE), seen(THERE, source_name=" Alpine  Wire")],
            [(HERE, [THERE])],
            id="white space of the name",
        ),
        pytest.param(
            [seen(HERE), seen(THERE, title="Envoys  exchange words")],
            [(HERE, [THERE])],
            id="and of the title",
        ),
        pytest.param(
            [seen(HERE, source_name=None), seen(THERE, source_name=None)],
            [(HERE, [THERE])],
            id="nobody's name",
        ),
        pytest.param(
            [seen(HERE), seen(THERE, source_name="Coast Wire")],
            [(THERE, []), (HERE, [])],
            id="another source",
        ),
        pytest.param(
            [seen(HERE), seen(THERE, source_name=None)], [(THERE, []), (HERE, [])], id="a source or none"
        ),
        pytest.param([seen(HERE), seen(THERE, "second")], [(THERE, []), (HERE, [])], id="another text"),
        pytest.param([seen(HERE), seen(THERE, "first ")], [(THERE, []), (HERE, [])], id="another layout"),
        pytest.param([seen(HERE), seen(THERE, title="Talks")], [(THERE, []), (HERE, [])], id="another title"),
        pytest.param(
            [seen(HERE), seen(THERE, day=date(2025, 8, 12))], [(THERE, []), (HERE, [])], id="another day"
        ),
        pytest.param([seen(HERE), seen(None)], [(None, []), (HERE, [])], id="without address"),
        pytest.param([seen(None), article("first")], [(None, []), (None, [])], id="two ids, no address"),
        pytest.param([seen("  "), seen(HERE)], [("  ", []), (HERE, [])], id="a blank address is none"),
    ],
)
def test_the_same_article_at_several_addresses_is_one(records, expected):
    expected = sorted(expected, key=lambda row: row[0] or "")
    assert addresses(*records) == expected
    assert addresses(*records[::-1]) == expected


def test_a_correction_at_one_address_parts_them_and_the_same_at_the_other_joins_them_again():
    both = [seen(HERE), seen(THERE)]
    here, there = (seen(uri, "mended", updated_at=at(2)) for uri in (HERE, THERE))
    assert addresses(*both) == [(HERE, [THERE])]
    assert addresses(*both, here) == [(THERE, []), (HERE, [])]
    assert texts(*both, here) == ["first", "mended"]
    assert addresses(*both, here, there) == [(HERE, [THERE])]
    assert texts(*both, there, here) == ["mended"]


def test_the_article_is_the_one_at_its_address():
    """Its id is made of the address that it is known by, so all of the row is that record's."""
    (row,) = (
        current_articles(article_frame([seen(THERE, declared_count=9), seen(HERE)]).lazy())
        .collect()
        .to_dicts()
    )
    assert row["article_id"] == id_of(seen(HERE))
    assert (row["source_id"], row["declared_count"]) == (f"at {HERE}", None)


@settings(max_examples=100, deadline=None)
@given(records=RECORDS)
def test_other_addresses_against_plain_python(records):
    same = defaultdict(list)
    for one in latest(*records):
        is_addressed = bool((one.source_uri or "").strip())
        content = content_hash(one.title, one.text, one.published_date)
        same[(normalise(one.source_name or ""), content) if is_addressed else id_of(one)].append(one)
    ordered = [
        sorted(ones, key=lambda one: (len(one.source_uri or ""), one.source_uri or ""))
        for ones in same.values()
    ]
    expected = {id_of(first): sorted(one.source_uri for one in rest) for first, *rest in ordered}
    found = current_articles(article_frame(records).lazy()).select("article_id", "other_addresses").collect()
    assert dict(found.iter_rows()) == expected
    assert found.height == len(ordered)


# ----------------------------------------------------------------------------------------------------------- the texts


def test_texts_are_read_for_the_chosen_articles_in_their_order(tmp_path):
    records = [article(f"text {n}", key=f"n{n}") for n in range(4)]
    frame = article_frame([*records, records[2]])
    frame.write_parquet(tmp_path / "a.parquet")
    chosen = (
        current_articles(frame.lazy().drop("text")).filter(pl.col("source_id") != "n1").collect().reverse()
    )
    found = with_texts(chosen, scan_article_files([tmp_path / "a.parquet"]))
    assert found.drop("text").equals(chosen)
    assert found["text"].to_list() == [f"text {key.removeprefix('n')}" for key in chosen["source_id"]]
    assert list(articles_of(found)) == [
        replace(records[int(one.source_id[1])], origin="") for one in articles_of(found)
    ]


def test_a_file_says_its_month_by_its_folder(tmp_path):
    assert article_file_month(tmp_path / "month=2025-08" / "0123.parquet") == "2025-08"
