"""Parquet files as all of detente writes, scans and counts them.

In: rows and a path, or paths. Out: a file, a lazy frame, a number. What does not belong here: which files (the callers),
and whether a file is whole or not there at all (`tasks.durable`).
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


UNREADABLE = (pl.exceptions.PolarsError, pl.exceptions.PanicException)
"""What polars raises of a file that it cannot read."""


class UnreadableParquetError(ValueError):
    """The file is not Parquet, or its footer is damaged."""


def write_parquet(rows: pl.DataFrame, path: Path) -> None:
    """Write rows as a Parquet file, compressed, with statistics.

    The file is made in memory: where polars writes it itself, a full disk is an error of the format.

    Raises:
        OSError: The disk is full, or the path cannot be written to.
    """
    content = BytesIO()
    rows.write_parquet(content, compression="zstd", statistics=True)
    path.write_bytes(content.getbuffer())


def scan_files(
    paths: Iterable[Path], schema: pl.Schema | None = None, *, path_column: str | None = None
) -> pl.LazyFrame:
    """The rows of some files of one kind, file by file.

    Paths are taken as they are: a store may lie in a folder with a bracket or an equals sign in its name.

    Args:
        paths: The files; nothing is read before the frame is collected.
        schema: The columns of the frame without rows that no file makes; needed where there may be none.
        path_column: Name of a further column with the path of each row's file.
    """
    files = list(paths)
    if not files and schema is not None:
        return pl.LazyFrame(schema=schema)
    return pl.scan_parquet(files, glob=False, hive_partitioning=False, include_file_paths=path_column)


def row_count(path: Path) -> int:
    """The number of rows in a file, from its footer alone.

    Raises:
        UnreadableParquetError: The file is not Parquet, or its footer is damaged.
        OSError: The file is missing or may not be read.
    """
    path.stat()
    try:
        counted = scan_files([path]).select(pl.len()).collect()
    except UNREADABLE as error:
        raise UnreadableParquetError(
            f"not readable as Parquet: {str(error).splitlines()[0][:200]}"
        ) from error
    return int(counted.item())
