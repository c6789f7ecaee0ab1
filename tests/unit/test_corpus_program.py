"""scripts/corpus.py, as one who adds to the corpus would use it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from corpus_samples import MARKED, TWO_EVENTS

from tasks.corpus.items import read_corpus

PROGRAM = Path(__file__).parents[2] / "scripts" / "corpus.py"
LABELS = """\
1 a>b | REJECT | change | actual | "rejected" | legislative
1 b>a | NONE
1 c>d | COERCE | restrict | actual | "blockaded" | -
"""


@pytest.fixture
def program(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("corpus_program", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "corpus").mkdir()
    monkeypatch.setattr(module, "CORPUS", tmp_path / "corpus")
    return module


@pytest.fixture
def marked(tmp_path):
    path = tmp_path / "new.txt"
    path.write_text(MARKED, encoding="utf-8")
    return str(path)


def test_blind_then_compare(program, marked, tmp_path, capsys):
    assert program.main(["blind", marked]) == 0
    sheet = capsys.readouterr().out
    assert "1 c>d |\n" in sheet
    assert "PROTEST" not in sheet
    (tmp_path / "sheet.txt").write_text(LABELS, encoding="utf-8")
    assert program.main(["compare", marked, str(tmp_path / "sheet.txt")]) == 0
    said = capsys.readouterr().out
    assert "1 c>d event_type: PROTEST | COERCE" in said
    assert "2 of 5 lines are not labelled." in said
    assert "event_type   0.667" in said


def test_differences_say_which_event_of_a_pair(program, tmp_path, capsys):
    (tmp_path / "new.txt").write_text(TWO_EVENTS, encoding="utf-8")
    filled = (
        '1 b>a | REQUEST | - | actual | "was asked" | -\n1 b>a | ACCUSE | - | actual | "denied" | military\n'
    )
    (tmp_path / "sheet.txt").write_text(filled, encoding="utf-8")
    assert program.main(["compare", str(tmp_path / "new.txt"), str(tmp_path / "sheet.txt")]) == 0
    said = capsys.readouterr().out
    assert "1 b>a (2) event_type: REJECT | ACCUSE" in said
    assert "1 of 3 lines are not labelled." in said


def test_add_files_the_items_once(program, marked, capsys):
    assert program.main(["add", marked]) == 0
    assert capsys.readouterr().out == "5 items added; 5 in all.\n"
    before = {path: path.read_bytes() for path in program.CORPUS.iterdir()}
    assert program.main(["add", marked]) == 1
    assert "is one item" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in program.CORPUS.iterdir()} == before
    assert len(read_corpus(program.CORPUS)) == 5


@pytest.mark.parametrize(
    "content", [b"[a Oslo] met [b Riga].", b"\xff\xfe", b"# body 1990s oceania\n[a \x1b[2J"]
)
def test_what_cannot_be_read_is_said_and_adds_nothing(program, tmp_path, capsys, content):
    (tmp_path / "bad.txt").write_bytes(content)
    assert program.main(["add", str(tmp_path / "bad.txt")]) == 1
    said = capsys.readouterr().err
    assert said.strip()
    assert "\x1b" not in said
    assert list(program.CORPUS.iterdir()) == []


def test_report_says_what_falls_short(program, marked, capsys):
    program.main(["add", marked])
    capsys.readouterr()
    assert program.main(["report"]) == 1
    said = capsys.readouterr().out
    assert "5 items in 3 sentences; 4 events, 1 NONE" in said
    assert "items: 5, at least 6000" in said
