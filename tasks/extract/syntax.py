"""Who stands in which grammatical slot of a predicate, seen through passives, relative clauses and control.

In: a parsed sentence. Out: for a predicate, its phrase and the tokens that fill its subject, each with how direct the
link is. What does not belong here: categories, actors.

Tokens are indices of the document. The tree is read once into lists, because walking spaCy's `children` and
`subtree` costs time in proportion to the sentence at each step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spacy.tokens import Span

# How direct a link is, between 0 and 1. Design choices, not estimates: what is in the slot itself counts in full, and
# each step of inference takes its share. Products of two or three steps stay above one half.
DIRECT = 1.0
SHARED = 0.95
"""Coordination, control, relative clauses: grammar leaves no doubt, the parser sometimes errs."""
PART = 0.92
"""A modifier or possessor inside the slot: "Turkish officials", "Turkey's minister"."""
OF_PHRASE = 0.9
OTHER_PHRASE = 0.75
"""Another prepositional phrase inside the slot: "officials in Turkey"."""
CLAUSE_PART = 0.7
"""Inside a clause that modifies the slot: "a protocol reaffirming the ties of the two nations"."""
SPEAKER = 0.8
"""The subject of a verb of saying, for a pronoun in what it says."""

MAX_STEPS = 5
"""How many steps up or down a link may take."""
MAX_NODES = 60
"""How many tokens of one slot are looked at; a longer one is a list and no noun phrase."""
MAX_PHRASE = 200
"""How many tokens of a predicate's phrase are looked at."""

NOMINAL_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})
_PRONOUNS = frozenset({"it", "he", "she", "they", "we"})
_SUBJECTS = ("nsubj", "nsubjpass")
SUBJECTS_AND_CLAUSES = (*_SUBJECTS, "csubj")
"""Relations of a subject, clauses included: "that they left angered him"."""
FINITE_TAGS = frozenset({"VBD", "VBZ", "VBP"})
"""Tags of verbs that carry a tense, modals apart."""
_MODIFIERS = frozenset({"poss", "compound", "amod", "nmod", "nummod"})
_PREPOSITIONS = frozenset({"prep", "agent", "dative", "prt", "advmod"})
_RELATIVE_TAGS = frozenset({"WDT", "WP"})
_INNER_PHRASES = frozenset({"of", "by"})

Filler = tuple[int, float]


class SentenceTree:
    """The dependency tree of one sentence as lists, and the slots of its predicates."""

    def __init__(self, sentence: Span) -> None:
        """Read the tree.

        Args:
            sentence: A whole sentence: every head lies inside it.
        """
        tokens = list(sentence)
        self.start = sentence.start
        self.end = sentence.end
        self._words = [token.lower_ for token in tokens]
        self._tags = [token.tag_ for token in tokens]
        self._deps = [token.dep_ for token in tokens]
        self._heads = [min(max(token.head.i, self.start), self.end - 1) for token in tokens]
        self._children: list[list[int]] = [[] for _ in tokens]
        for token in tokens:
            if self.head(token.i) != token.i:
                self._children[self.head(token.i) - self.start].append(token.i)

    def __iter__(self) -> Iterator[int]:
        """The tokens in order."""
        return iter(range(self.start, self.end))

    def word(self, token: int) -> str:
        """Lower-case form."""
        return self._words[token - self.start]

    def tag(self, token: int) -> str:
        """Penn tag."""
        return self._tags[token - self.start]

    def dep(self, token: int) -> str:
        """Dependency label."""
        return self._deps[token - self.start]

    def head(self, token: int) -> int:
        """Head; the root is its own."""
        return self._heads[token - self.start]

    def children(self, token: int, *deps: str) -> list[int]:
        """Dependents in the order of the text, of the given labels if there are any."""
        found = self._children[token - self.start]
        return [child for child in found if self.dep(child) in deps] if deps else found

    def is_verb(self, token: int) -> bool:
        """Whether it is tagged as a verb form or modal."""
        return self.tag(token).startswith("VB") or self.tag(token) == "MD"

    def is_nominal(self, token: int) -> bool:
        """Whether it stands as a noun: tagged as one, or an -ing form that takes "of" ("the arming of rebels")."""
        if self.tag(token) in NOMINAL_TAGS:
            return True
        return self.tag(token) == "VBG" and any(
            self.word(child) == "of" for child in self.children(token, "prep")
        )

    def ancestors(self, token: int, limit: int = 40) -> Iterator[int]:
        """Heads on the way to the root, nearest first."""
        for _ in range(limit):
            head = self.head(token)
            if head == token:
                return
            yield head
            token = head

    def phrase(self, token: int) -> frozenset[int]:
        """The tokens below one, without clauses that are coordinated with it and have a subject of their own."""
        below = [token]
        for inner in below:  # grows while it is read
            for child in self.children(inner):
                is_other_clause = self.dep(child) in {"conj", "parataxis"} and self.children(
                    child, *_SUBJECTS
                )
                if not is_other_clause and len(below) < MAX_PHRASE:
                    below.append(child)
        return frozenset(below)

    def first_of_list(self, token: int) -> int:
        """The first one of those that a token is coordinated with, or in apposition to; itself if it stands alone."""
        first = token
        while self.dep(first) in {"conj", "appos"}:
            first = self.head(first)
        return first

    def is_passive(self, verb: int) -> bool:
        """Whether the verb form is passive, bare participles included ("sanctions imposed by")."""
        if self.children(verb, "auxpass", "nsubjpass", "agent"):
            return True
        if self.tag(verb) != "VBN" or self.children(verb, "aux", "nsubj"):
            return False
        if self.dep(verb) == "conj":
            return self.tag(self.head(verb)) == "VBN" and self.is_passive_once(self.head(verb))
        return self.dep(verb) in {"acl", "advcl", "relcl"}

    def is_passive_once(self, verb: int) -> bool:
        """As `is_passive`, without looking further up a coordination."""
        return bool(self.children(verb, "auxpass", "nsubjpass", "agent")) or self.dep(verb) == "acl"

    def subjects(self, predicate: int, depth: int = 0) -> list[Filler]:
        """Who does it: the logical subject, through passive, coordination, control and relative clauses."""
        if depth > MAX_STEPS:
            return []
        if self.is_nominal(predicate):
            found = [
                (child, DIRECT) for child in self.children(predicate, "poss", "compound", "amod", "nmod")
            ]
            return found + self._prepositional(predicate, "by")
        if not self.is_verb(predicate):
            return self._subjects_of_adjective(predicate, depth)
        if self.is_passive(predicate):
            return self._prepositional(predicate, "by")
        return self.surface_subjects(predicate, depth)

    def surface_subjects(self, verb: int, depth: int = 0) -> list[Filler]:
        """The grammatical subject, its own or the one that it shares; a passive has one as well."""
        own = self.children(verb, *_SUBJECTS)
        if own:
            found = [self._antecedent(child, verb) for child in own]
            return found + self._speakers(own[0], verb, depth)
        return self._inherited_subjects(verb, depth) if depth <= MAX_STEPS else []

    def spread(self, fillers: Iterable[Filler]) -> dict[int, float]:
        """The fillers and what lies inside their noun phrases, with the best link of each token."""
        links: dict[int, float] = {}
        for filler, strength in fillers:
            queue = [(filler, strength, 0)]
            for token, link, depth in queue:  # the queue grows while it is read
                if link > links.get(token, 0.0):
                    links[token] = link
                if depth < MAX_STEPS and len(queue) < MAX_NODES:
                    queue.extend((child, link * share, depth + 1) for child, share in self._inside(token))
        return links

    def _inside(self, token: int) -> Iterator[Filler]:
        for child in [child for child in self.children(token) if not self._owns_a_name(child, token)]:
            dep = self.dep(child)
            if dep in _MODIFIERS:
                yield child, PART
            elif dep in {"conj", "appos"} and not self.is_verb(child):
                yield child, 0.98
            elif dep in {"prep", "agent"}:
                share = OF_PHRASE if self.word(child) in _INNER_PHRASES else OTHER_PHRASE
                for inner in self.children(child, "pobj"):
                    yield inner, share
                for inner in self.children(child, "pcomp"):
                    yield inner, share * CLAUSE_PART
            elif dep in {"acl", "relcl"}:
                for inner in self.children(child, "dobj"):
                    yield inner, CLAUSE_PART
            elif dep == "dobj" and self.dep(token) == "pcomp":
                yield child, PART

    def _owns_a_name(self, pronoun: int, noun: int) -> bool:
        """Whether a noun with a possessive pronoun is somebody's name or has it: "her counterpart, Marco Rojas", is he."""
        return self.tag(pronoun) == "PRP$" and (
            self.tag(noun).startswith("NNP") or bool(self.children(noun, "appos"))
        )

    def _antecedent(self, token: int, verb: int) -> Filler:
        """The noun that a relative pronoun stands for, else the token itself."""
        if self.tag(token) in _RELATIVE_TAGS and self.dep(verb) in {"relcl", "acl"}:
            return self.head(verb), SHARED
        return token, DIRECT

    def _speakers(self, pronoun: int, verb: int, depth: int) -> list[Filler]:
        """ "Peru said it would": a pronoun in what somebody says is most often the speaker."""
        if self.word(pronoun) not in _PRONOUNS or self.dep(verb) != "ccomp" or depth > MAX_STEPS:
            return []
        return [(t, link * SPEAKER) for t, link in self.surface_subjects(self.head(verb), depth + 1)]

    def _inherited_subjects(self, verb: int, depth: int) -> list[Filler]:
        dep, head = self.dep(verb), self.head(verb)
        if head == verb:
            return []
        if dep == "conj":
            shared = self.surface_subjects(head, depth + 1)
        elif dep in {"xcomp", "ccomp", "advcl", "oprd"}:
            shared = self._controllers(head, depth, is_argument=dep != "advcl")
        elif dep in {"pcomp", "prep"}:
            shared = self._controllers(self.head(head), depth, is_argument=True)
        elif dep in {"acl", "relcl"} and self.tag(verb) == "VBG":
            shared = [(head, DIRECT)]
        elif dep in {"acl", "relcl"}:
            shared = self._owners(head, depth)
        else:
            return []
        return [(filler, strength * SHARED) for filler, strength in shared]

    def _controllers(self, head: int, depth: int, *, is_argument: bool) -> list[Filler]:
        """Who is understood as the subject of a clause without one that hangs on `head`."""
        if not self.is_verb(head):
            if self.is_nominal(head):
                return self._owners(head, depth)
            return self._subjects_of_adjective(head, depth)
        if is_argument and self.word(head) in word_class("object_control_verb") and not self.is_passive(head):
            controlled = [(child, DIRECT) for child in self.children(head, "dobj")]
            controlled += self._prepositional(head, "on")
            if controlled:
                return controlled
        return self.surface_subjects(head, depth + 1)

    def _owners(self, noun: int, depth: int) -> list[Filler]:
        """Whose plan, decision or way it is: the noun's possessor, else the subject of the verb that governs it."""
        own = [(child, DIRECT) for child in self.children(noun, "poss", "compound", "amod", "nmod")]
        own += self._prepositional(noun, "by")
        governor = self.head(noun)
        if governor != noun and self.is_verb(governor) and self.dep(noun) in {"dobj", "attr"}:
            own += [(t, s * SHARED) for t, s in self.surface_subjects(governor, depth + 1)]
        return own

    def _subjects_of_adjective(self, adjective: int, depth: int) -> list[Filler]:
        own = self.children(adjective, *_SUBJECTS)
        if own:
            return [(child, DIRECT) for child in own]
        head = self.head(adjective)
        if head == adjective or depth > MAX_STEPS:
            return []
        if self.dep(adjective) == "conj" and not self.is_verb(head):
            return self._subjects_of_adjective(head, depth + 1)
        return self.surface_subjects(head, depth + 1) if self.is_verb(head) else []

    def _prepositional(self, holder: int, name: str) -> list[Filler]:
        """The objects of a preposition that hangs on a word."""
        prepositions = [
            child
            for child in self.children(holder)
            if self.word(child) == name and self.dep(child) in _PREPOSITIONS
        ]
        return [
            (child, DIRECT) for preposition in prepositions for child in self.children(preposition, "pobj")
        ]
