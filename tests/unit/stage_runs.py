"""Whole runs on real files through the stages of `tasks.stages`, in the order of the flows, without Prefect.

`with_toys` puts the toy extractor (see `release_samples`) in the place of the language model, in this process: what
surrounds it, batches, shards and cache, is the real thing, but that several workers are one after the other.
"""

from __future__ import annotations

import os
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from release_samples import toy_extraction

from schemas.retention import Retention
from schemas.settings import RunSettings
from tasks import stages
from tasks.extract import batch_work, batches
from tasks.takedowns import forget

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

    from schemas.article import Article
    from schemas.takedown import Takedown
    from tasks.extract.annotations import Extraction
    from tasks.extract.resources import Resources
    from tasks.housekeeping import Tidied
    from tasks.publish import Published, Unchanged
    from tasks.store import Store

AS_OF = date(2025, 12, 31)


class ThisProcess(Executor):
    """A pool that works at once and here."""

    def submit(self, function, *arguments):
        done = Future()
        done.set_result(function(*arguments))
        return done


@contextmanager
def pool_in_this_process(processes):
    assert processes > 1
    yield ThisProcess()


def with_toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """No language model is loaded, and nobody waits for the disk."""

    def extract_toy(one: Article, *, resources: Resources) -> Extraction:
        del resources
        return toy_extraction(one.text)

    monkeypatch.setattr(batch_work, "extract", extract_toy)
    monkeypatch.setattr(batches, "worker_pool", pool_in_this_process)
    monkeypatch.setattr(batch_work, "gemm_in_use", lambda _: "numpy")
    monkeypatch.setattr(stages, "_gemm_of", lambda _: "numpy")
    monkeypatch.setattr(os, "fsync", lambda _: None)


def run_stages(
    store: Store, sources: Sequence[Path | str] = (), *, run_id: str = "run", **settings: Any
) -> Published | Unchanged | None:
    """A run of `flows.build_release`: what it published, or the version it left."""
    store.create()
    chosen = {"as_of": AS_OF, "workers": 1, "check_language": False, "max_refused_share": 1.0, **settings}
    with store.stage(run_id) as workspace:
        run = stages.start_run(store, run_id, workspace, RunSettings(**chosen))
        arrivals = stages.ingest_stage(run, [str(source) for source in sources])
        extraction = stages.extract_stage(run, arrivals)
        if extraction.waiting:
            return stages.unchanged(store)
        with store.lock(timeout=30):
            rebuilt = stages.validate_stage(run, arrivals)
            rebuilt = stages.aggregate_stage(run, rebuilt)
            findings = stages.check_stage(run, arrivals, rebuilt)
            return stages.publish_stage(run, arrivals, extraction, rebuilt, findings)


def forget_article(store: Store, article_id: str) -> Takedown:
    """The takedown alone; the next run publishes without the article."""
    with store.lock(timeout=30):
        return forget(store, article_id, reason="asked for", today=datetime.now(UTC).date())


def keep_house(
    store: Store, *, with_purge: bool, retention: Retention | None = None, run_id: str = "tidy"
) -> Tidied:
    """What `flows.housekeeping` does while the store is locked."""
    with store.stage(run_id) as workspace, store.lock(timeout=30):
        return stages.tidy_stage(store, retention or Retention(), workspace, with_purge=with_purge)
