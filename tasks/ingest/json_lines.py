"""Articles in JSON lines, one record a line.

In: a binary stream. Out: for each line that is not blank its article, or why not. Strings come out of the JSON as
they are: the text is not altered by a character, of a title only the white space.
"""

from __future__ import annotations

import codecs
import json
import math
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

from schemas.article import Article
from schemas.refusal import Reason, Refusal, excerpt
from tasks.ingest.checks import checked, refuse
from tasks.ingest.normalise import SNIFFED_BYTES, binary_format, decode, wide_encoding
from tasks.ingest.origins import STANDARD_INPUT, line_origin, made_up_id
from tasks.ingest.publication_dates import Moment, parse_moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tasks.ingest.options import IngestOptions

_BYTES_PER_CHARACTER = 12  # at most: two \u escapes
_OTHER_BYTES = 1_048_576  # what the rest of a record may add to the longest line that is worth reading
_BLANKS = b" \t\r\n" + codecs.BOM_UTF8
_JSON_TYPES = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}


class _FieldError(ValueError):
    """A record that cannot be an article."""

    def __init__(self, reason: Reason, detail: str, value: str) -> None:
        super().__init__(detail)
        self.reason: Reason = reason
        self.detail = detail
        self.value = value


def read_json_lines(
    stream: BinaryIO, *, options: IngestOptions, origin: str = STANDARD_INPUT
) -> Iterator[Article | Refusal]:
    """The articles and refusals of a stream, in its order.

    Args:
        stream: Open for reading bytes; it stays open.
        options: How to read, and what to refuse.
        origin: What to call the stream: the path, if it has one.
    """
    longest = options.max_characters * _BYTES_PER_CHARACTER + _OTHER_BYTES
    pieces = iter(lambda: stream.readline(longest), b"")
    opening = _opening(pieces)
    head = b"".join(opening)[:SNIFFED_BYTES]
    binary = binary_format(head)
    if binary:
        detail = f"This is no text but a binary file: {binary}."
        yield refuse("binary_file", detail, origin=origin, value=head[:16].hex(" "))
        return
    pieces = chain(opening, pieces)
    wide = wide_encoding(head)
    if wide:
        pieces = _as_utf8(pieces, wide)
    for number, (line, whole) in enumerate(_lines(pieces, longest), start=1):
        here = line_origin(origin, number)
        if not whole:
            detail = (
                f"The line has {longest:,} bytes or more; the limit is {options.max_characters:,} characters."
            )
            yield refuse("too_long", detail, origin=here, value=decode(line[:400]).text)
        elif line.strip(_BLANKS):
            yield parse_line(line, origin=here, options=options, encoding=wide)


def parse_line(
    line: bytes, *, origin: str, options: IngestOptions, encoding: str | None = None
) -> Article | Refusal:
    """The article of one line, or its refusal.

    Args:
        line: A record, with or without the end of its line.
        origin: File and line.
        options: How to read, and what to refuse.
        encoding: The encoding that the line was in before it was UTF-8.
    """
    decoded = decode(line)
    record = decoded.text.strip("\r\n\ufeff")
    repairs = (f"decoded as {encoding}", *decoded.repairs) if encoding else decoded.repairs
    try:
        article = _article(_load(record), origin=origin, options=options, repairs=repairs)
    except _FieldError as error:
        return refuse(error.reason, error.detail, origin=origin, value=error.value, record=record)
    return checked(article, options=options, record=record)


def _opening(pieces: Iterator[bytes]) -> list[bytes]:
    """The first pieces of a stream, as many as it takes to tell what it is."""
    opening: list[bytes] = []
    while sum(map(len, opening)) < SNIFFED_BYTES and (piece := next(pieces, b"")):
        opening.append(piece)
    return opening


def _as_utf8(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The lines of a stream in UTF-16 or UTF-32, whose pieces may end in the middle of a character."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    pending: list[str] = []
    for piece in chain(pieces, (b"",)):
        *ended, rest = decoder.decode(piece, final=not piece).split("\n")
        for line in ended:
            yield "".join([*pending, line, "\n"]).encode()
            pending.clear()
        pending.append(rest)
    yield "".join(pending).encode()


def _lines(pieces: Iterable[bytes], longest: int) -> Iterator[tuple[bytes, bool]]:
    """Each line and whether it is whole; of a line beyond `longest` bytes only the first piece is kept."""
    overlong: bytes | None = None
    for piece in pieces:
        is_end = piece.endswith(b"\n")
        if overlong is None and (is_end or len(piece) < longest):
            yield piece, True
            continue
        overlong = overlong or piece
        if is_end:
            yield overlong, False
            overlong = None
    if overlong is not None:
        yield overlong, False


def _load(record: str) -> dict[str, Any]:
    try:
        loaded = json.loads(record)
    except RecursionError:
        raise _FieldError("broken_json", "The line is nested too deeply to be a record.", record) from None
    except json.JSONDecodeError as error:
        detail = f"The line is not JSON: {error.msg} (column {error.colno})."
        raise _FieldError("broken_json", detail, record[max(error.pos - 20, 0) :]) from None
    except ValueError:  # Python turns no number of more than 4,300 digits into an int
        raise _FieldError("broken_json", "The line holds a number that is too long.", record) from None
    if not isinstance(loaded, dict):
        raise _FieldError("wrong_type", "A record is a JSON object, {...}, on one line.", record)
    return loaded


def _article(
    record: dict[str, Any], *, origin: str, options: IngestOptions, repairs: tuple[str, ...]
) -> Article:
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
        source_name=_string(record, options.key("source")) or options.default_source,
        source_uri=_string(record, options.key("url")),
        origin=origin,
        repairs=repairs,
    )


def _text(record: dict[str, Any], key: str) -> str:
    """The text to the character, blank or not; only a record without any is wrong here."""
    if record.get(key) is None:
        keys = excerpt(", ".join(sorted(record))) or "none"
        raise _FieldError("missing_text", f'There is no "{key}" in the record. It has: {keys}.', keys)
    return _storable(record[key], key)


def _string(record: dict[str, Any], key: str) -> str | None:
    """A field's string as it is; None if it is absent, null or blank."""
    value = record.get(key)
    if value is None:
        return None
    string = _storable(value, key)
    return string if string.strip() else None


def _identifier(record: dict[str, Any], key: str) -> str | None:
    """The record's id; a number is kept as its text."""
    value = record.get(key)
    if (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and math.isfinite(value)
    ):
        return str(value)
    return _string(record, key)


def _moment(record: dict[str, Any], key: str) -> Moment | None:
    written = _string(record, key)
    if written is None:
        return None
    try:
        return parse_moment(written)
    except ValueError:
        detail = f'"{key}" is not a date that can be read; write YYYY-MM-DD or an ISO 8601 time.'
        raise _FieldError("bad_date", detail, written) from None


def _storable(value: object, key: str) -> str:
    """A string that UTF-8 can store."""
    if not isinstance(value, str):
        found = _JSON_TYPES[type(value)]
        raise _FieldError("wrong_type", f'"{key}" must be a string and is {found}.', found)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        detail = f'"{key}" has half of a surrogate pair (a \\ud800 escape without its other half).'
        raise _FieldError("unpaired_surrogate", detail, value[max(error.start - 20, 0) :]) from None
    return value
