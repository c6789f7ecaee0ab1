"""Rebuilding: copies and other addresses, when they are all that arrives."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_samples import add_articles, article, table
from store_samples import new_store

from schemas.identity import id_of, story_id
from tasks.publish import Unchanged
from tasks.verify import verify

MET = "IND met CHN on 2025-08-31."
ORIGINAL = article(MET, key="n1", day=date(2025, 8, 31))
COPY = replace(ORIGINAL, source_id="c1", source_name="Coast Gazette", published_date=date(2025, 9, 2))
EARLIER = replace(ORIGINAL, source_id="e1", source_name="Early Post", published_date=date(2025, 8, 30))
APART = article("USA aided IND on 2025-08-20.", key="n9", title="A loan is signed", day=date(2025, 8, 21))


@pytest.fixture(autouse=True)
def _no_power_fails(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def store(tmp_path):
    return new_store(tmp_path / "store")


def stories(store):
    """Each story's original with the number of its articles and its sources."""
    rows = table(store, "stories").to_dicts()
    assert all(row["story_id"] == story_id(row["article_id"]) for row in rows)
    return {row["article_id"]: (row["articles"], row["sources"]) for row in rows}


def copies(store):
    """What is a copy of what."""
    rows = table(store, "articles").select("article_id", "duplicate_of").drop_nulls()
    return dict(rows.iter_rows())


def appearances(store):
    return set(table(store, "appearances").iter_rows())


def files_of(store, *names):
    return {(file.table, file.month): file.sha256 for file in store.latest().files if file.table in names}


def assert_consistent(store):
    """What several tables say of stories is the same, and every file is whole."""
    articles = table(store, "articles")
    story_of = dict(articles.select("article_id", "story_id").iter_rows())
    events = table(store, "events")
    assert events["story_id"].to_list() == [story_of[key] for key in events["article_id"]]
    assert set(table(store, "stories")["story_id"]) == set(story_of.values())
    assert sum(number for number, _ in stories(store).values()) == articles.height
    for copy, original in copies(store).items():
        assert story_of[copy] == story_of[original] == story_id(original)
    assert verify(store).problems == ()


# -------------------------------------------------------------------------------------------------------------- copies


def test_every_article_tells_a_story(store):
    add_articles(store, [ORIGINAL, APART])
    assert stories(store) == {id_of(one): (1, ["Alpine Wire"]) for one in (ORIGINAL, APART)}
    assert copies(store) == {}
    assert_consistent(store)


def test_a_copy_in_the_month_after_joins_the_story_of_its_original(store):
    """Only the copy's month is rebuilt, and the story, which stands in the month of the original."""
    add_articles(store, [ORIGINAL, APART])
    before = files_of(store, "articles", "events")
    plan, _ = add_articles(store, [COPY])
    assert plan.months == ("2025-09",)
    assert stories(store)[id_of(ORIGINAL)] == (2, ["Alpine Wire", "Coast Gazette"])
    assert copies(store) == {id_of(COPY): id_of(ORIGINAL)}
    assert before.items() <= files_of(store, "articles", "events").items()
    assert {month for _, month in files_of(store, "stories")} == {"2025-08"}
    (row,) = table(store, "stories").filter(article_id=id_of(ORIGINAL)).to_dicts()
    assert (row["first_published_date"], row["last_published_date"]) == (date(2025, 8, 31), date(2025, 9, 2))
    assert_consistent(store)


def test_copies_count_once_among_the_stories_of_a_dyad(store):
    add_articles(store, [ORIGINAL])
    add_articles(store, [COPY])
    rows = table(store, "dyads").filter(grain="month", actor_code="IND")
    assert rows.select("period", "events", "articles", "stories").rows() == [(date(2025, 8, 1), 2, 2, 1)]
    rows = table(store, "country_periods").filter(grain="day", code="CHN")
    assert rows.select("period", "events", "articles", "stories").rows() == [(date(2025, 8, 31), 2, 2, 1)]


def test_a_late_older_original_rebuilds_the_month_of_its_copies(store):
    """September's article was an original, and says of itself and its events whose copy it is now."""
    add_articles(store, [COPY, APART])
    assert copies(store) == {}
    plan, _ = add_articles(store, [ORIGINAL])
    assert plan.months == ("2025-08", "2025-09")
    assert copies(store) == {id_of(COPY): id_of(ORIGINAL)}
    assert {month for _, month in files_of(store, "stories")} == {"2025-08"}
    assert_consistent(store)
    plan, _ = add_articles(store, [EARLIER])
    assert copies(store) == {id_of(one): id_of(EARLIER) for one in (ORIGINAL, COPY)}
    assert stories(store)[id_of(EARLIER)] == (3, ["Alpine Wire", "Coast Gazette", "Early Post"])
    assert_consistent(store)


def test_what_does_not_move_is_not_rebuilt(store):
    """An arrival between other stories changes its own month only."""
    add_articles(store, [ORIGINAL, COPY])
    before = files_of(store, "articles", "events", "appearances")
    plan, _ = add_articles(store, [replace(APART, published_date=date(2025, 10, 3))])
    assert plan.months == ("2025-10",)
    assert before.items() <= files_of(store, "articles", "events", "appearances").items()


def test_a_correction_leaves_the_story_and_its_copy_stands_for_itself(store):
    add_articles(store, [ORIGINAL, COPY])
    mended = replace(ORIGINAL, title="Of loans", text="USA aided IND on 2025-08-30.")
    mended = replace(mended, updated_at=table(store, "articles")["published_at"].max())
    plan, _ = add_articles(store, [mended])
    assert plan.months == ("2025-08", "2025-09")
    assert copies(store) == {}
    assert set(stories(store)) == {id_of(mended), id_of(COPY)}
    assert_consistent(store)


# ----------------------------------------------------------------------------------------------------- other addresses

SHORT, LONG, LONGER = (f"https://{host}alpine.example/7" for host in ("", "m.", "amp."))


def at_address(uri, **changes):
    return replace(ORIGINAL, source_uri=uri, **changes)


def test_another_address_is_an_appearance_and_no_article(store):
    add_articles(store, [at_address(SHORT), APART])
    assert appearances(store) == set()
    plan, _ = add_articles(store, [at_address(LONG)])
    assert plan.months == ("2025-08",)
    assert table(store, "articles")["article_id"].sort().to_list() == sorted(
        map(id_of, (at_address(SHORT), APART))
    )
    assert appearances(store) == {(id_of(at_address(SHORT)), LONG)}
    assert table(store, "dyads").filter(grain="month", actor_code="IND")["events"].to_list() == [1]
    assert_consistent(store)


def test_a_shorter_address_that_comes_late_is_the_article_s(store):
    add_articles(store, [at_address(LONG), at_address(LONGER)])
    assert appearances(store) == {(id_of(at_address(LONG)), LONGER)}
    add_articles(store, [at_address(SHORT)])
    assert appearances(store) == {(id_of(at_address(SHORT)), uri) for uri in (LONG, LONGER)}
    assert set(table(store, "events")["article_id"]) == {id_of(at_address(SHORT))}
    assert_consistent(store)


def test_an_address_that_is_known_changes_nothing(store):
    add_articles(store, [at_address(SHORT), at_address(LONG)])
    for again in (SHORT, LONG):
        plan, result = add_articles(store, [at_address(again)])
        assert plan.months == ()
        assert isinstance(result, Unchanged)


def test_a_correction_at_one_address_parts_them(store):
    add_articles(store, [at_address(SHORT), at_address(LONG)])
    updated = table(store, "articles")["published_at"].max()
    mended = at_address(SHORT, text="IND warned CHN on 2025-08-30. It was no meeting.", updated_at=updated)
    add_articles(store, [mended])
    assert appearances(store) == set()
    assert set(table(store, "articles")["article_id"]) == {id_of(mended), id_of(at_address(LONG))}
    assert_consistent(store)


# ------------------------------------------------------------------------------------------------------------ sameness

RECORDS = st.lists(
    st.builds(
        lambda key, text, day, source, uri: article(
            text, key=f"n{key}", day=date(2025, 8, 24).replace(day=day), source_name=source, source_uri=uri
        ),
        st.integers(1, 3),
        st.sampled_from([MET, f"{MET} It was short.", "USA aided IND on 2025-08-20."]),
        st.integers(1, 31),
        st.sampled_from(["Alpine Wire", "Coast Gazette"]),
        st.sampled_from([None, SHORT, LONG]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=5, deadline=None)
@given(records=RECORDS, draw=st.data())
def test_after_any_history_the_tables_agree_and_are_those_of_one_run(records, draw, tmp_path_factory):
    folder = tmp_path_factory.mktemp("history")
    at_once, in_parts = new_store(folder / "at once"), new_store(folder / "in parts")
    add_articles(at_once, records)
    shuffled = draw.draw(st.permutations(records))
    cut = draw.draw(st.integers(0, len(records)))
    for number, part in enumerate((shuffled[:cut], shuffled[cut:])):
        add_articles(in_parts, part, run_id=f"run-{number}")
    assert in_parts.latest().data_digest == at_once.latest().data_digest
    assert_consistent(in_parts)
