"""The files that a version consists of: described for its manifest, and laid into a folder that is to become it.

In: new files in a run's staging folder, and files that stay. Out: a complete folder of a version, and texts in their
place in the store. What does not belong here: when a version changes (`tasks.publish`, `tasks.redact`).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.manifest import DATAPACKAGE_NAME, MANIFEST_NAME, FileEntry, PrivateFile, table_path
from tasks.durable import link_or_copy, sha256_of, sync_file, sync_folder, sync_folders_below, write_text
from tasks.parquet_files import UnreadableParquetError, row_count
from tasks.store_errors import AppendOnlyError, StagingError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from schemas.manifest import Manifest
    from tasks.store import Store

BUILD_FOLDER = "version"
"""The folder inside a run's staging folder that `publish` builds in; a run keeps its own files out of it."""


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
class VersionFile:
    """A file of the new version, and where its bytes lie now: in the staging folder if it is new, else in the parent."""

    entry: FileEntry
    source: Path
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A file with full texts, and where it lies now; None if it has its place already."""

    file: PrivateFile
    source: Path | None


def table_entry(staged: StagedTable, folder: Path) -> FileEntry:
    """The manifest's entry of a new file.

    Raises:
        StagingError: It is not what the run says of it.
    """
    _require_staged_file(staged.path, folder, rows=staged.rows)
    return FileEntry(
        path=table_path(staged.table, staged.month),
        table=staged.table,
        month=staged.month,
        rows=staged.rows,
        bytes=staged.path.stat().st_size,
        sha256=sha256_of(staged.path),
    )


def text_files(
    store: Store, new: Sequence[StagedPrivate], kept: Sequence[PrivateFile], folder: Path
) -> list[TextFile]:
    """The kept files and the new ones; a new one that is empty or holds what a kept one holds adds no article."""
    private = [TextFile(file=file, source=None) for file in kept]
    known = {file.sha256 for file in kept}
    for staged in new:
        file = _text_entry(staged, folder)
        if file.rows and file.sha256 not in known:
            known.add(file.sha256)
            private.append(TextFile(file=file, source=_unless_in_place(store, file, staged.path)))
    return private


def _text_entry(staged: StagedPrivate, folder: Path) -> PrivateFile:
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


def build_version(folder: Path, tables: Sequence[VersionFile], manifest: Manifest, datapackage: str) -> None:
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


def place_texts(store: Store, private: Sequence[TextFile]) -> None:
    """Give new files with texts their places, synced; until a manifest lists them they are orphans."""
    new = [(each.source, store.private_path_of(each.file)) for each in private if each.source is not None]
    for source, destination in new:
        link_or_copy(source, destination)
        sync_file(destination)
    if new:
        sync_folders_below(store.private_folder / "articles")
        sync_folder(store.private_folder)


def _require_staged_file(path: Path, folder: Path, *, rows: int) -> None:
    if path.is_symlink() or not path.is_file():
        raise StagingError(f"{path} was staged and is not a file")
    inside = path.resolve()
    if not inside.is_relative_to(folder.resolve()) or inside.is_relative_to(folder.resolve() / BUILD_FOLDER):
        raise StagingError(f"{path} must lie in {folder}, and not in its folder {BUILD_FOLDER!r}")
    try:
        found = row_count(path)
    except UnreadableParquetError as error:
        raise StagingError(f"{path}: {error}") from error
    if found != rows:
        raise StagingError(f"{path} was staged with {rows} rows and has {found}")
