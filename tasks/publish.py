"""Publishing: from what a run staged to the next version of a store, in one step for whoever reads.

In: a locked store and `Staged`, which says what the new version consists of. Out: `Published`, or `Unchanged` if the
store holds the same data already.
What does not belong here: what the tables say (they were validated before), and checking a version (`tasks.verify`).

The order of the steps is what makes a kill at any moment harmless:

1. files into staging/<run_id>/version/, each one linked or copied and synced, the manifest last of all;
2. texts of accepted articles into private/: in no manifest of a version yet, so orphans if the run dies here;
3. staging/<run_id>/version/ renamed to versions/<next>: the version exists, and the next run would adopt it;
4. `latest` swapped.
"""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from pydantic import ValidationError

from schemas.manifest import (
    DATAPACKAGE_NAME,
    MANIFEST_NAME,
    SCHEMA_VERSION,
    FileEntry,
    Manifest,
    PrivateFile,
    data_digest,
    in_words,
    sealed,
    table_path,
    version_name,
    version_number,
)
from tasks.durable import link_or_copy, sha256_of, sync_file, sync_folder, sync_folders_below, write_text
from tasks.parquet_rows import UnreadableParquetError, rows_of
from tasks.store_errors import AppendOnlyError, BrokenStoreError, StagingError, StaleParentError, explained

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from schemas.manifest import Provenance, RunInfo
    from tasks.store import Store

BUILD_FOLDER = "version"
"""The folder inside a run's staging folder that `publish` builds in; a run keeps its own files out of it."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedTable:
    """A new file of a table.

    Attributes:
        table: The table.
        month: Its month, None for a table that is not partitioned.
        path: The file, inside the run's staging folder.
        rows: How many rows the run wrote; checked against the file.
    """

    table: str
    month: str | None
    path: Path
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedPrivate:
    """A new file with the texts of accepted articles.

    Attributes:
        destination: Where it goes, relative to the private folder: "articles/month=2025-08/<batch>.parquet".
        path: The file, inside the run's staging folder.
        rows: How many rows the run wrote; checked against the file.
    """

    destination: str
    path: Path
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """All that the next version consists of: whatever is neither new nor kept is not in it.

    Attributes:
        parent: The version that the run built on, None for an empty store.
        tables: New files; one with the parent's content is recognised and shared with the parent.
        keep: Entries of the parent's manifest whose files stay as they are.
        private: New files with full texts.
        keep_private: Entries of the parent's manifest; what is left out is no longer among the accepted articles.
        takedowns: What the store has to forget, and the version therefore does not hold.
        provenance: What the content depends on.
        counts: What came in, went out and was refused.
        run: When and with what it was computed; its run_id names the staging folder.
        datapackage: The text of datapackage.json.
    """

    parent: str | None
    tables: tuple[StagedTable, ...]
    keep: tuple[FileEntry, ...] = ()
    private: tuple[StagedPrivate, ...] = ()
    keep_private: tuple[PrivateFile, ...] = ()
    takedowns: tuple[str, ...] = ()
    provenance: Provenance
    counts: Mapping[str, int | dict[str, int]]
    run: RunInfo
    datapackage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A new version.

    Attributes:
        manifest: Its manifest.
        folder: Its folder.
        shared: How many of its files are those of the parent.
    """

    manifest: Manifest
    folder: Path
    shared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """The data are those of the latest version, whose manifest this is; nothing was written."""

    manifest: Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A file of the new version, and where its bytes lie now: in the staging folder if it is new, else in the parent."""

    entry: FileEntry
    source: Path
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Private:
    """A file with full texts, and where it lies now; None if it has its place already."""

    file: PrivateFile
    source: Path | None


def publish(store: Store, staged: Staged) -> Published | Unchanged:
    """The next version of the store, or the latest one if it holds the same data.

    The data are the same if data digest and schema version are, and no article was added, dropped or forgotten. An error leaves
    `latest` and the staged files as they were, so that `publish` may be called again.

    Args:
        store: Locked, and holding the staging folder of this run.
        staged: What the version consists of.

    Raises:
        LockMisuseError: The store is not locked.
        StagingError: The run's staging folder is not held, or what it staged cannot be a version.
        StaleParentError: Another run published since this one read the latest version.
        AppendOnlyError: A private file of that name holds something else.
        BrokenStoreError: The store is damaged; `verify` says where.
        DiskFullError: There is no space left.
        ReadOnlyStoreError: This user cannot write to the store.
    """
    store.require_lock()
    folder = store.require_staging(staged.run.run_id)
    with explained(store.root):
        store.clean_up()
        parent = _checked_parent(store, staged)
        try:
            tables = _tables(store, staged, parent, folder)
            private = _private_files(store, staged, folder)
            manifest = _manifest(staged, tables, private)
        except ValidationError as error:
            raise StagingError(
                f"the run {staged.run.run_id} staged no possible version: {in_words(error)}"
            ) from error
        if parent is not None and _is_same(manifest, parent):
            return Unchanged(manifest=parent)
        _build(folder / BUILD_FOLDER, tables, manifest, staged.datapackage)
        _place_private_files(store, private)
        _commit(store, folder / BUILD_FOLDER, manifest.version)
    shared = sum(not table.is_new for table in tables)
    _log.info("published %s: %d files, %d of them shared", manifest.version, len(tables), shared)
    return Published(manifest=manifest, folder=store.version_folder(manifest.version), shared=shared)


def _checked_parent(store: Store, staged: Staged) -> Manifest | None:
    parent = store.latest()
    name = None if parent is None else parent.version
    if name != staged.parent:
        raise StaleParentError(
            f"the run {staged.run.run_id} built on {staged.parent or 'an empty store'}, and the store {store.root} "
            f"now is at {name or 'no version'}: take the lock, read the latest version and build again"
        )
    if parent is not None:
        _require_entries_of(parent, staged)
    elif staged.keep or staged.keep_private:
        raise StagingError("an empty store has no files to keep")
    return parent


def _require_entries_of(parent: Manifest, staged: Staged) -> None:
    files, private_files = set(parent.files), set(parent.private_files)
    foreign = [entry.path for entry in staged.keep if entry not in files]
    foreign += [file.path for file in staged.keep_private if file not in private_files]
    if foreign:
        raise StagingError(f"{parent.version} has no such file to keep: {foreign[0]}")


def _tables(store: Store, staged: Staged, parent: Manifest | None, folder: Path) -> list[_Table]:
    of_parent = frozenset(parent.files) if parent is not None else frozenset()
    entries = [(_table_entry(new, folder), new.path) for new in staged.tables]
    tables = [
        _Table(entry=entry, source=path, is_new=True) for entry, path in entries if entry not in of_parent
    ]
    if parent is not None:
        shared = [*staged.keep, *(entry for entry, _ in entries if entry in of_parent)]
        tables += [_shared_table(store, parent.version, entry) for entry in shared]
    return tables


def _shared_table(store: Store, version: str, entry: FileEntry) -> _Table:
    path = store.path_of(entry, version)
    if not path.is_file() or path.stat().st_size != entry.bytes:
        raise BrokenStoreError(
            f"{path} is missing or has another size than its manifest says: verify the store"
        )
    return _Table(entry=entry, source=path, is_new=False)


def _table_entry(staged: StagedTable, folder: Path) -> FileEntry:
    _require_staged_file(staged.path, folder, rows=staged.rows)
    return FileEntry(
        path=table_path(staged.table, staged.month),
        table=staged.table,
        month=staged.month,
        rows=staged.rows,
        bytes=staged.path.stat().st_size,
        sha256=sha256_of(staged.path),
    )


def _private_files(store: Store, staged: Staged, folder: Path) -> list[_Private]:
    """The kept files and the new ones; a new one that is empty or holds what a kept one holds adds no article."""
    private = [_Private(file=file, source=None) for file in staged.keep_private]
    known = {file.sha256 for file in staged.keep_private}
    for new in staged.private:
        file = _private_entry(new, folder)
        if file.rows and file.sha256 not in known:
            known.add(file.sha256)
            private.append(_Private(file=file, source=_unless_in_place(store, file, new.path)))
    return private


def _private_entry(staged: StagedPrivate, folder: Path) -> PrivateFile:
    _require_staged_file(staged.path, folder, rows=staged.rows)
    return PrivateFile(
        path=staged.destination,
        rows=staged.rows,
        bytes=staged.path.stat().st_size,
        sha256=sha256_of(staged.path),
    )


def _unless_in_place(store: Store, file: PrivateFile, source: Path) -> Path | None:
    """The source, or None if the same file lies at its destination since an earlier version."""
    destination = store.private_path_of(file)
    if not destination.exists():
        return source
    if sha256_of(destination) == file.sha256:
        return None
    raise AppendOnlyError(f"{destination} exists and holds other articles: name the batch after its content")


def _require_staged_file(path: Path, folder: Path, *, rows: int) -> None:
    if path.is_symlink() or not path.is_file():
        raise StagingError(f"{path} was staged and is not a file")
    inside = path.resolve()
    if not inside.is_relative_to(folder.resolve()) or inside.is_relative_to(folder.resolve() / BUILD_FOLDER):
        raise StagingError(f"{path} must lie in {folder}, and not in its folder {BUILD_FOLDER!r}")
    try:
        found = rows_of(path)
    except UnreadableParquetError as error:
        raise StagingError(f"{path}: {error}") from error
    if found != rows:
        raise StagingError(f"{path} was staged with {rows} rows and has {found}")


def _manifest(staged: Staged, tables: list[_Table], private: list[_Private]) -> Manifest:
    files = tuple(table.entry for table in tables)
    return sealed(
        Manifest(
            version=version_name(1 if staged.parent is None else version_number(staged.parent) + 1),
            parent=staged.parent,
            schema_version=SCHEMA_VERSION,
            data_digest=data_digest(files),
            provenance=staged.provenance,
            counts=dict(staged.counts),
            files=files,
            private_files=tuple(each.file for each in private),
            datapackage_sha256=sha256(staged.datapackage.encode()).hexdigest(),
            takedowns=staged.takedowns,
            run=staged.run,
        )
    )


def _is_same(manifest: Manifest, parent: Manifest) -> bool:
    return (
        manifest.data_digest == parent.data_digest
        and manifest.schema_version == parent.schema_version
        and manifest.private_files == parent.private_files
        and manifest.takedowns == parent.takedowns
    )


def _build(folder: Path, tables: list[_Table], manifest: Manifest, datapackage: str) -> None:
    """Everything of the version in its folder, synced; the manifest last, and only once the rest is on the disk."""
    if folder.exists():
        shutil.rmtree(folder)  # of an attempt that failed, for want of space for instance
    folder.mkdir()
    for table in tables:
        link_or_copy(table.source, folder / table.entry.path)
        if table.is_new:
            sync_file(folder / table.entry.path)
    write_text(folder / DATAPACKAGE_NAME, datapackage)
    sync_folders_below(folder)
    write_text(folder / MANIFEST_NAME, manifest.to_json())
    sync_folder(folder)


def _place_private_files(store: Store, private: list[_Private]) -> None:
    new = [(each.source, store.private_path_of(each.file)) for each in private if each.source is not None]
    for source, destination in new:
        link_or_copy(source, destination)
        sync_file(destination)
    if new:
        sync_folders_below(store.private_folder / "articles")
        sync_folder(store.private_folder)


def _commit(store: Store, build: Path, version: str) -> None:
    """The version's arrival. The new link is made first, so that a full disk is found before anything has happened."""
    store.prepare_latest(version)
    build.rename(store.versions_folder / version)
    sync_folder(store.versions_folder)
    store.swap_latest()
