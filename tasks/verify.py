"""Verifying: whether a version still is what its manifest says, to the byte.

In: a store and a version of it. Out: a `Verification` with every problem, each with its path and what is wrong.
What does not belong here: repairing anything. Nothing is written, so that any reader of a store can verify it.
"""

from __future__ import annotations

import os
import stat
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.manifest import DATAPACKAGE_NAME, MANIFEST_NAME, FileEntry, data_digest, seal_of
from tasks.durable import sha256_of
from tasks.parquet_files import UNREADABLE, UnreadableParquetError, row_count
from tasks.store_errors import BrokenStoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.manifest import Manifest, PrivateFile
    from tasks.store import Store

_SWAP_SECONDS = 0.5
"""Longer than a run takes from the arrival of its version to the swap of `latest`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that is not as it was published.

    Attributes:
        path: Relative to the root of the store.
        what: What is wrong with it.
    """

    path: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was checked of a version, and what was found.

    Attributes:
        version: The version, None for a store that has none.
        files: Number of files that the manifest lists and that were checked.
        bytes: Their size, as listed.
        problems: Every problem, manifest and `latest` first, then file by file.
        redactions: How often articles were removed from it after it was published.
    """

    version: str | None
    files: int
    bytes: int
    problems: tuple[Problem, ...]
    redactions: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


Checked = dict[tuple[int, int], tuple[str, int | str]]
"""Of files that were read: device and inode -> checksum, and rows or why they cannot be counted."""


def verify(
    store: Store,
    version: str | None = None,
    *,
    with_private: bool = True,
    with_latest: bool = True,
    checked: Checked | None = None,
) -> Verification:
    """What is wrong with a version: its files, its manifest, and `latest`.

    Every file is read and its checksum computed again; of Parquet files the rows are counted as well.

    Args:
        store: Need not be locked, and is not written to.
        version: The latest one if None.
        with_private: Whether to check the full texts too, which may be readable by their owner only.
        with_latest: Whether to check `latest` too, which is the same for every version.
        checked: Files that versions share are read once if the same dictionary goes with each of them.

    Raises:
        NotAStoreError: There is no store.
        VersionMissingError: The version that was named does not exist.
    """
    problems = list(_latest_problems(store)) if with_latest else []
    chosen = _highest_or_latest(store) if version is None else store.version_folder(version).name
    if chosen is None:
        return Verification(version=None, files=0, bytes=0, problems=tuple(problems))
    try:
        manifest = store.manifest(chosen)
    except (BrokenStoreError, OSError) as error:
        problems.append(Problem(path=f"versions/{chosen}/{MANIFEST_NAME}", what=str(error)))
        return Verification(version=chosen, files=0, bytes=0, problems=tuple(problems))
    listed: list[FileEntry | PrivateFile] = [
        *manifest.files,
        *(manifest.private_files if with_private else ()),
    ]
    problems += _manifest_problems(store, manifest)
    known: Checked = {} if checked is None else checked
    for file in listed:
        problems += _file_problems(store, manifest, file, known)
    problems += _unexpected(store, manifest)
    size = sum(file.bytes for file in listed)
    return Verification(
        version=chosen,
        files=len(listed),
        bytes=size,
        problems=tuple(problems),
        redactions=len(manifest.redactions),
    )


@contextmanager
def damage_named(store: Store) -> Iterator[None]:
    """Turns an error of reading into one that names the damaged file of the latest version, if there is one.

    Raises:
        BrokenStoreError: A file of the latest version is damaged or missing.
    """
    try:
        yield
    except (*UNREADABLE, FileNotFoundError) as error:
        for problem in verify(store, with_latest=False).problems:
            raise BrokenStoreError(
                f"{problem.path} {problem.what}: nothing can be built on it. Restore the file from a copy of the store"
            ) from error
        raise


def _highest_or_latest(store: Store) -> str | None:
    try:
        latest = store.latest_version()
    except BrokenStoreError:
        latest = None
    return latest or next(reversed(store.versions()), None)


def _latest_problems(store: Store) -> Iterator[Problem]:
    try:
        versions, latest = store.versions(), store.latest_version()
        if versions and latest != versions[-1]:
            time.sleep(_SWAP_SECONDS)  # another run may have been about to swap it
            versions, latest = store.versions(), store.latest_version()
    except BrokenStoreError as error:
        yield Problem(path="latest", what=str(error))
        return
    if versions and latest != versions[-1]:
        yield Problem(
            path="latest",
            what=f"names {latest or 'nothing'} while {versions[-1]} exists: the next run or clean-up points it there",
        )


def _manifest_problems(store: Store, manifest: Manifest) -> Iterator[Problem]:
    folder = store.version_folder(manifest.version)
    path = f"versions/{manifest.version}/{MANIFEST_NAME}"
    if (folder / MANIFEST_NAME).read_bytes() != manifest.to_json().encode():
        yield Problem(path=path, what="is not written as detente writes it: edited or formatted since")
    if seal_of(manifest) != manifest.seal:
        yield Problem(path=path, what="does not match its seal: a value was edited since it was published")
    if data_digest(manifest.files) != manifest.data_digest:
        yield Problem(path=path, what="has a data digest that is not that of the files it lists")
    datapackage = f"versions/{manifest.version}/{DATAPACKAGE_NAME}"
    try:
        if sha256_of(folder / DATAPACKAGE_NAME) != manifest.datapackage_sha256:
            yield Problem(path=datapackage, what="has another checksum than the manifest says")
    except OSError as error:
        yield Problem(path=datapackage, what=_in_words(error))


def _file_problems(
    store: Store, manifest: Manifest, file: FileEntry | PrivateFile, checked: Checked
) -> Iterator[Problem]:
    if isinstance(file, FileEntry):
        path = store.path_of(file, manifest.version)
    else:
        path = store.private_path_of(file)
    try:
        what = _difference(path, file, checked)
    except OSError as error:
        what = _in_words(error)
    if what:
        yield Problem(path=path.relative_to(store.root).as_posix(), what=what)


def _difference(path: Path, file: FileEntry | PrivateFile, checked: Checked) -> str | None:
    """How a file differs from its entry. Rows are counted only of intact bytes: damaged ones are not worth parsing."""
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode):
        return "is not a plain file"
    if found.st_size != file.bytes:
        return f"has {found.st_size} bytes and the manifest says {file.bytes}"
    inode = (found.st_dev, found.st_ino)
    if inode not in checked:
        checksum = sha256_of(path)
        checked[inode] = (checksum, _rows(path) if checksum == file.sha256 else 0)
    checksum, rows = checked[inode]
    if checksum != file.sha256:
        return "has another checksum than the manifest says"
    if isinstance(rows, str):
        return rows
    return None if rows == file.rows else f"has {rows} rows and the manifest says {file.rows}"


def _rows(path: Path) -> int | str:
    """The rows of a file, or why they cannot be counted."""
    try:
        return row_count(path)
    except UnreadableParquetError as error:
        return str(error)


def _unexpected(store: Store, manifest: Manifest) -> Iterator[Problem]:
    """Files, folders and links in the version's folder that the manifest does not account for."""
    top = store.version_folder(manifest.version)
    files = {top / entry.path for entry in manifest.files} | {top / MANIFEST_NAME, top / DATAPACKAGE_NAME}
    folders = {parent for file in files for parent in file.parents}
    for name, inner, found in os.walk(top):
        here = Path(name)
        odd = [here / each for each in found if here / each not in files]
        odd += [here / each for each in inner if here / each not in folders or (here / each).is_symlink()]
        for path in sorted(odd):
            yield Problem(path=path.relative_to(store.root).as_posix(), what="is not in the manifest")
        inner[:] = sorted(each for each in inner if here / each in folders)


def _in_words(error: OSError) -> str:
    return "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
