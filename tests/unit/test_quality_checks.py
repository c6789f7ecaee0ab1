"""Quality checks: what they count, how they are judged, and what a run makes of them."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError
from release_samples import article
from stage_runs import run_stages, with_toys
from store_samples import new_store

from schemas.quality import CHECKS, LEAST_ROWS, UNBOUNDED, Bounds
from schemas.settings import RunSettings
from tasks.quality import (
    Measure,
    QualityError,
    RefusedToPublishError,
    added,
    counts_of,
    in_words,
    judged,
    require_quality,
)
from tasks.report.artifacts import quality_table
from tasks.stages import TooManyRefusedError, bounds_of_accepted

WARNED = "IND warned CHN on 2025-08-09."
MAYBE = "IND perhaps warned CHN on 2025-08-09."


@pytest.fixture
def store(tmp_path, monkeypatch):
    with_toys(monkeypatch)
    return new_store(tmp_path / "store")


def finding(counted, among, *, check="events_sure", latest=None, **bounds):
    return judged(
        {check: Measure(counted=counted, among=among)},
        {check: Bounds(**bounds)} if bounds else {},
        latest=latest,
    )[0]


# ------------------------------------------------------------------------------------------------------------ judging


@pytest.mark.parametrize(
    ("counted", "among", "bounds", "verdict"),
    [
        (50, 100, {}, "fine"),
        (50, 100, {"minimum": 0.5}, "fine"),
        (49, 100, {"minimum": 0.5}, "too low"),
        (50, 100, {"maximum": 0.5}, "fine"),
        (51, 100, {"maximum": 0.5}, "high"),
        (0, LEAST_ROWS, {"minimum": 0.5}, "too low"),
        (0, LEAST_ROWS - 1, {"minimum": 0.5}, "too few rows"),
        (0, 0, {"minimum": 0.5}, "too few rows"),
    ],
)
def test_a_check_stands_between_its_bounds(counted, among, bounds, verdict):
    assert finding(counted, among, **bounds).verdict == verdict


def test_what_is_too_low_publishes_nothing_and_says_by_how_much():
    findings = [finding(1, 40, minimum=0.5), finding(30, 40, minimum=0.5)]
    with pytest.raises(QualityError) as caught:
        require_quality(findings)
    assert str(caught.value) == (
        "the quality check events_sure is 2.5% (1 of 40 events of this run) and should be 50% at least: nothing was "
        "published"
    )
    require_quality([finding(40, 40, maximum=0.5), findings[1]])


def test_what_is_high_is_said():
    assert in_words(finding(600, 30, check="events_per_article")) == (
        "the quality check events_per_article is 20 (600 for 30 articles of this run) and should be 15 at most"
    )


def test_both_are_refusals_to_publish():
    reason = "9 of 10 were refused"
    for error in (QualityError(reason), TooManyRefusedError(reason, "", finding(1, 10))):
        assert isinstance(error, RefusedToPublishError)
        assert str(error) == f"{reason}: nothing was published"
    assert str(QualityError(reason, "Mend them.")).endswith(": nothing was published. Mend them.")


@pytest.mark.parametrize("bounds", [{"minimum": 0.5, "maximum": 0.4}, {"minimum": -1}, {"least": 1}])
def test_bounds_that_make_no_sense_are_refused(bounds):
    with pytest.raises(ValidationError):
        Bounds(**bounds)


def test_only_shares_have_failures():
    assert finding(30, 40).failures == 10
    assert finding(30, 40, check="events_per_article").failures is None


def test_measures_of_parts_add_up():
    parts = [{"events_sure": Measure(counted=1, among=2)}, {"events_sure": Measure(counted=3, among=8)}, {}]
    assert added(parts) == {"events_sure": Measure(counted=4, among=10)}


# ------------------------------------------------------------------------------------------------------- in real runs


def test_a_run_counts_what_it_made_anew(store):
    first = [article(f"{WARNED} {MAYBE} Day {day}.", key=f"n{day}") for day in range(3)]
    manifest = published(store, [*first, article("Nothing happened.", key="n9")])
    assert measured(manifest) == {
        "articles_accepted": (4, 4),
        "rows_valid": (rows(manifest), rows(manifest)),
        "articles_with_events": (3, 4),
        "events_per_article": (3, 4),
        "events_sure": (3, 6),
        "participants_with_side": (6, 6),
    }
    second = published(store, [article(f"{WARNED} Later.", key="n10")])
    assert measured(second)["articles_with_events"] == (1, 1)
    assert measured(second)["articles_accepted"] == (1, 1)


def test_the_next_run_is_held_against_it(store):
    before = published(store, [article(f"{WARNED} {MAYBE}", key="n1")])
    now = finding(30, 40, latest=before)
    assert now.before == 0.5
    row = quality_table([now])[0]
    assert (row["result"], row["last release"], row["change"]) == ("75%", "50%", "+25.0 points")
    assert finding(30, 40).before is None


@pytest.mark.parametrize(
    ("one", "shown"),
    [
        pytest.param(
            finding(30, 40, minimum=0.2),
            {"result": "75%", "allowed": "20% or more", "failures": "10", "out of": "40 events"},
            id="a share",
        ),
        pytest.param(
            finding(30, 40, minimum=0.2, maximum=0.995),
            {"allowed": "20% or more, 99.5% or less"},
            id="both bounds",
        ),
        pytest.param(
            finding(90, 40, check="events_per_article"),
            {"result": "2.25", "allowed": "15 or less", "failures": "–", "out of": "40 articles"},
            id="no share",
        ),
        pytest.param(
            finding(0, 0, check="events_sure"),
            {"result": "none", "verdict": "too few rows", "last release": "none", "change": "–"},
            id="nothing to look at",
        ),
        pytest.param(
            judged({"events_sure": Measure(counted=1, among=2)}, {"events_sure": UNBOUNDED}, latest=None)[0],
            {"allowed": "anything"},
            id="no bounds",
        ),
    ],
)
def test_a_finding_is_shown_in_units_that_people_read(one, shown):
    row = quality_table([one])[0]
    assert {name: row[name] for name in shown} == shown


def test_a_table_of_findings_names_every_check():
    measures = {check: Measure(counted=1, among=30) for check in CHECKS}
    table = quality_table(judged(measures, {}, latest=None))
    assert [row["check"] for row in table] == list(CHECKS)
    assert all(cell for row in table for cell in row.values()), "an empty cell looks like a fault"
    assert json.loads(json.dumps(table)) == table


def test_counts_of_findings_are_integers():
    counts = counts_of([finding(30, 40)])
    assert counts == {"quality_counted": {"events_sure": 30}, "quality_among": {"events_sure": 40}}


def published(store, articles):
    run = f"run{len(store.versions())}"
    folder = store.root.parent / run
    folder.mkdir()
    lines = [
        json.dumps(
            {
                "id": one.source_id,
                "text": one.text,
                "date": one.published_date.isoformat(),
                "title": one.title,
            }
        )
        for one in articles
    ]
    (folder / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return run_stages(store, [folder], run_id=run).manifest


def measured(manifest):
    among = manifest.counts["quality_among"]
    return {check: (counted, among[check]) for check, counted in manifest.counts["quality_counted"].items()}


def rows(manifest):
    of_articles = {"articles", "appearances", "mentions", "events", "participants", "evidence", "dates"}
    of_articles |= {"quotes", "amounts", "uncertain_events"}
    return sum(number for name, number in manifest.counts["tables"].items() if name in of_articles)


def test_a_bound_of_a_share_is_a_share():
    with pytest.raises(
        ValidationError, match="articles_with_events is a share, from 0 to 1, and cannot be 20"
    ):
        RunSettings(bounds={"articles_with_events": Bounds(minimum=20)})
    assert RunSettings(bounds={"events_per_article": Bounds(maximum=20)})


@pytest.mark.parametrize(
    ("read", "refused", "least_refused", "minimum"),
    [
        pytest.param(30, 0, 5, 0.8, id="none refused"),
        pytest.param(30, 6, 5, 0.8, id="as many as may be"),
        pytest.param(0, 0, 5, 0.8, id="nothing came"),
        pytest.param(8, 4, 5, None, id="too few refused to count"),
    ],
)
def test_the_share_that_must_be_accepted_is_said_unless_it_does_not_count(
    read, refused, least_refused, minimum
):
    settings = RunSettings(max_refused_share=0.2, min_refused=least_refused)
    assert bounds_of_accepted(settings, read=read, refused=refused).minimum == minimum
