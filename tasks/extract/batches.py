"""Extract many articles: which ones, in which batches, on how many processes.

In: accepted articles. Out: shards in the store's extraction cache (`shards.py`), one per batch, which each worker
writes by itself; between processes go paths and counts only. What does not belong here: what a worker does with its
batch (`batch_work.py`).
"""

from __future__ import annotations

from concurrent.futures import as_completed
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import polars as pl

from tasks.article_files import current_articles, with_texts
from tasks.extract.resources import OURS
from tasks.extract.workers import default_workers, worker_pool
from tasks.parquet_files import write_parquet
from tasks.progress import Estimate, report_progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from schemas.months import Months
    from tasks.extract.kernels import Gemm
    from tasks.extract.resources import Resources
    from tasks.extract.shards import ExtractionCache

BATCH_CHARACTERS = 400_000
"""About 10 s of one core's work: a run that is killed loses at most that for each process."""

BATCHES_PER_WORKER = 4
"""At least so many, where there is little to do, so that the workers end at about the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Articles that one worker extracts into one shard."""

    articles: Path
    shard: Path
    count: int
    characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionReport:
    """What an extraction did.

    Attributes:
        extracted: How many articles were extracted; the others were in the cache.
        waiting: How many of other months were not, and still have to be.
        workers: On how many processes.
        gemm: The matrix product that they ran on, None if there was nothing to do.
    """

    extracted: int
    workers: int
    gemm: Gemm | None
    waiting: int = 0


def extract_articles(
    records: pl.LazyFrame,
    cache: ExtractionCache,
    *,
    workspace: Path,
    resources: Resources = OURS,
    workers: int | None = None,
    batch_characters: int | None = None,
    months: Months | None = None,
) -> ExtractionReport:
    """Extract the articles that the cache does not hold yet, in order of publication.

    Args:
        records: Rows of article files (`tasks.article_files`), whose current articles are meant.
        cache: Where shards go.
        workspace: A folder for the batches that workers read; the caller discards it.
        resources: The language model to parse with, and the user's lexicon and coder.
        workers: Processes; None for one per core if there is enough to do for a pool, else for this one alone.
        batch_characters: Length of the texts of a batch, in all; None for what suits the workers.
        months: Only articles published in these months; None for all.

    Raises:
        concurrent.futures.process.BrokenProcessPool: A worker died; the shards that were finished stay.
    """
    there = pl.LazyFrame({"article_id": sorted(cache.article_ids())}, schema={"article_id": pl.String})
    lacking = current_articles(records.drop("text")).join(there, on="article_id", how="anti").collect()
    chosen = lacking.filter(months.hold(pl.col("published_date"))) if months else lacking
    missing = with_texts(chosen, records)
    characters = int(missing["text"].str.len_chars().cast(pl.Int64).sum())
    processes = workers or default_workers(characters)
    size = batch_characters or max(1, min(BATCH_CHARACTERS, characters // (BATCHES_PER_WORKER * processes)))
    batches = _plan(missing, cache, workspace=workspace, batch_characters=size)
    finished = 0
    products: set[Gemm] = set()
    estimate = Estimate("extract", total=characters, items=missing.height)
    for batch, gemm in _run(batches, resources=resources, processes=min(processes, len(batches))):
        products.add(gemm)
        finished += batch.characters
        estimate.update(finished)
        report_progress("extract", finished, characters)
    return ExtractionReport(
        extracted=missing.height,
        workers=processes,
        gemm=min(products, default=None),
        waiting=lacking.height - missing.height,
    )


def _plan(
    articles: pl.DataFrame, cache: ExtractionCache, *, workspace: Path, batch_characters: int
) -> list[Batch]:
    """Cut articles, in order of publication, into batches of about equal work, and write each for its worker."""
    ordered = articles.sort("published_date", "article_id").with_columns(
        pl.col("text").str.len_chars().cast(pl.Int64).alias("_characters")  # 32 bits would overflow at 4 GB
    )
    number = (pl.col("_characters").cum_sum() - pl.col("_characters")) // batch_characters
    batches = []
    for part in ordered.with_columns(number.alias("_batch")).partition_by("_batch", maintain_order=True):
        name = blake2b("\n".join(part["article_id"]).encode(), digest_size=10).hexdigest()
        path = workspace / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_parquet(part.drop("_characters", "_batch"), path)
        batches.append(
            Batch(
                articles=path,
                shard=cache.folder / f"{name}.parquet",
                count=part.height,
                characters=int(part["_characters"].sum()),
            )
        )
    return batches


def _run(batches: Sequence[Batch], *, resources: Resources, processes: int) -> Iterator[tuple[Batch, Gemm]]:
    """Run batches, here or on a pool of long-lived processes, and yield each as it is done."""
    if not batches:
        return
    # All that reads texts: two seconds, which a run with nothing new need not wait for.
    from tasks.extract.batch_work import extract_batch  # noqa: PLC0415

    if processes <= 1:
        for batch in batches:
            yield extract_batch(batch, resources)
        return
    with worker_pool(processes) as pool:
        for done in as_completed([pool.submit(extract_batch, batch, resources) for batch in batches]):
            yield done.result()
