"""Table `evidence`."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from schemas.columns import InArticle, id_pattern


class Evidence(InArticle):
    """One row per sentence that reports an event, keyed by (`event_id`, `start`)."""

    event_id: str = pa.Field(str_matches=id_pattern("evt"), description="The event reported.")
    start: int = pa.Field(ge=0, description="First character of the sentence in the article's text.")
    end: int = pa.Field(ge=1, description="One past its last character.")
    sentence: str = pa.Field(description="The sentence, to the character.")
    trigger_start: int = pa.Field(ge=0, description="First character of the words that carry the event.")
    trigger_end: int = pa.Field(ge=1, description="One past their last character.")
    trigger: str = pa.Field(description="Those words, to the character.")

    @pa.dataframe_check(description="The trigger stands inside the sentence.")
    def trigger_inside_sentence(cls, data: PolarsData) -> pl.LazyFrame:
        inside = (pl.col("start") <= pl.col("trigger_start")) & (pl.col("trigger_end") <= pl.col("end"))
        return data.lazyframe.select(inside & (pl.col("trigger_start") < pl.col("trigger_end")))

    class Config(InArticle.Config):
        """Key and name."""

        name = "evidence"
        unique = ["event_id", "start"]
        metadata = {
            "references": {"article_id": "articles", "event_id": "events"},
            "quotes": (("start", "end", "sentence"), ("trigger_start", "trigger_end", "trigger")),
        }
