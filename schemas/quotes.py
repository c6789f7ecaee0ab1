"""Table `quotes`."""

from __future__ import annotations

import pandera.polars as pa

from schemas import columns
from schemas.columns import Span, id_pattern


class Quotes(Span):
    """One row per direct quotation, keyed by `quote_id`. The words include the quotation marks."""

    quote_id: str = pa.Field(str_matches=id_pattern("quo"), description="Hash of the article and the span.")
    kind: str = pa.Field(isin=["direct"], description="Direct speech in quotation marks.")
    speaker_text: str = pa.Field(nullable=True, description='Who says it, as written ("the minister").')
    speaker: str = pa.Field(nullable=True, description="The speaker's resolved name.")
    actor_id: str = pa.Field(
        nullable=True, str_matches=id_pattern("act"), description="The speaker as an actor."
    )
    country: str = columns.country_code()
    cue: str = pa.Field(nullable=True, description='The verb of saying, as written ("told").')

    class Config(Span.Config):
        """Key and name."""

        name = "quotes"
        unique = ["quote_id"]
