from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from training_samples import span

from schemas.plover import EVENT_TYPES
from tasks.training import examples
from tasks.training.examples import by_sentence, plain_questions, questions

TEXT = (
    "Norwegian Prime Minister Eva Lund praised the Kenyan army, met Omani envoys and sent aid to Peru's poor."
)
LUND, ARMY = "Norwegian Prime Minister Eva Lund", "the Kenyan army"
ENVOYS, POOR = "Omani envoys", "Peru's poor"


class Chance(Random):
    """Always the same: at 0 everything that can happen happens, close to 1 nothing does."""

    def __init__(self, value):
        super().__init__(0)
        self._value = value

    def random(self):
        return self._value


ALWAYS, NEVER = 0.0, 0.999


def item(actor, recipient, trigger, category, **changes):
    return {
        "text": TEXT,
        "actor": span(TEXT, actor),
        "recipient": span(TEXT, recipient) if recipient else None,
        "trigger": span(TEXT, trigger) if trigger else None,
        "event_type": category,
        "mode": None,
        "status": "actual",
        "contexts": [],
        "reciprocal": False,
        **changes,
    }


def asked(items, chance, eyed=()):
    """Who, to whom, with which word, and what the answer is, in words."""
    return [
        (
            _words(one.actor),
            _words(one.recipient),
            _words(one.trigger),
            one.answer.category if one.answer else "NONE",
        )
        for one in questions(items, EVENT_TYPES, chance, eyed)
    ]


def _words(found):
    return TEXT[slice(*found)] if found else None


PRAISE = item(LUND, ARMY, "praised", "SUPPORT")
MEETING = item(LUND, ENVOYS, "met", "CONSULT", reciprocal=True)
VISIT = item(LUND, ENVOYS, "met", "CONSULT", mode="visit")
AID = item(LUND, POOR, "sent aid", "AID")


def test_without_chance_a_pair_is_asked_alone_and_with_each_trigger():
    assert asked([PRAISE, AID], Chance(NEVER)) == [
        (LUND, ARMY, None, "SUPPORT"),
        (LUND, ARMY, "praised", "SUPPORT"),
        (LUND, ARMY, "sent aid", "NONE"),
        (LUND, POOR, None, "AID"),
        (LUND, POOR, "sent aid", "AID"),
        (LUND, POOR, "praised", "NONE"),
    ]


def test_several_events_of_a_pair():
    told = [item(LUND, ARMY, "sent aid", "AID"), PRAISE]
    first, *with_triggers = questions(told, EVENT_TYPES, Chance(NEVER))
    assert [event.category for event in first.events] == ["SUPPORT", "AID"], "in the order of the text"
    assert first.answer == first.events[0]
    assert [(one.trigger, one.answer.category) for one in with_triggers] == [
        (event.trigger, event.category) for event in first.events
    ]
    assert plain_questions(told) == [first]


@pytest.mark.parametrize(
    ("told", "turned"),
    [
        pytest.param([PRAISE], [(ARMY, LUND, "NONE")], id="one-sided: nothing comes back"),
        pytest.param([MEETING], [(ENVOYS, LUND, "CONSULT")], id="mutual: the same"),
        pytest.param([VISIT], [], id="a visit: who hosts takes part"),
        pytest.param(
            [PRAISE, item(ARMY, LUND, "met", "CONSULT")],
            [(ARMY, LUND, "CONSULT")],
            id="the other direction is known",
        ),
        pytest.param(
            [PRAISE, item(ARMY, LUND, None, "NONE")], [(ARMY, LUND, "NONE")], id="known to be NONE, once"
        ),
    ],
)
def test_pairs_turned_round(monkeypatch, told, turned):
    monkeypatch.setattr(examples, "ALONE", 0)
    monkeypatch.setattr(examples, "CUT", 0)
    found = [(a, r, answer) for a, r, trigger, answer in asked(told, Chance(ALWAYS)) if trigger is None]
    assert [one for one in found if one[1] == LUND] == turned


@pytest.mark.parametrize(
    ("told", "actor_alone", "recipient_alone"),
    [
        pytest.param(PRAISE, "SUPPORT", "NONE", id="the same act; the other does nothing"),
        pytest.param(MEETING, "CONSULT", None, id="the other takes part as well"),
        pytest.param(AID, None, "NONE", id="aid needs a second party"),
    ],
)
def test_a_party_alone(monkeypatch, told, actor_alone, recipient_alone):
    monkeypatch.setattr(examples, "TURNED", 0)
    monkeypatch.setattr(examples, "CUT", 0)
    alone = {
        (one.actor == tuple(told["actor"])): one
        for one in questions([told], EVENT_TYPES, Chance(ALWAYS))
        if one.recipient is None and one.trigger is None
    }
    assert (alone.get(True) and alone[True].answer.category) == actor_alone
    assert all(not event.reciprocal for one in alone.values() for event in one.events)
    assert ("NONE" if False in alone else None) == recipient_alone


@pytest.mark.parametrize("seed", range(40))
def test_cut_spans_stay_inside(seed):
    for one in questions([PRAISE, MEETING, AID], EVENT_TYPES, Random(seed)):
        parties = [one.actor, *([one.recipient] if one.recipient else [])]
        for start, end in parties:
            whole = [tuple(span(TEXT, words)) for words in (LUND, ARMY, ENVOYS, POOR)]
            assert any(first <= start < end <= last for first, last in whole)
            words = TEXT[start:end]
            assert words == words.strip(" ,.")
            assert not TEXT[start - 1 : start].isalnum(), "cut inside a word"


@pytest.mark.parametrize(
    "text", ["army", "the army,", "A.", "«Ü»", "the old, the new", "1 2 3", "U.S. President J. Roe's"]
)
@given(seed=st.integers(0, 1000))
def test_any_phrase_can_be_cut(text, seed):
    whole = {**PRAISE, "text": text, "actor": [0, len(text)], "recipient": None, "trigger": [0, 1]}
    for one in questions([whole], EVENT_TYPES, Random(seed)):
        assert 0 <= one.actor[0] < one.actor[1] <= len(text)


@pytest.mark.parametrize("seed", range(40))
def test_wrong_words_are_none_and_apart_from_what_is_marked(seed):
    for one in questions([PRAISE, AID], EVENT_TYPES, Random(seed)):
        if one.trigger and not one.answer:
            words = _words(one.trigger)
            assert words.strip()
            spans = [one.actor, one.recipient or one.actor]
            if words not in ("praised", "sent aid"):
                assert all(one.trigger[1] <= start or end <= one.trigger[0] for start, end in spans)
        elif one.trigger:
            assert _words(one.trigger) in ("praised", "sent aid")


def test_words_that_the_network_looks_at_are_asked_about_where_a_pair_has_no_event():
    nothing = item(POOR, ARMY, None, "NONE")
    eyed = [span(TEXT, "met"), span(TEXT, "praised")]
    found = asked([PRAISE, nothing], Chance(NEVER), eyed)
    assert {words for actor, _, words, _ in found if actor == POOR} == {None, "met", "praised"}
    assert {words for actor, _, words, _ in found if actor == LUND} == {None, "praised"}
    assert {answer for actor, *_, answer in found if actor == POOR} == {"NONE"}


def test_one_seed_gives_one_set_of_questions():
    told = [PRAISE, MEETING, AID]
    assert asked(told, Random(3)) == asked(told, Random(3))
    assert len({tuple(asked(told, Random(seed))) for seed in range(10)}) > 1


def test_items_of_a_sentence_come_together():
    other = {**PRAISE, "text": "A praised B."}
    assert by_sentence([PRAISE, other, AID]) == [[other], [PRAISE, AID]]
