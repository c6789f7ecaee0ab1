from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.lexicon import (
    CountryName,
    LexiconError,
    Organization,
    PhraseIndex,
    Place,
    load_lexicon,
)

if TYPE_CHECKING:
    from pathlib import Path

COUNTRIES_HEADER = "code\tname\tother_names\tadjectives\tseats\tlatitude\tlongitude\n"


def read(phrase: str) -> tuple[str, str] | None:
    """The code of what a phrase stands for, and as what."""
    match load_lexicon().names.get(phrase):
        case CountryName(country=country, form=form):
            return country.code, form
        case Organization(code=code):
            return str(code), "organization"
        case Place(country=country_code):
            return str(country_code), "place"
    return None


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("U.S.", ("USA", "name")),
        ("America", ("USA", "name")),
        ("Britain", ("GBR", "name")),
        ("Burma", ("MMR", "name")),
        ("Côte d’Ivoire", ("CIV", "name")),
        ("Soviet Union", ("SUN", "name")),
        ("GDR", ("DDR", "name")),
        ("Kosovo", ("XKX", "name")),
        ("Taiwanese", ("TWN", "adjective")),
        ("Frenchmen", ("FRA", "adjective")),
        ("Washington, D.C.", ("USA", "seat")),
        ("Kiev", ("UKR", "seat")),
        ("MOSCOW", ("RUS", "seat")),
        ("European Commission", ("IGO:EU", "organization")),
        ("UN Security Council", ("IGO:UN", "organization")),
        ("Knesset", ("ISR", "organization")),
        ("Hezbollah", ("LBN", "organization")),
        ("Crimea", ("UKR", "place")),
        ("turkey", None),
        ("china", None),
        ("us", None),
        ("Male", None),
    ],
)
def test_names_stand_for_their_countries_and_bodies(phrase, expected):
    assert read(phrase) == expected


def test_every_un_member_is_there():
    assert len(load_lexicon().countries) >= 193 + 20


def test_coordinates_are_those_of_the_capital():
    norway = load_lexicon().countries["NOR"]
    assert (round(norway.latitude), round(norway.longitude)) == (60, 11)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the U.S.-led talks", ["U.S."]),
        ("Sino-Russian and Russian-Turkish", ["Russian", "Russian", "Turkish"]),
        ("Papua New\nGuinea and Guinea", ["Papua New\nGuinea", "Guinea"]),
        ("South Korea, not Korea", ["South Korea", "Korea"]),
        ("Indiana, Nigerians and Malice", ["Indiana", "Nigerians"]),
        ("N’Djamena", ["N’Djamena"]),
    ],
)
def test_phrases_are_found_whole_and_longest_first(text, found):
    assert [text[match.start : match.end] for match in load_lexicon().names.find(text)] == found


@given(st.text(alphabet="abA .-'’é\u0301\n", max_size=60))
def test_matches_never_overlap_and_are_the_phrase(text):
    index = PhraseIndex([("a b", 1), ("a", 2), ("b.b", 3), ("é-a", 4)])
    end = 0
    for match in index.find(text):
        assert match.start >= end
        assert index.get(text[match.start : match.end]) == match.meaning
        end = match.end


def test_case_is_ignored_where_asked():
    index = PhraseIndex([("foreign minister", 1)], ignore_case=True)
    assert [match.start for match in index.find("İ Foreign Minister")] == [2]


def test_loads_fast():
    load_lexicon.cache_clear()
    begin = time.perf_counter()
    load_lexicon()
    assert time.perf_counter() - begin < 1.0  # 0.05 s here; wide, for a loaded machine


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("countries.tsv", "", "no header line"),
        ("countries.tsv", "code\tname\n", r"countries\.tsv:1: the header must be code, name, other_names"),
        ("countries.tsv", COUNTRIES_HEADER + "NOR\tNorway\n", r"countries\.tsv:2: 2 cells where 7"),
        ("countries.tsv", COUNTRIES_HEADER + "no\tNorway\t\t\t\t1\t1\n", r":2: 'no' is not a code"),
        ("countries.tsv", COUNTRIES_HEADER + "XAA\tAland\t\t\t\t91\t1\n", "not on the globe"),
        ("countries.tsv", COUNTRIES_HEADER + "XAA\tAland\t\t\t\tnorth\t1\n", "must be numbers"),
        ("countries.tsv", COUNTRIES_HEADER + "XAA\tA\tB\t\t\t1\t1\nXAB\tB\t\t\t\t1\t1\n", ":3: 'B' already"),
        (
            "offices.tsv",
            "noun\tplural\tkind\tsector\tborrows\nshah\t\tcrown\tGOV\tno\n",
            "'crown' is not one of",
        ),
        (
            "offices.tsv",
            "noun\tplural\tkind\tsector\tborrows\nshah\t\toffice\tKNG\tno\n",
            "not a PLOVER sector",
        ),
        ("offices.tsv", "noun\tplural\tkind\tsector\tborrows\nshah\t\toffice\tGOV\t\n", "not yes or no"),
        ("organizations.tsv", "code\tname\tother_names\tsector\tcountry\tseat\nEU\tE\t\tIGO\t\t\n", "IGO:"),
        ("organizations.tsv", "code\tname\tother_names\tsector\tcountry\tseat\n\tE\t\tGOV\tXQQ\t\n", "'XQQ'"),
        ("places.tsv", "name\tother_names\tkind\tcountry\tlatitude\tlongitude\nA\t\thill\t\t\t\n", "'hill'"),
        ("homonyms.tsv", "name\tother_country\tcues\tother_cues\nMali\t\t\t\n", "needs a country"),
        ("cues.tsv", "cue\twords\nunheard_of\ta\n", "no code reads"),
    ],
)
def test_a_malformed_row_is_an_error_that_says_where(tmp_path: Path, file, content, message):
    (tmp_path / file).write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError, match=message):
        load_lexicon(tmp_path)


def test_a_file_that_is_not_utf8_is_an_error(tmp_path: Path):
    (tmp_path / "countries.tsv").write_bytes(b"\xff\xfe")
    with pytest.raises(LexiconError, match="not UTF-8"):
        load_lexicon(tmp_path)


def test_own_files_extend_and_replace(tmp_path: Path):
    (tmp_path / "countries.tsv").write_text(
        f"# my own\n{COUNTRIES_HEADER}XAA\tFreedonia\tFree State\tFreedonian\tGlory\t1.5\t-2\n",
        encoding="utf-8",
    )
    (tmp_path / "organizations.tsv").write_text(
        "code\tname\tother_names\tsector\tcountry\tseat\n\tFront\tFF\tREB\tXAA\t\n", encoding="utf-8"
    )
    lexicon = load_lexicon(tmp_path)
    assert lexicon.countries["XAA"].adjectives == ("Freedonian",)
    front = lexicon.names.get("FF")
    assert isinstance(front, Organization)
    assert (front.code, front.sector) == ("XAA", "REB")
    assert "NOR" in lexicon.countries
    assert "XAA" not in load_lexicon().countries
