"""Table `appearances`."""

from __future__ import annotations

import pandera.polars as pa

from schemas.columns import InArticle


class Appearances(InArticle):
    """One row per (`article_id`, `source_uri`): an address, other than its own, where the same article was seen.

    The same article has the same source, title, day and text. It is known by the shortest of its addresses, which
    is in `articles`. What another source published is an article of its own, and perhaps a copy (`stories`).
    """

    source_uri: str = pa.Field(description="The other address.")

    class Config(InArticle.Config):
        """Key and name."""

        name = "appearances"
        unique = ["article_id", "source_uri"]
