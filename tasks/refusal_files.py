"""Files of what was refused, and the table `quarantine` made of them.

Every run writes what it refused into the store's private area at once, whether it publishes or not, with the full
input so that it can be mended and run again: what stays in an inbox is refused by every run and kept once, with the
first day. The table holds the same without the full input, each refusal once.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING

import polars as pl

from schemas.identity import quarantine_id
from schemas.quarantine import Quarantine
from schemas.tables import polars_schema
from tasks.parquet_files import scan_files, write_parquet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from schemas.refusal import Refusal
    from tasks.store import Store

_WORD = re.compile(r"\w+")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_PASSAGE_WORDS = 8
"""So many words in a row are a quotation and no coincidence."""

REFUSAL_FILE_SCHEMA = pl.Schema([*polars_schema(Quarantine).items(), ("record", pl.String())])


def refusal_frame(refusals: Iterable[Refusal]) -> pl.DataFrame:
    """Refusals as rows, one for each refusal_id, sorted by it."""
    rows = [
        {
            "refusal_id": quarantine_id(
                stage=refusal.stage,
                table=refusal.table,
                reason=refusal.reason,
                origin=refusal.origin,
                value=refusal.value,
            ),
            "stage": refusal.stage,
            "table": refusal.table,
            "reason": refusal.reason,
            "detail": refusal.detail,
            "origin": refusal.origin,
            "value": refusal.value,
            "source_name": refusal.source_name,
            "day": refusal.day,
            "record": refusal.record,
        }
        for refusal in refusals
    ]
    return _each_once(pl.DataFrame(rows, schema=REFUSAL_FILE_SCHEMA))


def write_refusals(path: Path, refusals: Iterable[Refusal]) -> int:
    """Write refusals to a file of their own, unless there are none; how many were written."""
    frame = refusal_frame(refusals)
    if frame.height:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_parquet(frame, path)
    return frame.height


def read_refusals(paths: Sequence[Path]) -> pl.DataFrame:
    """The refusals of some files, each once, sorted by refusal_id."""
    frames = [pl.DataFrame(schema=REFUSAL_FILE_SCHEMA), *map(_read, paths)]
    return _each_once(pl.concat(frames))


def not_yet_kept(refusals: Path, folder: Path) -> pl.DataFrame:
    """The refusals of a file but those that a folder of such files has: of the same input, whichever day it was."""
    new = _read(refusals)
    same = ["refusal_id", "record"]
    for path in sorted(folder.glob("*.parquet")):
        # A purge replaces files while a run is reading; what is gone is not kept any more.
        with suppress(FileNotFoundError):
            kept = scan_files([path]).filter(pl.col("refusal_id").is_in(new["refusal_id"].implode()))
            new = new.join(
                kept.select(same).collect(), on=same, how="anti", nulls_equal=True, maintain_order="left"
            )
    return new


def quarantine_folder(store: Store) -> Path:
    """Where a store keeps what was refused."""
    return store.private_folder / "quarantine"


def refusals_of_store(store: Store) -> pl.DataFrame:
    """Everything that a store has refused, each once, sorted by refusal_id.

    Raises:
        tasks.store_errors.NotAStoreError: There is no store.
        tasks.store_errors.PrivateStoreError: Only another user may read them.
    """
    store.versions()
    store.require_private()
    return read_refusals(sorted(quarantine_folder(store).glob("*.parquet")))


def quoting(articles: Collection[str], texts: Collection[str]) -> pl.Expr:
    """Whether a row of refusal files was refused of one of some articles, or holds one of some texts.

    Args:
        articles: Their ids, which stand as the origin of refused rows.
        texts: Whose words stand in refused inputs, in whatever format, or a passage of them in an excerpt.
    """
    told = [_words(text) for text in texts]

    def quotes(row: dict[str, str | None]) -> bool:
        record, value = (_words(_decoded(row[column] or "")) for column in ("record", "value"))
        passage = " ".join(value.split(" ")[:-1])  # an excerpt may end in the middle of a word
        is_passage = passage.count(" ") + 1 >= _PASSAGE_WORDS
        return any(text in record or (is_passage and passage in text) for text in told)

    found = pl.col("origin").is_in(sorted(articles))
    if not told:
        return found
    return found | pl.struct("record", "value").map_elements(quotes, return_dtype=pl.Boolean)


def _decoded(written: str) -> str:
    """The strings of a line of JSON, one after the other; what is no JSON as it stands."""
    try:
        return " ".join(_strings(json.loads(written)))
    except ValueError:
        return _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), written.replace("\\n", " "))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (string for inner in value.values() for string in _strings(inner))
    elif isinstance(value, list):
        yield from (string for inner in value for string in _strings(inner))


def _words(text: str) -> str:
    """A text's words, whatever is written between them: quotation marks that a format doubles, ends of lines."""
    return " ".join(_WORD.findall(text))


def _read(path: Path) -> pl.DataFrame:
    """The rows of a file; those of files that were written before schema 6 have no source and no day."""
    rows = pl.read_parquet(path, glob=False)
    lacking = [
        pl.lit(None, dtype).alias(name)
        for name, dtype in REFUSAL_FILE_SCHEMA.items()
        if name not in rows.columns
    ]
    return rows.with_columns(lacking).select(REFUSAL_FILE_SCHEMA.names())


def _each_once(refusals: pl.DataFrame) -> pl.DataFrame:
    """One row for each refusal_id; of several the first day's, then the least, so that no order of files shows.

    What has no day is older than what has one.
    """
    ordered = refusals.sort("refusal_id", "day", pl.exclude("refusal_id", "day"))
    return ordered.unique("refusal_id", keep="first", maintain_order=True)
