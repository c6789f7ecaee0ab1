"""Which versions of a store housekeeping keeps."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

from schemas.months import month_of

if TYPE_CHECKING:
    from collections.abc import Mapping

VersionName = Annotated[str, Field(pattern=r"^v[0-9]{7}$")]


class Retention(BaseModel):
    """The rule: a version stays if any of its parts names it. Without any part every version stays.

    The latest version always stays.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    last: int | None = Field(default=None, ge=1, description="Keep so many of the newest versions.")
    months: int | None = Field(
        default=None, ge=1, description="Keep the last version of each of so many of the newest months."
    )
    versions: tuple[VersionName, ...] = Field(
        default=(), description="Keep these: versions that somebody cites."
    )

    @property
    def keeps_all(self) -> bool:
        """Whether the rule says nothing."""
        return self.last is None and self.months is None and not self.versions

    def kept(self, published: Mapping[str, date]) -> frozenset[str]:
        """The versions that stay.

        Args:
            published: Every version with the day on which it was published.
        """
        names = sorted(published)
        if self.keeps_all or not names:
            return frozenset(names)
        last_of_month = {month_of(published[name]): name for name in names}
        newest_months = sorted(last_of_month)[-self.months :] if self.months else []
        newest = names[-self.last :] if self.last else []
        named = set(self.versions).intersection(names)
        return frozenset({names[-1], *newest, *named, *(last_of_month[month] for month in newest_months)})
