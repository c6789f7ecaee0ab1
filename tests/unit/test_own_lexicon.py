"""What a user's own lexicon changes: in mentions, in what `extract` says, in a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from release_samples import article
from stage_runs import keep_house, run_stages

from tasks import stages
from tasks.extract.actors import find_mentions
from tasks.extract.document import extract
from tasks.extract.language_model import parse
from tasks.extract.lexicon import LexiconError, OwnLexicon, load_lexicon
from tasks.extract.resources import OURS, Resources
from tasks.extract.streams import extract_stream
from tasks.publish import Unchanged
from tasks.release import open_release
from tasks.store import Store

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "name\tother_names\tkind\tcode\tsector\trole\n"
PEOPLE = (
    "Irena Solvik\tIrina Solvik\tperson\tNOR\tGOV\tforeign minister\n"
    "Bruno Quille\t\tperson\tIGO:LSF\t\t\n"
    "Marta Lind\t\tperson\tCHL\n"
)
BRIGADE = "Grey Heron Brigade\tGrey Herons\torganization\tCHL\tREB\n"
TEXT = "The Grey Herons attacked a Norwegian freighter on Thursday."


def own(rows):
    return OwnLexicon("mine.tsv", (HEADER + rows).encode())


def person(text, words):
    """Whom the mention of these words resolves to, and what is known of them."""
    found = find_mentions(parse(text), lexicon=load_lexicon(own(PEOPLE)))
    (one,) = [mention for mention in found if mention.text == words]
    return one.name, one.code, one.sector, one.role


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        pytest.param(
            "Irena Solvik accused Chile of negligence.",
            "Irena Solvik",
            ("Irena Solvik", "NOR", "GOV", "foreign minister"),
            id="the text says nothing",
        ),
        pytest.param(
            "Irina Solvik accused Chile of negligence. Later Solvik praised Peru.",
            "Solvik",
            ("Irena Solvik", "NOR", "GOV", "foreign minister"),
            id="another spelling, then the surname",
        ),
        pytest.param(
            "Irena Solvik arrived in Lima. She praised Peru.",
            "She",
            ("Irena Solvik", "NOR", "GOV", "foreign minister"),
            id="a pronoun",
        ),
        pytest.param(
            "Former judge Irena Solvik accused Chile of negligence.",
            "Irena Solvik",
            ("Irena Solvik", "NOR", "ELI", "Former judge"),
            id="the text says the role",
        ),
        pytest.param(
            "Norway's Irena Solvik accused Chile of negligence.",
            "Irena Solvik",
            ("Irena Solvik", "NOR", "GOV", "foreign minister"),
            id="the text says the side",
        ),
        pytest.param(
            "Peruvian lawmaker Irena Solvik accused Chile of negligence.",
            "Irena Solvik",
            ("Irena Solvik", "PER", "LEG", "lawmaker"),
            id="the text says another side: a namesake",
        ),
        pytest.param(
            "Irena Solvik's spokesman Hugo Brandt praised Peru.",
            "Hugo Brandt",
            ("Hugo Brandt", "NOR", None, "spokesman"),
            id="a spokesman of theirs",
        ),
        pytest.param(
            "Bruno Quille accused Chile of negligence.",
            "Bruno Quille",
            ("Bruno Quille", "IGO:LSF", None, None),
            id="who acts for a body",
        ),
        pytest.param(
            "The Peruvian minister Ada Ruiz met Marta Lind, her spokeswoman, in Lima.",
            "Ada Ruiz",
            ("Ada Ruiz", "PER", "GOV", "minister"),
            id="others are left alone",
        ),
    ],
)
def test_a_person_is_what_the_text_says_and_else_what_the_lexicon_says(text, words, expected):
    assert person(text, words) == expected


def test_a_name_inside_another_name_is_no_person():
    found = find_mentions(
        parse("The Marta Lind Foundation accused Chile of negligence."), lexicon=load_lexicon(own(PEOPLE))
    )
    assert [mention.text for mention in found if mention.kind == "person"] == []


def test_extract_finds_what_the_lexicon_adds():
    ours, theirs = (
        [found for _, found in extract_stream([article(TEXT)], resources=resources)]
        for resources in (OURS, Resources(lexicon=own(BRIGADE)))
    )
    assert ours[0]["events"] == []
    (event,) = theirs[0]["events"]
    assert event["event_type"] == "ASSAULT"
    assert [one["name"] for one in event["participants"]] == ["Grey Heron Brigade", "Norway"]


def test_a_place_of_their_own_takes_part_as_its_country():
    rows = f"{BRIGADE}Puerto Quila\t\tplace\tPER\n"
    found = extract(article("The Grey Herons attacked Puerto Quila."), resources=Resources(lexicon=own(rows)))
    assert [one.mention.code for event in found.events for one in event.participants] == ["CHL", "PER"]


# ----------------------------------------------------------------------------------------------------------- in a store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "2025-05-02_heron.txt"
    path.write_text(f"Quay attack strains ties\n\n{TEXT}\n", encoding="utf-8")
    return path


def event_types(store):
    return set(open_release(store.root)["events"].collect()["event_type"])


def test_a_store_is_extracted_again_when_the_content_changes_and_only_then(store, source, tmp_path: Path):
    mine, moved = tmp_path / "mine.tsv", tmp_path / "moved.tsv"
    run_stages(store, [source])
    assert event_types(store) == set()
    mine.write_text(HEADER + BRIGADE, encoding="utf-8")
    run_stages(store, lexicon=mine)
    assert event_types(store) == {"ASSAULT"}
    provenance = store.latest().provenance
    assert provenance.settings["lexicon"] == str(mine)
    assert provenance.input_digests["lexicon"] == own(BRIGADE).sha256
    mine.rename(moved)
    assert isinstance(run_stages(store, lexicon=moved), Unchanged)
    moved.write_text(HEADER + "# none yet\n", encoding="utf-8")
    run_stages(store, lexicon=moved)
    assert event_types(store) == set()
    assert store.versions() == ("v0000001", "v0000002", "v0000003")
    digests = [store.manifest(version).data_digest for version in store.versions()]
    assert digests[0] == digests[2] != digests[1]


def test_a_run_keeps_to_the_lexicon_that_it_began_with(store, source, tmp_path, monkeypatch):
    """Its version and its rows are of one content, whatever becomes of the file meanwhile."""
    mine, ingest = tmp_path / "mine.tsv", stages.ingest_stage
    mine.write_text(HEADER + BRIGADE, encoding="utf-8")

    def ingest_while_it_goes(run, sources):
        mine.unlink()
        return ingest(run, sources)

    monkeypatch.setattr(stages, "ingest_stage", ingest_while_it_goes)
    run_stages(store, [source], lexicon=mine)
    assert event_types(store) == {"ASSAULT"}
    assert store.latest().provenance.input_digests["lexicon"] == own(BRIGADE).sha256


def test_a_wrong_lexicon_is_refused_before_any_work(store, source, tmp_path: Path):
    (tmp_path / "mine.tsv").write_text(f"{HEADER}Quila\t\tport\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"mine\.tsv:2: the kind 'port'"):
        run_stages(store, [source], lexicon=tmp_path / "mine.tsv")
    assert [*store.private_folder.rglob("*.parquet")] == []


def test_housekeeping_keeps_what_the_next_run_will_use_and_needs_no_lexicon(
    store, source, tmp_path, monkeypatch
):
    mine = tmp_path / "mine.tsv"
    mine.write_text(HEADER + BRIGADE, encoding="utf-8")
    run_stages(store, [source], lexicon=mine)
    mine.unlink()
    monkeypatch.setattr(stages, "extractor_version", lambda _, *, lexicon, coder: f"later-{lexicon or coder}")
    caches = store.private_folder / "extractions"
    for lexicon in (own(BRIGADE).sha256, None):
        (caches / f"later-{lexicon}").mkdir()
    assert keep_house(store, with_purge=False).caches == ("later-None",)
