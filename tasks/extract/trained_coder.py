"""The trained event coder: from a sentence and pairs of spans to codings with calibrated probabilities.

In: a folder with a trained coder, and sentences. Out: codings. The folder holds

    encoder.onnx, heads.npz    the network (`coder_network.py`; `tasks/training/` makes it)
    tokenizer.json             how text is cut into pieces
    coder.json                 categories, modes, contexts, calibration and where they come from (`CoderFacts`)
    CARD.md                    for people

What does not belong here: training, and any rule about language.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from schemas.plover import EVENT_TYPES, NONE, STATUSES, EventType
from schemas.training import Design  # noqa: TC001 - pydantic reads it at run time
from tasks.extract.coder_network import ENCODER, HEADS, Network
from tasks.extract.event_coder import CONSIDERED, Coding, Reading
from tasks.extract.pieces import load_tokenizer, pieces_of, places_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from tasks.extract.coder_network import Read, Scores
    from tasks.extract.event_coder import Pair, Span
    from tasks.extract.pieces import Pieces

    Floats = npt.NDArray[np.float32]

OURS = Path(__file__).parent / "coder"
"""The coder that comes with detente."""

TOKENIZER, FACTS = "tokenizer.json", "coder.json"

DECIMALS = 4
"""Probabilities are rounded before anything is decided on them: what a CPU adds behind that decides nothing."""

TRIGGER_WEIGHT = 0.05
"""A piece is looked at as a trigger if a pair gives it this much of the weight that it has to give."""
TRIGGER_SHARE = 0.5
"""A piece beside the trigger's heaviest one belongs to the trigger if it has this share of that one's weight."""
MAX_TRIGGERS = 12
"""Triggers of one sentence, the heaviest ones; what has more is a list."""


class CoderError(ValueError):
    """A folder that holds no usable coder; the message says why."""


class Calibration(BaseModel):
    """How scores become probabilities.

    Attributes:
        temperature: What the scores of categories are divided by.
        none_offset: What is added to the score of NONE.
        contexts: From which probability on a context is given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    temperature: float = 1.0
    none_offset: float = 0.0
    contexts: float = 0.5


class CoderFacts(BaseModel):
    """What a coder is, besides its weights.

    Attributes:
        name: For manifests.
        categories: Its categories, NONE last, in the order of the network's scores.
        modes: Modes as "CATEGORY/mode" and, for none, "CATEGORY/", in the order of the scores.
        contexts: In the order of the scores.
        ontology: What the categories are; coders without it are PLOVER's.
        pairs: Calibration of a pair's surest event.
        triggers: Calibration of a pair and a trigger.
        corpus_sha256: Checksum of what it was trained on.
        seed: Of the training.
        design: How it was trained, None where that is not known.
        versions: Of what it was made with, by name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    categories: tuple[str, ...]
    modes: tuple[str, ...]
    contexts: tuple[str, ...]
    ontology: dict[str, EventType] = EVENT_TYPES
    pairs: Calibration
    triggers: Calibration
    corpus_sha256: str
    seed: int
    design: Design | None = None
    versions: dict[str, str] = {}

    @model_validator(mode="after")
    def _is_of_one_ontology(self) -> CoderFacts:
        if self.categories != (*self.ontology, NONE):
            raise ValueError("the categories are not those of the ontology, NONE last")
        if {*self.modes} != {
            f"{kind.name}/{mode}" for kind in self.ontology.values() for mode in ("", *kind.modes)
        }:
            raise ValueError("the modes are not those of the ontology")
        return self

    @property
    def is_plover(self) -> bool:
        """Whether it codes what the tables of a release hold."""
        return self.ontology == EVENT_TYPES


class _Told(NamedTuple):
    """What is to become a coding: a pair, the words that tell it, and the number of its category."""

    pair: Pair
    trigger: Span | None
    category: int


class TrainedCoder:
    """Codes with the network of a folder (see `tasks.extract.event_coder.EventCoder`)."""

    def __init__(self, folder: Path = OURS) -> None:
        """Load it.

        Raises:
            CoderError: A file is missing, or is not what it should be.
        """
        self.facts = read_facts(folder)
        try:
            self._tokenizer = load_tokenizer(folder / TOKENIZER)
            self._network = Network(folder)
        except Exception as error:  # the libraries' errors share no class of their own
            raise CoderError(f"{folder}: {error}") from error
        self._modes_of = {
            category: [at for at, mode in enumerate(self.facts.modes) if mode.startswith(f"{category}/")]
            for category in self.facts.categories
        }

    def code(self, sentence: str, pairs: Sequence[Pair]) -> list[Coding]:
        """The surest event of each pair, or NONE, in their order."""
        if not pairs:
            return []
        pieces = pieces_of(self._tokenizer, sentence)
        vectors, places = self._network.read(pieces), places_of(pieces, pairs)
        parties = self._network.parties(vectors, places)
        weights = self._network.search(vectors, parties)
        read = self._network.pairs(vectors, parties, weights)
        probable = self._probabilities(read, self.facts.pairs, places.seen)
        scores = self._network.scores(read, np.ones(len(pairs), dtype=bool))
        told = [
            _Told(pair, _trigger(row, pieces, sentence), int(best))
            for pair, row, best in zip(pairs, weights, probable.argmax(axis=-1), strict=True)
        ]
        return self._codings(told, probable, scores, self.facts.pairs)

    def read(self, sentence: str, pairs: Sequence[Pair]) -> list[Reading]:
        """Every trigger of some pair, in the order of the text, and what it says of each pair."""
        if not pairs:
            return []
        pieces = pieces_of(self._tokenizer, sentence)
        vectors, places = self._network.read(pieces), places_of(pieces, pairs)
        parties = self._network.parties(vectors, places)
        triggers = find_triggers(self._network.search(vectors, parties), pieces, sentence)
        if not triggers:
            return []
        read = self._network.triggers(vectors, parties, pieces.masks(triggers))
        probable = self._probabilities(read, self.facts.triggers, places.seen[:, None])
        considered = probable[..., :-1].max(axis=-1) >= CONSIDERED
        codings: list[list[Coding | None]] = [[None] * len(pairs) for _ in triggers]
        rows, columns = (numbers.tolist() for numbers in np.nonzero(considered))
        likeliest = probable[..., :-1].argmax(axis=-1)  # of the events, also where NONE is more probable
        told = [
            _Told(pairs[row], triggers[column], int(likeliest[row, column]))
            for row, column in zip(rows, columns, strict=True)
        ]
        scores = self._network.scores(read, considered)
        found = self._codings(told, probable[considered], scores, self.facts.triggers)
        for row, column, coding in zip(rows, columns, found, strict=True):
            codings[column][row] = coding
        return [Reading(*each) for each in zip(triggers, map(tuple, codings), strict=True)]

    def _probabilities(
        self, read: Read, calibration: Calibration, seen: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.float64]:
        """Over the categories, for each pair and trigger; a pair that was not read is surely NONE."""
        surely_none = np.eye(len(self.facts.categories))[-1]
        return np.where(seen[..., None], calibrated(read.categories, calibration), surely_none)

    def _codings(
        self,
        told: Sequence[_Told],
        probable: npt.NDArray[np.float64],
        scores: Scores,
        calibration: Calibration,
    ) -> list[Coding]:
        """What is told, as codings; probabilities and scores have a row for each."""
        facts = self.facts
        statuses = _rounded(softmax(scores.statuses)).tolist()
        contexts = _rounded(logistic(scores.contexts)) >= calibration.contexts
        mutual = (scores.reciprocal[:, 0] > 0).tolist()
        codings = []
        for at, (one, row) in enumerate(zip(told, probable.tolist(), strict=True)):
            category = facts.categories[one.category]
            is_event = category != NONE
            codings.append(
                Coding(
                    event_type=category,
                    mode=self._mode(scores.modes[at], category) if is_event else None,
                    confidence=row[one.category],
                    probabilities=dict(zip(facts.categories, row, strict=True)),
                    statuses=dict(zip(STATUSES, statuses[at], strict=True)),
                    contexts=self._contexts(contexts[at]) if is_event else (),
                    reciprocal=is_event and one.pair.recipient is not None and mutual[at],
                    trigger=one.trigger if is_event else None,
                )
            )
        return codings

    def _contexts(self, given: npt.NDArray[np.bool_]) -> tuple[str, ...]:
        return tuple(sorted(self.facts.contexts[one] for one in np.flatnonzero(given)))

    def _mode(self, scores: Floats, category: str) -> str | None:
        """The most probable of the category's modes, none among them."""
        known = self._modes_of[category]
        best = known[int(_rounded(scores[known]).argmax())]
        return self.facts.modes[best].partition("/")[2] or None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCoder:
    """A user's coder as it was when a run began.

    Attributes:
        folder: Where it lies.
        sha256: Its checksum.
    """

    folder: Path
    sha256: str


def read_own_coder(folder: Path) -> OwnCoder:
    """The coder that a user names, if extraction can use it.

    Raises:
        CoderError: There is no usable coder in the folder, or its categories are not PLOVER's.
    """
    if not TrainedCoder(folder).facts.is_plover:
        raise CoderError(
            f"{folder}: its categories are not PLOVER's, which the tables of a release hold. It can only classify."
        )
    return OwnCoder(folder=folder, sha256=checksum(folder))


@lru_cache(maxsize=2)
def load_own_coder(own: OwnCoder | None) -> TrainedCoder:
    """The coder that extraction uses, ours if the user has none, loaded once in a process.

    Raises:
        CoderError: It is not what it was when the run began.
    """
    if own is None:
        return load_coder()
    if checksum(own.folder) != own.sha256:
        raise CoderError(f"{own.folder}: another coder than when the run began")
    return TrainedCoder(own.folder)


@lru_cache(maxsize=2)
def name_of(own: OwnCoder | None) -> str:
    """The name and the checksum of the coder that extraction uses, for manifests."""
    folder = own.folder if own else OURS
    return f"{read_facts(folder).name} {own.sha256 if own else checksum(folder)}"


@lru_cache(maxsize=2)
def load_coder(folder: Path = OURS) -> TrainedCoder:
    """The coder of a folder, loaded once in a process.

    Raises:
        CoderError: There is no usable coder in it.
    """
    return TrainedCoder(folder)


def read_facts(folder: Path) -> CoderFacts:
    """What the coder of a folder is.

    Raises:
        CoderError: `coder.json` is missing or not what it should be.
    """
    path = folder / FACTS
    try:
        return CoderFacts.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise CoderError(f"{path}: {error}") from error


def write_facts(facts: CoderFacts, folder: Path) -> None:
    """Write `coder.json` into the folder of a coder."""
    (folder / FACTS).write_text(facts.model_dump_json(indent=2) + "\n", encoding="utf-8")


def checksum(folder: Path) -> str:
    """Of everything that a coding depends on, in hexadecimal digits."""
    hashed = sha256()
    for name in (ENCODER, HEADS, TOKENIZER, FACTS):
        hashed.update((folder / name).read_bytes())
    return hashed.hexdigest()


def calibrated(scores: npt.NDArray[Any], calibration: Calibration) -> npt.NDArray[np.float64]:
    """Probabilities of scores whose last is that of NONE, rounded. Shape [..., categories] in and out."""
    shifted = scores.astype(np.float64)
    shifted[..., -1] += calibration.none_offset
    return _rounded(softmax(shifted / calibration.temperature))


def find_triggers(weights: Floats, pieces: Pieces, sentence: str) -> list[Span]:
    """The words that pairs look at, in the order of the text, none of them overlapping another.

    Args:
        weights: Of each pair on each piece, [pairs, pieces].
        pieces: Of the sentence.
        sentence: Their text.
    """
    heaviest = _rounded(weights).max(axis=0)
    found: list[Span] = []
    for at in np.argsort(-heaviest, kind="stable").tolist():
        if heaviest[at] < TRIGGER_WEIGHT or len(found) == MAX_TRIGGERS:
            break
        if pieces.spans[at][1] > 0:
            span = _words_at(at, heaviest, pieces, sentence)
            if all(span[1] <= start or end <= span[0] for start, end in found):
                found.append(span)
    return sorted(found)


def _trigger(weights: Floats, pieces: Pieces, sentence: str) -> Span | None:
    """The heaviest words; None if the pair points at no word, but at the mark of the sentence's start."""
    rounded = _rounded(weights)
    best = int(rounded.argmax())
    return _words_at(best, rounded, pieces, sentence) if pieces.spans[best][1] > 0 else None


def _words_at(best: int, weights: npt.NDArray[np.float64], pieces: Pieces, sentence: str) -> Span:
    """The words of a piece and of its neighbours that weigh almost as much."""
    enough = weights[best] * TRIGGER_SHARE
    first = last = best
    while first > 0 and weights[first - 1] >= enough and pieces.spans[first - 1][1] > 0:
        first -= 1
    while last + 1 < len(weights) and weights[last + 1] >= enough and pieces.spans[last + 1][1] > 0:
        last += 1
    return _whole_words((pieces.spans[first][0], pieces.spans[last][1]), sentence)


def _whole_words(span: Span, text: str) -> Span:
    start, end = span
    while start > 0 and text[start].isalnum() and (text[start - 1].isalnum() or text[start - 1] == "-"):
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and (text[end].isalnum() or text[end] == "-"):
        end += 1
    return start, end


def _rounded(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    return np.asarray(np.round(values.astype(np.float64), DECIMALS), dtype=np.float64)


def softmax(scores: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Probabilities of scores, over the last axis."""
    wide = scores.astype(np.float64)
    shifted = np.exp(wide - wide.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def logistic(scores: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """The probability of each score for itself."""
    return np.asarray(1 / (1 + np.exp(-scores.astype(np.float64))))
