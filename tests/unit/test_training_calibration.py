from __future__ import annotations

import numpy as np
import pytest

from tasks.extract.trained_coder import softmax
from tasks.training.calibration import calibrate, calibration_error, micro_f1, split_by_stem

QUESTIONS, CATEGORIES = 2000, 4
CONTEXTS = np.array([[2.0, -2.0], [-2.0, 2.0]])


def drawn(temperature, none_offset=0.0):
    """Scores, and answers drawn by the probabilities that they give under a calibration; NONE is the last."""
    chance = np.random.default_rng(7)
    scores = chance.normal(size=(QUESTIONS, CATEGORIES)) * 3
    shifted = scores.copy()
    shifted[:, -1] += none_offset
    sums = softmax(shifted / temperature).cumsum(axis=1)
    right = (chance.random((QUESTIONS, 1)) > sums).sum(axis=1).clip(max=CATEGORIES - 1)
    return scores, right


@pytest.mark.parametrize(("temperature", "none_offset"), [(0.7, 0.0), (1.0, 0.0), (2.0, 0.0), (1.5, 1.0)])
def test_a_known_calibration_is_found(temperature, none_offset):
    found = calibrate(*drawn(temperature, none_offset), CONTEXTS, CONTEXTS > 0)
    assert found.temperature == pytest.approx(temperature, abs=0.16)
    assert found.none_offset == pytest.approx(none_offset, abs=0.31)


@pytest.mark.parametrize(
    ("scores", "right", "threshold"),
    [
        pytest.param([[2.0], [-2.0]], [[1], [0]], 0.5, id="any between will do: the middle"),
        pytest.param([[-1.0], [-3.0]], [[1], [0]], 0.25, id="too shy"),
        pytest.param([[3.0], [1.0]], [[1], [0]], 0.75, id="too bold"),
    ],
)
def test_from_where_on_a_context_is_given(scores, right, threshold):
    found = calibrate(*drawn(1.0), np.array(scores), np.array(right))
    assert found.contexts == pytest.approx(threshold)


def test_there_has_to_be_something_to_calibrate_by():
    with pytest.raises(ValueError, match="nothing"):
        calibrate(np.zeros((0, 3)), np.zeros(0, dtype=int), np.zeros((0, 2)), np.zeros((0, 2)))
    with pytest.raises(ValueError, match="nothing"):
        calibrate(np.zeros((2, 3)), np.zeros(2, dtype=int), np.zeros((0, 2)), np.zeros((0, 2)))


@pytest.mark.parametrize(
    ("confidence", "right", "error"),
    [
        pytest.param([0.75] * 4, [1, 1, 1, 0], 0.0, id="perfect"),
        pytest.param([1.0] * 4, [1, 1, 1, 1], 0.0, id="sure and right"),
        pytest.param([0.95] * 4, [1, 1, 0, 0], 0.45, id="overconfident"),
        pytest.param([0.55] * 4, [1, 1, 1, 1], 0.45, id="too modest"),
        pytest.param([0.95, 0.95, 0.55, 0.55], [1, 1, 1, 0], 0.05, id="two bins"),
        pytest.param([], [], 0.0, id="nothing"),
    ],
)
def test_calibration_error(confidence, right, error):
    assert calibration_error(np.array(confidence), np.array(right, dtype=bool)) == pytest.approx(error)


@pytest.mark.parametrize(
    ("found", "right", "f1"),
    [
        ([[1, 0]], [[1, 0]], 1.0),
        ([[1, 1]], [[1, 0]], 2 / 3),
        ([[0, 1]], [[1, 0]], 0.0),
        ([[0, 0]], [[0, 0]], 0.0),
    ],
)
def test_micro_f1(found, right, f1):
    assert micro_f1(np.array(found, dtype=bool), np.array(right, dtype=bool)) == pytest.approx(f1)


def sentence(*verbs):
    """Its items, one for each verb; without any, NONE."""
    text = f"They {' and '.join(verbs)} them."
    told = [
        {"text": text, "event_type": "AID", "trigger": [text.index(v), text.index(v) + len(v)]} for v in verbs
    ]
    return told or [{"text": text, "event_type": "NONE", "trigger": None}]


def test_held_out_stems_are_in_no_sentence_to_learn_from():
    verbs = [
        "praised",
        "praises",
        "bombed",
        "helped",
        "sued",
        "warned",
        "banned",
        "armed",
        "jailed",
        "fed",
        "hit",
    ]
    sentences = [sentence(first, second) for first in verbs for second in verbs if first < second]
    sentences += [sentence(verb) for verb in verbs]
    known, held = split_by_stem(sentences)
    assert known
    assert held

    def stems(part):
        return {item["text"][slice(*item["trigger"])][:5] for items in part for item in items}

    assert not stems(known) & stems(held)
    assert len(known) + len(held) < len(sentences), "a sentence that has both is in neither"


def test_a_part_of_the_sentences_without_events_is_held_out():
    texts = [f"{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10]}xyz came." for n in range(100)]
    known, held = split_by_stem([[{"text": text, "event_type": "NONE", "trigger": None}] for text in texts])
    assert len(known) + len(held) == 100
    assert 10 < len(held) < 35
