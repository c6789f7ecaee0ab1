"""Rules for lengths of time, points a length away, repetitions, and the vague present, past and future.

In: the slots of a candidate and its circumstances. Out: its meaning. A length is a DURATION; it becomes a DATE when
"ago", "later" or a future "in" makes it a distance, as coarse as its unit ("three weeks ago" is a week), and a SET
when it says how often.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tasks.extract.timex.meaning import Circumstances, Meaning, calendar, unanchored
from tasks.extract.timex.numerals import number_value
from tasks.extract.timex.periods import PER_YEAR, Unit, moved, period_of
from tasks.extract.timex.pointing_rules import part_code, weekday_number
from tasks.extract.timex.vocabulary import DURATION_CODES, FREQUENCIES, MONTH_NAMES, SEASONS, UNIT_FORMS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_BACK: Final = frozenset({"ago", "earlier", "before", "previously", "beforehand", "prior"})
_FROM_PUBLICATION: Final = frozenset({"ago", "from now", "hence"})
_PAST_FRAMES: Final = frozenset({"past", "last", "latest"})
_FUTURE_FRAMES: Final = frozenset({"next", "coming"})
_HALVES: Final = {"year": "P{}Y6M", "hour": "PT{}H30M", "minute": "PT{}M30S", "day": "P{}DT12H"}
_GRAIN: Final[dict[str, Unit]] = {
    "day": "day",
    "night": "day",
    "week": "week",
    "weekend": "week",
    "fortnight": "week",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
    "decade": "decade",
    "century": "century",
}
_LONGEST: Final = 10_000
"""Units beyond which a distance is no date in news."""


def quantity(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "three days", "two and a half years", "the past five years", "a year ago", "45-year-old"."""
    unit = UNIT_FORMS[slots["unit"]]
    count = _count(slots)
    if "suffix" in slots:
        return _distance(count, unit, slots["suffix"], when)
    value = duration_value(count, unit)
    if when.is_rate:
        return Meaning(type="SET", value=value)
    frame = slots.get("frame", "").split(" ")[-1]
    if count is not None and when.published is not None and unit in _GRAIN and count <= _LONGEST:
        if when.is_offset and when.tense == "future" and not {"frame", "to"} & slots.keys():
            return _point(when.published, count, unit)
        if frame in _PAST_FRAMES:
            first = moved(when.published, -count, unit)
            return Meaning(type="DURATION", value=value, earliest=first, latest=when.published)
        if frame in _FUTURE_FRAMES:
            last = moved(when.published, count, unit)
            return Meaning(type="DURATION", value=value, earliest=when.published, latest=last)
    return Meaning(type="DURATION", value=value)


def units(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "for months", "recent years", "years ago"."""
    suffix = slots.get("suffix")
    if suffix is not None and suffix not in {"ahead", "to come"}:
        return _distance(None, UNIT_FORMS[slots["unit"]], suffix, when)
    return Meaning(type="DURATION", value=duration_value(None, UNIT_FORMS[slots["unit"]]))


def long_unit(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "week-long", "decades-old"."""
    del when
    count = 1.0 if "unit" in slots else None
    return Meaning(
        type="DURATION", value=duration_value(count, UNIT_FORMS[slots.get("unit") or slots["units"]])
    )


def spell(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "some time", "a while"."""
    del slots, when
    return Meaning(type="DURATION", value="PXX")


def every(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "every Tuesday", "each year", "every two weeks"."""
    del when
    if "weekday" in slots:
        value = f"XXXX-WXX-{weekday_number(slots['weekday'])}" + (
            part_code(slots["part"]) if "part" in slots else ""
        )
    elif "month" in slots:
        value = f"XXXX-{MONTH_NAMES[slots['month']]:02}"
    elif "season" in slots:
        value = f"XXXX-{SEASONS[slots['season']]}"
    elif "day_part" in slots:
        value = f"XXXX-XX-XX{part_code(slots['day_part'])}"
    else:
        count = 2.0 if slots.get("count") in {"other", "second"} else number_value(slots.get("count", "one"))
        value = duration_value(count, UNIT_FORMS[slots["unit"]])
    return Meaning(type="SET", value=value)


def weekdays(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "Tuesdays", "Tuesday nights"."""
    del when
    part = part_code(slots["part"]) if "part" in slots else ""
    return Meaning(type="SET", value=f"XXXX-WXX-{weekday_number(slots['weekday'])}{part}")


def frequency(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "daily", "annually"."""
    del when
    return Meaning(type="SET", value=FREQUENCIES[slots["word"]])


def rate(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "per day", "twice a week"."""
    del when
    return Meaning(type="SET", value=duration_value(1, UNIT_FORMS[slots["unit"]]))


def present(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "now"."""
    del slots, when
    return unanchored("PRESENT_REF")


def past(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "recently"."""
    del slots, when
    return unanchored("PAST_REF")


def future(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "soon"."""
    del slots, when
    return unanchored("FUTURE_REF")


def duration_value(count: float | None, unit: str) -> str:
    """The TIMEX3 value of a length: P3D, PT1H30M, P1DE; X for a number that is not said."""
    prefix, code = DURATION_CODES[unit]
    if count is None:
        return f"{prefix}X{code}"
    if unit == "fortnight":
        count *= 2
    if count == 0.5 and unit in {"decade", "century"}:
        return {"decade": "P5Y", "century": "P50Y"}[unit]
    if count == 0.5 and unit in {"year", "hour", "minute"}:
        return {"year": "P6M", "hour": "PT30M", "minute": "PT30S"}[unit]
    if unit in _HALVES and count % 1 == 0.5:
        return _HALVES[unit].format(int(count))
    return f"{prefix}{count:g}{code}" if count % 1 else f"{prefix}{int(count)}{code}"


def _count(slots: Mapping[str, str]) -> float | None:
    """How many units; None if vague. Of "two to three weeks" the lower number."""
    written = slots["count"]
    if written.startswith("half"):
        count: float | None = 6.0 if written == "half a dozen" else 0.5
    else:
        count = 1.0 if written in {"a", "an"} else number_value(written)
    return count + 0.5 if count is not None and "half" in slots else count


def _distance(count: float | None, unit: str, suffix: str, when: Circumstances) -> Meaning:
    """The point that lies a length before or after the publication or what the text spoke of last."""
    back = suffix in _BACK
    if count is None or count > _LONGEST:
        return unanchored("PAST_REF" if back else "FUTURE_REF")
    if unit == "year" and back and when.reported is not None and count % 1 == 0:
        return calendar(when.reported.shifted(-int(count), "year"))
    reference = when.day_anchor if _GRAIN.get(unit, "day") in {"day", "week"} else when.anchor
    anchor = when.published if suffix in _FROM_PUBLICATION else reference
    if anchor is None:
        return unanchored(
            "PAST_REF" if suffix == "ago" else "FUTURE_REF" if suffix in _FROM_PUBLICATION else "XXXX"
        )
    return _point(anchor, -count if back else count, unit)


def _point(anchor: date, count: float, unit: str) -> Meaning:
    """The period of that unit so far from the anchor. A part of a unit is counted in the next smaller one."""
    if unit not in _GRAIN:
        return Meaning(
            type="TIME",
            value=f"{anchor.isoformat()}TXX:XX",
            earliest=anchor - timedelta(days=1),
            latest=anchor,
        )
    if count % 1 and unit == "year":
        return calendar(period_of("month", moved(anchor, count * PER_YEAR["month"], "month")))
    return calendar(period_of(_GRAIN[unit], moved(anchor, count, unit)))
