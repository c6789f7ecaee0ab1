"""Who could report an event of an article: its mentions and direct quotations by place.

In: a parsed document with its resolved mentions and quotations. Out: for a character, the mention and the quotation
that hold it. What does not belong here: who of them reports an event (`tasks.extract.reporters`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.extract.spans import span_at
from tasks.extract.speech import Syntax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Doc

    from tasks.extract.annotations import Mention, Quote


class Voices:
    """The mentions and quotations of an article by place, and its syntax."""

    def __init__(self, doc: Doc, mentions: Sequence[Mention], quotes: Sequence[Quote]) -> None:
        """Index an article once, so that each event takes binary searches."""
        self.doc = doc
        self.text = doc.text  # made anew at each access
        self.syntax = Syntax(doc)
        self._mentions = sorted(mentions, key=lambda mention: mention.start)
        self._introduced = _introduced(self._mentions)
        direct = (quote for quote in quotes if quote.kind == "direct")
        self._quotes = sorted(direct, key=lambda quote: quote.start)

    def mention_of(self, token: int) -> Mention | None:
        """The mention that holds a token (mentions do not overlap), of a person one that says for whom he acts."""
        mention = span_at(self._mentions, self.doc[token].idx)
        return self.fullest(mention) if mention else None

    def fullest(self, mention: Mention) -> Mention:
        """The mention of the same person that tells his office; the mention itself where none tells more."""
        return mention if mention.sector else self._introduced.get(mention.name, mention)

    def quote_of(self, token: int) -> Quote | None:
        """The direct quotation that holds a token."""
        return span_at(self._quotes, self.doc[token].idx)


def _introduced(mentions: Sequence[Mention]) -> dict[str, Mention]:
    """Each person's first mention that tells his office; where none does, the first that tells his side."""
    found: dict[str, Mention] = {}
    for mention in mentions:
        if mention.kind != "person" or not (mention.sector or mention.code):
            continue
        known = found.get(mention.name)
        if known is None or (mention.sector and not known.sector):
            found[mention.name] = mention
    return found
