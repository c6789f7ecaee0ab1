from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.months import Months, month_after, month_before, month_of

WINTER = Months(first="2024-11", last="2025-02")


def test_each_month_of_a_span():
    assert WINTER.each() == ["2024-11", "2024-12", "2025-01", "2025-02"]
    assert Months(first="2025-02", last="2025-02").each() == ["2025-02"]


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        pytest.param(date(2024, 10, 31), False, id="the day before"),
        pytest.param(date(2024, 11, 1), True, id="the first day"),
        pytest.param(date(2025, 2, 28), True, id="the last day"),
        pytest.param(date(2025, 3, 1), False, id="the day after"),
        pytest.param(date(2025, 11, 5), False, id="the same month of another year"),
    ],
)
def test_a_day_lies_in_the_span_or_not(day, inside):
    assert WINTER.has(day) == inside
    days = pl.DataFrame({"day": [day, None]}, schema={"day": pl.Date})
    assert days.filter(WINTER.hold(pl.col("day"))).height == inside


@given(st.dates(date(2, 1, 1), date(9998, 12, 31)))
def test_months_follow_each_other(day):
    month = month_of(day)
    assert month_before(month_after(month)) == month == month_after(month_before(month))
    assert month_before(month) < month < month_after(month)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2025-02", "2025-01"),
        ("2025-13", "2026-01"),
        ("2025-1", "2025-02"),
        ("2025", "2026"),
        ("", "2025-01"),
    ],
)
def test_what_is_no_span(first, last):
    with pytest.raises(ValidationError):
        Months(first=first, last=last)
