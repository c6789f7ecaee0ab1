"""Reading and writing a corpus: a folder of JSON-lines files, one item a line.

In: a folder. Out: its items as one validated table (`schemas.corpus.CorpusItems`), or an error that names file, line
and rule. What does not belong here: how sentences are marked for labelling (`marked.py`) and what makes a corpus good
(`variety.py`).
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pandera.errors
import polars as pl

from schemas.corpus import PERIODS, REGIONS, CorpusItems, corpus_items
from schemas.identity import item_id, normalise, split_of
from schemas.plover import EVENT_TYPES
from schemas.refusal import visible
from schemas.tables import polars_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from schemas.plover import EventType

SHOWN_FAILURES = 20


class CorpusError(ValueError):
    """A corpus that cannot be used; the message says where and why."""


@contextmanager
def at_place(place: str) -> Iterator[None]:
    """Say of an error where it is."""
    try:
        yield
    except CorpusError as error:
        raise CorpusError(f"{place}: {error}") from error


def read_corpus(folder: Path, event_types: Mapping[str, EventType] = EVENT_TYPES) -> pl.DataFrame:
    """All items of the `*.jsonl` files of a folder, by file name and line.

    Args:
        folder: Where the files lie.
        event_types: The categories that items may have.

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
        for number, line in enumerate(read_text(path).removesuffix("\n").split("\n"), 1):
            records.append(_parsed(line, f"{path.name}:{number}"))
            places.append(f"{path.name}:{number}")
    return validated(records, places, event_types)


def read_text(path: Path) -> str:
    """A file's text.

    Raises:
        CorpusError: It cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: {error}") from error


def validated(
    records: list[dict[str, Any]],
    places: list[str],
    event_types: Mapping[str, EventType] = EVENT_TYPES,
) -> pl.DataFrame:
    """Items as a table, each checked.

    Args:
        records: The items, with the fields of `CorpusItems`.
        places: Where each was read, for the message.
        event_types: The categories that items may have.

    Raises:
        CorpusError: A field is missing, unknown or of another type, or a rule is broken.
    """
    schema = polars_schema(CorpusItems)
    nullable = {name for name, column in CorpusItems.to_schema().columns.items() if column.nullable}
    for record, place in zip(records, places, strict=True):
        with at_place(place):
            _check(record, schema, nullable)
    items = pl.DataFrame(records, schema=schema)
    try:
        corpus_items(event_types).validate(items, lazy=True)
    except pandera.errors.SchemaErrors as error:
        raise CorpusError(_in_words(error, places)) from error
    return items


def completed(record: dict[str, Any]) -> dict[str, Any]:
    """An item with its id and its split, in the order of the schema's fields."""
    whole = {**record, "id": _id_of(record), "split": split_of(record["text"])}
    return {name: whole[name] for name in polars_schema(CorpusItems)}


def write_corpus(items: Iterable[dict[str, Any]], folder: Path) -> None:
    """Write items as one file a region and decade, in the order of sentences and spans.

    So a new one is one line of a diff, and no file is too large to be opened.

    Raises:
        CorpusError: The folder has items in a file of another name; they would be there twice.
    """
    known = {f"{region}-{period}" for region in REGIONS for period in PERIODS}
    if strange := [path.name for path in folder.glob("*.jsonl") if path.stem not in known]:
        raise CorpusError(
            f"{folder}: items belong into files of regions and decades, not into {', '.join(strange)}"
        )
    ordered = sorted(
        items,
        key=lambda item: (
            item["region"],
            item["period"],
            item["text"],
            item["actor"],
            item["recipient"] or [],
            item["trigger"] or [],
        ),
    )
    for (region, period), group in groupby(ordered, key=lambda item: (item["region"], item["period"])):
        lines = (json.dumps(item, ensure_ascii=False, separators=(",", ":")) + "\n" for item in group)
        (folder / f"{region}-{period}.jsonl").write_text("".join(lines), encoding="utf-8")


def _parsed(line: str, place: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"{place}: not JSON: {error}") from error
    if not isinstance(record, dict):
        raise CorpusError(f"{place}: not an object")
    return record


def _check(record: dict[str, Any], schema: pl.Schema, nullable: set[str]) -> None:
    """Refuse a record that a table cannot hold, and an id or a split that is not its own."""
    if record.keys() != schema.keys():
        fields = ", ".join(sorted(record.keys() ^ schema.keys()))
        raise CorpusError(f"missing or unknown fields: {fields}")
    wrong = [
        name
        for name, dtype in schema.items()
        if not (name in nullable if record[name] is None else _FITS[dtype](record[name]))
    ]
    if wrong:
        raise CorpusError(f"of another type than the schema says: {', '.join(wrong)}")
    if record["text"] != visible(normalise(record["text"])):
        raise CorpusError("the sentence has characters that cannot be seen, or is not NFC")
    if record["id"] != _id_of(record):
        raise CorpusError("the id is not that of the sentence and its spans")
    if record["split"] != split_of(record["text"]):
        raise CorpusError(f"the sentence belongs to {split_of(record['text'])}")


def _id_of(record: dict[str, Any]) -> str:
    return item_id(record["text"], record["actor"], record["recipient"], record["trigger"])


def _is_span(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(at) is int and at < 2**31 for at in value)


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


_FITS: dict[pl.DataType, Callable[[object], bool]] = {
    pl.String(): lambda value: isinstance(value, str),
    pl.Boolean(): lambda value: isinstance(value, bool),
    pl.List(pl.Int64()): _is_span,
    pl.List(pl.String()): _is_words,
}
"""By dtype, whether a value of a JSON record is one; polars itself takes 1 for true."""


def _in_words(error: pandera.errors.SchemaErrors, places: list[str]) -> str:
    """Which items break which rules, the first of them."""
    rules = {str(check.name): str(check.description) for check in CorpusItems.to_schema().checks}
    rules["multiple_fields_uniqueness"] = "An event, or NONE, is one item of its sentence and pair."
    lines = []
    for failure in error.failure_cases.iter_rows(named=True):
        where = places[failure["index"]] if failure["index"] is not None else "the corpus"
        check = failure["check"]
        said = rules[check] if check in rules else f"{failure['column']} is {failure['failure_case']!r}"
        lines.append(f"{where}: {check}: {said}")
    more = len(lines) - SHOWN_FAILURES
    return "\n".join(lines[:SHOWN_FAILURES] + ([f"and {more} more"] if more > 0 else []))
