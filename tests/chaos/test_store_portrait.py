"""What the kills are judged by finds what it should: a judge that sees nothing would let every store survive."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from release_samples import article
from stage_runs import forget_article, keep_house, run_stages, with_toys
from store_portrait import damage, differences, leftovers, portrait_of, quotations

from schemas.identity import id_of
from tasks.article_files import article_frame
from tasks.store import Store

TOLD = article("IND met CHN on 2025-08-09. Nobody had expected it.", key="n1")
OTHER = article("USA aided IND on 2025-08-08.", key="n2", title="A loan is signed")


@pytest.fixture
def store(tmp_path, monkeypatch):
    return made(tmp_path / "store", monkeypatch)


def made(root, monkeypatch, *, run_id="run", articles=(TOLD, OTHER)):
    with_toys(monkeypatch)
    source = root.with_suffix(".parquet")
    keys = ["source_id", "source_name", "title", "text", "published_date"]
    rows = article_frame(articles).select(keys)
    rows.rename({"source_id": "id", "source_name": "source", "published_date": "date"}).write_parquet(source)
    run_stages(Store(root), [source], run_id=run_id)
    return Store(root)


def test_two_stores_of_the_same_articles_have_one_portrait(store, tmp_path, monkeypatch):
    again = made(tmp_path / "again", monkeypatch, run_id="another", articles=(OTHER, TOLD))
    assert list(differences(portrait_of(store), portrait_of(again))) == []


def test_another_article_changes_versions_texts_and_cache(store, tmp_path, monkeypatch):
    other = made(tmp_path / "other", monkeypatch, articles=(replace(TOLD, text=f"{TOLD.text} Or so."), OTHER))
    found = list(differences(portrait_of(store), portrait_of(other)))
    for where in (
        "versions v0000001 data_digest",
        "versions v0000001 files events",
        "private",
        "extractions",
    ):
        assert any(each.startswith(where) for each in found), where


def test_whole_stores_have_no_damage_and_no_leftovers(store):
    assert [*damage(store), *leftovers(store)] == []


def test_damage_is_found_and_a_lagging_latest_is_none(store):
    store.latest_link.unlink()
    assert list(damage(store)) == []
    next(store.versions_folder.rglob("month=*/*.parquet")).unlink()
    assert len(list(damage(store))) == 1


@pytest.mark.parametrize(
    "name",
    [
        "staging/run",
        "private/extractions/old",
        "private/quarantine/x.7.partial",
        "private/articles/month=2025-08/x.parquet",
        "versions/v0000001.redacted",
        ".latest.new",
    ],
)
def test_everything_left_over_is_found(store, name):
    path = store.root / name
    path.parent.mkdir(exist_ok=True)
    path.mkdir() if not path.suffix or path.suffix == ".redacted" else path.touch()
    assert len(list(leftovers(store))) >= 1


def test_quotations_are_found_in_every_file_until_they_are_purged(store):
    assert {path.split("/")[0] for path in quotations(store, ["Nobody had expected"])} == {"private"}
    sentences = [pl.read_parquet(next(store.latest_link.rglob("evidence/*/*.parquet")))["sentence"].sort()[0]]
    assert {path.split("/")[0] for path in quotations(store, sentences)} == {"private", "versions"}
    forget_article(store, id_of(TOLD))
    run_stages(store, run_id="without")
    keep_house(store, with_purge=True)
    assert list(quotations(store, [TOLD.text[:26], "Nobody had expected"])) == []
