"""Events from hand-made mentions: a country is marked as [France|FRA], a place as [Paris|FRA|place]."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.plover import EVENT_TYPES, NONE, STATUSES
from tasks.extract.annotations import DateExpression, Mention, Quote
from tasks.extract.candidates import MAX_CANDIDATES, proposals
from tasks.extract.event_coder import Coding, Reading
from tasks.extract.events import find_events
from tasks.extract.language_model import parse
from tasks.extract.status import status_of
from tasks.extract.syntax import SentenceTree
from tasks.extract.trained_coder import load_coder

PUBLISHED = date(2025, 8, 7)  # a Thursday
MARK = re.compile(r"\[([^|\]]+)\|([^|\]]+)(?:\|(\w+))?\]")


def events_of(marked, *, dates=(), published=PUBLISHED, quotes=(), groups=None, coder=None):
    text, mentions = read_marks(marked, groups or {})
    doc = parse(text)
    mentions = tuple(placed(doc, mention) for mention in mentions)
    expressions = tuple(date_expression(text, *one) for one in dates)
    return find_events(
        doc,
        mentions,
        expressions,
        published=published,
        coder=coder or load_coder(),
        quotes=tuple(make(text, mentions) for make in quotes),
    ).published


def read_marks(marked, groups):
    text, mentions, end = "", [], 0
    for mark in MARK.finditer(marked):
        text += marked[end : mark.start()]
        words, code, kind = mark.groups()
        members = tuple(country(name, name) for name in groups.get(code, ()))
        mentions.append(
            Mention(
                start=len(text),
                end=len(text) + len(words),
                text=words,
                kind=kind or "country",
                how="nominal" if members else "name",
                name=words,
                code=None if kind == "place" or members or code == "-" else code,
                country=None if code == "-" else code,
                members=members,
            )
        )
        text, end = text + words, mark.end()
    return text + marked[end:], mentions


def country(name, code):
    return Mention(start=0, end=1, text=name, kind="country", how="name", name=name, code=code, country=code)


def placed(doc, mention):
    return replace(mention, head=doc.char_span(mention.start, mention.end, alignment_mode="expand").root.i)


def date_expression(text, words, first, last):
    start = text.index(words)
    return DateExpression(
        start=start, end=start + len(words), text=words, type="DATE", value="", earliest=first, latest=last
    )


def sides(event):
    return [(part.role[0], part.mention.code) for part in event.participants]


@pytest.mark.parametrize(
    ("marked", "event_type", "status", "participants"),
    [
        ("[Chile|CHL] condemned [Peru|PER].", "ACCUSE", "actual", "a:CHL r:PER"),
        ("[Chile|CHL] was condemned by [Peru|PER].", "ACCUSE", "actual", "a:PER r:CHL"),
        ("[Chile|CHL] and [Peru|PER] condemned [Cuba|CUB].", "ACCUSE", "actual", "a:CHL a:PER r:CUB"),
        (
            "[Chile|CHL] imposed sanctions on [Peru|PER] and [Cuba|CUB].",
            "SANCTION",
            "actual",
            "a:CHL r:PER r:CUB",
        ),
        ("[Chile|CHL] met [Peru|PER] in [Geneva|CHE|place].", "CONSULT", "actual", "a:CHL a:PER"),
        ("[Chile|CHL], [Peru|PER] and [Cuba|CUB] signed a treaty.", "SUPPORT", "actual", "a:CHL a:PER a:CUB"),
        ("Talks between [Chile|CHL] and [Peru|PER] ended.", "CONSULT", "actual", "a:CHL a:PER"),
        ("[Chile|CHL]'s minister is visiting [Lima|PER|place].", "CONSULT", "actual", "a:CHL r:PER"),
        ("[Russian|RUS] forces shelled [Kharkiv|UKR|place].", "ASSAULT", "actual", "a:RUS r:UKR"),
        ("[Chile|CHL] may condemn [Peru|PER].", "ACCUSE", "hypothetical", "a:CHL r:PER"),
        ("[Chile|CHL] did not condemn [Peru|PER].", "ACCUSE", "negated", "a:CHL r:PER"),
        ("[Chile|CHL] will meet [Peru|PER].", "AGREE", "planned", "a:CHL a:PER"),
        ("[Chile|CHL] plans to send aid to [Peru|PER].", "AGREE", "planned", "a:CHL r:PER"),
        ("[Chile|CHL] will withdraw its troops from [Peru|PER].", "CONCEDE", "planned", "a:CHL r:PER"),
        pytest.param(
            "[Chile|CHL] will attack [Peru|PER].",
            "ASSAULT",
            "planned",
            "a:CHL r:PER",
            marks=pytest.mark.xfail(strict=True, reason="THREATEN is as probable"),
        ),
        ("[Chile|CHL] will bomb [Peru|PER].", "ASSAULT", "planned", "a:CHL r:PER"),
        ("[Chile|CHL] will not recognise [Peru|PER].", "REJECT", "actual", "a:CHL r:PER"),
        ("[Chile|CHL] agreed to send aid to [Peru|PER].", "AGREE", "actual", "a:CHL r:PER"),
        ("[Chile|CHL] urged [Peru|PER] to release [Cuban|CUB] sailors.", "REQUEST", "actual", "a:CHL r:PER"),
        ("[Chile|CHL] threatened to bomb [Peru|PER].", "THREATEN", "actual", "a:CHL r:PER"),
        ("[Chile|CHL] refused to meet [Peru|PER].", "REJECT", "actual", "a:CHL r:PER"),
        ("[Chile|CHL] denied charges that it had attacked [Peru|PER].", "REJECT", "actual", "a:CHL"),
        pytest.param(
            "[Chile|CHL] denied that it had attacked [Peru|PER].",
            "REJECT",
            "actual",
            "a:CHL",
            marks=pytest.mark.xfail(strict=True),
        ),
        ("[Chile|CHL] resumed arms sales.\n\n[Chile|CHL] held talks.", "CONSULT", "actual", "a:CHL"),
        (
            "[Her|PER] Chilean counterpart, [Marco Rojas|CHL|person], praised [Kenya|KEN].",
            "SUPPORT",
            "actual",
            "a:CHL r:KEN",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) and "[" in value else "",
)
def test_one_event(marked, event_type, status, participants):
    (event,) = events_of(marked)
    assert (event.event_type, event.status) == (event_type, status)
    assert [f"{role}:{code}" for role, code in sides(event)] == participants.split()


class EverybodyCoder:
    """Takes every party but Chile for one that Chile asks something of."""

    def read(self, sentence, pairs):
        start = sentence.index("urged")
        trigger = (start, start + len("urged"))
        return [Reading(trigger, tuple(self._coding(sentence, pair, trigger) for pair in pairs))]

    def _coding(self, sentence, pair, trigger):
        if pair.recipient is None or sentence[slice(*pair.actor)] != "Chile":
            return None
        return Coding(
            event_type="REQUEST",
            mode=None,
            confidence=0.9,
            probabilities=dict.fromkeys((*EVENT_TYPES, NONE), 0.1 / len(EVENT_TYPES)) | {"REQUEST": 0.9},
            statuses=dict.fromkeys(STATUSES, 0.0) | {"actual": 1.0},
            contexts=(),
            reciprocal=False,
            trigger=trigger,
        )


def test_an_act_has_one_recipient_or_a_list():
    marked = "[Chile|CHL] urged [Peru|PER] and [Cuba|CUB] to share data along the border with [Brazil|BRA]."
    (event,) = events_of(marked, coder=EverybodyCoder())
    assert sides(event) == [("a", "CHL"), ("r", "PER"), ("r", "CUB")]


@pytest.mark.parametrize(
    "marked",
    [
        "",
        "   \n ",
        "[Chile|CHL] said it follows the election in [Peru|PER].",
        "[Chile|CHL] lies south of [Peru|PER].",
        "Gunmen attacked a village.",
        "[Militants|-] attacked [a village|-|organization].",
        "[Chile|CHL] imposed sanctions.",
        "[Geneva|CHE|place] and [Lima|PER|place] signed a treaty.",
        "[Chile|CHL] expects growth in [Peru|PER].",
    ],
    ids=lambda text: text[:30] or "empty",
)
def test_no_event(marked):
    assert events_of(marked) == ()


def test_the_content_of_a_condemned_attack_is_an_event():
    found = events_of("[Chile|CHL] condemned [Peruvian|PER] airstrikes on [Cuba|CUB].")
    assert [(event.event_type, sides(event)) for event in found] == [
        ("ACCUSE", [("a", "CHL"), ("r", "PER")]),
        ("ASSAULT", [("a", "PER"), ("r", "CUB")]),
    ]


def test_a_group_stands_for_its_members():
    (event,) = events_of("[The two countries|both] signed a treaty.", groups={"both": ("PER", "CHL")})
    assert sides(event) == [("a", "PER"), ("a", "CHL")]
    assert {part.mention.text for part in event.participants} == {"The two countries"}


def test_a_country_beside_its_own_official_is_the_official():
    (event,) = events_of("[Chilean|CHL] President [Ana Rojas|CHL|person] condemned [Peru|PER].")
    assert [part.mention.text for part in event.participants] == ["Ana Rojas", "Peru"]


def test_first_person_in_a_quotation_is_the_speaker():
    marked = 'The words were those of [Ana Rojas|CHL|person]. "We thank [Peru|PER] for its help."'

    def quote(text, mentions):
        return Quote(start=text.index('"'), end=len(text), text="", kind="direct", speaker=mentions[0])

    (event,) = events_of(marked, quotes=[quote])
    assert (event.event_type, sides(event)) == ("SUPPORT", [("a", "CHL"), ("r", "PER")])
    assert event.participants[0].mention.text == "We"
    assert events_of(marked) == ()


def test_evidence_holds_the_sentence_and_the_trigger():
    marked = "  Rain fell. [Chile|CHL] imposed a new embargo on [Peru|PER].  \n\nNothing else."
    text, _ = read_marks(marked, {})
    (event,) = events_of(marked)
    (evidence,) = event.evidence
    assert evidence.sentence == "Chile imposed a new embargo on Peru."
    assert text[evidence.start : evidence.end] == evidence.sentence
    assert text[evidence.trigger_start : evidence.trigger_end] == evidence.trigger == "imposed"


MAY = ("in May", date(2025, 5, 1), date(2025, 5, 31))
TUESDAY = ("on Tuesday", date(2025, 8, 5), date(2025, 8, 5))
SEPTEMBER = ("in September", date(2025, 9, 1), date(2025, 9, 30))


@pytest.mark.parametrize(
    ("marked", "dates", "expected"),
    [
        ("[Chile|CHL] attacked [Peru|PER] in May.", [MAY], (date(2025, 5, 1), "month", "clause")),
        ("[Chile|CHL] attacked [Peru|PER].", [], (PUBLISHED, "day", "publication")),
        pytest.param(
            "[Chile|CHL] said on Tuesday that it attacked [Peru|PER].",
            [TUESDAY],
            (PUBLISHED, "day", "publication"),
            marks=pytest.mark.xfail(
                strict=True, reason="the coder is not asked about it: it is no mention here"
            ),
        ),
        (
            "[Bolivia|BOL] said on Tuesday that [Chile|CHL] attacked [Peru|PER].",
            [TUESDAY],
            (PUBLISHED, "day", "publication"),
        ),
        ("[Chile|CHL] will attack [Peru|PER] in May.", [MAY], (PUBLISHED, "day", "publication")),
        (
            "[Chile|CHL] will attack [Peru|PER] in September.",
            [SEPTEMBER],
            (date(2025, 9, 1), "month", "clause"),
        ),
        ("[Chile|CHL] attacked [Peru|PER] in September.", [SEPTEMBER], (PUBLISHED, "day", "publication")),
        (
            "[Chile|CHL] attacked [Peru|PER] last week.",
            [("last week", date(2025, 7, 28), date(2025, 8, 3))],
            (date(2025, 7, 1), "month", "clause"),
        ),
        (
            "The vote came ahead of talks between [Chile|CHL] and [Peru|PER] on Friday.",
            [("Friday", date(2025, 8, 1), date(2025, 8, 1))],
            (date(2025, 8, 8), "day", "clause"),
        ),
    ],
    ids=[
        "clause",
        "none",
        "reporting itself",
        "reporting",
        "plan-past",
        "plan-future",
        "fact-future",
        "week",
        "next-weekday",
    ],
)
def test_event_date(marked, dates, expected):
    (event,) = events_of(marked, dates=dates)
    assert (event.event_date, event.date_precision, event.date_source) == expected


def test_without_publication_date_an_undated_event_has_none():
    (event,) = events_of("[Chile|CHL] attacked [Peru|PER].", published=None)
    assert (event.event_date, event.date_precision, event.date_source) == (None, None, None)


@pytest.mark.parametrize(
    "marked",
    [
        "[Chile|CHL] visits [Peru|PER] in September.",
        "[Chile|CHL] meets [Peru|PER] in September.",
    ],
)
def test_a_clause_with_a_future_date_is_a_plan(marked):
    (event,) = events_of(marked, dates=[SEPTEMBER])
    assert (event.event_type, event.status, event.event_date) == ("AGREE", "planned", date(2025, 9, 1))


@pytest.mark.parametrize(
    ("marked", "dates", "reports"),
    [
        ("[Chile|CHL] bombed [Peru|PER]. Later [Chile|CHL] bombed [Peru|PER] again.", [], [2]),
        ("[Chile|CHL] bombed [Peru|PER]. [Peru|PER] bombed [Chile|CHL].", [], [1, 1]),
        ("[Chile|CHL] bombed [Peru|PER]. [Chile|CHL] bombed [Cuba|CUB].", [], [1, 1]),
        ("[Chile|CHL] bombed [Peru|PER]. [Chile|CHL] also bombed [Peru|PER] in May.", [MAY], [1, 1]),
        ("[Chile|CHL] bombed [Peru|PER]. [Chile|CHL] may bomb [Peru|PER] again.", [], [1, 1]),
        (
            "[Ana Rojas|CHL|person] met [Peru|PER]. [Luis Paz|CHL|person] met [Peru|PER].",
            [],
            [1, 1],
        ),
        ("[Ana Rojas|CHL|person] visited [Peru|PER]. [Ana Rojas|CHL|person] visited twice.", [], [2]),
        pytest.param(
            "[Ana Rojas|CHL|person] visited [Peru|PER]. [Ana Rojas|CHL|person]'s visit was short.",
            [],
            [2],
            marks=pytest.mark.xfail(strict=True),
        ),
        ("[Chile|CHL] shelled [Peru|PER], killing [Peruvian|PER] sailors.", [], [1]),
    ],
    ids=[
        "same",
        "other direction",
        "other recipient",
        "other date",
        "other status",
        "other person",
        "taken up",
        "taken up by a noun",
        "one sentence",
    ],
)
def test_reports_of_one_occurrence_are_merged(marked, dates, reports):
    assert [len(event.evidence) for event in events_of(marked, dates=dates)] == reports


@pytest.mark.parametrize(
    ("text", "word", "status"),
    [
        ("France met Peru.", "met", "actual"),
        ("France has never met Peru.", "met", "negated"),
        ("France cannot meet Peru.", "meet", "negated"),
        ("No talks were held.", "talks", "negated"),
        ("France left without signing the treaty.", "signing", "negated"),
        ("France failed to sign the treaty.", "sign", "negated"),
        ("France could attack Peru.", "attack", "hypothetical"),
        ("If France attacks Peru, we leave.", "attacks", "hypothetical"),
        ("France is considering sanctions on Peru.", "sanctions", "hypothetical"),
        ("France welcomed a proposal to hold talks.", "hold", "hypothetical"),
        ("France is expected to visit Peru.", "visit", "planned"),
        ("France is set to visit Peru.", "visit", "planned"),
        ("The agenda includes talks with Peru.", "talks", "planned"),
        ("The talks are scheduled to begin on Monday.", "talks", "planned"),
        ("France said it would send aid.", "send", "planned"),
        ("The vote came ahead of talks.", "talks", "planned"),
        ("The envoy will travel to Lima for talks.", "talks", "planned"),
        ("France managed to sign the treaty.", "sign", "actual"),
        ("France will discuss the attack.", "attack", "hypothetical"),
        ("The attack could start a war.", "attack", "actual"),
        ("France did not say who attacked Peru.", "attacked", "actual"),
    ],
    ids=lambda value: value[:32] if " " in str(value) else "",
)
def test_status(text, word, status):
    doc = parse(text)
    tree = SentenceTree(next(doc.sents))
    token = next(token.i for token in doc if token.lower_ == word)
    assert status_of(tree, token) == status


def test_an_occurrence_may_be_reported_a_thousand_times():
    (event,) = events_of("[France|FRA] attacked [Iran|IRN] on Monday. " * 1000)
    starts = [evidence.start for evidence in event.evidence]
    assert len(starts) == 1000
    assert starts == sorted(starts)


def test_pairs_of_a_long_list_are_bounded():
    names = ", ".join(f"[Land{number}|L{number:02}]" for number in range(60))
    text, mentions = read_marks(f"{names} signed a treaty.", {})
    asked = list(proposals(mentions[:MAX_CANDIDATES]))
    assert len(asked) == MAX_CANDIDATES * (MAX_CANDIDATES - 1) + MAX_CANDIDATES
    found = events_of(f"{names} signed a treaty.")
    assert all(len(event.participants) <= MAX_CANDIDATES for event in found)
    assert len(text) > 0


PIECES = st.sampled_from(
    [
        "[Chile|CHL]",
        "[Peru|PER]",
        "[Lima|PER|place]",
        "[Militants|-]",
        "attacked",
        "and",
        "will",
        "not",
        "meet",
        "talks",
        "with",
        "which",
        "signed",
        "a treaty",
        "condemned",
        ",",
        ".",
        "\n\n",
        "“",
        "’s",
    ]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(PIECES, max_size=30))
def test_every_event_keeps_the_contract(pieces):
    marked = " ".join(pieces)
    text, _ = read_marks(marked, {})
    found = events_of(marked)
    assert found == events_of(marked)
    for event in found:
        assert event.event_type in EVENT_TYPES
        assert event.mode is None or event.mode in EVENT_TYPES[event.event_type].modes
        assert any(part.mention.code for part in event.participants)
        assert [part.role for part in event.participants] == sorted(part.role for part in event.participants)
        assert [one.start for one in event.evidence] == sorted({one.start for one in event.evidence})
        for one in event.evidence:
            assert one.start <= one.trigger_start < one.trigger_end <= one.end
            assert text[one.start : one.end] == one.sentence == one.sentence.strip()
            assert text[one.trigger_start : one.trigger_end] == one.trigger
