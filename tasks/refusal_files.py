"""Files of what was refused, and the table `quarantine` made of them.

Every run writes what it refused into the store's private area at once, whether it publishes or not, with the full
input so that it can be mended and run again. The table holds the same without the full input, each refusal once.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from schemas.identity import quarantine_id
from schemas.quarantine import Quarantine
from schemas.tables import polars_schema
from tasks.parquet_files import write_parquet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from schemas.refusal import Refusal
    from tasks.store import Store

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
    frames = [
        pl.DataFrame(schema=REFUSAL_FILE_SCHEMA),
        *(pl.read_parquet(path, glob=False) for path in paths),
    ]
    return _each_once(pl.concat(frames))


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
        texts: As they stand in refused inputs, plain or in JSON.
    """
    found = pl.col("origin").is_in(sorted(articles))
    written = {form for text in texts for form in (text, _in_json(text), json.dumps(text)[1:-1])}
    for form in sorted(written):
        found |= pl.col("record").str.contains(form, literal=True).fill_null(value=False)
    return found


def _in_json(text: str) -> str:
    """A text as JSON has it, without its quotation marks."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _each_once(refusals: pl.DataFrame) -> pl.DataFrame:
    """One row for each refusal_id; of several the least, so that it does not depend on which came first."""
    return refusals.sort(REFUSAL_FILE_SCHEMA.names()).unique("refusal_id", keep="first", maintain_order=True)
