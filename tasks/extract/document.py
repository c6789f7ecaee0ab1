"""One article, from its text to everything that is found in it.

In: an `Article`. Out: an `Extraction`. The steps run in one order, each on what the ones before it found; no step
looks at another article, so that a result never depends on what else is in the batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.datelines import find_dateline
from tasks.extract.actors import find_mentions
from tasks.extract.amount_events import link_amounts
from tasks.extract.amounts import find_amounts
from tasks.extract.annotations import Extraction
from tasks.extract.as_written import as_written
from tasks.extract.casing import with_capitals
from tasks.extract.dateline_places import dateline_place
from tasks.extract.events import find_events
from tasks.extract.language_model import load_language_model, parse
from tasks.extract.lexicon import load_lexicon
from tasks.extract.paragraphs import unwrapped
from tasks.extract.quote_events import link_quotes
from tasks.extract.quotes import find_quotes
from tasks.extract.reported_speech import with_reported_speech
from tasks.extract.resources import OURS, Resources
from tasks.extract.times import find_dates
from tasks.extract.trained_coder import load_own_coder

if TYPE_CHECKING:
    from schemas.article import Article
    from tasks.datelines import Dateline


def extract(article: Article, *, resources: Resources = OURS) -> Extraction:
    """Everything that detente finds in an article.

    Args:
        article: Its text may be empty; without a publication date, relative dates stay unresolved.
        resources: The language model to parse with, and the user's lexicon and coder.

    Raises:
        ValueError: The text is longer than the parser's limit.
    """
    lexicon = load_lexicon(resources.lexicon)
    model = load_language_model(resources.model)
    text = with_capitals(unwrapped(article.text), lexicon, model.path)
    title = with_capitals(article.title, lexicon, model.path)
    dateline = find_dateline(text)
    doc = parse(_without_dateline(text, dateline), model)
    mentions = find_mentions(doc, title=title, published=article.published_date, lexicon=lexicon)
    dates = find_dates(doc, published=article.published_date)
    direct = find_quotes(doc, mentions)
    events, uncertain = find_events(
        doc,
        mentions,
        dates,
        published=article.published_date,
        coder=load_own_coder(resources.coder),
        quotes=direct,
        lexicon=lexicon,
        dateline=dateline_place(dateline.place, mentions, lexicon) if dateline and dateline.place else None,
    )
    quotes = link_quotes(with_reported_speech(doc, mentions, direct), events)
    amounts = link_amounts(doc, find_amounts(doc, mentions, published=article.published_date), events)
    found = Extraction(
        mentions=mentions, events=events, uncertain=uncertain, quotes=quotes, amounts=amounts, dates=dates
    )
    return found if text == article.text else as_written(found, text, article.text)


def _without_dateline(text: str, dateline: Dateline | None) -> str:
    """The text with its dateline blanked: neither town nor agency takes part in the first sentence.

    The characters stay, as white space: offsets count the text as it is stored.
    """
    return " " * dateline.end + text[dateline.end :] if dateline else text
