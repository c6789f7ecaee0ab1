"""Table `quotes`."""

from __future__ import annotations

import pandera.polars as pa

from schemas import columns
from schemas.columns import QUOTE_KINDS, Span, id_pattern


class Quotes(Span):
    """One row per words that somebody said, in quotation marks or not, keyed by `quote_id`.

    The words of a direct quotation include its marks; those of the others are the content of what is said.
    """

    quote_id: str = pa.Field(str_matches=id_pattern("quo"), description="Hash of the article and the span.")
    kind: str = pa.Field(
        isin=QUOTE_KINDS,
        description="`direct`: in quotation marks; `indirect`: reported without; `mixed`: reported with a part in marks.",
    )
    speaker_text: str = pa.Field(nullable=True, description='Who says it, as written ("the minister").')
    speaker: str = pa.Field(nullable=True, description="The speaker's resolved name.")
    actor_id: str = pa.Field(
        nullable=True, str_matches=id_pattern("act"), description="The speaker as an actor."
    )
    country: str = columns.country_code()
    cue: str = pa.Field(nullable=True, description='The verb of saying, as written ("told").')
    event_id: str = columns.of_event("The event that is reported in these words, the first of several.")

    class Config(Span.Config):
        """Key and name."""

        name = "quotes"
        unique = ["quote_id"]
        metadata = {**Span.Config.metadata, "references": {"article_id": "articles", "event_id": "events"}}
