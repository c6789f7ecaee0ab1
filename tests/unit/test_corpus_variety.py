from __future__ import annotations

import pytest
import spacy
from corpus_samples import MARKED, TWO_EVENTS, items

from schemas import defaults
from tasks.corpus.constructions import constructions_of
from tasks.corpus.items import validated
from tasks.corpus.overlap import runs_of, shared_runs
from tasks.corpus.variety import Bars, alike, in_words, measure

NOTHING = Bars(
    items=0, sentences=0, category=0, none=0, mode=0, status=0, context=0, trigger_lemmas=0, distinct_pairs=0,
    construction=0, period=0, region=0,
)  # fmt: skip
CATCH = "Norway's parliament on Monday rejected an Icelandic offer to share the capelin catch of the year"


@pytest.fixture(scope="module")
def nlp():
    return spacy.load(defaults.LANGUAGE_MODEL, exclude=["ner"])


def report(nlp, marked=MARKED):
    labelled = items(marked)
    return measure(validated(labelled, [item["text"] for item in labelled]), nlp)


def test_what_is_counted(nlp):
    counted = report(nlp)
    assert (counted.items, counted.sentences, counted.events) == (5, 3, 4)
    assert counted.counts["event_type"]["NONE"] == 1
    assert counted.modes["REJECT", "change"] == 1
    assert counted.trigger_lemmas["REJECT"] == {"reject": 1}
    assert counted.counts["contexts"]["natural_resource"] == 2
    assert counted.constructions["headline"] == pytest.approx(1 / 4)  # of the events
    assert counted.constructions["lead"] == pytest.approx(2 / 4)  # NONE shows no construction
    assert counted.constructions["several events"] == 0  # the first sentence has two, in 24 words
    assert set(counted.words.values()) == {14}  # of the shorter of two: the headline is not counted
    assert counted.distinct_pairs == 1
    assert "5 items in 3 sentences" in in_words(counted)


@pytest.mark.parametrize(
    ("bars", "shortfall"),
    [
        pytest.param({"items": 6}, "items: 5, at least 6", id="items"),
        pytest.param({"sentences": 4}, "sentences: 3", id="sentences"),
        pytest.param({"none": 2}, "NONE: 1", id="NONE"),
        pytest.param({"category": 1}, "MOBILIZE: 0", id="category"),
        pytest.param({"mode": 1}, "ASSAULT/drone: 0", id="mode"),
        pytest.param({"status": 1}, "negated: 0", id="status"),
        pytest.param({"context": 1}, "lgbt: 0", id="context"),
        pytest.param({"trigger_lemmas": 2}, "triggers of REJECT: 1", id="triggers"),
        pytest.param({"construction": 0.1}, "negation: 0", id="construction"),
        pytest.param({"distinct_pairs": 1.1}, "distinct pairs: 1", id="pairs"),
        pytest.param({"period": 0.9}, "1990s: 0.6", id="period"),
        pytest.param({"region": 0.1}, "south-asia: 0", id="region"),
    ],
)
def test_what_falls_short(nlp, bars, shortfall):
    counted = report(nlp)
    lengths = [line for line in counted.shortfalls(NOTHING) if line.startswith("words at")]
    assert lengths == counted.shortfalls(NOTHING)
    assert "words at quantile 0.5: 14, the wire has 21" in lengths
    asked = Bars(**{name: bars.get(name, getattr(NOTHING, name)) for name in Bars.__dataclass_fields__})
    assert any(line.startswith(shortfall) for line in counted.shortfalls(asked))


@pytest.mark.parametrize(
    ("marked", "shown", "not_shown"),
    [
        pytest.param(
            "[b Ten envoys] were [t expelled] by [a Lima] on Friday.\na>b | SANCTION | expel | actual | t | -",
            {"passive", "recipient first"}, {"nominalisation", "plan"}, id="passive",
        ),
        pytest.param(
            "The [t expulsion] of [b ten envoys] by [a Lima] came on Friday.\na>b | SANCTION | expel | actual | t | -",
            {"nominalisation"}, {"passive"}, id="nominalisation",
        ),
        pytest.param(
            "Diplomats said [a Lima] had [t expelled] [b ten envoys].\na>b | SANCTION | expel | actual | t | -",
            {"attribution"}, {"history", "conditional"}, id="attribution",
        ),
        pytest.param(
            "[a Lima] would [t expel] [b ten envoys] if the raid went on.\na>b | SANCTION | expel | hypothetical | t | -",
            {"conditional"}, {"attribution"}, id="conditional",
        ),
        pytest.param(
            "[a Lima] [t expelled] [b ten envoys] in 1974.\na>b | SANCTION | expel | actual | t | -",
            {"history"}, {"lone actor"}, id="history",
        ),
        pytest.param(
            "[a Lima], which [t expelled] [b ten envoys], is quiet.\na>b | SANCTION | expel | actual | t | -",
            {"subordinate"}, {"passive"}, id="relative clause",
        ),
        pytest.param(
            "[a Lima] wants [c to] [t expel] [b ten envoys].\na>b | SANCTION | expel | hypothetical | t | -",
            {"embedded"}, {"conditional", "history"}, id="embedded",
        ),
        pytest.param(
            "[a Lima] at once [t expelled] [b ten envoys], 40 years old and more.\na>b | SANCTION | expel | actual | t | -",
            set(), {"history"}, id="an age",
        ),
        pytest.param("[a Lima] and [b Quito] [t met].\na>b | CONSULT | - | actual | t | - | r", {"symmetric"}, set(), id="symmetric"),
        pytest.param("[a Dockers] in Callao [t downed tools].\na>0 | PROTEST | strike | actual | t | -", {"lone actor"}, set(), id="lone"),
    ],
)  # fmt: skip
def test_constructions(nlp, marked, shown, not_shown):
    (item,) = items(f"# body 1990s latin-america\n{marked}")
    found = constructions_of(item, nlp(item["text"]), events=1)
    assert shown <= found
    assert not not_shown & found


@pytest.mark.parametrize(("events", "is_shown"), [(1, False), (2, True)])
def test_several_events_in_a_long_sentence(nlp, events, is_shown):
    long = "[a Lima] [t expelled] [b ten envoys] on Friday, and its ports, its mines, its banks and all of its schools were shut for a week by the same decree."
    (item,) = items(f"# body 1990s latin-america\n{long}\na>b | SANCTION | expel | actual | t | -")
    assert ("several events" in constructions_of(item, nlp(item["text"]), events=events)) is is_shown


def test_one_pair_in_two_sentences_is_one_pair(nlp):
    same = (
        "# body 1990s latin-america\n[a Lima] [t warned] [b Quito] {}.\na>b | THREATEN | - | actual | t | -\n"
    )
    counted = report(nlp, same.format("on Friday") + same.format("again a year later"))
    assert counted.distinct_pairs == 1 / 2


def test_a_pair_with_two_events_is_one_pair(nlp):
    counted = report(nlp, TWO_EVENTS)
    assert (counted.items, counted.events) == (3, 2)
    assert counted.distinct_pairs == 1
    assert counted.constructions["passive"] == 1 / 2


def test_nothing_but_none(nlp):
    none = report(nlp, "# lead 1990s oceania\n[a Fiji] lies north of [b Tonga].\na>b | NONE")
    assert set(none.constructions.values()) == {0}
    assert none.shortfalls(Bars())


def test_a_short_sentence_inside_a_long_one_is_alike():
    inside = (
        f"{CATCH}, and went home by the night train with all of its papers, its clerks and its three dogs"
    )
    (found,) = alike([CATCH, inside])
    assert found[0] == 1


def test_sentences_that_are_alike():
    other = CATCH.replace("Monday", "Friday")
    assert [pair[1:] for pair in alike([CATCH, other, "Fiji and Tonga sign a treaty on customs."])] == [
        (CATCH, other)
    ]
    assert (
        alike([CATCH, "Norway's parliament on Monday rejected a budget that nobody had read to the end"])
        == []
    )


@pytest.mark.parametrize(
    ("text", "is_shared"),
    [
        pytest.param(f"{CATCH}.", True, id="the sentence itself"),
        pytest.param(
            "Sweden's parliament on Tuesday turned down an offer to share the capelin catch of 1991.", False,
            id="seven words",
        ),
        pytest.param(
            "it was parliament that on a day rejected an Icelandic offer to share the 300 tonne capelin catch", False,
            id="other words between",
        ),
        pytest.param(
            "The parliament on Tuesday rejected an Irish offer to share the 300 capelin catch", True,
            id="other names and numbers between",
        ),
    ],
)  # fmt: skip
def test_runs_of_words_that_stand_elsewhere(text, is_shared):
    sentence = "The parliament on Monday rejected an Icelandic offer to share the capelin catch."
    assert bool(shared_runs([sentence], [text])) is is_shared


def test_formulas_of_office_are_no_runs():
    said = "a foreign ministry spokesman said on condition of anonymity that the deputy prime minister left early"
    assert list(runs_of(said)) == []
