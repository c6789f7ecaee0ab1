"""A run over a store whose latest version is damaged: it says which file it cannot build on, and publishes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from stage_runs import run_stages, with_toys
from store_samples import new_store

from tasks.store_errors import BrokenStoreError
from tasks.verify import damage_named, verify

TEXTS = {
    "pier": "IND warned CHN on 2025-08-09. Fishermen at the pier mended their nets and said nothing.",
    "harvest": "After a wet summer the harvest is late. USA met JPN on 2025-08-08.",
}
"""Two articles of one month that tell different stories: the one that is there stays as it is."""


@pytest.fixture
def store(tmp_path, monkeypatch):
    with_toys(monkeypatch)
    made = new_store(tmp_path / "store")
    run_stages(made, [record(tmp_path, "pier")])
    return made


def record(folder, name):
    path = folder / f"{name}.jsonl"
    told = {"id": name, "date": "2025-08-10", "title": name, "text": TEXTS[name]}
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


def overwrite(path):
    path.chmod(0o644)
    path.write_bytes(bytes(path.stat().st_size))


@pytest.mark.parametrize("damage", [overwrite, Path.unlink], ids=["overwritten", "missing"])
@pytest.mark.parametrize("table", ["articles", "events", "evidence", "dates", None], ids=str)
def test_a_run_names_the_damaged_file(store, tmp_path, table, damage):
    latest = store.latest()
    of_table = [store.path_of(file, latest.version) for file in latest.files if file.table == table]
    (damaged,) = of_table or [store.private_path_of(file) for file in latest.private_files]
    damage(damaged)
    with pytest.raises(BrokenStoreError, match=str(damaged.relative_to(store.root))):
        run_stages(store, [record(tmp_path, "harvest")])
    assert store.versions() == ("v0000001",)


def test_an_error_of_a_whole_store_stays_as_it_is(store):
    assert verify(store).is_sound
    with pytest.raises(pl.exceptions.ComputeError, match="a mistake of ours"), damage_named(store):
        raise pl.exceptions.ComputeError("a mistake of ours")
