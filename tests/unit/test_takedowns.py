"""Takedowns: what a store has to forget, how it is written down, and what falls under it."""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from release_samples import add_articles, article
from store_samples import new_store

from schemas.identity import content_hash, id_of, identity_of, takedown_id
from schemas.refusal import Refusal
from schemas.takedown import Takedown
from tasks.article_files import article_frame
from tasks.refusal_files import quarantine_folder, read_refusals, write_refusals
from tasks.store_errors import BrokenStoreError, LockMisuseError
from tasks.takedowns import (
    NOTHING_FORGOTTEN,
    Forgotten,
    UnknownArticleError,
    add_later_refusals,
    forget,
    forgotten,
    forgotten_by,
    takedowns_of,
)

TODAY = date(2025, 9, 1)
REASON = "Ruling 7/25 of a court."
HERE, THERE, COAST = (f"https://{host}.example/7" for host in ("alpine", "m.alpine", "coast"))


def at(day):
    return datetime(2025, 9, day, tzinfo=UTC)


FIRST = article("IND met CHN on 2025-08-09.", source_uri=HERE)
MENDED = replace(FIRST, text="IND warned CHN on 2025-08-09.", updated_at=at(1))
AMP = replace(FIRST, source_uri=THERE)
AMP_MENDED = replace(AMP, text="IND aided CHN on 2025-08-09.", updated_at=at(2))
COPY = replace(FIRST, source_name="Coast Gazette", source_uri=COAST)
ELSEWHERE = replace(COPY, source_uri=f"{COAST}9", text="Another story.")
OTHER = article("USA met IND on 2025-08-08.", key="n2", title="Talks by the lake")
NAMED = article("CHN aided USA on 2025-08-07.", key="n3", title="A loan is signed")


@pytest.fixture(autouse=True)
def _no_power_fails(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def empty(tmp_path):
    return new_store(tmp_path / "store")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A store of two versions; to be looked at, and told to forget, but its versions stay."""
    made = new_store(tmp_path_factory.mktemp("built") / "store")
    add_articles(made, [FIRST, AMP, COPY, OTHER, NAMED], run_id="first")
    add_articles(made, [MENDED, AMP_MENDED], run_id="second")
    return made


@pytest.fixture
def store(built):
    """The same without takedowns."""
    yield built
    for path in takedown_files(built):
        path.unlink()


def takedown_files(store):
    return sorted((store.private_folder / "takedowns").glob("*"))


def forget_in(store, one, *, reason=REASON, today=TODAY):
    with store.lock():
        return forget(store, id_of(one), reason=reason, today=today)


def falls(forgotten, one):
    """Whether an article falls under some takedowns, said by both that can say it."""
    content = content_hash(one.title, one.text, one.published_date)
    met = forgotten.has(content_hash=content, source_identity=identity_of(one))
    assert article_frame([one]).select(forgotten.is_met).to_series().to_list() == [met]
    return met


# ----------------------------------------------------------------------------------------------- what falls under one


@pytest.mark.parametrize(
    "asked", [FIRST, MENDED, AMP, AMP_MENDED], ids=["first", "mended", "amp", "amp mended"]
)
@pytest.mark.parametrize(
    ("one", "expected"),
    [
        pytest.param(FIRST, True, id="the article"),
        pytest.param(MENDED, True, id="its correction"),
        pytest.param(AMP, True, id="its other address"),
        pytest.param(AMP_MENDED, True, id="the correction there"),
        pytest.param(replace(FIRST, text="Withdrawn.", updated_at=at(9)), True, id="a correction to come"),
        pytest.param(replace(AMP, text="Withdrawn.", title="-"), True, id="and one at the other address"),
        pytest.param(replace(FIRST, source_uri="https://new.example/1"), True, id="the same at a new address"),
        pytest.param(replace(FIRST, source_uri=None), True, id="the same without address"),
        pytest.param(replace(MENDED, source_name=None, source_uri=None), True, id="what was mended, of nobody"),
        pytest.param(COPY, True, id="the same of another source"),
        pytest.param(replace(COPY, text=AMP_MENDED.text), True, id="which mends it likewise"),
        pytest.param(replace(COPY, title=" Envoys  exchange words"), True, id="white space of the title"),
        pytest.param(replace(COPY, text="Another story."), True, id="its source's article as a whole"),
        pytest.param(ELSEWHERE, False, id="another article of that source"),
        pytest.param(replace(ELSEWHERE, text=COPY.text + " "), False, id="another layout of the text"),
        pytest.param(replace(ELSEWHERE, title="Talks", text=COPY.text), False, id="another title"),
        pytest.param(replace(ELSEWHERE, text=COPY.text, published_date=date(2025, 8, 12)), False, id="another day"),
        pytest.param(OTHER, False, id="another article of the source"),
    ],
)  # fmt: skip
def test_what_falls_under_a_takedown(store, asked, one, expected):
    forget_in(store, asked)
    assert falls(forgotten_by(store), one) is expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        pytest.param(NAMED, True, id="the article"),
        pytest.param(replace(NAMED, text="Withdrawn."), True, id="another text under its id"),
        pytest.param(replace(NAMED, source_id="n9"), True, id="the same under another id"),
        pytest.param(replace(NAMED, source_id="n9", text="Else."), False, id="another of the source"),
        pytest.param(
            replace(NAMED, source_name="Coast Gazette", text="Else."), False, id="its id at another source"
        ),
        pytest.param(replace(NAMED, has_own_id=False, text="Else."), False, id="a file of that name"),
    ],
)
def test_an_article_that_its_source_names_by_an_id(store, one, expected):
    forget_in(store, NAMED)
    assert falls(forgotten_by(store), one) is expected


def test_the_copy_of_another_source_is_named_in_the_takedown(store):
    """What its article said before is no secret to be sent again."""
    takedown = forget_in(store, FIRST)
    assert set(takedown.source_identities) == {identity_of(one) for one in (FIRST, AMP, COPY)}
    assert len(takedown.content_hashes) == 3


def test_what_another_source_had_replaced_by_the_words_does_not_come_to_light_again(empty):
    before = replace(COPY, text="USA warned CHN on 2025-08-09.")
    add_articles(empty, [FIRST, before])
    add_articles(empty, [replace(COPY, updated_at=at(3))])
    takedown = forget_in(empty, FIRST)
    assert identity_of(COPY) in takedown.source_identities
    add_articles(empty, [])
    assert {file.table for file in empty.latest().files}.isdisjoint({"articles", "events"})


def test_several_takedowns_add_up(store):
    forget_in(store, OTHER)
    forget_in(store, NAMED)
    both = forgotten_by(store)
    assert falls(both, OTHER)
    assert falls(both, NAMED)
    assert not falls(both, FIRST)
    assert both.takedowns == tuple(sorted(takedown_id(id_of(one)) for one in (OTHER, NAMED)))
    assert both == forgotten(reversed(takedowns_of(store)))


def test_a_store_without_takedowns_forgets_nothing(store):
    assert takedowns_of(store) == ()
    assert forgotten_by(store) == NOTHING_FORGOTTEN
    assert not falls(NOTHING_FORGOTTEN, FIRST)


FEW_HASHES, FEW_IDENTITIES = (
    st.sampled_from(["aa", "bb", "cc"]),
    st.sampled_from(["uri:a", "uri:b", "id:w\x1f1"]),
)


@settings(max_examples=60, deadline=None)
@given(
    st.frozensets(FEW_HASHES),
    st.frozensets(FEW_IDENTITIES),
    st.lists(st.tuples(FEW_HASHES, st.none() | FEW_IDENTITIES), max_size=6),
)
def test_rows_and_articles_are_told_alike(hashes, identities, rows):
    those = Forgotten(hashes, identities, ())
    schema = {"content_hash": pl.String, "source_identity": pl.String}
    found = pl.DataFrame(rows, schema=schema, orient="row").select(met=those.is_met)["met"]
    assert found.to_list() == [those.has(content_hash=content, source_identity=own) for content, own in rows]


# ------------------------------------------------------------------------------------------------- how it is written


def test_a_takedown_is_kept_as_it_was_decided(store):
    takedown = forget_in(store, OTHER)
    assert takedowns_of(store) == (takedown,)
    assert (takedown.takedown_id, takedown.article_id) == (takedown_id(id_of(OTHER)), id_of(OTHER))
    assert (takedown.reason, takedown.decided_on) == (REASON, TODAY)
    (path,) = takedown_files(store)
    assert path.name == f"{takedown.takedown_id}.json"
    assert stat.S_IMODE(path.stat().st_mode) & 0o222 == 0
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("one", [FIRST, OTHER], ids=["with corrections", "alone"])
def test_it_says_nothing_of_what_the_article_said(store, one):
    forget_in(store, one)
    (path,) = takedown_files(store)
    written = set(re.findall(r"\w+", path.read_text(encoding="utf-8").lower()))
    said = set(re.findall(r"[a-z]+", f"{one.title} {one.text} {MENDED.text} {AMP_MENDED.text}".lower()))
    assert said & written == set()


def test_asked_twice_the_first_is_kept(store):
    first = forget_in(store, OTHER)
    assert forget_in(store, OTHER, reason="Another reason.", today=date(2026, 1, 1)) == first
    assert takedowns_of(store) == (first,)


def test_what_was_decided_first_stays_though_the_article_has_been_corrected_since(empty):
    """The correction has the article's identity, so that the first takedown forbids it; no other is needed."""
    add_articles(empty, [FIRST])
    first = forget_in(empty, FIRST)
    assert falls(forgotten_by(empty), MENDED)
    assert forget_in(empty, FIRST) == first


def refuse(store, record):
    """An input that a run refuses; its id."""
    refusal = Refusal(
        stage="ingest",
        table=None,
        reason="no_date",
        detail="There is no date.",
        origin="late.jsonl:1",
        value=record,
        record=record,
    )
    folder = quarantine_folder(store)
    folder.mkdir(exist_ok=True)
    write_refusals(folder / "late.parquet", [refusal])
    (refusal_id,) = read_refusals([folder / "late.parquet"])["refusal_id"]
    return refusal_id


@pytest.mark.parametrize(("quoted", "is_known"), [(FIRST, True), (MENDED, True), (OTHER, False)])
def test_what_quotes_it_and_is_refused_later_is_known_before_a_purge(store, quoted, is_known):
    with store.lock():
        before = forget(store, id_of(FIRST), reason=REASON, today=TODAY)
        refusal_id = refuse(store, json.dumps({"text": quoted.text}))
        add_later_refusals(store)
        add_later_refusals(store)
    (after,) = takedowns_of(store)
    (quarantine_folder(store) / "late.parquet").unlink()
    assert after.refusals == ((refusal_id,) if is_known else ())
    assert after.model_copy(update={"refusals": ()}) == before
    assert len(takedown_files(store)) == 1


def test_later_refusals_are_written_down_under_the_lock(store):
    with pytest.raises(LockMisuseError):
        add_later_refusals(store)


@pytest.mark.parametrize("step", ["rename", "write"])
def test_a_takedown_is_there_whole_or_not_at_all(store, monkeypatch, step):
    def die(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(*((Path, "replace", die) if step == "rename" else (os, "fsync", die)))
        with pytest.raises(KeyboardInterrupt):
            forget_in(store, OTHER)
    assert takedown_files(store) == []
    assert takedowns_of(store) == ()
    assert not falls(forgotten_by(store), OTHER)
    assert forget_in(store, OTHER) in takedowns_of(store)
    assert len(takedown_files(store)) == 1


def test_what_a_killed_writer_left_is_no_takedown(store):
    takedown = forget_in(store, OTHER)
    (path,) = takedown_files(store)
    path.rename(path.with_suffix(".7.partial"))
    assert takedowns_of(store) == ()
    assert forget_in(store, OTHER) == takedown
    assert takedowns_of(store) == (takedown,)
    path.with_suffix(".7.partial").unlink()


def test_an_article_of_an_earlier_version_can_be_forgotten(store):
    """No longer in the latest version, since it was corrected."""
    latest = store.latest()
    paths = [store.path_of(file, latest.version) for file in latest.files if file.table == "articles"]
    assert id_of(FIRST) not in set(pl.read_parquet(paths)["article_id"])
    assert forget_in(store, FIRST).article_id == id_of(FIRST)


@pytest.mark.parametrize("wanted", [f"art_{'0' * 20}", "", "../../latest"])
def test_an_article_that_no_version_has(store, empty, wanted):
    for one in (store, empty):
        with one.lock(), pytest.raises(UnknownArticleError, match=r"no article .* in any version"):
            forget(one, wanted, reason=REASON, today=TODAY)
        assert takedown_files(one) == []


def test_the_store_must_be_locked(store):
    with pytest.raises(LockMisuseError):
        forget(store, id_of(OTHER), reason=REASON, today=TODAY)
    assert takedown_files(store) == []


@pytest.mark.parametrize("reason", ["", "x" * 2001], ids=["none", "a book"])
def test_a_reason_has_to_be_given(store, reason):
    with pytest.raises(ValidationError):
        forget_in(store, OTHER, reason=reason)
    assert takedown_files(store) == []


WHOLE = Takedown(
    takedown_id=f"tak_{'0' * 20}",
    article_id=f"art_{'0' * 20}",
    content_hashes=("0" * 20,),
    source_identities=(),
    reason=REASON,
    decided_on=TODAY,
).model_dump_json()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(WHOLE.encode()[:-9], id="torn"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b"[]", id="a list"),
        pytest.param(WHOLE.replace('"reason"', '"why"').encode(), id="another key"),
        pytest.param(WHOLE.replace("2025-09-01", "soon").encode(), id="no day"),
        pytest.param(WHOLE.replace("tak_0", "tak_").encode(), id="a bad id"),
    ],
)
def test_with_a_takedown_that_cannot_be_read_nothing_is_published(empty, content):
    add_articles(empty, [OTHER])
    folder = empty.private_folder / "takedowns"
    folder.mkdir()
    (folder / f"tak_{'0' * 20}.json").write_bytes(WHOLE.encode())
    assert [takedown.reason for takedown in takedowns_of(empty)] == [REASON], "whole it is one"
    (folder / f"tak_{'0' * 20}.json").write_bytes(content)
    with pytest.raises(BrokenStoreError, match="is no takedown that can be read: restore it"):
        takedowns_of(empty)
    with pytest.raises(BrokenStoreError):
        add_articles(empty, [NAMED])
    assert empty.versions() == ("v0000001",)
