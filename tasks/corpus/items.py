"""Reading and writing a corpus: a folder of JSON-lines files, one item a line.

In: a folder. Out: its items as one validated table (`schemas.corpus.CorpusItems`), or an error that names file, line
and rule. What does not belong here: how sentences are marked for labelling (`marked.py`) and what makes a corpus good
(`variety.py`).
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pandera.errors
import polars as pl

from schemas.corpus import CorpusItems
from schemas.identity import item_id, split_of
from schemas.tables import polars_schema

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SHOWN_FAILURES = 20
ORDER = ("text", "actor", "recipient")


class CorpusError(ValueError):
    """A corpus that cannot be used; the message says where and why."""


def read_corpus(folder: Path) -> pl.DataFrame:
    """All items of the `*.jsonl` files of a folder, by file name and line.

    Returns:
        A table of the schema `CorpusItems`.

    Raises:
        CorpusError: There is no such file, a line is no item, or an item breaks a rule.
    """
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise CorpusError(f"{folder}: no .jsonl file")
    records, places = [], []
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            records.append(_parsed(line, f"{path.name}:{number}"))
            places.append(f"{path.name}:{number}")
    return validated(records, places)


def validated(records: list[dict[str, Any]], places: list[str]) -> pl.DataFrame:
    """Items as a table, each checked.

    Args:
        records: The items, with the fields of `CorpusItems`.
        places: Where each was read, for the message.

    Raises:
        CorpusError: A field is missing, unknown or of another type, or a rule is broken.
    """
    schema = polars_schema(CorpusItems)
    for record, place in zip(records, places, strict=True):
        if record.keys() != schema.keys():
            wrong = ", ".join(sorted(record.keys() ^ schema.keys()))
            raise CorpusError(f"{place}: missing or unknown fields: {wrong}")
        if record["id"] != item_id(record["text"], record["actor"], record["recipient"]):
            raise CorpusError(f"{place}: the id is not that of the sentence and its spans")
        if record["split"] != split_of(record["text"]):
            raise CorpusError(f"{place}: the sentence belongs to {split_of(record['text'])}")
    try:
        items = pl.DataFrame(records, schema=schema, strict=True)
        CorpusItems.validate(items, lazy=True)
    except (pl.exceptions.PolarsError, TypeError) as error:
        raise CorpusError(f"a field has another type than the schema says: {error}") from error
    except pandera.errors.SchemaErrors as error:
        raise CorpusError(_in_words(error, places)) from error
    return items


def completed(record: dict[str, Any]) -> dict[str, Any]:
    """An item with its id and its split, in the order of the schema's fields."""
    whole = {
        **record,
        "id": item_id(record["text"], record["actor"], record["recipient"]),
        "split": split_of(record["text"]),
    }
    return {name: whole[name] for name in polars_schema(CorpusItems)}


def write_corpus(items: Iterable[dict[str, Any]], folder: Path) -> None:
    """Write items as one file a decade, in the order of sentences and spans, so that a new one is one line of a diff.

    Files of decades without an item are left alone.
    """
    ordered = sorted(
        items, key=lambda item: (item["period"], item["text"], item["actor"], item["recipient"] or [])
    )
    for period, group in groupby(ordered, key=lambda item: item["period"]):
        lines = (json.dumps(item, ensure_ascii=False) + "\n" for item in group)
        (folder / f"{period}.jsonl").write_text("".join(lines), encoding="utf-8")


def _parsed(line: str, place: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise CorpusError(f"{place}: not JSON: {error.msg}") from error
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise CorpusError(f"{place}: not an object with a sentence under text")
    for name in ("actor", "recipient", "trigger"):
        span = record.get(name)
        if span is not None and not (isinstance(span, list) and all(type(at) is int for at in span)):
            raise CorpusError(f"{place}: {name} is not a list of two numbers")
    if record.get("actor") is None:
        raise CorpusError(f"{place}: no actor")
    return record


def _in_words(error: pandera.errors.SchemaErrors, places: list[str]) -> str:
    """Which items break which rules, the first of them."""
    lines = []
    for failure in error.failure_cases.iter_rows(named=True):
        at = failure["index"]
        where = places[at] if at is not None else "the corpus"
        lines.append(
            f"{where}: {failure['column'] or 'item'}: {failure['check']} ({failure['failure_case']})"
        )
    more = len(lines) - SHOWN_FAILURES
    return "\n".join(lines[:SHOWN_FAILURES] + ([f"and {more} more"] if more > 0 else []))
