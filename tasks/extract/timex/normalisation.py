"""Normalisation: what a recognised expression means under its circumstances.

In: a candidate (`recognition`) and the circumstances (publication day, tense, what the text spoke of last). Out: its
meaning, or None if it has none ("30 February"). One rule per form; the rules live by family in `calendar_rules`,
`pointing_rules` and `length_rules`, and know nothing of the text around.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tasks.extract.timex import calendar_rules, length_rules, pointing_rules
from tasks.extract.timex.meaning import Circumstances, Meaning, timed
from tasks.extract.timex.recognition import readings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tasks.extract.timex.recognition import Candidate

_DAY_FORMS: Final = frozenset({"month_day", "day_month", "weekday", "deictic_day"})


def meaning_of(candidate: Candidate, when: Circumstances) -> Meaning | None:
    """The meaning of an expression, None if there is no such time."""
    try:
        return RULES[candidate.form](candidate.slots, when)
    except (OverflowError, ValueError):  # beyond the years 1 to 9999, or no date of the calendar
        return None


def _time_on_day(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "3 p.m. on Tuesday", "Friday at noon", "the night of Aug. 7"."""
    day = slots["day"]
    reading = next((r for r in readings(day, 0) if r.end == len(day) and r.form in _DAY_FORMS), None)
    found = None if reading is None else RULES[reading.form](reading.slots, when)
    time = pointing_rules.clock_code(slots["time"])
    return None if found is None or time is None else timed(found, time)


RULES: Final[Mapping[str, Callable[[Mapping[str, str], Circumstances], Meaning | None]]] = {
    "iso": calendar_rules.iso,
    "numeric": calendar_rules.numeric,
    "month_day": calendar_rules.day_in_month,
    "day_month": calendar_rules.day_in_month,
    "month_of_year": calendar_rules.month_of_year,
    "month": calendar_rules.month,
    "day_of_month": calendar_rules.day_of_month,
    "named_day": calendar_rules.named_day,
    "season": calendar_rules.season,
    "season_of_year": calendar_rules.season,
    "ordinal_period": calendar_rules.ordinal_period,
    "coded_period": calendar_rules.coded_period,
    "year_coded_period": calendar_rules.coded_period,
    "part_of_period": calendar_rules.part_of_period,
    "year": calendar_rules.year,
    "named_year": calendar_rules.year,
    "short_year": calendar_rules.year,
    "fiscal_year": calendar_rules.fiscal_year,
    "decade": calendar_rules.decade,
    "century": calendar_rules.century,
    "weekday": pointing_rules.weekday,
    "weekday_of_week": pointing_rules.weekday_of_week,
    "deictic_day": pointing_rules.deictic_day,
    "unit": pointing_rules.unit,
    "numbered_period": pointing_rules.numbered_period,
    "compared_period": pointing_rules.compared_period,
    "unit_ago": pointing_rules.unit_ago,
    "unit_end": pointing_rules.unit_end,
    "time_of_day": _time_on_day,
    "day_at_time": _time_on_day,
    "clock": pointing_rules.clock,
    "bare_clock": pointing_rules.clock,
    "day_part": pointing_rules.day_part,
    "sole_day_part": pointing_rules.sole_day_part,
    "quantity": length_rules.quantity,
    "units": length_rules.units,
    "long_unit": length_rules.long_unit,
    "spell": length_rules.spell,
    "every": length_rules.every,
    "weekdays": length_rules.weekdays,
    "frequency": length_rules.frequency,
    "rate": length_rules.rate,
    "present": length_rules.present,
    "past": length_rules.past,
    "future": length_rules.future,
}
"""Form to rule. The forms of ranges are missing: recognition hands over their two ends."""
