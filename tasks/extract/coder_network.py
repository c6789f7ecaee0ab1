"""The coder's network: an encoder that reads a sentence once, and heads that score pairs and triggers in it.

In: word pieces of a sentence, and masks of who and what stands on which. Out: scores, before calibration. The encoder
runs on onnxruntime with 8-bit weights; the heads are a few small matrices and run on numpy. One sentence at a time on
one thread, so that scores depend on nothing else. What does not belong here: what scores mean.

Shapes: T pieces, P pairs, K triggers, D the width of a vector (384).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from tasks.extract.pieces import Pieces

    Floats = npt.NDArray[np.float32]

ENCODER, HEADS = "encoder.onnx", "heads.npz"
OUTPUTS = ("categories", "modes", "statuses", "contexts", "reciprocal")
"""The heads of an event; each is a matrix and an offset on the same hidden vector."""
ARRAYS = frozenset(
    {
        *(f"hidden_{part}" for part in ("actor", "recipient", "trigger", "sentence", "offset")),
        *(f"match_{part}" for part in ("actor", "recipient", "trigger_of_actor", "trigger_of_recipient")),
        *(f"{name}{part}" for name in ("query", "key", *OUTPUTS) for part in ("", "_offset")),
        "matches",
        "nobody",
    }
)
"""What the file of the heads holds."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What the heads say of events, the last axis apart of any shape [...].

    Attributes:
        categories: [..., categories], NONE last.
        modes: [..., modes].
        statuses: [..., 4].
        contexts: [..., contexts]; each for itself.
        reciprocal: [..., 1].
    """

    categories: Floats
    modes: Floats
    statuses: Floats
    contexts: Floats
    reciprocal: Floats


@dataclass(frozen=True, slots=True)
class Parties:
    """The vectors of pairs, one row each, as they enter the hidden layer, the matches and the search for triggers."""

    hidden: Floats
    match_actor: Floats
    match_recipient: Floats
    query: Floats


class Network:
    """Encoder and heads of a folder."""

    def __init__(self, folder: Path) -> None:
        """Load them.

        Raises:
            OSError: A file is missing.
            ValueError: The heads are those of another network.
            Exception: onnxruntime's own, for a file that is no network.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        content = (folder / ENCODER).read_bytes()
        self._encoder = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        with np.load(folder / HEADS) as heads:
            self._heads = {name: heads[name].astype(np.float32) for name in heads.files}
        if self._heads.keys() != ARRAYS:
            strange = ", ".join(sorted(self._heads.keys() ^ ARRAYS))
            raise ValueError(f"{HEADS} is that of another network: {strange}")

    def read(self, pieces: Pieces) -> Floats:
        """The vectors of a sentence's pieces, [T, D]."""
        ids = np.array([pieces.ids], dtype=np.int64)
        return np.asarray(self._encoder.run(None, {"ids": ids})[0][0], dtype=np.float32)

    def parties(self, vectors: Floats, actors: Floats, recipients: Floats) -> Parties:
        """The pairs of a sentence, for whatever is asked of them.

        Args:
            vectors: Of the sentence, [T, D].
            actors: 1 where a pair's actor stands, [P, T].
            recipients: The same for recipients; all 0 where there is none.
        """
        heads = self._heads
        nobody = recipients.sum(axis=1, keepdims=True) == 0
        actor, recipient = _mean(actors, vectors), _mean(recipients, vectors) + nobody * heads["nobody"]
        hidden = (
            actor @ heads["hidden_actor"]
            + recipient @ heads["hidden_recipient"]
            + vectors.mean(axis=0, keepdims=True) @ heads["hidden_sentence"]
            + heads["hidden_offset"]
        )
        return Parties(
            hidden=hidden,
            match_actor=actor @ heads["match_actor"],
            match_recipient=recipient @ heads["match_recipient"],
            query=self._linear("query", np.concatenate([actor, recipient], axis=1)),
        )

    def search(self, vectors: Floats, parties: Parties) -> Floats:
        """On which pieces each pair's triggers stand.

        Returns:
            Weights [P, T], each row of which sums to 1; the first piece stands for "no trigger".
        """
        keys = self._linear("key", vectors)
        return _softmax(parties.query @ keys.T / np.sqrt(np.float32(keys.shape[1])))

    def pairs(self, vectors: Floats, parties: Parties, weights: Floats) -> Scores:
        """Each pair's surest event, told where its weights are; scores [P, ...]."""
        return self._scores(parties, weights @ vectors)

    def triggers(self, vectors: Floats, parties: Parties, triggers: Floats) -> Scores:
        """What each pair has to do with each trigger; scores [P, K, ...].

        Args:
            vectors: Of the sentence, [T, D].
            parties: Its pairs.
            triggers: 1 where a trigger stands, [K, T].
        """
        by_trigger = Parties(*(getattr(parties, name)[:, None, :] for name in Parties.__slots__))
        return self._scores(by_trigger, _mean(triggers, vectors)[None, :, :])

    def _scores(self, parties: Parties, triggers: Floats) -> Scores:
        """Scores of parties and the triggers' vectors; both have the same axes but for ones."""
        heads = self._heads
        matches = np.concatenate(
            [
                parties.match_actor * (triggers @ heads["match_trigger_of_actor"]),
                parties.match_recipient * (triggers @ heads["match_trigger_of_recipient"]),
            ],
            axis=-1,
        )
        active = _gelu(parties.hidden + triggers @ heads["hidden_trigger"] + matches @ heads["matches"])
        return Scores(*(self._linear(name, active) for name in OUTPUTS))

    def _linear(self, name: str, values: Floats) -> Floats:
        return np.asarray(values @ self._heads[name] + self._heads[f"{name}_offset"])


def _mean(mask: Floats, vectors: Floats) -> Floats:
    """The mean vector of the pieces under each row of a mask; 0 where it is empty."""
    return np.asarray((mask @ vectors) / np.maximum(mask.sum(axis=1, keepdims=True), 1))


def _gelu(values: Floats) -> Floats:
    """GELU with the tangent approximation, which training uses as well."""
    cubes = values * values * values  # ten times as fast as a power
    inner = np.float32(np.sqrt(2 / np.pi)) * (values + np.float32(0.044715) * cubes)
    return np.asarray(np.float32(0.5) * values * (1 + np.tanh(inner)))


def _softmax(scores: Floats) -> Floats:
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))
