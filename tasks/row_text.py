"""Rows as text: CSV and JSON lines.

In: the columns and rows of an answer (`tasks.query`). Out: pieces of text, one for each batch, so that an answer of any
size passes through. Dates and times are ISO 8601, bytes hexadecimal; what JSON has no number for (NaN, infinity) is
null. CSV is RFC 4180 with a line feed, its header is the names of the columns; a null is an empty cell, an empty text
is `""`, a list or a struct is its JSON.
"""

from __future__ import annotations

import json
import math
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.query import Answer


TextFormat = Literal["csv", "jsonl"]


def text_of(answer: Answer, output: TextFormat) -> Iterator[str]:
    """The rows of an answer as they are written into a file or a pipe."""
    return _csv_text(answer) if output == "csv" else _json_lines_text(answer)


def cell_text(value: Any) -> str | None:
    """A value as the text of one cell; None for a null."""
    plain = _as_json(value)
    return plain if plain is None or isinstance(plain, str) else _json(plain)


def _csv_text(answer: Answer) -> Iterator[str]:
    """The header, then the rows."""
    yield _csv(answer.columns, [answer.columns])
    for batch in answer.batches:
        yield _csv(answer.columns, [[cell_text(value) for value in row] for row in batch])


def _json_lines_text(answer: Answer) -> Iterator[str]:
    """An object for each row."""
    for batch in answer.batches:
        yield "".join(
            _json(dict(zip(answer.columns, map(_as_json, row), strict=True))) + "\n" for row in batch
        )


def _as_json(value: Any) -> Any:
    """The value, made of what JSON knows."""
    match value:
        case None | bool() | int() | str():
            return value
        case float() | Decimal():
            return float(value) if math.isfinite(value) else None
        case date() | time():  # a datetime is a date
            return value.isoformat()
        case list() | tuple():
            return [_as_json(item) for item in value]
        case dict():
            return {str(_as_json(key)): _as_json(item) for key, item in value.items()}
        case _:
            return value.hex() if isinstance(value, bytes) else str(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _csv(columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> str:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    return frame.write_csv(include_header=False)
