"""How each source did lately, for the Prefect UI: the newest days of `quality_periods`, as rows that people can read.

In: the latest version of a store. Out: plain rows; unusual days come first. What does not belong here: what is unusual
(`tasks.quality_periods`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from schemas.quality_periods import SHARES, QualityPeriods
from schemas.tables import name_of
from tasks.release import scan_table
from tasks.report.artifacts import NOTHING, cell

if TYPE_CHECKING:
    from schemas.manifest import Manifest
    from tasks.store import Store

RECENT_DAYS = 7
MOST_ROWS = 100

_IN_WORDS = dict(
    zip(SHARES, ("refused", "without events", "unsure events", "participants without a side"), strict=True)
)


def drift_table(store: Store, manifest: Manifest, *, limit: int = MOST_ROWS) -> list[dict[str, str | int]]:
    """One row per source and day of the last week with articles, the unusual ones first, the newest of these first.

    What was refused without a date counts for the day of its run, which is why later days may have rows, too.
    """
    periods = scan_table(store, manifest, name_of(QualityPeriods))
    newest = periods.filter(pl.col("articles") > 0).select(pl.col("day").max()).collect().item()
    if newest is None:
        return []
    recent = (
        periods.filter(pl.col("day") > newest - timedelta(days=RECENT_DAYS))
        .sort([pl.col("unusual").list.len() > 0, "day", "source_name"], descending=[True, True, False])
        .head(limit)
        .collect()
    )
    return [
        {
            "source": cell(row["source_name"]),
            "day": row["day"].isoformat(),
            "unusual": ", ".join(_IN_WORDS[share] for share in row["unusual"]) or "nothing",
            "articles": row["articles"],
            **{
                words: _with_before(row[f"{share}_share"], row[f"{share}_share_before"])
                for share, words in _IN_WORDS.items()
            },
        }
        for row in recent.iter_rows(named=True)
    ]


def _with_before(share: float | None, before: float | None) -> str:
    if share is None:
        return NOTHING
    return f"{share:.0%}" if before is None else f"{share:.0%} (was {before:.0%})"
