from __future__ import annotations

import json

import pytest
from corpus_samples import items, one
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
    assert {path.name for path in tmp_path.iterdir()} == {"1990s.jsonl", "2010s.jsonl", "2020s.jsonl"}
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
        pytest.param({"event_type": "INVADE"}, "isin", id="no category"),
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


def test_two_labels_of_one_sentence_and_pair():
    with pytest.raises(CorpusError, match="unique"):
        validated([one(), one(mode="yield")], ["here:1", "here:2"])


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


def test_nothing_is_written_beside_items_of_others(tmp_path):
    (tmp_path / "own.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"own\.jsonl"):
        write_corpus(items(), tmp_path)


def test_a_folder_without_a_corpus(tmp_path):
    with pytest.raises(CorpusError, match=r"no \.jsonl"):
        read_corpus(tmp_path)


def test_the_id_names_sentence_and_pair_and_not_the_label():
    assert one()["id"] == one(event_type="AGREE", mode=None)["id"]
    assert item_id(SENTENCE, [0, 3], [5, 8]) != item_id(SENTENCE, [5, 8], [0, 3])
    assert item_id(SENTENCE, [0, 3], None) != item_id(SENTENCE, [0, 3], [0, 3])


@given(st.lists(st.text(min_size=1), min_size=1, max_size=40))
def test_a_sentence_is_always_on_one_side(sentences):
    assert [split_of(text) for text in sentences] == [split_of(f" {text}\n") for text in sentences]


def test_a_fifth_is_for_the_test():
    tests = sum(split_of(f"Envoy {n} left.") == "test" for n in range(5_000))
    assert 900 < tests < 1_100
