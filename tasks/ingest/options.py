"""What a user can say about the articles that come in.

What does not belong here: defaults that depend on the clock. `as_of` is passed in, so that a run can be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemas.defaults import MAX_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from schemas.months import Months

FIELDS = ("id", "title", "date", "text", "source", "url", "updated_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestOptions:
    """How articles are read and which are refused.

    Attributes:
        fields: Our name of a field (one of `FIELDS`) -> the key or column that the user's records have for it.
        default_date: Day of publication of articles that give none.
        default_source: Source name of articles that give none.
        as_of: The day after which nothing can have been published; None does not look.
        require_date: Refuse an article whose day of publication is still unknown.
        require_text: Refuse an article without words below its title.
        max_characters: Length of a text, or of a title, above which the article is refused.
        check_language: Refuse articles that are surely not in English.
        months: Take only articles published in these; None for all.
        allow_empty_folders: A folder that holds no articles is read as such; otherwise it is taken for a mistake.

    Raises:
        ValueError: `fields` maps a name that is none of ours.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    default_date: date | None = None
    default_source: str | None = None
    as_of: date | None = None
    require_date: bool = False
    require_text: bool = True
    max_characters: int = MAX_CHARACTERS
    check_language: bool = True
    months: Months | None = None
    allow_empty_folders: bool = False

    def __post_init__(self) -> None:
        """Refuse a mapping that would never be looked at."""
        unknown = [name for name in self.fields if name not in FIELDS]
        if unknown:
            raise ValueError(f"no such field: {', '.join(unknown)}; a field is one of {', '.join(FIELDS)}")

    def key(self, name: str) -> str:
        """The key that the user's records have for one of our fields."""
        return self.fields.get(name, name)
