"""Calendar periods and their arithmetic: days, weeks, months, quarters, seasons, years and longer.

A period is its unit and its number on that unit's own axis, so that the next one is one more and the same one a year
before is a year's worth of numbers less. What does not belong here: language.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Final, Literal

Unit = Literal["day", "week", "weekend", "month", "quarter", "half", "season", "year", "decade", "century"]

PER_YEAR: Final[dict[Unit, int]] = {"month": 12, "quarter": 4, "half": 2, "season": 4, "year": 1}
"""How many periods of a unit make a year, where that is a whole number."""
SEASON_CODES: Final = ("SP", "SU", "FA", "WI")
_DIGITS: Final[dict[str, int]] = {"year": 4, "decade": 3, "century": 2}
_SEASON_FIRST_MONTH: Final = (3, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class Period:
    """One period of the calendar.

    Attributes:
        unit: Its length.
        number: Its place on the unit's axis: proleptic Gregorian ordinal for days, that of the Monday divided by
            seven for weeks and weekends, year * periods per year + index from zero for what divides a year, and
            year // 10, year // 100 for decades and centuries.
    """

    unit: Unit
    number: int

    @property
    def value(self) -> str:
        """The TIMEX3 value. Decades have three digits and centuries two, as in ISO 8601."""
        if self.unit == "day":
            return date.fromordinal(self.number).isoformat()
        if self.unit in {"week", "weekend"}:
            year, week, _ = _monday(self.number).isocalendar()
            return f"{year:04}-W{week:02}" + ("-WE" if self.unit == "weekend" else "")
        if self.unit in _DIGITS:
            return f"{self.number:0{_DIGITS[self.unit]}}"
        code = {"month": f"{self.index:02}", "season": SEASON_CODES[(self.index - 1) % 4]}
        return f"{self.year:04}-" + code.get(self.unit, f"{self.unit[0].upper()}{self.index}")

    @property
    def year(self) -> int:
        """The year in which it begins (for a week: the ISO year)."""
        match self.unit:
            case "day":
                return date.fromordinal(self.number).year
            case "week" | "weekend":
                return _monday(self.number).isocalendar().year
            case "decade":
                return self.number * 10
            case "century":
                return self.number * 100
            case _:
                return self.number // PER_YEAR[self.unit]

    @property
    def index(self) -> int:
        """Which month, quarter, half or season of its year, from 1."""
        return self.number % PER_YEAR[self.unit] + 1

    @property
    def earliest(self) -> date:
        """Its first day. Seasons are the meteorological ones of the northern hemisphere."""
        match self.unit:
            case "day":
                return date.fromordinal(self.number)
            case "week":
                return _monday(self.number)
            case "weekend":
                return _monday(self.number) + timedelta(days=5)
            case "season":
                return date(self.year, _SEASON_FIRST_MONTH[self.index - 1], 1)
            case "month" | "quarter" | "half" | "year":
                return date(self.year, (self.index - 1) * 12 // PER_YEAR[self.unit] + 1, 1)
            case "decade" | "century":
                return date(max(self.year, MINYEAR), 1, 1)

    @property
    def latest(self) -> date:
        """Its last day."""
        match self.unit:
            case "day":
                return self.earliest
            case "week" | "weekend":
                return _monday(self.number) + timedelta(days=6)
            case "decade":
                return date(self.year + 9, 12, 31)
            case "century":
                return date(self.year + 99, 12, 31)
            case _:
                first = self.earliest
                return _last_of_month(first.year, first.month + 12 // PER_YEAR[self.unit] - 1)

    def shifted(self, count: int, unit: Unit | None = None) -> Period:
        """The period of the same length `count` units later (earlier if negative).

        Args:
            count: How far.
            unit: In what steps, its own ones if None. Steps of a year keep the place in the year.

        Raises:
            OverflowError: The result lies outside the calendar.
        """
        if unit is None or unit == self.unit:
            return checked(self.unit, self.number + count)
        if self.unit in PER_YEAR and unit == "year":
            return checked(self.unit, self.number + count * PER_YEAR[self.unit])
        return period_of(self.unit, moved(self.earliest, count, unit))


def checked(unit: Unit, number: int) -> Period:
    """The period, if all its days are in the calendar.

    Raises:
        OverflowError: They are not.
    """
    period = Period(unit, number)
    try:
        inside = period.earliest.year >= MINYEAR and period.latest.year < MAXYEAR
    except (ValueError, OverflowError):
        inside = False
    if not inside:
        raise OverflowError(f"{unit} {number} is outside the calendar")
    return period


def period_of(unit: Unit, day: date) -> Period:
    """The period of that unit in which `day` lies (a weekend: the one of its week; winter: the one begun last)."""
    match unit:
        case "day":
            return Period(unit, day.toordinal())
        case "week" | "weekend":
            return Period(unit, (day.toordinal() - 1) // 7)
        case "season":
            return Period(unit, (day.year * 12 + day.month - 3) // 3)
        case "decade":
            return Period(unit, day.year // 10)
        case "century":
            return Period(unit, day.year // 100)
        case _:
            return Period(unit, day.year * PER_YEAR[unit] + (day.month - 1) * PER_YEAR[unit] // 12)


def part_of_year(unit: Unit, year: int, index: int = 1) -> Period:
    """The `index`-th (from 1) month, quarter, half or season of a year, or the year itself.

    Raises:
        OverflowError: There is no such part, or it is outside the calendar.
    """
    if not 1 <= index <= PER_YEAR[unit]:
        raise OverflowError(f"a year has no {unit} {index}")
    return checked(unit, year * PER_YEAR[unit] + index - 1)


def moved(day: date, count: float, unit: str) -> date:
    """The day `count` units later; the last day of a month stays inside it.

    Raises:
        OverflowError: The result lies outside the calendar.
    """
    months = {"month": 1, "quarter": 3, "half": 6, "season": 3, "year": 12, "decade": 120, "century": 1200}
    if unit not in months:
        days = {"day": 1, "night": 1, "week": 7, "weekend": 7, "fortnight": 14}.get(unit, 0)
        return day + timedelta(days=round(count * days))
    number = day.year * 12 + day.month - 1 + round(count * months[unit])
    year, month = divmod(number, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError(f"{count} {unit}s from {day} is outside the calendar")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _monday(week_number: int) -> date:
    return date.fromordinal(week_number * 7 + 1)


def _last_of_month(year: int, month: int) -> date:
    """The last day of a month; months beyond 12 run into the next year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, monthrange(year, month)[1])
