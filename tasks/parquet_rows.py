"""How many rows a Parquet file has, from its footer alone.

In: the path of a file, which may be damaged. Out: its number of rows, or one kind of error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path


class UnreadableParquetError(ValueError):
    """The file is not Parquet, or its footer is damaged."""


def rows_of(path: Path) -> int:
    """The number of rows in a Parquet file.

    Raises:
        UnreadableParquetError: The file is not Parquet, or its footer is damaged.
        OSError: The file is missing or may not be read.
    """
    path.stat()
    try:
        # Not a glob: a store may well lie in a folder with a bracket in its name.
        counted = pl.scan_parquet(path, glob=False, hive_partitioning=False).select(pl.len()).collect()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise UnreadableParquetError(
            f"not readable as Parquet: {str(error).splitlines()[0][:200]}"
        ) from error
    return int(counted.item())
