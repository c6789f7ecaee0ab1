"""Which sources are silent, and which are only irregular, new or gone."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from tasks.silence import LEAST_SILENCE, WINDOW_DAYS, silent_sources

TODAY = date(2025, 8, 31)
EVERY_DAY = range(10, 30)
"""Days ago."""


def articles(**days_ago):
    rows = [
        {
            "source_name": None if source == "unknown" else source,
            "published_date": TODAY - timedelta(days=days),
        }
        for source, each in days_ago.items()
        for days in each
    ]
    return pl.LazyFrame(rows, schema={"source_name": pl.String, "published_date": pl.Date})


@pytest.mark.parametrize(
    ("days_ago", "is_silent"),
    [
        pytest.param(range(4, 20), True, id="daily, four days without"),
        pytest.param(range(LEAST_SILENCE, 20), False, id="a long weekend"),
        pytest.param(range(20), False, id="there today"),
        pytest.param([4, 5, 6, 7, 8, 9], False, id="too few days to be regular"),
        pytest.param([4, 5, 6, 7, 8, 9, 10], True, id="just enough"),
        pytest.param(range(10, 38, 4), False, id="every fourth day, ten days without"),
        pytest.param(range(13, 41, 4), True, id="every fourth day, thirteen days without"),
        pytest.param(range(WINDOW_DAYS, 48), True, id="for four weeks"),
        pytest.param(range(WINDOW_DAYS + 1, 49), False, id="gone"),
        pytest.param([4, 4, 4, 4, 4, 4, 4, 4], False, id="many articles of one day"),
        pytest.param([-1, *range(4, 20)], True, id="an article of tomorrow does not count"),
    ],
)
def test_a_regular_source_without_news_is_silent(days_ago, is_silent):
    found = silent_sources(articles(wire=days_ago), TODAY)
    assert [one.source for one in found] == (["wire"] if is_silent else [])


def test_it_is_said_since_when():
    (found,) = silent_sources(articles(wire=EVERY_DAY, other=range(20)), TODAY)
    assert (found.last_day, found.silent_days, found.usual_gap) == (date(2025, 8, 21), 10, 1.0)


def test_articles_without_a_source_are_missed_by_nobody():
    assert silent_sources(articles(unknown=EVERY_DAY), TODAY) == ()


def test_sources_come_by_name():
    assert [one.source for one in silent_sources(articles(b=EVERY_DAY, a=EVERY_DAY), TODAY)] == ["a", "b"]
