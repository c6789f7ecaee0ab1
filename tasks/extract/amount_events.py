"""What amounts measure: the event in whose clause an amount stands.

In: a parsed text with its amounts and events. Out: the amounts, each with the event whose act it measures ("imposed a
50 percent tariff", "killing 14 people"). What does not belong here: amounts, events.

From an amount one climbs the parse: from the number to its noun, from the noun to its verb, from that to the verb which
governs it. The first token on the way that carries an event, or that holds one in its own clause, gives the event. The
climb ends where another act is told: at a relative clause, at a clause with a subject of its own. Three things are
measured from outside: a part of a count ("14 people, nine of whom") goes where the count goes, what is told of a noun
in a relative clause is done by or to it, and the dead and wounded belong to the attack that is reported with or just
before them. What stands in no event's clause is a figure of the background and measures nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.extract.lexicon import cue
from tasks.extract.syntax import SUBJECTS_AND_CLAUSES, SentenceTree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc, Span, Token

    from tasks.extract.annotations import Amount, Event

_MOST_STEPS = 12
"""How far an amount may be from what it measures: "agreed to ask for the release of some of the 41 hostages" has ten."""
_MOST_INSIDE = 40
"""How many tokens of a clause are looked at for a trigger."""
_OTHER_ACT_AFTER = frozenset(
    {
        "after",
        "before",
        "since",
        "despite",
        "amid",
        "following",
        "than",
        "until",
        "like",
        "compared",
        "versus",
        "unlike",
        "according",
    }
)
"""Prepositions before another act than that of the clause."""
_INSIDE = frozenset(
    {"dobj", "prep", "pobj", "agent", "xcomp", "attr", "oprd", "dative", "nsubj", "nsubjpass", "prt", "acomp"}
)
"""Relations through which a verb holds a trigger in its own clause: "were killed in an attack", "launched strikes"."""
_TELLING = frozenset(
    {"say", "says", "said", "saying", "tell", "tells", "told", "telling", "discuss", "discussing"}
)
"""Verbs whose content is another act than theirs."""
_WITH_RESULTS = frozenset(
    {"AGREE", "AID", "ASSAULT", "COERCE", "COOPERATE", "MOBILIZE", "PROTEST", "RETREAT", "SANCTION"}
)
"""Types of acts whose size a further verb may tell ("fired on a bus, killing 14"); one who rebuts or meets and raises 14
million has done two things."""
_FURTHER_VERB = frozenset({"advcl", "conj"})
_DISTANCES = frozenset(
    {"km", "kilometer", "kilometre", "mile", "nautical mile", "meter", "metre", "foot", "yard"}
)
_HARMFUL = frozenset({"ASSAULT", "PROTEST", "COERCE"})
_CAUSING = frozenset({"in", "by", "from", "after"})
_BACK = frozenset({"the", "this", "that", "these", "those"})
_SENTENCES_BACK = 2
"""So many sentences before the dead the attack may be told."""


def link_amounts(doc: Doc, amounts: Sequence[Amount], events: Sequence[Event]) -> tuple[Amount, ...]:
    """The amounts with the events that they measure.

    Args:
        doc: The parsed text.
        amounts: In the order of the text.
        events: All events of the article.
    """
    reports = _Reports(doc, events)
    linked: list[Amount] = []
    previous: tuple[int, Event | None] | None = None
    for amount in amounts:
        head = reports.head_of(amount)
        if _is_distance(doc[head], amount):
            linked.append(amount)
            continue
        event = reports.event_of(head, is_count=amount.kind == "count")
        if (
            event is None
            and previous is not None
            and reports.sentence[previous[0]] == reports.sentence[head]
            and _is_part(amount)
        ):
            event = previous[1]
        event = event or reports.harm_behind(head)
        linked.append(replace(amount, event=event))
        previous = head, event
    return tuple(linked)


def _is_distance(head: Token, amount: Amount) -> bool:
    """Whether it only says where: "bombed a camp 20 kilometres away"; whoever moves a kilometre has it as an object."""
    is_size = head.head.lower_ in {"deep", "wide", "long", "high"}
    return amount.unit in _DISTANCES and head.dep_ != "dobj" and not is_size


def _is_part(amount: Amount) -> bool:
    """Whether it is a part of what was counted before it: "nine of whom"."""
    return amount.text.endswith((" of them", " of whom", " of these", " of those"))


class _Tree(SentenceTree):
    """A sentence in which only the first dependents of a token are looked at: thousands of amounts may hang on one."""

    def __init__(self, sentence: Span) -> None:
        super().__init__(sentence)
        self._known: dict[tuple[int, tuple[str, ...]], list[int]] = {}

    def children(self, token: int, *deps: str) -> list[int]:
        key = token, deps
        if key not in self._known:
            self._known[key] = super().children(token, *deps)[:_MOST_INSIDE]
        return self._known[key]


class _Reports:
    """The events of one text by the tokens that carry them, and its sentences as trees."""

    def __init__(self, doc: Doc, events: Sequence[Event]) -> None:
        self.doc = doc
        self.token_starts = [token.idx for token in doc]
        self.sentences = list(doc.sents)
        self.sentence = [number for number, sentence in enumerate(self.sentences) for _ in sentence]
        self.carried: dict[int, Event] = {}
        for event in events:
            for evidence in event.evidence:
                for index in range(*self._tokens(evidence.trigger_start, evidence.trigger_end)):
                    self.carried.setdefault(index, event)
        self.triggers: dict[int, list[int]] = defaultdict(list)
        for index in sorted(self.carried):
            self.triggers[self.sentence[index]].append(index)
        self._trees: dict[int, _Tree] = {}

    def head_of(self, amount: Amount) -> int:
        """The token through which an amount hangs on the rest of its sentence."""
        first, after = self._tokens(amount.start, amount.end)
        for index in range(after - 1, first - 1, -1):
            if not first <= self.doc[index].head.i < after or self.doc[index].head.i == index:
                return index
        return after - 1

    def event_of(self, head: int, *, is_count: bool) -> Event | None:
        """The event of the nearest token above an amount, in the clause of one, or told of it.

        Args:
            head: The token through which the amount hangs on its sentence.
            is_count: Whether it counts; a percentage or a sum is no object of "fell" and "declined".
        """
        if self.sentence[head] not in self.triggers:
            return None
        tree = self._tree(self.sentence[head])
        path = list(_path(tree, head))
        is_further = False
        for step, token in enumerate(path):
            if _is_move_of_figures(tree, path[: step + 1], is_count=is_count):
                return None
            found = self.carried.get(token) or self._nearest(_clause(tree, token), head)
            if found:
                return None if is_further and found.event_type not in _WITH_RESULTS else found
            is_further = is_further or (tree.is_verb(token) and tree.dep(token) in _FURTHER_VERB)
        return self._nearest((index for token in path for index in _told_of(tree, token, path)), head)

    def harm_behind(self, head: int) -> Event | None:
        """The attack or unrest in which so many were killed or hurt: in the same sentence, else just before it."""
        number = self.sentence[head]
        if not any(back in self.triggers for back in range(number - _SENTENCES_BACK, number + 1)):
            return None
        tree = self._tree(number)
        harms = [token for token in _path(tree, head) if self._is_harm(token)]
        if all(_has_agent(tree, token, head) for token in harms):
            return None
        first = (
            number if any(self._has_own_cause(tree, token) for token in harms) else number - _SENTENCES_BACK
        )
        for back in range(number, max(0, first) - 1, -1):
            triggers = self.triggers.get(back, [])
            at = bisect_left(triggers, head)
            near = triggers[max(0, at - _MOST_INSIDE) : at + _MOST_INSIDE]
            harmful = (index for index in near if self.carried[index].event_type in _HARMFUL)
            if found := self._nearest(harmful, head):
                return found
        return None

    def _is_harm(self, token: int) -> bool:
        return self.doc[token].lower_ in cue("verb_of_harm")

    def _has_own_cause(self, tree: SentenceTree, token: int) -> bool:
        """Whether a new cause is told with a harm: "were hurt in stabbings", but not "in the raid", "in Kabul"."""
        for preposition in tree.children(token, "prep", "agent"):
            for cause in tree.children(preposition, "pobj") if tree.word(preposition) in _CAUSING else ():
                is_known = any(tree.word(child) in _BACK for child in tree.children(cause, "det"))
                if not is_known and not self.doc[cause].ent_type_:
                    return True
        return False

    def _nearest(self, tokens: Iterator[int], head: int) -> Event | None:
        found = [index for index in tokens if index in self.carried]
        return self.carried[min(found, key=lambda index: abs(index - head))] if found else None

    def _tokens(self, start: int, end: int) -> tuple[int, int]:
        first = max(0, bisect_right(self.token_starts, start) - 1)
        return first, max(first + 1, bisect_right(self.token_starts, end - 1))

    def _tree(self, number: int) -> _Tree:
        if number not in self._trees:
            self._trees[number] = _Tree(self.sentences[number])
        return self._trees[number]


def _path(tree: SentenceTree, head: int) -> Iterator[int]:
    """The tokens from an amount up to where its act ends."""
    token = head
    for _ in range(_MOST_STEPS):
        yield token
        if _ends_act(tree, token) or tree.head(token) == token:
            return
        token = tree.head(token)


def _is_move_of_figures(tree: SentenceTree, path: Sequence[int], *, is_count: bool) -> bool:
    """Whether a path comes to a verb that says how a figure moves: "sales dropped 45 percent to 6,000 from 9,000 cars"."""
    if len(path) < 2 or tree.word(path[-1]) not in cue("verb_of_figures"):
        return False
    return not is_count or tree.word(path[-2]) in {"to", "from", "by"}


def _ends_act(tree: SentenceTree, token: int) -> bool:
    """Whether what is above a token is told of another act."""
    dep = tree.dep(token)
    if dep in {"relcl", "parataxis"}:
        return True
    if dep == "prep":
        is_former = tree.word(token) == "from" and tree.word(tree.head(token)) in {"up", "down"}
        return is_former or tree.word(token) in _OTHER_ACT_AFTER
    if (
        dep == "acl"
    ):  # "a convoy carrying food", but not "an offer to carry food", "the charge that it carried food"
        return not tree.children(token, "mark", "aux")
    if dep == "ccomp" and tree.word(tree.head(token)) in _TELLING:
        return True
    if tree.word(token) in _TELLING and dep in {"advcl", "pcomp", "xcomp"}:
        return True
    return (
        tree.is_verb(token) and dep in {"advcl", "conj"} and bool(tree.children(token, *SUBJECTS_AND_CLAUSES))
    )


def _clause(tree: SentenceTree, token: int) -> Iterator[int]:
    """The tokens in the clause of a verb; of a noun the participle or relative clause in which it is acted on."""
    if not tree.is_verb(token):
        for child in tree.children(token, "acl", "relcl"):
            if tree.is_passive(child) or not tree.children(child, "dobj"):
                yield child
        return
    below = [token]
    for inner in below:  # grows while it is read
        for child in tree.children(inner):
            is_other = tree.dep(child) == "prep" and tree.word(child) in _OTHER_ACT_AFTER
            if tree.dep(child) in _INSIDE and not is_other and len(below) < _MOST_INSIDE:
                below.append(child)
                yield child


def _has_agent(tree: SentenceTree, verb: int, head: int) -> bool:
    """Whether another does the harm in the same clause: "the virus killed 900 people"."""
    return any(subject != head for subject in tree.children(verb, "nsubj")) and bool(
        tree.children(verb, "dobj")
    )


def _told_of(tree: SentenceTree, token: int, path: Sequence[int]) -> Iterator[int]:
    """The verbs of clauses that are told of a noun, that share it as a subject, or that say when its act was."""
    if tree.is_verb(token):
        if any(subject in path for subject in tree.children(token, *SUBJECTS_AND_CLAUSES)):
            yield from (
                other
                for other in tree.children(token, "conj")
                if not tree.children(other, *SUBJECTS_AND_CLAUSES)
            )
        for clause in tree.children(token, "advcl"):
            if any(tree.word(child) == "when" for child in tree.children(clause)):
                yield clause
        return
    for clause in tree.children(token, "acl", "relcl"):
        yield clause
        yield from tree.children(clause, "xcomp")
