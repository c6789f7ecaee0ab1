"""The spaCy pipeline: which components run, on which kernels, and where sentences may not cross.

In: text. Out: a spaCy `Doc` whose characters are those of the text, with tags, dependencies, entities and sentences.
What does not belong here: anything that knows about countries or events.

Only what extraction reads is loaded. `attribute_ruler` and `lemmatizer` (a fifth of the stock pipeline's time) are
not: use `token.tag_` (Penn tags) and `token.dep_`; `token.pos_` and `token.lemma_` are empty.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import spacy
from spacy.language import Language

from schemas import defaults
from tasks.extract.bounded_tokenizer import BoundedTokenizer
from tasks.extract.kernels import Gemm, load_on_fastest_kernel
from tasks.extract.paragraphs import find_paragraphs

if TYPE_CHECKING:
    from spacy.tokens import Doc

DEFAULT_MODEL = defaults.LANGUAGE_MODEL
COMPONENTS_NOT_READ = ["attribute_ruler", "lemmatizer", "senter"]


def load_language_model(name: str = DEFAULT_MODEL) -> Language:
    """The pipeline of this process, loaded once.

    Args:
        name: An installed spaCy package with tagger, parser and ner.

    Raises:
        OSError: The model is not installed (spaCy's message says which).
    """
    return _load_once(name)[0]


def gemm_in_use(name: str = DEFAULT_MODEL) -> Gemm:
    """The matrix product that this process's pipeline runs on."""
    return _load_once(name)[1]


def parse(text: str, nlp: Language | None = None) -> Doc:
    """The parsed text. One text at a time: results cannot depend on batch neighbours, and memory stays small."""
    return (nlp or load_language_model())(text)


@Language.component("detente_paragraphs")
def mark_paragraphs(doc: Doc) -> Doc:
    """Start a sentence at each paragraph; the parser keeps these and finds the others."""
    starts = iter(start for start, _ in find_paragraphs(doc.text))
    start = next(starts, None)
    for token in doc:
        if start is not None and token.idx >= start and not token.is_space:
            token.is_sent_start = True
            start = next((later for later in starts if later > token.idx), None)
    return doc


@lru_cache(maxsize=2)
def _load_once(name: str) -> tuple[Language, Gemm]:
    return load_on_fastest_kernel(lambda: _load(name))


def _load(name: str) -> Language:
    nlp = spacy.load(name, exclude=COMPONENTS_NOT_READ)
    nlp.max_length = defaults.MAX_CHARACTERS
    nlp.tokenizer = BoundedTokenizer(nlp.tokenizer)
    nlp.add_pipe("detente_paragraphs", first=True)
    return nlp
