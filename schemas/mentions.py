"""Table `mentions`."""

from __future__ import annotations

import pandera.polars as pa

from schemas import columns
from schemas.columns import HOWS, MENTION_KINDS, Span, id_pattern


class Mentions(Span):
    """One row per words that name or refer to an actor or a place, keyed by (`article_id`, `start`).

    Mentions of one article never overlap. A person's mention is the name without its title; the country adjective of
    the title is a mention of its own.
    """

    kind: str = pa.Field(isin=MENTION_KINDS, description="What is meant; a capital that acts is a country.")
    how: str = pa.Field(isin=HOWS, description="How the text refers to it.")
    actor_id: str = pa.Field(
        nullable=True,
        str_matches=id_pattern("act"),
        description="The actor meant; null for places and groups.",
    )
    name: str = pa.Field(description='The resolved name ("Vladimir Putin" for "Putin").')
    code: str = columns.actor_code()
    country: str = columns.country_code()
    sector: str = columns.sector()
    role: str = pa.Field(nullable=True, description="Office or function as the text states it.")
    confidence: float = pa.Field(
        in_range={"min_value": 0, "max_value": 1},
        description="How sure it is that the words mean this actor and side: 1 where the text says so, less where the "
        "context was weighed (a pronoun, an official without a country).",
    )
    latitude: float = columns.latitude()
    longitude: float = columns.longitude()

    class Config(Span.Config):
        """Key and name."""

        name = "mentions"
        unique = ["article_id", "start"]
