"""A sentence as the coder's network reads it: word pieces, and who stands on which of them.

In: a text and spans of characters. Out: `Pieces`, and masks over them. Training and coding both use this module, so
that a network sees a sentence in use as it saw it in training. What does not belong here: the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import numpy as np
from tokenizers import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

MAX_PIECES = 256
"""Longer sentences are lists; what stands behind is not read. The network knows 512 positions at most."""

Span = tuple[int, int]
"""[start, end) characters."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text in word pieces.

    Attributes:
        ids: Numbers of the vocabulary; the first and the last are marks of the text's ends.
        spans: The characters of each piece; empty for marks.
    """

    ids: tuple[int, ...]
    spans: tuple[Span, ...]

    def mask(self, span: Span | None) -> npt.NDArray[np.float32]:
        """1 for each piece that shares a character with a span, else 0; all 0 for None. Shape [pieces]."""
        if span is None:
            return np.zeros(len(self.ids), dtype=np.float32)
        return np.asarray(self.masks([span])[0])

    def masks(self, spans: Sequence[Span]) -> npt.NDArray[np.float32]:
        """The masks of at least one span, [spans, pieces]."""
        starts, ends = np.array(spans).T[:, :, None]
        firsts, lasts = np.array(self.spans).T[:, None, :]
        return np.asarray((firsts < ends) & (starts < lasts), dtype=np.float32)


class Paired(Protocol):
    """Anything that asks of an actor and a recipient."""

    @property
    def actor(self) -> Span:
        """Who would do it."""
        ...

    @property
    def recipient(self) -> Span | None:
        """Whom it would be done to, None where nobody is asked for."""
        ...


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parties of pairs stand, each party once.

    Attributes:
        masks: 1 for the pieces of a party, [parties, pieces].
        actors: The row of each pair's actor, [pairs].
        recipients: The row of each pair's recipient; -1 where there is none, [pairs].
    """

    masks: npt.NDArray[np.float32]
    actors: npt.NDArray[np.intp]
    recipients: npt.NDArray[np.intp]

    @property
    def seen(self) -> npt.NDArray[np.bool_]:
        """Whether the parties of each pair stand in what was read of the sentence."""
        # The last row is nobody, who is not missed where nobody is asked for.
        present = np.append(self.masks.any(axis=1), True)
        return np.asarray(present[self.actors] & present[self.recipients])


def places_of(pieces: Pieces, pairs: Sequence[Paired]) -> Places:
    """Where the parties of at least one pair stand."""
    spans = {span: None for pair in pairs for span in (pair.actor, pair.recipient) if span is not None}
    rows: dict[Span | None, int] = {span: row for row, span in enumerate(spans)} | {None: -1}
    return Places(
        masks=pieces.masks(list(spans)),
        actors=np.array([rows[pair.actor] for pair in pairs]),
        recipients=np.array([rows[pair.recipient] for pair in pairs]),
    )


@lru_cache(maxsize=4)
def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer in a file, without padding and cutting."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def pieces_of(tokenizer: Tokenizer, text: str) -> Pieces:
    """The text in pieces, the first `MAX_PIECES` of them."""
    encoded = tokenizer.encode(text)
    cut = slice(MAX_PIECES)
    return Pieces(tuple(encoded.ids[cut]), tuple(encoded.offsets[cut]))
