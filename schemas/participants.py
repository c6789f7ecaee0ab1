"""Table `participants`."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from schemas import columns
from schemas.columns import ACTOR_KINDS, ROLES, InArticle, id_pattern


class Participants(InArticle):
    """One row per actor in its role in an event, keyed by (`event_id`, `role`, `actor_id`).

    In a reciprocal event (a meeting, a clash) every side is an actor and there is no recipient. `start` and `end`
    are those of the mention; a group ("the two countries") gives its members' rows the same span, and a place ("visited
    Moscow") stands for its country.
    """

    event_id: str = pa.Field(str_matches=id_pattern("evt"), description="The event.")
    role: str = pa.Field(isin=ROLES, description="Who did it, or who is on the receiving end.")
    actor_id: str = pa.Field(str_matches=id_pattern("act"), description="The actor.")
    name: str = pa.Field(description="Its resolved name; the country's where a place stands for it.")
    kind: str = pa.Field(isin=ACTOR_KINDS, description="What it is.")
    code: str = columns.actor_code()
    country: str = columns.country_code()
    sector: str = columns.sector()
    start: int = pa.Field(ge=0, description="First character of the mention in the article's text.")
    end: int = pa.Field(ge=1, description="One past its last character.")

    @pa.dataframe_check(description="A mention ends after it starts.")
    def end_after_start(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("end") > pl.col("start"))

    class Config(InArticle.Config):
        """Key and name."""

        name = "participants"
        unique = ["event_id", "role", "actor_id"]
        metadata = {
            "references": {"article_id": "articles", "event_id": "events"},
        }
