from __future__ import annotations

import re
import shutil
import time
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract import lexicon
from tasks.extract.actors import find_mentions
from tasks.extract.language_model import parse
from tasks.extract.lexicon import (
    CountryName,
    KnownPerson,
    LexiconError,
    Organization,
    OwnLexicon,
    PhraseIndex,
    Place,
    load_lexicon,
    read_own_lexicon,
)
from tasks.extract.lexicon.own import COLUMNS, OwnKind

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
    begin = time.perf_counter()
    load_lexicon(OwnLexicon("never read before", own_content("")))
    assert time.perf_counter() - begin < 1.0  # 0.05 s here; wide, for a loaded machine


@pytest.fixture
def our_files(tmp_path, monkeypatch):
    """A copy of our files, in their place, which a test may spoil."""
    shutil.copytree(lexicon.FOLDER, tmp_path / "ours", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(lexicon, "FOLDER", tmp_path / "ours")
    monkeypatch.setattr(lexicon, "_made", lexicon._made.__wrapped__)
    return tmp_path / "ours"


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
        ("homonyms.tsv", "name\tother_country\tcues\tother_cues\nMali\tXQQ\t\t\n", "'XQQ'"),
    ],
)
def test_a_malformed_row_of_ours_is_an_error_that_says_where(our_files, file, content, message):
    (our_files / file).write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError, match=message):
        load_lexicon()


# ------------------------------------------------------------------------------------------------- a user's own lexicon

OWN = """
# what our desk needs
Altiplano Republic\tthe Altiplano\tcountry\tBOL
Altiplanese\t\tnationality\tBOL
Grey Heron Brigade\tGrey Herons|GHB\torganization\tCHL\tREB\t
Lake States Forum\tLSF\torganization\tIGO:LSF\tIGO
Committee of Nine\t\torganization\t\tOPP
Puerto Quila\t\tplace\tCHL\t\t
harbour master\tharbour masters\toffice\t\tGOV
sea guard\t\tbody\t\tMIL
Irena Solvik\tIrina Solvik\tperson\tNOR\tGOV\tforeign minister
"""


def own_content(rows):
    return ("\t".join(COLUMNS) + "\n" + rows.lstrip("\n")).encode()


def with_own(rows=OWN):
    return load_lexicon(OwnLexicon("mine.tsv", own_content(rows)))


@pytest.mark.parametrize(
    ("phrase", "code", "form"),
    [
        ("Altiplano Republic", "BOL", "name"),
        ("the Altiplano", "BOL", "name"),
        ("ALTIPLANO REPUBLIC", "BOL", "name"),
        ("Altiplanese", "BOL", "adjective"),
    ],
)
def test_own_names_of_countries_and_their_people(phrase, code, form):
    assert with_own().names.get(phrase) == CountryName(load_lexicon().countries[code], form)
    assert load_lexicon().names.get(phrase) is None


@pytest.mark.parametrize(
    ("phrase", "name", "code", "country", "sector"),
    [
        ("GHB", "Grey Heron Brigade", "CHL", "CHL", "REB"),
        ("Lake States Forum", "Lake States Forum", "IGO:LSF", None, "IGO"),
        ("Committee of Nine", "Committee of Nine", None, None, "OPP"),
    ],
)
def test_own_organizations(phrase, name, code, country, sector):
    found = with_own().names.get(phrase)
    assert isinstance(found, Organization)
    assert (found.name, found.code, found.country, found.sector) == (name, code, country, sector)


def test_own_places_offices_and_people():
    mine = with_own()
    place = mine.names.get("Puerto Quila")
    assert isinstance(place, Place)
    assert place.country == "CHL"
    master, guard = mine.offices.get("Harbour Masters"), mine.offices.get("sea guard")
    assert (master.office.kind, master.office.sector, master.is_plural) == ("office", "GOV", True)
    assert (guard.office.kind, guard.office.sector, guard.is_plural) == ("body", "MIL", False)
    person = KnownPerson(
        name="Irena Solvik", code="NOR", country="NOR", sector="GOV", role="foreign minister"
    )
    assert mine.people.get("Irina Solvik") == mine.people.get("Irena Solvik") == person


@pytest.mark.parametrize("phrase", ["grey herons", "altiplanese", "Grey Heron", "irena solvik"])
def test_own_names_are_matched_as_written_and_whole(phrase):
    assert with_own().names.get(phrase) is None
    assert with_own().people.get(phrase) is None


def test_own_rows_go_before_ours():
    mine = with_own(
        "Taiwan\t\tplace\tCHN\n"
        "NATO\t\torganization\tBEL\tMIL\n"
        "president\t\toffice\t\tBUS\n"
        "Georgia\t\tplace\tUSA\n"
    )
    taiwan, nato = mine.names.get("Taiwan"), mine.names.get("NATO")
    assert (taiwan.country, nato.code, nato.sector) == ("CHN", "BEL", "MIL")
    assert mine.offices.get("president").office.sector == "BUS"
    assert "Georgia" not in mine.homonyms
    assert "Lebanon" in mine.homonyms
    assert mine.names.get("Taiwanese") == load_lexicon().names.get("Taiwanese")


def test_ours_stays_as_it_is_beside_an_own_lexicon():
    before = load_lexicon()
    with_own("Taiwan\t\tplace\tCHN\n")
    assert load_lexicon() is before
    assert read("Taiwan") == ("TWN", "name")


def test_a_file_as_spreadsheets_save_it(tmp_path: Path):
    (tmp_path / "mine.tsv").write_bytes(
        b"\xef\xbb\xbf"
        + own_content("\t\t\t\t\t\nGHB \t\torganization\tCHL\tREB\t\n").replace(b"\n", b"\r\n")
    )
    found = load_lexicon(read_own_lexicon(tmp_path / "mine.tsv")).names.get("GHB")
    assert isinstance(found, Organization)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param("Quila\t\tport\tCHL", "kind 'port' is not one of country, nationality,", id="kind"),
        pytest.param("\t\tplace\tCHL", "place needs a name", id="no name"),
        pytest.param("Quila\t\tplace", "place needs a code", id="place without country"),
        pytest.param("Quila\t\tcountry\t\t\t", "country needs a code", id="country without code"),
        pytest.param("Quilan\t\tnationality", "nationality needs a code", id="people without country"),
        pytest.param("Ann Quila\t\tperson", "person needs a code", id="person without side"),
        pytest.param("Quila Front\t\torganization\tCHL", "organization needs a sector", id="no sector"),
        pytest.param("warden\t\toffice", "office needs a sector", id="office without sector"),
        pytest.param("guard\t\tbody", "body needs a sector", id="body without sector"),
        pytest.param("Quila\t\tplace\tCHL\tGOV", "place has no sector: leave it empty", id="place sector"),
        pytest.param("warden\t\toffice\tCHL\tGOV", "office has no code", id="office with code"),
        pytest.param("Front\t\torganization\tCHL\tREB\tchief", "organization has no role", id="role"),
        pytest.param("Quila\t\tplace\tQQQ", "'QQQ' is not the three-letter code of a country", id="code"),
        pytest.param("Quila\t\tplace\tCL", "'CL' is not the three-letter code", id="two letters"),
        pytest.param("Quila\t\tplace\tIGO:UN", "'IGO:UN' is not the three-letter code", id="place of a body"),
        pytest.param("Forum\t\torganization\tIGO:lsf\tIGO", r"'IGO:lsf' .* nor IGO: with", id="body's code"),
        pytest.param("Front\t\torganization\tCHL\tARMY", "'ARMY' is not a PLOVER sector, .* GOV, MIL", id="sector"),
        pytest.param("warden\twardens|keeper\toffice\t\tGOV", "is its plural", id="two plurals"),
        pytest.param("Quila|Port Quila\t\tplace\tCHL", "go into other_names", id="names in one cell"),
        pytest.param("...\t\tplace\tCHL", "is not a name", id="no letters"),
        pytest.param("Quila\tQ|-\tplace\tCHL", "'-' is not a name", id="other name without letters"),
        pytest.param('"Quila"\t\tplace\tCHL', "the name without quotation marks", id="quoted"),
        pytest.param("Quila\t\tplace\tCHL\t\t\tport", "7 cells where 6", id="too many cells"),
        pytest.param("Port\tPuerto Quila\tplace\tCHL", "line 2 says already what 'Puerto Quila'", id="twice"),
        pytest.param("Master\t\toffice\t\tGOV", "line 3 says already what 'master'", id="noun twice"),
        pytest.param("A. Quila\tAnn Quila\tperson\tCHL", "line 4 says already what 'Ann", id="person twice"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_refused_with_its_line(row, message):
    rows = f"Puerto Quila\t\tplace\tCHL\nmaster\t\toffice\t\tGOV\nAnn Quila\t\tperson\tCHL\n# mine\n{row}\n"
    with pytest.raises(LexiconError, match=rf"^mine\.tsv:6: .*{message}"):
        with_own(rows)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "no header line", id="empty"),
        pytest.param(b"# only\n", "no header line", id="only a comment"),
        pytest.param(b"name\tkind\nQuila\tplace\n", ":1: the header must be name, other_names, kind", id="header"),
        pytest.param("name".encode("utf-16"), "not UTF-8", id="encoding"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_lexicon_is_refused(content, message):
    with pytest.raises(LexiconError, match=rf"^mine\.tsv.*{message}"):
        load_lexicon(OwnLexicon("mine.tsv", content))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    for path in (tmp_path / "none.tsv", tmp_path):
        with pytest.raises(LexiconError, match=re.escape(f"{path}: this lexicon cannot be read")):
            read_own_lexicon(path)


def test_one_phrase_may_be_a_name_a_noun_and_a_person():
    mine = with_own("Quila\t\tplace\tCHL\nQuila\t\tperson\tPER\nquila\t\toffice\t\tGOV\n")
    assert mine.names.get("Quila").country == "CHL"
    assert mine.people.get("Quila").country == "PER"
    assert mine.offices.get("Quila") is not None


def test_the_example_of_the_how_to_is_a_lexicon():
    page = (Path(__file__).parents[2] / "docs/how-to/extend-the-lexicon.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```tsv\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    kinds = {line.split("\t")[2] for line in example.splitlines()[1:] if not line.startswith("#")}
    assert kinds == set(get_args(OwnKind))
    load_lexicon(OwnLexicon("mine.tsv", example.encode()))


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        ("Donald Trump praised the plan.", "Donald Trump", "USA"),
        ("Donald Trump praised the plan. Trump will sign it.", "Trump", "USA"),
        ("Mr. Trump praised the plan.", "Trump", None),
        ("Norwegian Foreign Minister Donald Trump praised the plan.", "Donald Trump", "NOR"),
        ("Mikhail Gorbachev spoke.", "Mikhail Gorbachev", "SUN"),
        ("Eva Lundqvist spoke.", "Eva Lundqvist", None),
        ("Tokyo heard President Reagan speak of duties on Japanese chips.", "Reagan", "USA"),
        ("Foreign Minister Reagan spoke.", "Reagan", None),
        ("Japan and China heard the Reagan administration speak.", "administration", "USA"),
    ],
)
def test_known_people_have_their_country_where_the_text_tells_none(text, words, code):
    found = [mention for mention in find_mentions(parse(text)) if mention.text.endswith(words)]
    assert [mention.code for mention in found][-1:] == [code]
