"""The table `quality_periods`: how much of what a source publishes comes to nothing, by day and against the days before.

In: articles, events, uncertain events, participants and refusals of the whole store, lazily. Out: the table. What does
not belong here: reading and writing files (`tasks.rebuild`), and what all aggregates of periods share
(`tasks.aggregate`): these days are days of publication, whatever an event's date.
"""

from __future__ import annotations

import polars as pl

from schemas.articles import Articles
from schemas.quality_periods import SHARES, UNKNOWN_SOURCE, QualityPeriods
from schemas.tables import key_of, name_of, polars_schema

WINDOW_DAYS = 28
LEAST_TO_DIVIDE_BY = 20
STANDARD_ERRORS = 3
SHARE_DECIMALS = 4

_PARTS = dict(zip(SHARES, ("refused", "without_events", "uncertain", "unresolved"), strict=True))
_WHOLES = dict(
    zip(
        SHARES,
        (["articles", "refused"], ["articles"], ["events", "uncertain"], ["participants"]),
        strict=True,
    )
)
_COUNTS = ["articles", "refused", "without_events", "events", "uncertain", "participants", "unresolved"]
_KEY = key_of(QualityPeriods)


def quality_periods_of(
    articles: pl.LazyFrame,
    events: pl.LazyFrame,
    uncertain_events: pl.LazyFrame,
    participants: pl.LazyFrame,
    refusals: pl.LazyFrame,
) -> pl.DataFrame:
    """The table `quality_periods` of these tables; `refusals` are rows of `quarantine`."""
    accepted = _of_articles(articles, events, uncertain_events, participants)
    days = accepted.join(_of_refusals(refusals), on=_KEY, how="full", coalesce=True).collect()
    days = days.with_columns(pl.col(_COUNTS).fill_null(0).cast(pl.Int64)).sort(_KEY)
    with_window = days.with_columns(_before(count) for count in _COUNTS)
    shares = {
        f"{share}_share{suffix}": _rounded(
            _part(share, suffix) / _whole(share, suffix), _whole(share, suffix)
        )
        for share in SHARES
        for suffix in ("", "_before")
    }
    found = with_window.with_columns(
        **shares,
        unusual=pl.concat_list(
            pl.when(_is_unusual(share)).then(pl.lit(share)) for share in SHARES
        ).list.drop_nulls(),
        silent_days=_silent_days(),
    )
    return found.select(pl.col(name).cast(dtype) for name, dtype in polars_schema(QualityPeriods).items())


def _of_articles(
    articles: pl.LazyFrame,
    events: pl.LazyFrame,
    uncertain_events: pl.LazyFrame,
    participants: pl.LazyFrame,
) -> pl.LazyFrame:
    """What accepted articles and all that was found in them come to, by source and day of publication."""
    found = (
        events.group_by("article_id").agg(events=pl.len()),
        uncertain_events.group_by("article_id").agg(uncertain=pl.len()),
        participants.group_by("article_id").agg(
            participants=pl.len(), unresolved=pl.col("code").is_null().sum()
        ),
    )
    each = articles.select("article_id", _source_name(), day="published_date")
    for counts in found:
        each = each.join(counts, on="article_id", how="left")
    sums = ("events", "uncertain", "participants", "unresolved")
    return each.group_by(_KEY).agg(
        articles=pl.len(),
        without_events=pl.col("events").is_null().sum(),
        **{count: pl.col(count).sum() for count in sums},
    )


def _of_refusals(refusals: pl.LazyFrame) -> pl.LazyFrame:
    """How many articles were refused, by source and day: inputs as a whole, and articles that broke a rule."""
    is_article = pl.col("table").is_null() | (pl.col("table") == name_of(Articles))
    dated = refusals.filter(is_article & pl.col("day").is_not_null()).select(_source_name(), "day")
    return dated.group_by(_KEY).agg(refused=pl.len())


def _source_name() -> pl.Expr:
    return pl.col("source_name").fill_null(UNKNOWN_SOURCE)


def _before(count: str) -> pl.Expr:
    """The sum of a count over the window that ends the day before."""
    window = pl.col(count).rolling_sum_by("day", f"{WINDOW_DAYS}d", closed="left")
    return window.over("source_name").fill_null(0).alias(f"{count}_before")


def _part(share: str, suffix: str) -> pl.Expr:
    return pl.col(f"{_PARTS[share]}{suffix}").cast(pl.Float64)


def _whole(share: str, suffix: str) -> pl.Expr:
    return pl.sum_horizontal(f"{count}{suffix}" for count in _WHOLES[share]).cast(pl.Float64)


def _rounded(share: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(share.round(SHARE_DECIMALS))


def _is_unusual(share: str) -> pl.Expr:
    """Whether |a/m - b/n| > 3 standard errors, which is sqrt(p (1 - p) (1/m + 1/n)) with p = (a + b)/(m + n).

    Both sides squared and without fractions: products of whole numbers, so that a tie is a tie on every machine.
    """
    part, whole = _part(share, ""), _whole(share, "")
    part_before, whole_before = _part(share, "_before"), _whole(share, "_before")
    pooled, everything = part + part_before, whole + whole_before
    difference = part * whole_before - part_before * whole
    variance = pooled * (everything - pooled) * whole * whole_before
    is_much = (whole >= LEAST_TO_DIVIDE_BY) & (whole_before >= LEAST_TO_DIVIDE_BY)
    return is_much & (difference * difference * everything > STANDARD_ERRORS**2 * variance)


def _silent_days() -> pl.Expr:
    """Days between a day and the last one before it with an article; rows are in order of source and day."""
    spoke = pl.when(pl.col("articles") > 0).then("day").forward_fill().shift(1).over("source_name")
    return (pl.col("day") - spoke).dt.total_days() - 1
