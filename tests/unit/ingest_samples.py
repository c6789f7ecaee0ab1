"""What tests of several formats share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schemas.article import Article

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.refusal import Refusal


def said(read: Iterable[Article | Refusal]) -> list[Article]:
    """The articles as far as their records speak: without where, and out of which bytes, they were read."""
    return [
        replace(one, origin="", repairs=(), source_id=one.source_id if one.has_own_id else "")
        for one in read
        if isinstance(one, Article)
    ]
