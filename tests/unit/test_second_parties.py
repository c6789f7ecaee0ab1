from __future__ import annotations

from dataclasses import replace

import pytest
from release_samples import WARNING

from tasks.extract.annotations import Evidence, Mention, Participant
from tasks.extract.second_parties import with_country_of_scene, with_second_parties

WIDTH = 100
"""Characters of each sentence of these articles."""


def side(code: str, sector: str | None = None) -> Mention:
    is_country = sector is None
    return Mention(
        start=0,
        end=1,
        text=code,
        kind="country" if is_country else "organization",
        how="name",
        name=code,
        code=code,
        sector=sector,
    )


def event(number: int, event_type: str, actor: Mention, *recipients: str, mode: str | None = None):
    start = number * WIDTH
    told = Evidence(
        start=start, end=start + 50, sentence="", trigger_start=start, trigger_end=start + 5, trigger=""
    )
    return replace(
        WARNING,
        event_type=event_type,
        mode=mode,
        participants=(
            Participant(role="actor", mention=actor),
            *(Participant(role="recipient", mention=side(code)) for code in recipients),
        ),
        evidence=(told,),
    )


def recipients_of(events, number: int) -> set[str]:
    starts = [sentence * WIDTH for sentence in range(50)]
    found = with_second_parties(events, starts)
    return next(one for one in found if one.evidence[0].trigger_start == number * WIDTH).codes("recipient")


QUARREL = [event(n, "ACCUSE", side("PER"), "ECU") for n in range(5)]


@pytest.mark.parametrize(
    ("others", "lone", "expected"),
    [
        pytest.param(
            [event(9, "REQUEST", side("CHL"), "PER")], "CHL", {"PER"}, id="whom it dealt with before"
        ),
        pytest.param(
            [event(9, "REQUEST", side("PER"), "CHL")], "CHL", {"PER"}, id="who dealt with it before"
        ),
        pytest.param([event(5, "REQUEST", side("CHL"), "PER")], "CHL", set(), id="too far back"),
        pytest.param([event(9, "REQUEST", side("BOL"), "PER")], "CHL", set(), id="others only"),
        pytest.param([event(n, "ACCUSE", side("PER")) for n in range(5)], "CHL", {"PER"}, id="by far"),
        pytest.param([event(n, "ACCUSE", side("PER")) for n in range(3)], "CHL", set(), id="not often"),
        pytest.param(
            [*(event(n, "ACCUSE", side("PER")) for n in range(4)), *(event(9, "ACCUSE", side("CHL")),) * 9],
            "CHL",
            set(),
            id="a small part of the article",
        ),
        pytest.param(
            [event(6, "ACCUSE", side("CHL"), "PER"), event(9, "ACCUSE", side("CHL"))],
            "CHL",
            set(),
            id="what is lent is not lent on",
        ),
        pytest.param(QUARREL, "CHL", {"PER", "ECU"}, id="both who quarrel"),
        pytest.param(
            [*QUARREL, *(event(n, "ACCUSE", side("BOL")) for n in range(4))], "CHL", set(), id="one of three"
        ),
    ],
)
def test_whom_an_appeal_goes_to(others, lone, expected):
    assert recipients_of([*others, event(10, "REQUEST", side(lone))], 10) == expected


def test_two_sides_stand_in_one_order_whatever_order_their_codes_were_met_in():
    quarrel = [
        event(n, "ACCUSE", side(one), other)
        for n, (one, other) in enumerate([("PER", "ECU"), ("ECU", "PER")] * 3)
    ]
    for others in (quarrel, quarrel[::-1]):
        found = with_second_parties(
            [*others, event(10, "REQUEST", side("CHL"))], [n * WIDTH for n in range(50)]
        )
        assert [part.mention.code for part in found[-1].participants] == ["CHL", "ECU", "PER"]


def test_only_appeals_and_offers_go_to_two_sides_at_once():
    assert recipients_of([*QUARREL, event(10, "MOBILIZE", side("CHL"))], 10) == set()


def test_those_of_one_side_who_meet_lack_nobody():
    met = event(10, "CONSULT", side("CHL"))
    minister = Participant(role="actor", mention=replace(side("CHL", "GOV"), name="minister"))
    assert recipients_of([event(9, "CONSULT", side("CHL"), "PER"), met], 10) == {"PER"}
    among_them = replace(met, participants=(*met.participants, minister))
    assert recipients_of([event(9, "CONSULT", side("CHL"), "PER"), among_them], 10) == set()


def test_who_has_a_second_party_keeps_it():
    assert recipients_of([*QUARREL, event(10, "REQUEST", side("CHL"), "BOL")], 10) == {"BOL"}


@pytest.mark.parametrize(
    ("told", "scene", "expected"),
    [
        pytest.param(event(0, "ASSAULT", side("ISR", "MIL")), "LBN", {"LBN"}, id="bombed a town abroad"),
        pytest.param(event(0, "ASSAULT", side("MLI", "MIL")), "MLI", {"MLI"}, id="at home"),
        pytest.param(event(0, "REQUEST", side("ISR")), "LBN", set(), id="an appeal hits nobody"),
        pytest.param(event(0, "ASSAULT", side("ISR"), "SYR"), "LBN", {"SYR"}, id="somebody is named"),
        pytest.param(event(0, "ASSAULT", side("ISR", "MIL")), None, set(), id="nowhere"),
        pytest.param(event(0, "COERCE", side("BOL", "POL")), None, {"BOL"}, id="police are at home"),
        pytest.param(event(0, "COERCE", side("LTU"), mode="martial-law"), None, {"LTU"}, id="an emergency"),
    ],
)
def test_whom_a_harmful_act_hits(told, scene, expected):
    found = with_country_of_scene(told, side(scene) if scene else None)
    assert found.codes("recipient") == expected
