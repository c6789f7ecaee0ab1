from __future__ import annotations

from dataclasses import replace

import pytest
from release_samples import PUBLISHED, WARNING, evidence

from tasks.extract.merging import merge_reports

AGAIN = evidence("It paid 2 million dollars.", "paid")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param((), (), (), id="about nothing"),
        pytest.param(("military",), (), ("military",), id="the first alone"),
        pytest.param((), ("military",), ("military",), id="the second alone"),
        pytest.param(("military",), ("cyber", "military"), ("cyber", "military"), id="each once, sorted"),
    ],
)
def test_an_event_is_about_what_any_of_its_reports_is_about(first, second, expected):
    reports = [replace(WARNING, contexts=first), replace(WARNING, contexts=second, evidence=(AGAIN,))]
    (event,) = merge_reports(reports, published=PUBLISHED)
    assert event.contexts == expected
    assert len(event.evidence) == 2
