"""Table `events`."""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from schemas import columns
from schemas.columns import (
    DATE_PRECISIONS,
    DATE_SOURCES,
    PLACE_SOURCES,
    REPORTER_KINDS,
    InArticle,
    are_contexts,
    id_pattern,
)
from schemas.plover import EVENT_TYPES, QUAD_CLASSES, STATUSES, quad_class_of, score_of

_QUAD_CLASS_OF = {name: quad_class_of(name) for name in EVENT_TYPES}
_SCORE_OF = {
    f"{name}/{mode or ''}": score_of(name, mode)
    for name in EVENT_TYPES
    for mode in (None, *EVENT_TYPES[name].modes)
}


class Coded(InArticle):
    """What is said of an event, whether the coder is sure of it or not."""

    story_id: str = pa.Field(str_matches=id_pattern("sto"), description="The story of its article.")
    event_id: str = pa.Field(
        str_matches=id_pattern("evt"),
        description="Hash of the article and the first trigger's place, not of the coding.",
    )
    event_type: str = pa.Field(isin=list(EVENT_TYPES), description="PLOVER category.")
    mode: str = columns.mode()
    quad_class: str = pa.Field(isin=list(QUAD_CLASSES), description="Follows from the category.")
    score: float = pa.Field(description="Tone from -10 to 10; follows from category and mode.")
    contexts: Annotated[pl.List, pl.String] = pa.Field(
        description="What it is about, each context once, sorted; may be empty."
    )
    status: str = pa.Field(isin=list(STATUSES), description="Whether it happened, will, may, or was denied.")
    event_date: pl.Date = pa.Field(description="First day of the day, month or year in which it happens.")
    date_precision: str = pa.Field(isin=DATE_PRECISIONS, description="How exact `event_date` is.")
    date_source: str = pa.Field(isin=DATE_SOURCES, description="Where it was read; `publication` if nowhere.")
    place: str = pa.Field(
        nullable=True, description="Where it happens, as the text names it; null if it does not say."
    )
    place_country: str = columns.country_code()
    latitude: float = columns.latitude()
    longitude: float = columns.longitude()
    place_source: str = pa.Field(
        nullable=True,
        isin=PLACE_SOURCES,
        description="Where the place was read: with the event, elsewhere in its sentence, or in the dateline.",
    )
    reporter: str = pa.Field(
        nullable=True,
        description="On whose word it is reported, as written; null where the article speaks for itself.",
    )
    reporter_kind: str = pa.Field(
        nullable=True,
        isin=REPORTER_KINDS,
        description="`official`: a state or body speaks by name or office; `anonymous`: one who is not named.",
    )
    reporter_is_party: bool = pa.Field(
        nullable=True, description="Whether the reporter is of a country or body that takes part."
    )
    confidence: float = pa.Field(
        in_range={"min_value": 0, "max_value": 1}, description="The coder's confidence in the category."
    )

    @pa.dataframe_check(description="The quad class is that of the category.")
    def quad_class_follows(cls, data: PolarsData) -> pl.LazyFrame:
        expected = pl.col("event_type").replace_strict(_QUAD_CLASS_OF, default=None, return_dtype=pl.String)
        return data.lazyframe.select((expected == pl.col("quad_class")).fill_null(value=False))

    @pa.dataframe_check(description="The score is that of the mode, or of the category where there is none.")
    def score_follows(cls, data: PolarsData) -> pl.LazyFrame:
        key = pl.concat_str(pl.col("event_type"), pl.lit("/"), pl.col("mode").fill_null(""))
        expected = key.replace_strict(_SCORE_OF, default=None, return_dtype=pl.Float64)
        return data.lazyframe.select((expected == pl.col("score")).fill_null(value=False))

    @pa.dataframe_check(description="Contexts are known, each named once, in the order of the alphabet.")
    def known_contexts(cls, data: PolarsData) -> pl.LazyFrame:
        contexts = pl.col("contexts")
        return data.lazyframe.select(are_contexts(contexts) & (contexts == contexts.list.sort()))

    class Config(InArticle.Config):
        """Key, and what the article says of its events."""

        unique = ["event_id"]
        metadata = {**InArticle.Config.metadata, "of_article": ("story_id",)}


class Events(Coded):
    """One row per event that an article reports, keyed by `event_id`.

    Who took part is in `participants`, the words that report it in `evidence`. What the coder was not sure enough of
    is in `uncertain_events`.
    """

    class Config(Coded.Config):
        """Name, and what an event needs."""

        name = "events"
        metadata = {**Coded.Config.metadata, "needs": ("evidence", "participants")}
