"""The drift of a source by day: what counts where, what the days before are, what is unusual; and whole runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
import pytest
from stage_runs import AS_OF, forget_article, keep_house, run_stages, with_toys

from schemas.quality_periods import SHARES, UNKNOWN_SOURCE, QualityPeriods
from tasks.quality_periods import quality_periods_of
from tasks.refusal_files import quarantine_folder, refusals_of_store
from tasks.release import open_release
from tasks.report.drift import drift_table
from tasks.store import Store
from tasks.verify import verify

TODAY = date(2025, 8, 29)
SCHEMAS = (
    {"article_id": pl.String, "source_name": pl.String, "published_date": pl.Date},
    {"article_id": pl.String, "event_id": pl.String},
    {"article_id": pl.String, "event_id": pl.String},
    {"article_id": pl.String, "code": pl.String},
    {"table": pl.String, "source_name": pl.String, "day": pl.Date},
)


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """An article, and how much was found in it."""

    back: int = 0
    source: str | None = "Wire"
    events: int = 1
    uncertain: int = 0
    resolved: int = 2
    unresolved: int = 0


@dataclass(frozen=True, kw_only=True)
class Refused:
    """An input, or a row of a table, so many days ago; None for a day that nobody knows."""

    back: int | None = 0
    source: str | None = "Wire"
    table: str | None = None


def ago(days):
    return TODAY - timedelta(days=days)


def tables_of(articles, refused=()):
    """The five tables in the order of `quality_periods_of`, as rows."""
    keyed = [(f"a{number}", one) for number, one in enumerate(articles)]
    return (
        [(key, one.source, ago(one.back)) for key, one in keyed],
        [(key, f"{key}-{number}") for key, one in keyed for number in range(one.events)],
        [(key, f"{key}-{number}") for key, one in keyed for number in range(one.uncertain)],
        [(key, code) for key, one in keyed for code in ["IND"] * one.resolved + [None] * one.unresolved],
        [(one.table, one.source, None if one.back is None else ago(one.back)) for one in refused],
    )


def quality_of(rows):
    frames = (
        pl.DataFrame(some, schema=schema, orient="row") for some, schema in zip(rows, SCHEMAS, strict=True)
    )
    found = quality_periods_of(*(frame.lazy() for frame in frames))
    QualityPeriods.validate(found)
    return found


def quality(articles, refused=()):
    return quality_of(tables_of(articles, refused))


def today(articles, refused=()):
    """The row of that day and source."""
    (row,) = quality(articles, refused).filter(source_name="Wire", day=TODAY).to_dicts()
    return row


# ------------------------------------------------------------------------------------------------- counts and shares


def test_a_day_in_numbers():
    articles = [
        Accepted(events=2, uncertain=1, resolved=3, unresolved=1),
        Accepted(events=1, resolved=1, unresolved=2),
        Accepted(events=0, uncertain=2, resolved=0),
    ]
    assert today(articles, [Refused()]) == {
        "source_name": "Wire",
        "day": TODAY,
        "articles": 3,
        "refused": 1,
        "without_events": 1,
        "events": 3,
        "uncertain": 3,
        "participants": 7,
        "unresolved": 3,
        "refused_share": 0.25,
        "refused_share_before": None,
        "none_share": 0.3333,
        "none_share_before": None,
        "uncertain_share": 0.5,
        "uncertain_share_before": None,
        "unresolved_share": 0.4286,
        "unresolved_share_before": None,
        "unusual": [],
        "silent_days": None,
    }


@pytest.mark.parametrize(
    ("articles", "refused", "shares"),
    [
        pytest.param([], [Refused()], (1.0, None, None, None), id="only something refused"),
        pytest.param(
            [Accepted(events=0, resolved=0)], [], (0.0, 1.0, None, None), id="an article that reports nothing"
        ),
        pytest.param(
            [Accepted(events=0, uncertain=1, resolved=0)], [], (0.0, 1.0, 1.0, None), id="only unsure of it"
        ),
        pytest.param([Accepted(resolved=0, unresolved=1)], [], (0.0, 0.0, 0.0, 1.0), id="of nobody known"),
    ],
)
def test_a_share_of_nothing_is_null(articles, refused, shares):
    row = today(articles, refused)
    assert tuple(row[f"{share}_share"] for share in SHARES) == shares


@pytest.mark.parametrize(
    ("refused", "number"),
    [
        pytest.param(Refused(), 1, id="an input"),
        pytest.param(Refused(table="articles"), 1, id="an article that breaks a rule"),
        pytest.param(Refused(table="events"), 0, id="a row of an article that was accepted"),
        pytest.param(Refused(source="Gazette"), 0, id="of another source"),
        pytest.param(Refused(back=1), 0, id="of another day"),
        pytest.param(Refused(back=None), 0, id="before days were kept"),
    ],
)
def test_what_counts_as_a_refused_article(refused, number):
    assert today([Accepted()], [refused])["refused"] == number


def test_a_day_has_a_row_for_each_source_with_something():
    found = quality(
        [Accepted(source="Wire", back=3), Accepted(source=None)],
        [Refused(source=None), Refused(source="Gazette", back=2), Refused(source="Desk", table="events")],
    )
    assert list(found.select("source_name", "day", "articles", "refused").iter_rows()) == [
        (UNKNOWN_SOURCE, TODAY, 1, 1),
        ("Gazette", ago(2), 0, 1),
        ("Wire", ago(3), 1, 0),
    ]


def test_a_store_without_anything():
    assert quality([]).is_empty()


# --------------------------------------------------------------------------------------------------- the days before


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param([Accepted(back=1, events=0)], 1.0, id="the day before"),
        pytest.param([Accepted(back=28, events=0)], 1.0, id="28 days before"),
        pytest.param([Accepted(back=29, events=0)], None, id="29 days before"),
        pytest.param([Accepted(back=0, events=0)], None, id="the day itself"),
        pytest.param([Accepted(back=-1, events=0)], None, id="the day after"),
        pytest.param([Accepted(back=1, events=0, source="Gazette")], None, id="another source"),
        pytest.param(
            [Accepted(back=1, events=0), *[Accepted(back=2)] * 3, Accepted(back=29, events=0)],
            0.25,
            id="pooled, not a mean of days",
        ),
    ],
)
def test_the_window_is_the_28_days_before(before, expected):
    assert today([Accepted(), *before])["none_share_before"] == expected


def test_every_share_has_its_window():
    row = today(
        [Accepted(), Accepted(back=1, events=1, uncertain=3, resolved=4, unresolved=1)],
        [Refused(back=28), Refused(back=29)],
    )
    assert [row[f"{share}_share_before"] for share in SHARES] == [0.5, 0.0, 0.75, 0.2]


# ----------------------------------------------------------------------------------------------------------- unusual


def of_share(share, part, whole, back=0):
    """Articles and refusals that give a share, and no other one anything unusual."""
    rest = whole - part
    if share == "refused":
        return [Accepted(back=back)] * rest, [Refused(back=back)] * part
    if share == "none":
        return [Accepted(back=back)] * rest + [Accepted(back=back, events=0)] * part, []
    if share == "uncertain":
        return [Accepted(back=back, events=rest, uncertain=part)], []
    return [Accepted(back=back, resolved=rest, unresolved=part)], []


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize(
    ("of_day", "of_window", "is_unusual"),
    [
        pytest.param((8, 36), (0, 36), False, id="three standard errors more"),
        pytest.param((9, 36), (0, 36), True, id="a little more than three"),
        pytest.param((28, 36), (36, 36), False, id="three standard errors less"),
        pytest.param((27, 36), (36, 36), True, id="a little more than three less"),
        pytest.param((19, 19), (0, 20), False, id="too little today"),
        pytest.param((20, 20), (0, 19), False, id="too little before"),
        pytest.param((20, 20), (0, 20), True, id="enough in both"),
        pytest.param((0, 40), (0, 40), False, id="nothing in both"),
        pytest.param((40, 40), (40, 40), False, id="everything in both"),
        pytest.param((20, 20), (0, 0), False, id="nothing before"),
        pytest.param((70, 400), (1000, 8000), False, id="many, about as before"),
        pytest.param((71, 400), (1000, 8000), True, id="many, a little more"),
    ],
)
def test_what_is_unusual(share, of_day, of_window, is_unusual):
    day, window = of_share(share, *of_day), of_share(share, *of_window, back=3)
    articles, refused = [*day[0], *window[0]], [*day[1], *window[1]]
    assert today(articles or [Accepted(events=0, resolved=0)], refused)["unusual"] == [share] * is_unusual


def test_unusual_shares_stand_in_their_order():
    good = [Accepted(back=1)] * 20
    bad = [Accepted(events=0, uncertain=1, resolved=0, unresolved=1)] * 20
    assert today([*good, *bad], [Refused()] * 20)["unusual"] == SHARES


# ----------------------------------------------------------------------------------------------------------- silence


@pytest.mark.parametrize(
    ("articles", "refused", "silent"),
    [
        pytest.param([0], [], [None], id="the first day"),
        pytest.param([1, 0], [], [None, 0], id="day by day"),
        pytest.param([40, 3, 0], [], [None, 36, 2], id="after silence"),
        pytest.param([10, 0], [4], [None, 5, 9], id="refused is not heard"),
        pytest.param([0], [4, 2], [None, None, None], id="only refused so far"),
    ],
)
def test_days_of_silence(articles, refused, silent):
    other = Accepted(source="Gazette", back=1)
    found = quality(
        [*(Accepted(back=back) for back in articles), other], [Refused(back=back) for back in refused]
    )
    assert found.filter(source_name="Wire")["silent_days"].to_list() == silent


# ---------------------------------------------------------------------------------------------------------- sameness


def test_the_order_of_rows_does_not_show():
    sources = ("Wire", "Gazette", None)
    articles = [
        Accepted(back=number * 7 % 60, source=sources[number % 3], events=number % 4, unresolved=number % 5)
        for number in range(300)
    ]
    rows = tables_of(articles, [Refused(back=number * 11 % 60) for number in range(40)])
    assert quality_of([some[::-1] for some in rows]).equals(quality_of(rows))


# -------------------------------------------------------------------------------------------------------- whole runs


@pytest.fixture
def store(tmp_path, monkeypatch):
    with_toys(monkeypatch)
    return Store(tmp_path / "store")


@pytest.fixture
def inbox(tmp_path):
    def write(name, *records):
        path = tmp_path / name
        lines = (one if isinstance(one, str) else json.dumps(one) for one in records)
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def record(key, day="2025-08-10", **changes):
    text = f"IND met CHN on 2025-08-09. That was number {key}."
    return {"id": key, "title": "Envoys", "date": day, "text": text, "source": "Wire", **changes}


def table(store, name="quality_periods"):
    return open_release(store.root)[name].collect()


def days(store, *columns):
    return list(table(store).select("source_name", pl.col("day").cast(pl.String), *columns).iter_rows())


def test_accepted_and_refused_in_a_release(store, inbox):
    run_stages(
        store,
        [
            inbox(
                "wire.jsonl",
                record("n1"),
                record("n2", text="Nothing happened."),
                record("n3", text="IND perhaps met CHN on 2025-08-09."),
                record("n4", text=""),
                record("n5", day=None),
                record("n6", day="2026-08-10", source=None),
                "{not json",
            )
        ],
    )
    assert days(store, "articles", "refused", "without_events", "uncertain", "participants") == [
        (UNKNOWN_SOURCE, str(AS_OF), 0, 2, 0, 0, 0),
        ("Wire", "2025-08-10", 3, 1, 2, 1, 2),
        ("Wire", str(AS_OF), 0, 1, 0, 0, 0),
    ]
    assert verify(store).problems == ()


def test_a_source_is_told_by_the_run_where_the_input_has_none(store, inbox):
    source = inbox(
        "wire.jsonl", record("n1", source=None), "{not json", record("n2", source="Gazette", text="")
    )
    run_stages(store, [source], default_source="Desk")
    assert days(store, "articles", "refused") == [
        ("Desk", "2025-08-10", 1, 0),
        ("Desk", str(AS_OF), 0, 1),
        ("Gazette", "2025-08-10", 0, 1),
    ]


def test_what_is_refused_again_is_kept_once_with_its_first_day(store, inbox):
    """A bad file that stays in an inbox."""
    bad = inbox("bad.jsonl", record("n1", day=None), record("n2", day="2026-08-10"), "{not json")
    first, second = date(2025, 12, 1), date(2025, 12, 2)
    run_stages(store, [bad, inbox("good.jsonl", record("n3"))], as_of=first)
    run_stages(store, [bad, inbox("later.jsonl", record("n4"))], as_of=second)
    (kept,) = quarantine_folder(store).iterdir()
    assert pl.read_parquet(kept).height == 3
    assert set(table(store, "quarantine")["day"]) == {first}


def test_what_is_refused_again_with_another_text_is_kept(store, inbox):
    path = inbox("bad.jsonl", record("n1", day=None))
    run_stages(store, [path], as_of=date(2025, 12, 1))
    inbox("bad.jsonl", record("n1", day=None, text="The same headline with other words."))
    run_stages(store, [path], as_of=date(2025, 12, 2))
    assert len(list(quarantine_folder(store).iterdir())) == 2
    (shown,) = refusals_of_store(store).to_dicts()
    assert (shown["day"], "number n1" in shown["record"]) == (date(2025, 12, 1), True)


def test_the_table_does_not_depend_on_the_runs(store, inbox, tmp_path):
    """One run over everything, or several, backwards and with what is known among what comes."""
    parts = [
        inbox("one.jsonl", record("n1"), record("n2", text=""), record("n3", text="Nothing happened.")),
        inbox("two.jsonl", record("n4", day="2025-08-12"), record("n5", source="Gazette"), "{not json"),
        inbox("three.jsonl", record("n6", day="2025-07-20"), record("n7", day=None)),
    ]
    run_stages(store, parts)
    other = Store(tmp_path / "other")
    for part in ([parts[2]], parts[1:], parts):
        run_stages(other, part)
    assert table(other).equals(table(store))
    assert len(other.versions()) == 3


def test_what_was_refused_is_not_in_the_data_digest(store, inbox, tmp_path):
    good = inbox("good.jsonl", record("n1"))
    run_stages(store, [good, inbox("bad.jsonl", record("n2", text=""))])
    other = Store(tmp_path / "other")
    run_stages(other, [good])
    assert not table(other).equals(table(store))
    assert other.latest().data_digest == store.latest().data_digest


def test_what_is_forgotten_does_not_count(store, inbox, tmp_path):
    """Neither as an article, nor as an input that was refused with its text; in no version after a purge."""
    gone, stays = record("n1", source="Gazette"), [record("n2"), record("n3", text="")]
    refused = {**gone, "date": None}
    run_stages(store, [inbox("all.jsonl", gone, *stays), inbox("undated.jsonl", refused)])
    never = Store(tmp_path / "never")
    run_stages(never, [inbox("all.jsonl", *stays)])
    article = table(store, "articles").filter(source_id="n1")["article_id"].item()
    forget_article(store, article)
    run_stages(store)
    assert days(store, "articles", "refused") == days(never, "articles", "refused")
    keep_house(store, with_purge=True)
    for version in store.versions():
        assert open_release(store.root, version)["quality_periods"].collect().equals(table(never))
        assert verify(store, version).problems == ()


# --------------------------------------------------------------------------------------------------------- in the UI


def test_the_last_week_is_shown_with_what_is_unusual_first(store, tmp_path):
    steady = [
        wired(day, "Wire", f"{WARNED} On day {day}, item {n}.") for day in range(1, 30) for n in range(3)
    ]
    dull = [wired(28, "Gazette", f"Nothing at all, {n}.") for n in range(25)]
    before = [wired(day, "Gazette", f"{WARNED} By {day}.") for day in range(1, 26)]
    manifest = published(store, tmp_path, [*steady, *dull, *before])
    table = drift_table(store, manifest)
    assert (table[0]["source"], table[0]["day"], table[0]["unusual"]) == (
        "Gazette",
        "2025-08-28",
        "without events",
    )
    assert table[0]["without events"] == "100% (was 0%)"
    assert table[0]["unsure events"] == "–"
    assert [(row["source"], row["day"]) for row in table[1:3]] == [
        ("Wire", "2025-08-29"),
        ("Wire", "2025-08-28"),
    ]
    assert min(row["day"] for row in table) == "2025-08-23"
    assert len(drift_table(store, manifest, limit=2)) == 2


def test_what_was_refused_today_does_not_hide_the_last_week(store, tmp_path):
    """Without a date it counts for the day of the run, which may be long after the last article."""
    undated = {"id": "n1", "source": "Wire", "text": "Nobody knows when."}
    manifest = published(store, tmp_path, [wired(1, "Wire", WARNED), undated])
    shown = [(row["day"], row["articles"], row["refused"]) for row in drift_table(store, manifest)]
    assert sorted(shown) == [("2025-08-01", 1, "0%"), (AS_OF.isoformat(), 0, "100%")]


def test_a_hostile_source_name_is_inert_in_the_table(store, tmp_path):
    manifest = published(store, tmp_path, [wired(1, "\x1b[31mWire\u202e", WARNED)])
    assert [row["source"] for row in drift_table(store, manifest)] == [r"\\u001b\[31mWire\\u202e"]


WARNED = "IND warned CHN on 2025-08-01."


def wired(day, source, text):
    return {"id": f"{source}{text}", "source": source, "date": f"2025-08-{day:02}", "text": text}


def published(store, folder, records):
    (folder / "in.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return run_stages(store, [folder / "in.jsonl"], as_of=AS_OF).manifest
