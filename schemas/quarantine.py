"""Table `quarantine`."""

from __future__ import annotations

import pandera.polars as pa

from schemas.columns import Table, id_pattern


class Quarantine(Table):
    """One row per input or row that was refused, keyed by `refusal_id`; nothing is lost in silence.

    `detente quarantine` writes the refused inputs out, to be mended and run again. This table says where inputs came
    from, so it is the one table that the data digest leaves out.
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

    class Config(Table.Config):
        """Key and name."""

        name = "quarantine"
        unique = ["refusal_id"]
        metadata = {"partitioned": False}
