"""Files that are on the disk when we say so: linking, writing and syncing.

In: paths. Out: files and folders that survive a power cut, files that are there as a whole or not, and checksums.
What does not belong here: what the files are, and the order in which they come to be (`tasks.publish`).
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import stat
import sys
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WRITE_BITS = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH

# Other file system, one without links, one that does not let us link this file, or too many links to it already.
_CANNOT_LINK = frozenset(
    {errno.EXDEV, errno.EPERM, errno.EACCES, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
)

_CANNOT_EXCHANGE = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
_HERE = -100  # AT_FDCWD: a path that is not absolute starts at the current folder
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal; read in blocks, so that its size does not matter."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def link_or_copy(source: Path, destination: Path) -> None:
    """Gives a file a second name, or where links are impossible a copy; folders are made as needed.

    The file becomes read-only. A link shares its bytes and its mode with every other name of the file, so that a
    write in place would change all of them: nobody is to do that by accident.

    Raises:
        FileExistsError: Something lies at the destination.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    try:
        destination.hardlink_to(source)
    except OSError as error:
        if error.errno not in _CANNOT_LINK:
            raise
        _copy(source, destination)
    _make_read_only(destination)


def write_text(path: Path, text: str) -> None:
    """Writes a new text file as UTF-8, read-only and synced.

    Raises:
        FileExistsError: Something lies at the path.
    """
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _make_read_only(path)


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """A path beside another one, to write to: it takes the other's place, or is deleted if the block fails.

    The folder is made as needed. A link at the path is replaced, not what it points to.

    Raises:
        FileExistsError: Something that is no file lies at the path, a device for instance.
    """
    if path.exists() and not path.is_file():
        raise FileExistsError(f"{path} is there and no file: choose another name")
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        yield aside
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def exchange(one: Path, other: Path) -> bool:
    """Has two folders change places, in one step for whoever looks at either of them.

    Returns:
        False where the system or the file system cannot do that; then nothing has happened.
    """
    system = ctypes.CDLL(None, use_errno=True)
    old, new = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        failed = system.renamex_np(old, new, _EXCHANGE)
    elif hasattr(system, "renameat2"):
        failed = system.renameat2(_HERE, old, _HERE, new, _EXCHANGE)
    else:
        return False
    number = ctypes.get_errno() if failed else 0
    if number and number not in _CANNOT_EXCHANGE:
        raise OSError(number, os.strerror(number), str(one), None, str(other))
    return not failed


@contextmanager
def written_whole(path: Path, writer: str | None = None) -> Iterator[Path]:
    """A path beside another one, to write to: synced it takes the other's place, or is deleted if the block fails.

    Args:
        path: A file that is to be there whole or not at all.
        writer: A run that can be asked whether it still writes; this process if None. The path says it, so that
            housekeeping can tell what killed writers left.
    """
    aside = path.with_suffix(f".{writer or os.getpid()}.partial")
    try:
        yield aside
        sync_file(aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def sync_file(path: Path) -> None:
    """Returns when the file's bytes are on the disk."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def sync_folder(path: Path) -> None:
    """Returns when the folder's list of names is on the disk, as far as its file system can promise that."""
    try:
        sync_file(path)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise


def sync_folders_below(path: Path) -> None:
    """Syncs a folder and all folders in it, the inner ones first."""
    for folder, _, _ in os.walk(path, topdown=False):
        sync_folder(Path(folder))


def _copy(source: Path, destination: Path) -> None:
    with source.open("rb") as reader, destination.open("xb") as writer:
        shutil.copyfileobj(reader, writer, 1 << 20)
        writer.flush()
        os.fsync(writer.fileno())


def _make_read_only(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _WRITE_BITS:
        path.chmod(mode & ~_WRITE_BITS)
