"""Table `dyads`."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from schemas.columns import ACTOR_CODE, Counts, InPeriod


class _Pair(InPeriod):
    """The key; a class of its own, so that its columns come before the counts."""

    actor_code: str = pa.Field(str_matches=ACTOR_CODE, description="The side that acts.")
    recipient_code: str = pa.Field(str_matches=ACTOR_CODE, description="The side acted on.")


class Dyads(Counts, _Pair):
    """One row per (`grain`, `period`, `actor_code`, `recipient_code`): what one side did to another in a period.

    A directed event counts once for each pair of an actor's and a recipient's code; a reciprocal one for both orders
    of each pair of its sides. An event of month precision counts in its month and in no day.
    """

    @pa.dataframe_check(description="A pair has two sides.")
    def two_sides(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("actor_code") != pl.col("recipient_code"))

    class Config(Counts.Config):
        """Key and name."""

        name = "dyads"
        unique = ["grain", "period", "actor_code", "recipient_code"]
