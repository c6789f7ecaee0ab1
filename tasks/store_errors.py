"""What can go wrong with a store, each error with a message that says what to do about it.

What does not belong here: a manifest that cannot be read (`schemas.manifest`); the store wraps that in its own words.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


class StoreError(Exception):
    """A store cannot do what was asked of it."""


class NotAStoreError(StoreError):
    """The folder is no store, or cannot become one."""


class ReadOnlyStoreError(StoreError):
    """This user may read the store and not write it."""


class PrivateStoreError(StoreError):
    """This user may read the releases of the store and not its private folder."""


class DiskFullError(StoreError):
    """The disk or the user's quota is used up."""


class VersionMissingError(StoreError):
    """The store has no such version."""


class BrokenStoreError(StoreError):
    """The store holds something that no run of detente leaves behind, killed or not."""


class LockTimeoutError(StoreError):
    """Another run held the lock for longer than this one was ready to wait."""


class LockMisuseError(StoreError):
    """The lock was taken twice, or not at all: a mistake in the calling code."""


class StagingError(StoreError):
    """A staging folder is in use by another run, or what it holds is not what the run says of it."""


class StaleParentError(StoreError):
    """The store got a newer version than the one that this run built on."""


class AppendOnlyError(StoreError):
    """A private file would replace one of the same name that a version lists."""


@contextmanager
def explained(root: Path) -> Iterator[None]:
    """Turns the system's "no space left" and "permission denied" into errors that name the store and a remedy.

    Raises:
        DiskFullError: The disk is full.
        ReadOnlyStoreError: The file system or its permissions do not allow to write there.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError(
                f"no space left for the store {root} ({error}): free some and run again; published versions are untouched"
            ) from error
        if error.errno in _READ_ONLY and _is_below(root, error.filename):
            raise ReadOnlyStoreError(
                f"this user cannot write to the store {root} ({error}): run as its owner, or copy the store"
            ) from error
        raise


def _is_below(root: Path, path: object) -> bool:
    """Whether a path is the store's; of an error that names none we say so."""
    return not isinstance(path, str | bytes) or Path(os.fsdecode(path)).is_relative_to(root)
