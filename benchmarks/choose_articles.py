"""The articles of a benchmark.

python benchmarks/choose_articles.py SOURCE... [--articles N] > FILE.jsonl

In: files, folders and patterns, as `detente run` takes them. Out: different articles that it accepts, numbered, as
JSONL that every contestant can read.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from schemas.article import Article
from schemas.identity import id_of
from tasks.ingest.options import IngestOptions
from tasks.ingest.sources import read_articles

if TYPE_CHECKING:
    from collections.abc import Sequence


def main() -> None:
    """Print the first articles of some sources as JSONL."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("sources", nargs="+")
    parser.add_argument("--articles", type=int)
    chosen = parser.parse_args()
    for number, article in enumerate(choose_articles(chosen.sources, most=chosen.articles)):
        day = str(article.published_date)
        print(json.dumps({"id": str(number), "title": article.title, "date": day, "text": article.text}))


def choose_articles(sources: Sequence[str], *, most: int | None) -> list[Article]:
    """Different articles that `detente run` accepts, the first `most` of them."""
    options = IngestOptions(require_date=True, as_of=datetime.now(UTC).date())
    accepted = (one for one in read_articles(sources, options=options) if isinstance(one, Article))
    return list(islice({id_of(article): article for article in accepted}.values(), most))


if __name__ == "__main__":
    main()
