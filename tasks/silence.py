"""Sources that have fallen silent: they had articles regularly, and now have none.

In: the articles of a release and a day. Out: a `SilentSource` for each. A source that has been gone for a month is not
silent but gone: nobody needs to hear of it again. What does not belong here: telling somebody (`flows.notices`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

REGULAR_DAYS = 7
"""A source is regular if it had articles on so many days of the window that ends with its last one. Design choice."""
WINDOW_DAYS = 28
LEAST_SILENCE = 3
"""Days without an article that say nothing yet, weekends for instance."""
USUAL_GAPS = 3
"""A regular source is silent after so many of its usual gaps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentSource:
    """A source without news.

    Attributes:
        source: Its name; articles without one have no source that could be missed.
        last_day: When its last article was published.
        silent_days: How many days ago that is.
        usual_gap: Days from one day with articles to the next, on average, while it was there.
    """

    source: str
    last_day: date
    silent_days: int
    usual_gap: float


def silent_sources(articles: pl.LazyFrame, today: date) -> tuple[SilentSource, ...]:
    """The sources that are silent on a day, by name.

    Args:
        articles: The table `articles`.
        today: The day; articles that are published later do not count.
    """
    named = articles.select(day="published_date", source="source_name").filter(
        pl.col("source").is_not_null()
        & pl.col("day").is_between(today - timedelta(days=2 * WINDOW_DAYS), today)
    )
    days = named.unique().with_columns(last=pl.col("day").max().over("source"))
    regular = (
        days.filter(pl.col("last") - pl.col("day") < timedelta(days=WINDOW_DAYS))
        .group_by("source", "last")
        .agg(days=pl.len(), first=pl.col("day").min())
        .filter(pl.col("days") >= REGULAR_DAYS)
        .sort("source")
        .collect()
    )
    found = []
    for source, last, number, first in regular.select("source", "last", "days", "first").iter_rows():
        gap, silent = (last - first).days / (number - 1), (today - last).days
        if max(LEAST_SILENCE, USUAL_GAPS * gap) < silent <= WINDOW_DAYS:
            found.append(SilentSource(source=source, last_day=last, silent_days=silent, usual_gap=gap))
    return tuple(found)
