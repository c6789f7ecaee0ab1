"""Writing Parquet, so that what goes wrong on the disk is said by the system.

In: rows and a path. Out: a file. What does not belong here: which file (its callers), and whether it is whole or not
there at all (`tasks.durable`).
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl


def write_parquet(rows: pl.DataFrame, path: Path) -> None:
    """Write rows as a Parquet file, compressed, with statistics.

    The file is made in memory: where polars writes it itself, a full disk is an error of the format.

    Raises:
        OSError: The disk is full, or the path cannot be written to.
    """
    content = BytesIO()
    rows.write_parquet(content, compression="zstd", statistics=True)
    path.write_bytes(content.getbuffer())
