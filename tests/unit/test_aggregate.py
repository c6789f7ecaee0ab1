from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from fractions import Fraction
from itertools import permutations, product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.columns import QUAD_COLUMNS, TYPE_COLUMNS
from schemas.plover import CONTEXTS, EVENT_TYPES, STATUSES
from schemas.tables import TABLES
from tasks.aggregate import (
    actors_of,
    context_periods_of,
    country_periods_of,
    directed_pairs,
    dyads_of,
    left_out,
    placed,
)

PUBLISHED = date(2025, 8, 15)
ACTOR, RECIPIENT = "actor", "recipient"
STARTS = {"day": {}, "month": {"day": 1}, "year": {"day": 1, "month": 1}}
"""What makes a day the first one of its precision."""
EVENT_SCHEMA = {
    "article_id": pl.String,
    "story_id": pl.String,
    "event_id": pl.String,
    "event_type": pl.String,
    "quad_class": pl.String,
    "score": pl.Float64,
    "contexts": pl.List(pl.String),
    "status": pl.String,
    "event_date": pl.Date,
    "date_precision": pl.String,
}
PARTICIPANT_SCHEMA = {"event_id": pl.String, "role": pl.String, "code": pl.String}
ARTICLE_SCHEMA = {"article_id": pl.String, "published_date": pl.Date}


def event(
    *sides,
    key="e1",
    kind="CONSULT",
    status="actual",
    day=PUBLISHED,
    precision="day",
    article="a1",
    story=None,
    published=PUBLISHED,
    score=None,
    contexts=("diplomatic",),
):
    """An event as a dict with its sides, (role, code) each, and its article's day; a story for each article."""
    return {
        "article_id": article,
        "story_id": story or f"story of {article}",
        "event_id": key,
        "event_type": kind,
        "quad_class": EVENT_TYPES[kind].quad_class,
        "score": float(EVENT_TYPES[kind].score if score is None else score),
        "contexts": list(contexts),
        "status": status,
        "event_date": day,
        "date_precision": precision,
        "published_date": published,
        "sides": sides or ((ACTOR, "IND"), (RECIPIENT, "CHN")),
    }


def frames(events):
    articles = {one["article_id"]: one["published_date"] for one in events}
    return (
        placed(
            pl.DataFrame([{name: one[name] for name in EVENT_SCHEMA} for one in events], schema=EVENT_SCHEMA),
            pl.DataFrame(list(articles.items()), schema=ARTICLE_SCHEMA, orient="row"),
        ),
        pl.DataFrame(
            [(one["event_id"], role, code) for one in events for role, code in one["sides"]],
            schema=PARTICIPANT_SCHEMA,
            orient="row",
        ),
    )


def dyads(*events):
    return dyads_of(*frames(events))


def country_periods(*events):
    return country_periods_of(*frames(events))


def context_periods(*events):
    placed_events, _ = frames(events)
    return context_periods_of(placed_events)


def cells(rows, *columns):
    """The key of each row as strings, and some of its numbers."""
    return [tuple(str(row[name]) for name in columns) for row in rows.to_dicts()]


# -------------------------------------------------------------------------------------------------- where events count


def where(**changes):
    events, _ = frames([event(**changes)])
    return [(row["counts_as"], row["grain"], row["period"].isoformat()) for row in events.to_dicts()]


def fresh(day, month):
    return [("fresh", "day", day), ("fresh", "month", month)]


def apart(counts_as):
    return [(counts_as, "day", "2025-08-15"), (counts_as, "month", "2025-08-01")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"day": date(2025, 8, 15)}, fresh("2025-08-15", "2025-08-01"), id="the same day"),
        pytest.param({"day": date(2025, 8, 8)}, fresh("2025-08-08", "2025-08-01"), id="seven days before"),
        pytest.param({"day": date(2025, 8, 7)}, apart("recalled"), id="eight days before"),
        pytest.param({"day": date(2025, 8, 16)}, apart("recalled"), id="said to have happened tomorrow"),
        pytest.param(
            {"day": date(2025, 7, 28), "published": date(2025, 8, 4)},
            fresh("2025-07-28", "2025-07-01"),
            id="seven days before, in the month before",
        ),
        pytest.param(
            {"day": date(2024, 12, 31), "published": date(2025, 1, 1)},
            fresh("2024-12-31", "2024-12-01"),
            id="the year before",
        ),
        pytest.param(
            {"day": date(2025, 8, 1), "precision": "month"},
            [("fresh", "month", "2025-08-01")],
            id="this month",
        ),
        pytest.param(
            {"day": date(2025, 7, 1), "precision": "month"},
            [("fresh", "month", "2025-07-01")],
            id="last month",
        ),
        pytest.param(
            {"day": date(2025, 6, 1), "precision": "month"}, apart("recalled"), id="two months before"
        ),
        pytest.param(
            {"day": date(2025, 9, 1), "precision": "month"},
            apart("recalled"),
            id="said to have happened next month",
        ),
        pytest.param(
            {"day": date(2024, 8, 1), "precision": "month"}, apart("recalled"), id="this month last year"
        ),
        pytest.param(
            {"day": date(2024, 12, 1), "precision": "month", "published": date(2025, 1, 31)},
            [("fresh", "month", "2024-12-01")],
            id="December read in January",
        ),
        pytest.param(
            {"day": date(2024, 11, 1), "precision": "month", "published": date(2025, 1, 1)},
            [("recalled", "day", "2025-01-01"), ("recalled", "month", "2025-01-01")],
            id="November read in January",
        ),
        pytest.param({"day": date(2025, 1, 1), "precision": "year"}, apart("recalled"), id="this year"),
        pytest.param(
            {"day": date(2025, 1, 1), "precision": "year", "published": date(2025, 1, 2)},
            [("recalled", "day", "2025-01-02"), ("recalled", "month", "2025-01-01")],
            id="this year, on its second day",
        ),
        pytest.param({"status": "planned", "day": date(2025, 9, 1)}, apart("planned"), id="planned"),
        pytest.param({"status": "planned"}, apart("planned"), id="planned for today"),
        pytest.param(
            {"status": "hypothetical", "precision": "month"}, apart("hypothetical"), id="hypothetical"
        ),
        pytest.param({"status": "negated", "day": date(2020, 1, 1)}, apart("negated"), id="negated"),
    ],
)
def test_where_an_event_counts(changes, expected):
    assert where(**changes) == expected


@pytest.mark.parametrize("published", [date(2025, 3, 1), date(2025, 3, 31)], ids=str)
def test_no_event_reaches_further_back_than_the_month_before(published):
    """A rebuilt month rebuilds its own period and the one before; this is why that is enough."""
    kinds = product(range(-400, 400, 3), ("day", "month", "year"), STATUSES)
    events = [
        event(
            key=f"e{number}",
            day=(published - timedelta(days=days)).replace(**STARTS[precision]),
            precision=precision,
            status=status,
            published=published,
        )
        for number, (days, precision, status) in enumerate(kinds)
    ]
    found, _ = frames(events)
    assert set(found["period"].dt.truncate("1mo")) == {date(2025, 2, 1), date(2025, 3, 1)}
    assert set(found["event_id"]) == {one["event_id"] for one in events}


# ------------------------------------------------------------------------------------------------------- the expansion

INDIA, CHINA, USA, UN = "IND", "CHN", "USA", "IGO:UN"


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        pytest.param([(ACTOR, INDIA), (RECIPIENT, CHINA)], [(INDIA, CHINA)], id="directed"),
        pytest.param([(ACTOR, INDIA), (ACTOR, CHINA)], [(CHINA, INDIA), (INDIA, CHINA)], id="reciprocal"),
        pytest.param(
            [(ACTOR, INDIA), (ACTOR, CHINA), (RECIPIENT, USA)],
            [(CHINA, USA), (INDIA, USA)],
            id="two actors: not with each other",
        ),
        pytest.param(
            [(ACTOR, INDIA), (RECIPIENT, CHINA), (RECIPIENT, USA)],
            [(INDIA, CHINA), (INDIA, USA)],
            id="two recipients",
        ),
        pytest.param(
            [(ACTOR, code) for code in (INDIA, CHINA, USA)],
            sorted(permutations((INDIA, CHINA, USA), 2)),
            id="three sides meet",
        ),
        pytest.param([(ACTOR, INDIA)], [], id="one side"),
        pytest.param([(RECIPIENT, INDIA)], [], id="a recipient alone"),
        pytest.param([(ACTOR, INDIA), (RECIPIENT, INDIA)], [], id="one country on both sides"),
        pytest.param([(ACTOR, INDIA), (ACTOR, INDIA)], [], id="two ministers of one country meet"),
        pytest.param(
            [(ACTOR, INDIA), (RECIPIENT, INDIA), (RECIPIENT, CHINA)], [(INDIA, CHINA)], id="also at home"
        ),
        pytest.param(
            [(ACTOR, INDIA), (ACTOR, INDIA), (RECIPIENT, CHINA)],
            [(INDIA, CHINA)],
            id="two actors of one country",
        ),
        pytest.param([(ACTOR, UN), (RECIPIENT, INDIA)], [(UN, INDIA)], id="intergovernmental body"),
        pytest.param([(ACTOR, INDIA), (RECIPIENT, None)], [], id="a recipient of no country: not reciprocal"),
        pytest.param(
            [(ACTOR, INDIA), (ACTOR, CHINA), (RECIPIENT, None)],
            [],
            id="two actors, a recipient of no country",
        ),
        pytest.param([(ACTOR, None), (RECIPIENT, CHINA)], [], id="an actor of no country"),
        pytest.param(
            [(ACTOR, INDIA), (ACTOR, CHINA), (ACTOR, None)],
            [(CHINA, INDIA), (INDIA, CHINA)],
            id="a guest of no country",
        ),
    ],
)
def test_the_pairs_of_an_event(sides, expected):
    _, participants = frames([event(*sides)])
    assert list(directed_pairs(participants).drop("event_id").iter_rows()) == expected


def test_an_event_counts_once_in_each_of_its_pairs():
    rows = dyads(event((ACTOR, INDIA), (ACTOR, CHINA), kind="CONSULT"))
    assert cells(rows, "grain", "actor_code", "recipient_code", "events", "consult", "mean_score") == [
        (grain, *pair, "1", "1", "2.5")
        for grain in ("day", "month")
        for pair in ((CHINA, INDIA), (INDIA, CHINA))
    ]


def test_a_side_counts_an_event_once_whatever_its_roles():
    rows = country_periods(event((ACTOR, INDIA), (ACTOR, INDIA), (RECIPIENT, INDIA), (RECIPIENT, UN)))
    assert cells(rows.filter(grain="month"), "code", "events", "as_actor", "as_recipient") == [
        (UN, "1", "0", "1"),
        (INDIA, "1", "1", "1"),
    ]


def test_what_a_side_does_alone_is_in_its_periods_and_in_no_dyad():
    alone = event((ACTOR, INDIA), kind="MOBILIZE")
    assert dyads(alone).is_empty()
    assert cells(country_periods(alone), "grain", "code", "events", "mobilize") == [
        ("day", INDIA, "1", "1"),
        ("month", INDIA, "1", "1"),
    ]


def test_an_event_counts_once_in_each_of_its_contexts():
    rows = context_periods(
        event(key="e1", contexts=["diplomatic", "economic"]),
        event((ACTOR, None), key="e2", contexts=["economic"], kind="AID", article="a2"),
        event(key="e3", contexts=["economic"], status="planned"),
        event(key="e4", contexts=[]),
    )
    assert cells(rows.filter(grain="month"), "context", "events", "articles", "mean_score", "planned") == [
        ("diplomatic", "1", "1", "2.5", "0"),
        ("economic", "2", "2", "6.25", "1"),
    ]


def test_events_that_are_not_fresh_enter_no_score():
    rows = dyads(
        event(key="e1", kind="AID"),
        event(key="e2", kind="ASSAULT", status="planned"),
        event(key="e3", kind="ASSAULT", status="negated"),
        event(key="e4", kind="ASSAULT", status="hypothetical"),
        event(key="e5", kind="ASSAULT", day=date(2020, 1, 1)),
    )
    (row,) = rows.filter(grain="month").to_dicts()
    assert (row["events"], row["mean_score"], row["aid"], row["assault"], row["material_conflict"]) == (
        1,
        10,
        1,
        0,
        0,
    )
    assert (row["planned"], row["negated"], row["hypothetical"], row["recalled"]) == (1, 1, 1, 1)


def test_a_pair_with_nothing_fresh_has_no_score():
    rows = dyads(event(status="planned"))
    (row,) = rows.filter(grain="month").to_dicts()
    assert (row["events"], row["articles"], row["stories"], row["mean_score"]) == (0, 0, 0, None)
    assert row["planned"] == 1
    TABLES["dyads"].validate(rows, lazy=True)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        pytest.param([2.5, 2.5, 3.5], 2.8333, id="thirds"),
        pytest.param([2.5, -2.5], 0.0, id="nothing in sum"),
        pytest.param([-3.5, -3.5, -3], -3.3333, id="below zero"),
        pytest.param([10] * 6 + [-10], 7.1429, id="sevenths"),
    ],
)
def test_a_mean_score_is_rounded(scores, expected):
    events = [event(key=f"e{n}", score=score) for n, score in enumerate(scores)]
    assert dyads(*events).filter(grain="month")["mean_score"].to_list() == [expected]
    assert dyads(*events[::-1]).equals(dyads(*events))


def test_articles_are_counted_once():
    rows = dyads(
        event(key="e1"),
        event(key="e2"),
        event(key="e3", article="a2"),
        event(key="e4", article="a3", status="planned"),
    )
    (row,) = rows.filter(grain="month").to_dicts()
    assert (row["events"], row["articles"], row["planned"]) == (3, 2, 1)


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        pytest.param([], (1, 1, 1), id="an original alone"),
        pytest.param([{"article": "a2", "story": "s1"}], (2, 2, 1), id="and its copy"),
        pytest.param([{"article": "a2", "story": "s2"}], (2, 2, 2), id="told by two hands"),
        pytest.param([{"article": "a1", "story": "s1"}], (2, 1, 1), id="twice in one article"),
        pytest.param(
            [
                {"article": "a2", "story": "s1"},
                {"article": "a3", "story": "s2"},
                {"article": "a4", "story": "s2"},
            ],
            (4, 4, 2),
            id="two stories and their copies",
        ),
        pytest.param(
            [{"article": "a2", "story": "s2", "status": "planned"}], (1, 1, 1), id="only what is fresh"
        ),
        pytest.param(
            [{"article": "a2", "story": "s1", "day": date(2025, 1, 1)}], (1, 1, 1), id="a copy that recalls"
        ),
    ],
)
def test_copies_of_one_story_count_once_among_the_stories(others, expected):
    events = [
        event(key=f"e{n}", **changes) for n, changes in enumerate([{"article": "a1", "story": "s1"}, *others])
    ]
    for rows in (dyads(*events), country_periods(*events).filter(code=INDIA), context_periods(*events)):
        (row,) = rows.filter(grain="month").to_dicts()
        assert (row["events"], row["articles"], row["stories"]) == expected


def test_a_story_that_is_told_on_two_days_counts_in_the_month_once():
    """What each of two copies dates to its own day."""
    rows = dyads(
        event(key="e1", article="a1", story="s1", day=date(2025, 8, 14)),
        event(key="e2", article="a2", story="s1", day=date(2025, 8, 15)),
    )
    assert cells(rows, "grain", "period", "articles", "stories") == [
        ("day", "2025-08-14", "1", "1"),
        ("day", "2025-08-15", "1", "1"),
        ("month", "2025-08-01", "2", "1"),
    ]


def test_no_events_no_rows():
    for name, rows in (
        ("dyads", dyads()),
        ("country_periods", country_periods()),
        ("context_periods", context_periods()),
        ("context_periods", context_periods(event(contexts=[]))),
    ):
        assert rows.is_empty()
        TABLES[name].validate(rows, lazy=True)


# ------------------------------------------------------------------------------------------------------ what is left out


def test_what_the_dyads_leave_out_by_the_first_reason_that_fits():
    events = [
        event(key="e1"),
        event(key="e2", precision="month", day=date(2025, 8, 1)),
        event((ACTOR, INDIA), key="e3"),
        event((ACTOR, INDIA), (RECIPIENT, None), key="e4"),
        event((ACTOR, INDIA), (ACTOR, CHINA), (RECIPIENT, None), key="e9"),
        event((ACTOR, INDIA), key="e5", status="planned"),
        event(key="e6", status="planned"),
        event(key="e7", status="negated"),
        event(key="e8", day=date(2025, 1, 1)),
    ]
    assert left_out(*frames(events)) == {
        "fewer_than_two_codes": 2,
        "negated": 1,
        "no_opposite_codes": 1,
        "planned": 2,
        "recalled": 1,
    }
    assert left_out(*frames([])) == {}


# ------------------------------------------------------------------------------------------------ against plain Python

SIDES = st.lists(
    st.tuples(st.sampled_from([ACTOR, ACTOR, RECIPIENT]), st.sampled_from([INDIA, CHINA, USA, UN, None])),
    min_size=1,
    max_size=4,
)


@st.composite
def some_events(draw):
    articles = [date(2025, 8, 3), date(2025, 8, 31), date(2025, 9, 1)]
    stories = [draw(st.integers(0, which)) for which in range(len(articles))]
    found = []
    for number in range(draw(st.integers(0, 10))):
        which = draw(st.integers(0, len(articles) - 1))
        precision = draw(st.sampled_from(["day", "day", "month", "year"]))
        day = articles[which] - timedelta(days=draw(st.sampled_from([-1, 0, 1, 3, 7, 8, 40, 300])))
        found.append(
            event(
                *draw(SIDES),
                key=f"e{number}",
                kind=draw(st.sampled_from(sorted(EVENT_TYPES))),
                status=draw(st.sampled_from(["actual", "actual", *STATUSES])),
                day=day.replace(**STARTS[precision]),
                precision=precision,
                article=f"a{which}",
                story=f"s{stories[which]}",
                published=articles[which],
                contexts=draw(st.lists(st.sampled_from(sorted(CONTEXTS)[:4]), unique=True, max_size=3)),
            )
        )
    return found


def naive_placing(one):
    """What an event counts as, and the grains and periods of it."""
    published, day = one["published_date"], one["event_date"]
    counts_as = one["status"]
    if counts_as == "actual":
        is_near = one["date_precision"] == "day" and timedelta(0) <= published - day <= timedelta(days=7)
        month_before = (published.replace(day=1) - timedelta(days=1)).replace(day=1)
        is_month = one["date_precision"] == "month" and day in {published.replace(day=1), month_before}
        counts_as = "fresh" if is_near or is_month else "recalled"
    on = day if counts_as == "fresh" else published
    grains = [("month", on.replace(day=1))]
    if counts_as != "fresh" or one["date_precision"] == "day":
        grains.append(("day", on))
    return counts_as, grains


def naive_pairs(one):
    actors = {code for role, code in one["sides"] if role == ACTOR and code}
    recipients = {code for role, code in one["sides"] if role == RECIPIENT and code}
    is_reciprocal = all(role == ACTOR for role, _ in one["sides"])
    others = actors if is_reciprocal else recipients
    return {(a, b) for a in actors for b in others if a != b}


def naive_counts(events, keys_of):
    """Counts by (grain, period, key), an event counting once in each of its keys."""
    table = defaultdict(Counter)
    scores, articles, stories = defaultdict(list), defaultdict(set), defaultdict(set)
    for one in events:
        counts_as, grains = naive_placing(one)
        for cell in ((grain, period, key) for grain, period in grains for key in keys_of(one)):
            if counts_as == "fresh":
                scores[cell].append(Fraction(one["score"]))
                articles[cell].add(one["article_id"])
                stories[cell].add(one["story_id"])
                table[cell].update(["events", one["quad_class"], one["event_type"].lower()])
            else:
                table[cell][counts_as] += 1
    return {
        cell: (
            {name: counts[name] for name in COUNTED},
            len(articles[cell]),
            len(stories[cell]),
            float(sum(scores[cell]) / len(scores[cell])) if scores[cell] else None,
        )
        for cell, counts in table.items()
    }


COUNTED = ["events", *QUAD_COLUMNS, *TYPE_COLUMNS, "recalled", "planned", "hypothetical", "negated"]


def found_counts(rows, key):
    return {
        (row["grain"], row["period"], key(row)): (
            {name: row[name] for name in COUNTED},
            row["articles"],
            row["stories"],
            row["mean_score"] if row["mean_score"] is None else pytest.approx(row["mean_score"], abs=5.1e-5),
        )
        for row in rows.to_dicts()
    }


@settings(max_examples=30, deadline=None)
@given(events=some_events())
def test_dyads_are_sums_over_the_expansion(events):
    rows = dyads(*events)
    TABLES["dyads"].validate(rows, lazy=True)
    found = found_counts(rows, lambda row: (row["actor_code"], row["recipient_code"]))
    assert found == naive_counts(events, naive_pairs)


@settings(max_examples=30, deadline=None)
@given(events=some_events())
def test_country_periods_are_sums_over_the_sides(events):
    rows = country_periods(*events)
    TABLES["country_periods"].validate(rows, lazy=True)

    def sides(one):
        return {code for _, code in one["sides"] if code}

    def in_role(role):
        table = Counter()
        for one in events:
            counts_as, grains = naive_placing(one)
            codes = (
                {code for its, code in one["sides"] if its == role and code} if counts_as == "fresh" else ()
            )
            table.update((grain, period, code) for grain, period in grains for code in codes)
        return table

    assert found_counts(rows, lambda row: row["code"]) == naive_counts(events, sides)
    for column, role in (("as_actor", ACTOR), ("as_recipient", RECIPIENT)):
        found = {
            (row["grain"], row["period"], row["code"]): row[column] for row in rows.to_dicts() if row[column]
        }
        assert found == in_role(role)


@settings(max_examples=30, deadline=None)
@given(events=some_events())
def test_context_periods_are_sums_over_the_contexts(events):
    rows = context_periods(*events)
    TABLES["context_periods"].validate(rows, lazy=True)
    assert found_counts(rows, lambda row: row["context"]) == naive_counts(events, lambda one: one["contexts"])


@settings(max_examples=30, deadline=None)
@given(events=some_events(), draw=st.data())
def test_every_event_is_counted_or_left_out_and_the_order_does_not_show(events, draw):
    in_dyads = sum(bool(naive_pairs(one)) and naive_placing(one)[0] == "fresh" for one in events)
    assert sum(left_out(*frames(events)).values()) + in_dyads == len(events)
    shuffled = draw.draw(st.permutations(events))
    assert dyads(*shuffled).equals(dyads(*events))
    assert country_periods(*shuffled).equals(country_periods(*events))
    assert context_periods(*shuffled).equals(context_periods(*events))


# ----------------------------------------------------------------------------------------------------------- the actors

MENTION_SCHEMA = dict.fromkeys(
    ["article_id", "actor_id", "name", "kind", "code", "country", "sector", "role"], pl.String
)
ANITA = f"act_{'a' * 20}"


def mention(article="a1", **changes):
    row = {
        "name": "Anita Rao",
        "kind": "person",
        "code": "IND",
        "country": "IND",
        "sector": "GOV",
        "role": None,
    }
    return {"article_id": article, "actor_id": ANITA, **row, **changes}


def actors(*mentions, participants=()):
    articles = {"a1": date(2025, 8, 9), "a2": date(2025, 8, 1), "a3": date(2025, 9, 2)}
    return actors_of(
        pl.LazyFrame(list(mentions), schema=MENTION_SCHEMA),
        pl.LazyFrame(list(participants), schema=MENTION_SCHEMA).drop("role"),
        pl.LazyFrame(list(articles.items()), schema=ARTICLE_SCHEMA, orient="row"),
    ).to_dicts()


def test_an_actor_of_several_articles():
    (row,) = actors(
        mention(role="minister"), mention("a2", role="envoy"), mention("a3", role="minister"), mention("a3")
    )
    assert row["roles"] == ["envoy", "minister"]
    assert (row["first_seen"], row["last_seen"], row["articles"]) == (date(2025, 8, 1), date(2025, 9, 2), 3)


def test_who_takes_part_by_its_capital_is_an_actor_too():
    (row,) = actors(participants=[mention(), mention("a2")])
    assert (row["name"], row["roles"], row["articles"]) == ("Anita Rao", [], 2)


@pytest.mark.parametrize(
    ("sectors", "expected"),
    [
        pytest.param(["GOV", "MIL", "MIL"], "MIL", id="the most frequent"),
        pytest.param(["MIL", "GOV"], "GOV", id="of equals the least"),
        pytest.param([None, None, "MIL"], "MIL", id="null only where there is no other"),
        pytest.param([None, None], None, id="none"),
    ],
)
def test_where_articles_disagree_the_most_frequent_wins(sectors, expected):
    rows = [mention(sector=sector) for sector in sectors]
    assert [row["sector"] for row in actors(*rows)] == [expected]
    assert actors(*rows[::-1]) == actors(*rows)


def test_places_groups_and_nobody_are_no_actors():
    assert actors(mention(actor_id=None)) == []
    assert actors() == []
