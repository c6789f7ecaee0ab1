"""Rules for expressions that point from where the text stands: weekdays, "last week", "that day", "Monday night".

In: the slots of a candidate and its circumstances. Out: its meaning, None if it points nowhere. "last" and "next"
count from the publication day; "the previous", "the following", "that" and "the same" from what the text spoke of
last. Without what they count from, X stands for what is not known.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from tasks.extract.timex.calendar_rules import AFTER, BACKWARD, BEFORE, FORWARD, year_reference
from tasks.extract.timex.meaning import Circumstances, Meaning, calendar, day_of, fiscal, timed, unanchored
from tasks.extract.timex.periods import Period, Unit, moved, part_of_year, period_of
from tasks.extract.timex.vocabulary import DAY_PARTS, ONES, UNIT_FORMS, WEEKDAY_ABBREVIATIONS, WEEKDAY_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNKNOWN: Final = {
    "day": "XXXX-XX-XX",
    "week": "XXXX-WXX",
    "weekend": "XXXX-WXX-WE",
    "month": "XXXX-XX",
    "quarter": "XXXX-QX",
    "half": "XXXX-HX",
    "year": "XXXX",
    "decade": "XXX",
    "century": "XX",
}
_CALENDAR_UNITS: Final[dict[str, Unit]] = {
    "day": "day",
    "week": "week",
    "weekend": "weekend",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
    "decade": "decade",
    "century": "century",
}
_CLOCK: Final = re.compile(
    r"(?P<hour>\d{1,2}?(?=\d\d\b|\b|\D)|[a-z]+)[:.]?(?P<minute>\d\d)? ?(?P<half>[ap](?=\.?m\b))?"
)
_ANAPHORIC: Final = frozenset({"that", "the same", "those", "these"})
_DAY_STEPS: Final = {
    "today": 0,
    "yesterday": -1,
    "tomorrow": 1,
    "the day before yesterday": -2,
    "the day after tomorrow": 2,
}


def weekday(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "Wednesday", "last Friday", "Monday night".

    In the past the last one, in the future the next one, the publication day included both times: reports call
    their own day by its name. "last" and "next" leave it out.
    """
    day = _weekday(weekday_number(slots["weekday"]), slots.get("which", ""), when)
    part = slots.get("part")
    return day if part is None else timed(day, part_code(part))


def weekday_of_week(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "Friday last week"."""
    number = weekday_number(slots["weekday"])
    if when.published is None:
        return unanchored(f"XXXX-WXX-{number}")
    week = period_of("week", when.published).shifted({"last": -1, "next": 1, "this": 0}[slots["which"]])
    return day_of(week.earliest + timedelta(days=number - 1))


def deictic_day(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "today", "yesterday morning", "the day after tomorrow"."""
    if when.published is None:
        day = unanchored(_UNKNOWN["day"])
    else:
        day = day_of(when.published + timedelta(days=_DAY_STEPS[slots["word"]]))
    return timed(day, part_code(slots["part"])) if "part" in slots else day


def unit(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "last week", "this year", "the previous day", "that month", "the latest quarter"."""
    which = slots["which"]
    if slots["unit"] == "period":
        return None if when.reported is None else calendar(when.reported)
    length = _CALENDAR_UNITS.get(UNIT_FORMS[slots["unit"]])
    if length is None:  # an hour, a night
        return None
    if length in {"decade", "century"} and which in BACKWARD | FORWARD:
        return _years_around(length, which, when)
    if length == "quarter" and which in {"the", "the latest", "that", "the same"}:
        return _reported_quarter(which, when)
    found = _counted(length, which, when)
    if found is None:
        return unanchored(_UNKNOWN[length])
    return fiscal(found) if "fiscal" in slots else calendar(found)


def unit_end(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "year-end", "the month's end": its last day."""
    length = _CALENDAR_UNITS[slots["unit"]]
    if when.published is None:
        return unanchored(_UNKNOWN[length])
    return day_of(period_of(length, when.published).latest)


def numbered_period(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "the 1988 quarter": the quarter that the text compares, in that year."""
    found = year_reference(slots["year"], when)
    if found is None or slots["unit"] == "half":
        return None
    if when.reported is None:
        return calendar(found) if slots["unit"] == "period" else unanchored(f"{found.value}-QX")
    return calendar(part_of_year(when.reported.unit, found.year, when.reported.index))


def compared_period(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "the year-ago quarter", "the quarter a year ago", "the same period last year", "the same day"."""
    step: int | None = None
    if "shift" in slots or "back" in slots:
        step = -1
    elif "year" in slots:
        step = {"last": -1, "this": 0, "next": 1}[slots["year"]]
    if "when" in slots:
        return _compared_with_year(slots["when"], when)
    if step is None:
        return _same(slots["unit"], when)
    if when.reported is not None:
        return calendar(when.reported.shifted(step, "year"))
    return (
        unanchored("XXXX")
        if when.published is None
        else calendar(period_of("year", when.published).shifted(step))
    )


def unit_ago(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "year-earlier" before a noun."""
    if slots["unit"] == "year" and when.reported is not None:
        return calendar(when.reported.shifted(-1, "year"))
    length = _CALENDAR_UNITS[slots["unit"]]
    return (
        unanchored(_UNKNOWN[length])
        if when.published is None
        else calendar(period_of(length, when.published).shifted(-1))
    )


def day_part(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "this morning", "last night", "the following evening", "the afternoon"."""
    which, part = slots["which"], part_code(slots["part"])
    anchor = when.published if which in {"this", "last"} else when.day_anchor
    if which == "the":
        anchor = _current_day(when)
    if anchor is None:
        return timed(unanchored(_UNKNOWN["day"]), part)
    step = -1 if which in BACKWARD | BEFORE else 1 if which in FORWARD | AFTER else 0
    return timed(day_of(anchor + timedelta(days=step)), part)


def sole_day_part(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "tonight", "overnight" (the night before publication), "mid-afternoon"."""
    if "night" in slots:
        anchor, step = when.published, 0 if slots["night"] == "tonight" else -1
        part = "TNI"
    else:
        anchor, step = _current_day(when), 0
        part = {"morning": "TMO", "afternoon": "TAF", "day": "TMI"}[slots["part"]]
    return timed(
        unanchored(_UNKNOWN["day"]) if anchor is None else day_of(anchor + timedelta(days=step)), part
    )


def clock(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "3 p.m.", "10:30 GMT": on the day that the sentence speaks of, else the publication day. Zones are not kept."""
    time = clock_code(slots["time"])
    if time is None:
        return None
    anchor = _current_day(when)
    return timed(unanchored(_UNKNOWN["day"]) if anchor is None else day_of(anchor), time)


def clock_code(written: str) -> str | None:
    """The TIMEX3 code of a time of day ("T15:00", "TMO"); None if the day has no such time."""
    words = written.removeprefix("the ").split()
    if (
        words[-1] in DAY_PARTS
        and not any(character.isdigit() for character in written)
        and "o'clock" not in words
    ):
        return part_code(words[-1])
    return _clock_digits(written)


def part_code(part: str) -> str:
    """The TIMEX3 code of a part of the day, "late" and "early" left out."""
    return DAY_PARTS[part.replace("-", " ").split()[-1]]


def weekday_number(written: str) -> int:
    """1 for Monday to 7 for Sunday."""
    name = written.removesuffix(".")
    return WEEKDAY_NAMES.get(name) or WEEKDAY_ABBREVIATIONS[name]


def _clock_digits(written: str) -> str | None:
    """The TIMEX3 code of a clock time in digits or with "o'clock"."""
    match = _CLOCK.match(written)
    if match is None:
        return None
    hour = int(match["hour"]) if match["hour"].isdigit() else ONES[match["hour"]]
    afternoon = (
        match["half"] == "p" or "afternoon" in written or "evening" in written or "at night" in written
    )
    if afternoon and hour < 12:
        hour += 12
    elif match["half"] == "a" and hour == 12:
        hour = 0
    minute = int(match["minute"] or 0)
    return f"T{hour:02}:{minute:02}" if hour < 24 or (hour == 24 and minute == 0) else None


def _weekday(number: int, which: str, when: Circumstances) -> Meaning:
    """The weekday that the determiner or the tense asks for."""
    anchor = when.day_anchor if which in BEFORE | AFTER | {"that", "the same"} else when.published
    if anchor is None:
        return unanchored(f"XXXX-WXX-{number}")
    back = (anchor.isoweekday() - number) % 7
    if which in BACKWARD | BEFORE:
        step = -(back or 7)
    elif which in FORWARD | AFTER:
        step = 7 - back
    elif when.tense == "future" or (which == "this" and when.tense is None):
        step = (7 - back) % 7
    else:
        step = -back
    return day_of(anchor + timedelta(days=step))


def _counted(length: Unit, which: str, when: Circumstances) -> Period | None:
    """The period so many steps from where its determiner counts; None if that is not known."""
    relative = which in BEFORE | AFTER | _ANAPHORIC or (length == "day" and which in {"the", "the next"})
    anchor = _reference_day(length, when) if relative else when.published
    if anchor is None:
        return None
    if length == "weekend" and which in {"the", "this"}:
        return _weekend(anchor, when)
    back = which in BACKWARD | BEFORE or which == "the latest"
    return period_of(length, anchor).shifted(-1 if back else 1 if which in FORWARD | AFTER else 0)


def _years_around(length: Unit, which: str, when: Circumstances) -> Meaning:
    """The meaning of "the past decade": the years up to publication, not those with the same digits."""
    value = "P1DE" if length == "decade" else "P1CE"
    if when.published is None:
        return Meaning(type="DURATION", value=value)
    other = moved(when.published, -1 if which in BACKWARD else 1, length)
    first, last = sorted((when.published, other))
    return Meaning(type="DURATION", value=value, earliest=first, latest=last)


def _weekend(published: date, when: Circumstances) -> Period:
    """The weekend that the tense asks for: in the past the last one begun, else that of this week."""
    this = period_of("weekend", published)
    return this.shifted(-1) if when.tense != "future" and published < this.earliest else this


def _reported_quarter(which: str, when: Circumstances) -> Meaning:
    """The meaning of "the quarter": the one spoken of; "the latest quarter" without one: the last complete one."""
    if when.reported is not None and when.reported.unit == "quarter":
        return calendar(when.reported)
    if when.published is None:
        return unanchored(_UNKNOWN["quarter"])
    if which == "the latest":
        return calendar(period_of("quarter", when.published).shifted(-1))
    return unanchored(f"{when.published.year:04}-QX")


def _compared_with_year(written: str, when: Circumstances) -> Meaning:
    """The meaning of "the same period last year": the period spoken of, in the year named."""
    year = year_reference("last year" if written.startswith("the year ") else written, when)
    if year is None:
        return unanchored("XXXX")
    base = when.reported
    return calendar(year if base is None else part_of_year(base.unit, year.year, base.index))


def _same(unit_name: str, when: Circumstances) -> Meaning | None:
    """The meaning of "the same day": the one spoken of."""
    if unit_name == "time":
        return None
    length = _CALENDAR_UNITS.get(unit_name)
    if length is None:
        return None if when.reported is None else calendar(when.reported)
    anchor = _reference_day(length, when)
    return unanchored(_UNKNOWN[length]) if anchor is None else calendar(period_of(length, anchor))


def _reference_day(length: Unit, when: Circumstances) -> date | None:
    """The day that "that day" or "the following month" counts from: what was mentioned must be no coarser."""
    return when.day_anchor if length in {"day", "week", "weekend"} else when.anchor


def _current_day(when: Circumstances) -> date | None:
    """The day that a time of day belongs to."""
    return when.published if when.sentence_day is None else when.sentence_day.earliest
