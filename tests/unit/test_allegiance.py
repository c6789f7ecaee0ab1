"""For whom state actors act where no word says so: signs of the context, and no default."""

from __future__ import annotations

import pytest

from tasks.extract.actors import find_mentions
from tasks.extract.language_model import parse

TWO_SIDES = "Norway and Chile have quarrelled over cod since May. Norway closed ports in June, Chile in July."


def code_of(text: str, words: str) -> str | None:
    return next((m.code for m in find_mentions(parse(text)) if m.text == words), None)


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        (f"{TWO_SIDES}\n\nIn Oslo, Foreign Minister Eva Berg said she was sorry.", "Eva Berg", "NOR"),
        (
            f"{TWO_SIDES}\n\nForeign Minister Eva Berg told reporters in Oslo that she was sorry.",
            "Eva Berg",
            "NOR",
        ),
        (
            f'{TWO_SIDES}\n\nA second Chilean ship has sailed. "The Chileans should take care," Foreign Ministry spokesman Jan Lund said in Oslo.',
            "Jan Lund",
            "NOR",
        ),
        (f"{TWO_SIDES}\n\nNorway would not retaliate, Foreign Minister Eva Berg said.", "Eva Berg", "NOR"),
        (f"{TWO_SIDES}\n\nForeign Minister Eva Berg accused Chile of piracy.", "Eva Berg", "NOR"),
        (
            f"{TWO_SIDES}\n\nFisheries Minister Eva Berg thanked her Chilean counterpart, Luis Rojas.",
            "Eva Berg",
            "NOR",
        ),
        (
            f"{TWO_SIDES}\n\nNorway lent boats. The navy of the kingdom left. The Defence Ministry was content.",
            "Defence Ministry",
            "NOR",
        ),
        (f"{TWO_SIDES}\n\nThe Defence Ministry in Santiago denied it.", "Defence Ministry", "CHL"),
        (
            "Chile met Norway. Chile was angry, and Chile left. Norwegian Foreign Minister Eva Berg spoke. Foreign Minister Luis Rojas wept.",
            "Luis Rojas",
            "CHL",
        ),
    ],
)
def test_the_context_tells_the_side(text, words, code):
    assert code_of(text, words) == code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Norway and Chile met in Lima. Foreign Minister Eva Berg was late.", "Eva Berg"),
        ("Norway and Chile met in Lima. Eva Berg, a seamstress, was late.", "Eva Berg"),
        ("Norway and Chile met in Lima. A minister was late.", "minister"),
        ("Norway and Chile met in Lima. The company was late.", "company"),
        ("Foreign Minister Eva Berg was late.", "Eva Berg"),
    ],
)
def test_without_a_clear_sign_nobody_gets_a_side(text, words):
    assert code_of(text, words) is None


def test_a_side_that_was_weighed_is_less_sure_than_one_that_is_stated():
    text = f"{TWO_SIDES}\n\nIn Oslo, Foreign Minister Eva Berg met Chilean Finance Minister Luis Rojas."
    found = {m.text: m for m in find_mentions(parse(text))}
    assert found["Luis Rojas"].confidence == 1
    assert 0.5 < found["Eva Berg"].confidence < 1


def test_each_country_has_one_holder_of_an_office():
    text = (
        "Norwegian Foreign Minister Eva Berg spoke in Oslo. Norway and Chile met."
        " Foreign Minister Luis Rojas listened."
    )
    assert code_of(text, "Luis Rojas") != "NOR"
