"""Rows as CSV and JSON lines, whatever DuckDB gives."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.query import Answer
from tasks.row_text import cell_text, text_of

CASES = [
    (None, None, None),
    ("Côte d'Ivoire", "Côte d'Ivoire", "Côte d'Ivoire"),
    ("", "", ""),
    (12, 12, "12"),
    (2**70, 2**70, str(2**70)),
    (0.1, 0.1, "0.1"),
    (Decimal("1.50"), 1.5, "1.5"),
    (float("nan"), None, None),
    (float("-inf"), None, None),
    (True, True, "true"),
    (date(2025, 3, 9), "2025-03-09", "2025-03-09"),
    (datetime(2025, 3, 9, 10, 30, tzinfo=UTC), "2025-03-09T10:30:00+00:00", "2025-03-09T10:30:00+00:00"),
    (time(10, 30), "10:30:00", "10:30:00"),
    (timedelta(days=3), "3 days, 0:00:00", "3 days, 0:00:00"),
    (b"\x00\xff", "00ff", "00ff"),
    (UUID(int=1), "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000001"),
    (["a", None, "b"], ["a", None, "b"], '["a", null, "b"]'),
    ([], [], "[]"),
    (
        {"code": "IND", "seen": date(2025, 3, 9)},
        {"code": "IND", "seen": "2025-03-09"},
        '{"code": "IND", "seen": "2025-03-09"}',
    ),
    ({date(2025, 3, 9): [float("inf")]}, {"2025-03-09": [None]}, '{"2025-03-09": [null]}'),
]


def written(output, columns, *batches):
    return "".join(text_of(Answer(tuple(columns), iter(batches)), output))


@pytest.mark.parametrize(("value", "as_json", "as_cell"), CASES)
def test_a_value_in_both_formats(value, as_json, as_cell):
    (line,) = written("jsonl", ["value"], [(value,)]).splitlines()
    assert json.loads(line) == {"value": as_json}
    assert cell_text(value) == as_cell
    assert next(csv.reader([written("csv", ["value", "n"], [(value, 1)]).split("\n", 1)[1]])) == [
        as_cell or "",
        "1",
    ]


def test_csv_has_one_header_and_tells_null_from_empty():
    assert written("csv", ["a", "b"], [(None, "")], [(1, "x,y")]) == 'a,b\n,""\n1,"x,y"\n'


def test_an_answer_without_rows_still_has_a_header_in_csv():
    assert written("csv", ["a", "b,c"]) == 'a,"b,c"\n'
    assert written("jsonl", ["a"]) == ""


ROWS = st.lists(
    st.tuples(st.none() | st.text(st.characters(exclude_categories=["Cs"])), st.integers()), max_size=5
)


@settings(deadline=None)  # the first one loads polars' reader
@given(ROWS)
def test_any_text_comes_back_from_both_formats(rows):
    read = pl.read_csv(
        io.BytesIO(written("csv", ["text", "n"], rows).encode()),
        schema={"text": pl.String, "n": pl.String},
    )
    assert read.rows() == [(text, str(number)) for text, number in rows]
    lines = written("jsonl", ["text", "n"], rows).split("\n")
    assert [tuple(json.loads(line).values()) for line in lines[:-1]] == rows
    assert lines[-1] == ""
