"""Contents of reported speech: which words beside a cue are what is said.

In: a verb, a noun or the word "according". Out: the cue's tokens and those of the content, [start, end) each. What does
not belong here: who says it, words in quotation marks, and how contents become quotes (`tasks.extract.reported_speech`).

Each function reads one construction and gives None where it does not stand; `find_content` asks them in turn, from the
surest to the last resort.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tasks.extract.speech import is_speech_verb
from tasks.extract.syntax import FINITE_TAGS, SUBJECTS_AND_CLAUSES
from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.tokens import Doc, Token

    from tasks.extract.speech import Syntax

_MAX_CLIMB = 6
"""Steps up to the verb of a clause; more is a broken parse."""
_MAX_CONDITION = 4
"""Tokens from "condition" to the end of "on the condition of anonymity"."""
_MAX_CLOSING = 8
"""Tokens from a cue to the end of its sentence that may tell when and to whom: "said in a statement on Monday"."""
_MAX_CONTENT = 250
"""Tokens of the longest content; what is longer is no sentence that somebody said."""
_LEAST_NAMED = 2
"""Tokens beside the noun of what is named."""
_MAX_ADVERBS = 2
"""Adverbs between a verb and what it asks or promises."""
_MAX_SOURCE = 40
"""Tokens from "according" to the comma behind the source."""
_MAX_SUBJECT = 30
"""Tokens of the longest subject that is looked for between a comma and its cue."""
_SUBJECTS = frozenset({*SUBJECTS_AND_CLAUSES, "expl"})
_FINITE_TAGS = FINITE_TAGS | {"MD"}
_GOES_ON = frozenset({"because", "since", "unless", "although", "though", "whereas"})
_ADJUNCT_TAGS = frozenset({"VBG", "VBN", "IN", "RB"})
_CONDITIONS = frozenset({"if", "unless", "although", "though", "while", "because", "since"})
_SUPPOSITIONS = frozenset({"if", "unless"})
_OPENS_CONTENT = frozenset({"as", "with", "without", "under", "despite", "by"}) | _CONDITIONS
_MAX_QUESTIONED = 3
"""Words between "asked" and its clause: "what other crops"."""
_JUDGED_AS = frozenset({"as", "of", "for"})
_PREPOSITIONS = {
    "of": "saying_of_verb",
    "about": "saying_of_verb",
    "against": "saying_of_verb",
    "for": "saying_for_verb",
    "on": "saying_on_verb",
}
"""Prepositions before what is said, with the verbs that take them: "warned of", "called for"."""


class Content(NamedTuple):
    """What a cue reports, in token indices.

    Attributes:
        start: First token.
        end: Token after its last; the cue may lie between the two: "They would, he said, go".
        cue: The words that say that it is said, [start, end).
    """

    start: int
    end: int
    cue: tuple[int, int]


def find_content(syntax: Syntax, token: Token) -> Content | None:
    """What a token reports, None if it is no cue or reports nothing."""
    if token.lower_ == "according":
        found = _content_of_according(syntax, token)
    elif token.tag_ in {"NN", "NNS"}:
        found = _content_of_noun(syntax, token)
    elif token.tag_.startswith("VB") and not _is_all_told(token) and not syntax.children(token, {"neg"}):
        found = _content_of_verb(syntax, token)
    else:
        return None
    return found if found and found.end - found.start <= _MAX_CONTENT else None


def _content_of_verb(syntax: Syntax, verb: Token) -> Content | None:
    is_infinitive = any(word.lower_ == "to" for word in syntax.children(verb, {"aux"}))
    # Who means "to demand more" has not demanded it yet.
    for construction in _OF_CLAUSES if is_infinitive else _CONSTRUCTIONS:
        found = construction(syntax, verb)
        if found and syntax.doc[found[0]].tag_ != "WP$":
            start, end = _without_adjunct(syntax, verb, *found)
            if start > verb.i:
                start = _with_opening(syntax, verb, start)
            end = _without_afterthought(syntax.doc, start, min(end, start + _MAX_CONTENT + 1), verb)
            return Content(start, end, (verb.i, verb.i + 1))
    return None


def _clause(syntax: Syntax, verb: Token) -> tuple[int, int] | None:
    """The clause that a verb of saying or thinking takes: "said that they would go"."""
    clauses = syntax.children(verb, {"ccomp"}) if _reports_clauses(verb) else []
    if verb.lower_ in word_class("labelling_verb"):
        clauses = [clause for clause in clauses if clause.i > verb.i]  # "If he came, a vote would be called"
    if not any(_is_clause(clause) for clause in clauses):
        return None
    start = min(clause.left_edge.i for clause in clauses)
    end = max(clause.right_edge.i for clause in clauses) + 1
    if verb.lower_ in word_class("thinking_verb") and not _is_thought(syntax, verb, start, end):
        return None
    is_torn = start > verb.i and syntax.doc[start].tag_ in _FINITE_TAGS  # by the parse, from its subject
    if is_torn:
        return (syntax.sentence(verb).start, end) if _is_inserted(syntax, verb) else None
    return start, _after_cue(syntax, verb, min(end, _before_subject(syntax, verb, start, end)))


def _before_subject(syntax: Syntax, verb: Token, start: int, end: int) -> int:
    """Where a content that runs up to its cue ends if the parse made the cue's subject a part of it.

    It does so with long ones: "it grew, officials and traders from all over the country said", "it grew, Eva Berg,
    head of the bank, said".
    """
    if end != verb.i or syntax.children(verb, _SUBJECTS):
        return end
    found = end
    for index in range(end - 1, max(start, end - _MAX_SUBJECT), -1):
        if syntax.doc[index].tag_ in _FINITE_TAGS:
            break
        if syntax.doc[index].text == "," and (found == end or syntax.doc[index + 1].ent_type_ == "PERSON"):
            found = index
    return found


def _after_cue(syntax: Syntax, verb: Token, end: int) -> int:
    """The end of a content before its cue, or of the reason that follows it: "They stay, he said, because they must"."""
    if end > verb.i:
        return end
    sentence = syntax.sentence(verb)
    opening = verb.i + 2
    follows = opening < sentence.end and syntax.doc[verb.i + 1].text == ","
    return sentence.end if follows and syntax.doc[opening].lower_ in _GOES_ON else end


def _is_thought(syntax: Syntax, verb: Token, start: int, end: int) -> bool:
    """Whether somebody thinks that something is so: not "found it to be dull", nor "(think Norway in 1994)"."""
    words = syntax.doc[start : min(end, start + _MAX_CONTENT)]
    return bool(syntax.children(verb, _SUBJECTS)) and any(word.tag_ in _FINITE_TAGS for word in words)


def _is_clause(head: Token) -> bool:
    """Whether it has a verb; the parse hangs datelines and headlines on verbs of saying, too."""
    return head.tag_.startswith("VB") or any(child.tag_.startswith(("VB", "MD")) for child in head.lefts)


def _with_opening(syntax: Syntax, verb: Token, start: int) -> int:
    """Where a content behind its cue begins, with the words that open it and that the parse hung on the cue.

    "If it rains, he said, harvests fail", "said as a result of the rain, harvests fail", "asked what crops they grow".
    """
    doc, sentence = syntax.doc, syntax.sentence(verb)
    word, is_set_off = doc[sentence.start].lower_, "," in {doc[start - 1].text, doc[start].text}
    is_before = _is_inserted(syntax, verb) and (word in _SUPPOSITIONS or is_set_off)
    if is_before and word in _CONDITIONS:
        return sentence.start
    if is_set_off and doc[verb.i + 1].lower_ in _OPENS_CONTENT:
        return verb.i + 1
    for index in range(start - 1, max(verb.i, start - 1 - _MAX_QUESTIONED), -1):
        if doc[index].tag_ in {"WDT", "WP", "WRB"}:
            return index
        if doc[index].tag_ not in {"NN", "NNS", "JJ"}:
            break
    return start


def _is_inserted(syntax: Syntax, verb: Token) -> bool:
    """Whether a cue and its subject stand between commas: "Bern, the minister told reporters, will not pay"."""
    subjects = syntax.children(verb, _SUBJECTS)
    first = subjects[0].left_edge.i if subjects else verb.i
    return syntax.sentence(verb).start < first <= verb.i and syntax.doc[first - 1].text == ","


def _around_insertion(syntax: Syntax, verb: Token) -> tuple[int, int] | None:
    """The sentence around an inserted cue: "They would, the ministry said, go"."""
    is_cue = is_speech_verb(verb) and verb.tag_ != "VB" and bool(syntax.children(verb, _SUBJECTS))
    if not is_cue or verb.dep_ != "parataxis":
        return None
    start, end = verb.head.left_edge.i, verb.head.right_edge.i + 1
    if start == verb.left_edge.i:
        start = verb.right_edge.i + 1
    if end == verb.right_edge.i + 1:
        end = verb.left_edge.i
    return (start, end) if start < end else None


def _before_closing_cue(syntax: Syntax, verb: Token) -> tuple[int, int] | None:
    """What stands before ", the ministry said" at the end of a sentence, where the parse hangs it elsewhere."""
    sentence, subjects = syntax.sentence(verb), syntax.children(verb, _SUBJECTS)
    is_last = sentence.end - verb.i <= _MAX_CLOSING
    if not is_speech_verb(verb) or not subjects or not is_last or syntax.children(verb, {"dobj", "xcomp"}):
        return None
    end = min(verb.i, subjects[0].left_edge.i)
    if end <= sentence.start or syntax.doc[end - 1].text != ",":
        return None
    has_verb = any(token.tag_ in _FINITE_TAGS for token in syntax.doc[sentence.start : end])
    is_subordinate = syntax.doc[sentence.start].tag_ == "IN"  # "As he left, he said"
    return (sentence.start, end) if has_verb and not is_subordinate else None


def _rest_of_clause(syntax: Syntax, verb: Token) -> tuple[int, int] | None:
    """All that follows "said", if it holds a verb that the parse hung wrongly: "said seeing them was a joy"."""
    if verb.lower_ not in word_class("saying_verb") or not syntax.children(verb, {"nsubj"}):
        return None
    start, end = verb.i + 1, verb.right_edge.i + 1
    while start < end and syntax.doc[start].text == ",":
        start += 1
    clauses = syntax.children(verb, {"advcl", "xcomp", "dep"})
    follows = any(clause.left_edge.i == start for clause in clauses)
    has_verb = any(token.tag_ in _FINITE_TAGS for token in syntax.doc[start : min(end, start + _MAX_CONTENT)])
    return (start, end) if follows and has_verb else None


def _undertaking(syntax: Syntax, verb: Token) -> tuple[int, int] | None:
    """What somebody promises, refuses or is asked to do: "urged both sides to stop"."""
    if verb.lower_ not in word_class("undertaking_verb") or verb.tag_ == "VBN":
        return None
    for clause in syntax.children(verb, {"xcomp"}):
        if any(word.lower_ == "to" for word in syntax.children(clause, {"aux"})):
            asked = [word.left_edge.i for word in syntax.children(verb, {"dobj"}) if word.i < clause.i]
            start = min([clause.left_edge.i, *asked])
            between = syntax.doc[verb.i + 1 : start]
            follows = len(between) <= _MAX_ADVERBS and all(word.tag_ == "RB" for word in between)
            # Not "asked for a word to calm them".
            return (start, clause.right_edge.i + 1) if follows else None
    return None


def _after_preposition(syntax: Syntax, verb: Token) -> tuple[int, int] | None:
    """What a verb of saying takes with its preposition: "warned of a war", "called on Cyprus to talk"."""
    for word in syntax.children(verb, {"prep"}):
        name = _PREPOSITIONS.get(word.lower_)
        if name and word.i > verb.i and verb.lower_ in word_class(name):
            last = verb if word.lower_ == "on" else word  # "to talk" hangs on "called"
            end = last.right_edge.i + 1
            return (word.i + 1, end) if word.i + 1 < end else None
    return None


def _judgement(syntax: Syntax, verb: Token) -> tuple[int, int] | None:
    """What somebody or something is called or accused of: "called it a crime", "accused Iran of lying"."""
    if verb.lower_ not in word_class("labelling_verb") or (verb.tag_ == "VBN" and verb.dep_ == "acl"):
        return None  # "a show called Hope" tells a name
    objects = [word for word in syntax.children(verb, {"dobj"}) if word.i > verb.i]
    reasons = [
        word for word in syntax.children(verb, {"prep"}) if word.i > verb.i and word.lower_ in _JUDGED_AS
    ]
    if objects and reasons:
        return objects[0].left_edge.i, reasons[0].right_edge.i + 1
    names = [word for word in syntax.children(verb, {"oprd", "xcomp"}) if word.i > verb.i]
    parts = objects + names
    if len(parts) < 2 and not any(syntax.children(name, {"nsubj"}) for name in names):
        return None
    return min(part.left_edge.i for part in parts), max(part.right_edge.i for part in parts) + 1


def _named(syntax: Syntax, verb: Token) -> tuple[int, int] | None:
    """The noun phrase that is what somebody says: "announced a new round of talks", "denied any part in it"."""
    if verb.lower_ not in word_class("naming_verb"):
        return None
    objects = [
        word for word in syntax.children(verb, {"dobj"}) if word.i > verb.i and word.tag_.startswith("N")
    ]
    if not objects or objects[0].right_edge.i - objects[0].left_edge.i < _LEAST_NAMED:
        return None  # "denied the report" does not say what was denied
    return objects[0].left_edge.i, objects[0].right_edge.i + 1


_OF_CLAUSES: tuple[Callable[[Syntax, Token], tuple[int, int] | None], ...] = (
    _clause,
    _around_insertion,
    _before_closing_cue,
    _rest_of_clause,
)
_CONSTRUCTIONS = (*_OF_CLAUSES, _undertaking, _after_preposition, _judgement, _named)


def _content_of_noun(syntax: Syntax, noun: Token) -> Content | None:
    """What a claim, a warning or a promise says: "the claim that they fled", "its refusal to pay"."""
    for clause in syntax.children(noun, {"acl", "ccomp"}):
        opening = syntax.doc[clause.left_edge.i].lower_
        name = {"that": "reporting_noun", "to": "undertaking_noun"}.get(opening)
        if name and noun.lower_ in word_class(name):
            over = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ == "in" else noun
            cue = over if is_speech_verb(over) else noun  # "said in a statement that"
            return Content(clause.left_edge.i, clause.right_edge.i + 1, (cue.i, cue.i + 1))
    return None


def _content_of_according(syntax: Syntax, token: Token) -> Content | None:
    """What is so "according to" somebody: its clause, or the sentence if a comma sets it off."""
    doc, sentence = syntax.doc, syntax.sentence(token)
    if token.i + 2 >= sentence.end or doc[token.i + 1].lower_ != "to":
        return None
    cue = (token.i, token.i + 2)
    if token.i == sentence.start or doc[token.i - 1].is_space:
        start = next(
            (
                word.i + 1
                for word in doc[token.i + 2 : min(sentence.end, token.i + _MAX_SOURCE)]
                if word.text == ","
            ),
            sentence.end,
        )
        return Content(start, sentence.end, cue) if start < sentence.end else None
    first = sentence.start if doc[token.i - 1].text == "," else _clause_over(token).left_edge.i
    return Content(first, token.i, cue) if first < token.i else None


def _clause_over(token: Token) -> Token:
    """The verb of the clause that a word stands in."""
    for _ in range(_MAX_CLIMB):
        if token.tag_.startswith("VB") and token.lower_ != "according":
            break
        token = token.head
    return token


def _without_adjunct(syntax: Syntax, verb: Token, start: int, end: int) -> tuple[int, int]:
    """The content without what tells how or where it is said: "Speaking in Bern, he said, 'We stay'"."""
    if not start < verb.i < end or syntax.doc[start].tag_ not in _ADJUNCT_TAGS:
        return start, end
    first = min([verb.i, *(subject.left_edge.i for subject in syntax.children(verb, _SUBJECTS))])
    is_participle = syntax.doc[start].tag_.startswith("VB")
    if not is_participle and any(token.tag_ in _FINITE_TAGS for token in syntax.doc[start:first]):
        return start, end
    return max([verb.i, *(s.right_edge.i for s in syntax.children(verb, _SUBJECTS) if s.i > verb.i)]) + 1, end


def _without_afterthought(doc: Doc, start: int, end: int, cue: Token) -> int:
    """Where the content ends before words that the reporter adds.

    These are ", according to ...", "on condition of anonymity", a clause with ", which" or ", who" that closes it, and
    "and warned", which is the next cue.
    """
    for index in range(max(start, cue.i + 1 if start < cue.i else start) + 2, end):
        word, before = doc[index], doc[index - 1]
        if before.text == "," and word.lower_ == "according":
            return index
        if word.lower_ == "condition" and end - index <= _MAX_CONDITION:
            return index - (2 if before.lower_ == "the" else 1)
        if before.text == "," and word.lower_ in {"which", "who"} and _closes(word, end):
            return index
        if word.lower_ in {"and", "but"} and _is_next_cue(doc, index + 1, end):
            return index
    return end


def _closes(pronoun: Token, end: int) -> bool:
    """Whether the relative clause of a pronoun runs up to the end."""
    verb = pronoun
    for _ in range(_MAX_CLIMB):
        if verb.dep_ == "relcl":
            return verb.right_edge.i >= end - 2
        verb = verb.head
    return False


def _is_next_cue(doc: Doc, index: int, end: int) -> bool:
    """Whether a finite verb of saying or declining to say stands there, perhaps behind an adverb: "also warned"."""
    if index < end and doc[index].tag_ == "RB":
        index += 1
    if index >= end or doc[index].tag_ not in {"VBD", "VBZ"}:
        return False
    return is_speech_verb(doc[index]) or doc[index].lower_ in word_class("declining_verb")


def _is_all_told(token: Token) -> bool:
    """Whether "told" counts: "all told, they raised 4 million"."""
    return token.lower_ == "told" and token.i > 0 and token.nbor(-1).lower_ == "all"


def _reports_clauses(verb: Token) -> bool:
    """Whether a verb reports what its clause says; some do so only beside quotation marks: "he went, 'Stop'"."""
    if verb.lower_ in word_class("quoting_verb"):
        return False
    return is_speech_verb(verb) or verb.lower_ in word_class("thinking_verb")
