"""The checks that a release has to pass before it is published: what each counts, and its bounds.

A check is a number: a part of what it looks at, divided by all of it. Below its minimum nothing is published, above its
maximum the run says so and goes on. What does not belong here: counting and judging (`tasks.quality`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

CheckName = Literal[
    "articles_accepted",
    "rows_valid",
    "articles_with_events",
    "events_per_article",
    "events_sure",
    "participants_with_side",
]

LEAST_ROWS = 20
"""A check with less to look at decides nothing: one odd article in five is no reason to hold a release back.
Design choice."""


class Bounds(BaseModel):
    """Between which values a check is fine; None for no bound."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minimum: float | None = Field(
        default=None, ge=0, description="Publish nothing if the check is below this."
    )
    maximum: float | None = Field(default=None, ge=0, description="Warn if the check is above this.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"the minimum {self.minimum:g} is above the maximum {self.maximum:g}")
        return self


UNBOUNDED = Bounds()


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityCheck:
    """What a check is.

    Attributes:
        says: What its value is, in words.
        rows: What it looks at, of all that the run made anew.
        is_share: Whether the value is the share of these that are fine, so that the others are failures.
        bounds: The default ones. They are wide: what is usual differs from feed to feed, and a feed of one's own is
            worth bounds of its own.
    """

    says: str
    rows: str
    is_share: bool = True
    bounds: Bounds = UNBOUNDED

    def in_units(self, value: float | None) -> str:
        """A value of it, or a bound, for people to read: a share as a percentage."""
        if value is None:
            return "none"
        return f"{100 * value:.4g}%" if self.is_share else f"{value:.3g}"


CHECKS: dict[CheckName, QualityCheck] = {
    "articles_accepted": QualityCheck(
        says="Articles of the input that were accepted; a minimum, by max_refused_share, counts from min_refused on",
        rows="articles",
    ),
    "rows_valid": QualityCheck(
        says="Rows made in this run that keep every rule of their table",
        rows="rows",
        bounds=Bounds(minimum=0.98),
    ),
    "articles_with_events": QualityCheck(
        says="Articles that report an event; the others are about something else, or nothing was understood",
        rows="articles",
        bounds=Bounds(minimum=0.02),
    ),
    "events_per_article": QualityCheck(
        says="Events for each article",
        rows="articles",
        is_share=False,
        bounds=Bounds(maximum=15),
    ),
    "events_sure": QualityCheck(
        says="Events that the coder is sure of; the others are in uncertain_events",
        rows="events",
        bounds=Bounds(minimum=0.2),
    ),
    "participants_with_side": QualityCheck(
        says="Participants whose country or organisation is known",
        rows="participants",
        bounds=Bounds(minimum=0.5),
    ),
}
"""By name, in the order in which they are shown."""


def require_sense(bounds: dict[CheckName, Bounds]) -> dict[CheckName, Bounds]:
    """The bounds, if those of shares are shares.

    Raises:
        ValueError: One is above 1.
    """
    for check, bound in bounds.items():
        highest = max(bound.minimum or 0.0, bound.maximum or 0.0)
        if CHECKS[check].is_share and highest > 1:
            raise ValueError(f"{check} is a share, from 0 to 1, and cannot be {highest:g}")
    return bounds
