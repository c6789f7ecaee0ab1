"""Table `quarantine`."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.columns import Table, id_pattern


class Quarantine(Table):
    """One row per input or row that was refused, keyed by `refusal_id`; nothing is lost in silence.

    `detente quarantine` writes the refused inputs out, to be mended and run again. What is refused again another day is
    the same row, with the first day. This table says where inputs came from and when, so the data digest leaves it out.
    """

    refusal_id: str = pa.Field(
        str_matches=id_pattern("ref"), description="Hash of stage, table, reason, origin and value."
    )
    stage: str = pa.Field(isin=["ingest", "extract", "validate"], description="Who refused it.")
    table: str = pa.Field(nullable=True, description="The table of a refused row; null for a refused input.")
    reason: str = pa.Field(description="Why, as a fixed word: the summary counts by it.")
    detail: str = pa.Field(description="Why, in a sentence.")
    origin: str = pa.Field(description="Where it came from: a file, with the line or row of a record.")
    value: str = pa.Field(description="An excerpt of what was refused.")
    source_name: str = pa.Field(
        nullable=True,
        description="Who published it: of a refused input as far as it says so, else the run's default source; of a "
        "refused row its article's source.",
    )
    day: pl.Date = pa.Field(
        nullable=True,
        description="Day of publication (UTC) of the input, or of the row's article; where it tells none that can be, "
        "the day of the run that refused it first. Null for what was refused before schema 6.",
    )

    class Config(Table.Config):
        """Key and name."""

        name = "quarantine"
        unique = ["refusal_id"]
        metadata = {"partitioned": False}
