"""On whose word an event is reported: the official who said so, the newspaper, the sources.

In: the tree of a sentence, the token that carries an event, its participants, and the mentions and quotations of the
article. Out: its `Reporter`, or None where the article speaks for itself. What does not belong here: the speakers of
quotations (`tasks.extract.quotes`), which tokens name the speaker of a cue (`tasks.extract.speech`), who a mention is,
and of what kind a source is (`tasks.extract.sources`).

The nearest source counts: in "Tass said, citing officials, that troops had crossed" the officials report it, in
"denied a newspaper's report that" the newspaper. Whoever performs an act by saying so (urges, condemns, promises) is
its actor and nobody's reporter.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from tasks.extract.annotations import Reporter
from tasks.extract.sources import (
    Source,
    is_briefing,
    is_document,
    is_nameless,
    is_of_the_scene,
    is_word_for_source,
    kind_of,
    side_codes,
)
from tasks.extract.speech import Attribution, Stretch, Syntax, attribution_by, describe_speaker, first_noun
from tasks.extract.syntax import NOMINAL_TAGS
from tasks.extract.triggers import word_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc

    from tasks.extract.annotations import Mention, Participant, Quote, ReporterKind
    from tasks.extract.syntax import SentenceTree

MAX_CLIMB = 40
"""Governors above a trigger that are looked at."""
MAX_TO_VERB = 6
"""Steps from a noun up to the verb of its clause; more are not a phrase but a broken parse."""
MAX_STRETCH = 60
"""Tokens on each side of a cue in which its speaker is sought, as around quotations."""
_MAX_CLOSING = 20
"""Tokens on each side of a cue that closes a sentence."""
_MAX_CUES = 4
"""Cues looked at on each side of a trigger where many hang on one token: such a sentence is a list or a trick."""
_MAX_SPEAKER = 6
"""Words in which the noun of a speaker comes after "said"."""
_MAX_ASIDE = 25
"""Tokens after a source in which it may ask not to be named."""
_MAX_OWNER = 4
"""Tokens after a document in which stands whose it is: "a summary released by Peru"."""
_MAX_ASIDE_CHARACTERS = 150
_SENTENCE_END = re.compile(r"[.!?]\s|\n\s*\n")

_SUBJECTS = ("nsubj", "nsubjpass", "csubj")
_CLAUSES = frozenset({"conj", "advcl", "parataxis", "ccomp"})
_FIRST_PERSONS = frozenset({"i", "we"})
_NOBODY = frozenset({"what", "nobody", "none", "there", "you", "this", "that", "which", "who", "one"})
_ARTICLES = frozenset({"a", "an", "the"})
# A clause that limits or dates the sentence around an inserted "he said" belongs to what he said; "although" and
# "while" set the reporter's own knowledge against it.
_OF_THE_STATEMENT = frozenset(
    {"after", "before", "when", "because", "since", "once", "until", "if", "unless"}
)
_CITING = frozenset({"citing", "quoting"})
_CHARGING = frozenset({"accuse", "accuses", "accused", "accusing", "suspect", "suspects", "suspected"})
_COUNTS = frozenset({"account", "accounts", "count", "estimate", "estimates", "reckoning"})
_LINKS = frozenset({"CC", "IN", "WDT", "WP", "WRB", "TO"})
"""Tags of words that join a clause to the one before: "and he said", "as he said", "which he denied"."""
_BREAKS = frozenset({",", ";", ":", "--", "—"})
_FINITE = frozenset({"VBD", "VBZ", "VBP"})
_REPORTS = frozenset({"report", "reports"})
_CONTRARY = frozenset({"although", "though", "whereas"})
_MODALS = frozenset(
    {"will", "'ll", "’ll", "wo", "would", "must", "shall", "should", "could", "can", "may", "might"}
)
_BACKSHIFTED = frozenset({"had", "would", "could", "might"})
_COORDINATORS = frozenset({"and", "but", "or"})
_TELLING = frozenset({"tell", "tells", "told", "telling", "inform", "informs", "informed", "informing"})
_DONE_BY_SAYING = frozenset({"AGREE", "SUPPORT", "CONCEDE", "REQUEST", "ACCUSE", "REJECT", "THREATEN"})
_CONDITIONS = frozenset({"if", "unless"})
_OWNERS = frozenset({"by", "from", "in", "of"})

Step = tuple[int, int]
"""A token and its head."""


class Voices:
    """The mentions and quotations of an article by place, and its syntax: who could report an event of it."""

    def __init__(self, doc: Doc, mentions: Sequence[Mention], quotes: Sequence[Quote]) -> None:
        """Index an article once, so that each event takes binary searches."""
        self.doc = doc
        self.text = doc.text  # made anew at each access
        self.syntax = Syntax(doc)
        self._mentions = sorted(mentions, key=lambda mention: mention.start)
        self._told: dict[str, Mention] = {}
        for mention in self._mentions:
            if mention.kind == "person" and (mention.sector or mention.code):
                known = self._told.get(mention.name)
                if known is None or (mention.sector and not known.sector):
                    self._told[mention.name] = mention
        self._quotes = sorted(
            (quote for quote in quotes if quote.kind == "direct"), key=lambda quote: quote.start
        )

    def mention_at(self, position: int) -> Mention | None:
        """The mention that holds a character (mentions do not overlap), of a person one that says for whom he acts."""
        index = bisect_right(self._mentions, position, key=lambda mention: mention.start) - 1
        if index < 0 or position >= self._mentions[index].end:
            return None
        return self.fullest(self._mentions[index])

    def fullest(self, mention: Mention) -> Mention:
        """The mention of the same person that tells his office; the mention itself where none tells more."""
        return mention if mention.sector else self._told.get(mention.name, mention)

    def quote_at(self, position: int) -> Quote | None:
        """The direct quotation that holds a character."""
        index = bisect_right(self._quotes, position, key=lambda quote: quote.start) - 1
        return self._quotes[index] if index >= 0 and position < self._quotes[index].end else None


class Cues:
    """What in a sentence may attribute a clause without governing it: ", he said,", "according to", "citing".

    Gathered once per sentence; each is kept at the token that it hangs on, or at the sentence's root where it ends the
    sentence: the parse hangs it on the last verb, and means it for all.
    """

    def __init__(self, tree: SentenceTree) -> None:
        """Look at each token of a sentence once."""
        self._at: dict[int, list[int]] = {}
        self._semicolons: list[int] = []
        root = next((token for token in tree if tree.head(token) == token), tree.start)
        for token in tree:
            if tree.word(token) == ";":
                self._semicolons.append(token)
            elif _ends_sentence(tree, token):
                self._at.setdefault(root, []).append(token)
            elif _is_aside(tree, token):
                self._at.setdefault(tree.head(token), []).append(token)

    def at(self, token: int, trigger: int) -> Sequence[int]:
        """The cues that hang on a token, those nearest to a trigger first, and not more than a sentence has room for."""
        found = self._at.get(token, [])
        middle = bisect_left(found, trigger)
        near = found[max(0, middle - _MAX_CUES) : middle + _MAX_CUES]
        return sorted(near, key=lambda cue: abs(cue - trigger))

    def is_divided(self, one: int, other: int) -> bool:
        """Whether a semicolon stands between two tokens."""
        first, last = min(one, other), max(one, other)
        index = bisect_left(self._semicolons, first)
        return index < len(self._semicolons) and self._semicolons[index] < last


def reporter_of(
    voices: Voices,
    tree: SentenceTree,
    cues: Cues,
    trigger: int,
    *,
    event_type: str,
    participants: Sequence[Participant],
) -> Reporter | None:
    """On whose word the text reports an event.

    Args:
        voices: Of the article.
        tree: Of the event's sentence.
        cues: Of that sentence.
        trigger: The token that carries the event.
        event_type: Its category.
        participants: Who takes part, in the words of this report.
    """
    source, cue = _source(voices, tree, cues, trigger)
    if source is None or not source.words:
        return None
    kind = kind_of(source)
    if kind in {"official", "other"} and event_type in _DONE_BY_SAYING and not is_briefing(source):
        actors = [side_codes(one.mention) for one in participants if one.role == "actor"]
        is_spoken = voices.quote_at(voices.doc[trigger].idx) is not None
        is_own = frozenset().union(*actors) == source.codes or (is_spoken and not source.codes)
        if is_own and (is_spoken or _is_performed(tree, trigger, cue)):
            return None
    return Reporter(words=source.words, kind=kind, is_party=_is_party(source, kind, participants))


def _is_performed(tree: SentenceTree, trigger: int, cue: int | None) -> bool:
    """Whether an act is done by telling of it: "will not leave, he said", "said it rejected"; not "said it had rejected"."""
    clause = next(
        (token for token in (trigger, *tree.ancestors(trigger, MAX_TO_VERB)) if tree.is_verb(token)), None
    )
    if clause is None:
        return False
    helpers = {tree.word(child) for child in tree.children(clause, "aux", "auxpass")}
    if not helpers.isdisjoint(_MODALS):
        return True
    is_told_after = cue is None or cue < clause
    is_said = clause == trigger or tree.dep(trigger) == "acomp"
    return is_said and is_told_after and helpers.isdisjoint({"had", "has", "have", "been"})


def _is_party(source: Source, kind: ReporterKind, participants: Sequence[Participant]) -> bool:
    """Whether the source or its side takes part; residents and witnesses are of the only country that does."""
    own = source.mention
    codes = [side_codes(one.mention) for one in participants]
    if any(not source.codes.isdisjoint(one) for one in codes):
        return True
    if own is not None and source.is_named and any(one.mention.name == own.name for one in participants):
        return True
    return (
        kind == "other"
        and not source.codes
        and is_of_the_scene(source)
        and len(frozenset().union(*codes)) == 1
    )


def _source(voices: Voices, tree: SentenceTree, cues: Cues, trigger: int) -> tuple[Source | None, int | None]:
    """The nearest source above an event, with its cue; inside a direct quotation its speaker, if no one else is named."""
    quote = voices.quote_at(voices.doc[trigger].idx)
    for attribution in _attributions(voices, tree, cues, trigger):
        head = voices.doc[attribution.head]
        if head.lower_ in _NOBODY or (quote and head.lower_ in _FIRST_PERSONS):
            continue
        if quote and not quote.start <= head.idx < quote.end:
            break
        return _described(voices, tree, attribution), attribution.cue[0] if attribution.cue else None
    return _speaker_of(voices, quote) if quote else None, None


def _speaker_of(voices: Voices, quote: Quote) -> Source | None:
    if quote.speaker_text is None:
        return None
    speaker = voices.fullest(quote.speaker) if quote.speaker else None
    return Source(
        words=_without_article(quote.speaker_text),
        noun=quote.speaker_text.split()[-1].lower(),
        aside=_SENTENCE_END.split(voices.text[quote.end : quote.end + _MAX_ASIDE_CHARACTERS], maxsplit=1)[
            0
        ].lower(),
        mention=speaker,
        is_named=speaker is not None,
        codes=side_codes(speaker),
    )


def _described(voices: Voices, tree: SentenceTree, attribution: Attribution) -> Source:
    """The source that the words of an attribution are, with what the sentence says about it right after."""
    doc = voices.doc
    start, end = attribution.phrase
    cue_start, cue_end = attribution.cue or (start, end)
    first, last = min(start, cue_start), max(end, cue_end)
    own = voices.mention_at(doc[attribution.head].idx)
    within = [found for token in range(start, end) if (found := voices.mention_at(doc[token].idx))]
    if is_document(doc[attribution.head].lower_) and not within:
        within = _issuers(voices, tree, end)
    is_guessed = own is not None and own.how == "nominal" and is_nameless(doc[start:end].text)
    codes = (
        frozenset()
        if is_guessed
        else side_codes(own) or frozenset(code for one in within for code in side_codes(one))
    )
    return Source(
        words=_without_article(doc[start:end].text),
        noun=doc[attribution.head].lower_,
        aside=doc[first : min(last + _MAX_ASIDE, tree.end)].text.lower(),
        mention=None if is_guessed else own or (within[0] if within else None),
        is_named=own is not None and not is_guessed,
        codes=codes or _seat(voices, tree, end),
    )


def _issuers(voices: Voices, tree: SentenceTree, end: int) -> list[Mention]:
    """Whose a document is by the words after it: "a summary released by Peru", "a statement from the ministry"."""
    behind = range(end, min(end + _MAX_OWNER, tree.end))
    by = next((token for token in behind if tree.word(token) in _OWNERS), tree.end)
    after = (
        voices.mention_at(voices.doc[token].idx) for token in range(by + 1, min(by + _MAX_OWNER, tree.end))
    )
    return [mention for mention in after if mention]


def _seat(voices: Voices, tree: SentenceTree, end: int) -> frozenset[str]:
    """The country of the place right after a source: "newspapers in Karachi"."""
    if end >= tree.end or tree.word(end) not in {"in", "of", "from", "for"}:
        return frozenset()
    after = (voices.mention_at(voices.doc[token].idx) for token in range(end + 1, min(end + 3, tree.end)))
    return side_codes(next((mention for mention in after if mention), None))


def _without_article(words: str) -> str:
    first, _, rest = words.partition(" ")
    return rest.lstrip() if first.lower() in _ARTICLES else words


def _attributions(voices: Voices, tree: SentenceTree, cues: Cues, trigger: int) -> Iterator[Attribution]:
    """Who reports what a token carries, the nearest first."""
    path: list[Step] = []
    yield from _beside(voices, tree, cues, trigger, path)
    below = trigger
    for governor in tree.ancestors(trigger, limit=MAX_CLIMB):
        path.append((below, governor))
        if _is_told_otherwise(tree, below, governor):
            return
        found = None
        if tree.is_verb(governor):
            if _reports(tree, path) and _reaches(voices, tree, cues, path, governor, governor):
                found = _by_verb(voices, tree, governor)
        elif _reports_as_noun(tree, below, governor):
            found = _by_noun(voices, tree, governor)
        if found:
            yield _cited(voices, tree, cues, governor) or found
        yield from _beside(voices, tree, cues, governor, path)
        below = governor


def _is_told_otherwise(tree: SentenceTree, below: int, above: int) -> bool:
    """Whether a clause is no part of what is said of the one above it.

    So are what is known to readers ("since the war began"), what others say of it ("as rebels allege", "a charge that
    Oslo denies"), and what leaves the tense of reported speech ("said that the ship had turned, and Oslo protested").
    """
    dep = tree.dep(below)
    if dep == "relcl":
        return tree.word(above) in word_class("report_noun") and _mark(tree, below) != "that"
    if dep == "advcl":
        mark = _mark(tree, below)
        return mark == "since" or (mark == "as" and tree.word(below) in word_class("attributing_verb"))
    if dep != "conj" or tree.tag(below) != "VBD" or not tree.children(below, *_SUBJECTS):
        return False
    helpers = {tree.word(child) for child in tree.children(above, "aux", "auxpass")}
    return not helpers.isdisjoint(_BACKSHIFTED) and not tree.children(below, "aux", "auxpass")


def _beside(
    voices: Voices, tree: SentenceTree, cues: Cues, token: int, path: Sequence[Step]
) -> Iterator[Attribution]:
    """Who reports a clause by an inserted cue that hangs on its verb or on a noun in it."""
    below = path[-1][0] if path else token
    for cue in cues.at(token, path[0][0] if path else token):
        if cue in (below, token) or not _reaches(voices, tree, cues, path, token, cue):
            continue
        if tree.word(cue) in word_class("attributing_verb") - _CITING:
            found = _cited(voices, tree, cues, cue) or _by_verb(voices, tree, cue)
        else:
            found = _by_phrase(voices, tree, cue)
        if found:
            yield found


def _is_aside(tree: SentenceTree, token: int) -> bool:
    """Whether a token is a cue that governs no clause: ", he said,", "according to", "citing", "by her account"."""
    word = tree.word(token)
    if word == "according":
        return True
    if word in _CITING:
        return bool(tree.children(token, "dobj"))
    if word == "by":
        return _is_count(tree, token)
    return (
        word in word_class("attributing_verb")
        and tree.dep(token) in {"parataxis", "advcl", "ccomp", "dep", "conj"}
        and _has_subject_alone(tree, token)
        and not tree.children(token, "ccomp", "xcomp", "mark")
    )


def _has_subject_alone(tree: SentenceTree, verb: int) -> bool:
    """Whether somebody says it and no object tells what: "he said", "he told reporters"; not "pictures show tanks"."""
    is_content_free = tree.word(verb) in _TELLING or not tree.children(verb, "dobj")
    return is_content_free and bool(tree.children(verb, *_SUBJECTS))


def _is_count(tree: SentenceTree, by: int) -> bool:
    """Whether "by" has somebody's count or account after it."""
    return tree.word(by) == "by" and any(tree.word(child) in _COUNTS for child in tree.children(by, "pobj"))


def _ends_sentence(tree: SentenceTree, cue: int) -> bool:
    """Whether a cue closes its sentence after a comma: ", the ministry said on Monday.", ", according to rebels."."""
    word, start = tree.word(cue), cue
    if word in word_class("attributing_verb") - _CITING:
        if tree.tag(cue) not in _FINITE or not _has_subject_alone(tree, cue):
            return False
        while start > max(tree.start, cue - _MAX_CLOSING) and tree.word(start - 1) not in _BREAKS:
            start -= 1
            if tree.is_verb(start):
                return False
        if start == cue or tree.tag(start) in _LINKS:
            return False
    elif word != "according" and not _is_count(tree, cue):
        return False
    if start == tree.start or tree.word(start - 1) != ",":
        return False
    after = range(cue + 1, min(cue + _MAX_CLOSING, tree.end))
    return not any(tree.word(token) in _BREAKS or tree.is_verb(token) for token in after)


def _reaches(
    voices: Voices, tree: SentenceTree, cues: Cues, path: Sequence[Step], token: int, cue: int
) -> bool:
    """Whether what an inserted or following cue reports reaches down to an event.

    In "troops crossed, Tass said, and Oslo protested" the protest stands behind the cue in a clause of its own; in
    "Oslo protested; Tass said that" and "Oslo protested, and Tass said" it stands before a new sentence.
    """
    trigger = path[0][0] if path else token
    if cues.is_divided(trigger, cue):
        return False
    if any(
        above < cue < below
        and tree.dep(below) in _CLAUSES
        and tree.children(below, *_SUBJECTS)
        and not (tree.dep(below) == "advcl" and _mark(tree, below) in _OF_THE_STATEMENT)
        for below, above in path
    ):
        return False
    if any(cue < below and _mark(tree, below) in _CONTRARY for below, _ in path):
        return False
    if any(
        tree.dep(below) == "relcl" and not _is_news(tree, path, below, above, cue) for below, above in path
    ):
        return False
    subjects = tree.children(cue, *_SUBJECTS)
    if not subjects or trigger > subjects[0]:
        return True
    before = voices.doc[subjects[0]].left_edge.i - 1
    return before < tree.start or tree.word(before) not in _COORDINATORS


def _is_news(tree: SentenceTree, path: Sequence[Step], clause: int, noun: int, cue: int) -> bool:
    """Whether a relative clause tells something new: at the end of what an inserted or following cue reports.

    What a relative clause says of a subject, or in "said that he would end the ban that they imposed", is known before.
    """
    verb = next((token for token in tree.ancestors(noun, MAX_TO_VERB) if tree.is_verb(token)), None)
    is_at_end = verb is not None and verb < noun
    governs = path[-1][1] == cue and cue < path[-1][0]
    return is_at_end and not governs


def _mark(tree: SentenceTree, clause: int) -> str:
    return next((tree.word(child) for child in tree.children(clause, "mark", "advmod")), "")


def _reports(tree: SentenceTree, path: Sequence[Step]) -> bool:
    """Whether the verb at the end of a path reports what hangs on it."""
    below, verb = path[-1]
    word, dep = tree.word(verb), tree.dep(below)
    if word not in word_class("attributing_verb") or _is_unsaid(tree, verb):
        return False
    if dep in {"ccomp", "xcomp"}:
        return _is_statement(tree, below, verb)
    if dep == "dobj":
        inner = path[-2][0] if len(path) > 1 else below
        if word in _CHARGING:
            return tree.dep(inner) == "prep" and tree.word(inner) in {"of", "for"}
        if word in _TELLING:  # "told a conference that": the parse hangs the clause on those who are told
            return tree.dep(inner) in {"acl", "relcl"} and _mark(tree, inner) == "that"
        is_act = len(path) > 1 or tree.word(below) not in word_class("report_noun")
        return is_act and word in word_class("confirming_verb")
    if dep == "prep":
        return word in _CHARGING and tree.word(below) in {"of", "for"}
    if dep == "parataxis":
        return below > verb and bool(tree.children(below, *_SUBJECTS)) and not tree.children(verb, "ccomp")
    if dep != "advcl":
        return False
    complements = tree.children(verb, "ccomp")
    is_inserted = any(complement < verb for complement in complements) and below > verb
    mark = _mark(tree, below)
    return (is_inserted and mark in _OF_THE_STATEMENT) or (bool(complements) and mark in _CONDITIONS)


def _is_unsaid(tree: SentenceTree, verb: int) -> bool:
    """Whether nobody says it, or not yet: "did not say that", "will tell him that", "refused to confirm"."""
    helpers = [tree.word(child) for child in tree.children(verb, "aux")]
    is_infinitive = "to" in helpers and "have" not in helpers
    return bool(tree.children(verb, "neg")) or is_infinitive or not _MODALS.isdisjoint(helpers)


def _is_statement(tree: SentenceTree, clause: int, verb: int) -> bool:
    """Whether a complement tells a fact: "said that", "denied arming", "claims to have shot"; not "told him to go"."""
    if _mark(tree, clause) in {"if", "whether", "how", "why"}:
        return False
    helpers = [tree.word(child) for child in tree.children(clause, "aux", "auxpass")]
    if tree.dep(clause) == "xcomp" and "to" in helpers:
        return "have" in helpers or tree.word(verb) in word_class("confirming_verb") or tree.is_passive(verb)
    return True


def _reports_as_noun(tree: SentenceTree, below: int, noun: int) -> bool:
    """Whether a noun reports the clause or act that hangs on it: "reports that", "allegations of"."""
    if tree.word(noun) not in word_class("report_noun") or not tree.is_nominal(noun):
        return False
    if tree.dep(below) in {"acl", "relcl", "ccomp"}:
        return bool(tree.children(below, *_SUBJECTS)) and _mark(tree, below) in {"that", ""}
    return tree.dep(below) == "prep" and tree.word(below) == "of"


def _by_verb(voices: Voices, tree: SentenceTree, verb: int) -> Attribution | None:
    """The speaker of a verb; of a passive one only whom "by" names, unless he "was quoted as saying"."""
    stretch = _stretch(tree, verb)
    is_quoted = tree.dep(verb) == "pcomp" and tree.word(tree.head(verb)) == "as"
    if tree.is_passive(verb) and not is_quoted:
        agents = [agent for agent, _ in tree.subjects(verb) if stretch.start <= agent < stretch.end]
        return _named(voices, agents[0], stretch, cue=verb) if agents else None
    if _is_inverted(tree, verb):
        behind = first_noun(voices.doc, Stretch(verb + 1, stretch.end))
        return _named(voices, behind.i, stretch, cue=verb) if behind is not None else None
    return attribution_by(voices.syntax, voices.doc[_governing(tree, verb)], stretch)


def _is_inverted(tree: SentenceTree, verb: int) -> bool:
    """Whether the speaker follows the verb after a comma: ", said the minister". In ", reported a loss" none does."""
    if (
        verb == tree.start
        or tree.word(verb - 1) not in {",", '"', "”", "''"}
        or tree.tag(verb) not in _FINITE
    ):
        return False
    if tree.word(verb) in word_class("confirming_verb") | _TELLING:
        return False
    behind = []
    for token in range(verb + 1, min(verb + _MAX_CLOSING, tree.end)):
        if tree.word(token) in _BREAKS or tree.tag(token) == ".":
            break
        behind.append(token)
    has_noun = any(
        tree.tag(token) in NOMINAL_TAGS or tree.tag(token) == "PRP" for token in behind[:_MAX_SPEAKER]
    )
    return has_noun and tree.tag(behind[0]) not in _LINKS and not any(tree.is_verb(token) for token in behind)


def _governing(tree: SentenceTree, verb: int) -> int:
    """The verb whose subject speaks: in "said that none had come and denied" the parse joins "denied" to "come"."""
    sibling = tree.head(verb)
    governor = tree.head(sibling)
    is_joined_below = (
        tree.dep(verb) == "conj"
        and not tree.children(verb, *_SUBJECTS)
        and tree.dep(sibling) == "ccomp"
        and governor < sibling < verb
        and {tree.word(governor), tree.word(verb)} <= word_class("attributing_verb")
        and tree.word(sibling) not in word_class("attributing_verb")
    )
    return governor if is_joined_below else verb


def _by_noun(voices: Voices, tree: SentenceTree, noun: int) -> Attribution | None:
    """Whose report or allegation it is; "reports" that are nobody's are the source themselves."""
    stretch = _stretch(tree, noun)
    owners = tree.children(noun, "poss")
    for preposition in tree.children(noun, "prep"):
        if tree.word(preposition) in _OWNERS and tree.word(preposition) != "of":
            owners += tree.children(preposition, "pobj")
    modifiers = tree.children(noun, "compound", "amod", "nmod")
    owners += [modifier for modifier in modifiers if _can_be_cited(voices, modifier)]
    inside = [owner for owner in owners if stretch.start <= owner < stretch.end]
    if inside:
        return _named(voices, inside[0], stretch, cue=noun)
    return _named(voices, noun, stretch, cue=noun) if tree.word(noun) in _REPORTS else None


def _by_phrase(voices: Voices, tree: SentenceTree, cue: int) -> Attribution | None:
    """The source in "according to X", "citing X", "by the count of X", "by X's count"."""
    stretch = _stretch(tree, cue)
    word = tree.word(cue)
    if word in _CITING:
        objects = [token for token in tree.children(cue, "dobj") if _can_be_cited(voices, token)]
    elif word == "according":
        to = tree.children(cue, "prep")
        objects = [child for preposition in to for child in tree.children(preposition, "pobj")]
    else:
        count = next(c for c in tree.children(cue, "pobj") if tree.word(c) in _COUNTS)
        of = [child for child in tree.children(count, "prep") if tree.word(child) in _OWNERS]
        objects = tree.children(count, "poss") + [o for p in of for o in tree.children(p, "pobj")]
    inside = [token for token in objects if stretch.start <= token < stretch.end]
    if inside:
        return _named(voices, inside[0], stretch, cue=cue)
    if word != "according":
        return None
    after = first_noun(voices.doc, Stretch(min(cue + 2, stretch.end), stretch.end))
    return _named(voices, after.i, stretch, cue=cue) if after is not None else None


def _can_be_cited(voices: Voices, token: int) -> bool:
    """Whether one can cite it as a source: an actor, or a word for sources; not "security reasons"."""
    noun = voices.doc[token]
    return voices.mention_at(noun.idx) is not None or is_word_for_source(noun.lower_)


def _cited(voices: Voices, tree: SentenceTree, cues: Cues, verb: int) -> Attribution | None:
    """Whom the speaker of a verb cites: he only passes on."""
    for cue in cues.at(verb, verb):
        found = _by_phrase(voices, tree, cue) if tree.word(cue) in _CITING else None
        if found:
            return found
    return None


def _named(voices: Voices, head: int, stretch: Stretch, *, cue: int) -> Attribution:
    return describe_speaker(voices.syntax, voices.doc[head], stretch, cue=(cue, cue + 1))


def _stretch(tree: SentenceTree, cue: int) -> Stretch:
    return Stretch(max(tree.start, cue - MAX_STRETCH), min(tree.end, cue + MAX_STRETCH))
