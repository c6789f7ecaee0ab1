"""What housekeeping deletes and what stays, on toy stores."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import polars as pl
import pytest
from stage_runs import forget_article, keep_house, run_stages, with_toys
from store_samples import new_store, run_info, run_once

from schemas.retention import Retention
from tasks.code_version import extractor_version
from tasks.housekeeping import remains_of, tidy, verify_all
from tasks.refusal_files import refusals_of_store
from tasks.release import open_release
from tasks.stages import settings_of
from tasks.store_errors import BrokenStoreError, LockMisuseError
from tasks.takedowns import forgotten_by

EVENTS = ("events", "2025-08")
OURS, OF_LATEST, OLD = "0123", "7", "6"


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)
    return new_store(tmp_path / "store")


def tidied(store, **rule):
    with store.stage("tidy") as workspace, store.lock():
        return tidy(
            store,
            retention=Retention(**rule),
            extractor_version=OURS,
            redactor=None,
            workspace=workspace,
        )


# ------------------------------------------------------------------------------------------- versions, caches, remains


@pytest.fixture
def published(store):
    """Four versions, of July, July, August and September."""
    for number, month in enumerate((7, 7, 8, 9), start=1):
        run = run_info("run").model_copy(update={"finished_at": datetime(2025, month, 9, 12, tzinfo=UTC)})
        run_once(store, {EVENTS: [number]}, private={f"texts-{number}": [number]}, run=run)
    return store


def test_versions_that_the_rule_does_not_name_are_deleted(published):
    done = tidied(published, months=2, versions=("v0000001",))
    assert done.deleted == ("v0000002",)
    assert published.versions() == ("v0000001", "v0000003", "v0000004")
    assert published.latest_version() == "v0000004"
    assert all(verification.is_sound for verification in verify_all(published))
    assert list(published.staging_folder.iterdir()) == []


def test_without_a_rule_every_version_stays(published):
    assert tidied(published).deleted == ()
    assert len(published.versions()) == 4


def test_texts_that_only_deleted_versions_list_go_with_them(published):
    kept = published.latest().private_files
    run_once(published, {EVENTS: [5]}, keep_private=kept[:1])
    done = tidied(published, last=1)
    assert done.deleted == ("v0000001", "v0000002", "v0000003", "v0000004")
    assert done.orphans == tuple(file.path for file in kept[1:])
    assert [path.is_file() for path in map(published.private_path_of, kept)] == [True, False, False, False]


def test_extractions_that_nobody_will_use_are_deleted(published):
    caches = published.private_folder / "extractions"
    for name in (OURS, OF_LATEST, OLD):
        (caches / name).mkdir(parents=True)
        (caches / name / "shard.parquet").touch()
    assert tidied(published).caches == (OLD,)
    assert sorted(path.name for path in caches.iterdir()) == [OURS, OF_LATEST]


def test_extractions_of_a_store_without_a_version(store):
    for name in (OURS, OLD):
        (store.private_folder / "extractions" / name).mkdir(parents=True)
    assert tidied(store).caches == (OLD,)


def test_half_written_files_go_but_for_those_of_writers_that_live(published):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    folder = published.private_folder / "extractions" / OURS
    folder.mkdir(parents=True)
    names = {
        f"a.{os.getpid()}.partial": True,
        "a.1.partial": True,  # somebody else's process
        f"a.{ended.pid}.partial": False,
        "a.live-run.partial": True,
        "a.dead-run.partial": False,
        "a.partial": False,
        "a.parquet": True,
    }
    for name in names:
        (folder / name).touch()
    with published.stage("live-run"):
        assert tidied(published).partial == 3
    assert {name: (folder / name).exists() for name in names} == names


def test_what_killed_runs_left_is_removed(published):
    dead = published.staging_folder / "dead"
    dead.mkdir()
    orphan = published.private_folder / "articles" / "month=2025-08" / "orphan.parquet"
    orphan.touch()
    done = tidied(published)
    assert (done.cleaned.staging, done.cleaned.orphans) == (
        ("dead",),
        ("articles/month=2025-08/orphan.parquet",),
    )
    assert not dead.exists()
    assert not orphan.exists()


def test_the_store_must_be_locked(store, tmp_path):
    with pytest.raises(LockMisuseError):
        tidy(store, retention=Retention(), extractor_version=OURS, redactor=None, workspace=tmp_path)


def test_a_damaged_file_is_found_in_every_version_that_shares_it(published):
    run_once(published, {("actors", None): [1]})
    file = published.path_of(published.manifest("v0000004").files[0], "v0000004")
    file.chmod(0o644)
    file.write_bytes(bytes(file.stat().st_size))
    found = {each.version: [problem.path for problem in each.problems] for each in verify_all(published)}
    assert {version for version, problems in found.items() if problems} == {"v0000004", "v0000005"}
    assert found["v0000005"] == ["versions/v0000005/events/month=2025-08/part-0.parquet"]


# -------------------------------------------------------------------------------------------------------------- purges

TEXT = "A ferry lay at the pier all day. IND warned CHN on 2025-08-09. The pilot “read a novel”,\nsaid his brother."
OTHER = "The harvest came in late this year. USA aided IND on 2025-08-12. There was singing."


@pytest.fixture
def source(tmp_path, monkeypatch):
    """Writes an article into a file of its own."""
    with_toys(monkeypatch)

    def write(name, **fields):
        path = tmp_path / f"{name}.jsonl"
        record = {
            "id": name,
            "title": "A day at the pier",
            "date": "2025-08-11",
            "text": TEXT,
            "source": "Wire",
        }
        path.write_text(json.dumps(record | fields), encoding="utf-8")
        return path

    return write


@pytest.fixture
def other(source):
    return source("other", text=OTHER, title="Harvest home")


def id_of(store, source_id):
    return open_release(store.root)["articles"].filter(source_id=source_id).collect()["article_id"].item()


def forget_and_publish(store, source_id):
    forget_article(store, id_of(store, source_id))
    return run_stages(store).manifest


def shards_of(store):
    (cache,) = (store.private_folder / "extractions").iterdir()
    return {path.name: pl.read_parquet(path)["article_id"].to_list() for path in cache.glob("*.parquet")}


def test_without_a_purge_the_past_stays(store, source):
    before = run_stages(store, [source("pier")]).manifest
    forget_and_publish(store, "pier")
    assert keep_house(store, with_purge=False).purged is None
    assert store.manifest(before.version) == before
    assert store.private_path_of(before.private_files[0]).exists()


def test_a_purge_removes_text_extraction_and_rows(store, source, other):
    first = run_stages(store, [source("pier"), other]).manifest
    pier, harvest = id_of(store, "pier"), id_of(store, "other")
    forget_and_publish(store, "pier")
    done = keep_house(store, with_purge=True)
    assert done.purged.articles == (pier,)
    assert (done.purged.redacted, done.purged.deleted) == (("v0000001",), ())
    assert not store.private_path_of(first.private_files[0]).exists()
    assert {article for shard in shards_of(store).values() for article in shard} == {harvest}
    assert open_release(store.root, "v0000001")["articles"].collect()["article_id"].to_list() == [harvest]
    assert all(verification.is_sound for verification in verify_all(store))


@pytest.mark.parametrize("at_once", [True, False], ids=["in the same run", "in a run before"])
def test_what_only_deleted_versions_had_is_purged_as_well(store, source, other, at_once):
    run_stages(store, [source("pier"), source("copy", source="Gazette"), other])
    known = {id_of(store, "pier"), id_of(store, "copy")}
    forget_and_publish(store, "pier")
    if not at_once:
        keep_house(store, with_purge=False, retention=Retention(last=1))
    remains = remains_of(store, forgotten_by(store))
    assert set(remains.articles) == known
    assert remains.sentences == ("IND warned CHN on 2025-08-09.",)
    purged = keep_house(store, with_purge=True, retention=Retention(last=1)).purged
    assert set(purged.articles) == known
    assert store.versions() == ("v0000002",)
    assert known.isdisjoint(article for shard in shards_of(store).values() for article in shard)


def test_an_article_without_events_is_purged_as_well(store, source, other):
    run_stages(store, [source("pier", text="Nothing happened at the pier, and nobody minded."), other])
    forget_and_publish(store, "pier")
    assert keep_house(store, with_purge=True).purged.shards == 1


def test_a_second_purge_finds_nothing(store, source, other):
    run_stages(store, [source("pier"), other])
    forget_and_publish(store, "pier")
    keep_house(store, with_purge=True)
    manifests = [store.manifest(version) for version in store.versions()]
    again = keep_house(store, with_purge=True).purged
    assert (again.articles, again.redacted, again.shards, again.refusals) == ((), (), 0, 0)
    assert remains_of(store, forgotten_by(store)).sentences == ()
    assert [store.manifest(version) for version in store.versions()] == manifests


def test_a_purge_before_the_next_release_redacts_the_latest(store, source, other):
    run_stages(store, [source("pier"), other])
    forget_article(store, id_of(store, "pier"))
    assert keep_house(store, with_purge=True).purged.redacted == ("v0000001",)
    redacted = store.latest()
    assert run_stages(store).manifest.data_digest == redacted.data_digest


@pytest.mark.parametrize("table", ["evidence", "events", "actors", "quarantine", None])
def test_nothing_is_purged_where_something_is_damaged(store, source, other, table):
    """What a redaction made of damaged rows would have new checksums and pass for whole."""
    run_stages(store, [source("pier"), other])
    forget_and_publish(store, "pier")
    first = store.manifest("v0000001")
    files = [store.path_of(file, "v0000001") for file in first.files if file.table == table]
    damaged = (files or [store.private_path_of(first.private_files[0])])[0]
    damaged.chmod(0o644)
    damaged.write_bytes(bytes(damaged.stat().st_size))
    with pytest.raises(BrokenStoreError, match=str(damaged.relative_to(store.root))):
        keep_house(store, with_purge=True)
    assert store.manifest("v0000001") == first
    assert len(shards_of(store)) > 0


def test_what_is_there_to_forget_cannot_be_told_of_a_damaged_store(store, source):
    run_stages(store, [source("pier")])
    forget_article(store, id_of(store, "pier"))
    (evidence,) = (store.root / "latest" / "evidence").rglob("*.parquet")
    evidence.chmod(0o644)
    evidence.write_bytes(bytes(evidence.stat().st_size))
    with pytest.raises(BrokenStoreError, match="detente verify"):
        remains_of(store, forgotten_by(store))


def test_versions_share_what_was_written_for_one_of_them(store, source, other):
    run_stages(store, [source("pier"), other])
    later = source("later", date="2025-10-05", text="KEN met UGA on 2025-10-04.", title="Talks")
    run_stages(store, [later])
    forget_and_publish(store, "pier")
    keep_house(store, with_purge=True)
    one, two = (
        store.root / "versions" / version / "events" / "month=2025-08" / "part-0.parquet"
        for version in ("v0000001", "v0000002")
    )
    assert one.stat().st_ino == two.stat().st_ino


@pytest.mark.parametrize(
    "refused",
    [
        pytest.param({"date": None}, id="as it is"),
        pytest.param(
            {"date": None, "title": "A day at the pier", "body": TEXT, "text": None}, id="in another field"
        ),
    ],
)
def test_an_input_that_was_refused_with_the_text_goes_from_every_version(store, source, other, refused):
    """Refused first, mended then: the first version never had the article, and quotes it all the same."""
    run_stages(store, [source("pier", **refused), other])
    path = source("mended")
    run_stages(store, [path])
    assert "v0000001" in versions_that_quote(store, "pier.jsonl")
    after = forget_and_publish(store, "mended")
    assert after.version not in versions_that_quote(store, "pier.jsonl"), (
        "the next version holds nothing of it"
    )
    purged = keep_house(store, with_purge=True).purged
    assert (purged.refusals, purged.redacted) == (1, ("v0000001", "v0000002"))
    assert versions_that_quote(store, "pier.jsonl") == []
    assert refusals_of_store(store).is_empty()
    assert (
        store.manifest("v0000001").data_digest == store.manifest("v0000001").redactions[0].data_digest_before
    )
    assert all(verification.is_sound for verification in verify_all(store))


def versions_that_quote(store, name):
    """The versions whose quarantine has a row of a file."""
    return [
        version
        for version in store.versions()
        if open_release(store.root, version)["quarantine"]
        .filter(pl.col("origin").str.contains(name, literal=True))
        .collect()
        .height
    ]


def test_what_was_refused_for_other_reasons_stays(store, source, other):
    run_stages(store, [source("pier"), source("undated", date=None, text=OTHER), other])
    forget_and_publish(store, "pier")
    assert keep_house(store, with_purge=True).purged.refusals == 0
    assert versions_that_quote(store, "undated.jsonl") == ["v0000001", "v0000002"]


def test_the_caches_that_stay_are_those_of_the_store_s_language_model(store, source):
    """The stage asks for the extractor of the settings that made the latest version."""
    run_stages(store, [source("pier")])
    (cache,) = (store.private_folder / "extractions").iterdir()
    assert cache.name == extractor_version(settings_of(store).language_model)
    assert keep_house(store, with_purge=False).caches == ()
