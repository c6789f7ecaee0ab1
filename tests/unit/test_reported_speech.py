"""Reported speech: what is said without quotation marks, or partly in them, and which event a quote carries."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.annotations import Event, Evidence, Mention, Quote
from tasks.extract.language_model import parse
from tasks.extract.quote_events import link_quotes
from tasks.extract.quotes import find_quotes
from tasks.extract.reported_speech import with_reported_speech


def reported(text):
    doc = parse(text)
    return [
        (quote.kind, quote.text, quote.cue, quote.speaker_text)
        for quote in with_reported_speech(doc, (), find_quotes(doc, ()))
    ]


ONE = [
    ("clause", "Iran warned that it would respond.", "that it would respond", "warned", "Iran"),
    ("closing cue", "Iran would respond, the ministry said.", "Iran would respond", "said", "the ministry"),
    (
        "inserted cue",
        "Iran, officials said, has enriched uranium to 60 percent.",
        "Iran, officials said, has enriched uranium to 60 percent",
        "said",
        "officials",
    ),
    (
        "inserted before the verb",
        "Berlin, the minister told reporters, will not pay.",
        "Berlin, the minister told reporters, will not pay",
        "told",
        "the minister",
    ),
    (
        "according to, first",
        "According to the ministry, the border is closed.",
        "the border is closed",
        "According to",
        "the ministry",
    ),
    (
        "according to, last",
        "The border is closed, according to two officials.",
        "The border is closed",
        "according to",
        "two officials",
    ),
    (
        "request",
        "Kenya urged both sides to stop the fighting.",
        "both sides to stop the fighting",
        "urged",
        "Kenya",
    ),
    (
        "promise",
        "Kenya promised to send more troops.",
        "to send more troops",
        "promised",
        "Kenya",
    ),
    ("call on", "Chad called on Sudan to close the camps.", "Sudan to close the camps", "called", "Chad"),
    ("call for", "Chad called for an end to the war.", "an end to the war", "called", "Chad"),
    ("judgement", "The minister called the raid a crime.", "the raid a crime", "called", "The minister"),
    (
        "accusation",
        "The minister accused Mali of hiding the dead.",
        "Mali of hiding the dead",
        "accused",
        "The minister",
    ),
    (
        "what is named",
        "Norway announced a new round of talks.",
        "a new round of talks",
        "announced",
        "Norway",
    ),
    (
        "noun with a clause",
        "The army dropped the claim that it had shelled the town.",
        "that it had shelled the town",
        "claim",
        None,
    ),
    (
        "noun with an infinitive",
        "Peru repeated its refusal to pay the fine.",
        "to pay the fine",
        "refusal",
        "its",
    ),
    (
        "relative clause of the reporter",
        "Oslo said it had paid the debt, which it owed since May.",
        "it had paid the debt",
        "said",
        "Oslo",
    ),
    ("thought", "They believe that the truce will hold.", "that the truce will hold", "believe", "They"),
    (
        "long subject",
        "Output will grow by a tenth, officials and traders from all over the country said.",
        "Output will grow by a tenth",
        "said",
        "officials and traders",
    ),
    (
        "long subject with appositions",
        "Investment is rising, seeking a high return, Charles Lillis, director of Lake Ltd, a bank, said.",
        "Investment is rising, seeking a high return",
        "said",
        "Charles Lillis",
    ),
    (
        "reason after the cue",
        "They stay, he said, because they must.",
        "They stay, he said, because they must",
        "said",
        "he",
    ),
    (
        "place of saying before an inserted cue",
        "In Bern, the minister said, talks will go on.",
        "talks will go on",
        "said",
        "the minister",
    ),
    (
        "condition of the speaker",
        "The envoy confirmed the meeting on the condition of anonymity.",
        "the meeting",
        "confirmed",
        "The envoy",
    ),
    (
        "a call is no cue of the clause before it",
        "If any member raised concerns, a meeting would be called, he said.",
        "If any member raised concerns, a meeting would be called",
        "said",
        "he",
    ),
    (
        "in a statement",
        "Eva Berg, who leads the bank, said in a statement that it would close.",
        "that it would close",
        "said",
        "Eva Berg",
    ),
    (
        "what is not said",
        "The aide said the talks went well but declined to say more.",
        "the talks went well",
        "said",
        "The aide",
    ),
    (
        "condition, no second comma",
        "If its men are elected, Andover said it will make a proposal.",
        "If its men are elected, Andover said it will make a proposal",
        "said",
        "Andover",
    ),
    (
        "what opens the content",
        "The ministry said as a result of the pact, the duties have been lifted.",
        "as a result of the pact, the duties have been lifted",
        "said",
        "The ministry",
    ),
    (
        "question",
        "She asked what characteristics he would like the candidate to have.",
        "what characteristics he would like the candidate to have",
        "asked",
        "She",
    ),
    (
        "code behind the name",
        "Lake Foods Ltd <LAKE.L> said it has bought a plant.",
        "it has bought a plant",
        "said",
        "Lake Foods Ltd",
    ),
    (
        "name in brackets",
        "<Lake Foods Inc> said it has bought a plant.",
        "it has bought a plant",
        "said",
        "Lake Foods Inc",
    ),
]


@pytest.mark.parametrize(
    ("text", "content", "cue", "speaker"), [row[1:] for row in ONE], ids=[row[0] for row in ONE]
)
def test_indirect(text, content, cue, speaker):
    assert reported(text) == [("indirect", content, cue, speaker)]


SEVERAL = [
    (
        "mixed takes the fragment's place",
        'The ministry said that talks "are going well for us" and would go on.',
        [("mixed", 'that talks "are going well for us" and would go on')],
    ),
    (
        "direct stays behind an inserted cue",
        'Speaking in Bern, he said, "by the end of this year we will have seen steady growth."',
        [("direct", '"by the end of this year we will have seen steady growth."')],
    ),
    (
        "a mark opens it",
        'They said "double licensing" has been dropped.',
        [("mixed", '"double licensing" has been dropped')],
    ),
    (
        "condition before an inserted cue",
        "If it rains, the minister said, harvests will fail.",
        [("indirect", "If it rains, the minister said, harvests will fail")],
    ),
    ("direct stays", '"We will not pay," the minister said.', [("direct", '"We will not pay,"')]),
    (
        "report within a report",
        "Tass said that Petrov had denied that he was there.",
        [("indirect", "that Petrov had denied that he was there"), ("indirect", "that he was there")],
    ),
    (
        "two cues of one speaker",
        "He said it would rain, and warned that roads would close.",
        [("indirect", "it would rain"), ("indirect", "that roads would close")],
    ),
    (
        "an apostrophe is no mark",
        "He said that they don’t want the ministers’ plan.",
        [("indirect", "that they don’t want the ministers’ plan")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in SEVERAL], ids=[row[0] for row in SEVERAL])
def test_several(text, expected):
    assert [(kind, words) for kind, words, *_ in reported(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "They continued to shell the town.",
        "He is going to speak in Rome.",
        "The show called Hope opened in Paris.",
        "All told, ten ships came.",
        "She said so.",
        "Oslo has not said whether it would go.",
        "He wants to demand an apology.",
        "He denied the report.",
        "The minister warned of",
        "The plan would complement proposals to cut the fees.",
        "When they found it to be dull, they left.",
        "A small state (think Norway in 1994) can win.",
        "He declined to give details.",
        "He asked for a word to calm them.",
        "He held out little hope that would happen soon.",
        "Simply assuming that peace will come is no plan.",
        "The state report is due in May.",
        "",
    ],
)
def test_nothing_is_reported(text):
    assert reported(text) == []


BERG = Mention(
    start=0, end=4, text="Berg", kind="person", how="name", name="Eva Berg", code="NOR", country="NOR"
)
BODY = replace(BERG, kind="organization", name="Berg")
CROWD = replace(BODY, name="officials", head=0)
WILLIAMS = replace(BERG, name="Eva Williams", head=0)


@pytest.mark.parametrize(
    ("speaker", "text", "expected"),
    [
        (BERG, "Berg said that it rained. She said that it would stop.", [BERG, BERG]),
        (BODY, "Berg said that it rained. It said that roads were closed.", [BODY, BODY]),
        (BODY, "Berg said that it rained. The company said that roads were closed.", [BODY, BODY]),
        (BODY, "Berg said that it rained. The media company said that roads were closed.", [BODY, BODY]),
        (CROWD, "Officials said that it rained. They said that it snowed.", [CROWD, CROWD]),
        (WILLIAMS, "Berg said that it rained. They said that it snowed.", [WILLIAMS, None]),
        (BODY, "Berg said that it rained. She said that it would stop.", [BODY, None]),
        (BERG, "Berg said that it rained. It said that roads were closed.", [BERG, None]),
        (BERG, "Berg said that it rained. Owls said that roads were closed.", [BERG, None]),
        (BERG, "Berg said that it rained." + " Owls sing." * 50 + " She said that it snowed.", [BERG, None]),
    ],
)
def test_who_speaks_on(speaker, text, expected):
    found = with_reported_speech(parse(text), [speaker], ())
    assert [quote.speaker for quote in found] == expected


words = st.sampled_from(
    [
        "Iran",
        "said",
        "that",
        "it",
        '"',
        "“",
        "”",
        ",",
        ".",
        "according",
        "to",
        "would",
        "go",
        "which",
        "and",
        "\n",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(words, max_size=30).map(" ".join))
def test_words_are_the_texts(text):
    doc = parse(text)
    found = with_reported_speech(doc, (), find_quotes(doc, ()))
    assert all(quote.text == text[quote.start : quote.end] and quote.text for quote in found)
    assert len({(quote.start, quote.end) for quote in found}) == len(found)
    assert [quote.start for quote in found] == sorted(quote.start for quote in found)


@pytest.mark.parametrize(
    "text",
    [
        "he said " * 4_000,
        "said that " * 4_000,
        '"' * 10_000,
        "“he said “" * 2_500,
        "according to " * 4_000,
    ],
    ids=["cues", "clauses", "marks", "nested", "sources"],
)
def test_hostile_text_takes_linear_time(text):
    """A whole minute would be a walk per pair of words: 16 million of them."""
    doc = parse(text)
    began = time.perf_counter()
    with_reported_speech(doc, (), find_quotes(doc, ()))
    assert time.perf_counter() - began < 20


def event(*triggers):
    return Event(
        event_type="THREATEN",
        mode=None,
        status="actual",
        event_date=None,
        date_precision=None,
        date_source=None,
        confidence=1.0,
        participants=(),
        evidence=tuple(
            Evidence(start=0, end=100, sentence="", trigger_start=start, trigger_end=start + 4, trigger="")
            for start in triggers
        ),
    )


def quote(start, end):
    return Quote(start=start, end=end, text="x" * (end - start), kind="indirect")


@pytest.mark.parametrize(
    ("span", "expected"),
    [((0, 20), 0), ((11, 40), 1), ((21, 40), 1), ((41, 60), None), ((60, 70), 0), ((10, 13), None)],
    ids=["inside", "first of two", "second", "none", "later evidence", "cut trigger"],
)
def test_quote_carries_the_first_event_in_it(span, expected):
    events = [event(10, 62), event(30)]
    (linked,) = link_quotes([quote(*span)], events)
    assert linked.event is (None if expected is None else events[expected])
