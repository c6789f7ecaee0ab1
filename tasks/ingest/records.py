"""What makes an article of a record, whatever file it stands in.

In: a mapping of the user's keys to values, as JSON has them. Out: its article, or why not. The text is not altered by a
character, of a title only the white space. What does not belong here: how records are found in a file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from schemas.article import Article
from schemas.identity import source_identity
from schemas.refusal import Reason, Refusal, excerpt
from tasks.ingest.checks import checked, possible_day, refuse
from tasks.ingest.origins import made_up_id
from tasks.ingest.publication_dates import Moment, parse_moment

if TYPE_CHECKING:
    from datetime import date

    from tasks.ingest.options import IngestOptions

Record: TypeAlias = Mapping[str, Any]

_TYPES = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}


class NoArticleError(ValueError):
    """Something that cannot be an article.

    Attributes:
        reason: Why, as a fixed word.
        detail: Why, in a sentence for the user.
        value: What was wrong.
    """

    def __init__(self, reason: Reason, detail: str, value: str = "") -> None:
        """Say why."""
        super().__init__(detail)
        self.reason: Reason = reason
        self.detail = detail
        self.value = value

    def refusal(self, *, origin: str, record: str | None = None) -> Refusal:
        """The refusal of what stands at `origin`, with the raw input as text."""
        return refuse(self.reason, self.detail, origin=origin, value=self.value, record=record)


def read_record(
    record: Record, *, origin: str, options: IngestOptions, raw: str, repairs: tuple[str, ...] = ()
) -> Article | Refusal:
    """The article of a record, or its refusal.

    Args:
        record: Values of JSON by the user's keys; a key without a value is absent or null.
        origin: File and line, or row.
        options: How to read, and what to refuse.
        raw: The record as a line of JSON, for a refusal to keep.
        repairs: What was done to the bytes before they were strings.
    """
    try:
        article = _article(record, origin=origin, options=options, repairs=repairs)
    except NoArticleError as error:
        return replace(
            error.refusal(origin=origin, record=raw),
            source_identity=_identity_in(record, options),
            source_name=_source_in(record, options),
            day=_day_in(record, options),
        )
    return checked(article, options=options, record=raw)


def _article(record: Record, *, origin: str, options: IngestOptions, repairs: tuple[str, ...]) -> Article:
    published = _moment(record, options.key("date"))
    updated = _moment(record, options.key("updated_at"))
    own_id = _identifier(record, options.key("id"))
    return Article(
        source_id=own_id or made_up_id(origin),
        has_own_id=own_id is not None,
        title=" ".join((_string(record, options.key("title")) or "").split()),
        text=_text(record, options.key("text")),
        published_date=published.day if published else options.default_date,
        published_at=published.at if published else None,
        updated_at=updated.start if updated else None,
        source_name=_source(record, options),
        source_uri=_string(record, options.key("url")),
        origin=origin,
        repairs=repairs,
    )


def _identity_in(record: Record, options: IngestOptions) -> str | None:
    """Whose article a record that is none would have been, as far as it says so."""
    try:
        return source_identity(
            source_uri=_string(record, options.key("url")),
            source_name=_source(record, options),
            source_id=_identifier(record, options.key("id")),
        )
    except NoArticleError:
        return None


def _source_in(record: Record, options: IngestOptions) -> str | None:
    """Who published a record that is no article, as far as it says so."""
    try:
        return _source(record, options)
    except NoArticleError:
        return None


def _day_in(record: Record, options: IngestOptions) -> date | None:
    """When a record that is no article was published, as far as it says so."""
    try:
        published = _moment(record, options.key("date"))
    except NoArticleError:
        return None
    return possible_day(published.day if published else options.default_date, options)


def _source(record: Record, options: IngestOptions) -> str | None:
    return _string(record, options.key("source")) or options.default_source


def _text(record: Record, key: str) -> str:
    """The text to the character, blank or not; only a record without any is wrong here."""
    if record.get(key) is None:
        keys = excerpt(", ".join(sorted(record))) or "none"
        raise NoArticleError("missing_text", f'There is no "{key}" in the record. It has: {keys}.', keys)
    return _storable(record[key], key)


def _string(record: Record, key: str) -> str | None:
    """A field's string as it is; None if it is absent, null or blank."""
    value = record.get(key)
    if value is None:
        return None
    string = _storable(value, key)
    return string if string.strip() else None


def _identifier(record: Record, key: str) -> str | None:
    """The record's id; a number is kept as its text."""
    value = record.get(key)
    if (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and math.isfinite(value)
    ):
        return str(value)
    return _string(record, key)


def _moment(record: Record, key: str) -> Moment | None:
    written = _string(record, key)
    if written is None:
        return None
    try:
        return parse_moment(written)
    except ValueError:
        detail = f'"{key}" is not a date that can be read; write YYYY-MM-DD or an ISO 8601 time.'
        raise NoArticleError("bad_date", detail, written) from None


def _storable(value: object, key: str) -> str:
    """A string that UTF-8 can store."""
    if not isinstance(value, str):
        found = _TYPES[type(value)]
        raise NoArticleError("wrong_type", f'"{key}" must be a string and is {found}.', found)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        detail = f'"{key}" has half of a surrogate pair (a \\ud800 escape without its other half).'
        raise NoArticleError("unpaired_surrogate", detail, value[max(error.start - 20, 0) :]) from None
    return value
