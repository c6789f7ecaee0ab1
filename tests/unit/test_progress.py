from __future__ import annotations

import logging
import time

import pytest

from tasks.progress import Estimate, in_words, listening, report_progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is set; `clock.now` are its seconds."""

    class Clock:
        now = 1000.0

    monkeypatch.setattr(time, "monotonic", lambda: Clock.now)
    return Clock


@pytest.fixture
def said(caplog):
    """What the log says until it is asked, line by line."""
    caplog.set_level(logging.INFO, logger="tasks.progress")
    return lambda: caplog.messages


# ----------------------------------------------------------------------------------------------------------- listeners


def test_listeners_are_told_inside_their_block_only():
    heard: list[tuple[str, tuple[str, int, int]]] = []

    def listener(name):
        return lambda *progress: heard.append((name, progress))

    report_progress("extract", 1, 9)
    with listening(listener("outer")):
        report_progress("extract", 2, 9)
        with listening(listener("inner")):
            report_progress("extract", 3, 9)
        report_progress("extract", 4, 9)
    report_progress("extract", 5, 9)
    assert heard == [
        ("outer", ("extract", 2, 9)),
        ("outer", ("extract", 3, 9)),
        ("inner", ("extract", 3, 9)),
        ("outer", ("extract", 4, 9)),
    ]


def test_a_listener_hears_no_more_after_an_error():
    heard: list[int] = []
    with pytest.raises(KeyError), listening(lambda _stage, done, _total: heard.append(done)):
        raise KeyError
    report_progress("extract", 1, 9)
    assert heard == []


# ----------------------------------------------------------------------------------------------------------- estimates


def test_what_is_left_is_told_at_the_speed_so_far(clock, said):
    estimate = Estimate("extract", total=1000, items=50)
    clock.now += 60
    estimate.update(250)
    assert said() == ["extract: about 12 of 50 articles, 3 min left"]


@pytest.mark.parametrize(
    ("seconds", "is_said"),
    [(0, False), (29.9, False), (30, True), (31, True)],
)
def test_the_first_word_comes_after_half_a_minute(clock, said, seconds, is_said):
    estimate = Estimate("extract", total=100, items=10)
    clock.now += seconds
    estimate.update(50)
    assert bool(said()) is is_said


def test_between_two_words_is_half_a_minute(clock, said):
    estimate = Estimate("extract", total=1000, items=100)
    for second in range(1, 101):
        clock.now = 1000.0 + second
        estimate.update(second)
    assert said() == [
        "extract: about 3 of 100 articles, 16 min left",
        "extract: about 6 of 100 articles, 16 min left",
        "extract: about 9 of 100 articles, 15 min left",
    ]


@pytest.mark.parametrize("done", [0, 100, 101], ids=["nothing done", "all done", "more than all"])
def test_there_is_nothing_to_say_at_either_end(clock, said, done):
    estimate = Estimate("extract", total=100, items=10)
    clock.now += 500
    estimate.update(done)
    assert said() == []
    estimate.update(50)
    assert len(said()) == 1, "and the next word is not put off"


def test_a_stage_without_work_says_nothing(clock, said):
    estimate = Estimate("extract", total=0, items=0)
    clock.now += 500
    estimate.update(0)
    assert said() == []


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (40, "40 s"),
        (89, "89 s"),
        (90, "2 min"),
        (720, "12 min"),
        (5399, "90 min"),
        (5400, "1.5 h"),
        (12600, "3.5 h"),
        (360000, "100.0 h"),
    ],
)
def test_a_length_of_time_in_words(seconds, expected):
    assert in_words(seconds) == expected
