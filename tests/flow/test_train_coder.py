"""Training with real Prefect, end to end on a corpus of forty sentences; needs torch, and is skipped without."""

from __future__ import annotations

import json

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from training_samples import ONTOLOGY, write_tiny_corpus
from typer.testing import CliRunner

from flows.cli import app
from flows.train_coder import train_coder
from schemas.plover import EVENT_TYPES
from schemas.training import Design
from tasks.extract.trained_coder import read_facts
from tasks.training import pipeline
from tasks.training.pipeline import TrainingError
from tasks.training.pretrained import MODULES

for name in MODULES:
    pytest.importorskip(name, reason="only the extra train has it: pip install 'detente[train]'")

SMALL = Design(epochs=2, seed=5, threads=1, tuned_layers=1)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a corpus in categories of its own, and the file of these."""
    folder = tmp_path_factory.mktemp("training")
    write_tiny_corpus(folder / "corpus", own=True)
    (folder / "own.toml").write_text(ONTOLOGY, encoding="utf-8")
    (folder / "ablation.md").write_text("Nothing was left out.\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def coder(place):
    out = place / "coders" / "mine"
    found = train_coder(
        place / "corpus", out, ontology=place / "own.toml", ablation=place / "ablation.md", design=SMALL
    )
    assert found.pairs.questions == 20
    return out


def test_a_coder_is_whole_and_alone(place, coder):
    assert {path.name for path in coder.iterdir()} == {
        "encoder.onnx",
        "heads.npz",
        "tokenizer.json",
        "coder.json",
        "CARD.md",
    }
    assert [path.name for path in coder.parent.iterdir()] == ["mine"]
    assert not [path.name for path in place.iterdir() if path.name.startswith(".")]


def test_its_facts(coder):
    facts = read_facts(coder)
    assert (facts.name, facts.seed, facts.design) == ("mine", 5, SMALL)
    assert facts.categories == ("FRIENDLY", "HOSTILE", "NONE")
    assert facts.ontology["HOSTILE"].modes == {"words": -3, "arms": -9}
    assert "processor" in facts.versions


def test_its_card_is_in_the_folder_and_in_the_ui(coder):
    card = (coder / "CARD.md").read_text("utf-8")
    assert "| epochs | 2 |" in card
    assert "Nothing was left out." in card
    only = ArtifactFilter(key=ArtifactFilterKey(any_=["coder-card"]))
    with get_client(sync_client=True) as client:
        shown = client.read_artifacts(artifact_filter=only)
    assert [artifact.data for artifact in shown] == [card]


def test_classify_with_it(coder):
    record = {"id": 1, "text": "Norway praised Chile.", "source": [0, 6], "target": [15, 20]}
    done = CliRunner().invoke(app, ["classify", "--coder", str(coder)], input=json.dumps(record))
    assert done.exit_code == 0, done.output
    assert set(json.loads(done.stdout)["probabilities"]) == {"FRIENDLY", "HOSTILE", "NONE"}


@pytest.mark.parametrize("fails", ["fit_coder", "calibrate_coder"])
def test_a_training_that_fails_leaves_nothing(place, monkeypatch, fails):
    def fail(*_):
        raise ZeroDivisionError

    def fit(training, parts):
        del parts
        training.coder.mkdir(exist_ok=True)
        return training.coder

    for step in ("fit_calibrator", "fit_coder"):
        monkeypatch.setattr(pipeline, step, fit)
    monkeypatch.setattr(pipeline, fails, fail)
    before = {path.name for path in place.iterdir()}
    with pytest.raises(ZeroDivisionError):
        train_coder(place / "corpus", place / "not" / "there", ontology=place / "own.toml", design=SMALL)
    assert {path.name for path in place.iterdir()} == before


def test_what_is_there_is_not_overwritten(place, coder):
    before = (coder / "coder.json").read_bytes()
    with pytest.raises(TrainingError, match="mine is there and no empty folder"):
        train_coder(place / "corpus", coder, ontology=place / "own.toml", design=SMALL)
    assert (coder / "coder.json").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({}, "known_category", id="a corpus that is not PLOVER's"),
        pytest.param({"--corpus": "nowhere"}, "no .jsonl file", id="no corpus"),
        pytest.param({"--ontology": "ablation.md"}, "not TOML", id="no ontology"),
        pytest.param({"--out": "corpus"}, "no empty folder", id="a place that is taken"),
    ],
)
def test_the_command_says_what_is_wrong(place, monkeypatch, options, message):
    monkeypatch.chdir(place)
    monkeypatch.setenv("COLUMNS", "400")
    chosen = {"--corpus": "corpus", "--out": "new", **options}
    done = CliRunner().invoke(app, ["train", *(word for option in chosen.items() for word in option)])
    assert done.exit_code == 2, done.output
    assert message in done.stderr.replace("\n", "")
    assert not (place / "new").exists()


def test_plover_is_what_it_is_trained_for_without_a_file():
    assert pipeline.read_ontology(None) == EVENT_TYPES
