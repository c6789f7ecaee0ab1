"""Resemblance: whether two articles say the same in nearly the same words.

In: titles and texts. Out: their shingles, and for one of them the earliest of some originals that it resembles. What
does not belong here: which articles are originals, and how far apart in time two may be (`tasks.stories`).

Two articles resemble each other if they share at least half of their shingles (Jaccard), the runs of four words that
occur in title and text. That is a copy with a paragraph added or cut, or with words changed here and there; two
reports of one event by different hands share a tenth at most. MinHash finds which articles are worth comparing, and
the shingles themselves decide, so that chance has a say only in whether a pair near the threshold is looked at.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
from rensa import RMinHash, RMinHashLSH

from schemas.identity import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

SHINGLE_WORDS = 4
MIN_JACCARD = 0.5
"""More in common than not."""

_BANDS, _ROWS = 40, 3
"""A pair is compared if one of 40 bands of 3 hashes agrees: of pairs that share half of their shingles 99.5 percent, of
those that share 6 in 10 all but one in ten thousand, of unrelated ones (a twentieth) one in two hundred."""
_SEED = 1
_WORD = re.compile(r"\w+")

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Shingles:
    """The shingles of an article.

    Attributes:
        hashes: Each once, as 64 bits, sorted.
        sketch: Their MinHash.
    """

    hashes: NDArray[np.uint64]
    sketch: RMinHash

    def jaccard(self, other: Shingles) -> float:
        """The share of shingles that two articles have in common, of all that either has."""
        common = np.intersect1d(self.hashes, other.hashes, assume_unique=True).size
        return float(common / (self.hashes.size + other.hashes.size - common))


def shingles_of(articles: Iterable[tuple[str, str]]) -> list[Shingles]:
    """The shingles of articles.

    The title counts as the first words of the text: of two short notices that differ in whom they are about, often
    only the titles say so.

    Args:
        articles: Title and text of each; the title counts as identity has it, normalised.
    """
    runs = [_runs(f"{normalise(title)}\n{text}") for title, text in articles]
    hashes = RMinHash.hash_token_sets(runs)
    sketches = RMinHash.from_token_sets(runs, _BANDS * _ROWS, _SEED)
    return [
        Shingles(np.unique(np.array(each, dtype=np.uint64)), sketch)
        for each, sketch in zip(hashes, sketches, strict=True)
    ]


class Originals(Generic[K]):
    """Articles that others may be copies of, in the order in which they were added."""

    def __init__(self) -> None:
        """No originals."""
        self._index = RMinHashLSH(MIN_JACCARD, _BANDS * _ROWS, _BANDS)
        self._known: dict[int, tuple[K, Shingles]] = {}
        self._order: deque[int] = deque()
        self._next = 0

    def add(self, key: K, shingles: Shingles) -> None:
        """Add an original, later than those that are there."""
        self._index.insert(self._next, shingles.sketch)
        self._known[self._next] = (key, shingles)
        self._order.append(self._next)
        self._next += 1

    def earliest(self) -> K | None:
        """The key of the original that was added first."""
        return self._known[self._order[0]][0] if self._order else None

    def drop_earliest(self) -> None:
        """Forget the original that was added first.

        Raises:
            IndexError: There is none.
        """
        number = self._order.popleft()
        self._index.remove(number)
        del self._known[number]

    def resembled_by(self, shingles: Shingles) -> K | None:
        """The key of the earliest original that an article resembles, None if there is none."""
        for number in sorted(self._index.query(shingles.sketch)):
            key, original = self._known[number]
            if shingles.jaccard(original) >= MIN_JACCARD:
                return key
        return None


def _runs(text: str) -> list[str]:
    """Every run of four words; a shorter text is one run."""
    words = _WORD.findall(text.lower())
    return [" ".join(words[n : n + SHINGLE_WORDS]) for n in range(max(1, len(words) - SHINGLE_WORDS + 1))]
