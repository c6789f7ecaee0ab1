"""Which code this is: hashes of the sources that decide what a release says.

Two hashes, because they cost differently: a new *extractor* version re-extracts every article, a new *code* version
only rebuilds the tables from what is cached. That a changed comment changes them, too, costs time and never gives a
stale row.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from importlib import metadata
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

_SUFFIXES = (".py", ".tsv", ".tsv.gz", ".toml", ".onnx", ".npz", ".json")
_EXTRACTION = ("schemas", "tasks/datelines.py", "tasks/extract")
"""All that extraction imports of our own, besides what moves articles and reports progress (tested)."""
_PACKAGES = ("spacy", "thinc", "numpy", "onnxruntime", "tokenizers")
_HASH_BYTES = 8


@cache
def extractor_version(model: str, *, lexicon: str | None = None, coder: str | None = None) -> str:
    """The version of the extractor with a spaCy model and a user's lexicon and coder, in 16 hexadecimal digits.

    Args:
        model: The package.
        lexicon: The checksum of the user's lexicon, wherever it lies; None for ours alone.
        coder: The checksum of the user's coder, None for ours.

    Raises:
        importlib.metadata.PackageNotFoundError: The model is not an installed package.
    """
    packages = [f"{name}={metadata.version(name)}" for name in (*_PACKAGES, model)]
    own = [f"{name}={checksum}" for name, checksum in (("lexicon", lexicon), ("coder", coder)) if checksum]
    return _hash_of(_EXTRACTION, extra=[*packages, *own])


@cache
def code_version() -> str:
    """The version of detente, with a hash of the sources that turn extractions into tables."""
    return f"{metadata.version('detente')}+{_hash_of(('schemas', 'tasks'))}"


def _hash_of(places: tuple[str, ...], *, extra: list[str] | None = None) -> str:
    hashed = blake2b("\n".join(extra or []).encode(), digest_size=_HASH_BYTES)
    for place in places:
        package, _, path = place.partition("/")
        for name, content in _sources(files(package) / path, place):
            hashed.update(f"\n{name} {len(content)}\n".encode())
            hashed.update(content)
    return hashed.hexdigest()


def _sources(place: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    if place.is_dir():
        for entry in sorted(place.iterdir(), key=lambda entry: entry.name):
            yield from _sources(entry, f"{name}/{entry.name}")
    elif name.endswith(_SUFFIXES):
        yield name, place.read_bytes()
