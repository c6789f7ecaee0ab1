"""One article in memory, as ingestion hands it to extraction.

What belongs here: the record and nothing else. How its identity is computed is in `schemas.identity`, how it is
read from a file in `tasks.ingest`, and the table that it becomes in `schemas.articles`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article whose text is final: every offset that detente writes counts characters of `text`.

    Attributes:
        source_id: The user's own id (that of a record); a file's stem, or stem and line, where there is none.
        has_own_id: Whether the source gave that id. One that we made of a file's name identifies nothing: tomorrow's
            file may have the same name.
        title: The headline, "" if there is none. It helps to resolve actors and is not coded.
        text: The body, dateline included, exactly as it will be stored.
        published_date: Day of publication (UTC); None if the input gives none (`extract` copes, `run` refuses).
        published_at: Time of publication (UTC) where the input gives one.
        updated_at: When the source says it last changed the article (UTC).
        source_name: Who published it ("MENAFN").
        source_uri: Its address.
        origin: Where detente read it: a path, with the line or row of a record.
        declared_count: The number that the seed format's first line carries; kept, relied on for nothing.
        repairs: What was done to the bytes before the text was final, for instance "decoded as cp1252".
    """

    source_id: str
    title: str
    text: str
    published_date: date | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    source_name: str | None = None
    source_uri: str | None = None
    origin: str = ""
    declared_count: int | None = None
    repairs: tuple[str, ...] = ()
    has_own_id: bool = True
