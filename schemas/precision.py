"""How a date is written at its precision: 2025-08-06, 2025-08 or 2025."""

from __future__ import annotations

from datetime import date

_LENGTHS = {"day": len("2025-08-06"), "month": len("2025-08"), "year": len("2025")}


def at_precision(day: date, precision: str) -> str:
    """The day, or the month or year that it is in.

    Raises:
        KeyError: There is no such precision.
    """
    return day.isoformat()[: _LENGTHS[precision]]
