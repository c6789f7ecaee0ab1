"""Today's detente on a store of an older schema: tests/fixtures/store-schema-1.tar.gz, two versions of three samples.

The second version added the clash at the border; the two articles before it are in both.
"""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

import pytest
from stage_runs import forget_article, keep_house, run_stages

from schemas.manifest import SCHEMA_VERSION
from tasks.diff import diff_versions
from tasks.redact import OtherSchemaError
from tasks.release import open_release
from tasks.stages import settings_of
from tasks.store import Store
from tasks.verify import verify

FIXTURE = Path(__file__).parents[1] / "fixtures" / "store-schema-1.tar.gz"
ADDED_SECOND = "2025-04-22_isfara-border-clash"
IN_BOTH = "2025-03-14_lisbon-rabat-fisheries"


def unpacked(folder):
    with tarfile.open(FIXTURE) as packed:
        packed.extractall(folder, filter="tar")
    return Store(folder / "store")


@pytest.fixture
def old(tmp_path):
    """The store as detente of schema 1 left it."""
    return unpacked(tmp_path)


@pytest.fixture(scope="module")
def run_once(tmp_path_factory):
    """The same after a run of today's with nothing new; only to be looked at."""
    store = unpacked(tmp_path_factory.mktemp("schema-1"))
    run_stages(store)
    return store


@pytest.fixture
def current(run_once, tmp_path):
    shutil.copytree(run_once.root, tmp_path / "store", symlinks=True)
    return Store(tmp_path / "store")


def articles_of(store, version):
    columns = ("source_id", "article_id")
    return dict(open_release(store.root, version)["articles"].select(columns).collect().iter_rows())


def schemas_of(store):
    return {version: store.manifest(version).schema_version for version in store.versions()}


def assert_whole(store):
    assert {version: verify(store, version).problems for version in store.versions()} == dict.fromkeys(
        store.versions(), ()
    )


def test_the_next_run_publishes_the_same_articles_with_the_schema_of_today(run_once):
    assert schemas_of(run_once) == {"v0000001": 1, "v0000002": 1, "v0000003": SCHEMA_VERSION}
    assert articles_of(run_once, "v0000003") == articles_of(run_once, "v0000002")
    assert run_once.latest().private_files == run_once.manifest("v0000002").private_files
    assert_whole(run_once)


def test_what_the_new_schema_brought_is_new_columns_and_no_other_article(run_once):
    changed = {table.table: table for table in diff_versions(run_once, "v0000002", "v0000003").tables()}
    assert {"story_id", "duplicate_of"} <= set(changed["articles"].new_columns)
    assert changed["articles"].changes.is_empty()
    assert (changed["stories"].count("added"), changed["stories"].changes.height) == (3, 3)
    assert "stories" in changed["dyads"].new_columns


def test_settings_of_an_older_version_are_those_of_the_next_run(old):
    settings = settings_of(old)
    assert settings.language_model == old.latest().provenance.settings["language_model"]
    assert settings.as_of is None, "the day of that run is not the day of the next"


def test_a_purge_deletes_old_versions_that_hold_the_article_and_redacts_the_others(current):
    """The first version never had it, and stays to the byte."""
    first = current.manifest("v0000001")
    forget_article(current, articles_of(current, "v0000002")[ADDED_SECOND])
    run_stages(current)
    purged = keep_house(current, with_purge=True).purged
    assert (purged.deleted, purged.redacted) == (("v0000002",), ("v0000003",))
    assert schemas_of(current) == {"v0000001": 1, "v0000003": SCHEMA_VERSION, "v0000004": SCHEMA_VERSION}
    assert current.manifest("v0000001") == first
    assert current.manifest("v0000003").data_digest == current.latest().data_digest
    for version in current.versions():
        assert ADDED_SECOND not in articles_of(current, version)
    assert_whole(current)


def test_an_article_of_all_old_versions_takes_them_along(current):
    forget_article(current, articles_of(current, "v0000002")[IN_BOTH])
    run_stages(current)
    purged = keep_house(current, with_purge=True).purged
    assert (purged.deleted, purged.redacted) == (("v0000001", "v0000002"), ("v0000003",))
    assert_whole(current)


def test_a_latest_version_of_an_older_schema_is_never_deleted(old):
    """No run has published without the article yet: the purge says so, and the version stays."""
    forget_article(old, articles_of(old, "v0000002")[ADDED_SECOND])
    with pytest.raises(OtherSchemaError, match="run detente once"):
        keep_house(old, with_purge=True)
    assert old.latest_version() == "v0000002"
    assert_whole(old)
