"""The tables of a release, in the order in which rows depend on each other."""

from __future__ import annotations

from functools import cache
from typing import cast

import polars as pl

from schemas.actors import Actors
from schemas.amounts import Amounts
from schemas.appearances import Appearances
from schemas.articles import Articles
from schemas.columns import Contract, Table
from schemas.context_periods import ContextPeriods
from schemas.country_periods import CountryPeriods
from schemas.dates import Dates
from schemas.dyads import Dyads
from schemas.events import Events
from schemas.evidence import Evidence
from schemas.mentions import Mentions
from schemas.participants import Participants
from schemas.quality_periods import QualityPeriods
from schemas.quarantine import Quarantine
from schemas.quotes import Quotes
from schemas.stories import Stories
from schemas.uncertain_events import UncertainEvents

EXTRACTED: tuple[type[Table], ...] = (
    Mentions,
    Events,
    Evidence,
    Participants,
    Quotes,
    Amounts,
    Dates,
    UncertainEvents,
)
"""What extraction finds in an article, referenced tables before the ones that refer to them."""


def name_of(table: type[Table]) -> str:
    """The table's name, as in a release's folders."""
    return str(table.to_schema().name)


@cache
def polars_schema(table: type[Table]) -> pl.Schema:
    """Column names and polars dtypes, in order."""
    return pl.Schema({name: dtype.type for name, dtype in table.to_schema().dtypes.items()})


@cache
def extracted_schema(table: type[Table]) -> pl.Schema:
    """The columns that extraction fills, in order: all but those that an article lends to its rows."""
    lent = contract_of(table).get("of_article", ())
    return pl.Schema({name: dtype for name, dtype in polars_schema(table).items() if name not in lent})


def contract_of(table: type[Table]) -> Contract:
    """What the table promises beyond its own columns."""
    return cast("Contract", table.Config.metadata or {})


def key_of(table: type[Table]) -> list[str]:
    """The columns whose values no two rows share."""
    unique = table.to_schema().unique
    return list(unique or [])


def empty(table: type[Table]) -> pl.DataFrame:
    """The table without rows."""
    return pl.DataFrame(schema=polars_schema(table))


_MODELS: tuple[type[Table], ...] = (
    Articles,
    Appearances,
    Stories,
    *EXTRACTED,
    Actors,
    Dyads,
    CountryPeriods,
    ContextPeriods,
    Quarantine,
    QualityPeriods,
)

TABLES: dict[str, type[Table]] = {name_of(table): table for table in _MODELS}
