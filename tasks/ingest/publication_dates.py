"""Dates of publication as people and programs write them.

In: a string. Out: the day and, where it gives one, the time, both UTC. Only forms that mean one day everywhere are
read: 08/07/2025 is two days and therefore none. Dates inside an article's text are the business of extraction.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WRITTEN_OUT = (
    re.compile(rf"(?P<day>\d{{1,2}}) {_MONTH},? (?P<year>\d{{4}})", re.IGNORECASE | re.ASCII),
    re.compile(rf"{_MONTH} (?P<day>\d{{1,2}}),? (?P<year>\d{{4}})", re.IGNORECASE | re.ASCII),
)
_NUMERIC = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/]?)(?P<month>\d{2})(?P=mark)(?P<day>\d{2})(?:[T ](?P<time>\d[\d:.,]*) ?(?P<zone>\S*))?",
    re.IGNORECASE | re.ASCII,
)
# RFC 2822 and the zone names it lists; the standard library takes other names for UTC, which they are not.
_MAIL = re.compile(
    r"(?:[a-z]{3},\s*)?\d{1,2} [a-z]{3} \d{4} \d{1,2}:\d{2}(?::\d{2})? (?:[+-]\d{4}|UTC?|GMT|Z|[ECMP][SD]T)",
    re.IGNORECASE | re.ASCII,
)
_IN_FILE_NAME = re.compile(r"(?<!\d)((?:1[89]|20)\d\d)(-?)(\d\d)\2(\d\d)(?!\d)", re.ASCII)
_LONGEST = 64


class Moment(NamedTuple):
    """A day and, if known, the time on it. Both are UTC."""

    day: date
    at: datetime | None

    @property
    def start(self) -> datetime:
        """The time, or the beginning of the day."""
        return self.at or datetime.combine(self.day, time(), UTC)


def parse_moment(written: str) -> Moment:
    """The moment that a string gives: YYYY-MM-DD, ISO 8601, RFC 2822, or with the month in English.

    A time without a zone is taken as UTC.

    Raises:
        ValueError: It gives no moment, or more than one.
    """
    compact = " ".join(written.split())
    if len(compact) > _LONGEST:
        raise ValueError("not a date")
    for pattern in _WRITTEN_OUT:
        if match := pattern.fullmatch(compact):
            month = _MONTHS.index(match["month"][:3].lower()) + 1
            return Moment(date(int(match["year"]), month, int(match["day"])), None)
    if _MAIL.fullmatch(compact):
        return _in_utc(parsedate_to_datetime(compact))
    if match := _NUMERIC.fullmatch(compact):
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        if not match["time"]:
            return Moment(day, None)
        zone = "Z" if match["zone"].upper() in {"UTC", "GMT"} else match["zone"].upper()
        return _in_utc(datetime.fromisoformat(f"{day}T{match['time']}{zone}"))
    raise ValueError("not a date")


def date_in_file_name(stem: str) -> date | None:
    """The first day that a file's name gives as YYYY-MM-DD or YYYYMMDD, between 1800 and 2099."""
    for match in _IN_FILE_NAME.finditer(stem):
        try:
            return date(int(match[1]), int(match[3]), int(match[4]))
        except ValueError:  # digits that are no day, a number of another kind
            continue
    return None


def _in_utc(moment: datetime) -> Moment:
    try:
        at = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:  # the first or last day of the calendar, moved across its end
        raise ValueError("out of the calendar") from None
    return Moment(at.date(), at)
