"""The answer to a query, for a terminal.

In: the columns and rows of an answer, and the width of the terminal. Out: a table with a line for each row, or, where
there are more columns than fit side by side, a block for each row. Values are cut where a line ends; who needs them
whole takes another format.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from schemas.refusal import inert
from tasks.row_text import cell_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from tasks.query import Answer

SHOWN_ROWS = 200
_COLUMN_CHARACTERS = 10  # with less of each column, a row says nothing


def query_view(answer: Answer, *, width: int, limit: int = SHOWN_ROWS) -> RenderableType:
    """The first rows, and how many there are.

    Args:
        answer: The answer; all of it is read, and only the rows that are shown are kept.
        width: Characters in a line.
        limit: Rows to show.
    """
    rows = (row for batch in answer.batches for row in batch)
    shown = list(islice(rows, limit))
    more = sum(1 for _ in rows)
    is_wide = len(answer.columns) * _COLUMN_CHARACTERS > width
    view = _blocks(answer.columns, shown) if is_wide else _table(answer.columns, shown)
    return Group(*([view] if shown else []), Text(_count(len(shown), more), style="dim"))


def _table(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        is_number = all(_is_number(row[index]) for row in rows)
        table.add_column(_line(column), justify="right" if is_number else "left")
    for row in rows:
        table.add_row(*map(_cell, row))
    return table


def _blocks(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> RenderableType:
    parts: list[RenderableType] = []
    for row in rows:
        block = Table(box=None, show_header=False, pad_edge=False)
        block.add_column(style="bold", no_wrap=True)
        block.add_column()
        for column, value in zip(columns, row, strict=True):
            block.add_row(_line(column), _cell(value))
        parts += [block, Text("")]
    return Group(*parts)


def _cell(value: Any) -> Text:
    text = cell_text(value)
    return Text("-", style="dim") if text is None else _line(text)


def _line(text: str) -> Text:
    return Text(inert(text), no_wrap=True, overflow="ellipsis")


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _count(shown: int, more: int) -> str:
    if not more:
        return f"{shown:,} row{'' if shown == 1 else 's'}"
    return f"the first {shown:,} rows; {more:,} more with --format csv, jsonl or parquet, or add a LIMIT"
