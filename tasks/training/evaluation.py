"""How good a coder is on sentences that it has not seen, as it runs in use: 8-bit weights and all.

In: the folder of a coder, and items. Out: `Answers` (what it says to each question) and `Figures`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.plover import NONE, STATUSES
from tasks.extract.coder_network import OUTPUTS, Network, Scores
from tasks.extract.pieces import load_tokenizer, pieces_of, places_of
from tasks.extract.trained_coder import TOKENIZER, calibrated, find_triggers, logistic
from tasks.training.calibration import calibration_error, micro_f1
from tasks.training.examples import plain_questions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from tasks.extract.pieces import Span
    from tasks.extract.trained_coder import Calibration
    from tasks.training.examples import Event, Items
    from tasks.training.vocabulary import Vocabulary

    Array = npt.NDArray[Any]

SURE = 0.7
"""Coverage and accuracy are given for codings of at least this confidence."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a coder says to questions, one row for each.

    Attributes:
        scores: Before calibration.
        right: The event that the items tell, None for NONE.
        pointed: Whether the heaviest piece of the search is on a right trigger; true for NONE.
    """

    scores: Scores
    right: list[Event | None]
    pointed: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFigures:
    """Of one category.

    Attributes:
        right: Questions of which it is the answer.
        said: Questions to which it was said.
        precision: Share of what was said that is right.
        recall: Share of what is right that was said.
    """

    right: int
    said: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Two categories of which one is taken for the other.

    Attributes:
        right: The category that it is.
        said: The category that the coder says.
        questions: How often.
    """

    right: str
    said: str
    questions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How good it is.

    Attributes:
        questions: How many were asked.
        classes: By category, NONE included.
        accuracy: Share of questions whose category is right.
        none_kept: Share of NONE that was said to be NONE.
        mode: Share of right modes, of events whose category is right.
        status: Share of right statuses, of events.
        contexts: Micro-F1, of events.
        reciprocal: Share of right ones, of events with a recipient.
        trigger: Share of events of which the network points at a right word.
        coverage: Share of codings other than NONE that are sure.
        sure: Share of these whose category is right.
        calibration_error: Of codings other than NONE.
    """

    questions: int
    classes: dict[str, ClassFigures]
    accuracy: float
    none_kept: float
    mode: float
    status: float
    contexts: float
    reciprocal: float
    trigger: float
    coverage: float
    sure: float
    calibration_error: float

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the categories that occur, NONE included."""
        return _share([one.f1 for one in self.classes.values() if one.right])


def answers_to_pairs(folder: Path, sentences: Iterable[Items]) -> Answers:
    """What a coder says of each pair, without being told a trigger."""
    network, tokenizer = Network(folder), load_tokenizer(folder / TOKENIZER)
    rows, right, pointed = [], [], []
    for items in sentences:
        asked = plain_questions(items)
        pieces = pieces_of(tokenizer, items[0]["text"])
        vectors = network.read(pieces)
        parties = network.parties(vectors, places_of(pieces, asked))
        weights = network.search(vectors, parties)
        read = network.pairs(vectors, parties, weights)
        rows.append(network.scores(read, np.ones(len(asked), dtype=bool)))
        for question, row in zip(asked, weights, strict=True):
            right.append(question.answer)
            told = [pieces.mask(trigger) for trigger in question.triggers]
            pointed.append(not told or any(mask[row.argmax()] > 0 for mask in told))
    return Answers(_stacked(rows), right, np.array(pointed))


def answers_to_triggers(folder: Path, sentences: Iterable[Items]) -> Answers:
    """What a coder says of each pair with each trigger that it finds itself, as extraction asks.

    The right answer is the pair's event that is told with that trigger, and NONE for each trigger of a pair without
    events. A pair with events is not asked about other words: they may tell the same event, or one that has no label.
    """
    network, tokenizer = Network(folder), load_tokenizer(folder / TOKENIZER)
    rows, right = [], []
    for items in sentences:
        asked = plain_questions(items)
        text = items[0]["text"]
        pieces = pieces_of(tokenizer, text)
        vectors = network.read(pieces)
        parties = network.parties(vectors, places_of(pieces, asked))
        triggers = find_triggers(network.search(vectors, parties), pieces, text)
        if not triggers:
            continue
        answers = [[_told_with(trigger, one.events) for trigger in triggers] for one in asked]
        judged = np.array(
            [
                [bool(answer) or not one.events for answer in each]
                for one, each in zip(asked, answers, strict=True)
            ]
        )
        read = network.triggers(vectors, parties, pieces.masks(triggers))
        rows.append(network.scores(read, judged))
        right += [answers[row][column] for row, column in np.argwhere(judged)]
    return Answers(_stacked(rows), right, np.ones(len(right), dtype=bool))


def figures(answers: Answers, vocabulary: Vocabulary, calibration: Calibration) -> Figures:
    """The figures of a coder's answers."""
    names = np.array(vocabulary.categories)
    probable = calibrated(answers.scores.categories, calibration)
    said, right = names[probable.argmax(axis=1)], category_names(answers.right)
    confidence, is_right = probable.max(axis=1), said == right
    claimed = said != NONE
    sure = claimed & (confidence >= SURE)
    event = np.array([one is not None for one in answers.right], dtype=bool)
    told = [one for one in answers.right if one]
    agreed = event & is_right
    modes = np.array(vocabulary.modes)
    modes_of = {name: np.char.startswith(modes, f"{name}/") for name in vocabulary.categories}
    own = [modes_of[category] for category in said]
    best_modes = modes[
        np.where(np.reshape(own, answers.scores.modes.shape), answers.scores.modes, -np.inf).argmax(axis=1)
    ]
    right_modes = np.array(
        [f"{one.category}/{one.mode or ''}" if one else "" for one in answers.right], dtype=np.str_
    )
    contexts = logistic(answers.scores.contexts[event]) >= calibration.contexts
    return Figures(
        questions=len(said),
        classes={
            str(name): ClassFigures(
                right=int((right == name).sum()),
                said=int((said == name).sum()),
                precision=_share(right[said == name] == name) if (said == name).any() else 0.0,
                recall=_share(said[right == name] == name) if (right == name).any() else 0.0,
            )
            for name in names
        },
        accuracy=_share(is_right),
        none_kept=_share(said[~event] == NONE),
        mode=_share(best_modes[agreed] == right_modes[agreed]),
        status=_share(
            np.array(STATUSES)[answers.scores.statuses[event].argmax(axis=1)] == [one.status for one in told]
        ),
        contexts=micro_f1(contexts, context_table(told, vocabulary)),
        reciprocal=_share((answers.scores.reciprocal[event, 0] > 0) == [one.reciprocal for one in told]),
        trigger=_share(answers.pointed[event]),
        coverage=_share(sure[claimed]),
        sure=_share(is_right[sure]),
        calibration_error=calibration_error(confidence[claimed], is_right[claimed]),
    )


def confusions(answers: Answers, vocabulary: Vocabulary, calibration: Calibration) -> list[Confusion]:
    """What is taken for what, the most frequent first."""
    said = np.array(vocabulary.categories)[calibrated(answers.scores.categories, calibration).argmax(axis=1)]
    pairs = zip(category_names(answers.right).tolist(), said.tolist(), strict=True)
    counted = Counter(pair for pair in pairs if pair[0] != pair[1])
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return [Confusion(right=right, said=name, questions=count) for (right, name), count in ordered]


def category_names(right: Sequence[Event | None]) -> Array:
    """The right categories."""
    return np.array([one.category if one else NONE for one in right], dtype=np.str_)


def context_table(events: Sequence[Event], vocabulary: Vocabulary) -> Array:
    """Whether an event has a context, [events, contexts]."""
    table = [[name in one.contexts for name in vocabulary.contexts] for one in events]
    return np.array(table, dtype=bool).reshape(len(events), len(vocabulary.contexts))


def _told_with(trigger: Span, events: Sequence[Event]) -> Event | None:
    return next((one for one in events if one.trigger[0] < trigger[1] and trigger[0] < one.trigger[1]), None)


def _stacked(parts: Sequence[Scores]) -> Scores:
    return Scores(*(np.concatenate([getattr(part, name) for part in parts]) for name in OUTPUTS))


def _share(hits: Any) -> float:
    found = np.asarray(hits)
    return float(found.mean()) if found.size else float("nan")
