"""Texts that were stored without capitals: which words get them, and that all findings stand as the article has them."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from release_samples import EXTRACTION, TEXT

from schemas.article import Article
from tasks.extract.as_written import as_written
from tasks.extract.casing import with_capitals
from tasks.extract.document import extract
from tasks.extract.language_model import load_language_model
from tasks.extract.lexicon import load_lexicon


def read(text):
    return with_capitals(text, load_lexicon(), load_language_model().path)


def found_in(text):
    return extract(Article(source_id="n1", title="", text=text, published_date=date(2002, 3, 15)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the minister, togadia, left.", "The minister, Togadia, left."),
        ("on monday he met singh''s men. they left.", "On Monday he met Singh''s men. They left."),
        ("the bjp and the vhp agreed with pakistan.", "The BJP and the VHP agreed with Pakistan."),
        ("nato and the oecd were in iran.", "Nato and the OECD were in Iran."),
        ('he said, "we stay." she left.', 'He said, "We stay." She left.'),
        ("he left on march 15 and may return.", "He left on March 15 and may return."),
        (
            "talks in new delhi between the united nations and iran",
            "Talks in New Delhi between the United Nations and Iran",
        ),
        (
            "they couldn't say when the plates of china broke.",
            "They couldn't say when the plates of china broke.",
        ),
        (
            "policemen walked quickly to the bravest of farmers.",
            "Policemen walked quickly to the bravest of farmers.",
        ),
        ("the stra\u00dfe and \u0149 stay as long.", "The Stra\u00dfe and \u0149 stay as long."),
    ],
)
def test_capitals(text, expected):
    assert read(text) == expected


def test_a_text_with_capitals_stays():
    text = "The minister met togadia on monday."
    assert read(text) is text


def test_without_word_lists_names_of_the_lexicon_get_capitals():
    assert with_capitals("he met togadia in iran.", load_lexicon(), None) == "He met togadia in Iran."


@given(st.text(max_size=80))
def test_nothing_but_capitals_changes(text):
    changed = read(text)
    assert len(changed) == len(text)
    assert all(one in {other, other.upper()} for one, other in zip(changed, text, strict=True))


def test_findings_stand_as_the_article_has_them():
    text = (
        "new delhi: indian officials told the bjp on monday that china and pakistan would talk in gujarat."
        ' "we shall meet them in lahore on friday," foreign minister arvind togadia said.'
        " togadia said 14 people were killed when pakistan attacked india."
    )
    found = found_in(text)
    codes = {mention.text: mention.code for mention in found.mentions}
    assert codes["indian officials"] == "IND"
    assert codes["bjp"] == "IND"
    assert codes["pakistan"] == "PAK"
    assert "china" not in codes  # the plates, for all we know
    (person, *_) = [mention for mention in found.mentions if mention.text == "arvind togadia"]
    assert (person.name, person.kind) == ("Arvind Togadia", "person")
    for one in (*found.mentions, *found.quotes, *found.amounts, *found.dates):
        assert one.text == text[one.start : one.end]
    for event in found.events:
        assert all(one.sentence == text[one.start : one.end] for one in event.evidence)
        assert all(one.trigger == text[one.trigger_start : one.trigger_end] for one in event.evidence)
    direct, *_ = [quote for quote in found.quotes if quote.kind == "direct"]
    assert (direct.speaker_text, direct.cue) == ("foreign minister arvind togadia", "said")
    assert direct.speaker is not None
    assert direct.speaker.name == "Arvind Togadia"
    assert found.events
    assert all(quote.event is None or quote.event in found.events for quote in found.quotes)
    assert all(amount.event is None or amount.event in found.events for amount in found.amounts)


def test_uncertain_events_stand_as_the_article_has_them():
    (event,) = as_written(EXTRACTION, TEXT, TEXT.lower()).uncertain
    assert (event.evidence[0].sentence, event.evidence[0].trigger) == ("it paid 2 million dollars.", "paid")
    assert [part.mention.text for part in event.participants] == ["india", "china"]


def test_hostile_text_takes_linear_time():
    began = time.perf_counter()
    read("qxq. " * 40_000)
    assert time.perf_counter() - began < 10
