"""The corpus that the project gives away. Counts and variety are `make corpus`; that it is ours is also asked of ../shared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemas.corpus import PERIODS, REGIONS
from schemas.plover import EVENT_TYPES, NONE
from tasks.corpus.items import read_corpus, write_corpus
from tasks.corpus.overlap import shared_runs

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(ROOT / "corpus")


def test_every_item_keeps_the_rules(corpus):
    assert len(corpus) >= 6_000


def test_it_is_packed_in_files_that_a_reviewer_can_open():
    files = list((ROOT / "corpus").glob("*.jsonl"))
    assert {path.stem for path in files} == {f"{region}-{period}" for region in REGIONS for period in PERIODS}
    assert all(path.stat().st_size < 1_000_000 for path in files)


def test_its_files_are_as_the_program_writes_them(corpus, tmp_path):
    """So that an item that is added is the only change of its file."""
    write_corpus(corpus.to_dicts(), tmp_path)
    for path in (ROOT / "corpus").glob("*.jsonl"):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_no_sentence_stands_in_the_golden_set_the_samples_or_the_docs(corpus):
    """The golden set measures what is trained on the corpus; examples of guide and codebook are no training data."""
    pages = [*(ROOT / "tests" / "golden" / "annotated").glob("*"), *(ROOT / "samples").rglob("*.*")]
    pages += [*(ROOT / "docs").rglob("*.md"), ROOT / "corpus" / "GUIDE.md"]
    texts = [
        re.sub(r"\{[A-Za-z_0-9]+[:=]\S* |\}", "", page.read_text(encoding="utf-8"))
        for page in pages
        if page.is_file()
    ]
    assert shared_runs(corpus["text"].unique(), texts) == {}


def test_the_data_card_has_the_counts(corpus):
    card = (ROOT / "corpus" / "README.md").read_text(encoding="utf-8")
    counts = dict(corpus["event_type"].value_counts().iter_rows())
    assert f"\n{len(corpus)} items in {corpus['text'].n_unique()} sentences; " in card
    assert f" {len(corpus) - counts[NONE]} events, {counts[NONE]} NONE; " in card
    assert all(f"| {name} | {counts[name]} |" in card for name in EVENT_TYPES)


def test_the_guide_speaks_of_every_category_and_mode():
    guide = (ROOT / "corpus" / "GUIDE.md").read_text(encoding="utf-8")
    for kind in EVENT_TYPES.values():
        section = guide.partition(f"- **{kind.name}**")[2].partition("\n- **")[0]
        assert section, kind.name
        assert all(f"*{mode}*" in section for mode in kind.modes), kind.name
