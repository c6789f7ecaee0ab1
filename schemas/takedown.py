"""A takedown: an article that a store has to forget, and never to take again.

It says what the article is known by and why it went, and nothing of what it said. What falls under it, and where
takedowns are kept: `tasks.takedowns`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

TakedownId = Annotated[str, Field(pattern=r"^tak_[0-9a-f]{20}$")]
Reason = Annotated[str, Field(min_length=1, max_length=2000)]


class Takedown(BaseModel):
    """One article to be forgotten.

    Attributes:
        takedown_id: Hash of the article's id.
        article_id: The article, as it was known.
        others: Ids of what else the store had that falls under it: corrections, the same at other addresses or sources.
        content_hashes: Of every version of it that the store had.
        source_identities: Under which its source, or another address, may send it again.
        refusals: Rows that were refused of it, and refused inputs that hold its text (ids of the table `quarantine`).
        reason: Why, in the words of whoever decided it.
        decided_on: The day (UTC).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    takedown_id: TakedownId
    article_id: str
    others: tuple[str, ...] = ()
    content_hashes: tuple[str, ...]
    source_identities: tuple[str, ...]
    refusals: tuple[str, ...] = ()
    reason: Reason
    decided_on: date
