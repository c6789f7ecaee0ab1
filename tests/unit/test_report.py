from __future__ import annotations

import html
import io
import re
import string
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from release_samples import EXTRACTION, INDIA, RAO, WARNING, add_articles, article
from rich.console import Console

from schemas.months import Months
from schemas.refusal import REASONS, Refusal, excerpt, inert
from schemas.tables import TABLES
from schemas.takedown import Takedown
from tasks.extract.annotations import EventPlace, Extraction, Participant, Reporter
from tasks.extract.batches import ExtractionReport
from tasks.extract.json_form import json_form
from tasks.housekeeping import Purged, Tidied
from tasks.ingest.accept import Decisions
from tasks.ingest.arrivals import Arrivals
from tasks.quality import RefusedToPublishError
from tasks.refusal_files import (
    quarantine_folder,
    read_refusals,
    refusal_frame,
    refusals_of_store,
    write_refusals,
)
from tasks.report import count_words
from tasks.report.article_view import article_view, legend
from tasks.report.artifacts import JOINER, cell, counts_table, escaped, release_note
from tasks.report.headlines import arrivals_in_words, headline, headline_of_backfill, headline_of_refusal
from tasks.report.housekeeping_view import (
    Housekept,
    housekeeping_headline,
    housekeeping_lines,
    housekeeping_note,
)
from tasks.report.progress_bars import ProgressBars
from tasks.report.quarantine_view import quarantine_view, write_refused_inputs
from tasks.report.run_view import backfill_view, forgotten_view, run_view
from tasks.report.summary import Summary, TellingEvent, summarise, telling_events
from tasks.report.versions_view import version_rows, versions_view
from tasks.store import CleanUp, Store
from tasks.verify import Problem, Verification

HOSTILE = [
    pytest.param("\x1b[31mred\x1b[0m", id="colour"),
    pytest.param("\x1b]8;;https://evil.example\x07click\x1b]8;;\x07", id="terminal link"),
    pytest.param("\x1b]0;title\x07\x1b[2J", id="title and cleared screen"),
    pytest.param("\x9b31mred", id="eight-bit escape"),
    pytest.param("safe\rgone\x08\x08", id="overwriting"),
    pytest.param("abc\u202egpj.exe", id="direction of writing"),
    pytest.param("[red]red[/red] [/] [[x]]", id="rich markup"),
    pytest.param("[link=https://evil.example]here[/link]", id="rich link"),
    pytest.param(":skull: [blink]", id="rich emoji"),
    pytest.param("<script>alert(1)</script><img src=x onerror=alert(1)>", id="HTML"),
    pytest.param("&lt;b&gt; &#27;", id="HTML entities"),
    pytest.param("**bold** _it_ `code` ~~gone~~", id="Markdown"),
    pytest.param("[here](https://evil.example) ![x](http://evil.example)", id="Markdown link"),
    pytest.param("https://evil.example www.evil.example a@evil.example", id="bare addresses"),
    pytest.param("a | b\n| c |\n---\n# head\n- item\n1. item\n> quote", id="Markdown blocks"),
    pytest.param("\\", id="a backslash at the end"),
    pytest.param("$x^2$ {% raw %} {{ x }}", id="formulas and templates"),
]


def printed(renderable, **options):
    """What a terminal without colours would get: whatever acts on it, then, comes from the words."""
    console = Console(file=io.StringIO(), width=4000, highlight=False, **options)
    console.print(renderable)
    return console.file.getvalue()


def shown_as(rendered):
    """What a reader sees of rendered Markdown; joiners are there and not seen."""
    return html.unescape(rendered).replace(JOINER, "")


def is_inert(shown):
    return not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


def telling(words="a sentence", **changes):
    fields = {
        "event_type": "THREATEN",
        "mode": None,
        "date": "2025-08-10",
        "actors": (f"{words} (IND)",),
        "recipients": (words,),
        "sentence": words,
        "trigger": "warned",
        "source": words,
    }
    return TellingEvent(**(fields | changes))


TODAY = date(2025, 9, 1)
MONTHS = Months(first="2025-01", last="2025-03")
READ = {
    "files": 2,
    "read": 9,
    "accepted": 6,
    "unchanged": 0,
    "corrections": 1,
    "superseded": 0,
    "appearances": 0,
    "forgotten": 0,
    "refused": 2,
    "repaired": 0,
}


def summary(**changes):
    fields = {
        "version": "v0000003",
        "is_new": True,
        "folder": "store/versions/v0000003",
        "read": READ,
        "refused": {"no_date": 2},
        "extracted": 7,
        "tables": {"articles": 7, "events": 12345},
        "not_in_dyads": {"planned": 3},
        "data_digest": "ab" * 32,
        "telling": (telling(),),
    }
    return Summary(**(fields | changes))


# ------------------------------------------------------------------------------------------------- words of articles


def hostile_extraction(words):
    """Everything that a view prints is somebody's words; the sentence is the whole text."""
    person = replace(RAO, name=words, role=words)
    event = replace(
        WARNING,
        place=EventPlace(name=words, country=None, latitude=None, longitude=None, source="clause"),
        reporter=Reporter(words=words, kind="other", is_party=False),
        participants=(
            Participant(role="actor", mention=replace(INDIA, name=words)),
            Participant(role="recipient", mention=person),
        ),
        evidence=(
            replace(WARNING.evidence[0], start=0, end=len(words), sentence=words, trigger_end=len(words)),
        ),
    )
    (quote,), (amount,), (day,) = EXTRACTION.quotes, EXTRACTION.amounts, EXTRACTION.dates
    return Extraction(
        mentions=(person,),
        events=(event,),
        quotes=(replace(quote, text=words, speaker=person), replace(quote, speaker=None, speaker_text=words)),
        amounts=(replace(amount, text=words, unit=words, currency=None),),
        dates=(replace(day, text=words),),
    )


@pytest.mark.parametrize("words", HOSTILE)
def test_an_article_cannot_act_on_the_terminal(words):
    one = article(words, key=words, title=words)
    shown = printed(article_view(one, json_form(one, hostile_extraction(words))))
    assert is_inert(shown)
    assert shown.count(inert(words)) >= 12, "the words are shown as they are, nothing is taken for markup"


@pytest.mark.parametrize("words", HOSTILE)
def test_a_run_cannot_act_on_the_terminal(words):
    one = summary(
        refused={words: 1}, tables={words: 2}, read=READ | {words: 3}, folder=words, telling=(telling(words),)
    )
    shown = printed(run_view(one, store=words))
    assert is_inert(shown)
    assert shown.count(inert(words)) >= 7
    assert shown.count(inert(words.replace("_", " "))) >= 3


@pytest.mark.parametrize("words", HOSTILE)
def test_a_refusal_cannot_act_on_the_terminal(words):
    refusal = Refusal(
        stage="ingest", table=None, reason="empty", detail=words, origin=words, value=words, record=words
    )
    shown = printed(quarantine_view(refusal_frame([refusal])))
    assert is_inert(shown)
    assert shown.count(inert(words)) == 2


@pytest.mark.parametrize("words", HOSTILE)
def test_words_in_markdown_are_words(words):
    rendered = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(f"- {escaped(words)}")
    assert rendered.startswith("<ul>\n<li>")
    inside = rendered.removeprefix("<ul>\n<li>").removesuffix("</li>\n</ul>\n")
    assert "<" not in inside
    assert shown_as(inside) == inert(words)


@pytest.mark.parametrize(
    "words",
    [
        "https://evil.example/a",
        "HTTP://evil.example",
        "see www.evil.example",
        "_www.evil.example",
        "(a.b+c@evil.example)",
    ],
)
def test_an_address_is_no_link_to_who_looks_for_them_afterwards(words):
    """As remark-gfm does, in the newer one of Prefect's UIs."""
    shown = html.unescape(MarkdownIt("commonmark").renderInline(escaped(words)))
    assert not re.search(r"(https?://|www(?=\.))[-.\w]+", shown, re.IGNORECASE)
    assert not re.search(r"[-.\w+]+@[-\w]+(\.[-\w]+)+", shown)
    assert shown_as(shown) == words


@pytest.mark.parametrize("words", HOSTILE)
def test_words_in_a_cell_are_words(words):
    """Prefect's UI takes cells of a table for Markdown."""
    rendered = MarkdownIt("commonmark").enable(["strikethrough"]).render(cell(words))
    inside = rendered.removeprefix("<p>").removesuffix("</p>\n")
    assert "<" not in inside
    assert shown_as(inside) == excerpt(words, limit=40)


@pytest.mark.parametrize("name", ["Agence France-Presse", "(unknown)", "AT&T News, Évora", "人民日报"])
def test_a_common_name_in_a_cell_is_as_it_is(name):
    assert cell(name) == name


@pytest.mark.parametrize("name", ["www.example.org", "- item", "1. item", "a_b_c", "&lt;", "x *y*", "#1"])
def test_what_markdown_could_read_is_escaped(name):
    assert cell(name) != name


@given(st.text(max_size=30) | st.text(string.punctuation + "a \n1", max_size=30))
def test_any_text_survives_markdown_as_it_is(words):
    assert shown_as(MarkdownIt("commonmark").renderInline(escaped(words))) == inert(words)


def test_no_punctuation_is_left_to_a_dialect_of_markdown():
    assert escaped(string.punctuation).replace(JOINER, "") == "".join(
        f"\\{sign}" for sign in string.punctuation
    )


@pytest.mark.parametrize("words", HOSTILE)
def test_a_release_note_holds_no_markup_of_others(words):
    one = summary(
        refused={words: 1},
        tables={words: 2},
        folder=words,
        telling=(telling(words, mode=words),),
    )
    rendered = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(release_note(one))
    tags = set(re.findall(r"</?([a-z0-9]+)", rendered))
    assert tags <= {
        "h1",
        "h2",
        "p",
        "strong",
        "code",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "ul",
        "li",
    }
    assert "href" not in rendered
    assert is_inert(rendered)
    assert shown_as(rendered).count(inert(words)) >= 7
    assert rendered.count("<code>") == 1, "the digest"


# --------------------------------------------------------------------------------------------------- what views tell


def test_the_view_of_the_sample():
    shown = printed(article_view(article(), json_form(article(), EXTRACTION)))
    for part in (
        "Envoys exchange words  2025-08-11, n1",
        "THREATEN -3.5 actual 2025-08-10  India [IND] → China [CHN]",
        "  India warned China on Sunday.",
        "Anita Rao",
        "Foreign Minister",
        "“We agree on that,”",
        "2,000,000",
    ):
        assert part in shown


def test_a_view_tells_where_on_whose_word_and_what_belongs_together():
    event = replace(
        WARNING,
        place=EventPlace(name="Leh", country="IND", latitude=34.2, longitude=77.6, source="clause"),
        reporter=Reporter(words="two envoys", kind="anonymous", is_party=True),
    )
    (quote,), (amount,) = EXTRACTION.quotes, EXTRACTION.amounts
    found = replace(
        EXTRACTION,
        events=(event,),
        quotes=(replace(quote, event=event),),
        amounts=(replace(amount, upper=3e6, modifier="min", event=event),),
    )
    shown = printed(article_view(article(), json_form(article(), found)))
    assert "1 THREATEN -3.5 actual 2025-08-10  India [IND] → China [CHN]  in Leh [IND]\n" in shown
    assert "\n  on the word of two envoys (anonymous, a party to it)\n" in shown
    assert re.search(r"direct +1 +“We agree on that,”", shown)
    assert re.search(r"at least 2,000,000 to 3,000,000 +USD +1", shown)


def test_a_view_marks_trigger_and_participants():
    console = Console(
        file=io.StringIO(), width=400, force_terminal=True, color_system="standard", highlight=False
    )
    console.print(article_view(article(), json_form(article(), EXTRACTION)))
    lines = console.file.getvalue().splitlines()
    (sentence,) = [line for line in lines if "\x1b[1;36mIndia\x1b[0m \x1b" in line]
    assert "\x1b[1;35mChina\x1b[0m" in sentence
    assert "\x1b[1;4;33mwarned\x1b[0m" in sentence
    assert printed(legend()).startswith("actor")


def test_an_article_in_which_nothing_was_found():
    nothing = Extraction(mentions=(), events=(), quotes=(), amounts=(), dates=())
    shown = printed(article_view(article("", title=""), json_form(article("", title="", day=None), nothing)))
    assert shown.split() == ["n1", "undated,", "n1", "No", "events."]


def test_a_long_sentence_is_shown_at_once():
    words = "India warned China " * 3_000
    found = json_form(article(words), hostile_extraction(words))
    assert len(printed(article_view(article(words), found))) > len(words)


@pytest.mark.parametrize(
    ("changes", "there", "not_there"),
    [
        pytest.param(
            {},
            ["Published v0000003", "12,345  events", "THREATEN", "2  no date"],
            ["Nothing new"],
            id="published",
        ),
        pytest.param(
            {"is_new": False},
            ["Nothing new: the latest version stays v0000003"],
            ["Published"],
            id="nothing new",
        ),
        pytest.param(
            {"version": None, "folder": None, "tables": {}, "telling": (), "data_digest": None},
            ["The store is empty"],
            ["What came out", "detente verify"],
            id="an empty store",
        ),
        pytest.param(
            {"refused": {}},
            ["detente verify --store s"],
            ["refused, and why", "detente quarantine"],
            id="none refused",
        ),
        pytest.param(
            {"is_new": False, "waiting": 1234},
            ["6  accepted", "2  no date", "1,234 articles of other months wait to be extracted"],
            ["What came out", "THREATEN", "latest version stays", "detente verify"],
            id="articles of other months wait",
        ),
    ],
)
def test_what_a_run_tells(changes, there, not_there):
    shown = printed(run_view(summary(**changes), store="s"))
    assert [part for part in there if part not in shown] == []
    assert [part for part in not_there if part in shown] == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "v0000003: 7 articles in, 12,345 events in all, 2 refused"),
        ({"is_new": False}, "nothing new: 9 articles read, v0000003 stays"),
        ({"is_new": False, "version": None}, "nothing new: 9 articles read, no version stays"),
        (
            {"is_new": False, "waiting": 30},
            "7 articles extracted, 30 of other months wait: nothing published yet",
        ),
    ],
    ids=["published", "nothing new", "empty", "waiting"],
)
def test_the_headline(changes, expected):
    assert headline(summary(**changes)) == expected
    assert release_note(summary(**changes)).startswith(f"# {expected}\n")


def test_the_headline_of_a_refusal_is_its_reason_alone():
    error = RefusedToPublishError("9 of 10 were refused (9 \x1b)", "Mend them.")
    assert headline_of_refusal(error) == "nothing published: 9 of 10 were refused (9 \\u001b)"


@pytest.mark.parametrize(
    ("summaries", "expected"),
    [
        ([], "nothing to do"),
        ([{"extracted": 1000}, {}], "1,007 articles extracted, the latest is v0000003"),
        ([{"waiting": 9}], "7 articles extracted, 9 of other months wait"),
    ],
    ids=["nothing", "done", "waiting"],
)
def test_the_headline_of_a_backfill(summaries, expected):
    done = headline_of_backfill(MONTHS, [summary(**changes) for changes in summaries])
    assert done == f"backfill of 2025-01 to 2025-03: {expected}"


def test_what_came_in_is_a_line_of_the_log():
    line = arrivals_in_words(READ, {"no_date": 2})
    assert line == "2 files, 9 read, 6 accepted, 1 corrections, 2 refused (2 no date)"
    assert arrivals_in_words(READ | {"refused": 0}, {}) == "2 files, 9 read, 6 accepted, 1 corrections"


def test_every_count_has_words():
    decisions = Decisions(
        new=(), unchanged=(), corrections=(), superseded=(), appearances=(), forgotten=(), refused=()
    )
    assert count_words.READ.keys() >= decisions.counts.keys()
    assert count_words.REFUSED.keys() == set(REASONS)
    assert count_words.TABLES.keys() == TABLES.keys()


def test_a_reason_of_a_row_has_those_of_the_reason():
    rows = counts_table(summary(refused={"events: failed_check": 1}))
    (row,) = [row for row in rows if row["stage"] == "refused"]
    assert row["what that is"] == count_words.REFUSED["failed_check"]


def test_the_counts_of_every_stage():
    rows = counts_table(summary())
    counts = {(row["stage"], row["what"]): row["count"] for row in rows}
    assert counts["ingest", "accepted"] == 6
    assert counts["refused", "no date"] == 2
    assert counts["extract", "articles extracted"] == 7
    assert counts["release", "events"] == 12345
    assert counts["not in dyads", "planned"] == 3
    assert ("ingest", "forgotten") not in counts
    assert all(row["what that is"] for row in rows)


@pytest.mark.parametrize("is_terminal", [False, True])
def test_bars_leave_nothing_where_there_is_no_terminal(is_terminal):
    console = Console(file=io.StringIO(), force_terminal=is_terminal)
    with ProgressBars(console) as bars:
        bars("extract", 1, 2)
        bars("extract", 2, 2)
    assert "extract" not in console.file.getvalue(), "shorter than anybody's patience"


# ---------------------------------------------------------------------------- backfilling, forgetting, keeping house

TAKEDOWN = Takedown(
    takedown_id="tak_0123456789abcdef0123",
    article_id="art_0123456789abcdef0123",
    content_hashes=(),
    source_identities=(),
    reason="asked for",
    decided_on=date(2025, 9, 1),
)
NOTHING_DONE = Housekept(
    verified=(), problems=(), deleted=(), redacted=(), forgotten=(), left_over=0, artifacts=0
)


def test_what_a_backfill_tells():
    months = [summary(version="v0000002"), summary(is_new=False), summary(extracted=1000)]
    shown = printed(backfill_view(MONTHS, months))
    for line in ("3  months", "18  articles added", "1,014  articles extracted", "2  versions published"):
        assert line in shown
    assert "The latest version is v0000003" in shown
    assert "wait" not in shown


def test_a_backfill_says_what_waits():
    shown = printed(
        backfill_view(MONTHS, [summary(is_new=False, waiting=9), summary(is_new=False, waiting=5)])
    )
    assert "Nothing published yet: 5 articles of other months wait" in shown
    assert "The latest version" not in shown


def test_a_backfill_without_anything_to_do():
    assert printed(backfill_view(MONTHS, [])) == "Nothing to do from 2025-01 to 2025-03.\n"


@pytest.mark.parametrize(
    ("is_new", "outcome"),
    [(True, "v0000003 published without it"), (False, "v0000003 was without it already")],
)
def test_what_forgetting_tells(is_new, outcome):
    view = forgotten_view(TAKEDOWN, summary(is_new=is_new), holding=["v0000001"], store="my store")
    shown = printed(view)
    assert "art_0123456789abcdef0123 is forgotten since 2025-09-01: asked for" in shown
    assert outcome in shown
    assert "housekeeping --store my store --purge" in shown


def test_what_goes_with_an_article_is_told_and_what_nothing_holds_is_not():
    takedown = TAKEDOWN.model_copy(update={"others": ("art_1", "art_2")})
    shown = printed(forgotten_view(takedown, summary(), holding=[], store="store"))
    assert "art_1, art_2" in shown
    assert "--purge" not in shown


@pytest.mark.parametrize("words", HOSTILE)
def test_a_reason_cannot_act_on_the_terminal(words):
    takedown = TAKEDOWN.model_copy(update={"reason": words})
    shown = printed(forgotten_view(takedown, summary(), holding=["v0000001"], store=words))
    assert is_inert(shown)
    assert shown.count(inert(words)) >= 2


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"verified": ("v0000001", "v0000002")},
            ["Versions that are whole: 2 (v0000001, v0000002)"],
            id="whole",
        ),
        pytest.param(
            {"verified": ("v0000002",)}, ["Versions that are whole: 1 (v0000002)"], id="one version"
        ),
        pytest.param(
            {"problems": ("versions/v0000001/x is missing",), "verified": ("v0000002",)},
            ["Damaged: versions/v0000001/x is missing", "Versions that are whole: 1 (v0000002)"],
            id="damage comes first",
        ),
        pytest.param(
            {"deleted": ("v0000001",), "forgotten": ("art_1",), "redacted": ("v0000002",), "artifacts": 3},
            [
                "Versions deleted: v0000001",
                "Removed from the past: art_1",
                "Versions redacted: v0000002",
                "Artifacts that quoted them, deleted: 3",
            ],
            id="everything",
        ),
        pytest.param({"left_over": 4}, ["Files and folders that nobody needed, deleted: 4"], id="remains"),
    ],
)
def test_what_housekeeping_tells(changes, expected):
    done = NOTHING_DONE.model_copy(update=changes)
    lines = housekeeping_lines(done)
    assert [line for line in lines if line in expected] == expected
    assert housekeeping_note(done).count("\n- ") == len(lines)


def test_the_headline_of_housekeeping():
    assert housekeeping_headline(NOTHING_DONE) == "housekeeping: 0 versions whole"
    done = NOTHING_DONE.model_copy(
        update={"verified": ("v0000002",), "deleted": ("v0000001",), "problems": ("x",)}
    )
    assert (
        housekeeping_headline(done) == "housekeeping: 1 versions whole, 1 problems found, 1 versions deleted"
    )


def test_nothing_that_was_not_done_is_told():
    assert housekeeping_lines(NOTHING_DONE) == [
        "Versions that are whole: 0",
        "Files and folders that nobody needed, deleted: 0",
    ]


def test_the_report_of_housekeeping_sums_up_what_was_done():
    cleaned = CleanUp(adopted=None, redacted=("v0000001",), staging=("dead",), orphans=("a", "b"))
    purged = Purged(articles=("art_1",), redacted=("v0000002",), deleted=("v0000003",))
    tidied = Tidied(
        cleaned=cleaned, deleted=("v0000004",), caches=("old",), partial=2, purged=purged, orphans=("c",)
    )
    checked = [
        Verification(version="v0000005", files=1, bytes=1, problems=()),
        Verification(version="v0000006", files=1, bytes=1, problems=(Problem(path="x", what="is missing"),)),
        Verification(version=None, files=0, bytes=0, problems=()),
    ]
    done = Housekept.of(tidied, checked, artifacts=7)
    assert done == Housekept(
        verified=("v0000005",),
        problems=("x is missing",),
        deleted=("v0000004", "v0000003"),
        redacted=("v0000001", "v0000002"),
        forgotten=("art_1",),
        left_over=7,
        artifacts=7,
    )
    assert Housekept.of(replace(tidied, purged=None), [], artifacts=0).forgotten == ()


# ------------------------------------------------------------------------------------------------ what stores tell


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    made = Store(tmp_path_factory.mktemp("report") / "store")
    made.create()
    first = article("IND warned CHN on 2025-08-09. USA met IND on 2025-08-09.", key="n1")
    add_articles(made, [first])
    add_articles(
        made,
        [
            article("IND aided CHN on 2025-08-10.", key="n2"),
            article("USA warned IND on 2024-08-09.", key="n3"),
        ],
    )
    return made


def test_the_events_that_tell_most(store):
    found = telling_events(store, store.latest())
    assert [(one.event_type, one.actors, one.recipients) for one in found] == [
        ("AID", ("IND (IND)",), ("CHN (CHN)",)),
        ("THREATEN", ("USA (USA)",), ("IND (IND)",)),
    ]
    assert (found[0].sentence, found[0].trigger) == ("IND aided CHN on 2025-08-10.", "aided")
    assert (found[0].date, found[0].source) == ("2025-08-10", "Alpine Wire, 2025-08-11")
    assert telling_events(store, store.latest(), limit=1) == found[:1]


def test_the_summary_of_a_run_that_found_nothing_new(store, tmp_path):
    arrivals = Arrivals(
        articles=tmp_path / "a", refusals=tmp_path / "r", counts=READ, refused_by_reason={"no_date": 2}
    )
    empty = summarise(
        store,
        None,
        arrivals=arrivals,
        extraction=ExtractionReport(extracted=0, workers=1, gemm=None),
        refused_rows={},
        today=TODAY,
    )
    assert (empty.version, empty.is_new, empty.tables, empty.telling) == (None, False, {}, ())
    _, unchanged = add_articles(store, [])
    found = summarise(
        store,
        unchanged,
        arrivals=arrivals,
        extraction=ExtractionReport(extracted=0, workers=1, gemm=None),
        refused_rows={"events: failed_check": 1},
        today=TODAY,
    )
    assert (found.version, found.is_new) == ("v0000002", False)
    assert found.tables["articles"] == 3
    assert found.not_in_dyads == {"recalled": 1}
    assert found.refused == {"no_date": 2, "events: failed_check": 1}
    assert len(found.telling) == 2


def test_versions(store):
    rows = version_rows(store)
    assert [(row["version"], row["is_latest"], row["parent"], row["articles"]) for row in rows] == [
        ("v0000001", False, None, 1),
        ("v0000002", True, "v0000001", 3),
    ]
    shown = printed(versions_view(rows)).splitlines()
    assert "v0000002  (latest)  2025-09-01 12:00:00" in shown[-1]
    assert rows[1]["data_digest"][:12] in shown[-1]


# -------------------------------------------------------------------------------------------------------- quarantine


def refused(origin="in/wire.jsonl:3", record='{"id": 1}', **changes):
    fields = {
        "stage": "ingest",
        "table": None,
        "reason": "no_date",
        "detail": "There is no date.",
        "value": "v",
    }
    return Refusal(origin=origin, record=record, **(fields | changes))


def test_refusals_are_kept_once_whatever_the_order(tmp_path):
    same, other = refused(), refused(origin="in/wire.jsonl:4")
    mended = replace(same, record='{"id": 1, "text": "longer"}')
    paths = []
    for number, some in enumerate(([same, other], [mended, same], [])):
        paths.append(tmp_path / "quarantine" / f"{number}.parquet")
        assert write_refusals(paths[-1], some) == len({one.origin for one in some})
    assert not paths[2].exists(), "nothing refused, no file"
    found = read_refusals(paths[:2])
    assert found.height == 2
    assert found.equals(read_refusals(paths[1::-1]))
    assert refusal_frame([same, mended]).equals(refusal_frame([mended, same]))


def test_a_refusal_is_kept_with_its_first_day():
    """Also where two runs at a time have written it; what nobody knows the day of is older than that."""
    days = [date(2025, 8, 2), None, date(2025, 8, 1)]
    refusals = [refused(source_name=f"{day} Wire", day=day) for day in days]
    assert refusal_frame(refusals[::2])["day"].to_list() == [days[2]]
    assert refusal_frame(refusals)["day"].to_list() == [None]


def test_the_refusals_of_a_store(tmp_path):
    made = Store(tmp_path / "st[o]re")
    made.create()
    assert refusals_of_store(made).is_empty()
    write_refusals(quarantine_folder(made) / "a.parquet", [refused()])
    assert refusals_of_store(made)["origin"].to_list() == ["in/wire.jsonl:3"]


def test_refused_inputs_are_written_to_be_mended(tmp_path):
    refusals = refusal_frame(
        [
            refused(record='{"n": 10}\n', origin="in/wire.jsonl:10"),
            refused(record='{"n": 2}', origin="in/wire.jsonl:2"),
            refused(record='{"n": 3}', origin="in/wire.csv:3"),
            refused(record='{"n": 4}', origin="in/desk.tsv:3"),
            refused(record='{"n": 5}', origin="in/desk.parquet:3"),
            refused(record="Envoys met.", origin="in/a/note.txt"),
            refused(record="Envoys part.", origin="in/b/note.txt"),
            refused(record='{"n": 1}', origin="<stdin>:1"),
            refused(record=None, origin="in/scan.pdf", reason="binary_file"),
            refused(record="{}", origin="art_1", stage="validate", table="events", reason="failed_check"),
        ]
    )
    assert write_refused_inputs(refusals, tmp_path / "out") == 8
    files = {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}
    assert sorted(files["wire.jsonl"].splitlines()) == ['{"n": 10}', '{"n": 2}', '{"n": 3}']
    assert sorted(files["desk.jsonl"].splitlines()) == ['{"n": 4}', '{"n": 5}']
    assert files["stdin.jsonl"] == '{"n": 1}\n'
    notes = {name: text for name, text in files.items() if name.startswith("note.")}
    assert sorted(notes.values()) == ["Envoys met.\n", "Envoys part.\n"]
    assert len(files) == 5


@pytest.mark.parametrize(
    "origin", ["../../etc/passwd", "/etc/cron.txt", "..", "a/../../b.jsonl:3", "\x1b[31m.txt", ""]
)
def test_refused_inputs_stay_in_their_folder(origin, tmp_path):
    assert write_refused_inputs(refusal_frame([refused(origin=origin)]), tmp_path / "out" / "mend") == 1
    assert [path.parent for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "out" / "mend"]


def test_a_table_of_refusals_is_in_a_fixed_order():
    refusals = [
        refused(),
        refused(origin="in/a.txt"),
        refused(stage="validate", table="events", reason="failed_check"),
    ]
    shown = printed(quarantine_view(refusal_frame(refusals))).splitlines()
    assert [line.split()[0] for line in shown] == ["stage", "ingest", "ingest", "validate"]
    assert "in/a.txt" in shown[1]
