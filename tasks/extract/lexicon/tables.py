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
    """Each row with its line number, cells by column name.

    Args:
        path: A UTF-8 file.
        columns: The header that the file must have, in this order.

    Raises:
        LexiconError: The header is missing or another one, a row has too many or too few cells, or the file is
            not UTF-8.
    """
    header_seen = False
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise LexiconError(f"{path.name}: not UTF-8 ({error.reason} at byte {error.start})") from error
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip("\r")
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if not header_seen:
            if cells != list(columns):
                raise LexiconError(f"{path.name}:{number}: the header must be {', '.join(columns)}")
            header_seen = True
            continue
        if len(cells) != len(columns):
            raise LexiconError(f"{path.name}:{number}: {len(cells)} cells where {len(columns)} are needed")
        yield number, dict(zip(columns, cells, strict=True))
    if not header_seen:
        raise LexiconError(f"{path.name}: no header line")


def listed(cell: str) -> tuple[str, ...]:
    """The items of a `|`-separated cell, in order, without empty ones."""
    return tuple(item.strip() for item in cell.split("|") if item.strip())
