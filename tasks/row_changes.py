"""How the rows of a table differ between two states of it: added, revised, removed.

In: the rows before and after, and the columns of their key. Out: one row per row that changed, in one form for all
tables, see `CHANGE_SCHEMA`. What does not belong here: where the rows come from (`tasks.diff`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

ADDED, REVISED, REMOVED = "added", "revised", "removed"
CHANGES = (ADDED, REVISED, REMOVED)

_KEY = pl.List(pl.String)
_CHANGED = pl.List(pl.Struct({"column": pl.String, "before": pl.String, "after": pl.String}))

CHANGE_SCHEMA = pl.Schema({"table": pl.String(), "change": pl.String(), "key": _KEY, "changed": _CHANGED})
"""One row per row that changed.

`change` is one of CHANGES. `key` holds the values of the key's columns, in their order. `changed` holds, of a revised
row, the columns whose value is another one, and of an added or removed row every column outside the key that has a
value: applying the changes to the rows before gives the rows after. Values are texts that read back: dates and times
in ISO 8601, lists as JSON, floats in their shortest form, null as null.
"""

_AFTER = ":after"  # no column of a release has a colon in its name
_ORDER = "order:"


def row_changes(before: pl.LazyFrame, after: pl.LazyFrame, *, table: str, key: Sequence[str]) -> pl.LazyFrame:
    """The rows that differ, sorted by their key.

    A column that only one side has revises no row. Rows cannot be matched if there is no key or if its columns are
    not the same on both sides: then every row before was removed and every row after added, in their own order, and
    `key` is empty.

    Args:
        before: Rows with different keys.
        after: Rows with different keys.
        table: The table's name, to be repeated in each change.
        key: The columns that no two rows on one side share.
    """
    of_before, of_after = before.collect_schema(), after.collect_schema()
    if not key or any(of_before.get(column) != of_after.get(column) for column in key):
        removed, added = _whole_rows(before, REMOVED, ()), _whole_rows(after, ADDED, ())
        changes = pl.concat([removed, added])
    else:
        removed = _whole_rows(_without(before, after, key), REMOVED, key)
        added = _whole_rows(_without(after, before, key), ADDED, key)
        changes = pl.concat([removed, added, _revised(before, after, key)])
        changes = changes.sort([f"{_ORDER}{column}" for column in key], nulls_last=False)
    return changes.with_columns(table=pl.lit(table)).select(CHANGE_SCHEMA.names())


def _without(rows: pl.LazyFrame, others: pl.LazyFrame, key: Sequence[str]) -> pl.LazyFrame:
    return rows.join(others.select(key), on=key, how="anti", nulls_equal=True)


def _whole_rows(rows: pl.LazyFrame, change: str, key: Sequence[str]) -> pl.LazyFrame:
    """Rows that only one side has, with every value outside the key."""
    schema = rows.collect_schema()
    values = {column: _text(column, dtype) for column, dtype in schema.items() if column not in key}
    nothing = pl.lit(None, dtype=pl.String)
    changed = [
        _change_of_column(column, value, nothing)
        if change == REMOVED
        else _change_of_column(column, nothing, value)
        for column, value in values.items()
    ]
    return _in_form(rows, change, key, changed)


def _revised(before: pl.LazyFrame, after: pl.LazyFrame, key: Sequence[str]) -> pl.LazyFrame:
    """Rows that both sides have, with another value in some column that both have."""
    of_before, of_after = before.collect_schema(), after.collect_schema()
    shared = [column for column in of_before if column in of_after and column not in key]
    pairs = before.select(*key, *shared).join(
        after.select(*key, *shared), on=key, nulls_equal=True, suffix=_AFTER
    )
    changed, differs = [], [pl.lit(value=False)]
    for column in shared:
        values = _text(column, of_before[column]), _text(f"{column}{_AFTER}", of_after[column])
        if of_before[column] == of_after[column]:
            is_other = pl.col(column).ne_missing(pl.col(f"{column}{_AFTER}"))
        else:
            is_other = values[0].ne_missing(values[1])
        differs.append(is_other)
        changed.append(pl.when(is_other).then(_change_of_column(column, *values)))
    # Most pairs are equal: only of the others the values are written out.
    return _in_form(pairs.filter(pl.any_horizontal(differs)), REVISED, key, changed)


def _in_form(rows: pl.LazyFrame, change: str, key: Sequence[str], changed: Sequence[pl.Expr]) -> pl.LazyFrame:
    """Rows in the common form, still without the table's name and with the key's own values to sort by."""
    schema = rows.collect_schema()
    return rows.select(
        *(pl.col(column).alias(f"{_ORDER}{column}") for column in key),
        change=pl.lit(change),
        key=pl.concat_list([pl.lit([], dtype=_KEY), *(_text(column, schema[column]) for column in key)]),
        changed=_listed(changed),
    )


def _listed(changes: Sequence[pl.Expr]) -> pl.Expr:
    """One list per row of the changes that are not null."""
    if not changes:
        return pl.lit([], dtype=_CHANGED)
    # By way of an array: lists of structs take polars twenty times as long to put together.
    return pl.concat_arr(changes).arr.to_list().list.filter(pl.element().is_not_null())


def _change_of_column(column: str, before: pl.Expr, after: pl.Expr) -> pl.Expr:
    """A column's name and two values; null if both are null."""
    change = pl.struct(column=pl.lit(column), before=before, after=after)
    return pl.when(before.is_not_null() | after.is_not_null()).then(change)


def _text(column: str, dtype: pl.DataType) -> pl.Expr:
    """The values of a column as texts that read back."""
    value = pl.col(column)
    if dtype.is_nested():
        in_object = pl.struct(v=value).struct.json_encode()
        return pl.when(value.is_not_null()).then(in_object.str.strip_prefix('{"v":').str.strip_suffix("}"))
    if dtype == pl.Datetime:
        return value.dt.to_string("iso:strict")
    return value.cast(pl.String)
