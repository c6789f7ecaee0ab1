"""A few labelled sentences, made up for the tests."""

from __future__ import annotations

from tasks.corpus.items import completed
from tasks.corpus.marked import read_marked

MARKED = """
# lead 1990s western-europe
[a Norway's parliament] on Monday [t rejected] [b an Icelandic offer] to share the capelin catch, hours before [c trawlermen] [u blockaded] the port of [d Vardo].
a>b | REJECT | change | actual | t | natural_resource,legislative
c>d | PROTEST | obstruct | actual | u | natural_resource
b>a | NONE

# headline 2010s oceania
[a Fiji], [b Tonga] [t sign] customs treaty
a>b | SUPPORT | - | actual | t | economic | r

# quote 2020s east-africa
"[a Our coastguard] [t will board] [b any dhow] that hides its cargo," the Seychellois minister said.
a>b | COERCE | restrict | planned | t | -
"""


TWO_EVENTS = """
# body 1980s south-asia
[b Lahore] [u was asked] for proof by [a Delhi], which [t denied] that [c its jets] had crossed the canal.
a>b | REQUEST | - | actual | u | -
a>b | REJECT | - | actual | t | military
c>b | NONE
"""
"""A pair with two events."""


def items(marked: str = MARKED) -> list[dict]:
    """Items with ids and splits."""
    return [completed(item) for item in read_marked(marked)]


def one(**changes) -> dict:
    """A valid item with some fields changed; id and split fit the changed sentence and spans."""
    return completed({**items()[0], **changes})
