"""What is killed: a run and a housekeeping without Prefect, which say where they are.

`publish_release` is `flows.build_release` in plain calls, and `keep_house` is `flows.housekeeping`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from schemas.retention import Retention
from schemas.settings import RunSettings
from tasks import stages
from tasks.release import scan_table
from tasks.takedowns import forget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tasks.store import Store

AS_OF = date(2025, 12, 31)
SETTINGS = RunSettings(as_of=AS_OF, workers=1)
KEEP_ALL = Retention()
KEEP_THREE = Retention(last=3)

RUN_STAGES = ("ingest", "extract", "validate", "aggregate", "publish")
HOUSEKEEPING = "housekeeping"


def publish_release(store: Store, source: Path, run_id: str, entering: Callable[[str], None]) -> None:
    """A whole run; calls `entering` with the name of each stage."""
    store.create()
    with store.stage(run_id) as workspace:
        run = stages.start_run(store, run_id, workspace, SETTINGS)
        entering("ingest")
        arrivals = stages.ingest_stage(run, [str(source)])
        entering("extract")
        extraction = stages.extract_stage(run, arrivals)
        with store.lock():
            entering("validate")
            rebuilt = stages.validate_stage(run, arrivals)
            entering("aggregate")
            aggregated = stages.aggregate_stage(run, rebuilt)
            entering("publish")
            findings = stages.check_stage(run, arrivals, aggregated)
            stages.publish_stage(run, arrivals, extraction, aggregated, findings)


def keep_house(
    store: Store, retention: Retention, *, with_purge: bool, run_id: str, entering: Callable[[str], None]
) -> None:
    """A whole housekeeping, which is one stage."""
    with store.stage(run_id) as workspace, store.lock():
        entering(HOUSEKEEPING)
        stages.tidy_stage(store, retention, workspace, with_purge=with_purge)


def take_down(store: Store, titles: Sequence[str]) -> None:
    """Have the store forget the articles of these titles in its latest version."""
    latest = store.latest()
    assert latest
    articles = scan_table(store, latest, "articles").filter(pl.col("title").is_in(titles)).collect()
    with store.lock():
        for article_id in articles["article_id"]:
            forget(store, article_id, reason="asked for by the agency", today=AS_OF)


def unheard(stage: str) -> None:
    """Where nobody wants to know the stage."""
    del stage
