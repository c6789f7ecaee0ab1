"""The stage `aggregate`: who did how much of what to whom, by day and month; and who there is at all.

In: valid events, participants and articles of a period's months of publication, and all mentions. Out: `dyads`,
`country_periods` and `context_periods` of the period, and `actors`. What does not belong here: reading and writing files
(`tasks.rebuild`).

*Fresh* events are counted in the period of their event_date: status actual, and either exact to the day and from
seven days before publication up to it, or exact to the month, in the month of publication or the one before. Actual
events that are older are *recalled*; those, and what is planned, hypothetical or negated, are counted apart, in the
period of publication, and enter no score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.actors import Actors
from schemas.columns import QUAD_COLUMNS, TYPE_COLUMNS
from schemas.context_periods import ContextPeriods
from schemas.country_periods import CountryPeriods
from schemas.dyads import Dyads
from schemas.tables import key_of, polars_schema

if TYPE_CHECKING:
    from schemas.columns import Table

FRESH_DAYS = 7
SCORE_DECIMALS = 4
"""Means are rounded, so that the order of summation can never show."""

_APART = ["recalled", "planned", "hypothetical", "negated"]


def placed(events: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Events with the periods that they count in: one row per (event_id, grain).

    Adds `counts_as` ("fresh", "recalled" or the status), `grain` and `period`. A fresh event exact to the month has
    no row for a day.
    """
    day, published = pl.col("event_date"), pl.col("published_date")
    age = (published - day).dt.total_days()
    is_recent_day = (pl.col("date_precision") == "day") & age.is_between(0, FRESH_DAYS)
    months_back = (published.dt.year() - day.dt.year()) * 12 + published.dt.month() - day.dt.month()
    is_recent_month = (pl.col("date_precision") == "month") & months_back.is_between(0, 1)
    counts_as = (
        pl.when(pl.col("status") != "actual")
        .then("status")
        .when(is_recent_day | is_recent_month)
        .then(pl.lit("fresh"))
        .otherwise(pl.lit("recalled"))
    )
    dated = events.join(
        articles.select("article_id", "published_date"), on="article_id", how="inner", maintain_order="left"
    ).with_columns(counts_as=counts_as)
    is_fresh = pl.col("counts_as") == "fresh"
    counted_on = pl.when(is_fresh).then(day).otherwise(published)
    days = dated.filter(~is_fresh | (pl.col("date_precision") == "day")).with_columns(
        grain=pl.lit("day"), period=counted_on
    )
    months = dated.with_columns(grain=pl.lit("month"), period=counted_on.dt.truncate("1mo"))
    return pl.concat([days, months])


def directed_pairs(participants: pl.DataFrame) -> pl.DataFrame:
    """The expansion of events into pairs: one row per (event_id, actor_code, recipient_code).

    A directed event gives each actor's code with each recipient's; a reciprocal one (no recipient) both orders of
    each pair of its actors' codes. Pairs of one code are left out, so an event with fewer than two codes has none.
    """
    coded = participants.filter(pl.col("code").is_not_null()).select("event_id", "role", "code").unique()
    actors = coded.filter(pl.col("role") == "actor").select("event_id", actor_code="code")
    recipients = coded.filter(pl.col("role") == "recipient").select("event_id", recipient_code="code")
    directed = actors.join(recipients, on="event_id")
    has_recipient = participants.filter(pl.col("role") == "recipient").select("event_id").unique()
    sides = actors.join(has_recipient, on="event_id", how="anti")
    reciprocal = sides.join(sides.rename({"actor_code": "recipient_code"}), on="event_id")
    return (
        pl.concat([directed, reciprocal])
        .filter(pl.col("actor_code") != pl.col("recipient_code"))
        .unique()
        .sort("event_id", "actor_code", "recipient_code")
    )


def dyads_of(events: pl.DataFrame, participants: pl.DataFrame) -> pl.DataFrame:
    """The table `dyads`.

    Args:
        events: Placed events (see `placed`).
        participants: Their participants.
    """
    pairs = directed_pairs(participants)
    counted = _counted(events.join(pairs, on="event_id"), ["grain", "period", "actor_code", "recipient_code"])
    return _as_table(counted, Dyads)


def country_periods_of(events: pl.DataFrame, participants: pl.DataFrame) -> pl.DataFrame:
    """The table `country_periods`.

    Args:
        events: Placed events (see `placed`).
        participants: Their participants.
    """
    sides = (
        participants.filter(pl.col("code").is_not_null())
        .group_by("event_id", "code")
        .agg(
            acts=(pl.col("role") == "actor").any(),
            is_acted_on=(pl.col("role") == "recipient").any(),
        )
    )
    expanded = events.join(sides, on="event_id")
    key = ["grain", "period", "code"]
    is_fresh = pl.col("counts_as") == "fresh"
    roles = expanded.group_by(key).agg(
        as_actor=(is_fresh & pl.col("acts")).sum().cast(pl.Int64),
        as_recipient=(is_fresh & pl.col("is_acted_on")).sum().cast(pl.Int64),
    )
    return _as_table(_counted(expanded, key).join(roles, on=key), CountryPeriods)


def context_periods_of(events: pl.DataFrame) -> pl.DataFrame:
    """The table `context_periods`: an event counts once in each of its contexts.

    Args:
        events: Placed events (see `placed`).
    """
    expanded = events.explode("contexts", empty_as_null=False).rename({"contexts": "context"})
    return _as_table(_counted(expanded, ["grain", "period", "context"]), ContextPeriods)


def actors_of(mentions: pl.LazyFrame, participants: pl.LazyFrame, articles: pl.LazyFrame) -> pl.DataFrame:
    """The table `actors`: one row per actor that an article mentions, or that takes part in an event by its capital."""
    columns = ["article_id", "actor_id", "name", "kind", "code", "country", "sector", "role"]
    taking_part = participants.with_columns(role=pl.lit(None, dtype=pl.String)).select(columns)
    seen = pl.concat([mentions.select(columns), taking_part]).filter(pl.col("actor_id").is_not_null())
    actors = (
        seen.join(articles.select("article_id", "published_date"), on="article_id")
        .group_by("actor_id")
        .agg(
            *(_most_frequent(column) for column in ("name", "kind", "code", "country", "sector")),
            roles=pl.col("role").drop_nulls().unique().sort(),
            first_seen=pl.col("published_date").min(),
            last_seen=pl.col("published_date").max(),
            articles=pl.col("article_id").n_unique().cast(pl.Int64),
        )
    )
    return _as_table(actors.collect(), Actors)


def left_out(events: pl.DataFrame, participants: pl.DataFrame) -> dict[str, int]:
    """How many events the dyads' `events` count leaves out, by reason; an event has one reason, the first that fits.

    What is not fresh counts by what it is instead. A fresh event has fewer than two codes, or `no_opposite_codes`: two
    sides with codes act together on one without.

    Args:
        events: Placed events (see `placed`).
        participants: Their participants.
    """
    monthly = events.filter(pl.col("grain") == "month")
    paired = monthly.join(directed_pairs(participants).select("event_id").unique(), on="event_id", how="semi")
    coded = participants.filter(pl.col("code").is_not_null())
    several = coded.group_by("event_id").agg(pl.col("code").n_unique()).filter(pl.col("code") >= 2)
    reasons = monthly.select(
        pl.when(pl.col("counts_as") != "fresh")
        .then("counts_as")
        .when(pl.col("event_id").is_in(paired["event_id"].implode()))
        .then(None)
        .when(pl.col("event_id").is_in(several["event_id"].implode()))
        .then(pl.lit("no_opposite_codes"))
        .otherwise(pl.lit("fewer_than_two_codes"))
        .alias("reason")
    )["reason"].drop_nulls()
    return dict(sorted(reasons.value_counts().iter_rows()))


def _counted(expanded: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    is_fresh = pl.col("counts_as") == "fresh"
    return expanded.group_by(key).agg(
        events=is_fresh.sum().cast(pl.Int64),
        articles=pl.col("article_id").filter(is_fresh).n_unique().cast(pl.Int64),
        stories=pl.col("story_id").filter(is_fresh).n_unique().cast(pl.Int64),
        mean_score=pl.col("score").filter(is_fresh).mean().round(SCORE_DECIMALS),
        **{quad: (is_fresh & (pl.col("quad_class") == quad)).sum().cast(pl.Int64) for quad in QUAD_COLUMNS},
        **{
            kind: (is_fresh & (pl.col("event_type") == kind.upper())).sum().cast(pl.Int64)
            for kind in TYPE_COLUMNS
        },
        **{apart: (pl.col("counts_as") == apart).sum().cast(pl.Int64) for apart in _APART},
    )


def _most_frequent(column: str) -> pl.Expr:
    """The value that occurs most often, the least of several; null only where there is no other."""
    return pl.col(column).drop_nulls().mode().sort().first().alias(column)


def _as_table(rows: pl.DataFrame, table: type[Table]) -> pl.DataFrame:
    return rows.select(pl.col(name).cast(dtype) for name, dtype in polars_schema(table).items()).sort(
        key_of(table)
    )
