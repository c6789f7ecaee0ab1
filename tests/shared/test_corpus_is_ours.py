"""No sentence of the corpus comes from the development data, which measures what is trained on the corpus."""

import json
import os
from pathlib import Path

import pytest

from tasks.corpus.items import read_corpus
from tasks.corpus.overlap import shared_runs

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
pytestmark = pytest.mark.shared


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def development_texts():
    for folder, _, names in os.walk(SHARED / "data"):
        for name in names:
            text = (Path(folder) / name).read_bytes().decode("utf-8", "replace")
            if name.endswith(".jsonl"):
                for line in text.splitlines():
                    yield from strings(json.loads(line))
            else:
                yield text
    yield (SHARED / "PLOVER.md").read_text(encoding="utf-8")


def test_no_run_of_eight_words_is_shared():
    assert shared_runs(read_corpus(ROOT / "corpus")["text"].unique(), development_texts()) == {}


def test_what_is_shared_would_be_found():
    """A sentence of the development data, slipped into the corpus, is caught."""
    taken = next(text for text in development_texts() if len(text.split()) > 400)
    sentence = " ".join(taken.split()[100:140])
    assert shared_runs([sentence], [taken])
