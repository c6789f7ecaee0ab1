from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.months import Months, month_after, month_before, month_of

DAYS = st.dates(date(1000, 1, 1), date(9998, 12, 31))


@pytest.mark.parametrize(
    ("month", "before", "after"),
    [("2025-08", "2025-07", "2025-09"), ("2025-01", "2024-12", "2025-02"), ("1999-12", "1999-11", "2000-01")],
)
def test_the_months_beside_a_month(month, before, after):
    assert (month_before(month), month_after(month)) == (before, after)


@given(DAYS)
def test_before_and_after_undo_each_other(day):
    month = month_of(day)
    assert month_before(month_after(month)) == month_after(month_before(month)) == month
    assert month_before(month) < month < month_after(month)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        pytest.param("2025-08", "2025-08", ["2025-08"], id="one"),
        pytest.param("2025-07", "2025-09", ["2025-07", "2025-08", "2025-09"], id="several"),
        pytest.param("2024-12", "2025-01", ["2024-12", "2025-01"], id="over the turn of a year"),
    ],
)
def test_the_months_of_a_span(first, last, expected):
    assert Months(first=first, last=last).each() == expected
    assert str(Months(first=first, last=last)) == f"{first} to {last}"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2024, 11, 30), False, id="the day before"),
        pytest.param(date(2024, 12, 1), True, id="the first day"),
        pytest.param(date(2025, 1, 10), True, id="in between"),
        pytest.param(date(2025, 2, 28), True, id="the last day"),
        pytest.param(date(2025, 3, 1), False, id="the day after"),
        pytest.param(date(2024, 1, 15), False, id="the same month of another year"),
    ],
)
def test_which_days_a_span_has(day, expected):
    span = Months(first="2024-12", last="2025-02")
    assert span.has(day) is expected
    assert pl.select(span.hold(pl.lit(day))).item() is expected


@given(st.tuples(DAYS, DAYS).map(sorted), st.lists(DAYS, max_size=5))
def test_a_column_of_days_is_told_like_each_of_them(ends, days):
    span = Months(first=month_of(ends[0]), last=month_of(ends[1]))
    days = [*ends, *days]
    found = pl.DataFrame({"day": days}).select(inside=span.hold(pl.col("day")))["inside"]
    assert found.to_list() == [span.has(day) for day in days]
    assert found.to_list()[:2] == [True, True]


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 40))
def test_a_span_has_the_days_of_each_of_its_months_and_no_others(start, length):
    months = [month_of(start)]
    for _ in range(length):
        months.append(month_after(months[-1]))
    span = Months(first=months[0], last=months[-1])
    assert span.each() == months
    assert all(span.has(date.fromisoformat(f"{month}-01")) for month in months)
    assert not span.has(date.fromisoformat(f"{month_before(months[0])}-28"))
    assert not span.has(date.fromisoformat(f"{month_after(months[-1])}-01"))


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        pytest.param("2025-02", "2025-01", "2025-02 is after 2025-01", id="backwards"),
        pytest.param("2025-13", "2025-13", "first", id="no such month"),
        pytest.param("2025-00", "2025-01", "first", id="month nought"),
        pytest.param("2025-1", "2025-12", "first", id="one digit"),
        pytest.param("2025-01-01", "2025-12", "first", id="a day"),
        pytest.param("2025-01", "2025-12\n", "last", id="a newline"),
        pytest.param("2025-01", "", "last", id="nothing"),
        pytest.param("2025-01", "2025-1\u0662", "last", id="digits of another script"),
    ],
)
def test_what_is_no_span(first, last, message):
    with pytest.raises(ValidationError, match=message):
        Months(first=first, last=last)
