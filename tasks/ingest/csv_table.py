"""Articles in CSV, one record a row below a header.

In: a stream of bytes. Out: for each row that is not blank its article, or why not. Cells are what stands in the file,
to the character; an empty one is absent. What does not belong here: what makes an article of a record
(`tasks.ingest.records`).

Rows are parted by `csv`, strictly, since a quotation mark that does not match makes the cells behind it those of
another record. What comes after such a row is read from its second line on; until a row has as many cells as the
header, it counts as the rest of the broken one, for it may be a paragraph of its text.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TextIO

from schemas.refusal import MAX_VALUE_CHARACTERS
from tasks.ingest.checks import LONGEST_RECORD, refuse, refuse_binary
from tasks.ingest.columns import columns_of_fields
from tasks.ingest.normalise import SNIFFED_BYTES, Decoded, decode_part, wide_encoding
from tasks.ingest.origins import line_origin
from tasks.ingest.records import NoArticleError, read_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from schemas.article import Article
    from schemas.refusal import Reason, Refusal
    from tasks.ingest.options import IngestOptions

    _Decode = Callable[[str], Decoded]

_DELIMITERS = ",;\t|"
_BLANKS = " \t\r\n"
_BYTES_PER_CHARACTER = 4  # at most, in UTF-8; a quotation mark takes two
_OTHER_BYTES = 1_048_576  # what the other cells may add to the longest text that is worth reading
_TRANSPARENT = "latin-1"
"""Shows each byte as one character, so that rows can be parted before it is known what the bytes of a cell mean."""


class _Header(NamedTuple):
    """What the first line says.

    Attributes:
        delimiter: What parts the cells.
        width: How many cells a row has.
        columns: The key under which a cell stands in its record, and where the cell is.
        fields: The keys that are fields of an article.
    """

    delimiter: str
    width: int
    columns: tuple[tuple[str, int], ...]
    fields: frozenset[str]


class _Row(NamedTuple):
    """A row that could be read; `raw` is it as it stands in the file."""

    line: int
    cells: list[str]
    raw: str


@dataclass(slots=True, kw_only=True)
class _BrokenRow:
    """A row that could not be read, and the lines after it that were left out.

    Attributes:
        reason: Why, as a fixed word.
        detail: Why, in a sentence.
        line: Where it begins.
        opening: The beginning of it.
        last_line: The last line that was left out.
        size: The characters of all these lines.
        raw: The lines; none if they are too many to be kept.
    """

    reason: Reason
    detail: str
    line: int
    opening: str
    last_line: int = 0
    size: int = 0
    raw: list[str] = field(default_factory=list)

    def add(self, lines: Sequence[str], *, start: int) -> None:
        """Count lines among those that were left out."""
        self.last_line = start + len(lines) - 1
        self.size += sum(map(len, lines))
        if self.size <= LONGEST_RECORD:
            self.raw.extend(lines)
        else:
            self.raw.clear()


class _TooLongError(Exception):
    """A row has no end within the limit."""


class _Lines:
    """The lines of a stream as `csv.reader` asks for them, with those of the row that is being read.

    A line that was read in vain can be read again, but once: the time for any input is linear in its length.

    Attributes:
        start: Where the row begins; lines count from 1.
        row: Its lines.
    """

    def __init__(self, stream: TextIO, *, longest: int) -> None:
        self.start = 1
        self.row: list[str] = []
        self._stream = stream
        self._longest = longest
        self._size = 0
        self._again: deque[str] = deque()
        self._repeats = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self._again:
            line = self._again.popleft()
            self._repeats = True
        else:
            line = self._stream.readline(self._longest)
        if not line:
            raise StopIteration
        self.row.append(line)
        self._size += len(line)
        if self._size >= self._longest:
            raise _TooLongError
        return line

    def begin_row(self) -> None:
        """What comes next is another row."""
        self.start += len(self.row)
        self.row = []
        self._size = 0
        self._repeats = False

    def give_up_row(self) -> None:
        """Leave only the first line to the row; the others are read again, unless some were already."""
        if not self._repeats:
            self._again.extendleft(reversed(self.row[1:]))
            del self.row[1:]
        piece = self.row[-1]
        while len(piece) == self._longest and not piece.endswith(("\r", "\n")):
            piece = self._stream.readline(self._longest)


def read_csv(
    stream: io.BufferedReader, *, options: IngestOptions, origin: str
) -> Iterator[Article | Refusal]:
    """The articles and refusals of a stream, in its order.

    Args:
        stream: Open for reading bytes; it stays open.
        options: How to read, and what to refuse.
        origin: What to call the stream: the path, if it has one.
    """
    head = stream.peek(SNIFFED_BYTES)[:SNIFFED_BYTES]
    if binary := refuse_binary(head, origin=origin):
        yield binary
        return
    if head.startswith(codecs.BOM_UTF8):
        stream.read(len(codecs.BOM_UTF8))
    wide = wide_encoding(head)
    text = io.TextIOWrapper(stream, encoding=wide or _TRANSPARENT, errors="replace", newline="")
    try:
        yield from _read_table(text, decode=_decoder(wide), options=options, origin=origin)
    finally:
        text.detach()


def _decoder(wide: str | None) -> _Decode:
    """How a cell becomes text: in an encoding that a byte order mark announces it is text already."""
    if wide:
        return lambda cell: Decoded(cell, (f"decoded as {wide}",))
    return lambda cell: decode_part(cell.encode(_TRANSPARENT))


def _read_table(
    stream: TextIO, *, decode: _Decode, options: IngestOptions, origin: str
) -> Iterator[Article | Refusal]:
    longest = options.max_characters * _BYTES_PER_CHARACTER + _OTHER_BYTES
    csv.field_size_limit(max(csv.field_size_limit(), longest))  # `_Lines` bounds what a cell can have
    lines = _Lines(stream, longest=longest)
    try:
        header = _read_header(lines, decode=decode, options=options)
    except _TooLongError:
        yield refuse("too_long", f"The header has {longest:,} bytes or more.", origin=origin)
        return
    except NoArticleError as error:
        yield error.refusal(origin=origin)
        return
    for row in _rows(lines, header):
        here = line_origin(origin, row.line)
        if isinstance(row, _BrokenRow):
            yield _refuse_broken(row, decode=decode, origin=here)
        else:
            yield _read_row(row, header, decode=decode, options=options, origin=here)


def _read_header(lines: _Lines, *, decode: _Decode, options: IngestOptions) -> _Header:
    """The header in the first line that is not blank; it is parted by what makes the most cells of it."""
    for line in lines:
        lines.begin_row()
        if line.strip(_BLANKS):
            break
    else:
        raise NoArticleError("empty", "The file is empty; its first line must name the columns.")
    delimiter = max(_DELIMITERS, key=lambda mark: len(next(csv.reader([line], delimiter=mark))))
    try:
        cells = next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as error:
        detail = f"The quotation marks of the header do not match ({error})."
        raise NoArticleError("broken_csv", detail, decode(line).text) from None
    names = [decode(cell).text.strip() for cell in cells]
    fields = columns_of_fields(names, options=options)
    others = [(name, place) for place, name in enumerate(names) if place not in fields.values()]
    return _Header(delimiter, len(names), (*fields.items(), *others), frozenset(fields))


def _rows(lines: _Lines, header: _Header) -> Iterator[_Row | _BrokenRow]:
    """The rows that are not blank; a broken one when it is known where reading goes on."""
    reader = csv.reader(lines, delimiter=header.delimiter, strict=True)
    broken: _BrokenRow | None = None
    while True:
        lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            break
        except (csv.Error, _TooLongError) as error:
            lines.give_up_row()
            broken = broken or _broken_row(error, lines)
            broken.add(lines.row, start=lines.start)
            continue
        if broken and len(cells) != header.width:
            broken.add(lines.row, start=lines.start)
            continue
        if broken:
            yield broken
            broken = None
        if "".join(cells).strip(_BLANKS):
            yield _Row(lines.start, cells, "".join(lines.row))
    if broken:
        yield broken


def _broken_row(error: Exception, lines: _Lines) -> _BrokenRow:
    reason: Reason = "broken_csv"
    detail = f"The quotation marks do not match ({error}): inside a quoted cell each is written twice."
    if isinstance(error, _TooLongError):
        reason = "too_long"
        detail = "The row is longer than any article that is read: split it, or close its quotation marks."
    opening = lines.row[0][:MAX_VALUE_CHARACTERS]
    return _BrokenRow(reason=reason, detail=detail, line=lines.start, opening=opening)


def _refuse_broken(row: _BrokenRow, *, decode: _Decode, origin: str) -> Refusal:
    left_out = f" Lines {row.line} to {row.last_line} were left out." if row.last_line > row.line else ""
    return refuse(
        row.reason,
        row.detail + left_out,
        origin=origin,
        value=decode(row.opening).text,
        record=_as_record(decode("".join(row.raw)).text) if row.raw else None,
    )


def _read_row(
    row: _Row, header: _Header, *, decode: _Decode, options: IngestOptions, origin: str
) -> Article | Refusal:
    if fault := _fault(row, header):
        raw = decode(row.raw).text
        return refuse("broken_csv", fault, origin=origin, value=raw, record=_as_record(raw))
    cells = {key: decode(row.cells[place]) for key, place in header.columns if place < len(row.cells)}
    record = {key: cell.text for key, cell in cells.items() if cell.text}
    repairs = [repair for key, cell in cells.items() if key in header.fields for repair in cell.repairs]
    return read_record(
        record,
        origin=origin,
        options=options,
        raw=json.dumps(record, ensure_ascii=False),
        repairs=tuple(dict.fromkeys(repairs)),
    )


def _fault(row: _Row, header: _Header) -> str | None:
    """What makes a row unfit to be a record. Fewer cells are no fault: the others are absent."""
    if any(row.cells[header.width :]):
        return (
            f"The row has {len(row.cells)} cells and the header {header.width}: "
            "a cell that holds the delimiter stands in quotation marks."
        )
    return "The row holds a NUL byte, which is no text." if "\0" in row.raw else None


def _as_record(raw: str) -> str:
    """A row that is no record, as a line of JSON; it names no field, so that it is refused until it is mended."""
    return json.dumps({"csv": raw}, ensure_ascii=False)
