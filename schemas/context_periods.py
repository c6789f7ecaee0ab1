"""Table `context_periods`."""

from __future__ import annotations

import pandera.polars as pa

from schemas.columns import Counts, InPeriod
from schemas.plover import CONTEXTS


class _Matter(InPeriod):
    """The key; a class of its own, so that its columns come before the counts."""

    context: str = pa.Field(isin=list(CONTEXTS), description="What the events are about.")


class ContextPeriods(Counts, _Matter):
    """One row per (`grain`, `period`, `context`): what was reported on a matter, in a day or month.

    An event with several contexts counts once in each, so rows must not be summed over contexts; one without any
    counts nowhere.
    """

    class Config(Counts.Config):
        """Key and name."""

        name = "context_periods"
        unique = ["grain", "period", "context"]
