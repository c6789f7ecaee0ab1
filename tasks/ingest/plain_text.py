"""Articles in files of plain text, one in each.

In: the bytes of a .txt file. Out: its article, or why not. Two layouts are read: a first line ` date YYYY-MM-DD N`
with the title below it, or just a title in the first line. The text is everything after the title line, to the
character but for the line ends at its end; a dateline in it names the source and stays.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from schemas.article import Article
from tasks.datelines import find_dateline
from tasks.ingest.checks import checked, refuse, refuse_binary
from tasks.ingest.normalise import clean, decode
from tasks.ingest.origins import stem
from tasks.ingest.publication_dates import date_in_file_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.refusal import Refusal
    from tasks.ingest.options import IngestOptions

TEXT_SUFFIX = ".txt"

_DATE_LINE = re.compile(r"\s*date\s+(\d{4}-\d{2}-\d{2})(?:\s+(\d{1,18}))?\s*", re.ASCII)
_BYTES_PER_CHARACTER = 4  # at most, in UTF-8 and UTF-16
_TITLE_BYTES = 65_536  # what the lines above the text may add to the largest file that is worth reading


class _Head(NamedTuple):
    """What stands above the text.

    Attributes:
        written_date: Day that the first line gives, as written; None in files without such a line.
        declared_count: Number behind it.
        title: The title line.
        body_start: First character of the text.
    """

    written_date: str | None
    declared_count: int | None
    title: str
    body_start: int


def read_text_file(stream: BinaryIO, *, options: IngestOptions, origin: str) -> Iterator[Article | Refusal]:
    """The article of a file, or the refusal of the file.

    Args:
        stream: Open for reading bytes; it stays open.
        options: How to read, and what to refuse.
        origin: The path.
    """
    most = options.max_characters * _BYTES_PER_CHARACTER + _TITLE_BYTES
    raw = stream.read(most + 1)
    if len(raw) > most:
        detail = f"More than {most:,} bytes; the limit is {options.max_characters:,} characters."
        yield refuse("too_long", detail, origin=origin, value=decode(raw[:400]).text)
    else:
        yield parse_text_file(raw, origin=origin, options=options)


def parse_text_file(raw: bytes, *, origin: str, options: IngestOptions) -> Article | Refusal:
    """The article that the bytes of a file hold, or their refusal."""
    if binary := refuse_binary(raw, origin=origin):
        return binary
    content, repairs = clean(decode(raw))
    head = _read_head(content)
    file_stem = stem(origin)
    text = content[head.body_start :].rstrip("\n")
    dateline = find_dateline(text)
    source = (dateline and dateline.source) or options.default_source
    try:
        day = date.fromisoformat(head.written_date) if head.written_date else date_in_file_name(file_stem)
    except ValueError:
        detail = f"The first line gives a day that is not in the calendar: {head.written_date}."
        refusal = refuse("bad_date", detail, origin=origin, value=head.written_date or "", record=content)
        return replace(refusal, source_name=source)
    article = Article(
        source_id=file_stem,
        has_own_id=False,
        title=" ".join(head.title.split()),
        text=text,
        published_date=day or options.default_date,
        source_name=source,
        origin=origin,
        declared_count=head.declared_count,
        repairs=repairs,
    )
    return checked(article, options=options, record=content)


def _read_head(content: str) -> _Head:
    line, end = _next_line(content, 0)
    match = _DATE_LINE.fullmatch(line)
    if not match:
        return _Head(None, None, line, end)
    title, end = _next_line(content, end)
    return _Head(match[1], int(match[2]) if match[2] else None, title, end)


def _next_line(content: str, start: int) -> tuple[str, int]:
    """The first line at or after `start` that is not blank, and where the line after it begins."""
    while start < len(content):
        newline = content.find("\n", start)
        end = newline if newline >= 0 else len(content)
        line = content[start:end]
        start = end + 1
        if line and not line.isspace():
            return line, start
    return "", len(content)
