from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.inflection import noun_forms, verb_forms
from tasks.extract.word_classes import (
    LexiconError,
    load_word_classes,
    read_word_classes,
    word_class,
)

HEADER = "class	pos	lemmas"


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


NAMED = re.compile(r'word_class\(\s*"(\w+)"')


def test_every_class_that_a_rule_names_is_there():
    named = {name for path in Path("tasks").rglob("*.py") for name in NAMED.findall(path.read_text("utf-8"))}
    assert named
    assert named <= load_word_classes().keys()


def test_a_class_is_inflected_by_its_part_of_speech():
    classes = read_word_classes(
        ["# a comment", HEADER, "", "talks\tn\t=talks|meeting", "move\tv\tleave", "firm\ta\tfirm"]
    )
    assert classes["talks"].forms == {"talks", "meeting", "meetings"}
    assert classes["move"].forms == {"leave", "leaves", "left", "leaving"}
    assert classes["firm"].forms == {"firm"}
    assert classes["move"].lemmas == ("leave",)


def test_an_unknown_class_is_an_error():
    with pytest.raises(KeyError):
        word_class("nothing")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["class\tlemmas"], "line 1: the header must be"),
        ([HEADER, "talks\tn\tmeeting", "talks\tn\tcall"], "line 3: the class 'talks' is there twice"),
        ([HEADER, "talks\tadverb\tsoon"], "line 2: the part of speech"),
        ([HEADER, "", "talks\tn"], "line 3: 3 cells expected"),
        ([HEADER, "talks\tn\t "], "line 2: 3 cells expected, none empty"),
    ],
    ids=["header", "twice", "pos", "cells", "empty"],
)
def test_a_wrong_row_is_refused_with_its_line(rows, message):
    with pytest.raises(LexiconError, match=message):
        read_word_classes(rows)
