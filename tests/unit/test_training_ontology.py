from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from training_samples import ONTOLOGY, tiny_corpus, write_tiny_corpus

from schemas.ontology import OntologyError, parse_ontology
from schemas.plover import EVENT_TYPES
from tasks.corpus.items import CorpusError, completed, read_corpus, validated
from tasks.corpus.marked import read_marked
from tasks.training.pipeline import read_ontology

HOW_TO = Path(__file__).parents[2] / "docs/how-to/train-a-coder.md"
ONE = """
[[category]]
name = "BLOCKADE"
quad_class = "material_conflict"
score = -7
covers = "closes a port to somebody"
modes = { sea = -7 }
"""


def test_a_file_of_categories(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(ONTOLOGY, encoding="utf-8")
    found = read_ontology(path)
    assert list(found) == ["FRIENDLY", "HOSTILE"]
    assert found["FRIENDLY"].quad_class == "verbal_cooperation"
    assert found["HOSTILE"].modes == {"words": -3, "arms": -9}
    assert (found["HOSTILE"].needs_second_party, found["HOSTILE"].future) == (False, None)


def test_plover_without_a_file():
    assert read_ontology(None) == EVENT_TYPES


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[[category", "not TOML", id="no TOML"),
        pytest.param("", "category: Field required", id="empty"),
        pytest.param("category = []", "category: .*at least 1", id="no category"),
        pytest.param("category = 3", "category: .*list", id="a number"),
        pytest.param("category = [3]", "category: 0: .*dictionary", id="a list of numbers"),
        pytest.param("colour = 'red'\n" + ONE, "colour: Extra", id="an unknown table"),
        pytest.param(
            ONE + "colour = 'red'", r"category 1 \(BLOCKADE\): colour: Extra", id="an unknown field"
        ),
        pytest.param(ONE.replace("score = -7\n", ""), r"\(BLOCKADE\): score: Field required", id="no score"),
        pytest.param(ONE.replace("-7\n", "nan\n"), r"\(BLOCKADE\): score", id="a score that is no number"),
        pytest.param(ONE.replace("-7 }", "-70 }"), r"modes\.sea: .*-10", id="a score out of bounds"),
        pytest.param(ONE.replace("sea", "SEA"), "modes.SEA", id="a mode in capitals"),
        pytest.param(ONE.replace("sea", '"by/sea"'), "modes.by/sea", id="a mode with a slash"),
        pytest.param(ONE.replace("BLOCKADE", "Blockade"), "name: .*pattern", id="a name in small letters"),
        pytest.param(ONE.replace("BLOCKADE", "NONE"), "NONE is what stands for no event", id="NONE"),
        pytest.param(ONE + ONE, "named twice: BLOCKADE", id="a name twice"),
        pytest.param(ONE.replace("material", "physical"), "quad_class", id="no quad class"),
        pytest.param(ONE.replace("closes a port to somebody", ""), "covers", id="not explained"),
        pytest.param(
            ONE + 'future = "AGREE"', "BLOCKADE: future names no other", id="a future that is not there"
        ),
        pytest.param(ONE + 'future = "BLOCKADE"', "future names no other", id="a future that is itself"),
    ],
)
def test_files_that_are_no_ontology(tmp_path, text, message):
    with pytest.raises(OntologyError, match=message):
        parse_ontology(text)
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OntologyError, match=r"own\.toml"):
        read_ontology(path)


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_files_that_cannot_be_read(tmp_path, content):
    path = tmp_path / "own.toml"
    if content:
        path.write_bytes(content)
    with pytest.raises(OntologyError, match=r"own\.toml"):
        read_ontology(path)


def test_a_corpus_in_categories_of_its_own(tmp_path):
    folder = write_tiny_corpus(tmp_path / "corpus", own=True)
    items = read_corpus(folder, parse_ontology(ONTOLOGY))
    assert set(items["event_type"]) == {"FRIENDLY", "HOSTILE", "NONE"}
    with pytest.raises(CorpusError, match="known_category"):
        read_corpus(folder)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        pytest.param({"event_type": "AID"}, "known_category", id="a category of PLOVER"),
        pytest.param({"mode": "meet"}, "mode_of_category", id="a mode of PLOVER"),
        pytest.param({"recipient": None}, "second_party", id="nobody it is done to"),
        pytest.param({"status": "planned"}, "future_cooperation", id="what is planned is another category"),
    ],
)
def test_the_rules_of_an_ontology_are_its_own(changes, rule):
    words = ONTOLOGY + 'needs_second_party = true\nfuture = "FRIENDLY"\n'
    (item,) = [one for one in tiny_corpus(own=True) if one["event_type"] == "HOSTILE"][:1]
    with pytest.raises(CorpusError, match=rule):
        validated([completed({**item, **changes})], ["here:1"], parse_ontology(words))


def test_marked_sentences_in_categories_of_its_own():
    marked = "# lead 2010s oceania\n[a Norway] [t shelled] [b Fiji].\na>b | HOSTILE | arms | actual | t | military\n"
    (item,) = read_marked(marked, parse_ontology(ONTOLOGY))
    assert (item["event_type"], item["mode"]) == ("HOSTILE", "arms")
    with pytest.raises(CorpusError, match="line 3: unknown: 'HOSTILE'"):
        read_marked(marked)


def test_the_file_on_the_how_to_page():
    (words,) = re.findall(r"```toml\n(.*?)```", HOW_TO.read_text("utf-8"), re.DOTALL)
    found = parse_ontology(words)
    assert list(found) == ["BLOCKADE", "PASSAGE", "PLEDGE"]
    assert found["PASSAGE"].future == "PLEDGE"


def test_the_program_on_the_how_to_page(tmp_path, monkeypatch):
    page = HOW_TO.read_text("utf-8")
    (words,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    marked = "# lead 2010s oceania\n[a Oman] [t closed its port to] [b Fiji].\na>b | BLOCKADE | sea | actual | t | -\n"
    (tmp_path / "mine.toml").write_text(words, "utf-8")
    (tmp_path / "marked.txt").write_text(marked, "utf-8")
    (tmp_path / "program.py").write_text(program, "utf-8")
    monkeypatch.chdir(tmp_path)
    runpy.run_path("program.py")
    assert read_corpus(tmp_path / "mine", parse_ontology(words))["event_type"].to_list() == ["BLOCKADE"]
