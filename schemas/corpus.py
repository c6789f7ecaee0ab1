"""The corpus: labelled sentences that the event coder learns from, and that anyone may use.

Not a table of a release. What the fields of an item mean to a person who labels is in `corpus/GUIDE.md`; this model is
what a file must hold to be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from schemas.columns import Table, are_contexts, id_pattern
from schemas.plover import EVENT_TYPES, NONE, STATUSES, EventType

KINDS = ["headline", "lead", "body", "quote"]
PERIODS = ["1980s", "1990s", "2000s", "2010s", "2020s"]
REGIONS = [
    "north-america",
    "latin-america",
    "western-europe",
    "eastern-europe",
    "middle-east",
    "north-africa",
    "west-africa",
    "east-africa",
    "southern-africa",
    "central-asia",
    "south-asia",
    "southeast-asia",
    "east-asia",
    "oceania",
]
SPLITS = ["train", "test"]

Offsets = Annotated[pl.List, pl.Int64]


class CorpusItems(Table):
    """One row per event that a sentence reports of a pair (actor, recipient), or per pair without any; keyed by `id`."""

    _event_types: ClassVar[Mapping[str, EventType]] = EVENT_TYPES
    """The categories that items may have; `corpus_items` makes models with others."""

    id: str = pa.Field(str_matches=id_pattern("itm"), description="Hash of the sentence and the three spans.")
    text: str = pa.Field(str_length={"min_value": 1}, description="The sentence.")
    actor: Offsets = pa.Field(description="[start, end) characters of who does it.")
    recipient: Offsets = pa.Field(
        nullable=True, description="[start, end) of whom it is done to; null if the sentence names nobody."
    )
    reciprocal: bool = pa.Field(description="Both sides do it alike; either order of the two says the same.")
    event_type: str = pa.Field(
        description="Category of the ontology; NONE: no event of this pair in this order."
    )
    mode: str = pa.Field(nullable=True, description="Mode of the category; null where the text gives none.")
    status: str = pa.Field(nullable=True, isin=list(STATUSES), description="Null for NONE.")
    contexts: Annotated[pl.List, pl.String] = pa.Field(description="What the event is about; may be empty.")
    trigger: Offsets = pa.Field(
        nullable=True, description="[start, end) of the words that carry the event; null for NONE."
    )
    kind: str = pa.Field(isin=KINDS, description="Where in a report such a sentence stands.")
    period: str = pa.Field(isin=PERIODS, description="The decade that it is written as of.")
    region: str = pa.Field(isin=REGIONS, description="The region of the world that it is about.")
    split: str = pa.Field(isin=SPLITS, description="Fixed by a hash of the sentence.")

    @pa.dataframe_check(
        description="A span lies in the sentence, is not empty, and begins and ends with a word."
    )
    def spans_in_text(cls, data: PolarsData) -> pl.LazyFrame:
        inside = [_inside(column) for column in ("actor", "recipient", "trigger")]
        return data.lazyframe.select(pl.all_horizontal(inside))

    @pa.dataframe_check(description="Actor and recipient are different words.")
    def two_parties(cls, data: PolarsData) -> pl.LazyFrame:
        same = pl.col("actor") == pl.col("recipient")
        return data.lazyframe.select(~same.fill_null(value=False))

    @pa.dataframe_check(
        description="An event has status and trigger; NONE has neither, nor mode nor contexts."
    )
    def none_is_empty(cls, data: PolarsData) -> pl.LazyFrame:
        none = pl.col("event_type") == NONE
        bare = (
            pl.all_horizontal(pl.col("mode", "status", "trigger").is_null())
            & (pl.col("contexts").list.len() == 0)
            & ~pl.col("reciprocal")
        )
        full = pl.all_horizontal(pl.col("status", "trigger").is_not_null())
        return data.lazyframe.select(pl.when(none).then(bare).otherwise(full))

    @pa.dataframe_check(description="A pair with an event is not NONE as well.")
    def none_is_alone(cls, data: PolarsData) -> pl.LazyFrame:
        pair = ["text", "actor", "recipient"]
        return data.lazyframe.select((pl.col("event_type") != NONE) | (pl.len().over(pair) == 1))

    @pa.dataframe_check(description="A category is one of the ontology's, or NONE.")
    def known_category(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("event_type").is_in([*cls._event_types, NONE]))

    @pa.dataframe_check(description="A mode is one of its category's.")
    def mode_of_category(cls, data: PolarsData) -> pl.LazyFrame:
        modes = [f"{kind.name}/{mode}" for kind in cls._event_types.values() for mode in kind.modes]
        known = pl.concat_str("event_type", pl.lit("/"), "mode").is_in(modes)
        return data.lazyframe.select(known.fill_null(value=True))

    @pa.dataframe_check(description="A mutual event, and one that needs two parties, has a second party.")
    def second_party(cls, data: PolarsData) -> pl.LazyFrame:
        needing = [kind.name for kind in cls._event_types.values() if kind.needs_second_party]
        needed = pl.col("reciprocal") | pl.col("event_type").is_in(needing)
        return data.lazyframe.select(~needed | pl.col("recipient").is_not_null())

    @pa.dataframe_check(
        description="A deed still to come is of the category that stands for it, in PLOVER AGREE or CONCEDE."
    )
    def future_cooperation(cls, data: PolarsData) -> pl.LazyFrame:
        planned = (pl.col("status") == "planned").fill_null(value=False)
        done = [kind.name for kind in cls._event_types.values() if kind.future is not None]
        return data.lazyframe.select(~(planned & pl.col("event_type").is_in(done)))

    @pa.dataframe_check(description="Contexts are known, each named once.")
    def known_contexts(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(are_contexts(pl.col("contexts")))

    @pa.dataframe_check(description="A sentence has one kind, period and region.")
    def one_setting(cls, data: PolarsData) -> pl.LazyFrame:
        settings = [pl.col(name).n_unique().over("text") == 1 for name in ("kind", "period", "region")]
        return data.lazyframe.select(pl.all_horizontal(settings))

    class Config(Table.Config):
        """Key and name."""

        name = "corpus"
        unique = ["id"]


def corpus_items(event_types: Mapping[str, EventType]) -> type[CorpusItems]:
    """The model of a corpus whose items have other categories; all other rules are the same."""
    return type(CorpusItems.__name__, (CorpusItems,), {"_event_types": event_types})


def _inside(column: str) -> pl.Expr:
    """Whether a span is two numbers in order inside the text, without white space at its ends; a null span is."""
    span, text = pl.col(column), pl.col("text")
    start, end = span.list.get(0, null_on_oob=True), span.list.get(1, null_on_oob=True)
    ordered = (span.list.len() == 2) & (start >= 0) & (end > start) & (end <= text.str.len_chars())
    words = text.str.slice(start.clip(0), (end - start).clip(0))
    return span.is_null() | (ordered & (words == words.str.strip_chars())).fill_null(value=False)
