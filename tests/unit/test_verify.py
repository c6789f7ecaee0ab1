"""Verifying: every way in which a version can differ from its manifest is found and named."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from store_samples import MONTH, new_store, run_once

from schemas.manifest import data_digest, sealed
from tasks.store import Store
from tasks.store_errors import NotAStoreError, VersionMissingError
from tasks.verify import Verification, verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VERSION = "versions/v0000002"
EVENTS = f"{VERSION}/events/month={MONTH}/part-0.parquet"
ACTORS = f"{VERSION}/actors/part-0.parquet"
MANIFEST = f"{VERSION}/manifest.json"
PRIVATE = f"private/articles/month={MONTH}/b2.parquet"


@pytest.fixture(autouse=True)
def _without_waiting_for_the_disk(monkeypatch) -> None:
    """No power fails during a test; that everything is synced in the right order is test_publish_kills' business."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = new_store(tmp_path / "store")
    run_once(store, {("events", MONTH): [1], ("actors", None): [1]}, private={"b1": [1]})
    run_once(store, {("events", MONTH): [1, 2]}, private={"b2": [2]})
    return store


def change_byte(path: Path) -> None:
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncate(path: Path) -> None:
    path.chmod(0o600)
    os.truncate(path, path.stat().st_size - 1)


def replace_by_link(path: Path) -> None:
    path.rename(path.parents[4] / "elsewhere")
    path.symlink_to(path.parents[4] / "elsewhere")


def replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def edit(path: Path, change: Callable[[dict], object], **layout: object) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.chmod(0o600)
    path.write_text(json.dumps(content, **(layout or {"indent": 2, "sort_keys": True})) + "\n")


def rewrite(store: Store, **changes: object) -> None:
    """Edits the manifest as somebody would who knows how it is made: with the right layout, seal and digest."""
    manifest = store.latest().model_copy(update=changes)
    manifest = sealed(manifest.model_copy(update={"data_digest": data_digest(manifest.files)}))
    path = store.root / MANIFEST
    path.chmod(0o600)
    path.write_text(manifest.to_json())


def change_rows(store: Store) -> None:
    first, *others = store.latest().files
    rewrite(store, files=(first.model_copy(update={"rows": 5}), *others))


def reformat(store: Store) -> None:
    edit(store.root / MANIFEST, lambda _: None, indent=4, sort_keys=True)


def aim_latest(store: Store, target: str | None) -> None:
    store.latest_link.unlink()
    if target:
        store.latest_link.symlink_to(target)


@pytest.mark.parametrize("version", [None, "v0000001", "v0000002"])
def test_a_whole_version_has_no_problem(store: Store, version: str | None) -> None:
    found = verify(store, version)
    assert found.is_sound
    assert found.problems == ()
    assert found.version == (version or "v0000002")
    assert found.files == (3 if version == "v0000001" else 4)
    assert found.bytes > 0


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        pytest.param(lambda s: change_byte(s.root / EVENTS), [(EVENTS, "another checksum")], id="a byte"),
        pytest.param(
            lambda s: truncate(s.root / EVENTS), [(EVENTS, "bytes and the manifest says")], id="cut off"
        ),
        pytest.param(lambda s: (s.root / EVENTS).unlink(), [(EVENTS, "is missing")], id="file missing"),
        pytest.param(
            lambda s: replace_by_link(s.root / EVENTS), [(EVENTS, "not a plain file")], id="link for a file"
        ),
        pytest.param(
            lambda s: replace_by_pipe(s.root / EVENTS), [(EVENTS, "not a plain file")], id="pipe for a file"
        ),
        pytest.param(
            lambda s: replace_by_folder(s.root / ACTORS),
            [(ACTORS, "not a plain file"), (ACTORS, "not in the manifest")],
            id="folder for a file",
        ),
        pytest.param(
            lambda s: (s.root / VERSION / "notes.txt").write_text("x"),
            [(f"{VERSION}/notes.txt", "not in the manifest")],
            id="extra file",
        ),
        pytest.param(
            lambda s: (s.root / VERSION / "actors" / "part-1.parquet").write_text("x"),
            [(f"{VERSION}/actors/part-1.parquet", "not in the manifest")],
            id="extra part of a table",
        ),
        pytest.param(
            lambda s: (s.root / VERSION / "dyads" / "deep").mkdir(parents=True),
            [(f"{VERSION}/dyads", "not in the manifest")],
            id="extra folder",
        ),
        pytest.param(
            lambda s: change_byte(s.root / PRIVATE), [(PRIVATE, "another checksum")], id="byte of a text"
        ),
        pytest.param(lambda s: (s.root / PRIVATE).unlink(), [(PRIVATE, "is missing")], id="text missing"),
        pytest.param(
            lambda s: change_byte(s.root / VERSION / "datapackage.json"),
            [(f"{VERSION}/datapackage.json", "another checksum")],
            id="datapackage",
        ),
        pytest.param(
            lambda s: (s.root / VERSION / "datapackage.json").unlink(),
            [(f"{VERSION}/datapackage.json", "is missing")],
            id="datapackage missing",
        ),
        pytest.param(
            lambda s: edit(s.root / MANIFEST, lambda m: m["counts"].update(articles=4)),
            [(MANIFEST, "does not match its seal")],
            id="edited count",
        ),
        pytest.param(
            lambda s: edit(s.root / MANIFEST, lambda m: m["files"].pop(0)),
            [
                (MANIFEST, "does not match its seal"),
                (MANIFEST, "data digest"),
                (f"{VERSION}/actors", "not in the manifest"),
            ],
            id="file struck out of the manifest",
        ),
        pytest.param(
            change_rows, [(ACTORS, "has 1 rows and the manifest says 5")], id="edited rows, sealed again"
        ),
        pytest.param(reformat, [(MANIFEST, "edited or formatted since")], id="formatted manifest"),
        pytest.param(
            lambda s: edit(s.root / MANIFEST, lambda m: m.update(colour="red")),
            [(MANIFEST, "unknown key 'colour'")],
            id="unknown key",
        ),
        pytest.param(
            lambda s: (s.root / MANIFEST).unlink(), [(MANIFEST, "is missing")], id="manifest missing"
        ),
        pytest.param(
            lambda s: aim_latest(s, "versions/v0000007"),
            [("latest", "no version of this store")],
            id="latest dangles",
        ),
        pytest.param(
            lambda s: aim_latest(s, None), [("latest", "names nothing while v0000002")], id="latest missing"
        ),
    ],
)
def test_damage_is_found_and_named(
    store: Store, damage: Callable[[Store], object], expected: list[tuple]
) -> None:
    damage(store)
    found = verify(store)
    assert found.version == "v0000002"
    assert not found.is_sound
    assert [problem.path for problem in found.problems] == [path for path, _ in expected]
    for problem, (_, what) in zip(found.problems, expected, strict=True):
        assert what in problem.what


def test_latest_that_is_behind_is_a_problem_of_the_store(store: Store) -> None:
    aim_latest(store, "versions/v0000001")
    (problem,) = verify(store).problems
    assert (problem.path, "v0000002 exists" in problem.what) == ("latest", True)


def test_damage_to_a_shared_file_is_found_in_every_version(store: Store) -> None:
    change_byte(store.root / ACTORS)
    assert [verify(store, version).is_sound for version in store.versions()] == [False, False]


def test_damage_elsewhere_is_no_problem_of_this_version(store: Store) -> None:
    change_byte(store.root / EVENTS)
    change_byte(store.root / PRIVATE)
    assert verify(store, "v0000001").is_sound


def test_texts_can_be_left_out(store: Store) -> None:
    (store.root / PRIVATE).unlink()
    found = verify(store, with_private=False)
    assert found.is_sound
    assert found.files == 2


def test_an_empty_store_is_sound(tmp_path: Path) -> None:
    assert verify(new_store(tmp_path)) == Verification(version=None, files=0, bytes=0, problems=())


def test_verifying_writes_nothing(store: Store) -> None:
    before = {path: path.lstat().st_mtime_ns for path in store.root.rglob("*")}
    verify(store)
    assert {path: path.lstat().st_mtime_ns for path in store.root.rglob("*")} == before


def test_what_does_not_exist_cannot_be_verified(store: Store, tmp_path: Path) -> None:
    with pytest.raises(VersionMissingError):
        verify(store, "v0000009")
    with pytest.raises(NotAStoreError):
        verify(Store(tmp_path / "nowhere"))
