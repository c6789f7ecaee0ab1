"""Who may take part in the events of a sentence."""

from __future__ import annotations

import pytest

from tasks.extract.actors import find_mentions
from tasks.extract.candidates import candidates_by_sentence
from tasks.extract.language_model import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Norway urged Chile to help.", ["Norway", "Chile"]),
        ("Norway urged Chilean troops to help.", ["Norway", "Chilean troops"]),
        ("Norway urged U.S. allies to help.", ["Norway"]),
        ("Norway condemned Chile's opponents.", ["Norway"]),
        ("Norway urged its ally Chile to help.", ["Norway", "Chile"]),
    ],
)
def test_whose_allies_others_are_takes_no_part(text, expected):
    doc = parse(text)
    ((_, candidates),) = candidates_by_sentence(doc, find_mentions(doc))
    assert [candidate.text for candidate in candidates] == expected
