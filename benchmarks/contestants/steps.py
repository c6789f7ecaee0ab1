"""Where the time of one process goes: CPU seconds of each step over the same articles, on one thread, as JSON.

Article by article, each step in turn, so that a slow minute of the machine makes every step slower and no ratio
wrong. python steps.py FILE
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import spacy
from threadpoolctl import threadpool_limits

from schemas.article import Article
from schemas.identity import id_of
from tasks.extract import document
from tasks.extract.language_model import DEFAULT_MODEL, gemm_in_use, load_language_model, parse
from tasks.extract.rows import rows_of
from tasks.extract.shards import Extracted, write_shard
from tasks.ingest.options import IngestOptions
from tasks.ingest.sources import read_articles

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.language import Language

P = ParamSpec("P")
R = TypeVar("R")

STEPS = {
    "parse": "parse in use",
    "find_mentions": "mentions",
    "find_dates": "dates",
    "find_quotes": "quotes",
    "with_reported_speech": "quotes",
    "link_quotes": "quotes",
    "find_events": "events",
    "find_amounts": "amounts",
    "link_amounts": "amounts",
}
"""What `document.extract` calls -> the names of the figures."""


class Stopwatch:
    """CPU seconds of this process, added up by name."""

    def __init__(self) -> None:
        """Nothing timed yet."""
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def timed(self, name: str, function: Callable[P, R]) -> Callable[P, R]:
        """The same function, its time counted under a name."""

        def counted(*args: P.args, **kwargs: P.kwargs) -> R:
            start = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[name] += time.process_time() - start

        return counted


def main(articles: Path) -> dict[str, float]:
    """Seconds by the name of the step; loading the models apart, and what is loaded at first use in none."""
    threadpool_limits(limits=1)
    stopwatch = Stopwatch()
    stock = stopwatch.timed("load stock", spacy.load)(DEFAULT_MODEL)
    ours = stopwatch.timed("load ours", load_language_model)()
    in_use = gemm_in_use()
    read = read_articles([articles], options=IngestOptions(check_language=False))
    batch = [one for one in read if isinstance(one, Article)]
    stock(batch[0].text)
    document.extract(batch[0])
    # Timed where `extract` calls them, so that what is timed is what runs.
    for function, name in STEPS.items():
        setattr(document, function, stopwatch.timed(name, getattr(document, function)))
    extracted = []
    for article in batch:
        stopwatch.timed("parse stock", stock)(article.text)
        for product in ("blis", "numpy"):
            _use(product, ours)
            stopwatch.timed(f"parse {product}", parse)(article.text, ours)
        _use(in_use, ours)
        key = id_of(article)
        found = stopwatch.timed("extract", document.extract)(article)
        extracted.append(Extracted(key, stopwatch.timed("rows and shard", rows_of)(key, found)))
    with TemporaryDirectory() as folder:
        stopwatch.timed("rows and shard", write_shard)(Path(folder, "shard.parquet"), extracted)
    return stopwatch.seconds


def _use(product: str, nlp: Language) -> None:
    """Have a model run on a matrix product; all its layers share one object of operations (`tasks.extract.kernels`)."""
    nlp.get_pipe("parser").model.ops.use_blis = product == "blis"  # type: ignore[attr-defined]


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
