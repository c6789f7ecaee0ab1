from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.retention import Retention

PUBLISHED = {
    "v0000001": date(2025, 6, 30),
    "v0000002": date(2025, 7, 1),
    "v0000003": date(2025, 7, 31),
    "v0000004": date(2025, 9, 1),
    "v0000005": date(2025, 9, 2),
}


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        pytest.param({}, "12345", id="no rule"),
        pytest.param({"last": 1}, "5", id="the newest"),
        pytest.param({"last": 2}, "45", id="the two newest"),
        pytest.param({"last": 9}, "12345", id="more than there are"),
        pytest.param({"months": 1}, "5", id="the newest month"),
        pytest.param({"months": 2}, "35", id="a month without a version is no month"),
        pytest.param({"months": 9}, "135", id="the last of every month"),
        pytest.param({"versions": ("v0000002",)}, "25", id="one that is cited, and the latest"),
        pytest.param({"versions": ("v0000009",)}, "5", id="one that is not there"),
        pytest.param({"last": 2, "months": 3, "versions": ("v0000002",)}, "12345", id="whatever names it"),
    ],
)
def test_which_versions_stay(rule, kept):
    assert Retention(**rule).kept(PUBLISHED) == {f"v000000{number}" for number in kept}


@pytest.mark.parametrize(
    "rule", [{"last": 0}, {"months": 0}, {"versions": ("12",)}, {"versions": ("latest",)}, {"days": 3}]
)
def test_what_is_no_rule(rule):
    with pytest.raises(ValidationError):
        Retention(**rule)


RULES = st.builds(
    Retention,
    last=st.none() | st.integers(1, 6),
    months=st.none() | st.integers(1, 4),
    versions=st.lists(st.sampled_from(sorted(PUBLISHED)), max_size=2).map(tuple),
)


@given(rule=RULES)
def test_the_latest_stays_and_what_was_deleted_is_not_missed(rule):
    """Housekeeping again, with what it left, deletes nothing more."""
    kept = rule.kept(PUBLISHED)
    assert max(PUBLISHED) in kept
    assert rule.kept({version: PUBLISHED[version] for version in kept}) == kept


def test_an_empty_store_keeps_nothing():
    assert Retention(last=1).kept({}) == frozenset()
