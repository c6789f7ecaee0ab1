"""The golden set itself: that it is read as it is marked, that errors are named, that floors cannot sink unseen."""

from __future__ import annotations

import pytest
from annotated_articles import AnnotationError, parse, read_folder
from quality import FloorError, below_floor, read_floors
from quality_scores import Tally

HEAD = "id: 1994-03-08-harbour\ndate: 1994-03-08\ntitle: Norway signs\nregion: Europe\n\n"
TEXT = "# text\n{nor:n Norway} signed on {DATE=1994-03-08 Tuesday}.\n{it:p It} paid 3 crowns.\n\nThe end.\n\n"
ENTITIES = "# entities\nnor | country | Norway | NOR\nit | country | Norway | NOR\n\n"
EVENT = '{"type": "SUPPORT", "actors": ["NOR"], "recipients": [], "status": "actual", "date": null, "s": 1, "trigger": "signed"}'
LISTS = f'# events\n{EVENT}\n# amounts\n{{"s": 2, "text": "3 crowns", "kind": "count", "value": 3, "unit": "crown"}}\n'
MARKED = HEAD + TEXT + ENTITIES + LISTS + "# countries\nNOR\n"


def test_marks_become_offsets():
    article = parse(MARKED, origin="harbour.txt")
    assert article.text == "Norway signed on Tuesday. It paid 3 crowns.\n\nThe end."
    assert [article.text[start:end] for start, end in article.sentences] == [
        "Norway signed on Tuesday.",
        "It paid 3 crowns.",
        "The end.",
    ]
    gold = article.record()["gold"]
    for span in (*gold["mentions"], *gold["timex"], *gold["amounts"]):
        assert article.text[span["start"] : span["end"]] == span["text"]
    assert [(m["text"], m["how"], m["code"]) for m in gold["mentions"]] == [
        ("Norway", "name", "NOR"),
        ("It", "pronoun", "NOR"),
    ]
    assert gold["events"][0]["sentence"] == [0, 25]


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        (MARKED.replace("date: 1994-03-08", "date: yesterday"), "no date"),
        (MARKED.replace("region: Europe\n", ""), "lacks 'region'"),
        (MARKED.replace("{it:p It}", "{it:p It"), "broken mark"),
        (MARKED.replace("it | country", "they | country"), "no entity"),
        (MARKED.replace("DATE=", "DAY="), "no type of date"),
        (MARKED.replace("| NOR\nit", "| Nor\nit"), "no code"),
        (MARKED.replace("# events", "# deeds"), "no section"),
        (MARKED.replace('"SUPPORT"', '"HELP"'), "no category"),
        (MARKED.replace('"s": 1', '"s": 9'), "no sentence 9"),
        (MARKED.replace('"trigger": "signed"', '"trigger": "sang"'), "not in its sentence"),
        (MARKED.replace('"actors": ["NOR"]', '"actors": []'), "no participant"),
        (MARKED.replace("3 crowns.", "4 crowns."), "not in its sentence"),
        (MARKED.replace("# countries\nNOR", "# countries\nIGO:EU"), "no country's code"),
    ],
)
def test_what_is_wrong_is_named(marked, message):
    with pytest.raises(AnnotationError, match=message):
        parse(marked, origin="harbour.txt")


def test_the_set_is_read_whole():
    articles = read_folder()
    assert len(articles) >= 60
    assert len({article.id for article in articles}) == len(articles)
    lengths = [len(article.text.split()) for article in articles]
    assert min(lengths) >= 120
    assert max(lengths) <= 600
    assert {event["type"] for article in articles for event in article.events} >= {"AGREE", "ASSAULT", "AID"}


FLOORS_HEAD = "date\taspect\tmeasure\tfloor\treason\n"


def test_a_floor_can_be_raised_and_not_quietly_lowered(tmp_path):
    path = tmp_path / "floors.tsv"
    path.write_text(FLOORS_HEAD + "2026-11-26\tdates\tf1\t0.9\t\n2026-11-27\tdates\tf1\t0.95\t\n")
    assert read_floors(path) == {("dates", "f1"): 0.95}
    path.write_text(path.read_text() + "2026-11-28\tdates\tf1\t0.8\t\n")
    with pytest.raises(FloorError, match="without a reason"):
        read_floors(path)
    path.write_text(path.read_text().replace("0.8\t\n", "0.8\ttwo labels were wrong\n"))
    assert read_floors(path) == {("dates", "f1"): 0.8}


def test_a_figure_below_its_floor_is_named():
    total = {"dates": Tally(right=8, predicted=10, marked=10)}
    assert below_floor(total, {("dates", "f1"): 0.8}) == []
    assert below_floor(total, {("dates", "precision"): 0.9}) == ["dates: precision is 0.800, floor 0.900"]
    with pytest.raises(FloorError, match="not measured"):
        below_floor(total, {("datse", "f1"): 0.8})


def test_every_floor_is_for_something_that_is_measured():
    assert read_floors()
