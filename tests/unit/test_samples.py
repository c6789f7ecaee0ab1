"""The sample articles that ship with detente are what samples/README.md says they are."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
MARKER = "This is a made-up sample article of the detente project."
HEADER = re.compile(r" date (\d{4}-\d{2}-\d{2}) \d+")
TABLE_ROW = re.compile(r"^\| (?P<first>[^|]+) \| (?P<second>[^|]+) \| (?P<third>[^|]+) \|$", re.MULTILINE)
CODE = re.compile(r"[A-Z]{3}|IGO:[A-Z]+")

NEAR_IDENTICAL_ABOVE = 0.6
"""Jaccard of word 5-grams; a lightly edited copy keeps more than this, two articles on one topic far less."""
UNRELATED_BELOW = 0.05

OFFICES = (
    r"(?:President|Minister|minister|Secretary|Ambassador|spokesman|spokeswoman|lawmaker|Admiral|General|Colonel|"
    r"counterpart|adviser|colleague)"
)
TITLED_NAME = re.compile(
    OFFICES + r",? (?:Rear Admiral |Brigadier General )?((?:[A-Z][a-z]+ )+(?:al-)?[A-Z][a-z]+(?:-[a-z]+)?)"
)
"""An office followed by a full name: who must be in the README's list of people."""


@dataclass(frozen=True)
class Sample:
    name: str
    title: str
    date: str
    text: str


def _read_text_files() -> tuple[dict[str, Sample], dict[str, str]]:
    """The articles with a date line, and the raw text of the files without."""
    whole: dict[str, Sample] = {}
    broken: dict[str, str] = {}
    for path in sorted(SAMPLES.glob("*.txt")):
        content = path.read_text(encoding="utf-8")
        first, _, rest = content.partition("\n")
        if header := HEADER.fullmatch(first):
            title, _, text = rest.partition("\n")
            whole[path.name] = Sample(path.name, title, header[1], text.rstrip("\n"))
        else:
            broken[path.name] = content
    return whole, broken


def _read_records() -> tuple[dict[str, Sample], dict[int, str], list[dict[str, str]]]:
    """The readable records, the lines that are no JSON by number, and the records as they stand."""
    whole: dict[str, Sample] = {}
    broken: dict[int, str] = {}
    raw: list[dict[str, str]] = []
    for number, line in enumerate(
        (SAMPLES / "agency.jsonl").read_text(encoding="utf-8").splitlines(), start=1
    ):
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            broken[number] = line
            continue
        raw.append(record)
        whole[record["id"]] = Sample(record["id"], record["title"], record["date"], record["text"])
    return whole, broken, raw


def _five_grams(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.removesuffix(MARKER).lower())
    return set(zip(*(words[start:] for start in range(5)), strict=False))


def _rows(heading: str) -> list[tuple[str, str, str]]:
    """The rows of the README's table below a heading, without its header."""
    section = README.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [(row["first"], row["second"], row["third"]) for row in TABLE_ROW.finditer(section)][1:]


README = (SAMPLES / "README.md").read_text(encoding="utf-8")
TEXT_FILES, BROKEN_FILES = _read_text_files()
RECORDS, BROKEN_LINES, RAW_RECORDS = _read_records()
WHOLE = TEXT_FILES | RECORDS
EVERY_TEXT = "\n".join(
    [*(sample.text for sample in WHOLE.values()), *BROKEN_FILES.values(), *BROKEN_LINES.values()]
)
PEOPLE = {name: country for name, country, _ in _rows("The people")}

each_article = pytest.mark.parametrize(
    "sample", [pytest.param(sample, id=name) for name, sample in WHOLE.items()]
)


def test_there_are_sixteen_dated_files_and_eight_records() -> None:
    assert (len(TEXT_FILES), len(RECORDS)) == (16, 8)


def test_exactly_two_are_broken_each_in_its_own_way() -> None:
    assert list(BROKEN_FILES) == ["broken-no-date_dili-canberra-gas.txt"]
    assert list(BROKEN_LINES) == [5]


def test_the_broken_file_gives_no_date_anywhere() -> None:
    (name, content), *_ = BROKEN_FILES.items()
    assert not re.search(r"\d{4}-?\d{2}-?\d{2}", name + content)


def test_the_broken_line_is_a_record_cut_off() -> None:
    assert BROKEN_LINES[5].startswith('{"id": "sample-agency-')
    assert not BROKEN_LINES[5].endswith("}")


@each_article
def test_the_last_paragraph_says_that_the_article_is_made_up(sample: Sample) -> None:
    assert sample.text.split("\n")[-1] == MARKER


@pytest.mark.parametrize("content", [*BROKEN_FILES.values(), *BROKEN_LINES.values()], ids=["file", "line"])
def test_the_broken_ones_say_it_too(content: str) -> None:
    assert MARKER in content


@each_article
def test_an_article_is_of_a_day_of_2025(sample: Sample) -> None:
    assert date(2025, 1, 1) <= date.fromisoformat(sample.date) <= date(2025, 10, 31)


@each_article
def test_an_article_has_a_wires_length(sample: Sample) -> None:
    assert 130 <= len(sample.text.split()) <= 350


@each_article
def test_an_article_has_a_title_and_whole_paragraphs(sample: Sample) -> None:
    assert sample.title == sample.title.strip() != ""
    for paragraph in sample.text.split("\n"):
        assert paragraph == " ".join(paragraph.split()) != ""
        assert paragraph[-1] in '.:"”'


@pytest.mark.parametrize("sample", [pytest.param(sample, id=name) for name, sample in TEXT_FILES.items()])
def test_a_file_is_named_by_its_date(sample: Sample) -> None:
    assert sample.name.startswith(f"{sample.date}_")


@pytest.mark.parametrize("record", [pytest.param(record, id=record["id"]) for record in RAW_RECORDS])
def test_a_record_names_its_source_and_an_address_that_cannot_exist(record: dict[str, str]) -> None:
    assert set(record) == {"id", "title", "date", "text", "source", "url"}
    assert record["source"] == "Sample Agency"
    assert record["url"].startswith("https://example.org/")


def test_titles_and_addresses_are_unique() -> None:
    assert len({sample.title for sample in WHOLE.values()}) == len(WHOLE)
    assert len({record["url"] for record in RAW_RECORDS}) == len(RAW_RECORDS)


def test_exactly_one_pair_is_near_identical_and_all_others_are_unrelated() -> None:
    grams = {name: _five_grams(sample.text) for name, sample in WHOLE.items()}
    overlap = {
        (one, other): len(grams[one] & grams[other]) / len(grams[one] | grams[other])
        for one, other in combinations(sorted(grams), 2)
    }
    alike = [pair for pair, share in overlap.items() if share > NEAR_IDENTICAL_ABOVE]
    assert alike == [("2025-02-04_sofia-moscow-expulsions.txt", "sample-agency-0204-sofia")]
    assert max(share for pair, share in overlap.items() if pair not in alike) < UNRELATED_BELOW


def test_the_readme_lists_every_article_with_its_date() -> None:
    listed = {names.split("`")[-2]: day for names, day, _ in _rows("The articles") if "line 5" not in names}
    assert listed == {
        **{name: sample.date for name, sample in WHOLE.items()},
        **dict.fromkeys(BROKEN_FILES, "none"),
    }


def test_no_name_of_a_person_is_used_in_two_countries() -> None:
    names = [name for name, _, _ in _rows("The people")]
    assert [name for name, times in Counter(names).items() if times > 1] == []
    countries: dict[str, set[str]] = {}
    for name, country in PEOPLE.items():
        assert CODE.fullmatch(country), name
        for part in name.split():
            countries.setdefault(part, set()).add(country)
    assert {part: found for part, found in countries.items() if len(found) > 1} == {}


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_in_the_readme_is_in_an_article(name: str) -> None:
    assert name in EVERY_TEXT


def test_everybody_with_an_office_is_in_the_readme() -> None:
    titled = {match[1] for match in TITLED_NAME.finditer(EVERY_TEXT)}
    assert len(titled) > 30
    assert titled - PEOPLE.keys() == set()
