"""Scores detente on the golden set and compares each figure with its floor; what `make quality` runs.

    python tests/golden/quality.py                  the table; status 1 if a figure is below its floor
    python tests/golden/quality.py --errors people  what is wrong in one aspect, up to 200 lines
    python tests/golden/quality.py --predictions F  the JSON of `detente extract` for each article, to another scorer

Floors are in `floors.tsv`, which only grows: the last row of a figure is in force, and a row below the one before it
must give its reason. The figures are exact for one lock file and family of CPU; a floor is a little below its figure.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from annotated_articles import read_folder
from quality_scores import Tally, score

from schemas.article import Article
from tasks.extract.document import extract
from tasks.extract.json_form import json_form

if TYPE_CHECKING:
    from annotated_articles import AnnotatedArticle

    from tasks.extract.annotations import Extraction

FLOORS = Path(__file__).parent / "floors.tsv"
MOST_ERRORS = 200
MEASURES = ("precision", "recall", "f1")


class FloorError(ValueError):
    """The floors cannot be used: a figure is unknown, or was lowered without a reason."""


def measure() -> tuple[dict[str, Tally], list[tuple[AnnotatedArticle, Extraction]]]:
    """The tallies of the whole set, and what was found in each article."""
    found = [(article, extract(_as_article(article))) for article in read_folder()]
    total: dict[str, Tally] = {}
    for article, extraction in found:
        for aspect, tally in score(article, extraction).items():
            total[aspect] = total.get(aspect, Tally()) + tally
    return total, found


def read_floors(path: Path = FLOORS) -> dict[tuple[str, str], float]:
    """The floors in force, by aspect and measure.

    Raises:
        FloorError: A row is below the one before it and gives no reason, or cannot be read.
    """
    floors: dict[tuple[str, str], float] = {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        for row in rows:
            key, floor = (row["aspect"], row["measure"]), float(row["floor"])
            if row["measure"] not in MEASURES:
                raise FloorError(f"{path.name}: no measure is {row['measure']!r}")
            if floor < floors.get(key, 0.0) and not row["reason"].strip():
                raise FloorError(f"{path.name}: {key[0]} ({key[1]}) was lowered to {floor} without a reason")
            floors[key] = floor
    return floors


def below_floor(total: dict[str, Tally], floors: dict[tuple[str, str], float]) -> list[str]:
    """What has fallen below its floor, in words.

    Raises:
        FloorError: A floor is set for a figure that nobody measures.
    """
    unknown = {aspect for aspect, _ in floors} - total.keys()
    if unknown:
        raise FloorError(f"floors for what is not measured: {', '.join(sorted(unknown))}")
    return [
        f"{aspect}: {measure} is {figure:.3f}, floor {floor:.3f}"
        for (aspect, measure), floor in floors.items()
        if (figure := getattr(total[aspect], measure)) < floor
    ]


def _as_article(article: AnnotatedArticle) -> Article:
    return Article(
        source_id=article.id,
        title=article.title,
        text=article.text,
        published_date=date.fromisoformat(article.date) if article.date else None,
    )


def _table(total: dict[str, Tally], floors: dict[tuple[str, str], float]) -> str:
    lines = [f"{'':26}{'precision':>10}{'recall':>8}{'F1':>8}{'marked':>8}   floors"]
    for aspect, tally in total.items():
        said = ", ".join(f"{name} {floor:.2f}" for (of, name), floor in floors.items() if of == aspect)
        lines.append(
            f"{aspect:26}{tally.precision:>10.3f}{tally.recall:>8.3f}{tally.f1:>8.3f}{tally.marked:>8}   {said}"
        )
    return "\n".join(lines)


def main() -> int:
    """Measures, prints, and says by its status whether every floor holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--errors", metavar="ASPECT", help="print what is wrong in one aspect")
    parser.add_argument("--predictions", metavar="FILE", type=Path, help="write what `detente extract` would")
    options = parser.parse_args()
    floors = read_floors()
    total, found = measure()
    if options.errors:
        print("\n".join(total[options.errors].errors[:MOST_ERRORS]))
    if options.predictions:
        objects = [json_form(_as_article(article), extraction) for article, extraction in found]
        lines = (json.dumps(item, ensure_ascii=False) + "\n" for item in objects)
        options.predictions.write_text("".join(lines), encoding="utf-8")
    print(_table(total, floors))
    fallen = below_floor(total, floors)
    print("\n".join(["", *fallen]) if fallen else f"\n{len(found)} articles; every floor holds.")
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main())
