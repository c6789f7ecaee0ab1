"""What a release changes against the one before it, for the release note."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

import pytest
from release_samples import add_articles, article
from store_samples import new_store

from tasks.report.artifacts import release_note
from tasks.report.release_changes import MovedPair, release_changes
from tasks.report.summary import Summary

MET, WARNED, AIDED = (f"IND {did} CHN on 2025-08-09." for did in ("met", "warned", "aided"))


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)
    return new_store(tmp_path / "store")


def latest_changes(store, *articles):
    add_articles(store, articles, run_id=f"run{len(store.versions())}")
    return release_changes(store, store.latest())


def at(day):
    return datetime(2025, 9, day, tzinfo=UTC)


def test_a_first_release_changes_nothing(store):
    assert latest_changes(store, article(MET)) is None


def test_events_come_change_and_go(store):
    latest_changes(store, article(MET, key="n1", updated_at=at(1)))
    added = latest_changes(store, article(f"{WARNED} {AIDED}", key="n2"))
    assert (added.since, added.added, added.revised, added.removed) == ("v0000001", 2, 0, 0)
    corrected = latest_changes(store, article(f"{AIDED} At last.", key="n1", updated_at=at(2)))
    assert (corrected.since, corrected.added, corrected.revised, corrected.removed) == ("v0000002", 1, 0, 1)


def test_the_pairs_that_moved_most_come_first(store):
    latest_changes(store, article(AIDED, key="n1"))
    found = latest_changes(
        store,
        article(f"{WARNED} Twice.", key="n2"),
        article(f"{WARNED} Again.", key="n3"),
        article(f"{WARNED} Thrice.", key="n5"),
        article("USA aided JPN on 2025-08-10.", key="n4"),
    )
    first, second = found.moved
    assert (first.month, first.actor, first.recipient, first.events) == ("2025-08", "IND", "CHN", 3)
    assert first.change < -second.change < 0
    assert first.before > 0 > first.after
    assert (second.actor, second.recipient, second.before) == ("USA", "JPN", None)
    assert second.change == second.after


def test_a_month_of_which_nothing_changed_is_not_read(store):
    latest_changes(store, article("USA aided JPN on 2025-05-10.", key="n1", day=date(2025, 5, 11)))
    found = latest_changes(store, article(WARNED, key="n2"))
    assert [(pair.month, pair.actor) for pair in found.moved] == [("2025-08", "IND")]


def test_without_the_version_before_there_is_nothing_to_say(store):
    latest_changes(store, article(MET, key="n1"))
    latest_changes(store, article(WARNED, key="n2"))
    orphan = store.latest().model_copy(update={"parent": "v0000009"})
    assert release_changes(store, orphan) is None


def test_the_note_tells_them_in_words(store):
    latest_changes(store, article(AIDED, key="n1"))
    changes = latest_changes(store, article(WARNED, key="n2"))
    note = release_note(summary(changes=changes, warnings=("x | <b>y</b>",)))
    assert "1 events added, 0 revised, 0 removed" in note
    assert "| 2025-08 | IND → CHN |" in note
    assert r"x \| \<b\>y\<\/b\>" in note


def test_a_pair_with_hostile_codes_is_inert():
    pair = MovedPair(
        month="2025-08", actor="<b>", recipient="|", events=-1, change=-2.5, before=1.0, after=None
    )
    changes = latest(moved=(pair,))
    assert r"\<b\> → \| | -2.5 | -1 | 1.0 | none |" in release_note(summary(changes=changes))


def latest(**changes):
    return {"since": "v0000002", "added": 0, "revised": 0, "removed": 0, **changes}


def summary(**changes):
    fields = {
        "version": "v0000003",
        "is_new": True,
        "folder": "store",
        "read": {"read": 1, "accepted": 1, "corrections": 0},
        "refused": {},
        "extracted": 1,
        "tables": {},
        "not_in_dyads": {},
        "data_digest": "ab",
    }
    return Summary(**fields, **changes)
