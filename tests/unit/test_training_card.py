from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from training_samples import ONTOLOGY

from schemas.ontology import parse_ontology
from schemas.training import Design
from tasks.extract.coder_network import Scores
from tasks.extract.trained_coder import Calibration, CoderFacts
from tasks.training.card import model_card
from tasks.training.evaluation import Answers, Confusion, confusions, figures
from tasks.training.examples import Event
from tasks.training.pretrained import Pretrained
from tasks.training.vocabulary import PLOVER, Vocabulary

OWN = Vocabulary(parse_ontology(ONTOLOGY))
BASE = Pretrained(folder=Path("model"), name="a small encoder", licence="Apache-2.0", sha256="b" * 64)
CERTAIN = 20.0
FRIENDLY, HOSTILE, NOTHING = 0, 1, 2


def facts(vocabulary=OWN):
    return CoderFacts(
        name="ours",
        categories=vocabulary.categories,
        modes=vocabulary.modes,
        contexts=vocabulary.contexts,
        ontology=dict(vocabulary.event_types),
        pairs=Calibration(temperature=1.25, none_offset=-0.3, contexts=0.45),
        triggers=Calibration(),
        corpus_sha256="c" * 64,
        seed=11,
        design=Design(epochs=7, seed=11, threads=3),
        versions={"torch": "2.13.0"},
    )


def event(category, mode=None, status="actual", contexts=("military",)):
    return Event(
        category=category, mode=mode, status=status, contexts=contexts, reciprocal=False, trigger=(0, 1)
    )


def answers(*said, right, pointed=None):
    """What a coder says for certain, with the first mode, "actual" and the military context."""
    count = len(said)
    categories = np.zeros((count, 3))
    categories[np.arange(count), list(said)] = CERTAIN
    contexts = np.full((count, len(OWN.contexts)), -CERTAIN)
    contexts[:, OWN.contexts.index("military")] = CERTAIN
    scores = Scores(
        categories=categories,
        modes=np.zeros((count, len(OWN.modes))),
        statuses=np.tile([1.0, 0, 0, 0], (count, 1)),
        contexts=contexts,
        reciprocal=np.full((count, 1), -1.0),
    )
    return Answers(scores, right, np.ones(count, dtype=bool) if pointed is None else np.array(pointed))


MIXED = answers(
    *(FRIENDLY, FRIENDLY, HOSTILE, NOTHING, NOTHING, HOSTILE),
    right=[
        event("FRIENDLY"),
        event("HOSTILE", status="planned"),
        event("HOSTILE", mode="arms"),
        event("HOSTILE", contexts=("cyber",)),
        None,
        None,
    ],
    pointed=[True, False, True, True, True, True],
)


def test_figures_of_answers():
    found = figures(MIXED, OWN, Calibration())
    assert (found.questions, found.accuracy, found.none_kept) == (6, 0.5, 0.5)
    assert (found.mode, found.status, found.trigger, found.reciprocal) == (0.5, 0.75, 0.75, 1.0)
    assert found.contexts == pytest.approx(0.75)
    assert (found.coverage, found.sure) == (1.0, 0.5)
    assert found.calibration_error == pytest.approx(0.5)
    hostile = found.classes["HOSTILE"]
    assert (hostile.right, hostile.said, hostile.precision, hostile.recall) == (
        3,
        2,
        0.5,
        pytest.approx(1 / 3),
    )
    assert found.macro_f1 == pytest.approx(np.mean([2 / 3, 0.4, 0.5]))


def test_figures_of_nothing():
    found = figures(answers(right=[]), OWN, Calibration())
    assert found.questions == 0
    assert np.isnan([found.accuracy, found.macro_f1, found.mode, found.sure]).all()


def test_what_is_taken_for_what():
    assert confusions(MIXED, OWN, Calibration()) == [
        Confusion(right="HOSTILE", said="FRIENDLY", questions=1),
        Confusion(right="HOSTILE", said="NONE", questions=1),
        Confusion(right="NONE", said="HOSTILE", questions=1),
    ]
    assert confusions(answers(NOTHING, right=[None]), OWN, Calibration()) == []


def card(**changes):
    found = figures(MIXED, OWN, Calibration())
    options = {
        "base": BASE,
        "counts": {"to train on": (1234, 2345)},
        "pairs": found,
        "triggers": figures(answers(right=[]), OWN, Calibration()),
        "confusions": confusions(MIXED, OWN, Calibration()),
        **changes,
    }
    return model_card(options.pop("facts", facts()), **options)


@pytest.mark.parametrize(
    "line",
    [
        "# The event coder ours",
        "| to train on | 1,234 sentences, 2,345 items |",
        f"| corpus, sha256 | `{'c' * 64}` |",
        "| seed | 11 |",
        "| epochs | 7 |",
        "| threads | 3 |",
        "| torch | `2.13.0` |",
        "|  | pairs (6) | pairs and triggers (0) | what it is |",
        "| accuracy | .500 | – | share of questions whose category, or NONE, is right |",
        "| trigger | .750 |  | share of events of which the coder points at a right word |",
        "| HOSTILE | 3 | 2 | .500 | .333 | .400 |",
        "| pairs | 1.25 | -0.30 | 0.45 |",
        "| HOSTILE | NONE | 1 |",
        "## What it is not for",
        "## Limits",
    ],
)
def test_a_card_says(line):
    assert line in card().splitlines()


@pytest.mark.parametrize(
    "words",
    [
        "a small encoder; weights Apache-2.0",
        "Decisions about people",
        "FRIENDLY, HOSTILE",
        "an ontology of its own",
    ],
)
def test_a_card_mentions(words):
    assert words in card()


def test_a_card_of_a_plover_coder():
    assert "one of PLOVER's 16 categories (AGREE, CONSULT," in card(facts=facts(PLOVER))


def test_a_section_on_what_parts_are_worth_is_there_if_given():
    assert "What its parts are worth" not in card()
    assert "\n\n## What its parts are worth\n\nWithout heads: .5\n\n## What it is not for" in card(
        ablation="\nWithout heads: .5\n"
    )


def test_a_card_of_a_faultless_coder():
    assert "It took nothing for something else" in card(confusions=[])


def test_tables_are_whole():
    widths = {}
    for number, line in enumerate(card().splitlines()):
        if line.startswith("|"):
            widths.setdefault(line.count("|"), []).append(number)
    for rows in widths.values():
        assert len(rows) >= 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"categories": PLOVER.categories}, "categories", id="other categories"),
        pytest.param({"categories": ("NONE", "FRIENDLY", "HOSTILE")}, "categories", id="NONE first"),
        pytest.param({"modes": ("FRIENDLY/",)}, "modes", id="modes too few"),
    ],
)
def test_facts_that_do_not_fit(changes, message):
    with pytest.raises(ValueError, match=message):
        CoderFacts(**{**facts().model_dump(), **changes})


def test_facts_travel_as_json():
    assert CoderFacts.model_validate_json(facts().model_dump_json()) == facts()
    assert not facts().is_plover
    known = facts(PLOVER)
    assert known.is_plover
    assert CoderFacts.model_validate_json(known.model_dump_json()).is_plover
    assert CoderFacts(**{k: v for k, v in known.model_dump().items() if k != "ontology"}).is_plover


def test_macro_f1_is_of_categories_that_occur():
    found = figures(MIXED, OWN, Calibration())
    without = {name: replace(one, right=0) if name == "NONE" else one for name, one in found.classes.items()}
    assert replace(found, classes=without).macro_f1 == pytest.approx(np.mean([2 / 3, 0.4]))
