"""Stores that earlier versions of detente wrote: read as they are, and carried on.

Of schema 1, before there were stories and takedowns, of schema 2, before mentions had a confidence, of schema 3, before
events had places and reporters, of schema 4, before they had contexts and the uncertain ones a table, and of schema 5,
before refusals had a source and a day and were counted. Their second version added the clash at the border; the two
articles before it are in both.

Each was made by the code of its time: `run_stages` over the samples lisbon-rabat-fisheries and gaborone-windhoek-apology
as "run1", then over isfara-border-clash as "run2", into a folder `store`; and `tar czf store-schema-N.tar.gz store`.
The second run of schema 5 was also over broken-no-date_dili-canberra-gas, which it refused.
"""

from __future__ import annotations

import shutil
import tarfile
from contextlib import chdir
from pathlib import Path

import polars as pl
import pytest
from stage_runs import forget_article, keep_house, run_stages

from schemas.manifest import MANIFEST_NAME, SCHEMA_VERSION, seal_of
from schemas.tables import TABLES, polars_schema
from tasks.article_files import ARTICLE_FILE_SCHEMA, scan_article_files
from tasks.diff import diff_versions
from tasks.rebuild import known_articles
from tasks.redact import OtherSchemaError
from tasks.release import open_release
from tasks.stages import settings_of
from tasks.store import Store
from tasks.verify import verify

FIXTURES = Path(__file__).parents[1] / "fixtures"
VERSIONS = ("v0000001", "v0000002")
SINCE_5_TABLES = {"quality_periods"}
SINCE_4_TABLES = {"uncertain_events", "context_periods"} | SINCE_5_TABLES
TABLES_SINCE = {
    1: {"stories", "appearances"} | SINCE_4_TABLES,
    2: SINCE_4_TABLES,
    3: SINCE_4_TABLES,
    4: SINCE_4_TABLES,
    5: SINCE_5_TABLES,
}
SINCE_5 = {"quarantine": {"source_name", "day"}}
SINCE_4 = {"events": {"contexts"}, **SINCE_5}
SINCE_3 = {
    "events": {"place", "place_country", "latitude", "longitude", "place_source"}
    | {"reporter", "reporter_kind", "reporter_is_party"}
    | SINCE_4["events"],
    "quotes": {"event_id"},
    "amounts": {"upper", "modifier", "event_id"},
    **SINCE_5,
}
SINCE_2 = {"mentions": {"confidence"}, **SINCE_3}
COLUMNS_SINCE = {
    1: {"articles": {"story_id", "duplicate_of"}, **SINCE_2},
    2: SINCE_2,
    3: SINCE_3,
    4: SINCE_4,
    5: SINCE_5,
}
ADDED_SECOND = "2025-04-22_isfara-border-clash"
IN_BOTH = "2025-03-14_lisbon-rabat-fisheries"
REFUSED = "broken-no-date_dili-canberra-gas.txt"


@pytest.fixture(scope="module", params=[1, 2, 3, 4, 5])
def schema(request):
    return request.param


def unpacked(folder, schema):
    with tarfile.open(FIXTURES / f"store-schema-{schema}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return Store(folder / "store")


# ---------------------------------------------------------------------------------------------------- read as it is


@pytest.fixture(scope="module")
def store(tmp_path_factory, schema):
    """The store, unpacked; only to be looked at."""
    return unpacked(tmp_path_factory.mktemp("earlier"), schema)


def test_it_has_two_versions_of_the_schema_before(store, schema):
    assert store.versions() == VERSIONS
    assert store.latest_version() == VERSIONS[-1]
    assert {store.manifest(version).schema_version for version in VERSIONS} == {schema}
    assert schema < SCHEMA_VERSION


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
    assert seal_of(manifest) == manifest.seal
    assert manifest.forgotten == frozenset()


@pytest.mark.parametrize("version", VERSIONS)
def test_its_tables_are_read(store, schema, version):
    release = open_release(store.root, version)
    manifest = store.manifest(version)
    rows = {name: release[name].select(pl.len()).collect().item() for name in release}
    expected = dict.fromkeys(TABLES, 0)
    for file in manifest.files:
        expected[file.table] += file.rows
    assert rows == expected
    assert {name for name, number in rows.items() if not number} & set(manifest.counts["tables"]) <= {
        "quarantine",
        "appearances",
    }
    assert rows["articles"] == sum(file.rows for file in manifest.private_files)
    for table, columns in COLUMNS_SINCE[schema].items():
        assert columns.isdisjoint(release[table].collect_schema())
    for name in TABLES_SINCE[schema]:
        assert release[name].collect_schema() == polars_schema(TABLES[name])


def test_its_texts_are_read(store):
    records = scan_article_files(known_articles(store, store.latest())).collect()
    assert records.schema == ARTICLE_FILE_SCHEMA
    assert set(open_release(store.root)["articles"].collect()["article_id"]) == set(records["article_id"])


# ---------------------------------------------------------------------------------------------------------- carried on


@pytest.fixture
def old(tmp_path, schema):
    """The store, unpacked, to be changed."""
    return unpacked(tmp_path, schema)


@pytest.fixture(scope="module")
def run_once(tmp_path_factory, schema):
    """The same after a run of today's with nothing new; only to be looked at."""
    store = unpacked(tmp_path_factory.mktemp("carried-on"), schema)
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


def test_the_next_run_publishes_the_same_articles_with_the_schema_of_today(run_once, schema):
    assert schemas_of(run_once) == {"v0000001": schema, "v0000002": schema, "v0000003": SCHEMA_VERSION}
    assert articles_of(run_once, "v0000003") == articles_of(run_once, "v0000002")
    assert run_once.latest().private_files == run_once.manifest("v0000002").private_files
    assert_whole(run_once)


def test_what_the_new_schema_brought_is_new_columns_and_no_other_article(run_once, schema):
    changed = {table.table: table for table in diff_versions(run_once, "v0000002", "v0000003").tables()}
    for table, columns in COLUMNS_SINCE[schema].items():
        assert columns <= set(changed[table].new_columns)
    if schema == 1:
        assert changed["articles"].changes.is_empty()
        assert (changed["stories"].count("added"), changed["stories"].changes.height) == (3, 3)
    else:
        assert "articles" not in changed


def test_what_was_refused_before_it_had_a_day_keeps_its_row_and_counts_on_none(tmp_path, samples):
    """Also if it is refused again."""
    store = unpacked(tmp_path, 5)
    with chdir(samples):
        run_stages(store, [REFUSED])
    release = open_release(store.root)
    (refused,) = release["quarantine"].collect().to_dicts()
    assert (refused["origin"], refused["source_name"], refused["day"]) == (REFUSED, None, None)
    assert release["quality_periods"].collect()["refused"].sum() == 0


def test_settings_of_an_older_version_are_those_of_the_next_run(old):
    settings = settings_of(old)
    assert settings.language_model == old.latest().provenance.settings["language_model"]
    assert settings.as_of is None, "the day of that run is not the day of the next"


def test_a_purge_deletes_old_versions_that_hold_the_article_and_redacts_the_others(current, schema):
    """The first version never had it, and stays to the byte."""
    first = current.manifest("v0000001")
    forget_article(current, articles_of(current, "v0000002")[ADDED_SECOND])
    run_stages(current)
    purged = keep_house(current, with_purge=True).purged
    assert (purged.deleted, purged.redacted) == (("v0000002",), ("v0000003",))
    assert schemas_of(current) == {"v0000001": schema, "v0000003": SCHEMA_VERSION, "v0000004": SCHEMA_VERSION}
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
