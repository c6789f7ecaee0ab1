from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.refusal import MAX_VALUE_CHARACTERS, Refusal, excerpt, inert


def refusal(*, value="", detail=""):
    return Refusal(
        stage="ingest",
        table=None,
        reason="empty",
        detail=detail,
        origin="a.txt",
        value=value,
        record=None,
    )


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("two\n\tlines", "two lines", id="white space"),
        pytest.param("\x1b[31mred", "\\u001b[31mred", id="terminal escape"),
        pytest.param("a\u202eb", "a\\u202eb", id="writing direction"),
        pytest.param("a\ud800b", "a\\ud800b", id="unpaired surrogate"),
        pytest.param("\U000e0001", "\\U000e0001", id="language tag"),
        pytest.param("Łódź 🙂", "Łódź 🙂", id="what can be seen stays"),
    ],
)
def test_inert(raw, shown):
    assert inert(raw) == shown


def test_excerpt_says_that_there_is_more():
    assert excerpt("a" * 200) == "a" * 200
    assert excerpt("a" * 201) == "a" * 199 + "…"
    assert excerpt(" " * 10**6 + "a") == "…"


@given(st.text(st.characters()))
def test_what_people_see_is_inert_whatever_is_handed_over(raw):
    refused = refusal(value=raw, detail=raw)
    assert len(refused.value) <= MAX_VALUE_CHARACTERS
    assert "\n" not in refused.value + refused.detail
    assert refused.value.encode() is not None
    assert refused.detail.encode() is not None
    assert excerpt(refused.value) == refused.value
