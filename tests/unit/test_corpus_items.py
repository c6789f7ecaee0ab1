from __future__ import annotations

import json
import re

import pytest
from corpus_samples import TWO_EVENTS, items, one
from hypothesis import given
from hypothesis import strategies as st

from schemas.corpus import CorpusItems
from schemas.identity import item_id, split_of
from schemas.tables import polars_schema
from tasks.corpus.items import CorpusError, read_corpus, validated, write_corpus

SENTENCE = items()[0]["text"]
NONE = {"event_type": "NONE", "mode": None, "status": None, "contexts": [], "trigger": None}


def checked(record):
    return validated([record], ["here:1"])


def test_a_written_corpus_reads_back_as_it_was(tmp_path):
    written = items()
    write_corpus(written, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "western-europe-1990s.jsonl",
        "oceania-2010s.jsonl",
        "east-africa-2020s.jsonl",
    }
    read = read_corpus(tmp_path)
    assert read.schema == polars_schema(CorpusItems)
    assert sorted(read["id"]) == sorted(item["id"] for item in written)
    assert {item["id"]: item for item in read.to_dicts()} == {item["id"]: item for item in written}


def test_files_do_not_depend_on_the_order_of_items(tmp_path):
    for name, order in (("one", items()), ("two", items()[::-1])):
        (tmp_path / name).mkdir()
        write_corpus(order, tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="as it is"),
        pytest.param(NONE, id="NONE"),
        pytest.param({"recipient": None}, id="a lone actor"),
        pytest.param({"mode": None, "contexts": []}, id="neither mode nor context"),
        pytest.param({"status": "negated"}, id="negated"),
        pytest.param(
            {"event_type": "AID", "mode": None, "status": "hypothetical"}, id="aid that may have been"
        ),
    ],
)
def test_items_that_are_valid(changes):
    assert len(checked(one(**changes))) == 1


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        pytest.param({"event_type": "INVADE"}, "known_category", id="no category"),
        pytest.param({"mode": "aerial"}, "mode_of_category", id="a mode of another category"),
        pytest.param({"status": "likely"}, "isin", id="no status"),
        pytest.param({"contexts": ["weather"]}, "known_contexts", id="no context"),
        pytest.param({"contexts": ["military", "military"]}, "known_contexts", id="a context twice"),
        pytest.param({"kind": "caption"}, "isin", id="no kind"),
        pytest.param({"period": "1970s"}, "isin", id="no period"),
        pytest.param({"region": "europe"}, "isin", id="no region"),
        pytest.param({"trigger": None}, "none_is_empty", id="an event without trigger"),
        pytest.param({"status": None}, "none_is_empty", id="an event without status"),
        pytest.param({**NONE, "contexts": ["military"]}, "none_is_empty", id="NONE with a context"),
        pytest.param({**NONE, "reciprocal": True}, "none_is_empty", id="NONE on both sides"),
        pytest.param({"actor": [5, 5]}, "spans_in_text", id="an empty span"),
        pytest.param({"actor": [9, 3]}, "spans_in_text", id="a span that ends before it starts"),
        pytest.param({"actor": [0, 9_999]}, "spans_in_text", id="a span outside the sentence"),
        pytest.param({"actor": [-3, 4]}, "spans_in_text", id="a span that starts before the sentence"),
        pytest.param({"actor": [8, 20]}, "spans_in_text", id="a span that ends in a space"),
        pytest.param({"trigger": [8, 9]}, "spans_in_text", id="a span that is a space"),
        pytest.param({"actor": [0, 6], "recipient": [0, 6]}, "two_parties", id="one party twice"),
        pytest.param({"recipient": None, "reciprocal": True}, "second_party", id="mutual, but alone"),
        pytest.param(
            {"recipient": None, "event_type": "AID", "mode": None}, "second_party", id="aid to nobody"
        ),
        pytest.param(
            {"event_type": "CONSULT", "mode": None, "status": "planned"}, "future_cooperation", id="will meet"
        ),
    ],
)
def test_items_that_break_a_rule(changes, rule):
    with pytest.raises(CorpusError, match=rule) as error:
        checked(one(**changes))
    assert "here:1" in str(error.value)


def test_a_sentence_with_two_kinds():
    with pytest.raises(CorpusError, match="one_setting"):
        validated([one(), {**items()[1], "kind": "body"}], ["here:1", "here:2"])


def test_two_labels_of_one_event():
    with pytest.raises(CorpusError, match="is one item of its sentence and pair"):
        validated([one(), one(mode="yield")], ["here:1", "here:2"])


def test_a_pair_may_have_several_events():
    labelled = items(TWO_EVENTS)
    read = validated(labelled, ["here:1", "here:2", "here:3"])
    assert read["id"].n_unique() == 3
    assert [item["event_type"] for item in labelled] == ["REQUEST", "REJECT", "NONE"]
    assert labelled[0]["actor"] == labelled[1]["actor"]


@pytest.mark.parametrize(
    "pair",
    [pytest.param({}, id="of a pair"), pytest.param({"recipient": None}, id="of a lone actor")],
)
def test_none_beside_an_event(pair):
    with pytest.raises(CorpusError, match="A pair with an event is not NONE as well") as error:
        validated([one(**pair), one(**NONE, **pair)], ["here:1", "here:2"])
    assert "here:2" in str(error.value)
    assert "here:1" not in str(error.value)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"actor": [3, 8]}, id="another actor"),
        pytest.param({"recipient": None}, id="no recipient"),
        pytest.param({"actor": one()["recipient"], "recipient": one()["actor"]}, id="the other order"),
        pytest.param({"text": SENTENCE.replace("Monday", "Friday")}, id="another sentence"),
    ],
)
def test_none_beside_an_event_of_another_pair(other):
    assert len(validated([one(), one(**NONE, **other)], ["here:1", "here:2"])) == 2


def test_events_of_a_pair_are_written_in_the_order_of_their_triggers(tmp_path):
    write_corpus(items(TWO_EVENTS)[::-1], tmp_path)
    events = [item for item in read_corpus(tmp_path).to_dicts() if item["trigger"]]
    assert [item["trigger"][0] for item in events] == sorted(item["trigger"][0] for item in events)


def test_sentences_of_a_region_and_decade_share_a_file(tmp_path):
    write_corpus(
        [one(), one(text=SENTENCE.replace("Monday", "Friday"), period="2020s"), *items(TWO_EVENTS)], tmp_path
    )
    lines = {path.stem: len(path.read_text().splitlines()) for path in tmp_path.iterdir()}
    assert lines == {"western-europe-1990s": 1, "western-europe-2020s": 1, "south-asia-1980s": 3}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("{", "not JSON", id="no JSON"),
        pytest.param("[]", "not an object", id="no object"),
        pytest.param('{"text": 3}', "missing or unknown", id="one field"),
        pytest.param("[" * 100_000, "not JSON", id="nested without end"),
        pytest.param(json.dumps({**one(), "text": 3}), "type .*: text", id="no sentence"),
        pytest.param(
            json.dumps({**one(), "actor": "Norway"}), "type .*: actor", id="words in place of a span"
        ),
        pytest.param(json.dumps({**one(), "actor": None}), "type .*: actor", id="no actor"),
        pytest.param(json.dumps({**one(), "trigger": [3]}), "type .*: trigger", id="half a span"),
        pytest.param(json.dumps({**one(), "actor": [0, 2**70]}), "type .*: actor", id="a huge offset"),
        pytest.param(json.dumps({**one(), "contexts": [None]}), "type .*: contexts", id="an empty context"),
        pytest.param(json.dumps({**one(), "reciprocal": 1}), "type .*: reciprocal", id="a number for yes"),
        pytest.param(json.dumps(one(text=SENTENCE + " ")), "cannot be seen", id="a space at the end"),
        pytest.param(json.dumps(one(text=SENTENCE + "\x1b")), "cannot be seen", id="a control character"),
        pytest.param(json.dumps({**one(), "split": "dev"}), "belongs to", id="another split"),
        pytest.param(json.dumps({**one(), "id": "itm_" + "0" * 20}), "the id is not", id="another id"),
        pytest.param(json.dumps({**one(), "note": ""}), "unknown fields: note", id="another field"),
        pytest.param(
            json.dumps({k: v for k, v in one().items() if k != "mode"}), "missing.*: mode", id="a field less"
        ),
    ],
)
def test_lines_that_are_no_item(tmp_path, line, message):
    (tmp_path / "own.jsonl").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=message) as error:
        read_corpus(tmp_path)
    assert str(error.value).startswith("own.jsonl:1")


def test_a_line_separator_is_no_end_of_a_line(tmp_path):
    (tmp_path / "own.jsonl").write_text(json.dumps(one(text=SENTENCE + "\u2028x")), encoding="utf-8")
    with pytest.raises(CorpusError, match=r"jsonl:1: the sentence has characters"):
        read_corpus(tmp_path)


def test_a_file_that_is_not_utf_8(tmp_path):
    (tmp_path / "own.jsonl").write_bytes(b'{"text": "\xff"}')
    with pytest.raises(CorpusError, match=r"own\.jsonl"):
        read_corpus(tmp_path)


@pytest.mark.parametrize("name", ["own.jsonl", "1990s.jsonl"])
def test_nothing_is_written_beside_items_of_others(tmp_path, name):
    (tmp_path / name).write_text("", encoding="utf-8")
    with pytest.raises(CorpusError, match=re.escape(name)):
        write_corpus(items(), tmp_path)


def test_a_folder_without_a_corpus(tmp_path):
    with pytest.raises(CorpusError, match=r"no \.jsonl"):
        read_corpus(tmp_path)


def test_the_id_names_the_spans_and_not_the_label():
    assert one()["id"] == one(event_type="AGREE", mode=None)["id"]
    assert one()["id"] != one(trigger=one()["recipient"])["id"]


SPANS = st.tuples(st.integers(0, 99), st.integers(0, 99))


@given(*[st.tuples(SPANS, st.none() | SPANS, st.none() | SPANS)] * 2)
def test_ids_differ_where_a_span_does(one_item, other_item):
    """Also where a span moves from the recipient to the trigger, or a digit from one number to the next."""
    assert (item_id(SENTENCE, *one_item) == item_id(SENTENCE, *other_item)) == (one_item == other_item)


def test_a_span_in_another_part_gives_another_id():
    known = [
        item_id(SENTENCE, *spans)
        for spans in (
            ([0, 3], [5, 8], [9, 12]),
            ([5, 8], [0, 3], [9, 12]),
            ([0, 3], [9, 12], [5, 8]),
            ([0, 3], [5, 8], None),
            ([0, 3], None, [5, 8]),
            ([0, 3], None, None),
            ([0, 35], [8, 9], None),
        )
    ]
    assert len(set(known)) == len(known)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=40))
def test_a_sentence_is_always_on_one_side(sentences):
    assert [split_of(text) for text in sentences] == [split_of(f" {text}\n") for text in sentences]


def test_a_fifth_is_for_the_test():
    tests = sum(split_of(f"Envoy {n} left.") == "test" for n in range(5_000))
    assert 900 < tests < 1_100
