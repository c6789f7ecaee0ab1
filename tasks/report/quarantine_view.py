"""What a store refused: as a table for a terminal, and written out as files to be mended and run again."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from rich.table import Table
from rich.text import Text

from schemas.refusal import inert
from tasks.ingest.origins import split_origin
from tasks.ingest.plain_text import TEXT_SUFFIX
from tasks.store_errors import StoreError


def quarantine_view(refusals: pl.DataFrame) -> Table:
    """One line per refusal.

    Args:
        refusals: Rows of refusal files (`tasks.refusal_files`).
    """
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("stage", "table", "reason", "origin", "why"):
        table.add_column(column)
    ordered = refusals.sort("stage", "table", "reason", "origin", "refusal_id")
    for row in ordered.iter_rows(named=True):
        cells = (row["stage"], row["table"] or "", row["reason"], row["origin"], row["detail"])
        table.add_row(*(Text(inert(cell)) for cell in cells))
    return table


def write_refused_inputs(refusals: pl.DataFrame, folder: Path) -> int:
    """Write each refused input so that it can be read again: text files as files, records as lines of JSONL.

    Args:
        refusals: Rows of refusal files; those without the input (binary, unreadable) are left out.
        folder: Made if it is not there.

    Returns:
        How many inputs were written.

    Raises:
        StoreError: Something lies in the folder: perhaps inputs that somebody is mending.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(f"{folder} is not an empty folder: name another one, so that nothing mended is lost")
    inputs = refusals.filter((pl.col("stage") == "ingest") & pl.col("record").is_not_null())
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, list[str]] = {}
    for row in inputs.sort("origin", "refusal_id").iter_rows(named=True):
        files.setdefault(_file_name(row["origin"], row["refusal_id"]), []).append(row["record"])
    for name, records in files.items():
        (folder / name).write_text("".join(f"{record.rstrip()}\n" for record in records), encoding="utf-8")
    return inputs.height


def _file_name(origin: str, refusal_id: str) -> str:
    """Records of files of one name go into one file; text files of one name come from different folders and stay apart."""
    file, _ = split_origin(origin)
    path = Path(file)
    if path.suffix.lower() == TEXT_SUFFIX:
        return f"{path.stem}.{refusal_id[-6:]}{path.suffix}"
    return f"{path.stem.strip('<>')}.jsonl"
