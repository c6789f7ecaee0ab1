"""Housekeeping: what a store no longer needs, and what it may no longer hold.

In: a locked store. Out: a report of what was verified, deleted and redacted. What does not belong here: how a version
is redacted (`tasks.redact`), and what killed runs leave, which every run removes (`Store.clean_up`).

- Versions that the retention rule does not name are deleted; the latest always stays.
- Extractions of other extractor versions than the latest release's and this detente's are deleted, and what killed
  workers left half written.
- With `purge`, what was forgotten is removed from all that is left of the past: first from the cache and from refused
  inputs, then from every version, last its text, which the steps before still need. So a purge that is killed can be
  repeated. What there is of it is looked for before anything goes (`remains_of`).
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from schemas.evidence import Evidence
from schemas.manifest import SCHEMA_VERSION
from schemas.tables import name_of
from tasks.article_files import scan_article_files
from tasks.durable import sha256_of, sync_file, written_whole
from tasks.extract.shards import ExtractionCache
from tasks.parquet_files import write_parquet
from tasks.rebuild import files_to_forget_in
from tasks.redact import Redactor, forgotten_articles
from tasks.refusal_files import quarantine_folder, quoting
from tasks.release import damage_told, scan_table
from tasks.store_errors import BrokenStoreError
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
class Remains:
    """What a store still has of what it has to forget.

    Attributes:
        articles: The articles, sorted.
        texts: Their texts.
        sentences: What was quoted of them: to be looked for wherever else it was shown.
    """

    articles: tuple[str, ...]
    texts: tuple[str, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What a purge removed.

    Attributes:
        articles: The forgotten articles of which there was something left.
        redacted: Versions from which they were removed.
        deleted: Versions of an older schema that held them, and that cannot be redacted.
        shards: Files of the extraction cache from which they were removed.
        refusals: Refused rows and inputs that quoted them.
    """

    articles: tuple[str, ...] = ()
    redacted: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    shards: int = 0
    refusals: int = 0


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
    remains = remains_of(store, redactor.forgotten) if redactor else None
    deleted = tuple(_delete_versions(store, retention, workspace))
    caches = tuple(_delete_caches(store, extractor_version, workspace))
    partial = sum(_delete_partial(store))
    purged = purge(store, redactor, remains, workspace=workspace) if redactor and remains else None
    return Tidied(
        cleaned=cleaned,
        deleted=deleted,
        caches=caches,
        partial=partial,
        purged=purged,
        orphans=store.clean_up().orphans,
    )


def remains_of(store: Store, forgotten: Forgotten) -> Remains:
    """What a store still has of what it has to forget, in its versions and its cache. Needs no lock.

    Raises:
        BrokenStoreError: A file cannot be read.
    """
    if not forgotten.takedowns:
        return Remains(articles=(), texts=(), sentences=())
    with damage_told(store):
        return _remains_of(store, forgotten)


def purge(store: Store, redactor: Redactor, remains: Remains, *, workspace: Path) -> Purged:
    """Remove what is forgotten from all that the store has of the past; see the module's order of steps.

    Raises:
        StoreError: As `tidy`.
    """
    shards = sum(_purge_shards(store, remains.articles))
    is_known = pl.col("refusal_id").is_in(sorted(redactor.forgotten.refusals))
    refusals = _purge_refusals(store, is_known | quoting(remains.articles, remains.texts))
    redacted, deleted = [], []
    for version in filter(redactor.concerns, store.versions()):
        if _is_of_other_schema(store, version) and version != store.latest_version():
            store.delete_version(version, workspace)
            deleted.append(version)
        else:
            redactor.redact(version)
            redacted.append(version)
    return Purged(
        articles=remains.articles,
        redacted=tuple(redacted),
        deleted=tuple(deleted),
        shards=shards,
        refusals=refusals,
    )


def verify_all(store: Store, *, with_private: bool = True) -> tuple[Verification, ...]:
    """Every version verified, oldest first; a file that versions share is read once."""
    checked: Checked = {}
    return tuple(
        verify(store, version, with_private=with_private, checked=checked, with_latest=number == 0)
        for number, version in enumerate(store.versions())
    )


def require_whole(store: Store) -> None:
    """Makes sure that no version is damaged: what a purge writes anew of damaged files would verify as whole.

    Where `latest` points is not looked at: a clean-up mends it.

    Raises:
        BrokenStoreError: One is.
    """
    for verification in verify_all(store):
        for problem in verification.problems:
            if problem.path != store.latest_link.name:
                raise BrokenStoreError(
                    f"{verification.version} is damaged, and a purge would hide it: {problem.path} {problem.what}. "
                    "Restore the file, or delete the version by a rule or by hand, and purge then"
                )


def _remains_of(store: Store, forgotten: Forgotten) -> Remains:
    files = {
        file.path: file
        for version in store.versions()
        for file in files_to_forget_in(store, store.manifest(version), forgotten)
    }
    in_versions = set(forgotten_articles(store, list(files.values()), forgotten))
    known = sorted(forgotten.articles | in_versions)
    nothing = pl.DataFrame(schema={"article_id": pl.String, "sentence": pl.String})
    in_caches = pl.concat([nothing, *(_quoted(shard, known) for shard in _shards(store, known))])
    sentences = {*in_caches["sentence"].drop_nulls(), *_sentences(store, known)}
    return Remains(
        articles=tuple(sorted(in_versions.union(in_caches["article_id"]))),
        texts=tuple(_texts([store.private_path_of(file) for file in files.values()], forgotten)),
        sentences=tuple(sorted(sentences)),
    )


def _delete_versions(store: Store, retention: Retention, workspace: Path) -> Iterator[str]:
    if retention.keeps_all:
        return
    published = {name: store.manifest(name).run.finished_at.date() for name in store.versions()}
    for version in sorted(published.keys() - retention.kept(published)):
        store.delete_version(version, workspace)
        yield version


def _delete_caches(store: Store, extractor_version: str, workspace: Path) -> Iterator[str]:
    """The folder goes by one rename, and only while no other run is at work, which may extract into it."""
    if store.others_at_work():
        return
    latest = store.latest()
    needed = {extractor_version, *([latest.provenance.extractor_version] if latest else [])}
    for cache in _cache_folders(store):
        if cache.name not in needed:
            cache.rename(workspace / cache.name)
            shutil.rmtree(workspace / cache.name)
            yield cache.name


def _cache_folders(store: Store) -> list[Path]:
    """The folders of extractions, one for each extractor version."""
    folder = store.private_folder / "extractions"
    return sorted(path for path in folder.glob("*") if path.is_dir())


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
        rows = scan_table(store, manifest, name_of(Evidence)).filter(pl.col("article_id").is_in(articles))
        yield from rows.select("sentence").collect()["sentence"]


def _texts(files: Sequence[Path], forgotten: Forgotten) -> list[str]:
    records = scan_article_files(files).filter(forgotten.is_met)
    return records.select("text").unique().collect()["text"].sort().to_list()


def _shards(store: Store, articles: Sequence[str]) -> Iterator[Path]:
    """The shards of every extractor version that hold any of some articles."""
    for cache in _cache_folders(store):
        yield from ExtractionCache(cache).shards_with(articles)


def _quoted(shard: Path, articles: Sequence[str]) -> pl.DataFrame:
    """The sentences that a shard quotes of some articles: one row for each, or one for an article without any."""
    rows = pl.read_parquet(shard, columns=["article_id", name_of(Evidence)], glob=False)
    chosen = rows.filter(pl.col("article_id").is_in(articles)).explode(name_of(Evidence))
    return chosen.select("article_id", pl.col(name_of(Evidence)).struct.field("sentence"))


def _purge_shards(store: Store, articles: Sequence[str]) -> Iterator[bool]:
    """Each shard of the cache without the forgotten articles, as a new file under its name.

    What a run extracted that published nothing is in no version, so nobody can say whether it is forgotten: it goes as
    well, unless it may be the work of a run that still goes on.
    """
    listed = None if store.others_at_work() else set(_listed(store))
    for cache in map(ExtractionCache, _cache_folders(store)):
        unlisted = set() if listed is None else cache.article_ids() - listed
        gone = sorted(unlisted.union(articles))
        for path in cache.shards_with(gone):
            remaining = pl.read_parquet(path, glob=False).filter(~pl.col("article_id").is_in(gone))
            with written_whole(path) as aside:
                write_parquet(remaining, aside)
            yield True


def _listed(store: Store) -> Iterator[str]:
    """The ids of all articles of all versions."""
    records = scan_article_files(store.texts_of_all_versions())
    yield from records.select(pl.col("article_id").unique()).collect()["article_id"]


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
