"""A dozen articles driven through six versions and a purge; every change of every table is compared.

Beside the articles of each version, in six_versions/, lies what they change, in words. Where a change is meant, write
these files anew with `pytest tests/golden --write-golden` and review them with `git diff`. Ids stand there by what they
name; names.txt says which id each name stands for.
"""

from __future__ import annotations

import os
import re
import shutil
import textwrap
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from stage_runs import forget_article, keep_house, run_stages, with_toys

from schemas.identity import story_id
from schemas.tables import TABLES, key_of
from tasks.diff import TableDiff, diff_versions
from tasks.release import Release, open_release
from tasks.row_changes import row_changes
from tasks.store import Store
from tasks.verify import verify

GOLDEN = Path(__file__).parent / "six_versions"
ARRIVALS = sorted(path.name for path in GOLDEN.glob("*.jsonl"))
FORGOTTEN, NEXT_ORIGINAL = "tide-1", "tide-2"
TITLE_OF_BOTH_RECORDS = "Shoals quarrel goes before the customs house"
ONLY_THERE = "Lantern keepers on the outer skerries"
SIGNS = {"added": "+", "revised": "~", "removed": "-"}
ID = re.compile(r"\b[a-z]{3}_[0-9a-f]{20}\b")


@dataclass(frozen=True)
class Driven:
    """The store after all, and as it was when the sixth version had been published."""

    store: Store
    before_purge: Store
    purged: tuple[str, ...]


@pytest.fixture(scope="module")
def driven(tmp_path_factory):
    root = tmp_path_factory.mktemp("golden")
    store, before_purge = Store(root / "store"), Store(root / "before purge")
    with pytest.MonkeyPatch.context() as monkeypatch, chdir(GOLDEN):
        with_toys(monkeypatch)
        for number, arrivals in enumerate(ARRIVALS, start=1):
            assert run_stages(store, [arrivals]).manifest.version == f"v{number:07d}"
        forget_article(store, id_of(store, FORGOTTEN))
        assert run_stages(store).manifest.version == "v0000006"
        shutil.copytree(store.root, before_purge.root, symlinks=True)
        purged = keep_house(store, with_purge=True).purged
    return Driven(store, before_purge, purged.redacted)


def id_of(store, source_id):
    articles = open_release(store.root)["articles"].filter(source_id=source_id)
    return articles.collect()["article_id"].item()


# ---------------------------------------------------------------------------------------------- what changed, in words


@pytest.mark.parametrize("number", range(1, 7))
def test_what_a_version_changes(driven, request, number):
    """Each against the one before it, as they were before the purge."""
    store = driven.before_purge
    names = names_of(store)
    if number == 1:
        first = open_release(store.root, "v0000001")
        tables = [changes(table, first[table].clear(), first[table]) for table in TABLES]
    else:
        tables = list(diff_versions(store, f"v{number - 1:07d}", f"v{number:07d}").tables())
    title = (GOLDEN / ARRIVALS[number - 1]).stem if number < 6 else "6-takedown"
    compare(request, f"{title}.changes.txt", in_words(tables, names))


def test_what_the_purge_changes(driven, request):
    """In each version: only what came from the forgotten article."""
    names = names_of(driven.before_purge)
    changed = {}
    for version in driven.store.versions():
        old, new = (open_release(store.root, version) for store in (driven.before_purge, driven.store))
        tables = [changes(table, old[table], new[table]) for table in TABLES]
        changed.setdefault(in_words(tables, names) or "nothing\n", []).append(version)
    told = [f"{', '.join(versions)}\n\n{words}" for words, versions in changed.items()]
    compare(request, "6-purge.changes.txt", "\n".join(told))


def test_which_id_each_name_stands_for(driven, request):
    """An id never changes: other people's tables refer to it."""
    names = names_of(driven.before_purge)
    compare(request, "names.txt", "".join(f"{key}  {name}\n" for key, name in sorted(names.items())))


def changes(table, before, after):
    found = row_changes(before, after, table=table, key=key_of(TABLES[table]))
    return TableDiff(table=table, changes=found.collect(), new_columns=(), lost_columns=())


def in_words(tables, names):
    """A paragraph for each table: a row that changed in a line or two, and its counts of 0 left out."""
    told = []
    for table in tables:
        rows = [row_in_words(row, names) for row in table.changes.iter_rows(named=True)]
        if rows:
            told.append("\n".join([table.table, *sorted(rows)]) + "\n")
    return "\n".join(told)


def row_in_words(row, names):
    key = ", ".join(names.get(value, value) for value in row["key"])
    line = f"{SIGNS[row['change']]} {key}: {'; '.join(column_in_words(row['change'], row['changed']))}"
    return textwrap.fill(
        ID.sub(lambda found: names[found[0]], line),
        width=120,
        initial_indent="  ",
        subsequent_indent="      ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def column_in_words(change, columns):
    for one in columns:
        before, after = (one[side] if one[side] is not None else "nothing" for side in ("before", "after"))
        if change == "revised":
            yield f"{one['column']} {before} -> {after}"
        elif (value := after if change == "added" else before) not in {"0", "[]"}:
            yield f"{one['column']} {value}"


def names_of(store):
    """Every id in any version of a store, and what it stands for."""
    names = {}
    for version in store.versions():
        release = open_release(store.root, version)
        for article_id, source_id in rows_of(release, "articles", "article_id", "source_id"):
            is_other = source_id in names.values() and article_id not in names
            names.setdefault(article_id, f"{source_id} (corrected)" if is_other else source_id)
            names[story_id(article_id)] = f"story of {names[article_id]}"
        for actor_id, code in rows_of(release, "actors", "actor_id", "code"):
            names[actor_id] = f"actor {code}"
        for refusal_id, origin in rows_of(release, "quarantine", "refusal_id", "origin"):
            names[refusal_id] = f"refusal of {origin}"
        for table, kind in (("evidence", "event"), ("uncertain_events", "uncertain event")):
            ordinals = {}
            for article_id, _, event_id in rows_of(release, table, "article_id", "start", "event_id"):
                ordinals[article_id] = ordinals.get(article_id, 0) + 1
                names[event_id] = f"{kind} {ordinals[article_id]} of {names[article_id]}"
    return names


def rows_of(release: Release, table, *columns):
    return release[table].select(columns).sort(columns).collect().iter_rows()


def compare(request, name, told):
    path = GOLDEN / name
    if request.config.getoption("--write-golden"):
        path.write_text(told, encoding="utf-8")
        pytest.skip(f"{name} is written anew: review it with git diff")
    assert told == path.read_text(encoding="utf-8")


# -------------------------------------------------------------------------------------------- what holds after a purge


def test_every_version_is_whole_and_says_that_it_was_redacted(driven):
    assert driven.purged == driven.store.versions()[:5]
    for version in driven.store.versions():
        found = verify(driven.store, version)
        assert found.problems == ()
        assert found.redactions == int(version in driven.purged)


def test_a_redaction_names_every_file_that_changed_with_its_old_and_new_checksum(driven):
    for version in driven.purged:
        before, after = (store.manifest(version) for store in (driven.before_purge, driven.store))
        (redaction,) = after.redactions
        old, new = checksums(before), checksums(after)
        assert {file.path: (file.before, file.after) for file in redaction.files} == {
            path: (old.get(path), new.get(path))
            for path in old.keys() | new.keys()
            if old.get(path) != new.get(path)
        }
        assert redaction.data_digest_before == before.data_digest != after.data_digest


def checksums(manifest):
    return {file.path: file.sha256 for file in manifest.files} | {
        f"private/{file.path}": file.sha256 for file in manifest.private_files
    }


def test_a_redacted_version_is_the_next_one_without_the_article(driven):
    """The fifth version and the sixth have the same articles now, so that they have the same data."""
    fifth, sixth = map(driven.store.manifest, driven.store.versions()[-2:])
    assert fifth.data_digest == sixth.data_digest


def test_the_next_of_its_copies_took_the_place_of_the_original(driven):
    for version, copy in (("v0000001", False), ("v0000002", True), ("v0000006", True)):
        articles = open_release(driven.store.root, version)["articles"].collect()
        told = dict(articles.select("source_id", "duplicate_of").iter_rows())
        assert FORGOTTEN not in told
        assert (NEXT_ORIGINAL in told) is copy
        assert told.get(NEXT_ORIGINAL) is None


def test_its_words_are_nowhere_in_the_store(driven):
    assert ONLY_THERE in everything_in(driven.before_purge), "they are found where they are"
    there = everything_in(driven.store)
    for words in (ONLY_THERE, FORGOTTEN, TITLE_OF_BOTH_RECORDS):
        assert words not in there


def everything_in(store):
    """Every value of every Parquet file, and the text of every other file."""
    told = []
    for folder, _, files in os.walk(store.root):
        for path in (Path(folder) / name for name in files):
            is_table = path.suffix == ".parquet"
            told.append(
                str(pl.read_parquet(path, glob=False, hive_partitioning=False).to_dicts())
                if is_table
                else path.read_text(encoding="utf-8")
            )
    return "\n".join(told)
