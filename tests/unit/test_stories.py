from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.identity import story_id
from tasks.resemblance import MIN_JACCARD, Originals, shingles_of
from tasks.stories import STORY_SCHEMA, stories_after, stories_of, story_columns, story_of_each

DAWN = datetime(2025, 8, 1, 6, tzinfo=UTC)
DISPATCH = (
    "Fishery ministers of the two coasts met in Larnaca on Monday and agreed to open the strait to small boats "
    "from October, ending a quarrel of three years over nets and lights. The accord lets each side keep forty "
    "trawlers beyond the reef, under observers of a joint council that is to sit twice a year. Skippers in the "
    "northern ports welcomed it with horns; those of the south said that they wanted to see the quotas first."
)
WORDS = DISPATCH.split()


def edited(*every: int) -> str:
    """The dispatch with every n-th word replaced, for one n or several."""
    return " ".join(
        f"other{n}" if any(n % each == 0 for each in every) else word for n, word in enumerate(WORDS)
    )


def frame(*articles):
    """Rows of (id, day or None, text)."""
    rows = [
        (key, None if day is None else DAWN + timedelta(days=day), "", text) for key, day, text in articles
    ]
    schema = {**STORY_SCHEMA, "title": pl.String, "text": pl.String}
    del schema["original"]
    return pl.DataFrame(rows, schema=schema, orient="row")


def originals(rows: pl.DataFrame) -> dict[str, str]:
    return dict(rows.select("article_id", "original").iter_rows())


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        pytest.param(("", DISPATCH), ("", DISPATCH), True, id="the same"),
        pytest.param(("", DISPATCH), ("", DISPATCH.upper()), True, id="case"),
        pytest.param(("", DISPATCH), ("", " \n ".join(DISPATCH.split(". "))), True, id="layout"),
        pytest.param(("", DISPATCH), ("Accord on the strait", DISPATCH), True, id="a headline of its own"),
        pytest.param(("", DISPATCH), ("", edited(25)), True, id="a word here and there"),
        pytest.param(
            ("", DISPATCH), ("", f"LARNACA (Alpine Wire) - {DISPATCH} It rained."), True, id="framed"
        ),
        pytest.param(("", DISPATCH), ("", " ".join(WORDS[: len(WORDS) * 2 // 3])), True, id="cut by a third"),
        pytest.param(("", DISPATCH), ("", " ".join(WORDS[: len(WORDS) // 3])), False, id="a third of it"),
        pytest.param(("", DISPATCH), ("", edited(4)), False, id="told in other words"),
        pytest.param(("", DISPATCH), ("", ""), False, id="nothing"),
        pytest.param(
            ("Boru Bank pays dividend", "Quarterly 8 cents against 8 cents. Payable May 1."),
            ("Almer Mills sets its yearly dividend", "Quarterly 8 cents against 8 cents. Payable May 1."),
            False,
            id="short notices that differ in whom they are about",
        ),
    ],
)
def test_what_resembles_what(one, other, alike):
    first, second = shingles_of([one, other])
    assert (first.jaccard(second) >= MIN_JACCARD) == alike
    known = Originals()
    known.add("one", first)
    assert known.resembled_by(second) == ("one" if alike else None)


def test_the_earliest_of_several_is_found_and_what_is_dropped_is_not():
    same, other = shingles_of([("", DISPATCH), ("", DISPATCH[::-1])])
    known = Originals()
    for key, shingles in (("a", other), ("b", same), ("c", same)):
        known.add(key, shingles)
    assert known.resembled_by(same) == "b"
    known.drop_earliest()
    known.drop_earliest()
    assert (known.earliest(), known.resembled_by(same)) == ("c", "c")
    known.drop_earliest()
    assert (known.earliest(), known.resembled_by(same)) == (None, None)


@pytest.mark.parametrize(
    ("articles", "expected"),
    [
        pytest.param([], {}, id="none"),
        pytest.param([("a", 0, DISPATCH), ("b", 3, DISPATCH)], {"a": "a", "b": "a"}, id="a copy"),
        pytest.param([("b", 0, DISPATCH), ("a", 3, DISPATCH)], {"b": "b", "a": "b"}, id="time before id"),
        pytest.param([("b", 0, DISPATCH), ("a", 0, DISPATCH)], {"a": "a", "b": "a"}, id="id at one time"),
        pytest.param([("a", 0, DISPATCH), ("b", 7, DISPATCH)], {"a": "a", "b": "a"}, id="seven days later"),
        pytest.param([("a", 0, DISPATCH), ("b", 8, DISPATCH)], {"a": "a", "b": "b"}, id="after the window"),
        pytest.param(
            [("a", 0, DISPATCH), ("b", 6, DISPATCH), ("c", 12, DISPATCH)],
            {"a": "a", "b": "a", "c": "c"},
            id="no chain in time: a copy has no copies",
        ),
        pytest.param(
            [("a", 0, DISPATCH), ("b", 1, edited(13)), ("c", 2, edited(7))],
            {"a": "a", "b": "a", "c": "c"},
            id="no chain in words either",
        ),
        pytest.param([("a", None, DISPATCH), ("b", None, DISPATCH)], {"a": "a", "b": "a"}, id="undated"),
        pytest.param(
            [("z", None, DISPATCH), ("b", 400, DISPATCH), ("a", 0, DISPATCH)],
            {"z": "z", "a": "z", "b": "z"},
            id="what has no date is in every window",
        ),
    ],
)
def test_who_is_a_copy_of_whom(articles, expected):
    assert originals(story_of_each(frame(*articles))) == expected


def test_the_texts_of_the_chain_are_what_they_are_for():
    first, near, far = shingles_of([("", DISPATCH), ("", edited(13)), ("", edited(7))])
    assert first.jaccard(near) >= MIN_JACCARD > first.jaccard(far)


# ------------------------------------------------------------------------------------- decided anew where it matters


def after(before, articles):
    """`stories_after`, and which texts it read."""
    read: list[str] = []

    def with_texts(chosen):
        read.extend(chosen["article_id"])
        return chosen.join(articles.select("article_id", "text"), on="article_id", maintain_order="left")

    rows = stories_after(before, articles.drop("text"), with_texts=with_texts)
    return rows, read


EMPTY = pl.DataFrame(schema=STORY_SCHEMA)
VARIANTS = [DISPATCH, edited(13), edited(13, 17), edited(7), DISPATCH[::-1]]
STORES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, len(VARIANTS) - 1)), max_size=12).map(
    lambda drawn: [(f"n{n:02d}", day, VARIANTS[text]) for n, (day, text) in enumerate(drawn)]
)


@settings(max_examples=150, deadline=None)
@given(STORES, st.data())
def test_any_history_ends_where_one_run_over_everything_does(articles, data):
    stories = EMPTY
    here: list[tuple[str, int, str]] = []
    for _ in range(data.draw(st.integers(1, 4))):
        here = data.draw(st.lists(st.sampled_from(articles), unique=True)) if articles else []
        stories, _ = after(stories, frame(*here))
    assert originals(stories) == originals(story_of_each(frame(*here)))


def test_arrival_in_order_of_publication_never_changes_an_earlier_story():
    articles = [(f"n{n:02d}", n, VARIANTS[n % 3]) for n in range(20)]
    stories = EMPTY
    for number in range(1, 21):
        now, _ = after(stories, frame(*articles[:number]))
        assert originals(now).items() >= originals(stories).items()
        stories = now


def test_a_late_older_original_takes_its_copies_and_sets_others_free():
    told = [("b", 5, edited(13)), ("c", 6, edited(13, 17)), ("d", 12, DISPATCH)]
    before, _ = after(EMPTY, frame(*told))
    assert originals(before) == {"b": "b", "c": "b", "d": "b"}
    now, _ = after(before, frame(("a", 1, DISPATCH), *told))
    assert originals(now) == {"a": "a", "b": "a", "c": "c", "d": "d"}


def test_if_an_original_goes_the_next_takes_its_place():
    told = [("a", 0, DISPATCH), ("b", 1, DISPATCH), ("c", 7, DISPATCH), ("d", 8, DISPATCH)]
    before, _ = after(EMPTY, frame(*told))
    assert originals(before) == {"a": "a", "b": "a", "c": "a", "d": "d"}
    now, _ = after(before, frame(*told[1:]))
    assert originals(now) == {"b": "b", "c": "b", "d": "b"}


def test_only_what_an_arrival_can_touch_is_read():
    far = [(f"n{n:03d}", n, f"{DISPATCH[::-1]} {n}" * 2) for n in range(0, 300, 3)]
    before, read = after(EMPTY, frame(*far))
    assert sorted(set(read)) == [key for key, *_ in far]
    now, read = after(before, frame(*far, ("new", 150, DISPATCH)))
    days = [day for key, day, _ in far if key in read]
    assert (min(days), max(days)) == (144, 156)
    assert now.height == before.height + 1
    assert after(now, frame(*far, ("new", 150, DISPATCH)))[1] == []


def test_the_table():
    articles = pl.DataFrame(
        {
            "article_id": ["art_1", "art_2", "art_3"],
            "published_date": [DAWN.date(), (DAWN + timedelta(days=2)).date(), DAWN.date()],
            "source_name": ["Wire", None, "Gazette"],
            "title": ["Accord", "Accord in full", "Other news"],
        }
    )
    placed = pl.DataFrame(
        {"article_id": ["art_1", "art_2", "art_3"], "original": ["art_1", "art_1", "art_3"]}
    )
    rows = stories_of(articles.join(story_columns(placed), on="article_id"))
    told = {row["title"]: row for row in rows.to_dicts()}
    assert set(told) == {"Accord", "Other news"}
    accord = told["Accord"]
    assert accord["story_id"] == story_id("art_1")
    assert (accord["article_id"], accord["articles"], accord["sources"]) == ("art_1", 2, ["Wire"])
    assert (accord["last_published_date"] - accord["first_published_date"]).days == 2


def test_a_story_whose_original_is_not_among_the_articles_is_another_months():
    articles = pl.DataFrame(
        {
            "article_id": ["art_2"],
            "published_date": [DAWN.date()],
            "source_name": ["Wire"],
            "title": ["Accord"],
            "story_id": [story_id("art_1")],
            "duplicate_of": ["art_1"],
        }
    )
    assert stories_of(articles).height == 0
