from __future__ import annotations

import pytest

from tasks.extract.actors import find_mentions
from tasks.extract.language_model import parse

ELSEWHERE = "Norway and Chile met. "
"""What keeps these sentences from being about one country's affairs."""


@pytest.mark.parametrize(
    ("sentence", "group", "code"),
    [
        ("In Kitwe, policemen fired tear gas at crowds.", "policemen", "ZMB"),
        ("In Kitwe, policemen fired tear gas at crowds.", "crowds", "ZMB"),
        ("In Mopti, residents said the road was closed.", "residents", "MLI"),
        ("Thousands of protesters marched through Nairobi on Monday.", "protesters", "KEN"),
        ("About 2,000 students marched in Khartoum.", "students", "SDN"),
        ("Outside the French base in Niamey, demonstrators burned a flag.", "demonstrators", "NER"),
        ("Soldiers fired on protesters in the Bolivian capital.", "protesters", "BOL"),
        ("In Nairobi, doctors treated tourists.", "tourists", None),
        ("Protesters gathered at the Sudanese embassy.", "Protesters", None),
        ("Protesters marched from Nairobi to Kampala.", "Protesters", None),
        ("Farmers sell coffee to Kenya.", "Farmers", None),
    ],
)
def test_groups_are_of_the_place_where_they_act(sentence, group, code):
    found = [m for m in find_mentions(parse(ELSEWHERE + sentence)) if m.text.endswith(group)]
    assert [m.code for m in found] == [code]
