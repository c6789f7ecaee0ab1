"""Articles in JSON lines, one record a line.

In: a binary stream. Out: for each line that is not blank its article, or why not. Strings come out of the JSON as
they are. What does not belong here: what makes an article of a record (`tasks.ingest.records`).
"""

from __future__ import annotations

import codecs
import json
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

from tasks.ingest.checks import refuse, refuse_binary
from tasks.ingest.normalise import SNIFFED_BYTES, decode, wide_encoding
from tasks.ingest.origins import STANDARD_INPUT, line_origin
from tasks.ingest.records import NoArticleError, read_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schemas.article import Article
    from schemas.refusal import Refusal
    from tasks.ingest.options import IngestOptions

_BYTES_PER_CHARACTER = 12  # at most: two \u escapes
_OTHER_BYTES = 1_048_576  # what the rest of a record may add to the longest line that is worth reading
_BLANKS = b" \t\r\n" + codecs.BOM_UTF8


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
    if binary := refuse_binary(head, origin=origin):
        yield binary
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
        loaded = _load(record)
    except NoArticleError as error:
        return error.refusal(origin=origin, record=record)
    return read_record(loaded, origin=origin, options=options, raw=record, repairs=repairs)


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
        raise NoArticleError("broken_json", "The line is nested too deeply to be a record.", record) from None
    except json.JSONDecodeError as error:
        detail = f"The line is not JSON: {error.msg} (column {error.colno})."
        raise NoArticleError("broken_json", detail, record[max(error.pos - 20, 0) :]) from None
    except ValueError:  # Python turns no number of more than 4,300 digits into an int
        raise NoArticleError("broken_json", "The line holds a number that is too long.", record) from None
    if not isinstance(loaded, dict):
        raise NoArticleError("wrong_type", "A record is a JSON object, {...}, on one line.", record)
    return loaded
