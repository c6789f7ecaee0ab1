"""Table `stories`."""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from schemas.columns import InArticle, id_pattern


class Stories(InArticle):
    """One row per story, keyed by `story_id`: an original and the near-identical copies of it.

    In order of publication, each article joins the earliest original of the week before that it resembles, else it is
    an original itself; a copy of a copy joins the original or none. `article_id` is the original; which articles are
    its copies is in `articles`.
    """

    story_id: str = pa.Field(str_matches=id_pattern("sto"), description="Hash of the original's id.")
    first_published_date: pl.Date = pa.Field(description="Day of the original (UTC).")
    last_published_date: pl.Date = pa.Field(description="Day of the last copy (UTC).")
    articles: int = pa.Field(ge=1, description="Articles that tell it, the original included.")
    sources: Annotated[pl.List, pl.String] = pa.Field(description="Who published it, by name, sorted.")
    title: str = pa.Field(description="The original's headline.")

    @pa.dataframe_check(description="The first day is not after the last.")
    def days_in_order(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("first_published_date") <= pl.col("last_published_date"))

    class Config(InArticle.Config):
        """Key and name."""

        name = "stories"
        unique = ["story_id"]
