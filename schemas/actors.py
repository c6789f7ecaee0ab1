"""Table `actors`."""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl

from schemas import columns
from schemas.columns import ACTOR_KINDS, Table, id_pattern


class Actors(Table):
    """One row per actor of the whole store, keyed by `actor_id`: a person, organisation or country.

    Two mentions are one actor when name, kind and country agree. Where articles disagree about code or sector, the
    most frequent wins.
    """

    actor_id: str = pa.Field(str_matches=id_pattern("act"), description="Hash of name, kind and country.")
    name: str = pa.Field(description="The name.")
    kind: str = pa.Field(isin=ACTOR_KINDS, description="Person, organization or country.")
    code: str = columns.actor_code()
    country: str = columns.country_code()
    sector: str = columns.sector()
    roles: Annotated[pl.List, pl.String] = pa.Field(description="Every role that a text states, sorted.")
    first_seen: pl.Date = pa.Field(description="Day of the first article that mentions the actor.")
    last_seen: pl.Date = pa.Field(description="Day of the last one.")
    articles: int = pa.Field(ge=1, description="Articles that mention the actor.")

    class Config(Table.Config):
        """Key and name."""

        name = "actors"
        unique = ["actor_id"]
        metadata = {"partitioned": False}
