"""What a store holds, in a form in which two stores can be compared; and what should not be there.

Left out is what tells two runs of the same work apart: when they ran, what they were called, on how many processes.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import polars as pl

from tasks.code_version import extractor_version
from tasks.durable import sha256_of
from tasks.extract.shards import ExtractionCache
from tasks.stages import settings_of
from tasks.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tasks.store import Store

Portrait = dict[str, Any]
"""As JSON: "versions", "private" and "extractions"."""

_OF_THE_RUN = {"run", "seal"}
_OWN = {"versions", "latest", "private", "staging", "lock"}


def portrait_of(store: Store) -> Portrait:
    """Every version with all its files, the private files but the cache, and what the cache says of which article.

    What a killed writer left half-written stays until housekeeping: `leftovers` looks for it then.
    """
    extractions = store.private_folder / "extractions"
    private = (
        path
        for path in sorted(store.private_folder.rglob("*"))
        if extractions not in path.parents and path.suffix != ".partial"
    )
    return {
        "latest": store.latest_version(),
        "versions": {version: _version(store, version) for version in store.versions()},
        "private": {
            str(path.relative_to(store.private_folder)): sha256_of(path) if path.is_file() else "folder"
            for path in private
        },
        "extractions": {folder.name: _extractions(folder) for folder in sorted(extractions.iterdir())},
    }


def differences(found: Any, expected: Any, where: str = "") -> Iterator[str]:
    """Where two portraits differ, in words."""
    if isinstance(found, dict) and isinstance(expected, dict):
        for key in sorted(found.keys() | expected.keys()):
            yield from differences(found.get(key), expected.get(key), f"{where} {key}".strip())
    elif found != expected:
        yield f"{where} is {str(found)[:80]} and not {str(expected)[:80]}"


def damage(store: Store) -> Iterator[str]:
    """What is wrong with any version, a `latest` that lags by one apart: the next run moves it."""
    for version in store.versions():
        for problem in verify(store, version).problems:
            if not (problem.path == "latest" and "the next run or clean-up points it there" in problem.what):
                yield f"{version}: {problem.path} {problem.what}"


def leftovers(store: Store) -> Iterator[str]:
    """Whatever of a store no run and no reader needs."""
    yield from (f"left in staging: {path.name}" for path in store.staging_folder.iterdir())
    yield from (f"left half-written: {path.name}" for path in store.private_folder.rglob("*.partial"))
    yield from (f"left and in no manifest: {path}" for path in store.orphans())
    unknown = {path.name for path in store.versions_folder.iterdir()}.difference(store.versions())
    yield from (f"left among the versions: {name}" for name in sorted(unknown))
    yield from (f"left in the store: {path.name}" for path in store.root.iterdir() if path.name not in _OWN)
    current = extractor_version(settings_of(store).language_model)
    caches = {path.name for path in (store.private_folder / "extractions").iterdir()}
    yield from (f"left in the cache: {name}" for name in sorted(caches - {current}))


def quotations(store: Store, sentences: Sequence[str]) -> Iterator[str]:
    """Files of the store that still say one of the sentences, in whatever column."""
    for path in sorted(path for path in store.root.rglob("*") if path.is_file()):
        said = _text_of(path)
        if any(sentence in said for sentence in sentences):
            yield f"{path.relative_to(store.root)} still quotes the forgotten article"


def _version(store: Store, version: str) -> Portrait:
    manifest = json.loads(store.manifest(version).to_json())
    settings = manifest["provenance"]["settings"]
    told = {name: value for name, value in manifest.items() if name not in _OF_THE_RUN}
    told["files"] = {file["path"]: file["sha256"] for file in manifest["files"]}
    told["private_files"] = {file["path"]: file["sha256"] for file in manifest["private_files"]}
    told["provenance"]["settings"] = {name: value for name, value in settings.items() if name != "workers"}
    for redaction in told["redactions"]:
        del redaction["redacted_at"]
    return told


def _extractions(folder: Path) -> dict[str, str]:
    """A digest of each article's rows, however the articles are spread over shards."""
    rows = ExtractionCache(folder).read(ExtractionCache(folder).article_ids())
    return {
        row["article_id"]: sha256(json.dumps(row, default=str).encode()).hexdigest()
        for row in rows.iter_rows(named=True)
    }


def _text_of(path: Path) -> str:
    if path.suffix != ".parquet":
        return path.read_text(encoding="utf-8", errors="replace")
    rows = pl.read_parquet(path, glob=False, hive_partitioning=False)
    return "\n".join(_strings(rows.rows()))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _strings(tuple(value.values()))
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _strings(each)
