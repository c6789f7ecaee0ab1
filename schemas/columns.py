"""What several tables share: ids, spans, code lists and the groups of columns made of them.

Every table is a pandera model and the only declaration of its columns: dtypes, nullability, ranges, code lists, keys,
references and the sentences of the codebook all come from it. A group that occurs in several tables is declared here
once and inherited.
"""

from __future__ import annotations

from typing import Any, TypedDict

import pandera.polars as pa
import polars as pl
from pandera.api.polars.model_config import BaseConfig
from pandera.api.polars.types import PolarsData

from schemas.plover import CONTEXTS, EVENT_TYPES, MODES, QUAD_CLASSES, SECTORS

MENTION_KINDS = ["person", "organization", "country", "place"]
ACTOR_KINDS = ["person", "organization", "country"]
HOWS = ["name", "title", "pronoun", "nominal"]
ROLES = ["actor", "recipient"]
DATE_PRECISIONS = ["day", "month", "year"]
DATE_SOURCES = ["clause", "sentence", "publication"]
PLACE_SOURCES = ["clause", "sentence", "dateline"]
REPORTER_KINDS = ["official", "media", "anonymous", "other"]
QUOTE_KINDS = ["direct", "mixed", "indirect"]
AMOUNT_MODIFIERS = ["about", "min", "max"]
GRAINS = ["day", "month"]

COUNTRY_CODE = r"^[A-Z]{3}$"
ACTOR_CODE = r"^([A-Z]{3}|IGO:[A-Z0-9]{2,12})$"


def id_pattern(prefix: str) -> str:
    """The regular expression that the ids of one kind match (see `schemas.identity`)."""
    return rf"^{prefix}_[0-9a-f]{{20}}$"


class Contract(TypedDict, total=False):
    """What a table promises beyond its own columns; stands in the `metadata` of its model's `Config`.

    Attributes:
        partitioned: Split by month (of publication, or of the period for aggregates), the default; else one file.
        references: Own column -> table whose column of the same name must hold the value.
        of_article: Columns that say of a row what its article says; extraction knows nothing of them.
        needs: Tables that must hold a row with the value of this table's key: an event without evidence is none.
        quotes: Triples (start, end, words): these columns quote the article's text to the character.
    """

    partitioned: bool
    references: dict[str, str]
    of_article: tuple[str, ...]
    needs: tuple[str, ...]
    quotes: tuple[tuple[str, str, str], ...]


class Table(pa.DataFrameModel):
    """A table of a release. The docstring of a model is the table's entry in the codebook."""

    class Config(BaseConfig):
        """No other columns, in this order, and of these dtypes without any conversion."""

        strict = True
        ordered = True
        coerce = False


class InArticle(Table):
    """A table whose rows come from an article."""

    article_id: str = pa.Field(
        str_matches=id_pattern("art"), description="The article that the row was extracted from."
    )

    class Config(Table.Config):
        """Every row belongs to an accepted article."""

        metadata = {"references": {"article_id": "articles"}}


class Span(InArticle):
    """A table whose rows stand for words of an article."""

    start: int = pa.Field(ge=0, description="First character of the words in the article's text.")
    end: int = pa.Field(ge=1, description="One past their last character.")
    text: str = pa.Field(description="The words: the article's text from `start` to `end`, to the character.")

    @pa.dataframe_check(description="A span ends after it starts.")
    def end_after_start(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("end") > pl.col("start"))

    class Config(InArticle.Config):
        """The words are the article's."""

        metadata = {
            "references": {"article_id": "articles"},
            "quotes": (("start", "end", "text"),),
        }


class Report(Table):
    """What the tables share whose rows quote a sentence that reports an event."""

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

    class Config(Table.Config):
        """The words are the article's."""

        metadata = {"quotes": (("start", "end", "sentence"), ("trigger_start", "trigger_end", "trigger"))}


class InPeriod(Table):
    """A table whose rows stand for a day or a month."""

    grain: str = pa.Field(isin=GRAINS, description="Length of the period.")
    period: pl.Date = pa.Field(description="First day of the period (UTC).")


class Counts(Table):
    """What the aggregates count, per cell. All but the last four count fresh events (see `tasks.aggregate`)."""

    events: int = pa.Field(ge=0, description="Fresh events: status actual and recent when published.")
    articles: int = pa.Field(ge=0, description="Different articles that report those events.")
    stories: int = pa.Field(
        ge=0, description="Different stories among them: copies of one dispatch count once."
    )
    mean_score: float = pa.Field(
        nullable=True, in_range={"min_value": -10, "max_value": 10}, description="Mean score of those events."
    )
    verbal_cooperation: int = pa.Field(ge=0, description="Fresh events of this quad class.")
    material_cooperation: int = pa.Field(ge=0, description="Fresh events of this quad class.")
    verbal_conflict: int = pa.Field(ge=0, description="Fresh events of this quad class.")
    material_conflict: int = pa.Field(ge=0, description="Fresh events of this quad class.")
    agree: int = pa.Field(ge=0, description="Fresh events of type AGREE.")
    consult: int = pa.Field(ge=0, description="Fresh events of type CONSULT.")
    support: int = pa.Field(ge=0, description="Fresh events of type SUPPORT.")
    concede: int = pa.Field(ge=0, description="Fresh events of type CONCEDE.")
    cooperate: int = pa.Field(ge=0, description="Fresh events of type COOPERATE.")
    aid: int = pa.Field(ge=0, description="Fresh events of type AID.")
    retreat: int = pa.Field(ge=0, description="Fresh events of type RETREAT.")
    request: int = pa.Field(ge=0, description="Fresh events of type REQUEST.")
    accuse: int = pa.Field(ge=0, description="Fresh events of type ACCUSE.")
    reject: int = pa.Field(ge=0, description="Fresh events of type REJECT.")
    threaten: int = pa.Field(ge=0, description="Fresh events of type THREATEN.")
    protest: int = pa.Field(ge=0, description="Fresh events of type PROTEST.")
    sanction: int = pa.Field(ge=0, description="Fresh events of type SANCTION.")
    mobilize: int = pa.Field(ge=0, description="Fresh events of type MOBILIZE.")
    coerce: int = pa.Field(ge=0, description="Fresh events of type COERCE.")
    assault: int = pa.Field(ge=0, description="Fresh events of type ASSAULT.")
    recalled: int = pa.Field(
        ge=0,
        description="Actual events too old to be fresh, in their period of publication; in no other count.",
    )
    planned: int = pa.Field(ge=0, description="Events of this status, in their period of publication.")
    hypothetical: int = pa.Field(ge=0, description="Events of this status, in their period of publication.")
    negated: int = pa.Field(ge=0, description="Events of this status, in their period of publication.")

    @pa.dataframe_check(description="Stories have articles, and articles have events.")
    def stories_within_articles(cls, data: PolarsData) -> pl.LazyFrame:
        stories, articles, events = map(pl.col, ("stories", "articles", "events"))
        any_or_none = (stories > 0) == (events > 0)
        return data.lazyframe.select((stories <= articles) & (articles <= events) & any_or_none)

    @pa.dataframe_check(description="The quad classes, and the event types, sum to the events.")
    def parts_sum_to_events(cls, data: PolarsData) -> pl.LazyFrame:
        quads = pl.sum_horizontal(QUAD_COLUMNS)
        types = pl.sum_horizontal(TYPE_COLUMNS)
        return data.lazyframe.select((quads == pl.col("events")) & (types == pl.col("events")))


QUAD_COLUMNS = list(QUAD_CLASSES)
TYPE_COLUMNS = [name.lower() for name in EVENT_TYPES]


def latitude() -> Any:
    """The column of a place's latitude."""
    return pa.Field(nullable=True, in_range={"min_value": -90, "max_value": 90}, description="Degrees.")


def longitude() -> Any:
    """The column of a place's longitude."""
    return pa.Field(nullable=True, in_range={"min_value": -180, "max_value": 180}, description="Degrees.")


def of_event(description: str) -> Any:
    """The column of the event that a row belongs to, if any."""
    return pa.Field(nullable=True, str_matches=id_pattern("evt"), description=description)


def are_contexts(contexts: pl.Expr) -> pl.Expr:
    """Whether a list holds known contexts, each once."""
    known = contexts.list.eval(pl.element().is_in(list(CONTEXTS)).fill_null(value=False)).list.all()
    return known & (contexts.list.n_unique() == contexts.list.len())


def country_code(**options: Any) -> Any:
    """The column of a country's code."""
    return pa.Field(
        nullable=True,
        str_matches=COUNTRY_CODE,
        description="ISO 3166-1 alpha-3, or a documented code of a historical state; null if the text does not say.",
        **options,
    )


def actor_code() -> Any:
    """The column of the code of the side that somebody stands for."""
    return pa.Field(
        nullable=True,
        str_matches=ACTOR_CODE,
        description="The side that it stands for: a country's code, or `IGO:...` of an intergovernmental body.",
    )


def sector() -> Any:
    """The column of an actor's PLOVER sector."""
    return pa.Field(
        nullable=True, isin=list(SECTORS), description="PLOVER sector; null if the text does not say."
    )


def mode() -> Any:
    """The column of an event's mode."""
    return pa.Field(
        nullable=True, isin=list(MODES), description="PLOVER mode; null where the text gives none."
    )
