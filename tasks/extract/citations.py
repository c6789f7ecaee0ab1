"""Whom a verb, noun or cue of reporting names as the source.

In: the token of a verb ("said"), a noun ("reports") or a cue ("according to", "citing", "by her count"). Out: the
`Attribution` that it makes. What does not belong here: what it reports (`tasks.extract.reporting_clauses`), and of
what kind the source is (`tasks.extract.sources`).

A speaker who cites others only passes on: in "Tass said, citing officials, that" the officials report.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.extract.reporting_cues import (
    BREAKS,
    CITING,
    LINKS,
    MAX_CLOSING,
    Cues,
    count_after,
    is_cue_verb,
)
from tasks.extract.sources import is_word_for_source
from tasks.extract.speech import Attribution, Stretch, attribution_by, describe_speaker, first_noun
from tasks.extract.syntax import FINITE_TAGS, NOMINAL_TAGS, SUBJECTS_AND_CLAUSES
from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from tasks.extract.syntax import SentenceTree
    from tasks.extract.voices import Voices

_MAX_STRETCH = 60
"""Tokens on each side of a cue in which its speaker is sought, as around quotations."""
_MAX_SPEAKER = 6
"""Words in which the noun of a speaker comes after "said"."""
_OWNERS = frozenset({"by", "from", "in"})
"""Prepositions between a report and its author; "of" tells what it is about, except of a count."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence in its article: who could speak, its tree, and the cues in it."""

    voices: Voices
    tree: SentenceTree
    cues: Cues

    def attribution_to(self, head: int, *, cue: int) -> Attribution | None:
        """The attribution to a noun near a cue; None where the parse finds it far away."""
        stretch = self.stretch(cue)
        if not stretch.start <= head < stretch.end:
            return None
        return describe_speaker(self.voices.syntax, self.voices.doc[head], stretch, cue=(cue, cue + 1))

    def stretch(self, cue: int) -> Stretch:
        """Where the speaker of a cue is sought."""
        return Stretch(max(self.tree.start, cue - _MAX_STRETCH), min(self.tree.end, cue + _MAX_STRETCH))

    def noun_after(self, token: int) -> int | None:
        """The noun of the first phrase after a token."""
        found = first_noun(self.voices.doc, Stretch(token + 1, self.stretch(token).end))
        return None if found is None else found.i


def named_by_verb(scene: Scene, verb: int) -> Attribution | None:
    """Whom the speaker of a verb cites, else the speaker."""
    return _cited_beside(scene, verb) or _speaker(scene, verb)


def named_by_noun(scene: Scene, noun: int) -> Attribution | None:
    """Whose report or allegation it is; "reports", "Chadian reports" that are nobody's are the source themselves."""
    tree = scene.tree
    owners = tree.children(noun, "poss")
    for preposition in tree.children(noun, "prep"):
        if tree.word(preposition) in _OWNERS:
            owners += tree.children(preposition, "pobj")
    if not owners and tree.word(noun) in {"report", "reports"}:
        return scene.attribution_to(noun, cue=noun)
    modifiers = tree.children(noun, "compound", "amod", "nmod")
    owners += [modifier for modifier in modifiers if _can_be_cited(scene, modifier)]
    return scene.attribution_to(owners[0], cue=noun) if owners else None


def named_by_cue(scene: Scene, cue: int) -> Attribution | None:
    """The source of a cue that governs no clause: "he said", "according to X", "citing X", "by the count of X"."""
    if is_cue_verb(scene.tree, cue):
        return named_by_verb(scene, cue)
    if scene.tree.word(cue) in CITING:
        return _cited(scene, cue)
    count = count_after(scene.tree, cue)
    return _according_to(scene, cue) if count is None else _counted_by(scene, cue, count)


def _cited_beside(scene: Scene, verb: int) -> Attribution | None:
    cues = (cue for cue in scene.cues.at(verb, verb) if scene.tree.word(cue) in CITING)
    return next((found for cue in cues if (found := _cited(scene, cue))), None)


def _cited(scene: Scene, cue: int) -> Attribution | None:
    objects = [token for token in scene.tree.children(cue, "dobj") if _can_be_cited(scene, token)]
    return scene.attribution_to(objects[0], cue=cue) if objects else None


def _according_to(scene: Scene, cue: int) -> Attribution | None:
    tree = scene.tree
    objects = [o for to in tree.children(cue, "prep") for o in tree.children(to, "pobj")]
    source = objects[0] if objects else scene.noun_after(cue + 1)
    return None if source is None else scene.attribution_to(source, cue=cue)


def _counted_by(scene: Scene, cue: int, count: int) -> Attribution | None:
    tree = scene.tree
    of = [child for child in tree.children(count, "prep") if tree.word(child) in _OWNERS | {"of"}]
    owners = tree.children(count, "poss") + [
        o for preposition in of for o in tree.children(preposition, "pobj")
    ]
    return scene.attribution_to(owners[0], cue=cue) if owners else None


def _can_be_cited(scene: Scene, token: int) -> bool:
    """Whether one can cite it as a source: an actor, or a word for sources; not "security reasons"."""
    return scene.voices.mention_of(token) is not None or is_word_for_source(scene.tree.word(token))


def _speaker(scene: Scene, verb: int) -> Attribution | None:
    """Who says it; of a passive verb only whom "by" names, unless he "was quoted as saying".

    Things that show or suggest are no sources ("simple arithmetic shows that"), unless they are texts.
    """
    tree = scene.tree
    is_quoted = tree.dep(verb) == "pcomp" and tree.word(tree.head(verb)) == "as"
    if tree.is_passive(verb) and not is_quoted:
        agents = tree.subjects(verb)
        return scene.attribution_to(agents[0][0], cue=verb) if agents else None
    if _is_inverted(tree, verb):
        behind = scene.noun_after(verb)
        return None if behind is None else scene.attribution_to(behind, cue=verb)
    speaking = scene.voices.doc[_verb_with_subject(tree, verb)]
    found = attribution_by(scene.voices.syntax, speaking, scene.stretch(verb))
    is_evidence = tree.word(verb) in word_class("evidence_verb")
    return None if found and is_evidence and not _can_be_cited(scene, found.head) else found


def _is_inverted(tree: SentenceTree, verb: int) -> bool:
    """Whether the speaker follows the verb after a comma: ", said the minister".

    In ", reported a loss" none does, nor in "Peru, which is poor, said mines had closed".
    """
    is_after_comma = verb > tree.start and tree.word(verb - 1) in {",", '"', "”", "''"}
    if not is_after_comma or tree.tag(verb) not in FINITE_TAGS:
        return False
    if any(clause > verb for clause in tree.children(verb, "ccomp")):
        return False
    if tree.word(verb) in word_class("confirming_verb") | word_class("telling_verb"):
        return False
    behind: list[int] = []
    for token in range(verb + 1, min(verb + MAX_CLOSING, tree.end)):
        if tree.word(token) in BREAKS or tree.tag(token) == ".":
            break
        behind.append(token)
    nouns = NOMINAL_TAGS | {"PRP"}
    has_noun = any(tree.tag(token) in nouns for token in behind[:_MAX_SPEAKER])
    return has_noun and tree.tag(behind[0]) not in LINKS and not any(tree.is_verb(token) for token in behind)


def _verb_with_subject(tree: SentenceTree, verb: int) -> int:
    """The verb whose subject speaks: in "said that none had come and denied" the parse joins "denied" to "come".

    As it does in "said that none had come, adding that".
    """
    sibling = tree.head(verb)
    governor = tree.head(sibling)
    is_joined = tree.dep(verb) == "conj" or (tree.dep(verb) == "advcl" and tree.tag(verb) == "VBG")
    is_joined_below = (
        is_joined
        and not tree.children(verb, *SUBJECTS_AND_CLAUSES)
        and tree.dep(sibling) == "ccomp"
        and governor < sibling < verb
        and {tree.word(governor), tree.word(verb)} <= word_class("attributing_verb")
        and tree.word(sibling) not in word_class("attributing_verb")
    )
    return governor if is_joined_below else verb
