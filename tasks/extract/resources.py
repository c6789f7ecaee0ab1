"""What extraction works with besides the text: a language model and, if the user has them, a lexicon and a coder.

In: their names. Out: `Resources`, a small value that goes to every worker, which then loads what it stands for, once.
What does not belong here: how they are loaded (`language_model.py`, `lexicon/`,
`trained_coder.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.defaults import LANGUAGE_MODEL
from tasks.extract.lexicon import OwnLexicon, load_lexicon, read_own_lexicon
from tasks.extract.trained_coder import OwnCoder, read_own_coder

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """A language model, and a user's lexicon and coder.

    Attributes:
        model: The spaCy package to parse with.
        lexicon: The user's lexicon as it was when the run began, None for ours alone.
        coder: The user's event coder, None for ours.
    """

    model: str = LANGUAGE_MODEL
    lexicon: OwnLexicon | None = None
    coder: OwnCoder | None = None

    @property
    def lexicon_sha256(self) -> str | None:
        """The checksum of the user's lexicon."""
        return self.lexicon.sha256 if self.lexicon else None

    @property
    def coder_sha256(self) -> str | None:
        """The checksum of the user's coder."""
        return self.coder.sha256 if self.coder else None


OURS = Resources()
"""What comes with detente."""


def read_resources(*, model: str, lexicon: Path | None, coder: Path | None = None) -> Resources:
    """The resources that a user names; a wrong lexicon or coder is refused here, before any work.

    Args:
        model: The spaCy package to parse with.
        lexicon: The user's lexicon, None for ours alone.
        coder: The folder of the user's coder, None for ours.

    Raises:
        LexiconError: The file cannot be used; the message names file and line.
        CoderError: There is no usable coder in the folder, or its categories are not PLOVER's.
    """
    own = read_own_lexicon(lexicon) if lexicon else None
    if own:
        load_lexicon(own)
    return Resources(model=model, lexicon=own, coder=read_own_coder(coder) if coder else None)
