from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ingest.publication_dates import date_in_file_name, parse_moment

DAY = date(2024, 3, 9)


@pytest.mark.parametrize(
    "written",
    [
        "2024-03-09",
        " 2024-03-09\n",
        "20240309",
        "2024/03/09",
        "9 March 2024",
        "09 mar 2024",
        "March 9, 2024",
        "Mar. 9 2024",
        "9 MARCH, 2024",
    ],
)
def test_a_day(written):
    assert parse_moment(written) == (DAY, None)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2024-03-09T10:30:00Z", datetime(2024, 3, 9, 10, 30, tzinfo=UTC)),
        ("2024-03-09t10:30z", datetime(2024, 3, 9, 10, 30, tzinfo=UTC)),
        ("2024-03-09 10:30:00.250", datetime(2024, 3, 9, 10, 30, 0, 250_000, tzinfo=UTC)),
        ("2024-03-09 10:30:00 UTC", datetime(2024, 3, 9, 10, 30, tzinfo=UTC)),
        ("2024-03-09T23:30:00-05:00", datetime(2024, 3, 10, 4, 30, tzinfo=UTC)),
        ("2024-03-09 01:30:00 +0200", datetime(2024, 3, 8, 23, 30, tzinfo=UTC)),
        ("20240309T103000Z", datetime(2024, 3, 9, 10, 30, tzinfo=UTC)),
        ("Sat, 09 Mar 2024 10:30:00 +0100", datetime(2024, 3, 9, 9, 30, tzinfo=UTC)),
        ("9 Mar 2024 10:30 GMT", datetime(2024, 3, 9, 10, 30, tzinfo=UTC)),
        ("Sat, 09 Mar 2024 22:30:00 EST", datetime(2024, 3, 10, 3, 30, tzinfo=UTC)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_time_is_kept_in_utc_and_gives_the_day_in_utc(written, at):
    assert parse_moment(written) == (at.date(), at)


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "yesterday",
        "03/09/2024",
        "9.3.2024",
        "2024-3-9",
        "2024-02-30",
        "2024-13-01",
        "0000-00-00",
        "2024",
        "2024-03",
        "31 February 2024",
        "Marsh 9, 2024",
        "1709980200",
        "20240309112",
        "2024-W10-6",
        "2024-03-09T25:00",
        "2024-03-09Tnoon",
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:00-05:00",
        "٢٠٢٤-٠٣-٠٩",
        "\ud800",
        "9" * 10**5,
        "Sat, 09 Mar 2024 10:30 XYZ",
        "2024-03/09",
    ],
)
def test_what_is_not_one_day_everywhere_is_no_date(written):
    with pytest.raises(ValueError, match=r".*"):
        parse_moment(written)


@given(st.text(max_size=80))
def test_any_text_is_a_moment_or_a_value_error(written):
    try:
        moment = parse_moment(written)
    except ValueError:
        return
    assert isinstance(moment.day, date)


@given(
    st.datetimes(min_value=datetime(1000, 1, 2), max_value=datetime(9999, 12, 30)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
def test_iso_times_round_trip(at, minutes_ahead):
    there = at.replace(tzinfo=timezone(timedelta(minutes=minutes_ahead)))
    assert parse_moment(there.isoformat()).at == there


def test_the_start_of_a_moment():
    assert parse_moment("2024-03-09").start == datetime(2024, 3, 9, tzinfo=UTC)
    assert parse_moment("2024-03-09T10:30Z").start == datetime(2024, 3, 9, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stem", "day"),
    [
        ("2024-03-09", DAY),
        ("wire_2024-03-09_17", DAY),
        ("20240309", DAY),
        ("wire20240309a", DAY),
        ("99999999-2024-03-09", DAY),
        ("2024-0309", None),
        ("120240309", None),
        ("2024-02-30", None),
        ("note", None),
        ("12345678", None),
        ("", None),
    ],
)
def test_date_in_file_name(stem, day):
    assert date_in_file_name(stem) == day
