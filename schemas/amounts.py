"""Table `amounts`."""

from __future__ import annotations

import pandera.polars as pa

from schemas.columns import Span, id_pattern


class Amounts(Span):
    """One row per number with what it counts, keyed by `amount_id`."""

    amount_id: str = pa.Field(str_matches=id_pattern("amt"), description="Hash of the article and the span.")
    kind: str = pa.Field(isin=["money", "percent", "count"], description="What sort of amount.")
    value: float = pa.Field(description='The normalised number ("$2.5 billion" is 2500000000).')
    unit: str = pa.Field(
        description='`percent`, the currency, or the noun counted, in the singular ("troop").'
    )
    currency: str = pa.Field(nullable=True, str_matches=r"^[A-Z]{3}$", description="ISO 4217, of money.")

    class Config(Span.Config):
        """Key and name."""

        name = "amounts"
        unique = ["amount_id"]
