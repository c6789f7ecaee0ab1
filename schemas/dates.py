"""Table `dates`."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from schemas.columns import Span


class Dates(Span):
    """One row per expression of time, keyed by (`article_id`, `start`), resolved against the publication date."""

    type: str = pa.Field(isin=["DATE", "TIME", "DURATION", "SET"], description="TIMEX3 type.")
    value: str = pa.Field(description='TIMEX3 value ("2025-08", "P3D", "PAST_REF").')
    earliest: pl.Date = pa.Field(
        nullable=True, description="First day that it can mean; null if none can be said."
    )
    latest: pl.Date = pa.Field(nullable=True, description="Last day that it can mean.")

    @pa.dataframe_check(description="The first day is not after the last, and both are there or neither.")
    def days_in_order(cls, data: PolarsData) -> pl.LazyFrame:
        both = pl.col("earliest").is_null() == pl.col("latest").is_null()
        return data.lazyframe.select(both & (pl.col("earliest") <= pl.col("latest")).fill_null(value=True))

    class Config(Span.Config):
        """Key and name."""

        name = "dates"
        unique = ["article_id", "start"]
