"""Rules for expressions that name a place in the calendar: dates, months, seasons, quarters, years, centuries.

In: the slots of a candidate and its circumstances. Out: its meaning, None if there is no such date. What a date
leaves out (the year of "7 August") comes from the publication day and the tense: in the past the last one up to the
publication day, in the future the next one from it, else the nearest.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from tasks.extract.timex.meaning import Circumstances, Meaning, calendar, day_of, fiscal, timed, unanchored
from tasks.extract.timex.numerals import number_value, ordinal_value, year_value
from tasks.extract.timex.periods import PER_YEAR, SEASON_CODES, Period, Unit, checked, part_of_year, period_of
from tasks.extract.timex.vocabulary import DECADE_WORDS, MONTH_ABBREVIATIONS, MONTH_NAMES, NAMED_DAYS, SEASONS

if TYPE_CHECKING:
    from collections.abc import Mapping

# Two digits mean a year up to twenty years after publication; without a publication day, up to 2049.
PIVOT_YEAR: Final = 2029

_A_LEAP_YEAR: Final = 2000

BACKWARD: Final = frozenset({"last", "past", "this past", "this last", "the last", "the past"})
FORWARD: Final = frozenset({"next", "coming", "this coming", "the next", "the coming", "the upcoming"})
BEFORE: Final = frozenset({"the previous", "the preceding", "the prior"})
AFTER: Final = frozenset({"the following"})


def iso(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "2025-08-07", "2025-08-07T10:30"."""
    del when
    day = day_of(date.fromisoformat(slots["date"].replace("/", "-")))
    return timed(day, f"T{slots['clock']}") if "clock" in slots else day


def numeric(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "7/8/2025".

    The day is what exceeds 12. Where both readings exist, points mean day first; with slashes and hyphens the
    reading nearer to the publication day counts, and without one the American order.
    """
    year = year_value(slots["year"], pivot=_pivot(when))
    first, second = int(slots["first"]), int(slots["second"])
    month_first, day_first = _day(year, first, second), _day(year, second, first)
    if month_first is None or day_first is None:
        found = month_first or day_first
    elif slots["mark"] == ".":
        found = day_first
    elif when.published is None:
        found = month_first
    else:
        published = when.published
        found = min(month_first, day_first, key=lambda day: abs(day - published))
    return None if found is None else day_of(found)


def day_in_month(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "7 August 2025", "Aug. 7", "the 7th of last month's August"."""
    month, day = month_number(slots["month"]), ordinal_value(slots.get("day") or slots["nth"])
    if day is None or not 1 <= day <= 31:
        return None
    return _day_of_year(month, day, slots, when)


def named_day(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "Christmas", "New Year's Eve 2024"."""
    return _day_of_year(*NAMED_DAYS[slots["name"]], slots, when)


def day_of_month(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "the 7th": of the month that the tense asks for."""
    day = ordinal_value(slots["day"])
    if day is None or when.published is None:
        return None if day is None else unanchored(f"XXXX-XX-{day:02}")
    months = [period_of("month", when.published).shifted(step) for step in (-2, -1, 0, 1, 2)]
    days = [found for month in months if (found := _day(month.year, month.index, day))]
    return day_of(_by_tense(days, when.published, when))


def month_of_year(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "May 2024", "May last year"."""
    return _part("month", month_number(slots["month"]), slots, when)


def month(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "in May", "last May", "mid-May"."""
    return _part("month", month_number(slots["month"]), slots, when)


def season(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "last summer", "the winter of 1994"."""
    return _part("season", SEASON_CODES.index(SEASONS[slots["season"]]) + 1, slots, when)


def ordinal_period(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "the third quarter", "the first half of 2025", "this year's fourth quarter"."""
    unit: Unit = "quarter" if slots["unit"] == "quarter" else "half"
    ordinal = slots["ordinal"]
    index = PER_YEAR[unit] if ordinal in {"final", "last"} else ordinal_value(ordinal)
    if index is None:
        return None
    if (before := slots.get("year_before")) is not None:
        slots = {**slots, "year": before.removeprefix("the ").removesuffix("'s")}
    meaning = _part(unit, index, slots, when)
    if meaning is not None and meaning.period is not None and "shift" in slots:
        meaning = calendar(meaning.period.shifted(-1, "year"))
    if (
        meaning is not None
        and meaning.period is not None
        and ("fiscal" in slots or is_fiscal(slots.get("year", "")))
    ):
        return fiscal(meaning.period)
    return meaning


def coded_period(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "Q3 2025", "H1"."""
    return _part("quarter" if slots["unit"] == "q" else "half", int(slots["ordinal"]), slots, when)


def part_of_period(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "the first week of May", "the last three days of 2024": the whole as its value, the part as its days."""
    whole = _whole(slots["whole"], when)
    if whole is None or whole.earliest is None or whole.latest is None:
        return whole
    unit = slots["unit"]
    length = int(number_value(slots.get("count", "one")) or 3) * {"day": 1, "week": 7, "weekend": 7}[unit]
    if slots["ordinal"] in {"last", "final", "closing"}:
        first = max(whole.latest.toordinal() - length + 1, whole.earliest.toordinal())
    else:
        place = 1 if slots["ordinal"] == "opening" else ordinal_value(slots["ordinal"]) or 1
        first = min(whole.earliest.toordinal() + (place - 1) * length, whole.latest.toordinal())
    if unit == "day" and length == 1:
        return day_of(date.fromordinal(first))
    last = min(first + length - 1, whole.latest.toordinal())
    return Meaning(
        type="DATE",
        value=whole.value,
        earliest=date.fromordinal(first),
        latest=date.fromordinal(last),
        period=whole.period,
    )


def year(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "2024", "the year 2000", "'98", "nineteen ninety-six"."""
    number = year_value(slots["year"], pivot=_pivot(when))
    return None if number is None else calendar(checked("year", number))


def fiscal_year(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "fiscal 2026", "FY26": which days it has depends on whose year it is."""
    written = slots.get("year") or slots.get("short") or slots["before"]
    number = year_value(written, pivot=_pivot(when))
    return None if number is None else unanchored(f"FY{number:04}")


def decade(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "the 1990s", "the '90s", "the nineties"."""
    written = slots["decade"]
    digits = "".join(character for character in written if character.isdigit())
    if len(digits) == 4:
        return calendar(checked("decade", int(digits) // 10))
    number = year_value(digits or str(DECADE_WORDS[written]), pivot=_pivot(when))
    return None if number is None else calendar(checked("decade", number // 10))


def century(slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The meaning of "the 19th century": its value is the hundreds of its years, 18."""
    del when
    number = ordinal_value(slots["ordinal"])
    return None if number is None else calendar(checked("century", number - 1))


def year_reference(written: str, when: Circumstances) -> Period | None:
    """The year that "2024", "last year", "a year earlier" or "the following year" means; None if that is unknown."""
    words = written.split()
    if words[-1] not in {"year", "ago", "earlier", "before"}:
        number = year_value(_bare_year(written), pivot=_pivot(when))
        return None if number is None else checked("year", number)
    anchor = (
        when.anchor
        if words[0] == "that" or " ".join(words[:2]) in BEFORE | AFTER | {"the same"}
        else when.published
    )
    if anchor is None:
        return None
    pointer = " ".join(word for word in words if word not in {"year", "fiscal", "financial", "calendar"})
    back = pointer in BACKWARD | BEFORE or words[-1] in {"ago", "earlier", "before"}
    step = -1 if back else 1 if pointer in FORWARD | AFTER else 0
    return period_of("year", anchor).shifted(step)


def is_fiscal(written: str) -> bool:
    """Whether a year is counted otherwise than in the calendar."""
    return (
        written.startswith(("fy", "fiscal", "financial")) or " fiscal " in written or " financial " in written
    )


def month_number(written: str) -> int:
    """The month that a name or its abbreviation means."""
    name = written.removesuffix(".")
    return MONTH_NAMES.get(name) or MONTH_ABBREVIATIONS[name]


def _bare_year(written: str) -> str:
    words = [
        word for word in written.split() if word not in {"the", "year", "fiscal", "financial", "calendar"}
    ]
    return " ".join(words).removeprefix("fy").removeprefix("fiscal-").removeprefix("financial-").strip(" -")


def _pivot(when: Circumstances) -> int:
    return PIVOT_YEAR if when.published is None else when.published.year


def _whole(written: str, when: Circumstances) -> Meaning | None:
    """What "the first week of" counts in: a month, with or without its year, or a year."""
    head, _, rest = written.replace(",", "").partition(" ")
    if head.removesuffix(".") in MONTH_NAMES | MONTH_ABBREVIATIONS:
        slots = {"month": head} | ({"year": rest.removeprefix("of ")} if rest else {})
        return month(slots, when)
    if written.endswith(" month"):
        if when.published is None:
            return unanchored("XXXX-XX")
        step = {"last": -1, "next": 1}.get(head, 0)
        return calendar(period_of("month", when.published).shifted(step))
    found = year_reference(written, when)
    return unanchored("XXXX") if found is None else calendar(found)


def _part(unit: Unit, index: int, slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """The `index`-th part of the year that the slots name or the circumstances suggest."""
    code = {
        "month": f"{index:02}",
        "quarter": f"Q{index}",
        "half": f"H{index}",
        "season": SEASON_CODES[(index - 1) % 4],
    }
    if (written := slots.get("year")) is not None:
        found = year_reference(written, when)
        return (
            unanchored(f"XXXX-{code[unit]}")
            if found is None
            else calendar(part_of_year(unit, found.year, index))
        )
    which = slots.get("which", "")
    anchor = when.anchor if which in BEFORE | AFTER else when.published
    if anchor is None:
        return unanchored(f"XXXX-{code[unit]}")
    now = period_of(unit, anchor)
    parts = [part_of_year(unit, now.year + step, index) for step in (-1, 0, 1)]
    if which in BACKWARD | BEFORE:
        return calendar(
            max((part for part in parts if part.number < now.number), key=lambda part: part.number)
        )
    if which in FORWARD | AFTER:
        return calendar(
            min((part for part in parts if part.number > now.number), key=lambda part: part.number)
        )
    if which == "this":
        return calendar(part_of_year(unit, anchor.year, index))
    return calendar(_period_by_tense(parts, now, when))


def _period_by_tense(parts: list[Period], now: Period, when: Circumstances) -> Period:
    """Of the same part of several years, the one that the tense asks for; without tense the last one begun.

    Two exceptions, because nobody names the year that is obvious: the month after the one of publication is the
    coming one unless its verb is in the past, and the quarter just over is meant even where its results are still
    to be reported.
    """
    last = max((part for part in parts if part.number <= now.number), key=lambda part: part.number)
    coming = min((part for part in parts if part.number >= now.number), key=lambda part: part.number)
    if when.tense == "future":
        return last if now.unit == "quarter" and now.number - last.number <= 1 else coming
    if when.tense is None and now.unit == "month" and coming.number - now.number == 1:
        return coming
    return last


def _day_of_year(month: int, day: int, slots: Mapping[str, str], when: Circumstances) -> Meaning | None:
    """A day of the year that the slots name or the circumstances suggest."""
    if (written := slots.get("year")) is not None:
        named_year = year_reference(written, when)
        if named_year is not None:
            exact = _day(named_year.year, month, day)
            return None if exact is None else day_of(exact)
    if written is not None or when.published is None:
        return None if _day(_A_LEAP_YEAR, month, day) is None else unanchored(f"XXXX-{month:02}-{day:02}")
    years = range(when.published.year - 4, when.published.year + 5)  # enough for 29 February
    days = [found for year in years if (found := _day(year, month, day))]
    which = slots.get("which", "")
    if which in BACKWARD:
        return day_of(max(found for found in days if found < when.published))
    if which in FORWARD:
        return day_of(min(found for found in days if found > when.published))
    return day_of(_by_tense(days, when.published, when)) if days else None


def _by_tense(days: list[date], published: date, when: Circumstances) -> date:
    """Of several days the last one of the past, the next one of the future, or the nearest."""
    before = [day for day in days if day <= published]
    ahead = [day for day in days if day >= published]
    if when.tense == "past" and before:
        return max(before)
    if when.tense == "future" and ahead:
        return min(ahead)
    return min(days, key=lambda day: (abs(day - published), day))


def _day(year: int | None, month: int, day: int) -> date | None:
    """The date, None if the calendar has none."""
    try:
        return None if year is None else date(year, month, day)
    except ValueError:
        return None
