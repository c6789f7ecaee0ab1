"""Table `quality_periods`."""

from __future__ import annotations

from typing import Annotated, Any

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from schemas.columns import Table

UNKNOWN_SOURCE = "(unknown)"
SHARES = ["refused", "none", "uncertain", "unresolved"]


def _count(description: str) -> Any:
    return pa.Field(ge=0, description=description)


def _share(description: str) -> Any:
    return pa.Field(nullable=True, in_range={"min_value": 0, "max_value": 1}, description=description)


class QualityPeriods(Table):
    """One row per (`source_name`, `day`) with anything that was accepted or refused: does a source drift?

    Each of four shares stands beside the same share of the 28 days before (`_before`), pooled: what they have in all,
    not a mean of days. Null where there is nothing to divide by; rounded to 4 decimals. `unusual` names those that differ
    by more than three standard errors of a difference of two proportions (with their pooled variance), where both the day
    and the days before have at least 20 to divide by. That is a reason to look, not a test: what stands in one article is
    alike.

    The day is that of publication, and for a refused input without one the day of the run that refused it. An input that
    was mended since counts as refused and as accepted, and a file or a line that cannot be read as one article. What was
    refused depends on what runs were fed, so the data digest leaves this table out.
    """

    source_name: str = pa.Field(
        description=f"Who published it, as in `articles`; `{UNKNOWN_SOURCE}` for all that name nobody."
    )
    day: pl.Date = pa.Field(description="Day of publication (UTC), or of the refusal.")
    articles: int = _count("Articles that were accepted.")
    refused: int = _count("Inputs and articles that were refused.")
    without_events: int = _count("Accepted articles that report no event in `events`.")
    events: int = _count("Events in `events` that these articles report.")
    uncertain: int = _count("Events of theirs in `uncertain_events`.")
    participants: int = _count("Participants of their events.")
    unresolved: int = _count("Participants without a `code`.")
    refused_share: float = _share("`refused` of `refused` and `articles`.")
    refused_share_before: float = _share("The same of the 28 days before.")
    none_share: float = _share("`without_events` of `articles`.")
    none_share_before: float = _share("The same of the 28 days before.")
    uncertain_share: float = _share("`uncertain` of `uncertain` and `events`.")
    uncertain_share_before: float = _share("The same of the 28 days before.")
    unresolved_share: float = _share("`unresolved` of `participants`.")
    unresolved_share_before: float = _share("The same of the 28 days before.")
    unusual: Annotated[pl.List, pl.String] = pa.Field(
        description=f"Shares unlike the days before, of {', '.join(f'`{share}`' for share in SHARES)} in this order."
    )
    silent_days: int = pa.Field(
        nullable=True,
        ge=0,
        description="Days without an article between this one and the last one that had any; null if none had.",
    )

    @pa.dataframe_check(description="A part is not more than its whole.")
    def parts_within_wholes(cls, data: PolarsData) -> pl.LazyFrame:
        within = (
            pl.col("without_events") <= pl.col("articles"),
            pl.col("unresolved") <= pl.col("participants"),
        )
        return data.lazyframe.select(pl.all_horizontal(*within))

    @pa.dataframe_check(description="Unusual shares are known words, each once and in their order.")
    def known_shares(cls, data: PolarsData) -> pl.LazyFrame:
        known = pl.concat_list(
            pl.when(pl.col("unusual").list.contains(share)).then(pl.lit(share)) for share in SHARES
        )
        return data.lazyframe.select(pl.col("unusual") == known.list.drop_nulls())

    class Config(Table.Config):
        """Key and name."""

        name = "quality_periods"
        unique = ["source_name", "day"]
        metadata = {"partitioned": False}
