"""What an article must be to come in, whatever it was read from.

In: an article as its reader built it. Out: the article, or the refusal with the first thing that is wrong. What does
not belong here: formats, and what needs to know the other articles (`tasks.ingest.accept`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schemas.identity import identity_of
from schemas.refusal import Reason, Refusal
from tasks.ingest.language import other_language
from tasks.ingest.normalise import binary_format

if TYPE_CHECKING:
    from datetime import date

    from schemas.article import Article
    from tasks.ingest.options import IngestOptions


LONGEST_RECORD = 1_000_000
"""Characters of a refused input that are kept; of a longer one there is the origin, where it still lies."""


def refuse(
    reason: Reason, detail: str, *, origin: str, value: str = "", record: str | None = None
) -> Refusal:
    """A refusal of this stage; it keeps a `record` of up to `LONGEST_RECORD` characters."""
    kept = record if record is not None and len(record) <= LONGEST_RECORD else None
    return Refusal(
        stage="ingest", table=None, reason=reason, detail=detail, origin=origin, value=value, record=kept
    )


def refuse_binary(head: bytes, *, origin: str) -> Refusal | None:
    """The refusal of a file whose first bytes say that it is no text; None for a text."""
    binary = binary_format(head)
    if binary is None:
        return None
    detail = f"This is no text but a binary file: {binary}."
    return refuse("binary_file", detail, origin=origin, value=head[:16].hex(" "))


def checked(article: Article, *, options: IngestOptions, record: str) -> Article | Refusal:
    """The article if it can come in.

    Args:
        article: As read.
        options: What the user asks of articles.
        record: The raw input as text, for a refusal to keep.
    """
    fault = _fault(article, options)
    if fault is None:
        return article
    reason, detail, value = fault
    refusal = refuse(reason, detail, origin=article.origin, value=value, record=record)
    return replace(
        refusal,
        source_identity=identity_of(article),
        source_name=article.source_name,
        day=possible_day(article.published_date, options),
    )


def possible_day(day: date | None, options: IngestOptions) -> date | None:
    """A day of publication unless it is still to come."""
    return None if day is None or _is_to_come(day, options) else day


def _fault(article: Article, options: IngestOptions) -> tuple[Reason, str, str] | None:
    """The first rule that an article breaks: reason, detail and what broke it. Cheap rules come first."""
    longest = max(article.text, article.title, key=len)
    day = article.published_date
    if len(longest) > options.max_characters:
        return (
            "too_long",
            f"{len(longest):,} characters; the limit is {options.max_characters:,}. Split the article.",
            longest,
        )
    if options.require_text and not any(map(str.isalnum, article.text)):
        return "empty", "There is no text, or none below the title line.", article.title or article.text
    if day is None and options.require_date:
        return (
            "no_date",
            "There is no date of publication: give one, or run with a default date.",
            article.title,
        )
    if day is not None and _is_to_come(day, options):
        return "future_date", f"Published {day}, after {options.as_of}, the day of this run.", str(day)
    if options.check_language and (language := other_language(article.text)):
        return "not_english", f"The text is in another language than English ({language}).", article.text
    return None


def _is_to_come(day: date, options: IngestOptions) -> bool:
    return options.as_of is not None and day > options.as_of
