"""The coder's network: an encoder that reads a sentence once, and heads that score pairs and triggers in it.

In: word pieces of a sentence, and masks of who and what stands on which. Out: scores, before calibration. The encoder
runs on onnxruntime with 8-bit weights; the heads are a few small matrices and run on numpy. One sentence at a time on
one thread, so that scores depend on nothing else. What does not belong here: what scores mean.

Shapes: T pieces, P pairs, K triggers, Q questions, D the width of a vector (384).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from tasks.extract.pieces import Pieces, Places

    Floats = npt.NDArray[np.float32]

ENCODER, HEADS = "encoder.onnx", "heads.npz"
OUTPUTS = ("categories", "modes", "statuses", "reciprocal", "contexts")
"""What the heads say of an event; each is a matrix and an offset on a hidden vector."""
PARTS = ("actor", "recipient", "trigger", "sentence")
"""What a hidden vector is a sum over: each part's vector times a matrix."""
ARRAYS = frozenset(
    {
        *(f"{layer}_{part}" for layer in ("hidden", "topic") for part in (*PARTS, "offset")),
        *(f"match_{part}" for part in ("actor", "recipient", "trigger_of_actor", "trigger_of_recipient")),
        *(f"{name}{part}" for name in ("query", "key", *OUTPUTS) for part in ("", "_offset")),
        "matches",
        "nobody",
    }
)
"""What the file of the heads holds. Contexts have a hidden vector of their own, `topic`: what a sentence is about is
another question than who does what."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What the heads say of events, one row for each question that was asked.

    Attributes:
        categories: [Q, categories], NONE last.
        modes: [Q, modes].
        statuses: [Q, 4].
        reciprocal: [Q, 1].
        contexts: [Q, contexts]; each for itself.
    """

    categories: Floats
    modes: Floats
    statuses: Floats
    reciprocal: Floats
    contexts: Floats


@dataclass(frozen=True, slots=True)
class Parties:
    """The vectors of pairs, one row each, as they enter the hidden layers, the matches and the search for triggers."""

    hidden: Floats
    topic: Floats
    match_actor: Floats
    match_recipient: Floats
    query: Floats


@dataclass(frozen=True, slots=True)
class Read:
    """Pairs, each with its trigger or with every trigger, and which category they have; the axes [...] are [P] or [P, K].

    Attributes:
        categories: Scores, [..., categories].
        hidden: What the scores come from, [..., width].
        topic: Vectors that sum up to what the scores of contexts come from: of pairs and of triggers, with axes of 1.
    """

    categories: Floats
    hidden: Floats
    topic: tuple[Floats, Floats]


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

    def parties(self, vectors: Floats, places: Places) -> Parties:
        """The pairs of a sentence, for whatever is asked of them.

        Args:
            vectors: Of the sentence, [T, D].
            places: Where the pairs' parties stand.
        """
        heads = self._heads
        # Each party once, "nobody" last, and then by their rows for each pair.
        sides = np.concatenate([_mean(places.masks, vectors), heads["nobody"][None]])
        sentence = vectors.mean(axis=0)

        def of_pairs(of_actor: Floats, of_recipient: Floats) -> Floats:
            return np.asarray((sides @ of_actor)[places.actors] + (sides @ of_recipient)[places.recipients])

        def hidden(layer: str) -> Floats:
            rest = sentence @ heads[f"{layer}_sentence"] + heads[f"{layer}_offset"]
            return np.asarray(of_pairs(heads[f"{layer}_actor"], heads[f"{layer}_recipient"]) + rest)

        width = vectors.shape[1]
        return Parties(
            hidden=hidden("hidden"),
            topic=hidden("topic"),
            match_actor=(sides @ heads["match_actor"])[places.actors],
            match_recipient=(sides @ heads["match_recipient"])[places.recipients],
            query=of_pairs(heads["query"][:width], heads["query"][width:]) + heads["query_offset"],
        )

    def search(self, vectors: Floats, parties: Parties) -> Floats:
        """On which pieces each pair's triggers stand.

        Returns:
            Weights [P, T], each row of which sums to 1; the first piece stands for "no trigger".
        """
        keys = self._linear("key", vectors)
        return _softmax(parties.query @ keys.T / np.sqrt(np.float32(keys.shape[1])))

    def pairs(self, vectors: Floats, parties: Parties, weights: Floats) -> Read:
        """Each pair's surest event, told where its weights are; [P, ...]."""
        return self._read(parties, weights @ vectors)

    def triggers(self, vectors: Floats, parties: Parties, triggers: Floats) -> Read:
        """What each pair has to do with each trigger; [P, K, ...].

        Args:
            vectors: Of the sentence, [T, D].
            parties: Its pairs.
            triggers: 1 where a trigger stands, [K, T].
        """
        by_trigger = Parties(*(getattr(parties, name)[:, None, :] for name in Parties.__slots__))
        return self._read(by_trigger, _mean(triggers, vectors)[None, :, :])

    def scores(self, read: Read, asked: npt.NDArray[np.bool_]) -> Scores:
        """All scores of some questions, as many rows as there are; the others, most of them, are not worth the time.

        Args:
            read: Pairs and triggers.
            asked: Which of them, [P] or [P, K].
        """
        hidden = read.hidden[asked]
        pairs, triggers = (
            np.broadcast_to(part, (*asked.shape, part.shape[-1]))[asked] for part in read.topic
        )
        topic = _gelu(pairs + triggers)
        return Scores(
            categories=read.categories[asked],
            modes=self._linear("modes", hidden),
            statuses=self._linear("statuses", hidden),
            reciprocal=self._linear("reciprocal", hidden),
            contexts=self._linear("contexts", topic),
        )

    def _read(self, parties: Parties, triggers: Floats) -> Read:
        """Parties and the vectors of triggers; both have the same axes but for ones."""
        heads = self._heads
        matches = np.concatenate(
            [
                parties.match_actor * (triggers @ heads["match_trigger_of_actor"]),
                parties.match_recipient * (triggers @ heads["match_trigger_of_recipient"]),
            ],
            axis=-1,
        )
        hidden = _gelu(parties.hidden + triggers @ heads["hidden_trigger"] + matches @ heads["matches"])
        topic = parties.topic, triggers @ heads["topic_trigger"]
        return Read(self._linear("categories", hidden), hidden, topic)

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
