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
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from pydantic import ValidationError

from schemas.manifest import (
    SCHEMA_VERSION,
    FileEntry,
    Manifest,
    PrivateFile,
    data_digest,
    in_words,
    sealed,
    version_name,
    version_number,
)
from tasks.durable import sync_folder
from tasks.store_errors import BrokenStoreError, StagingError, StaleParentError, explained
from tasks.version_files import (
    BUILD_FOLDER,
    StagedPrivate,
    StagedTable,
    TextFile,
    VersionFile,
    build_version,
    place_texts,
    table_entry,
    text_files,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from schemas.manifest import Provenance, RunInfo
    from tasks.store import Store

_log = logging.getLogger(__name__)


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
            private = text_files(store, staged.private, staged.keep_private, folder)
            manifest = _manifest(staged, tables, private)
        except ValidationError as error:
            raise StagingError(
                f"the run {staged.run.run_id} staged no possible version: {in_words(error)}"
            ) from error
        if parent is not None and _is_same(manifest, parent):
            return Unchanged(manifest=parent)
        build_version(folder / BUILD_FOLDER, tables, manifest, staged.datapackage)
        place_texts(store, private)
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


def _tables(store: Store, staged: Staged, parent: Manifest | None, folder: Path) -> list[VersionFile]:
    of_parent = frozenset(parent.files) if parent is not None else frozenset()
    entries = [(table_entry(new, folder), new.path) for new in staged.tables]
    tables = [
        VersionFile(entry=entry, source=path, is_new=True)
        for entry, path in entries
        if entry not in of_parent
    ]
    if parent is not None:
        shared = [*staged.keep, *(entry for entry, _ in entries if entry in of_parent)]
        tables += [_shared_table(store, parent.version, entry) for entry in shared]
    return tables


def _shared_table(store: Store, version: str, entry: FileEntry) -> VersionFile:
    path = store.path_of(entry, version)
    if not path.is_file() or path.stat().st_size != entry.bytes:
        raise BrokenStoreError(
            f"{path} is missing or has another size than its manifest says: verify the store"
        )
    return VersionFile(entry=entry, source=path, is_new=False)


def _manifest(staged: Staged, tables: list[VersionFile], private: list[TextFile]) -> Manifest:
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


def _commit(store: Store, build: Path, version: str) -> None:
    """The version's arrival. The new link is made first, so that a full disk is found before anything has happened."""
    store.prepare_latest(version)
    build.rename(store.versions_folder / version)
    sync_folder(store.versions_folder)
    store.swap_latest()
