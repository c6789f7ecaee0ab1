"""Housekeeping: what a store no longer needs, and what it may no longer hold.

In: a locked store. Out: a report of what was verified, deleted and redacted. What does not belong here: how a version
is redacted (`tasks.redact`), and what killed runs leave, which every run removes (`Store.clean_up`).

- Versions that the retention rule does not name are deleted; the latest always stays.
- Extractions of other extractor versions than the latest release's and this detente's are deleted, and what killed
  workers left half written.
- With `purge`, what was forgotten is removed from all that is left of the past: first from the cache and from refused
  inputs, then from every version, last its text, which the steps before still need. So a purge that is killed can be
  repeated.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from schemas.manifest import SCHEMA_VERSION
from tasks.article_files import scan_article_files
from tasks.durable import sha256_of, sync_file, written_whole
from tasks.extract.shards import ExtractionCache
from tasks.parquet_files import write_parquet
from tasks.rebuild import files_to_forget_in
from tasks.redact import Redactor, forgotten_articles
from tasks.refusal_files import quarantine_folder, quoting
from tasks.release import scan_table, table_names
from tasks.verify import Verification, verify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from schemas.manifest import Manifest
    from schemas.retention import Retention
    from tasks.store import CleanUp, Store
    from tasks.takedowns import Forgotten
    from tasks.verify import Checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What a purge removed.

    Attributes:
        articles: The forgotten articles that some version still had.
        redacted: Versions from which they were removed.
        deleted: Versions of an older schema that held them, and that cannot be redacted.
        shards: Files of the extraction cache from which they were removed.
        refusals: Refused rows and inputs that quoted them.
        sentences: What the versions had quoted of them: to be looked for wherever else it was shown.
    """

    articles: tuple[str, ...] = ()
    redacted: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    shards: int = 0
    refusals: int = 0
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidied:
    """What housekeeping did.

    Attributes:
        cleaned: What killed runs had left.
        deleted: Versions that the retention rule did not name.
        caches: Extractor versions whose extractions were deleted.
        partial: Half-written files that were deleted.
        purged: What was removed of forgotten articles; None if that was not asked for.
        orphans: Texts that no version listed any more and that were deleted.
    """

    cleaned: CleanUp
    deleted: tuple[str, ...]
    caches: tuple[str, ...]
    partial: int
    purged: Purged | None
    orphans: tuple[str, ...]


def tidy(
    store: Store,
    *,
    retention: Retention,
    extractor_version: str,
    redactor: Redactor | None,
    workspace: Path,
) -> Tidied:
    """Delete what the store no longer needs.

    Args:
        store: Locked.
        retention: Which versions stay.
        extractor_version: This detente's, whose extractions the next run will use.
        redactor: What purges; None to leave older versions as they are.
        workspace: A run's staging folder.

    Raises:
        StoreError: The store is not locked, damaged, read-only, or has no space for what a purge writes.
    """
    cleaned = store.clean_up()
    deleted = tuple(_delete_versions(store, retention, workspace))
    caches = tuple(_delete_caches(store, extractor_version, workspace))
    partial = sum(_delete_partial(store))
    purged = purge(store, redactor, workspace=workspace) if redactor else None
    return Tidied(
        cleaned=cleaned,
        deleted=deleted,
        caches=caches,
        partial=partial,
        purged=purged,
        orphans=store.clean_up().orphans,
    )


def purge(store: Store, redactor: Redactor, *, workspace: Path) -> Purged:
    """Remove what is forgotten from all that the store has of the past; see the module's order of steps.

    Raises:
        StoreError: As `tidy`.
    """
    forgotten = redactor.forgotten
    files = {
        file.path: file
        for version in store.versions()
        for file in files_to_forget_in(store, store.manifest(version), forgotten)
    }
    articles = tuple(sorted(set(forgotten_articles(store, list(files.values()), forgotten))))
    texts = _texts([store.private_path_of(file) for file in files.values()], forgotten)
    sentences = tuple(sorted(set(_sentences(store, articles))))
    shards = sum(_purge_shards(store, articles))
    refusals = _purge_refusals(
        store, pl.col("refusal_id").is_in(sorted(forgotten.refusals)) | quoting(articles, texts)
    )
    redacted, deleted = [], []
    for version in filter(redactor.concerns, store.versions()):
        if _is_of_other_schema(store, version) and version != store.latest_version():
            store.delete_version(version, workspace)
            deleted.append(version)
        else:
            redactor.redact(version)
            redacted.append(version)
    return Purged(
        articles=articles,
        redacted=tuple(redacted),
        deleted=tuple(deleted),
        shards=shards,
        refusals=refusals,
        sentences=sentences,
    )


def verify_all(store: Store, *, with_private: bool = True) -> tuple[Verification, ...]:
    """Every version verified, oldest first; a file that versions share is read once."""
    checked: Checked = {}
    return tuple(
        verify(store, version, with_private=with_private, checked=checked) for version in store.versions()
    )


def _delete_versions(store: Store, retention: Retention, workspace: Path) -> Iterator[str]:
    if retention.keeps_all:
        return
    published = {name: store.manifest(name).run.finished_at.date() for name in store.versions()}
    for version in sorted(published.keys() - retention.kept(published)):
        store.delete_version(version, workspace)
        yield version


def _delete_caches(store: Store, extractor_version: str, workspace: Path) -> Iterator[str]:
    """The folder goes by one rename: a run that reads it meanwhile has all or nothing of it."""
    latest = store.latest()
    needed = {extractor_version, *([latest.provenance.extractor_version] if latest else [])}
    folder = store.private_folder / "extractions"
    for cache in sorted(folder.iterdir()) if folder.is_dir() else ():
        if cache.is_dir() and cache.name not in needed:
            cache.rename(workspace / cache.name)
            shutil.rmtree(workspace / cache.name)
            yield cache.name


def _delete_partial(store: Store) -> Iterator[bool]:
    """Files that their writers, a process or a run, would have renamed; those of writers that live are left to them."""
    for path in store.private_folder.rglob("*.partial"):
        writer = path.suffixes[-2].removeprefix(".") if len(path.suffixes) > 1 else ""
        lives = _is_alive(int(writer)) if writer.isdigit() else (store.staging_folder / writer).is_dir()
        if not (writer and lives):
            path.unlink(missing_ok=True)
            yield True


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_of_other_schema(store: Store, version: str) -> bool:
    return store.manifest(version).schema_version != SCHEMA_VERSION


def _sentences(store: Store, articles: Sequence[str]) -> Iterator[str]:
    for version in store.versions():
        manifest: Manifest = store.manifest(version)
        if "evidence" in table_names(manifest):
            rows = scan_table(store, manifest, "evidence").filter(pl.col("article_id").is_in(articles))
            yield from rows.select("sentence").collect()["sentence"]


def _texts(files: Sequence[Path], forgotten: Forgotten) -> list[str]:
    records = scan_article_files(files).filter(forgotten.is_met)
    return records.select("text").unique().collect()["text"].sort().to_list()


def _purge_shards(store: Store, articles: Sequence[str]) -> Iterator[bool]:
    """Each shard of the cache without the forgotten articles, as a new file under its name."""
    folder = store.private_folder / "extractions"
    for cache in sorted(folder.iterdir()) if folder.is_dir() else ():
        for path in ExtractionCache(cache).shards_with(articles):
            remaining = pl.read_parquet(path, glob=False).filter(~pl.col("article_id").is_in(articles))
            with written_whole(path) as aside:
                write_parquet(remaining, aside)
            yield True


def _purge_refusals(store: Store, is_gone: pl.Expr) -> int:
    """The files of refusals without some of them; how many went."""
    gone = 0
    for path in sorted(quarantine_folder(store).glob("*.parquet")):
        rows = pl.read_parquet(path, glob=False)
        remaining = rows.filter(~is_gone)
        if remaining.height < rows.height:
            gone += rows.height - remaining.height
            if remaining.height:
                _replace_refusals(path, remaining)
            path.unlink()
    return gone


def _replace_refusals(path: Path, remaining: pl.DataFrame) -> None:
    """The remaining refusals of a file in a new one, named after its content."""
    aside = path.with_suffix(f".{os.getpid()}.partial")
    try:
        write_parquet(remaining, aside)
        sync_file(aside)
        aside.replace(path.with_name(f"{sha256_of(aside)[:20]}.parquet"))
    finally:
        aside.unlink(missing_ok=True)
