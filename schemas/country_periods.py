"""Table `country_periods`."""

from __future__ import annotations

import pandera.polars as pa

from schemas.columns import ACTOR_CODE, Counts, InPeriod


class _Side(InPeriod):
    """The key and the roles; a class of its own, so that its columns come before the counts."""

    code: str = pa.Field(str_matches=ACTOR_CODE, description="A country or an intergovernmental body.")
    as_actor: int = pa.Field(ge=0, description="Fresh events in which it acts.")
    as_recipient: int = pa.Field(ge=0, description="Fresh events in which it is acted on.")


class CountryPeriods(Counts, _Side):
    """One row per (`grain`, `period`, `code`): what a side took part in, in a day or month.

    Counts every event with the side among its participants once, events with a single side included.
    """

    class Config(Counts.Config):
        """Key and name."""

        name = "country_periods"
        unique = ["grain", "period", "code"]
