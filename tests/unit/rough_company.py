"""What a store has to put up with: a tiny disk, and users who may only read it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534


@contextmanager
def tiny_disk(size: str) -> Iterator[Path]:
    """A file system in memory, where the tests may mount one."""
    folder = Path(tempfile.mkdtemp())
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        folder.rmdir()
        pytest.skip("only root can mount a tiny disk")
    mounted = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        folder.rmdir()
        pytest.skip("mounting is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


def fill(folder: Path) -> Path:
    """Writes until the disk is full; the file's last block is what it could still take."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        while shutil.disk_usage(folder).free:
            file.write(b"x" * 4096)
    return filler


@contextmanager
def another_user(folder: Path) -> Iterator[bool]:
    """Acts as nobody where the tests run as root (then True); else takes the write bits off the folders."""
    if os.geteuid() == 0:
        group = os.getegid()
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
        try:
            yield True
        finally:
            os.seteuid(0)
            os.setegid(group)
        return
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())]
    modes = [path.stat().st_mode for path in folders]
    for path in folders:
        path.chmod(0o555)
    (folder / "lock").chmod(0o444)
    try:
        yield False
    finally:
        for path, mode in zip(folders, modes, strict=True):
            path.chmod(mode)
