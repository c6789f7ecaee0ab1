"""A store: the folder that keeps every published version, the private texts, and what runs are building.

In: the root of a store. Out: its versions and their files; its lock; staging folders.
What does not belong here: making a version (`tasks.publish`), checking one (`tasks.verify`), the content of a table.

    STORE/versions/v0000012/<table>/month=2025-08/part-0.parquet, manifest.json, datapackage.json
    STORE/latest -> versions/v0000012
    STORE/private/articles/month=2025-08/<batch>.parquet    texts of accepted articles, listed in the manifests
    STORE/private/extractions/, STORE/private/quarantine/   a cache and what was refused: runs write them as they go
    STORE/staging/<run_id>/, STORE/staging/<run_id>.lock    what a run builds, and the lock that it holds meanwhile
    STORE/lock

Three rules keep it whole, whenever a process is killed:

- Nothing under versions/ is ever changed in place. A version arrives by one rename, complete; a reader needs no lock.
  A redaction puts a new folder where an old one was: complete first, then the two change places in one step. Where the
  system cannot do that, it is by two renames, from v0000012.redacted, which the next `clean_up` finishes if the process
  dies between them.
- `latest` is the highest version. A run that is killed after that rename and before the swap of `latest` had done all
  of its work, so the next `clean_up` adopts its version: a version that once could be seen never disappears. To go
  back to older content, publish it again; pointing `latest` at an older version by hand does not last.
- A private file belongs to the store once a manifest lists it. Those of a run that was killed before its version
  arrived are in no manifest, and `clean_up` deletes them with that run's staging folder.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.manifest import MANIFEST_NAME, ManifestError, read_manifest
from tasks.durable import exchange, sync_folder
from tasks.file_lock import FileLock
from tasks.store_errors import (
    BrokenStoreError,
    LockMisuseError,
    LockTimeoutError,
    NotAStoreError,
    PrivateStoreError,
    StagingError,
    StoreError,
    VersionMissingError,
    explained,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemas.manifest import FileEntry, Manifest, PrivateFile

__all__ = ["CleanUp", "Store", "StoreError"]

_VERSION = re.compile(r"v[0-9]{7}")
_REDACTED = ".redacted"
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_STAGING_WAIT_SECONDS = 10.0  # as long as a clean-up may take to delete what a dead run of the same name left

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanUp:
    """What a clean-up found of killed runs.

    Attributes:
        adopted: The version that had arrived without `latest` being swapped, if any.
        staging: Runs whose staging folders were deleted.
        orphans: Private files that no manifest listed and that were deleted, relative to the private folder.
        redacted: Versions whose redaction was complete and had not taken their place.
    """

    adopted: str | None
    staging: tuple[str, ...]
    orphans: tuple[str, ...]
    redacted: tuple[str, ...] = ()


class Store:
    """The store at a root. Making the object touches nothing, and a pickled copy of it holds no lock."""

    def __init__(self, root: Path) -> None:
        """A store whose folder is `root`."""
        self.root = root
        self.versions_folder = root / "versions"
        self.latest_link = root / "latest"
        self._new_latest_link = root / ".latest.new"
        self.private_folder = root / "private"
        self.staging_folder = root / "staging"
        self._lock = FileLock(root / "lock")
        self._staging_locks: dict[str, FileLock] = {}

    def __reduce__(self) -> tuple[type[Store], tuple[Path]]:
        """What makes a copy of this store in another process: its root."""
        return Store, (self.root,)

    def create(self) -> None:
        """Makes the folders of a store, or what is missing of them; full texts are readable by their owner only.

        Raises:
            NotAStoreError: The folder holds something else.
            ReadOnlyStoreError: This user cannot write there.
        """
        with explained(self.root):
            self._refuse_foreign_folder()
            self.root.mkdir(parents=True, exist_ok=True)
            # Full texts lie in both, and only their owner may read them.
            self.private_folder.mkdir(mode=0o700, exist_ok=True)
            self.staging_folder.mkdir(mode=0o700, exist_ok=True)
            self.versions_folder.mkdir(exist_ok=True)

    def versions(self) -> tuple[str, ...]:
        """The names of the versions, oldest first.

        Raises:
            NotAStoreError: There is no store at the root.
        """
        self._require_store()
        return tuple(
            sorted(path.name for path in self.versions_folder.iterdir() if _VERSION.fullmatch(path.name))
        )

    def latest_version(self) -> str | None:
        """The name of the version that `latest` points to, None before the first.

        Raises:
            NotAStoreError: There is no store at the root.
            BrokenStoreError: `latest` is not a link to one of the versions.
        """
        self._require_store()
        target = self._latest_target()
        if target is None:
            return None
        folder, _, name = target.rpartition("/")
        if folder != "versions" or not _VERSION.fullmatch(name) or not (self.root / target).is_dir():
            raise BrokenStoreError(
                f"{self.latest_link} points to {target}, which is no version of this store: delete the link, "
                "the next run points it at the highest version"
            )
        return name

    def latest(self) -> Manifest | None:
        """The manifest of the latest version, None before the first.

        Raises:
            BrokenStoreError: `latest` or its manifest is not what a run leaves behind.
        """
        name = self.latest_version()
        return None if name is None else self.manifest(name)

    def manifest(self, version: str) -> Manifest:
        """The manifest of a version.

        Raises:
            VersionMissingError: The store has no such version.
            BrokenStoreError: Its manifest is missing or cannot be read.
        """
        path = self.version_folder(version) / MANIFEST_NAME
        try:
            manifest = read_manifest(path.read_bytes())
        except FileNotFoundError as error:
            raise BrokenStoreError(
                f"{path} is missing: restore it, or delete the folder of {version}"
            ) from error
        except ManifestError as error:
            raise BrokenStoreError(f"{path}: {error}") from error
        if manifest.version != version:
            raise BrokenStoreError(
                f"{path} is the manifest of {manifest.version}: the folder was renamed or copied"
            )
        return manifest

    def version_folder(self, version: str) -> Path:
        """The folder of a version.

        Raises:
            VersionMissingError: The store has no such version.
        """
        self._require_store()
        folder = self.versions_folder / version
        if not _VERSION.fullmatch(version) or not folder.is_dir():
            names = self.versions()
            known = f"it has {names[0]} to {names[-1]}" if names else "it has none yet"
            raise VersionMissingError(f"the store {self.root} has no version {version!r}: {known}")
        return folder

    def prepare_latest(self, version: str) -> None:
        """Makes the link that `swap_latest` will put in place. Needs the lock; see the module's rules."""
        self.require_lock()
        self._new_latest_link.unlink(missing_ok=True)
        self._new_latest_link.symlink_to(f"versions/{version}")

    def swap_latest(self) -> None:
        """Puts the prepared link in place: whoever looks at `latest` sees the old version or the new one."""
        self.require_lock()
        self._new_latest_link.replace(self.latest_link)
        sync_folder(self.root)

    def replace_version(self, version: str, build: Path) -> None:
        """Puts a redacted folder in the place of a version's. Needs the lock.

        Args:
            version: An existing version.
            build: The complete folder, in a run's staging folder.
        """
        self.require_lock()
        if exchange(build, self.version_folder(version)):
            sync_folder(self.versions_folder)
            _delete(build)  # what was the version
            return
        build.rename(self.versions_folder / f"{version}{_REDACTED}")
        sync_folder(self.versions_folder)
        self._finish_redactions()

    def delete_version(self, version: str, staging: Path) -> None:
        """Deletes a version; it is gone at once and as a whole. Needs the lock.

        Args:
            version: Not the latest.
            staging: A run's staging folder, where its files wait for their end.

        Raises:
            VersionMissingError: There is no such version.
            LockMisuseError: The store is not locked.
            BrokenStoreError: It is the latest version.
        """
        self.require_lock()
        if version == self.latest_version():
            raise BrokenStoreError(f"{version} is the latest version and cannot be deleted")
        gone = staging / version
        self.version_folder(version).rename(gone)
        sync_folder(self.versions_folder)
        _delete(gone)

    @property
    def is_private_readable(self) -> bool:
        """Whether this user may read full texts, refused inputs and extractions; a folder that is missing hides nothing."""
        try:
            with os.scandir(self.private_folder):
                return True
        except OSError as error:
            return isinstance(error, FileNotFoundError)

    def require_private(self) -> None:
        """Makes sure that this user may read the private folder.

        Raises:
            PrivateStoreError: Only another one may.
        """
        if not self.is_private_readable:
            raise PrivateStoreError(
                f"only its owner may read {self.private_folder}, with full texts and refused inputs: run as that user; "
                "the releases are for every reader"
            )

    def path_of(self, entry: FileEntry, version: str) -> Path:
        """Where a file of a version's table lies."""
        return self.versions_folder / version / entry.path

    def texts_of_all_versions(self) -> tuple[Path, ...]:
        """The files with full texts that any version lists, each once, sorted.

        Raises:
            BrokenStoreError: A manifest cannot be read.
        """
        listed = {file.path for version in self.versions() for file in self.manifest(version).private_files}
        return tuple(self.private_folder / path for path in sorted(listed))

    def private_path_of(self, file: PrivateFile) -> Path:
        """Where a file with full texts lies."""
        return self.private_folder / file.path

    @contextmanager
    def lock(self, *, timeout: float = 60.0) -> Iterator[None]:
        """Holds the store: only one process, and one thread of it, publishes or cleans up at a time.

        To be taken after extraction and before the latest version is read, so that runs extract side by side.

        Args:
            timeout: Seconds to wait at most for another run.

        Raises:
            LockTimeoutError: The other run did not end in time.
            LockMisuseError: This object holds the lock already.
            ReadOnlyStoreError: This user cannot write to the store.
        """
        self._require_store()
        if self._lock.is_held:
            raise LockMisuseError(
                f"the store {self.root} is locked already by the caller: take its lock once"
            )
        with explained(self.root):
            is_ours = self._lock.acquire(timeout=timeout, on_wait=self._say_waiting)
        if not is_ours:
            raise LockTimeoutError(
                f"the store {self.root} was still locked after {timeout:g} s by {self._lock.holder()}: "
                "wait for that run to end and try again, or allow a longer wait"
            )
        try:
            yield
        finally:
            self._lock.release()

    def require_lock(self) -> None:
        """Makes sure that this object holds the lock.

        Raises:
            LockMisuseError: It does not, or somebody deleted the lock's file.
        """
        if not self._lock.is_held:
            raise LockMisuseError(
                f"the store {self.root} must be locked for this: call inside `with store.lock():`"
            )

    @contextmanager
    def stage(self, run_id: str) -> Iterator[Path]:
        """An empty folder for what a run builds, held against clean-ups and deleted at the end.

        What the system refuses inside the block is explained: a run writes into the store and nowhere else.

        Args:
            run_id: The run's name: letters, digits, "-" and "_".

        Raises:
            StagingError: Another run of that name is at work, or the name cannot be a folder's.
            ReadOnlyStoreError: This user cannot write to the store.
            DiskFullError: There is no space left.
        """
        self._require_store()
        if not _RUN_ID.fullmatch(run_id):
            raise StagingError(f"a run is named by letters, digits, '-' and '_', at most 100, not {run_id!r}")
        folder, lock = self.staging_folder / run_id, FileLock(self.staging_folder / f"{run_id}.lock")
        with explained(self.root):
            self.staging_folder.mkdir(mode=0o700, exist_ok=True)
            if not lock.acquire(timeout=_STAGING_WAIT_SECONDS):
                raise StagingError(
                    f"the run {run_id} is at work in {lock.holder()}: give this run another name"
                )
            try:
                _delete(folder)
                folder.mkdir()
            except BaseException:
                lock.remove()
                raise
        self._staging_locks[run_id] = lock
        try:
            with explained(self.root):
                yield folder
        finally:
            del self._staging_locks[run_id]
            if lock.is_held:  # not in a forked child that leaves this block as well
                _delete(folder)
                lock.remove()

    def others_at_work(self) -> tuple[str, ...]:
        """The runs that are at work in this store, besides those that this object stages."""
        if not self.staging_folder.is_dir():
            return ()
        locks = {path.stem: FileLock(path) for path in sorted(self.staging_folder.glob("*.lock"))}
        return tuple(
            name for name, lock in locks.items() if name not in self._staging_locks and _is_held(lock)
        )

    def require_staging(self, run_id: str) -> Path:
        """The staging folder of a run that this object holds.

        Raises:
            StagingError: This object does not hold it.
        """
        lock = self._staging_locks.get(run_id)
        if lock is None or not lock.is_held:
            raise StagingError(
                f"the run {run_id!r} holds no staging folder: call inside `with store.stage(run_id):`"
            )
        return self.staging_folder / run_id

    def clean_up(self) -> CleanUp:
        """Finishes or removes what killed runs left behind. Needs the lock; `publish` calls it first.

        Raises:
            LockMisuseError: The lock is not held.
            BrokenStoreError: The highest version is not complete.
        """
        self.require_lock()
        with explained(self.root):
            self._new_latest_link.unlink(missing_ok=True)
            redacted = self._finish_redactions()  # before a version is missed
            found = CleanUp(
                redacted=redacted,
                adopted=self._adopt_highest(),
                staging=self._discard_stale_staging(),
                orphans=self._delete_orphans(),
            )
        if found.adopted:
            _log.warning("latest now is %s, which a run had published before it was killed", found.adopted)
        return found

    def orphans(self) -> tuple[str, ...]:
        """Private files with full texts that no manifest lists, relative to the private folder.

        While a run publishes (that is, without the lock) its own new files are among them.

        Raises:
            BrokenStoreError: A manifest that might list them cannot be read.
        """
        articles = self.private_folder / "articles"
        left = {
            str(path.relative_to(self.private_folder)) for path in articles.rglob("*") if not path.is_dir()
        }
        for version in reversed(self.versions()):
            if not left:
                break
            left -= {file.path for file in self.manifest(version).private_files}
        return tuple(sorted(left))

    def _latest_target(self) -> str | None:
        if self.latest_link.is_symlink():
            return str(self.latest_link.readlink())
        if self.latest_link.exists():
            raise BrokenStoreError(
                f"{self.latest_link} is not a link (was the store copied without its links?): delete it, "
                "the next run points it at the highest version"
            )
        return None

    def _adopt_highest(self) -> str | None:
        names = self.versions()
        if not names or self._latest_target() == f"versions/{names[-1]}":
            return None
        self._require_complete(self.manifest(names[-1]))
        self.prepare_latest(names[-1])
        self.swap_latest()
        return names[-1]

    def _require_complete(self, manifest: Manifest) -> None:
        files = [(self.path_of(entry, manifest.version), entry.bytes) for entry in manifest.files]
        files += [(self.private_path_of(file), file.bytes) for file in manifest.private_files]
        for path, size in files:
            if not path.is_file() or path.stat().st_size != size:
                raise BrokenStoreError(
                    f"{manifest.version} is higher than latest and not complete ({path} is missing or has another "
                    f"size); no run leaves such a version: restore it, or move its folder out of {self.versions_folder}"
                )

    def _finish_redactions(self) -> tuple[str, ...]:
        """Each redacted folder takes the place of its version, whose old folder is deleted."""
        if not self.versions_folder.is_dir():
            return ()
        done = []
        for build in sorted(self.versions_folder.glob(f"v*{_REDACTED}")):
            version = build.name.removesuffix(_REDACTED)
            old = self.staging_folder / f"{version}-before"
            self.staging_folder.mkdir(mode=0o700, exist_ok=True)
            if (self.versions_folder / version).is_dir():
                _delete(old)
                (self.versions_folder / version).rename(old)
            build.rename(self.versions_folder / version)
            sync_folder(self.versions_folder)
            _delete(old)
            done.append(version)
        return tuple(done)

    def _discard_stale_staging(self) -> tuple[str, ...]:
        if not self.staging_folder.is_dir():
            return ()
        names = {path.name.removesuffix(".lock") for path in self.staging_folder.iterdir()}
        return tuple(
            name for name in sorted(names) if _RUN_ID.fullmatch(name) and self._discard_if_stale(name)
        )

    def _discard_if_stale(self, run_id: str) -> bool:
        lock = FileLock(self.staging_folder / f"{run_id}.lock")
        if not lock.acquire(timeout=0):
            return False
        _delete(self.staging_folder / run_id)
        lock.remove()
        return True

    def _delete_orphans(self) -> tuple[str, ...]:
        try:
            orphans = self.orphans()
        except StoreError as error:
            _log.warning(
                "private files of killed runs stay, as a version cannot say what is its own: %s", error
            )
            return ()
        for path in orphans:
            (self.private_folder / path).unlink(missing_ok=True)
        return orphans

    def _say_waiting(self, holder: str) -> None:
        _log.info("waiting for the lock of the store %s, held by %s", self.root, holder)

    def _require_store(self) -> None:
        if not self.versions_folder.is_dir():
            raise NotAStoreError(f"{self.root} is not a store: check the path, or create a store there first")

    def _refuse_foreign_folder(self) -> None:
        if self.root.exists() and not self.root.is_dir():
            raise NotAStoreError(f"{self.root} is a file: choose a folder for the store")
        if not self.root.exists() or self.versions_folder.is_dir():
            return
        own = {"versions", "latest", ".latest.new", "private", "staging", "lock"}
        foreign = sorted(path.name for path in self.root.iterdir() if path.name not in own)
        if foreign:
            raise NotAStoreError(
                f"{self.root} holds other files ({foreign[0]!r}, ...): choose an empty folder"
            )


def _is_held(lock: FileLock) -> bool:
    """Whether somebody holds a lock; asking takes it for a moment if nobody does."""
    if not lock.acquire(timeout=0):
        return True
    lock.release()
    return False


def _delete(folder: Path) -> None:
    """Deletes a folder with all that is in it, or a file that lies in its place; missing is fine."""
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)
    else:
        folder.unlink(missing_ok=True)
