"""The rows of a CSV file, in bounded memory and linear time on any input.

In: a stream of text. Out: its rows, and what is left out because it is none. What does not belong here: headers, what
cells mean, and articles.

Rows are parted by `csv`, strictly, since a quotation mark that does not match makes the cells behind it those of
another row. What comes after such a row is read from its second line on; until something is surely a row of the table,
it counts as the rest of the broken one, for it may be a paragraph of its text.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TextIO

from schemas.refusal import MAX_VALUE_CHARACTERS
from tasks.ingest.checks import LONGEST_RECORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from schemas.refusal import Reason

BLANKS = " \t\r\n"


class Row(NamedTuple):
    """A row that could be read; `raw` is it as it stands in the file."""

    line: int
    cells: list[str]
    raw: str


@dataclass(slots=True, kw_only=True)
class BrokenRow:
    """A row that could not be read, and the lines after it that were left out.

    Attributes:
        reason: Why, as a fixed word.
        detail: Why, in a sentence.
        line: Where it begins.
        opening: The beginning of it.
        last_line: The last line that was left out.
        size: The characters of all these lines.
        raw: The lines; nothing if they are too many to be kept.
    """

    reason: Reason
    detail: str
    line: int
    opening: str
    last_line: int = 0
    size: int = 0
    raw: io.StringIO = field(default_factory=io.StringIO)

    def add(self, lines: Sequence[str], *, start: int) -> None:
        """Count lines among those that were left out."""
        self.last_line = start + len(lines) - 1
        self.size += sum(map(len, lines))
        if self.size <= LONGEST_RECORD:
            self.raw.writelines(lines)
        else:
            self.raw = io.StringIO()


class RowTooLongError(Exception):
    """A row has no end within the limit."""


class Lines:
    """The lines of a stream as `csv.reader` asks for them, with those of the row that is being read.

    A line that was read in vain can be read again, but once: the time for any input is linear in its length.

    Attributes:
        start: Where the row begins; lines count from 1.
        row: Its lines.
    """

    def __init__(self, stream: TextIO, *, longest: int) -> None:
        """Read a stream whose rows are shorter than `longest` characters."""
        self.start = 1
        self.row: list[str] = []
        self._stream = stream
        self._longest = longest
        # The limit of cells is one for all readers, so it is never lowered; what bounds a cell is `_longest`.
        csv.field_size_limit(max(csv.field_size_limit(), longest))
        self._size = 0
        self._again: deque[str] = deque()
        self._repeats = False

    def __iter__(self) -> Lines:
        """These lines."""
        return self

    def __next__(self) -> str:
        """The next line of the row.

        Raises:
            RowTooLongError: With it the row is too long; the lines after it can still be read.
            StopIteration: There is none.
        """
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
            raise RowTooLongError
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


def read_rows(
    lines: Lines, *, delimiter: str, is_surely_a_row: Callable[[Row], bool]
) -> Iterator[Row | BrokenRow]:
    """The rows that are not blank; a broken one when it is known where reading goes on.

    Args:
        lines: Where to read.
        delimiter: What parts the cells.
        is_surely_a_row: Whether what follows a broken row is a row again.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    broken: BrokenRow | None = None
    while True:
        lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            break
        except (csv.Error, RowTooLongError) as error:
            lines.give_up_row()
            broken = broken or _broken_row(error, lines)
            broken.add(lines.row, start=lines.start)
            continue
        row = Row(lines.start, cells, "".join(lines.row))
        if broken and not is_surely_a_row(row):
            broken.add(lines.row, start=lines.start)
            continue
        if broken:
            yield broken
            broken = None
        if "".join(cells).strip(BLANKS):
            yield row
    if broken:
        yield broken


def _broken_row(error: Exception, lines: Lines) -> BrokenRow:
    reason: Reason = "broken_csv"
    detail = f"The quotation marks do not match ({error}): inside a quoted cell each is written twice."
    if isinstance(error, RowTooLongError):
        reason = "too_long"
        detail = "The row is longer than any article that is read: split it, or close its quotation marks."
    opening = lines.row[0][:MAX_VALUE_CHARACTERS]
    return BrokenRow(reason=reason, detail=detail, line=lines.start, opening=opening)
