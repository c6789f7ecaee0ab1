"""The extraction stage alone: from articles in memory to shards on the disk.

python extraction_stage.py FILE WORKERS BATCH_CHARACTERS
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from schemas.article import Article
from tasks.article_files import article_frame
from tasks.extract.batches import extract_articles
from tasks.extract.shards import ExtractionCache
from tasks.ingest.options import IngestOptions
from tasks.ingest.sources import read_articles


def main(articles: Path, *, workers: int, batch_characters: int) -> None:
    """Extract the articles of a file into an empty cache."""
    read = read_articles([articles], options=IngestOptions(check_language=False))
    frame = article_frame(one for one in read if isinstance(one, Article))
    with TemporaryDirectory() as folder:
        extract_articles(
            frame.lazy(),
            ExtractionCache(Path(folder, "cache")),
            workspace=Path(folder, "batches"),
            workers=workers,
            batch_characters=batch_characters,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), workers=int(sys.argv[2]), batch_characters=int(sys.argv[3]))
