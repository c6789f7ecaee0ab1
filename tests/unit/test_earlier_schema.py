"""A store that detente wrote before there were stories and takedowns (schema version 1) is still read as it is."""

from __future__ import annotations

import tarfile
from pathlib import Path

import polars as pl
import pytest

from schemas.manifest import MANIFEST_NAME, SCHEMA_VERSION, seal_of
from schemas.tables import TABLES, polars_schema
from tasks.article_files import ARTICLE_FILE_SCHEMA, scan_article_files
from tasks.rebuild import known_articles
from tasks.release import open_release
from tasks.store import Store
from tasks.verify import verify

ARCHIVE = Path(__file__).parents[1] / "fixtures" / "store-schema-1.tar.gz"
VERSIONS = ("v0000001", "v0000002")
SINCE = {"stories", "appearances"}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """The store, unpacked; only to be looked at."""
    folder = tmp_path_factory.mktemp("earlier")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return Store(folder / "store")


def test_it_has_two_versions_of_the_schema_before(store):
    assert store.versions() == VERSIONS
    assert store.latest_version() == VERSIONS[-1]
    assert {store.manifest(version).schema_version for version in VERSIONS} == {1}
    assert SCHEMA_VERSION > 1


@pytest.mark.parametrize("version", VERSIONS)
def test_it_is_whole(store, version):
    verification = verify(store, version)
    assert verification.problems == ()
    manifest = store.manifest(version)
    assert verification.files == len(manifest.files) + len(manifest.private_files) > 0


@pytest.mark.parametrize("version", VERSIONS)
def test_its_manifests_are_written_back_to_the_byte(store, version):
    manifest = store.manifest(version)
    written = (store.version_folder(version) / MANIFEST_NAME).read_bytes()
    assert manifest.to_json().encode() == written
    assert b"takedowns" not in written
    assert seal_of(manifest) == manifest.seal
    assert manifest.forgotten == frozenset()


@pytest.mark.parametrize("version", VERSIONS)
def test_its_tables_are_read(store, version):
    release = open_release(store.root, version)
    manifest = store.manifest(version)
    rows = {name: release[name].select(pl.len()).collect().item() for name in release}
    expected = dict.fromkeys(TABLES, 0)
    for file in manifest.files:
        expected[file.table] += file.rows
    assert rows == expected
    assert {name for name, number in rows.items() if not number} & set(manifest.counts["tables"]) <= {
        "quarantine"
    }
    assert rows["articles"] == sum(file.rows for file in manifest.private_files)
    assert "story_id" not in release["articles"].collect_schema()
    assert all(release[name].collect_schema() == polars_schema(TABLES[name]) for name in SINCE)


def test_its_texts_are_read(store):
    records = scan_article_files(known_articles(store, store.latest())).collect()
    assert records.schema == ARTICLE_FILE_SCHEMA
    assert set(open_release(store.root)["articles"].collect()["article_id"]) == set(records["article_id"])
