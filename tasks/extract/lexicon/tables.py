"""Reading the lexicon's TSV files: checked rows in, or an error that names the file and the line.

A file holds comment lines (#), one header line and one row per line; a cell that is a list separates its items
by `|`. What the columns mean is not known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class LexiconError(ValueError):
    """A lexicon file that cannot be used; the message starts with file and line."""


def read_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row of a file, every cell of which is there, with its line number; cells by column name.

    Args:
        path: A UTF-8 file.
        columns: The header that the file must have, in this order.

    Raises:
        LexiconError: As for `rows_in`, or a row has too few cells.
    """
    for number, cells in rows_in(path.read_bytes(), columns, name=path.name):
        if len(cells) < len(columns):
            raise LexiconError(f"{path.name}:{number}: {len(cells)} cells where {len(columns)} are needed")
        yield number, cells


def rows_in(content: bytes, columns: Sequence[str], *, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row of a file's content with its line number; a row that ends early lacks the columns that it leaves out.

    Args:
        content: UTF-8, with or without a byte order mark.
        columns: The header that the content must have, in this order.
        name: What messages call the file.

    Raises:
        LexiconError: The header is missing or another one, a row has too many cells, or it is not UTF-8.
    """
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise LexiconError(f"{name}: not UTF-8 ({error.reason} at byte {error.start})") from error
    header_seen = False
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if not header_seen:
            if cells != list(columns):
                raise LexiconError(f"{name}:{number}: the header must be {', '.join(columns)}")
            header_seen = True
            continue
        if len(cells) > len(columns):
            raise LexiconError(f"{name}:{number}: {len(cells)} cells where {len(columns)} are needed")
        yield number, dict(zip(columns, cells, strict=False))
    if not header_seen:
        raise LexiconError(f"{name}: no header line")


def listed(cell: str) -> tuple[str, ...]:
    """The items of a `|`-separated cell, in order, without empty ones."""
    return tuple(item.strip() for item in cell.split("|") if item.strip())
