"""A span of months, as a user gives it: 2024-01 to 2024-12."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

if TYPE_CHECKING:
    import polars as pl

Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class Months(BaseModel):
    """All months from `first` to `last`, both included, written as 2024-01."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: Month = Field(description="The first month, as 2024-01.")
    last: Month = Field(description="The last month, as 2024-12.")

    def __str__(self) -> str:
        """The span in words, as in the name of a run."""
        return f"{self.first} to {self.last}"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first > self.last:
            raise ValueError(f"{self.first} is after {self.last}")
        return self

    def each(self) -> list[str]:
        """Every month of the span, in order."""
        months = [self.first]
        while months[-1] < self.last:
            months.append(month_after(months[-1]))
        return months

    def has(self, day: date) -> bool:
        """Whether a day lies in the span."""
        return self.first <= month_of(day) <= self.last

    def hold(self, days: pl.Expr) -> pl.Expr:
        """The same, as an expression over a column of days."""
        months = days.dt.strftime("%Y-%m")
        return (months >= self.first) & (months <= self.last)  # `is_between` takes words for names of columns


def month_of(day: date) -> str:
    """The month that a day is in, as 2024-01."""
    return day.isoformat()[:7]


def month_before(month: str) -> str:
    """The month before a month, "2024-12" for "2025-01"."""
    return _shifted(month, -1)


def month_after(month: str) -> str:
    """The month after a month, "2025-01" for "2024-12"."""
    return _shifted(month, 1)


def _shifted(month: str, by: int) -> str:
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + by, 12)
    return f"{year:04d}-{number + 1:02d}"
