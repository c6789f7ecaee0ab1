"""Direct quotations: marks, what is quoted speech and what is not, and who speaks."""

from __future__ import annotations

import time

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.annotations import Mention
from tasks.extract.language_model import parse
from tasks.extract.paragraphs import find_paragraphs, unwrapped
from tasks.extract.quotation_marks import find_passages
from tasks.extract.quotes import find_quotes
from tasks.extract.speech import is_speech_verb

BLANK = spacy.blank("en")


def passages(text):
    return [text[passage.start : passage.end] for passage in find_passages(text, find_paragraphs(text))]


def said(text):
    return [(quote.text, quote.speaker_text, quote.cue) for quote in find_quotes(parse(text), ())]


PASSAGES = [
    ("curly", "He said, “We stay.” She left.", ["“We stay.”"]),
    ("straight", 'He said, "We stay." She left.', ['"We stay."']),
    ("typewriter", "He said, ``We stay.'' She left.", ["``We stay.''"]),
    ("angle", "Il dit : « On reste. » Elle part.", ["« On reste. »"]),
    ("single curly", "‘We stay,’ he said.", ["‘We stay,’"]),
    ("single straight", "'We stay,' he said.", ["'We stay,'"]),
    ("German", "Er sagte: „Wir bleiben.“ Sie ging.", ["„Wir bleiben.“"]),
    ("mixed forms", '“We stay," he said.', ['“We stay,"']),
    ("interrupted", '"We stay," he said, "for now."', ['"We stay,"', '"for now."']),
    ("nested", "“He told me ‘never’ again,” she said.", ["“He told me ‘never’ again,”"]),
    ("same nested", "“He said “never” again,” she said.", ["“He said “never” again,”"]),
    ("double in single", "‘He said “never” again,’ she said.", ["‘He said “never” again,’"]),
    ("apostrophes", "The ministers' plan isn't Moscow's, and the '90s are over.", []),
    ("possessive inside", "'The ministers' plan is bad,' he said.", ["'The ministers' plan is bad,'"]),
    ("inches", 'A 6" pipe and a "long tube" lay there.', ['"long tube"']),
    ("garbled apostrophe of two", "It was last week''s talk, he said, and \"we stay.\"", ['"we stay."']),
    ("garbled apostrophe", 'It was last week"s talk, he said, and "we stay."', ['"we stay."']),
    ("stray end", 'It ended." Then "it began."', ['"it began."']),
    ("no end", "He said: “We stay.\n\nShe left.", ["“We stay."]),
    ("no end, then a pair", 'He said "we stay. "They go," she said.', ['"They go,"']),
    ("two paragraphs", "“We stay.\n\n“We win,” he said.", ["“We stay.\n\n“We win,”"]),
    ("three paragraphs", "“One.\n\n“Two.\n\n“Three,” he said.", ["“One.\n\n“Two.\n\n“Three,”"]),
    ("wrapped line", 'He said "we shall\nnot go\nthere" again.', ['"we shall\nnot go\nthere"']),
    ("nothing", " \n ", []),
    ("marks only", "“”", ["“”"]),
]


@pytest.mark.parametrize(
    ("text", "expected"), [row[1:] for row in PASSAGES], ids=[row[0] for row in PASSAGES]
)
def test_passages(text, expected):
    assert passages(text) == expected


PARAGRAPHS = [
    ("blank line", "One.\n\nTwo.", ["One.", "Two."]),
    ("line each", "One.\nTwo.\nThree.", ["One.", "Two.", "Three."]),
    ("wrapped", "One and\ntwo and\nthree.", ["One and\ntwo and\nthree."]),
    ("indented", "One and\ntwo.\n    Three and\nfour.", ["One and\ntwo.", "Three and\nfour."]),
    ("carriage returns", "One.\r\n\r\nTwo.", ["One.", "Two."]),
    ("empty", "", []),
]


@pytest.mark.parametrize(
    ("text", "expected"), [row[1:] for row in PARAGRAPHS], ids=[row[0] for row in PARAGRAPHS]
)
def test_paragraphs(text, expected):
    assert [text[start:end] for start, end in find_paragraphs(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One and\ntwo and\nthree.", "One and two and three."),
        ("One and\ntwo.\n\nThree and\nfour.", "One and two.\n\nThree and four."),
        ("One.\nTwo.\nThree.", "One.\nTwo.\nThree."),
        ("One and\r\ntwo and\r\nthree.", "One and  two and  three."),
        ("", ""),
    ],
)
def test_wrapped_lines(text, expected):
    assert unwrapped(text) == expected


@given(st.text(st.sampled_from("a .\n\r"), max_size=60))
def test_unwrapping_keeps_every_other_character(text):
    changed = unwrapped(text)
    assert [one if one.strip() else " " for one in changed] == [one if one.strip() else " " for one in text]
    assert [slice(*one) for one in find_paragraphs(changed)] == [slice(*one) for one in find_paragraphs(text)]


QUOTATIONS = [
    ("cue before", "Putin stated, “Our ties are strong.”", [("“Our ties are strong.”", "Putin", "stated")]),
    (
        "colon",
        "Petrov warned: “They will answer for it.”",
        [("“They will answer for it.”", "Petrov", "warned")],
    ),
    ("name and colon", 'Peskov: "We have nothing to add."', [('"We have nothing to add."', "Peskov", None)]),
    ("cue after", '"We will not go back," Merkel said.', [('"We will not go back,"', "Merkel", "said")]),
    ("inverted", '"We will not go back," said Merkel.', [('"We will not go back,"', "Merkel", "said")]),
    ("pronoun", '"We will not go back," he added.', [('"We will not go back,"', "he", "added")]),
    (
        "noun phrase",
        '"We are ready," the ministry spokesman told reporters.',
        [('"We are ready,"', "the ministry spokesman", "told")],
    ),
    (
        "spokeswoman for",
        '"We are ready," said a spokeswoman for the Foreign Ministry.',
        [('"We are ready,"', "a spokeswoman for the Foreign Ministry", "said")],
    ),
    (
        "title and name",
        '"Nothing has changed," the Kremlin spokesman, Dmitry Peskov, told reporters.',
        [('"Nothing has changed,"', "the Kremlin spokesman, Dmitry Peskov", "told")],
    ),
    (
        "according to",
        "“The border is now closed,” according to General Ahmadi.",
        [("“The border is now closed,”", "General Ahmadi", "according to")],
    ),
    (
        "quoted as saying",
        '"The road is open," Petrov was quoted as saying on Monday.',
        [('"The road is open,"', "Petrov", "saying")],
    ),
    (
        "quoted by an agency",
        'Interfax quoted Petrov as saying: "The road is open."',
        [('"The road is open."', "Petrov", "saying")],
    ),
    (
        "interrupted",
        '"We agree," Lavrov said, "but we need more time."',
        [('"We agree,"', "Lavrov", "said"), ('"but we need more time."', "Lavrov", "said")],
    ),
    (
        "speaker goes on",
        "“We agree,” said Lavrov. “It took a long time.”",
        [("“We agree,”", "Lavrov", "said"), ("“It took a long time.”", "Lavrov", None)],
    ),
    (
        "cue before and a clause after",
        'Petrov said, "You tell me," before he stopped responding.',
        [('"You tell me,"', "Petrov", "said")],
    ),
    (
        "second verb of a subject",
        'Lavrov condemned the strike and added: "They will answer for it."',
        [('"They will answer for it."', "Lavrov", "added")],
    ),
    (
        "verb of no speech",
        "“It will never work out,” Orban shrugged.",
        [("“It will never work out,”", "Orban", "shrugged")],
    ),
    (
        "fragment of four words",
        "Moscow called the drill “a threat to the region” on Friday.",
        [("“a threat to the region”", "Moscow", "called")],
    ),
    (
        "introduction in the paragraph before",
        "Erdogan continued:\n\n“We will not give up.”",
        [("“We will not give up.”", "Erdogan", "continued")],
    ),
    (
        "signature",
        "“Peace is still possible here.” — Kofi Mensah",
        [("“Peace is still possible here.”", "Kofi Mensah", None)],
    ),
    ("no cue", "“The bridge fell at noon.” Nobody knows more.", [("“The bridge fell at noon.”", None, None)]),
    (
        "over paragraphs",
        "“We stay here.\n\n“We will win,” Zelensky said.",
        [("“We stay here.\n\n“We will win,”", "Zelensky", "said")],
    ),
    ("scare quotes", "The “people’s court” met and the so-called “safe zone” fell.", []),
    ("title of a work", "Critics praised “The Long Road To Kabul” last week.", []),
    ("nickname", "Ali “the Fox” Haddad was seen.", []),
    ("short fragment", "He called the talks “very useful” on Friday.", []),
    ("none", "The minister said that talks go on.", []),
]


@pytest.mark.parametrize(
    ("text", "expected"), [row[1:] for row in QUOTATIONS], ids=[row[0] for row in QUOTATIONS]
)
def test_quotations(text, expected):
    assert said(text) == expected


def test_speaker_is_the_mention_at_the_head():
    text = "Foreign Minister Ana Silva met aides. “We will sign it soon,” she said."
    start = text.index("she")
    she = Mention(
        start=start, end=start + 3, text="she", kind="person", how="pronoun", name="Ana Silva", country="PRT"
    )
    (quote,) = find_quotes(parse(text), (she,))
    assert quote.speaker is she
    assert quote.kind == "direct"


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("He said so.", "said", True),
        ("They denied it.", "denied", True),
        ("She quipped about it.", "quipped", True),
        ("He agrees with it.", "agrees", True),
        ("The report is out.", "report", False),
        ("The state is poor.", "state", False),
        ("They ran home.", "ran", False),
    ],
)
def test_speech_verbs(text, word, expected):
    (token,) = [token for token in parse(text) if token.text == word]
    assert is_speech_verb(token) is expected


HOSTILE = [
    "“",
    '" ',
    "“ ‘ « ",
    '"We go now, all," he said ',
    "'a ",
    "a' ",
    "“We will go now.”\n\n",
    "“Word.” ",
    "‘",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_marks_take_linear_time(piece):
    text = piece * 20_000
    started = time.process_time()
    find_passages(text, find_paragraphs(text))
    assert time.process_time() - started < 5


def test_quotations_of_one_huge_sentence_take_linear_time():
    doc = BLANK("“We go now, friends,” he said " * 30_000)
    started = time.process_time()
    find_quotes(doc, ())
    assert time.process_time() - started < 20


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["“", "”", '"', "'", "‘", "’", "«", "»", "``", "''", " ", "said", "We", "go,", "\n\n"]
        )
    )
)
def test_quotations_are_ordered_and_faithful(pieces):
    text = "".join(pieces)
    previous = 0
    for quote in find_quotes(BLANK(text), ()):
        assert previous <= quote.start < quote.end
        assert text[quote.start : quote.end] == quote.text
        previous = quote.end


@given(st.text(max_size=200))
def test_any_text_is_survived(text):
    assert all(
        0 <= passage.start < passage.end <= len(text)
        for passage in find_passages(text, find_paragraphs(text))
    )
