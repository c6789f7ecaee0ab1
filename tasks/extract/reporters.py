"""On whose word an event is reported: the official who said so, the newspaper, the sources.

In: a sentence in its article, the token that carries an event, its category and participants. Out: its `Reporter`, or
None where the article speaks for itself. What does not belong here: the speakers of quotations
(`tasks.extract.quotes`), how far a report reaches (`tasks.extract.reporting_clauses`), whom it names
(`tasks.extract.citations`), and of what kind a source is (`tasks.extract.sources`).

The nearest source counts: in "Tass said, citing officials, that troops had crossed" the officials report it, in
"denied a newspaper's report that" the newspaper. Whoever performs an act by saying so (urges, condemns, promises) is
its actor and nobody's reporter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tasks.extract.annotations import Reporter
from tasks.extract.citations import Scene, named_by_cue, named_by_noun, named_by_verb
from tasks.extract.reporting_clauses import (
    MAX_TO_VERB,
    OPEN,
    WILLING,
    Climb,
    is_told_otherwise,
    noun_reports,
    reaches,
    verb_reports,
)
from tasks.extract.reporting_cues import Cues
from tasks.extract.sources import (
    Source,
    is_briefing,
    is_document,
    is_nameless,
    is_of_the_scene,
    kind_of,
    side_codes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.extract.annotations import Mention, Participant, Quote, ReporterKind
    from tasks.extract.speech import Attribution
    from tasks.extract.syntax import SentenceTree
    from tasks.extract.voices import Voices

MAX_CLIMB = 40
"""Governors above a trigger that are looked at."""

_MAX_ASIDE = 25
"""Tokens after a source in which it may ask not to be named."""
_MAX_ASIDE_CHARACTERS = 150
_MAX_ISSUER = 4
"""Tokens after a document to "by" or "from", and from there to whose it is: "a summary released by Peru"."""
_SENTENCE_END = re.compile(r"[.!?]\s|\n\s*\n")

_ARTICLES = frozenset({"a", "an", "the"})
_FIRST_PERSONS = frozenset({"i", "we"})
_NOBODY = frozenset({"what", "nobody", "none", "there", "you", "this", "that", "which", "who", "one"})
_ISSUED = frozenset({"by", "from", "in", "of"})
_LIES_IN = frozenset({"in", "of", "from", "for"})
_PERFECT = frozenset({"had", "has", "have", "been"})
_DONE_BY_SAYING = frozenset({"AGREE", "SUPPORT", "CONCEDE", "REQUEST", "ACCUSE", "REJECT", "THREATEN"})


class Testimony(NamedTuple):
    """A source beside an event.

    Attributes:
        reporter: The source, if it reports the event; None if there is none, or if it does the act by these words.
        source: Its words.
        cue: Token of the words that say that it says it ("said", "according to"), if any do.
    """

    reporter: Reporter | None
    source: str | None
    cue: int | None


def scene_of(voices: Voices, tree: SentenceTree) -> Scene:
    """A sentence of an article, ready to ask who reports the events in it."""
    return Scene(voices, tree, Cues(tree))


def testimony_of(
    scene: Scene, trigger: int, *, event_type: str, participants: Sequence[Participant]
) -> Testimony:
    """The source nearest to an event, and whether the event is reported on its word.

    Args:
        scene: The event's sentence.
        trigger: The token that carries the event.
        event_type: Its category.
        participants: Who takes part, in the words of this report.
    """
    source, cue = _source(scene, trigger)
    if source is None or not source.words:
        return Testimony(None, None, None)
    kind = kind_of(source)
    may_perform = kind in {"official", "other"} and event_type in _DONE_BY_SAYING and not is_briefing(source)
    if may_perform and _is_own_act(
        scene, trigger, cue, source=source, event_type=event_type, participants=participants
    ):
        return Testimony(None, source.words, cue)
    reporter = Reporter(words=source.words, kind=kind, is_party=_is_party(source, kind, participants))
    return Testimony(reporter, source.words, cue)


def _is_own_act(
    scene: Scene,
    trigger: int,
    cue: int | None,
    *,
    source: Source,
    event_type: str,
    participants: Sequence[Participant],
) -> bool:
    """Whether the source does by these words what the event says: "will not leave, he said" refuses."""
    actors = [one.mention for one in participants if one.role == "actor"]
    codes = frozenset().union(*(side_codes(actor) for actor in actors))
    is_spoken = scene.voices.quote_of(trigger) is not None
    is_self = any(_is_self(actor, source) for actor in actors)
    if not source.codes:
        is_own = is_spoken or is_self
    else:  # to refuse takes one side, to agree takes all
        is_own = source.codes <= codes if event_type == "REJECT" else source.codes == codes
    return is_own and (is_spoken or _is_performed(scene.tree, trigger, cue, by_self=is_self))


def _is_self(actor: Mention, source: Source) -> bool:
    """Whether an actor is the source: by name, as "it" without a side ("the company said it agreed"), as his country."""
    is_same = source.mention is not None and actor.name == source.mention.name
    is_country = actor.kind == "country" and side_codes(actor) == source.codes
    return is_same or is_country or (actor.how == "pronoun" and not side_codes(actor))


def _is_performed(tree: SentenceTree, trigger: int, cue: int | None, *, by_self: bool) -> bool:
    """Whether an act is done by telling of it: "will not leave, he said", "said it rejected"; not "said it had rejected".

    What may be done or not is held out by who may do it ("said it could leave"), and guessed by others.
    """
    clause = next(
        (token for token in (trigger, *tree.ancestors(trigger, MAX_TO_VERB)) if tree.is_verb(token)), None
    )
    if clause is None:
        return False
    helpers = {tree.word(child) for child in tree.children(clause, "aux", "auxpass")}
    if not helpers.isdisjoint(WILLING):
        return True
    if not helpers.isdisjoint(OPEN):
        return by_self
    is_told_after = cue is None or cue < clause
    is_said = clause == trigger or tree.dep(trigger) == "acomp"
    is_known = tree.dep(clause) in {"advcl", "relcl"}  # "could not recall when he approved it"
    return is_said and not is_known and is_told_after and helpers.isdisjoint(_PERFECT)


def _is_party(source: Source, kind: ReporterKind, participants: Sequence[Participant]) -> bool:
    """Whether the source or its side takes part; residents and witnesses are of the only country that does."""
    sides = frozenset().union(*(side_codes(one.mention) for one in participants))
    if not source.codes.isdisjoint(sides):
        return True
    own = source.mention if source.is_named else None
    if own and any(one.mention.name == own.name for one in participants):
        return True
    return kind == "other" and not source.codes and is_of_the_scene(source) and len(sides) == 1


def _source(scene: Scene, trigger: int) -> tuple[Source | None, int | None]:
    """The nearest source above an event, with its cue; inside a direct quotation its speaker, if no one else is named."""
    quote = scene.voices.quote_of(trigger)
    for attribution in _attributions(scene, trigger):
        head = scene.voices.doc[attribution.head]
        if head.lower_ in _NOBODY or (quote and head.lower_ in _FIRST_PERSONS):
            continue
        if quote and not quote.start <= head.idx < quote.end:
            break
        return _described(scene, attribution), attribution.cue[0] if attribution.cue else None
    return _quoted(scene.voices, quote) if quote else None, None


def _attributions(scene: Scene, trigger: int) -> Iterator[Attribution]:
    """Who reports what a token carries, the nearest first: cues beside it, then each governor and the cues beside that."""
    tree, climb = scene.tree, Climb(trigger)
    yield from _beside(scene, climb)
    below = trigger
    for governor in tree.ancestors(trigger, limit=MAX_CLIMB):
        climb.steps.append((below, governor))
        if is_told_otherwise(tree, climb):
            return
        found = None
        if tree.is_verb(governor):
            if verb_reports(tree, climb) and reaches(tree, scene.cues, climb, governor):
                found = named_by_verb(scene, governor)
        elif noun_reports(tree, climb):
            found = named_by_noun(scene, governor)
        if found:
            yield found
        yield from _beside(scene, climb)
        below = governor


def _beside(scene: Scene, climb: Climb) -> Iterator[Attribution]:
    """Who reports a clause by a cue that hangs on its verb or on a noun in it."""
    for cue in scene.cues.at(climb.top, climb.trigger):
        if cue in {climb.below_top, climb.top} or not reaches(scene.tree, scene.cues, climb, cue):
            continue
        found = named_by_cue(scene, cue)
        if found:
            yield found


def _quoted(voices: Voices, quote: Quote) -> Source | None:
    """The speaker of a quotation, with what its sentence says after it: he may have asked not to be named."""
    if quote.speaker_text is None:
        return None
    speaker = voices.fullest(quote.speaker) if quote.speaker else None
    after = voices.text[quote.end : quote.end + _MAX_ASIDE_CHARACTERS]
    return Source(
        cue="",
        words=_without_article(quote.speaker_text),
        noun=quote.speaker_text.split()[-1].lower(),
        aside=_SENTENCE_END.split(after, maxsplit=1)[0].lower(),
        mention=speaker,
        is_named=speaker is not None,
        codes=side_codes(speaker),
    )


def _described(scene: Scene, attribution: Attribution) -> Source:
    """The source that the words of an attribution are, with what the sentence says about it right after."""
    voices, tree = scene.voices, scene.tree
    start, end = attribution.phrase
    cue_start, cue_end = attribution.cue or (start, end)
    words, noun = voices.doc[start:end].text, tree.word(attribution.head)
    aside = voices.doc[min(start, cue_start) : min(max(end, cue_end) + _MAX_ASIDE, tree.end)]
    own = voices.mention_of(attribution.head)
    sides = _mentions_in(voices, start, end)
    if own and own.how == "nominal" and is_nameless(words):
        own, sides = None, []  # "diplomats" were taken for some country's, and are nobody's
    elif not sides and is_document(noun):
        sides = _issuers(scene, end)
    return Source(
        cue=tree.word(cue_start) if attribution.cue else "",
        words=_without_article(words),
        noun=noun,
        aside=aside.text.lower(),
        mention=own or next(iter(sides), None),
        is_named=own is not None,
        codes=side_codes(own) or frozenset().union(*map(side_codes, sides)) or _seat(scene, end),
    )


def _mentions_in(voices: Voices, start: int, end: int) -> list[Mention]:
    return [found for token in range(start, end) if (found := voices.mention_of(token))]


def _issuers(scene: Scene, end: int) -> list[Mention]:
    """Whose a document is by the words after it: "a summary released by Peru", "a statement from the ministry"."""
    tree = scene.tree
    behind = range(end, min(end + _MAX_ISSUER, tree.end))
    by = next((token for token in behind if tree.word(token) in _ISSUED), tree.end)
    return _mentions_in(scene.voices, by + 1, min(by + _MAX_ISSUER, tree.end))


def _seat(scene: Scene, end: int) -> frozenset[str]:
    """The country of the place right after a source: "newspapers in Karachi"."""
    if end >= scene.tree.end or scene.tree.word(end) not in _LIES_IN:
        return frozenset()
    after = _mentions_in(scene.voices, end + 1, min(end + 3, scene.tree.end))
    return side_codes(after[0]) if after else frozenset()


def _without_article(words: str) -> str:
    first, _, rest = words.partition(" ")
    return rest.lstrip() if first.lower() in _ARTICLES else words
