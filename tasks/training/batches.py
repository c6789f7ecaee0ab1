"""Questions as tensors: sentences of like length side by side, padded.

In: sentences with questions. Out: `Batch`es. What does not belong here: which questions are asked (`examples.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from schemas.plover import NONE
from tasks.training.network import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from tasks.extract.pieces import Pieces, Span
    from tasks.training.examples import Question
    from tasks.training.vocabulary import Vocabulary

SENTENCES = 24
"""Of a batch."""
WINDOW = 20
"""Batches' worth of sentences that are sorted by length before they are cut into batches."""
STEP = 16
"""Lengths are padded to a multiple: a new shape costs the matrix library half a second."""
HIDDEN_SHARE = 0.08
"""Chance of a party's words to be masked: what is done must not be read off who does it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence in pieces with its questions.

    Attributes:
        pieces: Of the sentence.
        questions: About it.
        number: Of the sentence, for who wants to know which one it is.
    """

    pieces: Pieces
    questions: tuple[Question, ...]
    number: int = 0


def mixed(sentences: Sequence[Asked], chance: Random) -> list[list[Asked]]:
    """All sentences in batches of like length, in random order."""
    order = list(sentences)
    chance.shuffle(order)
    batches = []
    for start in range(0, len(order), SENTENCES * WINDOW):
        window = sorted(
            order[start : start + SENTENCES * WINDOW], key=lambda sentence: len(sentence.pieces.ids)
        )
        batches += [window[at : at + SENTENCES] for at in range(0, len(window), SENTENCES)]
    chance.shuffle(batches)
    return batches


def batch_of(
    sentences: Sequence[Asked],
    vocabulary: Vocabulary,
    *,
    hide: Callable[[], bool] | None = None,
    mask_id: int = 0,
) -> Batch:
    """The tensors of some sentences.

    Args:
        sentences: At least one, with at least one question.
        vocabulary: The numbers of names.
        hide: Says by chance whether the words of a party are to be masked; None hides nothing.
        mask_id: The piece that stands for a masked one.
    """
    pieces = -(-max(len(sentence.pieces.ids) for sentence in sentences) // STEP) * STEP
    rows = max(len(sentence.questions) for sentence in sentences)
    count = len(sentences)
    ids = np.zeros((count, pieces), dtype=np.int64)
    present = np.zeros((count, pieces), dtype=np.float32)
    masks = {
        name: np.zeros((count, rows, pieces), dtype=np.float32)
        for name in ("actors", "recipients", "given", "triggers")
    }
    asked = np.zeros((count, rows), dtype=np.bool_)
    numbers = {name: np.full((count, rows), -1, dtype=np.int64) for name in ("category", "mode", "status")}
    reciprocal = np.full((count, rows), -1, dtype=np.float32)
    contexts = np.zeros((count, rows, len(vocabulary.contexts)), dtype=np.float32)
    for at, sentence in enumerate(sentences):
        length = len(sentence.pieces.ids)
        ids[at, :length] = sentence.pieces.ids
        present[at, :length] = 1
        for row, question in enumerate(sentence.questions):
            asked[at, row] = True
            here = (at, row, slice(length))
            actor, recipient = sentence.pieces.mask(question.actor), sentence.pieces.mask(question.recipient)
            masks["actors"][here], masks["recipients"][here] = actor, recipient
            masks["given"][here] = sentence.pieces.mask(question.trigger)
            masks["triggers"][here] = _where_told(sentence.pieces, question.triggers)
            answer = question.answer
            numbers["category"][at, row] = vocabulary.categories.index(answer.category if answer else NONE)
            if answer:
                numbers["mode"][at, row] = vocabulary.modes.index(f"{answer.category}/{answer.mode or ''}")
                numbers["status"][at, row] = vocabulary.statuses.index(answer.status)
                contexts[at, row] = [name in answer.contexts for name in vocabulary.contexts]
                if question.recipient:
                    reciprocal[at, row] = answer.reciprocal
            for party in (actor, recipient):
                if hide and hide():
                    ids[at, :length][party > 0] = mask_id
    tensors: dict[str, Tensor] = {name: torch.from_numpy(mask) for name, mask in masks.items()}
    return Batch(
        ids=torch.from_numpy(ids),
        present=torch.from_numpy(present),
        asked=torch.from_numpy(asked),
        contexts=torch.from_numpy(contexts),
        reciprocal=torch.from_numpy(reciprocal),
        **tensors,
        **{name: torch.from_numpy(values) for name, values in numbers.items()},
    )


def _where_told(pieces: Pieces, triggers: Sequence[Span]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """The pieces of all triggers; the mark of the sentence's start where there is none."""
    mask = pieces.masks(triggers).max(axis=0) if triggers else pieces.mask(None)
    if not mask.any():
        mask[0] = 1
    return mask
