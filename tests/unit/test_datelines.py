import pytest

from tasks.datelines import find_dateline


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("(ALPINE) Envoys met.", "ALPINE"),
        ("(ALPINE- Coast Times) Envoys met.", "ALPINE"),
        ("(CNN)Envoys met.", "CNN"),
        ("\n (Kyodo News) Envoys met.", "Kyodo News"),
        ("(France 24) Envoys met.", "France 24"),
        ("WASHINGTON (Reuters) - Envoys met.", "Reuters"),
        ("MOSCOW, Aug 7 (TASS) -- Envoys met.", "TASS"),
        ("RIO DE JANEIRO, 7 August 2024 (EFE) – Envoys met.", "EFE"),
        ("Rio de Janeiro, Aug. 7 (EFE) — Envoys met.", "EFE"),
        ("Berlin (dpa) - Envoys met.", "dpa"),
        ("GENEVA, March 9, 2024 /PRNewswire/ -- A company met.", "PRNewswire"),
        ("(Reuters) - Envoys met.", "Reuters"),
        ("(Updated) Envoys met.", None),
        ("(Adds quote from envoy) Envoys met.", None),
        ("(see below) Envoys met.", None),
        ("(1) Envoys met.", None),
        ("WASHINGTON (Reuters) Envoys met.", None),
        ("Envoys of the Alpine League (AL) - nine of them - met.", None),
        ("The Alpine League (AL) met.", None),
        ("Envoys met (Reuters) - again.", None),
        ("He said /Envoys/ - no.", None),
        ("()", None),
        ("(", None),
        ("", None),
    ],
)
def test_source_in_dateline(text, source):
    dateline = find_dateline(text)
    assert (dateline.source if dateline else None) == source


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        pytest.param("(ALPINE WIRE) Envoys met.", "Envoys met.", id="agency only"),
        pytest.param("MUSCAT - Oman signed a contract.", "Oman signed a contract.", id="town in capitals"),
        pytest.param("BANDA ACEH, 3 May -- Eleven ships sailed.", "Eleven ships sailed.", id="town and day"),
        pytest.param("MOSCOW, Aug 7 (ALPINE) - Talks began.", "Talks began.", id="town, day and agency"),
        pytest.param("GENEVA — Delegates met.", "Delegates met.", id="long dash"),
        pytest.param("Talks began - and ended - on Monday.", None, id="a dash in a sentence"),
        pytest.param("NATO-led troops left.", None, id="a hyphen"),
        pytest.param("U.S. officials left.", None, id="capitals without a dash"),
        pytest.param("", None, id="empty"),
    ],
)
def test_where_the_dateline_ends(text, rest):
    dateline = find_dateline(text)
    assert (text[dateline.end :].lstrip() if dateline else None) == rest
