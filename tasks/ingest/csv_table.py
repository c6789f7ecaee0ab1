"""Articles in CSV, one record a row below a header.

In: a stream of bytes. Out: for each row that is not blank its article, or why not. Cells are what stands in the file,
to the character; an empty one is absent. What does not belong here: what makes an article of a record
(`tasks.ingest.records`), and how rows are parted (`tasks.ingest.csv_rows`).
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from typing import TYPE_CHECKING, NamedTuple, TextIO

from tasks.ingest.checks import refuse, refuse_binary
from tasks.ingest.columns import columns_of_fields
from tasks.ingest.csv_rows import BLANKS, BrokenRow, Lines, Row, RowTooLongError, read_rows
from tasks.ingest.normalise import SNIFFED_BYTES, Decoded, decode_part, wide_encoding
from tasks.ingest.origins import line_origin
from tasks.ingest.publication_dates import parse_moment
from tasks.ingest.records import NoArticleError, read_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemas.article import Article
    from schemas.refusal import Refusal
    from tasks.ingest.options import IngestOptions

    _Decode = Callable[[str], Decoded]

_DELIMITERS = ",;\t|"
_PROSE_MARKS = ",;"
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
        date: Where the date of publication is, if there is one.
    """

    delimiter: str
    width: int
    columns: tuple[tuple[str, int], ...]
    fields: frozenset[str]
    date: int | None

    def is_surely_of(self, row: Row) -> bool:
        """Whether a row is no paragraph of a broken text, which can have commas enough to look like a row."""
        if len(row.cells) != self.width:
            return False
        if self.date is not None:
            return _is_date(row.cells[self.date])
        return self.delimiter not in _PROSE_MARKS or f'{self.delimiter}"' in f"{self.delimiter}{row.raw}"


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
    lines = Lines(stream, longest=longest)
    try:
        header = _read_header(lines, decode=decode, options=options)
    except RowTooLongError:
        yield refuse("too_long", f"The header has {longest:,} bytes or more.", origin=origin)
        return
    except NoArticleError as error:
        yield error.refusal(origin=origin)
        return
    for row in read_rows(lines, delimiter=header.delimiter, is_surely_a_row=header.is_surely_of):
        here = line_origin(origin, row.line)
        if isinstance(row, BrokenRow):
            yield _refuse_broken(row, decode=decode, origin=here)
        else:
            yield _read_row(row, header, decode=decode, options=options, origin=here)


def _read_header(lines: Lines, *, decode: _Decode, options: IngestOptions) -> _Header:
    """The header in the first line that is not blank; it is parted by what makes the most cells of it."""
    for line in lines:
        lines.begin_row()
        if line.strip(BLANKS):
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
    return _Header(
        delimiter=delimiter,
        width=len(names),
        columns=(*fields.items(), *others),
        fields=frozenset(fields),
        date=fields.get(options.key("date")),
    )


def _is_date(cell: str) -> bool:
    try:
        parse_moment(cell)
    except ValueError:
        return False
    return True


def _refuse_broken(row: BrokenRow, *, decode: _Decode, origin: str) -> Refusal:
    raw = decode(row.raw.getvalue()).text
    left_out = f" Lines {row.line} to {row.last_line} were left out." if row.last_line > row.line else ""
    return refuse(
        row.reason,
        row.detail + left_out,
        origin=origin,
        value=decode(row.opening).text,
        record=_as_record(raw) if raw else None,
    )


def _read_row(
    row: Row, header: _Header, *, decode: _Decode, options: IngestOptions, origin: str
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


def _fault(row: Row, header: _Header) -> str | None:
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
