"""What a worker does with a batch: each article of it, into one shard.

In: a handle of a batch. Out: the same, when its shard is written. What does not belong here: which articles make a
batch (`batches.py`), and what is found in an article (`document.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tasks.article_files import articles_of
from tasks.extract.document import extract
from tasks.extract.language_model import gemm_in_use
from tasks.extract.rows import rows_of
from tasks.extract.shards import Extracted, write_shard

if TYPE_CHECKING:
    from schemas.article import Article
    from tasks.extract.batches import Batch
    from tasks.extract.kernels import Gemm
    from tasks.extract.resources import Resources


def extract_batch(batch: Batch, resources: Resources) -> tuple[Batch, Gemm]:
    """Extract a batch into its shard; runs in a worker, takes a handle and returns it with the product it ran on."""
    frame = pl.read_parquet(batch.articles, glob=False)  # the path may hold brackets
    found = [
        _extracted(key, article, resources)
        for key, article in zip(frame["article_id"], articles_of(frame), strict=True)
    ]
    write_shard(batch.shard, found)
    return batch, gemm_in_use(resources.model)


def _extracted(key: str, article: Article, resources: Resources) -> Extracted:
    try:
        return Extracted(key, rows_of(key, extract(article, resources=resources)))
    except (MemoryError, OSError):
        raise  # the machine's fault, not the text's: nothing to be remembered
    except Exception as error:  # noqa: BLE001 - one text that we cannot read must not stop the others
        return Extracted(key, {}, error=f"{type(error).__name__}: {error}")
