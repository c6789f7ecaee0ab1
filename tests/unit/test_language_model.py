import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thinc.api import get_current_ops

from tasks.extract.bounded_tokenizer import LONGEST_CHUNK
from tasks.extract.kernels import PROBE, annotations_of
from tasks.extract.language_model import gemm_in_use, load_language_model, parse


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("Kenya met Chad.\nOslo waited.", 2, id="a paragraph on each line"),
        pytest.param("Kenya met Chad\n\nOslo waited", 2, id="a blank line without full stops"),
        pytest.param(
            "Ministers from Kenya and Chad\nmet in the town of Garissa on\nSunday to discuss the border.",
            1,
            id="wrapped lines",
        ),
        pytest.param("", 0, id="empty"),
        pytest.param(" \n\n\t ", None, id="white space"),
    ],
)
def test_sentences_do_not_cross_paragraphs(text, sentences):
    found = [sentence for sentence in parse(text).sents if sentence.text.strip()]
    assert len(found) == (sentences or 0)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200), st.integers(0, 3), st.sampled_from(["“", "x", "”a", "é.", "-"]))
def test_the_characters_of_the_parse_are_those_of_the_text(text, chunks, mark):
    whole = text.join([mark * LONGEST_CHUNK] * chunks) if chunks else text
    doc = load_language_model().make_doc(whole)
    assert doc.text == whole
    assert all(whole[token.idx : token.idx + len(token)] == token.text for token in doc)


def test_a_page_of_quotation_marks_takes_little_time():
    started = time.process_time()
    assert len(load_language_model().make_doc("“" * 50_000)) == 50_000
    assert time.process_time() - started < 5  # 275 s with spaCy's own tokenizer


def test_both_matrix_products_give_the_same_annotations():
    model, operations = load_language_model(), get_current_ops()
    before = operations.use_blis
    try:
        results = []
        for operations.use_blis in (True, False):
            results.append(annotations_of(model(PROBE)))
    finally:
        operations.use_blis = before
    assert results[0] == results[1]
    assert gemm_in_use() in {"numpy", "blis"}
