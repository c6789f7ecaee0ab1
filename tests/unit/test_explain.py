"""Why an event is coded as it is: in words, in `extract --explain`, and of an event in a real store.

The coder here knows a few verbs: who stands before one does it to who stands behind. The rest is the real thing.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import date

import pytest
from release_samples import article
from stage_runs import forget_article, run_stages
from typer.testing import CliRunner

from flows.cli import app
from schemas.plover import EVENT_TYPES, NONE, STATUSES
from tasks import explain as explaining
from tasks.extract import document
from tasks.extract.event_coder import Coding, Reading
from tasks.extract.explanations import chance_in_words, explained
from tasks.release import open_release
from tasks.store import Store

VERBS = {
    "met": "CONSULT",
    "meet": "CONSULT",
    "sign": "SUPPORT",
    "signed": "SUPPORT",
    "bombed": "ASSAULT",
    "condemned": "ACCUSE",
    "rejected": "REJECT",
    "reject": "REJECT",
    "recognise": "REJECT",
}
VERB = re.compile(rf"\b({'|'.join(VERBS)})\b")
SURE, UNSURE, DOUBTFUL = 0.81, 0.6, 0.25


class VerbCoder:
    """Knows some verbs. It is sure of a status only of a fact, and doubts what happens "reportedly"."""

    def read(self, sentence, pairs):
        return [
            Reading(verb.span(), tuple(self._coding(sentence, verb, pair) for pair in pairs))
            for verb in VERB.finditer(sentence)
        ]

    def _coding(self, sentence, verb, pair):
        is_actor = pair.actor[1] <= verb.start()
        is_done = is_actor and pair.recipient is not None and verb.end() <= pair.recipient[0]
        event_type = VERBS[verb[0]]
        if event_type == NONE or not (is_done or (is_actor and pair.recipient is None)):
            return None
        confidence = DOUBTFUL if "reportedly" in sentence else SURE
        rest = (1 - confidence) / len(EVENT_TYPES)
        status = 0.97 if "surely" in sentence else UNSURE
        return Coding(
            event_type=event_type,
            mode=None,
            confidence=confidence,
            probabilities=dict.fromkeys((*EVENT_TYPES, NONE), rest) | {event_type: confidence},
            statuses=dict.fromkeys(STATUSES, (1 - status) / 3) | {"actual": status},
            contexts=("diplomatic",),
            reciprocal=False,
            trigger=verb.span(),
        )


@pytest.fixture(autouse=True)
def _coder(monkeypatch):
    monkeypatch.setattr(document, "load_own_coder", lambda _: VerbCoder())


def reasons(text, *, day=date(2025, 8, 7), number=0, **changes):
    """What explains an event of a text that appeared on a Thursday; the first event if nothing else is said."""
    read = article(text, day=day, **changes)
    found = document.extract(read)
    return explained((*found.events, *found.uncertain)[number], read.text)


ALONE = "; the coder alone is not sure (actual 0.60)"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Norway surely met Chile.", "actual: the coder is sure (0.97)"),
        ("Norway met Chile.", f"actual: no word around “met” says otherwise{ALONE}"),
        ("Norway will sign a pact with Chile.", f"planned: “will” before “sign”{ALONE}"),
        ("Norway is expected to meet Chile.", f"planned: “expected” before “meet”{ALONE}"),
        ("Norway could soon meet Chile.", f"hypothetical: “could” before “meet”{ALONE}"),
        ("Norway could not meet Chile.", f"negated: “not” before “meet”{ALONE}"),
        ("Norway won't meet Chile.", f"negated: “won't” before “meet”{ALONE}"),
        ("Norway failed to meet Chile.", f"negated: “failed” before “meet”{ALONE}"),
        ("No Norwegian minister met Chile.", f"negated: “No” before “met”{ALONE}"),
        (
            "The ministers of Norway meet Chile on Friday.",
            "planned: “Friday” is still to come on the day of publication",
        ),
        (
            "Norway will not recognise Chile.",
            "actual: who says that he will not do it refuses, and that is done",
        ),
    ],
    ids=lambda value: value.split(":")[0][:40],
)
def test_status(text, status):
    assert reasons(text)["status"] == status


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Norway met Chile on Tuesday.", "2025-08-05: “Tuesday” in the clause of “met”"),
        ("Norway met Chile in May.", "2025-05: “May” in the clause of “met”"),
        ("Norway met Chile and left on Tuesday.", "2025-08-05: “Tuesday” in the sentence of “met”"),
        ("Norway met Chile.", "2025-08-07: the day of publication, since the sentence gives none"),
        (
            "Norway said on Tuesday that it had bombed Chile.",
            "2025-08-07: the day of publication, since “Tuesday” does not date it",
        ),
    ],
)
def test_date(text, said):
    assert reasons(text)["date"] == said


def test_an_undated_article_says_that_it_is():
    assert (
        reasons("Norway met Chile.", day=None)["date"]
        == "none: neither the sentence nor the article gives one"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Norway met Chile in Bergen.", "Bergen [NOR]: “in Bergen” in the clause of “met”"),
        (
            "OSLO, Aug 7 (Alpine Wire) - Norway condemned Chile.",
            "Oslo [NOR]: the dateline, since who acts by these words is at home there",
        ),
        ("Norway met Chile.", "none: no words say where it happens"),
    ],
)
def test_place(text, said):
    assert reasons(text)["place"] == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Norway bombed Chile.", "nobody: the article speaks for itself"),
        (
            "Norway bombed Chile, a Chilean official said.",
            "“Chilean official”, a state or body that speaks by name or office, and a party to it: “said”",
        ),
        (
            "Norway bombed Chile, according to diplomats who asked not to be named.",
            "“diplomats”, not named: “according to”",
        ),
        (
            "Norway will sign a pact with Chile, the Norwegian foreign minister said.",
            "nobody: “Norwegian foreign minister” does it by saying so",
        ),
    ],
)
def test_reporter(text, said):
    assert reasons(text)["reporter"] == said


@pytest.mark.parametrize(
    ("text", "number", "said"),
    [
        ("Norway condemned Moscow.", 0, ["“Norway”, a name", "“Moscow”, a name for Russia"]),
        (
            "Norwegian officials condemned Peru. They met Chile.",
            1,
            ["“They”, a pronoun for Norwegian officials, as the context has it (0.80)", "“Chile”, a name"],
        ),
        (
            "Norway and Chile talked for days. The two countries condemned Peru.",
            0,
            [
                "“The two countries”, a description of Norway",
                "“The two countries”, a description of Chile",
                "“Peru”, a name",
            ],
        ),
        (
            "Norway condemned Peru. Norway rejected the plan.",
            1,
            [
                "“Norway”, a name",
                "“Peru”, a name; left out here, and taken over from “condemned” in an earlier sentence",
            ],
        ),
    ],
    ids=["names", "pronoun", "group", "left out"],
)
def test_participants(text, number, said):
    assert reasons(text, number=number)["participants"] == said


def test_category_with_the_most_probable_others():
    why = reasons("Norway will sign a pact with Chile.")
    assert why["category"].startswith("AGREE: ")
    assert why["category"].endswith("The coder's category is SUPPORT; one that is planned counts as AGREE")
    assert list(why["probabilities"].values()) == sorted(why["probabilities"].values(), reverse=True)
    assert why["probabilities"]["SUPPORT"] == SURE
    assert len(why["probabilities"]) == 5


@pytest.mark.parametrize(
    ("probability", "said"),
    [(0, "0.00"), (0.0004, "<0.01"), (0.01, "0.01"), (0.5, "0.50"), (0.996, ">0.99"), (1, "1.00")],
)
def test_nothing_is_told_as_certain_that_is_not(probability, said):
    assert chance_in_words(probability) == said


def test_merged_reports_are_listed_and_each_column_is_explained_by_the_report_that_gave_it():
    why = reasons("Norway met Chile in Bergen. Norway met Chile on Tuesday.")
    assert [report["words"] for report in why["reports"]] == [
        "Norway met Chile in Bergen.",
        "Norway met Chile on Tuesday.",
    ]
    assert why["place"] == "Bergen [NOR]: “in Bergen” in the clause of “met”"
    assert why["date"] == "2025-08-05: “Tuesday” in the clause of “met”"


def test_words_are_those_of_the_article_not_of_the_text_made_readable():
    why = reasons("norway will sign\na pact with chile in\noslo on friday.")
    assert why["date"] == "2025-08-08: “friday” in the clause of “sign”"
    assert why["place"] == "Oslo [NOR]: “in oslo” in the clause of “sign”"
    assert why["participants"][0] == "“norway”, a name"


def test_two_events_are_the_same_whatever_explains_them():
    (event,) = document.extract(article("Norway met Chile.")).events
    assert event.explanation
    assert replace(event, explanation=None) == event


# extract --explain

RECORD = {
    "id": "n1",
    "title": "[red]A pact[/red]\x1b[31m",
    "text": "Norway will sign a [bold]pact\x1b[31m with Chile. Norway reportedly bombed Peru.",
    "date": "2025-08-07",
}


def extracted(*options):
    found = CliRunner().invoke(
        app, ["extract", "--any-language", *options], input=json.dumps(RECORD), catch_exceptions=False
    )
    assert found.exit_code == 0
    return found.stdout


def test_extract_explains_in_words_even_in_a_pipe():
    said = " ".join(extracted("--explain").split())
    assert "AGREE +2.5 planned 2025-08-07 Norway [NOR] → Chile [CHL]" in said
    assert "[Norway] will >sign< a [bold]pact\\u001b[31m with [Chile]." in said
    assert "[red]A pact[/red]\\u001b[31m" in said
    assert "status planned: “will” before “sign”" in said
    assert "is among the uncertain ones. [Norway] reportedly >bombed< [Peru]." in said
    assert "ASSAULT 0.25, " in said


def test_extract_explains_as_a_key_of_each_event_in_json_lines():
    plain, told = (json.loads(extracted("--format", "jsonl", *options)) for options in ((), ("--explain",)))
    (uncertain,) = told.pop("uncertain_events")
    assert uncertain["event_type"] == "ASSAULT"
    (why,) = (event.pop("explanation") for event in told["events"])
    assert why["status"].startswith("planned: “will”")
    assert told == plain


# explain, on a real store


@pytest.fixture
def store(tmp_path):
    (tmp_path / "news.jsonl").write_text(json.dumps(RECORD))
    made = Store(tmp_path / "store")
    run_stages(made, [tmp_path / "news.jsonl"])
    return made


def event_ids(store, table="events"):
    return open_release(store.root)[table].collect()["event_id"].to_list()


def told(store, event_id, *options):
    found = CliRunner().invoke(app, ["explain", event_id, "--store", str(store.root), *options])
    return found.exit_code, " ".join(found.stdout.split()), " ".join(found.stderr.split())


def test_an_event_is_explained_by_its_article(store):
    (event_id,) = event_ids(store)
    code, said, _ = told(store, event_id)
    assert code == 0
    assert said.startswith("[red]A pact[/red]\\u001b[31m 2025-08-07, n1 AGREE +2.5 planned 2025-08-07")
    assert "[Norway] will >sign< a [bold]pact\\u001b[31m with [Chile]." in said
    assert f"event {event_id}" in said
    assert "status planned: “will” before “sign”" in said
    assert "tables alone" not in said
    assert "extractor" not in said


def test_an_uncertain_event_is_explained_as_such(store):
    code, said, _ = told(store, *event_ids(store, "uncertain_events"))
    assert code == 0
    assert explaining.UNCERTAIN in said
    assert "ASSAULT 0.25" in said


def test_as_json(store):
    code, said, _ = told(store, *event_ids(store), "--format", "jsonl")
    found = json.loads(said)
    assert code == 0
    assert found["explanation"]["status"].startswith("planned: “will” before “sign”")
    assert found["notes"] == []


@pytest.mark.parametrize(
    ("table", "status"),
    [("events", "planned"), ("uncertain_events", "actual")],
    ids=["published", "uncertain"],
)
def test_a_copy_of_what_is_published_is_explained_by_its_tables(store, table, status):
    shutil.rmtree(store.private_folder)
    code, said, _ = told(store, *event_ids(store, table))
    assert code == 0
    assert explaining.NO_TEXT in said
    assert f"status {status}: the tables do not say why" in said
    assert "actor Norway [NOR]: “Norway”, a name" in said


def test_texts_that_are_released_explain_without_the_private_ones(store, tmp_path):
    run_stages(store, [tmp_path / "news.jsonl"], with_text=True)
    shutil.rmtree(store.private_folder)
    _, said, _ = told(store, *event_ids(store))
    assert "status planned: “will” before “sign”" in said


def test_the_text_of_a_forgotten_article_is_not_read(store):
    (event_id,) = event_ids(store)
    (article_id,) = open_release(store.root)["articles"].collect()["article_id"]
    forget_article(store, article_id)
    _, said, _ = told(store, event_id)
    assert explaining.NO_TEXT in said


def test_other_code_is_said_with_what_it_codes_otherwise(store, monkeypatch):
    monkeypatch.setattr(explaining, "extractor_version", lambda *_, **__: "0123456789abcdef")
    monkeypatch.setitem(VERBS, "sign", "AID")
    _, said, _ = told(store, *event_ids(store))
    assert "v0000001 was made by another extractor" in said
    assert "The coder's category is AID" in said
    monkeypatch.setitem(VERBS, "sign", "ASSAULT")
    _, said, _ = told(store, *event_ids(store))
    assert "event_type is AGREE in v0000001 and ASSAULT by the code of today." in said


def test_an_event_that_is_not_found_again_is_explained_by_its_tables(store, monkeypatch):
    monkeypatch.setitem(VERBS, "sign", NONE)
    code, said, _ = told(store, *event_ids(store))
    assert code == 0
    assert explaining.NOT_FOUND_AGAIN in said


@pytest.mark.parametrize(
    ("event_id", "code", "message"),
    [
        ("evt_0123456789abcdef0123", 1, "has no event evt_0123456789abcdef0123"),
        ("evt_42", 2, "is no event_id"),
        ("art_0123456789abcdef0123", 2, "is no event_id"),
    ],
)
def test_what_is_no_event_is_an_error(store, event_id, code, message):
    ended, said, error = told(store, event_id)
    assert (ended, said) == (code, "")
    assert message in error


def test_a_lexicon_that_is_gone_is_said(tmp_path):
    lexicon = tmp_path / "mine.tsv"
    lexicon.write_text(
        "name\tother_names\tkind\tcode\tsector\trole\nGrey Heron Brigade\t\torganization\tCHL\tREB\n"
    )
    (tmp_path / "news.jsonl").write_text(json.dumps({**RECORD, "text": "Norway met the Grey Heron Brigade."}))
    store = Store(tmp_path / "store")
    run_stages(store, [tmp_path / "news.jsonl"], lexicon=lexicon)
    _, said, _ = told(store, *event_ids(store))
    assert "recipient Grey Heron Brigade [CHL]" in said
    assert "extractor" not in said
    lexicon.unlink()
    notes = " ".join(json.loads(told(store, *event_ids(store), "--format", "jsonl")[1])["notes"])
    assert "mine.tsv of this version cannot be read: read without it." in notes
    assert "made by another extractor" in notes
