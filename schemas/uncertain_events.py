"""Table `uncertain_events`."""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from schemas.columns import ACTOR_CODE, Report
from schemas.events import Coded


class _Sides(Coded):
    """Who took part; a class of its own, so that its columns come before those of the report."""

    actors: Annotated[pl.List, pl.String] = pa.Field(
        description="Resolved names of those who did it, in the order of the text."
    )
    actor_codes: Annotated[pl.List, pl.String] = pa.Field(
        description="The sides that they stand for, countries or `IGO:...`, each once, sorted."
    )
    recipients: Annotated[pl.List, pl.String] = pa.Field(
        description="Resolved names of those on the receiving end; empty if there are none."
    )
    recipient_codes: Annotated[pl.List, pl.String] = pa.Field(
        description="The sides that they stand for, each once, sorted."
    )

    @pa.dataframe_check(description="Somebody does it, and everybody has a name.")
    def somebody_acts(cls, data: PolarsData) -> pl.LazyFrame:
        named = [pl.col(names).list.count_matches(None) == 0 for names in ("actors", "recipients")]
        return data.lazyframe.select(pl.all_horizontal(*named, pl.col("actors").list.len() > 0))

    @pa.dataframe_check(description="Codes are those of sides, each once, in the order of the alphabet.")
    def codes_of_sides(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.all_horizontal(map(_are_codes, ("actor_codes", "recipient_codes"))))


class UncertainEvents(Report, _Sides):
    """One row per event that the coder was not sure enough of to publish it in `events`, keyed by `event_id`.

    Nothing counts these rows or refers to them, and none is in `events`. Who took part and the first sentence that
    reports it stand in the row, since `participants` and `evidence` are those of `events` alone. An event keeps its id
    when a surer coder publishes it.
    """

    class Config(Coded.Config):
        """Name, and the article's words."""

        name = "uncertain_events"
        metadata = {**Coded.Config.metadata, **Report.Config.metadata}


def _are_codes(column: str) -> pl.Expr:
    codes = pl.col(column)
    known = codes.list.eval(pl.element().str.contains(ACTOR_CODE).fill_null(value=False)).list.all()
    return known & (codes == codes.list.unique().list.sort())
