"""Table `amounts`."""

from __future__ import annotations

import pandera.polars as pa

from schemas import columns
from schemas.columns import AMOUNT_MODIFIERS, Span, id_pattern


class Amounts(Span):
    """One row per number with what it counts, keyed by `amount_id`."""

    amount_id: str = pa.Field(str_matches=id_pattern("amt"), description="Hash of the article and the span.")
    kind: str = pa.Field(isin=["money", "percent", "count"], description="What sort of amount.")
    value: float = pa.Field(
        description='The normalised number ("$2.5 billion" is 2500000000); of a range the lower end.'
    )
    upper: float = pa.Field(nullable=True, description='The upper end of a range ("10 to 15 people").')
    modifier: str = pa.Field(
        nullable=True,
        isin=AMOUNT_MODIFIERS,
        description="`min`: at least, more than; `max`: up to, less than; `about`; null if just so much.",
    )
    unit: str = pa.Field(
        description='`percent`, the currency, or the noun counted, in the singular ("troop").'
    )
    currency: str = pa.Field(nullable=True, str_matches=r"^[A-Z]{3}$", description="ISO 4217, of money.")
    event_id: str = columns.of_event("The event that it measures.")

    class Config(Span.Config):
        """Key and name."""

        name = "amounts"
        unique = ["amount_id"]
        metadata = {**Span.Config.metadata, "references": {"article_id": "articles", "event_id": "events"}}
