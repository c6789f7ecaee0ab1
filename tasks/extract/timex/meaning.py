"""What an expression means, and the circumstances that its meaning depends on: the vocabulary of `normalisation`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.extract.timex.periods import Period, period_of

if TYPE_CHECKING:
    from datetime import date

    from tasks.extract.annotations import TimexType
    from tasks.extract.timex.tense import Tense


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A TIMEX3 value with the days that it can mean.

    Attributes:
        type: TIMEX3 type.
        value: TIMEX3 value.
        earliest: First day, None if that cannot be said.
        latest: Last day, None if that cannot be said.
        period: The calendar period, if it is one; later expressions refer back to it.
    """

    type: TimexType
    value: str
    earliest: date | None = None
    latest: date | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What normalisation may know beside the words of the expression.

    Attributes:
        published: Day of publication.
        tense: Which way time runs at the expression.
        reference: The calendar period mentioned last, to which "that day" or "a year earlier" refers.
        last_day: The day mentioned last: what "the next day" counts from.
        sentence_day: The same, if it stands in the same sentence: what "at 3 p.m." belongs to.
        reported: The quarter or half year that the expression compares with another.
        is_rate: Whether the expression says how often ("$3 million a year").
        is_offset: Whether it follows "in" and so can be a point in the future ("will meet in two weeks").
    """

    published: date | None
    tense: Tense | None = None
    reference: Period | None = None
    last_day: Period | None = None
    sentence_day: Period | None = None
    reported: Period | None = None
    is_rate: bool = False
    is_offset: bool = False

    @property
    def anchor(self) -> date | None:
        """The first day of what the text spoke of last, else the day of publication."""
        return self.published if self.reference is None else self.reference.earliest

    @property
    def day_anchor(self) -> date | None:
        """The day that the text spoke of last, else the day of publication."""
        return self.published if self.last_day is None else self.last_day.earliest


def calendar(period: Period) -> Meaning:
    """The meaning of a calendar period."""
    return Meaning(
        type="DATE", value=period.value, earliest=period.earliest, latest=period.latest, period=period
    )


def fiscal(period: Period) -> Meaning:
    """A period of a business year: which days it has depends on whose year it is."""
    return Meaning(type="DATE", value=period.value, period=period)


def unanchored(value: str) -> Meaning:
    """A date that is known only in part, with X for what is not."""
    return Meaning(type="DATE", value=value)


def timed(day: Meaning, time: str) -> Meaning:
    """A time of day ("TNI", "T15:00") on a day."""
    return Meaning(
        type="TIME", value=day.value + time, earliest=day.earliest, latest=day.latest, period=day.period
    )


def day_of(day: date) -> Meaning:
    """The meaning of one day."""
    return calendar(period_of("day", day))
