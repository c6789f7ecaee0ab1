"""The articles of the stores that chaos.py kills runs on, all of them made from samples/.

Three releases are made of the first ones. What arrives in the run that is killed changes as much as a run can change:
new articles, a correction, an older dispatch of which a known one turns out to be a copy, two inputs that are refused,
and takedowns of two articles, one of them the original of a known copy, the other quoted in full by a refused input.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FORGOTTEN = ("2025-01-09_prague-budapest-visit.txt", "2025-02-04_sofia-moscow-expulsions.txt")
COPY_OF_FORGOTTEN = "sample-agency-0204-sofia"
CORRECTED = "sample-agency-0327-dhaka"
COPIED = "2025-02-19_port-vila-cyclone-relief.txt"
OFFERED_BY = "South Sea Sample Bulletin"

_SENTENCE_END = re.compile(r"(?<=[.!?\"]) |\n")
_TELLING = 40  # characters; shorter sentences may stand in any article


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatenedArticles:
    """Where the articles are.

    Attributes:
        releases: A folder for each release that is there before.
        arriving: The folder that the run which is killed reads.
        forgotten: The titles of the articles that are to be forgotten.
        sentences: What only those articles say.
    """

    releases: tuple[Path, ...]
    arriving: Path
    forgotten: tuple[str, ...]
    sentences: tuple[str, ...]


def write_articles(folder: Path) -> ThreatenedArticles:
    """Lay the articles into new folders."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("2025-*.txt"))}
    records, broken = _records()
    names = sorted(texts)
    releases = (
        _folder(folder / "first", {name: texts[name] for name in names[:4]}, [records[CORRECTED]]),
        _folder(folder / "second", {name: texts[name] for name in names[4:6]}, [records[COPY_OF_FORGOTTEN]]),
        _folder(folder / "third", {names[6]: texts[names[6]]}, []),
    )
    new = [record for key, record in records.items() if key not in {CORRECTED, COPY_OF_FORGOTTEN}]
    arriving = _folder(
        folder / "arriving",
        {name: texts[name] for name in names[7:9]},
        [*new[:3], _corrected(records[CORRECTED]), _older_dispatch(texts[COPIED])],
        broken=[broken, _without_date(texts[FORGOTTEN[0]])],
    )
    others = "\n".join([text for name, text in texts.items() if name not in FORGOTTEN] + _texts(records))
    said = [sentence for name in FORGOTTEN for sentence in _SENTENCE_END.split(texts[name])]
    return ThreatenedArticles(
        releases=releases,
        arriving=arriving,
        forgotten=tuple(texts[name].split("\n")[1] for name in FORGOTTEN),
        sentences=tuple(each for each in said if len(each) >= _TELLING and each not in others),
    )


def _folder(
    folder: Path, texts: dict[str, str], records: list[dict[str, str]], broken: list[str] | None = None
) -> Path:
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    if records:
        lines = [*map(json.dumps, records), *(broken or [])]
        (folder / "agency.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _records() -> tuple[dict[str, dict[str, str]], str]:
    """The records of the sample agency by id, and its line that is no JSON."""
    records, broken = {}, ""
    for line in (SAMPLES / "agency.jsonl").read_text(encoding="utf-8").splitlines():
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            broken = line
        else:
            records[record["id"]] = record
    return records, broken


def _texts(records: dict[str, dict[str, str]]) -> list[str]:
    return [record["text"] for record in records.values()]


def _corrected(record: dict[str, str]) -> dict[str, str]:
    return {
        **record,
        "text": record["text"] + "\nJapan and Bangladesh will meet again in Dhaka in June.",
        "updated_at": "2025-04-02T08:00:00Z",
    }


def _older_dispatch(text: str) -> dict[str, str]:
    """The same news a day before under another name: what was an original becomes a copy of it."""
    _, title, body = text.split("\n", 2)
    return {
        "id": "bulletin-1",
        "title": f"{title}, Officials Say",
        "date": "2025-02-18",
        "text": body,
        "source": OFFERED_BY,
        "url": "https://example.org/bulletin/1",
    }


def _without_date(text: str) -> str:
    """An article as a record that is refused, with its whole text."""
    _, title, body = text.split("\n", 2)
    return json.dumps({"id": "undated", "title": title, "text": body.rstrip("\n"), "source": OFFERED_BY})
