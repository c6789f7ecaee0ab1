"""Works on the corpus: checks it, and adds to it.

    python scripts/corpus.py report               counts, variety, what falls short; status 1 if anything does
    python scripts/corpus.py blind FILE           marked sentences as a sheet for a second reader
    python scripts/corpus.py compare FILE SHEET   agreement of a marked file with the filled sheet, and the differences
    python scripts/corpus.py add FILE             marked sentences (see tasks/corpus/marked.py) into corpus/

What it reads and writes is described in corpus/README.md.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import spacy

from schemas import defaults
from schemas.refusal import visible
from tasks.corpus.items import CorpusError, completed, read_corpus, read_text, validated, write_corpus
from tasks.corpus.marked import read_marked
from tasks.corpus.second_pass import agreement, differ, keyed, read_sheet, sheet
from tasks.corpus.variety import Bars, in_words, measure

if TYPE_CHECKING:
    from collections.abc import Sequence

CORPUS = Path(__file__).parents[1] / "corpus"


def report() -> int:
    """Print what the corpus holds and what falls short."""
    # The stock pipeline: the lemmas of triggers are counted, and extraction's own pipeline gives none.
    nlp = spacy.load(defaults.LANGUAGE_MODEL, exclude=["ner"])
    counted = measure(read_corpus(CORPUS), nlp)
    missing = counted.shortfalls(Bars())
    print("\n".join([in_words(counted), "", *(missing or ["Nothing falls short."])]))
    return 1 if missing else 0


def blind(path: Path) -> int:
    """Print the sheet of a marked file."""
    for line in sheet(read_marked(read_text(path))).splitlines():
        print(visible(line))
    return 0


def compare(path: Path, filled: Path) -> int:
    """Print how far a marked file and a filled sheet agree, and where they do not."""
    items = read_marked(read_text(path))
    labels = read_sheet(read_text(filled), items)
    first = dict(keyed(items))
    pairs = {key: (first[key], label) for key, label in labels.items()}
    for (number, pair, at), (one, two) in pairs.items():
        event = f"{number} {pair} ({at + 1})" if at else f"{number} {pair}"
        for name in differ(one, two):
            print(visible(f"{event} {name}: {one[name]} | {two[name]} | {one['text']}"))
    print(f"{len(first) - len(labels)} of {len(first)} lines are not labelled.")
    for name, figure in asdict(agreement(list(pairs.values()))).items():
        print(f"{name:12} {figure:.3f}" if isinstance(figure, float) else f"{name:12} {figure}")
    return 0


def add(path: Path) -> int:
    """Add the items of a marked file to the corpus, if all of it is valid."""
    new = [completed(item) for item in read_marked(read_text(path))]
    whole = [*(read_corpus(CORPUS).to_dicts() if any(CORPUS.glob("*.jsonl")) else []), *new]
    write_corpus(validated(whole, [item["text"] for item in whole]).to_dicts(), CORPUS)
    print(f"{len(new)} items added; {len(whole)} in all.")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    commands.add_parser("report").set_defaults(run=lambda _: report())
    for name, run in (("blind", blind), ("add", add)):
        command = commands.add_parser(name)
        command.add_argument("file", type=Path)
        command.set_defaults(run=lambda options, run=run: run(options.file))
    command = commands.add_parser("compare")
    command.add_argument("file", type=Path)
    command.add_argument("sheet", type=Path)
    command.set_defaults(run=lambda options: compare(options.file, options.sheet))
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except CorpusError as error:
        print("\n".join(map(visible, str(error).splitlines())), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
