"""Rebuilding without what the store was told to forget."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_samples import MAKERS, add_articles, article, table
from store_samples import new_store

from schemas.identity import id_of
from schemas.tables import TABLES
from tasks.article_files import scan_article_files
from tasks.publish import Published, Unchanged
from tasks.rebuild import known_articles
from tasks.release import open_release
from tasks.takedowns import forget
from tasks.verify import verify

GONE = article(
    "IND met CHN on 2025-08-09. A magistrate of Otranto was named. IND perhaps aided CHN on 2025-08-09.",
    key="n1",
    title="Named in Otranto",
)
COPY = replace(GONE, source_id="c1", source_name="Coast Gazette")
BESIDE = article(
    "USA warned IND on 2025-08-08. USA perhaps met IND on 2025-08-08.", key="n2", title="A warning by letter"
)
JULY = article(
    "CHN aided USA on 2025-07-08. It was grain.", key="n3", title="Ships unload", day=date(2025, 7, 9)
)
MENDED = replace(
    GONE, text="IND aided CHN on 2025-08-09. Otranto is far.", updated_at=datetime(2025, 8, 12, tzinfo=UTC)
)


@pytest.fixture(autouse=True)
def _no_power_fails(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def store(tmp_path):
    return new_store(tmp_path / "store")


@pytest.fixture
def never(tmp_path):
    """Another store, which never has the article."""
    return new_store(tmp_path / "never")


def forget_in(store, one):
    with store.lock():
        takedown = forget(store, id_of(one), reason="Ruling 7/25 of a court.", today=date(2025, 9, 1))
    return takedown.takedown_id


def takedowns_to(other, store):
    """The same takedowns in another store."""
    folder = "private/takedowns"
    shutil.copytree(store.root / folder, other.root / folder)


def texts(store, version=None):
    """All that the private files of a version hold."""
    manifest = store.manifest(version) if version else store.latest()
    return scan_article_files(known_articles(store, manifest)).collect()["text"].sort().to_list()


def everything(store):
    """Every value of every table of the latest version, as one text."""
    release = open_release(store.root)
    return "\n".join(str(release[name].collect().to_dicts()) for name in TABLES)


# ------------------------------------------------------------------------------------------------------ what is left


@pytest.mark.parametrize("with_text", [False, True], ids=["evidence only", "with texts"])
def test_the_next_version_holds_nothing_of_a_forgotten_article(store, with_text):
    makers = replace(MAKERS, with_text=with_text)
    add_articles(store, [GONE, BESIDE, JULY], makers=makers)
    assert id_of(GONE) in everything(store)
    assert "Named in Otranto" in everything(store)
    for evidence in ("IND met CHN", "IND perhaps aided CHN"):
        assert evidence in everything(store)
    key = forget_in(store, GONE)
    plan, result = add_articles(store, [], makers=makers)
    assert isinstance(result, Published)
    assert plan.months == ("2025-08",)
    assert store.latest().takedowns == (key,)
    for trace in (id_of(GONE), "Otranto", "IND met CHN", "IND perhaps aided CHN"):
        assert trace not in everything(store)
    assert texts(store) == sorted([BESIDE.text, JULY.text])
    assert {file.rows for file in store.latest().private_files} == {1}
    assert verify(store).problems == ()


def test_what_others_say_stays_as_it_was(store):
    add_articles(store, [GONE, BESIDE, JULY])
    rows = {name: open_release(store.root)[name].collect() for name in TABLES}
    forget_in(store, GONE)
    add_articles(store, [])
    of_articles = (
        "articles",
        "events",
        "evidence",
        "participants",
        "mentions",
        "uncertain_events",
        "stories",
    )
    for name in of_articles:
        assert rows[name].height > rows[name].filter(article_id=id_of(GONE)).height > 0
        assert table(store, name).equals(rows[name].filter(pl.col("article_id") != id_of(GONE)))
    assert table(store, "dyads").filter(grain="month")["actor_code"].to_list() == ["CHN", "USA"]
    assert table(store, "context_periods").filter(grain="month")["context"].to_list() == [
        "diplomatic",
        "military",
    ]
    assert set(table(store, "actors")["name"]) == {"IND", "USA", "CHN"}


def test_the_version_before_is_left_alone(store):
    """What was published is another task's: here nothing of it changes."""
    add_articles(store, [GONE, BESIDE])
    forget_in(store, GONE)
    add_articles(store, [])
    assert verify(store, "v0000001").problems == ()
    assert texts(store, "v0000001") == sorted([GONE.text, BESIDE.text])


def test_the_last_article_of_a_month_takes_the_month_along(store):
    add_articles(store, [GONE, JULY])
    forget_in(store, JULY)
    plan, _ = add_articles(store, [])
    assert plan.months == ("2025-07",)
    assert {file.month for file in store.latest().files} == {"2025-08", None}
    forget_in(store, GONE)
    add_articles(store, [])
    assert {file.rows for file in store.latest().files} == {0}
    assert store.latest().private_files == ()
    assert len(store.latest().takedowns) == 2
    assert verify(store).problems == ()


def test_a_copy_by_another_source_goes_too(store):
    add_articles(store, [GONE, COPY, BESIDE])
    assert table(store, "articles")["duplicate_of"].drop_nulls().len() == 1
    forget_in(store, COPY)
    add_articles(store, [])
    assert table(store, "articles")["article_id"].to_list() == [id_of(BESIDE)]
    assert texts(store) == [BESIDE.text]


def test_a_near_copy_is_an_article_of_its_own_and_the_original_now(store):
    """What another said in other words, however few, was not asked to go."""
    near = replace(COPY, text=f"{GONE.text} It was warm.", published_date=date(2025, 8, 12))
    add_articles(store, [GONE, near])
    assert table(store, "articles")["duplicate_of"].drop_nulls().to_list() == [id_of(GONE)]
    forget_in(store, GONE)
    add_articles(store, [])
    assert table(store, "articles").select("article_id", "duplicate_of").rows() == [(id_of(near), None)]
    assert table(store, "stories")["article_id"].to_list() == [id_of(near)]


def test_corrections_and_what_they_corrected_go_together(store):
    add_articles(store, [GONE, BESIDE], run_id="first")
    add_articles(store, [MENDED], run_id="second")
    assert texts(store) == sorted([GONE.text, MENDED.text, BESIDE.text])
    forget_in(store, GONE)
    add_articles(store, [])
    assert texts(store) == [BESIDE.text]
    assert table(store, "articles")["article_id"].to_list() == [id_of(BESIDE)]


# ----------------------------------------------------------------------------------------------------------- and after


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(GONE, id="the article"),
        pytest.param(MENDED, id="a correction"),
        pytest.param(COPY, id="another source's copy"),
        pytest.param(replace(GONE, source_uri="https://alpine.example/7"), id="at an address"),
    ],
)
def test_what_was_forgotten_is_not_taken_again(store, again):
    add_articles(store, [GONE, BESIDE])
    forget_in(store, GONE)
    add_articles(store, [])
    plan, result = add_articles(store, [again])
    assert (plan.months, plan.private, plan.replaced) == ((), (), ())
    assert isinstance(result, Unchanged)
    assert texts(store) == [BESIDE.text]


def test_it_is_left_out_even_if_it_arrives_in_the_same_run(store):
    add_articles(store, [GONE, BESIDE])
    forget_in(store, GONE)
    _, result = add_articles(store, [GONE, JULY])
    assert isinstance(result, Published)
    assert set(table(store, "articles")["article_id"]) == {id_of(BESIDE), id_of(JULY)}
    assert texts(store) == sorted([BESIDE.text, JULY.text])


def test_the_release_is_that_of_a_store_that_never_had_the_article(store, never):
    add_articles(store, [GONE, BESIDE, JULY])
    forget_in(store, GONE)
    add_articles(store, [])
    takedowns_to(never, store)
    add_articles(never, [BESIDE, JULY, GONE])
    assert never.versions() == ("v0000001",)
    assert never.latest().takedowns == store.latest().takedowns
    assert never.latest().data_digest == store.latest().data_digest
    assert texts(never) == texts(store)


def test_a_takedown_that_meets_nothing_is_recorded_in_a_version_of_its_own(store, never):
    add_articles(store, [GONE])
    key = forget_in(store, GONE)
    add_articles(never, [BESIDE, JULY])
    before = never.latest()
    takedowns_to(never, store)
    plan, result = add_articles(never, [])
    assert plan.months == ()
    assert isinstance(result, Published)
    after = never.latest()
    assert (after.version, after.takedowns) == ("v0000002", (key,))
    assert (after.data_digest, after.files, after.private_files) == (
        before.data_digest,
        before.files,
        before.private_files,
    )
    assert result.shared == len(after.files)
    assert isinstance(add_articles(never, [])[1], Unchanged)


def test_an_old_version_that_no_release_shows_goes_from_the_texts(store, never):
    """Another source said the same once, and corrected it since: its own words of today stay."""
    add_articles(never, [GONE])
    forget_in(never, GONE)
    corrected = replace(
        COPY, text="IND met CHN on 2025-08-07. No name was given.", updated_at=MENDED.updated_at
    )
    add_articles(store, [COPY], run_id="first")
    add_articles(store, [corrected, BESIDE], run_id="second")
    before = store.latest()
    takedowns_to(store, never)
    plan, result = add_articles(store, [])
    assert plan.months == ()
    assert isinstance(result, Published)
    assert store.latest().data_digest == before.data_digest
    assert texts(store) == sorted([corrected.text, BESIDE.text])


def test_a_takedown_that_is_taken_away_lets_the_article_in_again(store):
    add_articles(store, [GONE, BESIDE])
    with_it = store.latest().data_digest
    forget_in(store, GONE)
    add_articles(store, [])
    shutil.rmtree(store.private_folder / "takedowns")
    add_articles(store, [GONE])
    assert store.latest().takedowns == ()
    assert store.latest().data_digest == with_it


def test_new_code_leaves_out_what_was_forgotten_as_well(store):
    add_articles(store, [GONE, BESIDE, JULY])
    forget_in(store, GONE)
    plan, _ = add_articles(store, [], makers=replace(MAKERS, code_version="2"))
    assert plan.months == ("2025-07", "2025-08")
    assert set(table(store, "articles")["article_id"]) == {id_of(BESIDE), id_of(JULY)}


# ------------------------------------------------------------------------------------------------------------ sameness

TEXTS = [
    "IND met CHN on 2025-08-09.",
    "IND met CHN on 2025-08-09. It was short.",
    "USA aided IND on 2025-07-08.",
]


@st.composite
def some_articles(draw):
    """Articles of which none corrects another; some say the same, of one source or of two, with or without address."""
    return [
        article(
            draw(st.sampled_from(TEXTS)),
            key=f"n{number}",
            day=draw(st.sampled_from([date(2025, 7, 30), date(2025, 8, 2), date(2025, 8, 11)])),
            source_name=draw(st.sampled_from(["Alpine Wire", "Coast Gazette"])),
            source_uri=draw(st.sampled_from([None, f"https://wire.example/{number}"])),
        )
        for number in range(draw(st.integers(1, 6)))
    ]


@settings(max_examples=5, deadline=None)
@given(articles=some_articles(), draw=st.data())
def test_it_does_not_matter_when_an_article_is_forgotten(articles, draw, tmp_path_factory):
    """Before it comes, or after some runs."""
    folder = tmp_path_factory.mktemp("forgotten")
    late, early = new_store(folder / "late"), new_store(folder / "early")
    shuffled = draw.draw(st.permutations(articles))
    cut = draw.draw(st.integers(1, len(articles)))
    add_articles(late, shuffled[:cut], run_id="first")
    for one in draw.draw(st.lists(st.sampled_from(shuffled[:cut]), min_size=1, max_size=2)):
        forget_in(late, one)
    add_articles(late, shuffled[cut:], run_id="second")
    takedowns_to(early, late)
    add_articles(early, articles)
    if early.latest() is None:  # nothing was ever taken
        assert open_release(late.root)["articles"].collect().is_empty()
    else:
        assert early.latest().data_digest == late.latest().data_digest
        assert early.latest().takedowns == late.latest().takedowns
        assert set(texts(early)) == set(texts(late))
