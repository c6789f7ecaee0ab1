"""Backfilling with real Prefect and the toy extractor: month by month, interrupted, and after a change of the extractor."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName
from release_samples import toy_extraction
from stage_runs import with_toys

from flows.backfill import backfill
from flows.build_release import build_release
from schemas.months import Months
from schemas.settings import RunSettings
from tasks import stages
from tasks.extract import batch_work
from tasks.release import open_release
from tasks.store import Store
from tasks.verify import verify

SETTINGS = RunSettings(as_of=date(2025, 12, 31), check_language=False)
MAY_TO_JULY, MAY = Months(first="2025-05", last="2025-07"), Months(first="2025-05", last="2025-05")
ARTICLES = {
    "april": ("2025-04-30", "IND met CHN on 2025-04-29."),
    "may": ("2025-05-01", "USA warned IND on 2025-04-30."),
    "late may": ("2025-05-31", "KEN aided UGA on 2025-05-30."),
    "july": ("2025-07-31", "NOR met ISL on 2025-07-30."),
    "august": ("2025-08-01", "CHL warned PER on 2025-07-31."),
}


@pytest.fixture(autouse=True)
def _toys(monkeypatch):
    with_toys(monkeypatch)


@pytest.fixture
def source(tmp_path):
    """Writes some of the articles into a file."""

    def write(*names):
        path = tmp_path / f"{'-'.join(names)}.jsonl"
        records = [
            {
                "id": name,
                "title": f"News of {name}",
                "date": ARTICLES[name][0],
                "text": ARTICLES[name][1],
                "source": "W",
            }
            for name in names
        ]
        path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def root(tmp_path):
    return tmp_path / "store"


@pytest.fixture
def new_extractor(monkeypatch):
    """From the call on, another extractor is at work, one that finds no event; the texts that it reads."""

    def begin():
        read = []

        def extract(one, *, resources):
            del resources
            read.append(one.source_id)
            return replace(toy_extraction(one.text), events=())

        monkeypatch.setattr(batch_work, "extract", extract)
        monkeypatch.setattr(stages, "extractor_version", lambda *_, **__: "another")
        return read

    return begin


def told(summaries):
    """What matters of each month: read, passed over, extracted, waiting, version, published or not."""
    return [
        (one.read["accepted"], one.read["passed_over"], one.extracted, one.waiting, one.version, one.is_new)
        for one in summaries
    ]


def articles_of(root, version=None):
    return sorted(open_release(root, version)["articles"].collect()["source_id"])


def test_a_version_for_each_month_and_what_is_outside_is_passed_over(source, root):
    summaries = backfill(MAY_TO_JULY, [source(*ARTICLES)], root, SETTINGS)
    assert told(summaries) == [(2, 3, 2, 0, "v0000001", True), (1, 2, 1, 0, "v0000002", True)]
    assert articles_of(root, "v0000001") == ["late may", "may"]
    assert articles_of(root) == ["july", "late may", "may"]
    assert all(verify(Store(root), version).is_sound for version in Store(root).versions())
    with get_client(sync_client=True) as client:
        done = "backfill of 2025-05 to 2025-07: 3 articles extracted, the latest is v0000002"
        named = FlowRunFilter(name=FlowRunFilterName(any_=[done]))
        runs = client.read_flow_runs(flow_run_filter=named)
    assert [run.parameters["store"] for run in runs].count(str(root)) == 1


def test_a_backfill_that_was_stopped_after_its_first_month_goes_on_where_it_was(source, root):
    articles = source(*ARTICLES)
    build_release([articles], root, SETTINGS.model_copy(update={"months": MAY}))
    summaries = backfill(MAY_TO_JULY, [articles], root, SETTINGS)
    assert told(summaries) == [(0, 3, 0, 0, "v0000001", False), (1, 2, 1, 0, "v0000002", True)]
    assert articles_of(root) == ["july", "late may", "may"]


def test_nothing_to_do(source, root):
    assert backfill(MAY_TO_JULY, [source("april")], root, SETTINGS) == []
    assert Store(root).versions() == ()


def test_another_extractor_goes_month_by_month_and_publishes_when_nothing_waits(source, root, new_extractor):
    build_release([source("april", "may", "late may", "july")], root, SETTINGS)
    read = new_extractor()
    spring, summer = Months(first="2025-04", last="2025-05"), Months(first="2025-05", last="2025-12")
    assert told(backfill(spring, [], root, SETTINGS)) == [
        (0, 0, 1, 3, "v0000001", False),
        (0, 0, 2, 1, "v0000001", False),
    ]
    assert backfill(MAY, [], root, SETTINGS) == [], "nothing is repeated"
    assert told(backfill(summer, [], root, SETTINGS)) == [(0, 0, 1, 0, "v0000002", True)]
    assert read == ["april", "may", "late may", "july"]
    tables = [Store(root).manifest(version).counts["tables"] for version in ("v0000001", "v0000002")]
    assert [(counts["articles"], counts["events"]) for counts in tables] == [(4, 4), (4, 0)]


def test_what_arrives_while_others_wait_is_published_in_the_end(source, root, new_extractor):
    build_release([source("april", "july")], root, SETTINGS)
    read = new_extractor()
    spring = Months(first="2025-04", last="2025-05")
    assert told(backfill(spring, [source("may")], root, SETTINGS)) == [
        (0, 1, 1, 1, "v0000001", False),
        (1, 0, 1, 1, "v0000001", False),
    ]
    summaries = backfill(Months(first="2025-04", last="2025-07"), [source("may")], root, SETTINGS)
    assert (summaries[-1].is_new, summaries[-1].waiting) == (True, 0)
    assert articles_of(root) == ["april", "july", "may"]
    assert read == ["april", "may", "july"]
