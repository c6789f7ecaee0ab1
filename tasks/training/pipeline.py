"""The steps of a training, from a corpus to a finished coder; `flows/train_coder.py` says in which order they run.

    divide -> fit (a network to calibrate by) -> fit (the coder) -> calibrate -> evaluate -> describe

In and out: handles, that is paths with counts. All files lie in a workspace, which becomes the coder's folder, or
nothing. Only `fit_coder` needs torch, and imports it itself. The steps know no Prefect.

Why two networks: probabilities are to hold on words that the coder has not seen (`calibration.py`). The first network
is kept from a part of the triggers, its scores on these give the calibration, and the second one learns from all.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from schemas.ontology import OntologyError, parse_ontology
from schemas.plover import EVENT_TYPES
from tasks.code_version import code_version
from tasks.corpus.items import read_corpus
from tasks.durable import sync_file, sync_folder
from tasks.extract.trained_coder import Calibration, CoderFacts, read_facts, write_facts
from tasks.progress import Estimate, report_progress
from tasks.training.calibration import calibrate, split_by_stem
from tasks.training.card import CARD, model_card
from tasks.training.evaluation import (
    Confusion,
    Figures,
    answers_to_pairs,
    answers_to_triggers,
    category_names,
    confusions,
    context_table,
    figures,
)
from tasks.training.examples import by_sentence
from tasks.training.pretrained import minilm, versions
from tasks.training.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from schemas.plover import EventType
    from schemas.training import Design
    from tasks.training.evaluation import Answers
    from tasks.training.examples import Items

STEPS = 1000
"""Progress is told in thousandths."""


class TrainingError(RuntimeError):
    """A coder cannot be trained; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One training.

    Attributes:
        name: Of the coder.
        corpus: The folder of the corpus.
        event_types: The categories to tell apart.
        design: How it is trained.
        workspace: A folder for all that is written meanwhile.
    """

    name: str
    corpus: Path
    event_types: Mapping[str, EventType]
    design: Design
    workspace: Path

    @property
    def vocabulary(self) -> Vocabulary:
        """What the coder tells apart."""
        return Vocabulary(self.event_types)

    @property
    def coder(self) -> Path:
        """The folder that becomes the coder."""
        return self.workspace / "coder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Sentences of the corpus in a file.

    Attributes:
        path: A JSON list of sentences, each a list of items.
        sentences: How many.
        items: How many.
    """

    path: Path
    sentences: int
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A corpus, divided.

    Attributes:
        train: What the coder learns from.
        known: The part of it without the triggers that are held out.
        held_out: The part that is told with these.
        test: What the coder is measured on.
        sha256: Of all items, in whatever files and order they lie.
    """

    train: Part
    known: Part
    held_out: Part
    test: Part
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How good a coder is on the test split.

    Attributes:
        pairs: Asked of pairs alone.
        triggers: Asked of pairs and the triggers that it finds.
        confusions: Of pairs, the most frequent first.
    """

    pairs: Figures
    triggers: Figures
    confusions: Sequence[Confusion]


def read_ontology(path: Path | None) -> dict[str, EventType]:
    """The categories of a file, PLOVER's without one.

    Raises:
        OntologyError: The file cannot be read, or is no ontology; the message names file and place.
    """
    if path is None:
        return EVENT_TYPES
    try:
        return parse_ontology(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, OntologyError) as error:
        raise OntologyError(f"{path}: {error}") from error


@contextmanager
def workspace_for(out: Path) -> Iterator[Path]:
    """A folder on the file system of a coder to be; with all that is left in it, it goes when the block ends.

    Raises:
        TrainingError: There is something at the coder's place.
    """
    require_free(out)
    home = next(folder for folder in out.absolute().parents if folder.is_dir())
    with TemporaryDirectory(prefix=f".{out.name}.", dir=home) as space:
        yield Path(space)


def require_free(out: Path) -> None:
    """Refuse to put a coder where something is.

    Raises:
        TrainingError: It is, and no empty folder.
    """
    if out.is_symlink() or (out.exists() and not (out.is_dir() and not any(out.iterdir()))):
        raise TrainingError(f"{out} is there and no empty folder: choose another name, or remove it")


def divide(training: Training) -> Parts:
    """Read the corpus and part it.

    Raises:
        CorpusError: The corpus cannot be used.
        TrainingError: It is too small to train, calibrate and test with.
    """
    items = read_corpus(training.corpus, training.event_types).to_dicts()
    train = by_sentence(item for item in items if item["split"] == "train")
    known, held_out = split_by_stem(train)
    test = by_sentence(item for item in items if item["split"] == "test")
    for what, sentences in (("train on", known), ("calibrate by", held_out), ("test on", test)):
        if not any(item["trigger"] for told in sentences for item in told):
            raise TrainingError(f"{training.corpus}: the corpus is too small, there is no event to {what}")
    lines = sorted(json.dumps(item, sort_keys=True, ensure_ascii=False) for item in items)
    return Parts(
        train=_written(train, training.workspace / "train.json"),
        known=_written(known, training.workspace / "known.json"),
        held_out=_written(held_out, training.workspace / "held_out.json"),
        test=_written(test, training.workspace / "test.json"),
        sha256=sha256("\n".join(lines).encode()).hexdigest(),
    )


def fit_calibrator(training: Training, parts: Parts) -> Path:
    """The folder of a coder that has not seen the held-out triggers; as long trained as the one to calibrate.

    One that is trained for less is less sure of itself, and would make the coder surer than it may be.
    """
    return _fitted(training, parts, parts.known, training.workspace / "calibrator")


def fit_coder(training: Training, parts: Parts) -> Path:
    """The folder of the coder, which is not calibrated yet."""
    return _fitted(training, parts, parts.train, training.coder)


def calibrate_coder(training: Training, parts: Parts, calibrator: Path) -> CoderFacts:
    """Calibrate the coder by what the calibrator says of sentences with held-out triggers."""
    held_out = _read(parts.held_out)
    facts = read_facts(training.coder).model_copy(
        update={
            "pairs": _calibration(answers_to_pairs(calibrator, held_out), training.vocabulary),
            "triggers": _calibration(answers_to_triggers(calibrator, held_out), training.vocabulary),
        }
    )
    write_facts(facts, training.coder)
    return facts


def evaluate_coder(training: Training, parts: Parts) -> Evaluation:
    """Ask the coder about the test split."""
    test, vocabulary, facts = _read(parts.test), training.vocabulary, read_facts(training.coder)
    pairs = answers_to_pairs(training.coder, test)
    return Evaluation(
        pairs=figures(pairs, vocabulary, facts.pairs),
        triggers=figures(answers_to_triggers(training.coder, test), vocabulary, facts.triggers),
        confusions=confusions(pairs, vocabulary, facts.pairs),
    )


def describe_coder(training: Training, parts: Parts, evaluation: Evaluation, ablation: str | None) -> str:
    """Write the model card, and say what it says.

    Args:
        training: Of the coder.
        parts: Of the corpus.
        evaluation: Its figures.
        ablation: Markdown about what its parts are worth, None for no word about that.
    """
    card = model_card(
        read_facts(training.coder),
        base=minilm(),
        counts={
            "to train on": (parts.train.sentences, parts.train.items),
            "of these held out to calibrate by": (parts.held_out.sentences, parts.held_out.items),
            "to test on": (parts.test.sentences, parts.test.items),
        },
        pairs=evaluation.pairs,
        triggers=evaluation.triggers,
        confusions=evaluation.confusions,
        ablation=ablation,
    )
    (training.coder / CARD).write_text(card, encoding="utf-8")
    return card


def put_in_place(training: Training, out: Path) -> None:
    """Move the finished coder to its place, in one step.

    Raises:
        TrainingError: Something has come there meanwhile.
    """
    require_free(out)
    for path in training.coder.iterdir():
        sync_file(path)
    sync_folder(training.coder)
    out.parent.mkdir(parents=True, exist_ok=True)
    training.coder.rename(out)
    sync_folder(out.parent)


def _fitted(training: Training, parts: Parts, part: Part, folder: Path) -> Path:
    """Fit a network to a part of the corpus and write it as a coder without calibration."""
    # Seconds, and an installation that only codes does not have them.
    from tasks.training.export import export  # noqa: PLC0415
    from tasks.training.fitting import fit, processor  # noqa: PLC0415

    base, design = minilm().folder, training.design
    estimate = Estimate(folder.name, total=STEPS, items=part.sentences * design.epochs, unit="sentences")

    def tell(share: float) -> None:
        estimate.update(round(share * STEPS))
        report_progress(folder.name, round(share * STEPS), STEPS)

    network = fit(_read(part), base, training.vocabulary, design, progress=tell)
    vocabulary = training.vocabulary
    facts = CoderFacts(
        name=training.name,
        categories=vocabulary.categories,
        modes=vocabulary.modes,
        contexts=vocabulary.contexts,
        ontology=dict(training.event_types),
        pairs=Calibration(),
        triggers=Calibration(),
        corpus_sha256=parts.sha256,
        seed=design.seed,
        design=design,
        versions={"detente": code_version(), **versions(), "processor": processor()},
    )
    export(network, base, facts, folder)
    return folder


def _calibration(answers: Answers, vocabulary: Vocabulary) -> Calibration:
    """The calibration by answers; that of a coder which finds no trigger at all stays as it is."""
    event = np.array([one is not None for one in answers.right], dtype=bool)
    if not event.any():
        return Calibration()
    numbers = {name: number for number, name in enumerate(vocabulary.categories)}
    return calibrate(
        answers.scores.categories,
        np.array([numbers[name] for name in category_names(answers.right)]),
        answers.scores.contexts[event],
        context_table([one for one in answers.right if one], vocabulary),
    )


def _written(sentences: list[Items], path: Path) -> Part:
    path.write_text(json.dumps(sentences), encoding="utf-8")
    return Part(path=path, sentences=len(sentences), items=sum(map(len, sentences)))


def _read(part: Part) -> list[Items]:
    sentences: list[Items] = json.loads(part.path.read_text(encoding="utf-8"))
    return sentences
