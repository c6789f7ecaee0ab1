from __future__ import annotations

import pytest

from tasks.extract.actors import find_mentions
from tasks.extract.language_model import parse


def mentions_of(text: str, words: str, *, title: str = ""):
    return [m for m in find_mentions(parse(text), title=title) if m.text == words]


@pytest.mark.parametrize(
    ("text", "pronoun", "name"),
    [
        ("Eva Berg said she would go.", "she", "Eva Berg"),
        ("Peter Lund met Eva Berg. He left early.", "He", "Peter Lund"),
        ("Igor Sokolov praised his deputy.", "his", "Igor Sokolov"),
        ("Peter Lund's book sold well, although he hated it.", "he", "Peter Lund"),
        ("Mr. Lund and Ms. Berg spoke. She was brief.", "She", "Berg"),
        ("Russia said its forces had left.", "its", "Russia"),
        ("Norway rejected the plan. It called the plan unfair.", "It", "Norway"),
    ],
)
def test_pronouns_with_one_antecedent(text, pronoun, name):
    (found,) = mentions_of(text, pronoun)
    assert (found.how, found.name) == ("pronoun", name)


@pytest.mark.parametrize(
    ("text", "pronoun"),
    [
        ("He left early.", "He"),
        ("Igor Sokolov and Peter Lund spoke. He was brief.", "He"),
        ("Norway agreed. It is likely that talks resume.", "It"),
        ("Peter Lund told him.", "him"),
        ("It rained in Oslo.", "It"),
    ],
)
def test_pronouns_without_a_clear_antecedent_are_no_mentions(text, pronoun):
    assert mentions_of(text, pronoun) == []


@pytest.mark.parametrize(
    ("text", "group", "members"),
    [
        (
            "Norway and Chile opened talks. The two countries will meet again.",
            "The two countries",
            ["NOR", "CHL"],
        ),
        ("Talks between Tehran and Riyadh resumed. Both sides were content.", "Both sides", ["IRN", "SAU"]),
        (
            "The Norway-Chile council met in Lima. Peru and others watched it. The two nations trade fish.",
            "The two nations",
            ["NOR", "CHL"],
        ),
        (
            "Polish Prime Minister Jan Wolski met German Chancellor Anna Weber. Both leaders smiled.",
            "Both leaders",
            ["POL", "DEU"],
        ),
        (
            "Polish Prime Minister Jan Wolski met German Chancellor Anna Weber. The countries signed a pact.",
            "The countries",
            ["POL", "DEU"],
        ),
    ],
)
def test_groups_stand_for_their_two_members(text, group, members):
    (found,) = mentions_of(text, group)
    assert found.how == "nominal"
    assert [member.code for member in found.members] == members
    assert found.code is None


def test_leaders_are_persons_and_countries_are_countries():
    text = "Polish Prime Minister Jan Wolski met German Chancellor Anna Weber. Both leaders praised the countries."
    assert [m.name for m in mentions_of(text, "Both leaders")[0].members] == ["Jan Wolski", "Anna Weber"]
    assert [m.name for m in mentions_of(text, "the countries")[0].members] == ["Poland", "Germany"]


def test_the_title_may_name_the_pair():
    text = "Norway spoke of fish, Chile of copper, Peru of gold. The two countries signed."
    (found,) = mentions_of(text, "The two countries", title="Norway, Chile sign pact")
    assert [member.code for member in found.members] == ["NOR", "CHL"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Norway, Chile and Peru met. The two countries signed.", "The two countries"),
        ("The two leaders met.", "The two leaders"),
        ("Norway and Chile sent the two ships.", "the two"),
        ("Norway met Chile. Other African countries stayed away.", "countries"),
    ],
)
def test_groups_without_two_clear_members_are_no_mentions(text, words):
    assert mentions_of(text, words) == []


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        ("Peru held a vote. The country was calm.", "The country", "PER"),
        ("The EU met on Monday. The bloc agreed on a budget.", "The bloc", "IGO:EU"),
        ("Saudi Arabia cut output. The kingdom gave no reason.", "The kingdom", "SAU"),
    ],
)
def test_the_country_where_one_is_meant(text, words, code):
    (found,) = mentions_of(text, words)
    assert (found.how, found.code) == ("nominal", code)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Peru met Chile. The country was calm.", "The country"),
        ("Peru held a vote. The kingdom was calm.", "The kingdom"),
        ("Peru held a vote. The bloc was calm.", "The bloc"),
    ],
)
def test_the_country_where_several_or_none_are_meant(text, words):
    assert mentions_of(text, words) == []


def test_a_counterpart_has_the_office_of_the_one_it_is_the_counterpart_of():
    text = "Kenyan Trade Minister Grace Otieno wrote to her Danish counterpart Lars Holm. Holm agreed."
    for found in mentions_of(text, "Lars Holm") + mentions_of(text, "Holm"):
        assert (found.name, found.country, found.sector) == ("Lars Holm", "DNK", "GOV")
        assert found.role == "Trade Minister"


def test_the_president_is_the_only_one_that_was_named():
    text = "Nigerian President Sani Bello spoke in Peru. The president was brief."
    (found,) = mentions_of(text, "president")
    assert (found.how, found.name, found.country) == ("nominal", "Sani Bello", "NGA")


def test_an_owned_body_acts_for_its_owner():
    text = "Peru said its parliament would vote, and Chile waited."
    (found,) = mentions_of(text, "parliament")
    assert found.code == "PER"
