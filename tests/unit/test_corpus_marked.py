from __future__ import annotations

from math import isnan

import pytest
from corpus_samples import TWO_EVENTS, items
from hypothesis import given
from hypothesis import strategies as st

from tasks.corpus.items import CorpusError
from tasks.corpus.marked import read_label, read_marked, unmarked
from tasks.corpus.second_pass import agreement, differ, keyed, read_sheet, sheet

HEAD = "# body 2000s east-asia\n"
SENTENCE = "[a Seoul] [t thanked] [b Ulan Bator]."


def words(item, role):
    return item["text"][slice(*item[role])]


def test_marks_become_offsets():
    first, second, third, *_ = items()
    assert words(first, "actor") == "Norway's parliament"
    assert words(first, "recipient") == "an Icelandic offer"
    assert words(first, "trigger") == "rejected"
    assert (first["event_type"], first["mode"], first["status"]) == ("REJECT", "change", "actual")
    assert first["contexts"] == ["legislative", "natural_resource"]
    assert words(second, "actor") == "trawlermen"
    assert third["event_type"] == "NONE"
    assert "[" not in first["text"]
    assert (first["kind"], first["period"], first["region"]) == ("lead", "1990s", "western-europe")


def test_marks_may_nest():
    text, marks = unmarked("[a the army of [b Mali]] left")
    assert [text[slice(*marks[letter])] for letter in "ab"] == ["the army of Mali", "Mali"]


@given(st.lists(st.sampled_from(["Mali", "left", "on", "Monday"]), min_size=1, max_size=8), st.data())
def test_marks_never_change_the_sentence(spoken, data):
    marked = list(spoken)
    chosen = data.draw(st.lists(st.integers(0, len(spoken) - 1), unique=True, max_size=5))
    for letter, at in zip("abcde", chosen, strict=False):
        marked[at] = f"[{letter} {spoken[at]}]"
    text, marks = unmarked(" ".join(marked))
    assert text == " ".join(spoken)
    assert [text[slice(*marks[letter])] for letter in sorted(marks)] == [spoken[at] for at in chosen]


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        pytest.param(SENTENCE + "\na>b | NONE", "without a head", id="no head"),
        pytest.param(HEAD + SENTENCE, "followed by a sentence and its items", id="no item"),
        pytest.param(HEAD + "[a Seoul left\na>b | NONE", "not closed", id="not closed"),
        pytest.param(HEAD + "Seoul] left\na>b | NONE", "closes nothing", id="closes nothing"),
        pytest.param(HEAD + "[a Seoul] left [a Busan]\na>b | NONE", "used twice", id="a letter twice"),
        pytest.param(HEAD + "[Seoul] left\na>b | NONE", "opens no mark", id="a bracket of the text"),
        pytest.param(HEAD + "Seoul  left\na>b | NONE", "white space", id="two spaces"),
        pytest.param("# body 2000s\n", "a head has", id="half a head"),
        pytest.param(HEAD + SENTENCE + "\na>c | NONE", "no mark c", id="no such mark"),
        pytest.param(HEAD + SENTENCE + "\nSUPPORT", "begins with", id="no pair"),
        pytest.param(HEAD + SENTENCE + "\na>b | SUPPORT | - | actual", "an event has", id="half a label"),
        pytest.param(
            HEAD + SENTENCE + "\na>b | SUPPORT | - | actual | x | -", "no mark x", id="no such trigger"
        ),
        pytest.param(
            HEAD + SENTENCE + '\na>b | SUPPORT | - | actual | "praised" | -',
            "does not stand",
            id="other words",
        ),
    ],
)
def test_marked_text_that_cannot_be_read(marked, message):
    with pytest.raises(CorpusError, match=message) as error:
        read_marked(marked)
    assert str(error.value).startswith("line ")


def test_a_trigger_may_be_given_by_its_words():
    label = read_label('AID | - | actual | "aid" | -', "Oslo said that it had sent aid.", {})
    assert label["trigger"] == [27, 30]  # not the one in "said"


def test_a_sheet_shows_the_pairs_and_no_label():
    shown = sheet(items())
    assert shown.splitlines()[:4] == [
        (
            "1 [a Norway's parliament] on Monday rejected [b an Icelandic offer] to share the capelin catch, hours before "
            "[c trawlermen] blockaded the port of [d Vardo]."
        ),
        "1 a>b |",
        "1 b>a |",
        "1 c>d |",
    ]
    assert "REJECT" not in shown


def test_the_first_pass_agrees_with_itself():
    labels = dict(keyed(items()))
    figures = agreement([(label, label) for label in labels.values()])
    assert (figures.event_type, figures.kappa, figures.mode, figures.contexts, figures.trigger) == (
        1,
        1,
        1,
        1,
        1,
    )


def test_agreement_by_field():
    filled = (
        '1 a>b | REJECT | yield | actual | "rejected an" | natural_resource\n'
        "1 b>a | NONE\n"
        '1 c>d | COERCE | restrict | actual | "blockaded" | -\n'
    )
    first = dict(keyed(items()))
    second = read_sheet(filled, items())
    pairs = [(first[key], label) for key, label in second.items()]
    figures = agreement(pairs)
    assert figures.items == 3
    assert figures.event_type == pytest.approx(2 / 3)
    assert 0 < figures.kappa < figures.event_type
    assert (figures.mode, figures.status, figures.trigger) == (0, 1, 1)
    assert figures.contexts == pytest.approx(2 / 3)
    assert [differ(*pair) for pair in pairs] == [["mode"], [], ["event_type", "mode"]]


def test_a_party_inside_a_party_is_marked_inside_it():
    nested = read_marked(HEAD + "[a the army of [b Mali]] left [c Gao].\na>c | NONE\nb>c | NONE")
    assert sheet(nested).splitlines()[0] == "1 [a the army of [b Mali]] left [c Gao]."


def test_nothing_agrees_with_nothing():
    figures = agreement([(dict(keyed(items()))[1, "a>b", 0], {"event_type": "NONE"})])
    assert figures.event_type == 0
    assert all(
        isnan(getattr(figures, name)) for name in ("mode", "status", "reciprocal", "trigger", "contexts")
    )


@pytest.mark.parametrize("filled", ["", "1 a>b |\n", "1 [a Norway] | [b Sweden] met.\n"])
def test_a_sheet_that_nobody_filled(filled):
    with pytest.raises(CorpusError, match="no label"):
        read_sheet(filled, items())


@pytest.mark.parametrize(
    "filled",
    [
        pytest.param("9 a>b | NONE", id="no such sentence"),
        pytest.param("1 d>a | NONE", id="no such pair"),
        pytest.param("1 a>b | NONE\n1 a>b | NONE", id="too often"),
        pytest.param("1 a>b NONE", id="no bar"),
        pytest.param("1 a>b | RJECT", id="a slip"),
    ],
)
def test_a_label_that_cannot_be_filed(filled):
    with pytest.raises(CorpusError, match=r"not asked|too often|a bar parts|unknown|an event has"):
        read_sheet(filled, items())


def test_a_sheet_has_a_line_for_each_event_of_a_pair():
    """Whose order of marking was the other one: the sheet asks in the order of the text, and does not tell it."""
    labelled = items(TWO_EVENTS)
    assert sheet(labelled) == sheet([labelled[1], labelled[0], labelled[2]])
    assert sheet(labelled).splitlines()[1:] == ["1 b>a |", "1 b>a |", "1 c>a |"]


def test_events_of_a_pair_are_read_in_the_order_of_the_text():
    filled = (
        '1 b>a | REQUEST | change | actual | "was asked" | -\n'
        '1 b>a | REJECT | - | actual | "denied" | military\n1 c>a | NONE\n'
    )
    for order in (items(TWO_EVENTS), [items(TWO_EVENTS)[at] for at in (2, 1, 0)]):
        first = dict(keyed(order))
        second = read_sheet(filled, order)
        assert {key: label["event_type"] for key, label in second.items()} == {
            (1, "b>a", 0): "REQUEST",
            (1, "b>a", 1): "REJECT",
            (1, "c>a", 0): "NONE",
        }
        assert [differ(first[key], label) for key, label in second.items()] == [["mode"], [], []]
        assert agreement([(first[key], label) for key, label in second.items()]).trigger == 1


def test_an_event_that_nobody_labelled_leaves_the_next_one_its_place():
    filled = '1 b>a |\n1 b>a | REJECT | - | actual | "denied" | -'
    assert list(read_sheet(filled, items(TWO_EVENTS))) == [(1, "b>a", 1)]


@pytest.mark.parametrize("last", ["1 b>a | NONE", "1 c>a | NONE\n1 c>a | NONE"])
def test_a_line_more_than_was_asked(last):
    filled = (
        f'1 b>a | REQUEST | - | actual | "was asked" | -\n1 b>a | REJECT | - | actual | "denied" | -\n{last}'
    )
    with pytest.raises(CorpusError, match="too often"):
        read_sheet(filled, items(TWO_EVENTS))
