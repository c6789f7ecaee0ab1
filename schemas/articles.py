"""Table `articles`."""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl

from schemas.columns import Table, id_pattern


class Articles(Table):
    """One row per article that was accepted, keyed by `article_id`.

    A release holds evidence sentences, not full texts: `text` is null unless the release was made `--with-text`.
    """

    article_id: str = pa.Field(
        str_matches=id_pattern("art"),
        description="Hash of the article's source identity, title, date and text.",
    )
    source_id: str = pa.Field(description="The user's own id: the record's id, or the file's name.")
    source_uri: str = pa.Field(nullable=True, description="The article's address, where the input gives one.")
    source_name: str = pa.Field(
        nullable=True, description="Who published it, from the record or the dateline."
    )
    title: str = pa.Field(description="The headline; it helps to resolve actors and is not coded.")
    text: str = pa.Field(nullable=True, description="The full text; null unless released with texts.")
    language: str = pa.Field(isin=["en"], description="ISO 639-1; English news is what detente reads.")
    published_at: Annotated[pl.Datetime, "us", "UTC"] = pa.Field(
        description="Time of publication (UTC); midnight where the input gives the day only."
    )
    published_date: pl.Date = pa.Field(description="Day of publication (UTC).")
    updated_at: Annotated[pl.Datetime, "us", "UTC"] = pa.Field(
        nullable=True, description="When the source last changed it (UTC), where the input says so."
    )
    story_id: str = pa.Field(
        str_matches=id_pattern("sto"), description="The story that it tells, alone or with its copies."
    )
    duplicate_of: str = pa.Field(
        nullable=True,
        str_matches=id_pattern("art"),
        description="The original that it is a copy of; null for an original.",
    )
    word_count: int = pa.Field(ge=1, description="Words of the text, split at white space.")
    declared_count: int = pa.Field(
        nullable=True, description="The count that the seed format's first line carries."
    )
    repairs: Annotated[pl.List, pl.String] = pa.Field(
        description="What was done to the bytes before offsets were fixed."
    )

    class Config(Table.Config):
        """Key and name."""

        name = "articles"
        unique = ["article_id"]
