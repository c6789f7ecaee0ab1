"""What extraction works with besides the text: a language model and, if the user has one, a lexicon of their own.

In: their names. Out: `Resources`, a small value that goes to every worker, which then loads what it stands for, once.
What does not belong here: how either is loaded (`language_model.py`, `lexicon/`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.defaults import LANGUAGE_MODEL
from tasks.extract.lexicon import OwnLexicon, load_lexicon, read_own_lexicon

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """A language model and a user's lexicon.

    Attributes:
        model: The spaCy package to parse with.
        lexicon: The user's lexicon as it was when the run began, None for ours alone.
    """

    model: str = LANGUAGE_MODEL
    lexicon: OwnLexicon | None = None

    @property
    def lexicon_sha256(self) -> str | None:
        """The checksum of the user's lexicon."""
        return self.lexicon.sha256 if self.lexicon else None


OURS = Resources()
"""What comes with detente."""


def read_resources(*, model: str, lexicon: Path | None) -> Resources:
    """The resources that a user names; a wrong lexicon is refused here, before any work.

    Args:
        model: The spaCy package to parse with.
        lexicon: The user's lexicon, None for ours alone.

    Raises:
        LexiconError: The file cannot be used; the message names file and line.
    """
    own = read_own_lexicon(lexicon) if lexicon else None
    load_lexicon(own)
    return Resources(model=model, lexicon=own)
