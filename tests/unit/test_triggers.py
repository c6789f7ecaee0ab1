from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.plover import EVENT_TYPES
from tasks.extract.inflection import noun_forms, verb_forms
from tasks.extract.triggers import (
    LexiconError,
    load_triggers,
    load_word_classes,
    read_triggers,
    read_word_classes,
    word_class,
)

HEADER = "words\tpos\tobject\ttype\tmode\tframe\tcertainty"
CLASSES = read_word_classes(["class\tpos\tlemmas", "talks\tn\t=talks|meeting", "move\tv\tleave|stop"])
MIN_TRIGGERS = 1500
"""Fewer means that rows of the dictionary were lost."""


@pytest.mark.parametrize(
    ("lemma", "forms"),
    [
        ("visit", {"visit", "visits", "visited", "visiting"}),
        ("stop", {"stop", "stops", "stopped", "stopping"}),
        ("agree", {"agree", "agrees", "agreed", "agreeing"}),
        ("seize", {"seize", "seizes", "seized", "seizing"}),
        ("deny", {"deny", "denies", "denied", "denying"}),
        ("deploy", {"deploy", "deploys", "deployed", "deploying"}),
        ("veto", {"veto", "vetoes", "vetoed", "vetoing"}),
        ("cancel", {"cancel", "cancels", "cancelled", "canceled", "cancelling", "canceling"}),
        ("withdraw", {"withdraw", "withdraws", "withdrew", "withdrawn", "withdrawing"}),
        ("co-host", {"co-host", "co-hosts", "co-hosted", "co-hosting"}),
        ("quit", {"quit", "quits", "quitting"}),
        ("punish", {"punish", "punishes", "punished", "punishing"}),
        ("shoot", {"shoot", "shoots", "shot", "shooting"}),
        ("die", {"die", "dies", "died", "dying"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_verb_forms(lemma, forms):
    assert set(verb_forms(lemma)) == forms


@pytest.mark.parametrize(
    ("lemma", "forms"),
    [
        ("tariff", ("tariff", "tariffs")),
        ("embargo", ("embargo", "embargoes")),
        ("duty", ("duties", "duty")),
        ("ally", ("allies", "ally")),
        ("crisis", ("crises", "crisis")),
        ("aircraft", ("aircraft",)),
        ("convoy", ("convoy", "convoys")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_noun_forms(lemma, forms):
    assert noun_forms(lemma) == forms


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12))
def test_every_lemma_is_among_its_own_forms(lemma):
    assert lemma in verb_forms(lemma)
    assert lemma in noun_forms(lemma)
    assert list(verb_forms(lemma)) == sorted(set(verb_forms(lemma))) or "-" in lemma


def test_the_dictionary_loads_and_covers_every_category():
    triggers = list(load_triggers().triggers())
    assert len(triggers) >= MIN_TRIGGERS
    assert {trigger.event_type for trigger in triggers} == set(EVENT_TYPES)


def test_every_class_that_the_rules_name_is_there():
    for name in (
        "support_verb",
        "reporting_verb",
        "plan_verb",
        "possible_verb",
        "plan_noun",
        "negative_verb",
    ):
        assert word_class(name)
    assert load_word_classes()["talks"].part_of_speech == "n"


def test_a_row_is_read():
    dictionary = read_triggers(
        [HEADER, "hold|sit for\tv\t@talks|big+deal|~with\tCONSULT\t-\t<>subj,with\t-"], CLASSES
    )
    (hold,) = dictionary.candidates("v", "held")
    assert hold.lemma == "hold"
    assert {"talks", "meeting", "meetings"} <= hold.required.nouns
    assert ("big", "deals") in hold.required.modified
    assert hold.required.function_words == {"with"}
    assert hold.frames[0].is_reciprocal
    assert hold.frames[0].actors == hold.frames[0].recipients == ("subj", "with")
    (sit,) = dictionary.candidates("v", "sat")
    assert sit.particles == ("for",)
    assert dictionary.candidates("n", "hold") == ()


def test_alternatives_exclusions_and_weakness_are_read():
    row = "meet\tv\t!deadline\tCONSULT\tvisit\tsubj>obj|<>subj,with\tweak"
    (meet,) = read_triggers([HEADER, row], CLASSES).candidates("v", "met")
    assert not meet.required
    assert "deadlines" in meet.excluded.nouns
    assert [frame.is_reciprocal for frame in meet.frames] == [False, True]
    assert meet.is_weak
    assert meet.mode == "visit"


def test_a_verb_class_names_complements():
    (trigger,) = read_triggers([HEADER, "ask\tv\t@move\tREQUEST\tyield\tsubj>obj\t-"], CLASSES).triggers()
    assert {"leave", "left", "stopped"} <= trigger.required.verbs
    assert not trigger.required.nouns


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("meet\tv\t-\tCONSULT\t-\tsubj>obj", "7 cells"),
        ("meet\tv\t-\t\t-\tsubj>obj\t-", "none empty"),
        ("meet\tx\t-\tCONSULT\t-\tsubj>obj\t-", "part of speech"),
        ("meet\tv\t-\tTALK\t-\tsubj>obj\t-", "'TALK' is no PLOVER category"),
        ("meet\tv\t-\tCONSULT\taerial\tsubj>obj\t-", "no mode 'aerial'"),
        ("meet\tv\t@nothing\tCONSULT\t-\tsubj>obj\t-", "no word class 'nothing'"),
        ("meet\tv\t-\tCONSULT\t-\tsubj\t-", "a frame reads"),
        ("meet\tv\t-\tCONSULT\t-\tsubj>obj>with\t-", "a frame reads"),
        ("meet\tv\t-\tCONSULT\t-\tsubj>Object\t-", "'Object' of the frame"),
        ("meet\tv\t-\tCONSULT\t-\tsubj>\t-", "'' of the frame"),
        ("meet\tv\t-\tCONSULT\t-\tsubj>obj\tsure", "certainty"),
        ("meet||see\tv\t-\tCONSULT\t-\tsubj>obj\t-", "is empty"),
        ("meet\tv\ta||b\tCONSULT\t-\tsubj>obj\t-", "is empty"),
    ],
    ids=lambda value: value if "\t" not in value else "row",
)
def test_a_wrong_row_is_refused_with_its_line(row, message):
    with pytest.raises(LexiconError, match=message) as refusal:
        read_triggers(["# a comment", HEADER, "", row], CLASSES)
    assert "line 4" in str(refusal.value)


def test_a_wrong_header_is_refused():
    with pytest.raises(LexiconError, match="line 1: the header must be"):
        read_triggers(["words\tpos"], CLASSES)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["talks\tn\tmeeting", "talks\tn\tcall"], "line 3: the class 'talks' is there twice"),
        (["talks\tadverb\tsoon"], "line 2: the part of speech"),
    ],
    ids=["twice", "pos"],
)
def test_a_wrong_word_class_is_refused(rows, message):
    with pytest.raises(LexiconError, match=message):
        read_word_classes(["class\tpos\tlemmas", *rows])
