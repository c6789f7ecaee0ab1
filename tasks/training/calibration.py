"""Calibration: turning scores into probabilities that can be believed.

A network is surer on sentences like those that it was trained on than it may be on others. So the scores to calibrate by
come from a network that has never seen the words in question: a part of the triggers' stems is kept from it, and its
scores are taken on sentences told with these.

In: scores and right answers. Out: a `Calibration`.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.plover import NONE
from tasks.extract.trained_coder import Calibration, logistic, softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from tasks.training.examples import Items

    Array = npt.NDArray[Any]

HELD_OUT = 5
"""One stem in so many is held out."""
STEM = 5
"""Letters of a trigger's first word that stand for its stem."""

TEMPERATURES = np.round(np.arange(0.6, 3.01, 0.05), 2)
NONE_OFFSETS = np.round(np.arange(-3.0, 3.01, 0.1), 2)
CONTEXT_THRESHOLDS = np.round(np.arange(0.1, 0.91, 0.05), 2)


def split_by_stem(sentences: Sequence[Items]) -> tuple[list[Items], list[Items]]:
    """Sentences without a held-out trigger, and those whose events are all told with held-out ones.

    Sentences that have both are in neither part; a fifth of those without any event is held out as well.
    """
    known, held = [], []
    for items in sentences:
        told = [item for item in items if item["event_type"] != NONE]
        text = items[0]["text"]
        words = [text[slice(*item["trigger"])] for item in told] or [text]
        is_held = {_is_held_out(word) for word in words}
        if is_held == {False}:
            known.append(items)
        elif is_held == {True}:
            held.append(items)
    return known, held


def calibrate(scores: Array, right: Array, contexts: Array, right_contexts: Array) -> Calibration:
    """The calibration under which the right answers are most probable.

    Args:
        scores: Of categories, NONE last; [questions, categories].
        right: The number of the right one, [questions].
        contexts: Scores of contexts where there is an event, [events, contexts].
        right_contexts: 1 for the right ones, [events, contexts].

    Raises:
        ValueError: There is no question or no event to calibrate by.
    """
    if not len(right) or not len(contexts):
        raise ValueError("nothing to calibrate by")
    _, temperature, none_offset = min(
        (_surprise(scores, right, t, n), t, n) for t in TEMPERATURES.tolist() for n in NONE_OFFSETS.tolist()
    )
    probable = logistic(contexts)
    threshold = max(
        CONTEXT_THRESHOLDS.tolist(),
        key=lambda t: (micro_f1(probable >= t, right_contexts > 0), -abs(t - 0.5)),
    )
    return Calibration(temperature=temperature, none_offset=none_offset, contexts=threshold)


def calibration_error(confidence: Array, is_right: Array, bins: int = 10) -> float:
    """The mean distance between confidence and accuracy, over bins of confidence weighted by their size."""
    where = np.clip((confidence * bins).astype(int), 0, bins - 1)
    error = 0.0
    for at in range(bins):
        inside = where == at
        if inside.any():
            error += inside.mean() * abs(confidence[inside].mean() - is_right[inside].mean())
    return float(error)


def micro_f1(found: Array, right: Array) -> float:
    """F1 over all cells of two tables of yes and no."""
    both = int((found & right).sum())
    total = int(found.sum()) + int(right.sum())
    return 2 * both / total if total else 0.0


def _surprise(scores: Array, right: Array, temperature: float, none_offset: float) -> float:
    shifted = scores.astype(np.float64)
    shifted[:, -1] += none_offset
    probable = softmax(shifted / temperature)[np.arange(len(right)), right]
    return float(-np.log(np.maximum(probable, 1e-9)).mean())


def _is_held_out(words: str) -> bool:
    stem = words.lower().split()[0][:STEM]
    return int(blake2b(stem.encode(), digest_size=4).hexdigest(), 16) % HELD_OUT == 0
