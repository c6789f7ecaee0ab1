"""Triggers of a sentence, with the tokens that fill their actor and recipient slots.

In: a parsed sentence and the dictionary. Out: `FilledFrame`s, in the order of the text. What does not belong here:
mentions, and any decision about which category a pair of them gets (`event_coder.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.plover import EVENT_TYPES
from tasks.extract.status import category_when, is_content_of, is_refusal, status_of
from tasks.extract.syntax import NOMINAL_TAGS, SentenceTree
from tasks.extract.triggers import word_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spacy.tokens import Span

    from tasks.extract.annotations import Status
    from tasks.extract.triggers import Companions, Frame, PartOfSpeech, Trigger, TriggerDictionary

MAX_TRIGGERS = 48
"""Triggers of one sentence that are looked at; no sentence of prose has so many."""
PARTICLE_WINDOW = 8
"""How many tokens after its verb a particle may stand ("take the two sailors hostage")."""
MAX_TRIGGER_TOKENS = 6
"""A light verb and its object that stand further apart are reported by the verb alone."""

# Without an agent of its own, a nominal event or a passive is owed to the subject of what governs it. Design choices.
SUPPORTED = 0.95
"""By a light verb or noun that says so: "launched strikes", "Peru's announcement of tariffs"."""
INFERRED = 0.78
"""By any other verb above it: the nearest subject that is an actor."""
STEP = 0.97
"""Each governor further up."""
MAX_GOVERNORS = 12

# "Used during a clash": the clash is no part of what the verb above says, so that a trigger there is no barrier.
_CIRCUMSTANCES = frozenset({"during", "in", "amid", "after", "before", "at", "on", "since"})
_PROPER_TAGS = frozenset({"NNP", "NNPS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledFrame:
    """A trigger in a sentence.

    Attributes:
        trigger: The row of the dictionary.
        head: Token of its head word.
        tokens: Tokens of the words that carry it, in order.
        start: First character of these words.
        end: One past their last character.
        actors: Link of each token that may be the actor, 0 to 1.
        recipients: The same for the recipient.
        sides: For the reciprocal reading: link of each token that may be a side.
        phrase: Tokens of the head's phrase, other clauses coordinated with it left out; for links by nearness only.
        event_type: Its category here, which depends on the status: what will be done is agreed.
        status: What the sentence says of the event.
        is_content: It is what another trigger's act asks for, threatens, refuses or promises.
    """

    trigger: Trigger
    head: int
    tokens: tuple[int, ...]
    start: int
    end: int
    actors: dict[int, float]
    recipients: dict[int, float]
    sides: dict[int, float]
    phrase: frozenset[int]
    event_type: str
    mode: str | None
    status: Status
    is_content: bool


@dataclass(frozen=True, slots=True)
class _Match:
    trigger: Trigger
    head: int
    particles: tuple[int, ...]
    noun_object: int | None
    rank: int


def fill_frames(sentence: Span, dictionary: TriggerDictionary) -> tuple[FilledFrame, ...]:
    """The triggers of a sentence with their slots filled; a word that is part of a longer trigger is none itself."""
    tree = SentenceTree(sentence)
    matches = _without_consumed(_matches(tree, dictionary))
    return tuple(_filled(match, matches, tree, sentence) for match in matches)


def _matches(tree: SentenceTree, dictionary: TriggerDictionary) -> list[_Match]:
    """The most specific match of each head word."""
    found: list[_Match] = []
    for token in tree:
        best: _Match | None = None
        for pos in _parts_of_speech(tree, token):
            for trigger in dictionary.candidates(pos, tree.word(token)):
                match = _match(trigger, tree, token)
                if match and (best is None or match.rank > best.rank):
                    best = match
        if best:
            found.append(best)
            if len(found) == MAX_TRIGGERS:
                break
    return found


def _parts_of_speech(tree: SentenceTree, token: int) -> tuple[PartOfSpeech, ...]:
    tag = tree.tag(token)
    if tag.startswith("VB"):
        is_predicative = tag == "VBN" and tree.dep(token) in {"acomp", "ROOT", "conj", "ccomp"}
        if tag == "VBG" and tree.is_nominal(token):
            return ("n", "v")
        return ("v", "a") if is_predicative else ("v",)
    if tag in {"NN", "NNS"}:
        return ("n", "v") if tree.word(token).endswith("ing") else ("n",)
    if tag == "JJ":
        return ("a",)
    return ("n",) if tag in _PROPER_TAGS and tree.dep(token) != "compound" else ()


def _match(trigger: Trigger, tree: SentenceTree, token: int) -> _Match | None:
    particles = _particles(trigger.particles, tree, token)
    if particles is None:
        return None
    if trigger.excluded and _companion(trigger.excluded, trigger, tree, token, particles):
        return None
    noun_object, rank = None, 2 * len(particles)
    if trigger.required:
        companion = _companion(trigger.required, trigger, tree, token, particles)
        if companion is None:
            return None
        noun_object, weight = companion
        rank += weight
    return _Match(trigger, token, particles, noun_object, rank)


def _particles(words: tuple[str, ...], tree: SentenceTree, token: int) -> tuple[int, ...] | None:
    """The tokens of the particles, each after the one before and inside the verb's phrase; None if one is missing."""
    found: list[int] = []
    position = token
    for word in words:
        limit = min(token + PARTICLE_WINDOW, tree.end - 1)
        position = next(
            (
                candidate
                for candidate in range(position + 1, limit + 1)
                if tree.word(candidate) == word and _hangs_on(tree, candidate, token)
            ),
            -1,
        )
        if position < 0:
            return None
        found.append(position)
    return tuple(found)


def _hangs_on(tree: SentenceTree, token: int, verb: int) -> bool:
    return verb in tree.ancestors(token, limit=3)


def _companion(
    companions: Companions, trigger: Trigger, tree: SentenceTree, token: int, particles: tuple[int, ...]
) -> tuple[int | None, int] | None:
    """The object noun (None if the companion is another word) and how specific the match is; None without one."""
    nouns = _companion_nouns(trigger, tree, token, particles)
    for noun in nouns:
        if any(
            (tree.word(modifier), tree.word(noun)) in companions.modified for modifier in tree.children(noun)
        ):
            return noun, 5
    for noun in nouns:
        if tree.word(noun) in companions.nouns:
            return (None if trigger.part_of_speech == "n" else noun), 4
    if trigger.part_of_speech != "n" and any(
        tree.word(clause) in companions.verbs for clause in _complement_verbs(tree, token)
    ):
        return None, 4
    if any(word in companions.function_words for word in _function_words(tree, token)):
        return None, 1
    return None


def _companion_nouns(
    trigger: Trigger, tree: SentenceTree, token: int, particles: tuple[int, ...]
) -> list[int]:
    """Where a trigger's companion noun may stand: the object, or what modifies a noun trigger."""
    if trigger.part_of_speech == "n":
        inside = tree.children(token, "amod", "compound", "nmod")
        return inside + [noun for noun, _ in tree.slot(token, "of")]
    found = [noun for noun, _ in tree.objects(token)] + tree.children(token, "attr", "oprd", "acomp")
    for particle in particles:
        found += tree.children(particle, "pobj")
    if found:  # "slapped Peru with tariffs", "branded him as a liar"
        for preposition in ("with", "as", "for"):
            found += [noun for noun, _ in tree.slot(token, preposition)]
    quantities = [noun for noun in found if tree.word(noun) in word_class("support_noun")]
    counted = [noun for quantity in quantities for noun, _ in tree.slot(quantity, "of")]
    return found + counted + [other for noun in found for other in tree.children(noun, "conj")]


def _complement_verbs(tree: SentenceTree, token: int) -> Iterator[int]:
    for clause in tree.children(token, "xcomp", "ccomp", "advcl"):
        yield clause
        yield from tree.children(clause, "conj")
    for preposition in tree.children(token, "prep"):
        yield from tree.children(preposition, "pcomp")


def _function_words(tree: SentenceTree, token: int) -> Iterator[str]:
    for child in tree.children(token):
        if tree.dep(child) in {"prep", "agent", "dative", "mark", "prt"}:
            yield tree.word(child)
        elif tree.dep(child) in {"xcomp", "ccomp", "acl", "relcl", "advcl"}:
            yield from (
                tree.word(mark)
                for mark in tree.children(child, "mark", "aux")
                if tree.word(mark) in {"to", "that"}
            )


def _without_consumed(matches: list[_Match]) -> list[_Match]:
    """The matches whose head is not the object or a particle of another."""
    consumed = {token for match in matches for token in (match.noun_object, *match.particles)}
    return [match for match in matches if match.head not in consumed]


def _is_content(match: _Match, matches: list[_Match], tree: SentenceTree) -> bool:
    return any(
        is_content_of(tree, match.head, other.head, other.trigger.event_type)
        for other in matches
        if other is not match
    )


def _filled(match: _Match, matches: list[_Match], tree: SentenceTree, sentence: Span) -> FilledFrame:
    heads = frozenset(other.head for other in matches)
    directed = [frame for frame in match.trigger.frames if not frame.is_reciprocal]
    mutual = [frame for frame in match.trigger.frames if frame.is_reciprocal]
    recipients = _links(match, tree, [slot for frame in directed for slot in frame.recipients])
    sides = _links(match, tree, [slot for frame in mutual for slot in frame.actors])
    actors = _actors(match, tree, directed, heads)
    if mutual:
        sides = _with_inferred(sides, match, tree, heads)
    tokens = _trigger_tokens(match)
    event_type, status = _category(match, tree)
    mode = match.trigger.mode
    doc = sentence.doc
    last = doc[tokens[-1]]
    return FilledFrame(
        trigger=match.trigger,
        head=match.head,
        tokens=tokens,
        start=doc[tokens[0]].idx,
        end=last.idx + len(last.text),
        actors=actors,
        recipients=recipients,
        sides=sides,
        phrase=tree.phrase(match.head),
        event_type=event_type,
        mode=mode if mode in EVENT_TYPES[event_type].modes else None,
        status=status,
        is_content=_is_content(match, matches, tree),
    )


def _category(match: _Match, tree: SentenceTree) -> tuple[str, Status]:
    event_type = match.trigger.event_type
    if is_refusal(tree, match.head, event_type):
        return "REJECT", "actual"
    status = status_of(tree, match.head)
    return category_when(event_type, status), status


def _actors(
    match: _Match, tree: SentenceTree, frames: list[Frame], heads: frozenset[int]
) -> dict[int, float]:
    slots = [slot for frame in frames for slot in frame.actors]
    links = _links(match, tree, slots)
    may_be_inferred = "subj" in slots or "poss" in slots
    return _with_inferred(links, match, tree, heads) if may_be_inferred else links


def _links(match: _Match, tree: SentenceTree, slots: Iterable[str]) -> dict[int, float]:
    links: dict[int, float] = {}
    own = {match.head, *match.particles}
    for slot in slots:
        fillers = tree.slot(match.head, slot, noun_object=match.noun_object, particles=match.particles)
        if slot == "subj" and match.trigger.part_of_speech == "v" and tree.tag(match.head) in NOMINAL_TAGS:
            fillers = [*fillers, *tree.slot(match.head, "poss")]
        spread = tree.spread((token, link) for token, link in fillers if token not in own)
        for token, link in spread.items():
            links[token] = max(link, links.get(token, 0.0))
    return links


def _with_inferred(
    links: dict[int, float], match: _Match, tree: SentenceTree, heads: frozenset[int]
) -> dict[int, float]:
    """The links, and weaker ones to the subjects of what governs a trigger that names no doer itself."""
    if any(tree.slot(match.head, slot, noun_object=match.noun_object) for slot in _slots_of_doers(match)):
        return links
    inferred = dict(links)
    for token, link in _governing_subjects(match.head, tree, heads):
        inferred.setdefault(token, link)
    return inferred


def _slots_of_doers(match: _Match) -> tuple[str, ...]:
    """Where the text would name who does it; what modifies a noun ("brief", "naval") need not be a doer."""
    if match.trigger.part_of_speech == "n":
        return ("poss", "by", "between", "among")
    return ("subj", "poss")


def _governing_subjects(head: int, tree: SentenceTree, heads: frozenset[int]) -> Iterator[tuple[int, float]]:
    """Subjects and possessors above a trigger, nearest first, until another trigger or a verb of saying."""
    strength, is_supported, below = 1.0, True, head
    for governor in tree.ancestors(head, limit=MAX_GOVERNORS):
        is_subject = tree.dep(below) in {"nsubj", "nsubjpass"}
        is_circumstance = tree.dep(below) == "prep" and tree.word(below) in _CIRCUMSTANCES
        below_governor, below = below, governor
        if is_subject or not (tree.is_verb(governor) or tree.is_nominal(governor)):
            continue  # inside the governor's own subject, or at a preposition
        support = _support(tree, governor)
        if support is None or (governor in heads and not is_circumstance):
            return
        is_supported = is_supported and support and tree.dep(below_governor) != "ccomp"
        strength = strength * SUPPORTED if is_supported else min(strength, INFERRED) * STEP
        fillers = tree.surface_subjects(governor)
        if tree.is_nominal(governor):
            fillers = [(child, 1.0) for child in tree.children(governor, "poss")]
        for token, link in tree.spread(fillers).items():
            yield token, link * strength


def _support(tree: SentenceTree, governor: int) -> bool | None:
    """Whether a governor says that its subject does what it governs; None if it only speaks of it."""
    word = tree.word(governor)
    if tree.is_nominal(governor):
        return word in word_class("support_noun") or word in word_class("plan_noun")
    if word in word_class("support_verb"):
        return True
    if any(tree.word(child) in word_class("plan_noun") for child in tree.children(governor, "nsubj")):
        return True  # "his agenda includes talks"
    return None if word in word_class("reporting_verb") else False


def _trigger_tokens(match: _Match) -> tuple[int, ...]:
    """The words that carry the event: the head with its particles and object where they stand together."""
    noun_object = () if match.noun_object is None else (match.noun_object,)
    tokens = sorted({match.head, *match.particles, *noun_object})
    if tokens[-1] - tokens[0] < MAX_TRIGGER_TOKENS:
        return tuple(range(tokens[0], tokens[-1] + 1))
    return (match.head,)
