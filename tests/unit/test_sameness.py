"""Is a release the same whatever the way to it? All tests of that question, on whole runs.

The data digest may depend on the set of accepted articles and takedowns alone: not on their order, on batches, workers,
interruptions or increments. The articles are those of tests/golden: copies, another address, a late older original, a
correction, a recalled event, and a record that is refused; for the real extractor, some of the samples.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stage_runs import forget_article, keep_house, run_stages, with_toys

from schemas.manifest import NOT_IN_DIGEST
from tasks.extract import batch_work, batches
from tasks.extract.shards import ExtractionCache
from tasks.release import open_release
from tasks.store import Store
from tasks.verify import verify

SIX_VERSIONS = Path(__file__).parents[1] / "golden" / "six_versions"
RECORDS = [line for path in sorted(SIX_VERSIONS.glob("*.jsonl")) for line in path.open(encoding="utf-8")]
FORGOTTEN = "tide-1"
WHOLE = 10**9


@dataclass(frozen=True)
class Way:
    """A way to the same release.

    Attributes:
        order: The records, by their place in RECORDS, each once or more often.
        cuts: After how many of them a new run begins.
        forgotten_before: The run before which an article is forgotten; that many runs and one more if after the last.
        batch_characters: At most so many in one batch of extraction.
        workers: So many processes, which here is one after the other.
    """

    order: tuple[int, ...]
    cuts: tuple[int, ...] = ()
    forgotten_before: int = 0
    batch_characters: int = WHOLE
    workers: int = 1

    @property
    def parts(self) -> list[tuple[int, ...]]:
        bounds = [0, *self.cuts, len(self.order)]
        return [self.order[start:end] for start, end in pairwise(bounds)]


def places(*source_ids: str) -> tuple[int, ...]:
    """Of these records, in this order, all others behind them as they come."""
    first = [place for one in source_ids for place, line in enumerate(RECORDS) if f'"id": "{one}"' in line]
    return (*first, *(place for place in range(len(RECORDS)) if place not in first))


EVERYTHING = tuple(range(len(RECORDS)))
BY_PUBLICATION = places("rail-1", "salt-1", "salt-2", "fog-1", "grain-1", "tide-1", "tide-2", "bridge-1")


@pytest.fixture(autouse=True)
def _toys(request, monkeypatch):
    if "samples" not in request.fixturenames:
        with_toys(monkeypatch)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """Everything in one run, and then an article forgotten."""
    root = tmp_path_factory.mktemp("reference")
    with pytest.MonkeyPatch.context() as monkeypatch:
        with_toys(monkeypatch)
        store = Store(root / "store")
        run_stages(store, written(root / "all", EVERYTHING))
        forget_article(store, id_of(store, FORGOTTEN))
        run_stages(store)
    assert store.latest().counts["tables"]["articles"] == 10
    return store


def id_of(store, source_id):
    return open_release(store.root)["articles"].filter(source_id=source_id).collect()["article_id"].item()


def written(folder, part):
    """Records in a file of their own each; two in one file could contradict each other."""
    folder.mkdir(exist_ok=True)
    for number, place in enumerate(part):
        (folder / f"{number}.jsonl").write_text(RECORDS[place], encoding="utf-8")
    return [folder / f"{number}.jsonl" for number in range(len(part))]


def arrived(way, root, reference):
    """The store at the end of a way."""
    store = Store(root / "store")
    store.create()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(batches, "BATCH_CHARACTERS", way.batch_characters)
        for number, part in enumerate([*way.parts, ()]):
            if number == way.forgotten_before:
                takedowns = Path("private") / "takedowns"
                shutil.copytree(reference.root / takedowns, store.root / takedowns)
            if part or number >= way.forgotten_before:
                run_stages(store, written(root / str(number), part), workers=way.workers)
    return store


def digest(store):
    return store.latest().data_digest


# ------------------------------------------------------------------------------------------ order, increments, batches


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(Way(EVERYTHING), id="forgotten before it came"),
        pytest.param(Way(BY_PUBLICATION, cuts=(3, 6, 9), forgotten_before=4), id="in order of publication"),
        pytest.param(Way(BY_PUBLICATION[::-1], cuts=(5, 8, 11), forgotten_before=2), id="the latest first"),
        pytest.param(
            Way(places("salt-2", "tide-2"), cuts=(2,), forgotten_before=2), id="copies before originals"
        ),
        pytest.param(Way(places("visa-1")[1:] + places("visa-1")[:1], cuts=(5,)), id="a correction first"),
        pytest.param(
            Way(tuple(sorted(EVERYTHING, key=lambda n: "archive" not in RECORDS[n])), cuts=(1, 7)),
            id="another address first",
        ),
        pytest.param(Way(EVERYTHING * 2, cuts=(8, 20), forgotten_before=3), id="everything twice"),
        pytest.param(Way(EVERYTHING, batch_characters=1, workers=2), id="an article a batch, two workers"),
    ],
)
def test_these_ways_end_in_the_same_release(way, reference, tmp_path):
    store = arrived(way, tmp_path, reference)
    assert digest(store) == digest(reference)
    assert verify(store).problems == ()


@st.composite
def ways(draw):
    order = draw(st.permutations(EVERYTHING))
    cuts = draw(st.sets(st.integers(1, len(order) - 1), max_size=2))
    return Way(
        order=tuple(order),
        cuts=tuple(sorted(cuts)),
        forgotten_before=draw(st.integers(0, len(cuts) + 1)),
        batch_characters=draw(st.sampled_from([1, 500, 1000, WHOLE])),
        workers=draw(st.integers(1, 2)),
    )


@settings(max_examples=5, deadline=None)
@given(way=ways())
def test_any_way_ends_in_the_same_release(way, reference, tmp_path_factory):
    assert digest(arrived(way, tmp_path_factory.mktemp("way"), reference)) == digest(reference)


SENTENCES = [
    "IND met CHN on 2025-08-09.",
    "USA warned IND on 2025-07-31.",
    "CHN aided USA on 2025-08-31.",
    "IND warned USA on 2024-01-01.",
    "IND perhaps aided USA on 2025-08-30.",
    "Nothing happened.",
]


@st.composite
def some_records(draw):
    """Articles, corrections that move them, other addresses, repeated texts of other sources."""
    return [
        {
            "id": f"n{draw(st.integers(1, 3))}",
            "title": draw(st.sampled_from(["Envoys", " Envoys "])),
            "date": draw(st.sampled_from(["2025-07-31", "2025-08-10", "2025-09-01"])),
            "text": draw(st.sampled_from(SENTENCES)),
            "source": draw(st.sampled_from([None, "Wire", "Coast"])),
            "url": draw(st.sampled_from([None, None, "https://wire.example/7", "https://m.wire.example/7"])),
            "updated_at": draw(st.sampled_from([None, "2025-09-02T00:00Z", "2025-09-03T00:00Z"])),
        }
        for _ in range(draw(st.integers(1, 6)))
    ]


@settings(max_examples=4, deadline=None)
@given(records=some_records(), draw=st.data())
def test_the_release_of_any_articles_does_not_depend_on_the_increments(records, draw, tmp_path_factory):
    """One run over everything, or several in any order, with what is known already among what comes."""
    folder = tmp_path_factory.mktemp("increments")
    files = []
    for number, record in enumerate(records):
        files.append(folder / f"{number}.jsonl")
        files[-1].write_text(json.dumps(record), encoding="utf-8")
    at_once, in_parts = Store(folder / "at once"), Store(folder / "in parts")
    run_stages(at_once, files)
    shuffled = draw.draw(st.permutations(files))
    cut = draw.draw(st.integers(1, len(files)))
    again = draw.draw(st.integers(0, 1))
    for part in (shuffled[:cut], shuffled[cut - again :]):
        run_stages(in_parts, part)
    assert digest(in_parts) == digest(at_once)


# ------------------------------------------------------------------------------------------------ what was interrupted


@pytest.mark.parametrize("extracted", [1, 6])
def test_a_run_that_is_interrupted_and_done_again(extracted, reference, tmp_path, monkeypatch):
    """It finds the shards that were finished, and extracts the other articles only."""
    toy_extract, done = batch_work.extract, []

    def extract(one, *, resources):
        if len(done) == extracted:
            raise KeyboardInterrupt
        done.append(one)
        return toy_extract(one, resources=resources)

    store, files = Store(tmp_path / "store"), written(tmp_path / "all", EVERYTHING)
    monkeypatch.setattr(batches, "BATCH_CHARACTERS", 1)
    monkeypatch.setattr(batch_work, "extract", extract)
    with pytest.raises(KeyboardInterrupt):
        run_stages(store, files)
    assert store.versions() == ()
    monkeypatch.setattr(batch_work, "extract", toy_extract)
    run_stages(store, files)
    assert digest(store) == reference.manifest("v0000001").data_digest


def test_the_cache_may_be_cut_and_ordered_as_it_likes(reference, tmp_path, monkeypatch):
    (folder,) = (reference.private_folder / "extractions").iterdir()
    cache = ExtractionCache(folder)
    store = Store(tmp_path / "store")
    store.create()
    other = store.private_folder / "extractions" / folder.name
    other.mkdir(parents=True)
    everything = cache.read(cache.article_ids()).reverse()
    everything[:3].write_parquet(other / "z.parquet")
    everything[3:].write_parquet(other / "a.parquet")
    monkeypatch.setattr(batch_work, "extract", None)
    run_stages(store, written(tmp_path / "all", EVERYTHING))
    assert digest(store) == reference.manifest("v0000001").data_digest


# ---------------------------------------------------------------------------------------------------- what was redacted


def test_a_redacted_version_is_that_of_a_store_that_never_had_the_article(tmp_path):
    """Version by version, to the byte."""
    redacted, never = Store(tmp_path / "redacted"), Store(tmp_path / "never")
    increments = [
        path.read_text(encoding="utf-8").splitlines() for path in sorted(SIX_VERSIONS.glob("*.jsonl"))
    ]
    for number, lines in enumerate(increments[:4]):
        path = tmp_path / f"{number}.jsonl"
        path.write_text("\n".join(lines), encoding="utf-8")
        run_stages(redacted, [path])
        path.write_text("\n".join(line for line in lines if f'"{FORGOTTEN}"' not in line), encoding="utf-8")
        run_stages(never, [path])
    forget_article(redacted, id_of(redacted, FORGOTTEN))
    run_stages(redacted)
    keep_house(redacted, with_purge=True)
    for version in never.versions():
        mine, other = redacted.manifest(version), never.manifest(version)
        assert mine.data_digest == other.data_digest
        assert mine.counts["tables"]["quarantine"] == 0
        assert what_was_accepted(mine) == what_was_accepted(other)
        assert mine.counts["not_in_dyads"] == other.counts["not_in_dyads"]


def what_was_accepted(manifest):
    """The rows of the tables that what was refused does not show in."""
    return {table: rows for table, rows in manifest.counts["tables"].items() if table not in NOT_IN_DIGEST}


# ------------------------------------------------------------------------------------------------- the real extractor


def test_real_articles_give_the_same_whatever_the_way(samples, tmp_path, monkeypatch):
    """One run in this process, or two runs backwards with two workers and batches of other sizes."""
    few = sorted(samples.glob("2025-0[1-4]*.txt"))[:6]
    one, other = Store(tmp_path / "one"), Store(tmp_path / "other")
    run_stages(one, few)
    monkeypatch.setattr(batches, "BATCH_CHARACTERS", 3_000)
    run_stages(other, few[4:])
    run_stages(other, few[:4][::-1], workers=2)
    assert other.latest().run.workers == 2
    assert one.latest().counts["tables"]["events"] > 0
    assert digest(other) == digest(one)
