from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from training_samples import tiny_corpus, write_tiny_corpus

from schemas.plover import EVENT_TYPES
from schemas.training import Design
from tasks.training.pipeline import (
    Training,
    TrainingError,
    divide,
    put_in_place,
    require_free,
    workspace_for,
)
from tasks.training.pretrained import NotInstalledError, require_training

ROOT = Path(__file__).parents[2]


def training(tmp_path, corpus):
    workspace = tmp_path / "space"
    workspace.mkdir()
    return Training(name="x", corpus=corpus, event_types=EVENT_TYPES, design=Design(), workspace=workspace)


def test_a_corpus_is_divided(tmp_path):
    parts = divide(training(tmp_path, write_tiny_corpus(tmp_path / "corpus")))
    texts = {
        name: {items[0]["text"] for items in json.loads(getattr(parts, name).path.read_text("utf-8"))}
        for name in ("train", "known", "held_out", "test")
    }
    assert {name: len(found) for name, found in texts.items()} == {
        name: getattr(parts, name).sentences for name in texts
    }
    assert texts["known"] | texts["held_out"] <= texts["train"]
    assert not texts["known"] & texts["held_out"]
    assert not texts["train"] & texts["test"]
    assert parts.train.items + parts.test.items == len(tiny_corpus())


def test_the_checksum_is_of_the_items_and_not_of_their_files(tmp_path):
    one = write_tiny_corpus(tmp_path / "one")
    other = tmp_path / "other"
    other.mkdir()
    lines = (one / "oceania.jsonl").read_text("utf-8").splitlines(keepends=True)
    (other / "a.jsonl").write_text("".join(lines[40:]), "utf-8")
    (other / "b.jsonl").write_text("".join(lines[:40]), "utf-8")
    found = {}
    for corpus in (one, other):
        (tmp_path / f"space of {corpus.name}").mkdir()
        found[corpus] = divide(training(tmp_path / f"space of {corpus.name}", corpus)).sha256
    assert found[one] == found[other]


@pytest.mark.parametrize("kept", [2, 6])
def test_a_corpus_that_is_too_small(tmp_path, kept):
    folder = tmp_path / "corpus"
    folder.mkdir()
    lines = [json.dumps(item) + "\n" for item in tiny_corpus()[:kept]]
    (folder / "few.jsonl").write_text("".join(lines), "utf-8")
    with pytest.raises(TrainingError, match="too small, there is no event to"):
        divide(training(tmp_path, folder))


@pytest.mark.parametrize("depth", ["coder", "new/folder/coder"])
def test_a_workspace_leaves_nothing(tmp_path, depth):
    with workspace_for(tmp_path / depth) as workspace:
        (workspace / "coder").mkdir()
        (workspace / "coder" / "weights").touch()
        assert workspace.is_relative_to(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ZeroDivisionError), workspace_for(tmp_path / depth):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("depth", ["coder", "new/folder/coder", "empty"])
def test_a_coder_is_put_in_place(tmp_path, depth):
    (tmp_path / "empty").mkdir()
    out = tmp_path / depth
    with workspace_for(out) as workspace:
        done = Training(
            name="x", corpus=tmp_path, event_types=EVENT_TYPES, design=Design(), workspace=workspace
        )
        done.coder.mkdir()
        (done.coder / "weights").write_text("all", "utf-8")
        put_in_place(done, out)
    assert [path.name for path in out.iterdir()] == ["weights"]
    assert {path.name for path in tmp_path.iterdir()} == {"empty", depth.split("/")[0]}


def test_what_is_at_the_place_of_a_coder_stays(tmp_path):
    (tmp_path / "file").write_text("mine", "utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("file", "folder", "link"):
        with pytest.raises(TrainingError, match=f"{name} is there and no empty folder"):
            require_free(tmp_path / name)
    with pytest.raises(TrainingError, match="is there"), workspace_for(tmp_path / "folder"):
        pytest.fail("it began")
    require_free(tmp_path / "not there")


def test_what_is_missing_is_said():
    require_training(("json",))
    with pytest.raises(NotInstalledError, match=r"needs no_such_module: pip install 'detente\[train\]'"):
        require_training(("json", "no_such_module"))


def test_only_fitting_needs_torch():
    """The flow can be imported, and a coder evaluated, where only coding is installed."""
    program = (
        "import sys\n"
        "for name in ('torch', 'transformers', 'onnx'): sys.modules[name] = None\n"
        "import tasks.training.pipeline, tasks.training.card, tasks.training.evaluation\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"seed": -1}, {"threads": 0}, {"rate": 1}])
def test_designs_that_cannot_be(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Design(**wrong)
