from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article import Article
from schemas.identity import content_hash, id_of, identity_of
from tasks.article_files import article_frame, current_articles
from tasks.ingest.accept import AcceptedArticle, decide
from tasks.ingest.checks import refuse
from tasks.takedowns import NOTHING_FORGOTTEN, Forgotten

REFUSAL = refuse("empty", "There is no text.", origin="z.txt")
OUTCOMES = ("accepted", "unchanged", "corrections", "superseded", "refused")
"""Those of articles at one address that nobody asked to forget; `read` is their sum, so the others are nought."""


def article(text="first", *, key="n1", source="Wire", updated=None, origin="a.jsonl:1", uri=None, day=9):
    return Article(
        source_id=key,
        title="Envoys meet",
        text=text,
        published_date=date(2024, 3, day),
        updated_at=datetime(2024, 3, updated, tzinfo=UTC) if updated else None,
        source_name=source,
        source_uri=uri,
        origin=origin,
    )


def store_after(accepted, decisions):
    """The store's articles once it has done what was decided."""
    state = {known.article_id: known for known in accepted}
    for version in (*decisions.new, *decisions.corrections, *decisions.appearances):
        state.pop(version.replaces, None)
        state[version.ids.article_id] = version.ids
    for version in decisions.unchanged:
        known = state.get(version.ids.article_id)
        if known and known.rank < version.ids.rank:
            state[known.article_id] = version.ids
    return set(state.values())


def accepted_after(*runs):
    state: set[AcceptedArticle] = set()
    for run in runs:
        state = store_after(state, decide(run, state))
    return state


def counts(decisions):
    return tuple(decisions.counts[outcome] for outcome in OUTCOMES)


LARGER, SMALLER = sorted(
    ("first", "second"),
    key=lambda text: decide([article(text)], []).new[0].ids.content_hash,
    reverse=True,
)


@pytest.mark.parametrize(
    ("stored", "arriving", "expected"),
    [
        pytest.param([], [article()], (1, 0, 0, 0, 0), id="new"),
        pytest.param([article()], [article()], (0, 1, 0, 0, 0), id="unchanged"),
        pytest.param([article()], [article(origin="b.jsonl:9")], (0, 1, 0, 0, 0), id="unchanged, elsewhere"),
        pytest.param([], [article(), article(origin="a.jsonl:2")], (1, 1, 0, 0, 0), id="twice in one file"),
        pytest.param([article()], [article("other", updated=9)], (0, 0, 1, 0, 0), id="dated beats undated"),
        pytest.param([article(updated=9)], [article("other")], (0, 0, 0, 1, 0), id="undated is older"),
        pytest.param([article(updated=8)], [article("other", updated=9)], (0, 0, 1, 0, 0), id="correction"),
        pytest.param([article(updated=9)], [article("other", updated=8)], (0, 0, 0, 1, 0), id="superseded"),
        pytest.param([article(SMALLER)], [article(LARGER)], (0, 0, 1, 0, 0), id="tie, larger hash"),
        pytest.param([article(LARGER)], [article(SMALLER)], (0, 0, 0, 1, 0), id="tie, smaller hash"),
        pytest.param(
            [],
            [article("a", updated=7), article("b", updated=9), article("c", updated=8)],
            (1, 0, 0, 2, 0),
            id="only the last of three versions",
        ),
        pytest.param(
            [article("a", updated=7)],
            [article("a", updated=7), article("b", updated=9), article("b", updated=9, origin="b.jsonl:1")],
            (0, 2, 1, 0, 0),
            id="a correction, seen twice, beside what it corrects",
        ),
        pytest.param(
            [article("c", updated=9)],
            [article("a", updated=7), article("a", updated=7, origin="b.jsonl:1")],
            (0, 0, 0, 2, 0),
            id="an old version, seen twice",
        ),
        pytest.param(
            [], [article("a"), article("b", origin="a.jsonl:2")], (1, 0, 0, 0, 1), id="duplicate id"
        ),
        pytest.param(
            [], [article("a"), article("b", origin="b.jsonl:1")], (1, 0, 0, 1, 0), id="one id in two files"
        ),
        pytest.param(
            [],
            [article("a", source=None), article("b", source=None, origin="a.jsonl:2")],
            (1, 0, 0, 0, 1),
            id="duplicate id without a source",
        ),
        pytest.param(
            [],
            [article("a", source="Wire"), article("b", source="Coast", origin="a.jsonl:2")],
            (2, 0, 0, 0, 0),
            id="one id of two sources",
        ),
        pytest.param(
            [article("a", source=None)], [article("b", source=None)], (1, 0, 0, 0, 0), id="never corrected"
        ),
        pytest.param(
            [article("a", key="x", uri="https://w.example/1")],
            [article("b", key="y", uri="https://w.example/1", updated=9)],
            (0, 0, 1, 0, 0),
            id="the address identifies",
        ),
        pytest.param([], [REFUSAL, article(), REFUSAL], (1, 0, 0, 0, 2), id="refusals pass through"),
        pytest.param([], [], (0, 0, 0, 0, 0), id="nothing"),
    ],
)
def test_decide(stored, arriving, expected):
    decisions = decide(arriving, accepted_after(stored))
    assert counts(decisions) == expected
    assert decisions.counts["read"] == len(arriving) == sum(expected)


def test_a_correction_says_what_it_replaces():
    (first,) = accepted_after([article("a", updated=7)])
    (correction,) = decide([article("b", updated=8)], [first]).corrections
    assert correction.replaces == first.article_id
    assert correction.ids.source_identity == first.source_identity
    assert correction.ids.article_id != first.article_id


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "reversed"])
def test_the_later_line_of_a_contradiction_is_refused(order):
    records = [article("a", origin="a.jsonl:2"), article('"b"', origin="a.jsonl:10")]
    decisions = decide([records[number] for number in order], [])
    (refusal,) = decisions.refused
    assert (refusal.reason, refusal.origin, refusal.value) == ("duplicate_id", "a.jsonl:10", "n1")
    assert "a.jsonl:2" in refusal.detail
    record = json.loads(refusal.record)
    assert (record["text"], record["date"], record["id"]) == ('"b"', "2024-03-09", "n1")


def test_a_contradiction_is_refused_again_when_the_file_is_read_again():
    records = [article("a"), article("b", origin="a.jsonl:2")]
    assert counts(decide(records, accepted_after(records))) == (0, 1, 0, 0, 1)


def test_all_orders_of_versions_and_contradictions_accept_the_same():
    records = [
        article("a"),
        article("b", origin="a.jsonl:2"),
        article("c", origin="a.jsonl:3", updated=7),
        article("d", origin="a.jsonl:4", updated=8),
        article("a", origin="a.jsonl:5"),
    ]
    assert len({frozenset(accepted_after(order)) for order in permutations(records)}) == 1
    assert len({counts(decide(order, [])) for order in permutations(records)}) == 1


articles = st.builds(
    article,
    text=st.sampled_from("abc"),
    key=st.sampled_from(["n1", "n2"]),
    source=st.sampled_from(["Wire", None]),
    updated=st.sampled_from([None, 7, 8]),
    day=st.sampled_from([8, 9]),
)


@given(st.lists(articles, max_size=8), st.randoms(use_true_random=False), st.integers(0, 8))
def test_what_is_accepted_depends_neither_on_order_nor_on_runs(arriving, random, cut):
    # Each in a file of its own: records of one file come in one run.
    arriving = [article_in(one, f"{number}.jsonl:1") for number, one in enumerate(arriving)]
    shuffled = random.sample(arriving, len(arriving))
    expected = accepted_after(arriving)
    assert accepted_after(shuffled) == expected
    assert accepted_after(shuffled[:cut], shuffled[cut:]) == expected
    assert accepted_after(arriving, shuffled) == expected
    assert counts(decide(shuffled, [])) == counts(decide(arriving, []))


@given(st.lists(articles, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_a_files_records_in_the_stream_does_not_matter(arriving, random):
    arriving = [article_in(one, f"a.jsonl:{number}") for number, one in enumerate(arriving, start=1)]
    shuffled = random.sample(arriving, len(arriving))
    assert accepted_after(shuffled) == accepted_after(arriving)
    assert counts(decide(shuffled, [])) == counts(decide(arriving, []))


def article_in(one, origin):
    return Article(**{name: getattr(one, name) for name in Article.__dataclass_fields__} | {"origin": origin})


@given(st.lists(articles, max_size=8))
def test_each_input_is_decided_once(arriving):
    decisions = decide(arriving, [])
    assert decisions.counts["read"] == len(arriving)
    again = decide(arriving, accepted_after(arriving))
    assert not again.new
    assert not again.corrections


# ----------------------------------------------------------------------------------------------------- other addresses

HERE, THERE, ELSEWHERE = (f"https://{host}.example/7" for host in ("w", "m.w", "a.w"))


def seen(uri, text="first", **changes):
    return article(text, uri=uri, origin=f"{uri}.jsonl:1", **changes)


def counts_with_addresses(decisions):
    return tuple(
        decisions.counts[outcome] for outcome in ("accepted", "appearances", "unchanged", "corrections")
    )


@pytest.mark.parametrize(
    ("stored", "arriving", "expected"),
    [
        pytest.param([], [seen(HERE), seen(THERE)], (1, 1, 0, 0), id="two addresses at once"),
        pytest.param([], [seen(HERE), seen(THERE), seen(ELSEWHERE)], (1, 2, 0, 0), id="three"),
        pytest.param([seen(HERE)], [seen(THERE)], (0, 1, 0, 0), id="a longer one later"),
        pytest.param([seen(THERE)], [seen(HERE)], (0, 1, 0, 0), id="a shorter one later"),
        pytest.param([seen(HERE), seen(THERE)], [seen(THERE)], (0, 0, 1, 0), id="known there"),
        pytest.param([], [seen(HERE), seen(THERE), seen(THERE)], (1, 1, 1, 0), id="one of them twice"),
        pytest.param([], [seen(HERE), seen(THERE, source="Coast")], (2, 0, 0, 0), id="another source"),
        pytest.param(
            [], [seen(HERE), seen(THERE, source=" Wire ")], (1, 1, 0, 0), id="white space of its name"
        ),
        pytest.param([], [seen(HERE), seen(THERE, source=None)], (2, 0, 0, 0), id="a source or none"),
        pytest.param(
            [], [seen(HERE, source=None), seen(THERE, source=None)], (1, 1, 0, 0), id="nobody's name"
        ),
        pytest.param([], [seen(HERE), seen(THERE, "other")], (2, 0, 0, 0), id="another text"),
        pytest.param([], [seen(HERE), seen(THERE, day=8)], (2, 0, 0, 0), id="another day"),
        pytest.param([], [seen(HERE), article()], (2, 0, 0, 0), id="without address"),
        pytest.param(
            [seen(HERE), seen(THERE)], [seen(HERE, "mended", updated=9)], (0, 0, 0, 1), id="corrected at one"
        ),
        pytest.param(
            [seen(HERE, "mended", updated=9), seen(THERE)],
            [seen(THERE, "mended", updated=9)],
            (0, 0, 0, 1),
            id="and at the other",
        ),
        pytest.param(
            [],
            [seen(HERE), seen(HERE, "mended", updated=9), seen(THERE)],
            (2, 0, 0, 0),
            id="corrected at one before it came",
        ),
    ],
)
def test_an_article_at_another_address_is_an_appearance(stored, arriving, expected):
    for order in permutations(arriving):
        assert counts_with_addresses(decide(order, accepted_after(stored))) == expected


def test_of_several_addresses_the_shortest_then_the_least_is_the_article_s():
    decisions = decide([seen(THERE), seen(ELSEWHERE), seen(HERE)], [])
    assert [version.article.source_uri for version in decisions.new] == [HERE]
    assert [version.article.source_uri for version in decisions.appearances] == [THERE, ELSEWHERE]
    decisions = decide([seen(THERE), seen(ELSEWHERE)], [])
    assert [version.article.source_uri for version in decisions.new] == [ELSEWHERE]


addressed = st.builds(
    article,
    text=st.sampled_from("ab"),
    key=st.sampled_from(["n1", "n2"]),
    source=st.sampled_from(["Wire", "Coast", None]),
    uri=st.sampled_from([None, HERE, THERE, ELSEWHERE]),
    updated=st.sampled_from([None, None, 8]),
)


def in_files_of_their_own(arriving):
    return [article_in(one, f"{number}.jsonl:1") for number, one in enumerate(arriving)]


@given(st.lists(addressed, max_size=7), st.randoms(use_true_random=False))
def test_the_counts_do_not_depend_on_the_order_of_addresses(arriving, random):
    arriving = in_files_of_their_own(arriving)
    decisions = decide(arriving, [])
    assert decide(random.sample(arriving, len(arriving)), []).counts == decisions.counts


@given(st.lists(addressed, max_size=7))
def test_what_is_accepted_is_what_a_release_holds(arriving):
    """`accepted` counts the articles that the tables will have (`tasks.article_files.current_articles`)."""
    arriving = in_files_of_their_own(arriving)
    held = current_articles(article_frame(arriving).lazy()).collect()
    decisions = decide(arriving, [])
    assert {version.ids.article_id for version in decisions.new} == set(held["article_id"])
    assert decisions.counts["accepted"] == held.height


# ----------------------------------------------------------------------------------------------------- what is forgotten


def without(*articles):
    """What a store that was told to forget these may not take."""
    return Forgotten(
        content_hashes=frozenset(content_hash(one.title, one.text, one.published_date) for one in articles),
        source_identities=frozenset(filter(None, map(identity_of, articles))),
        takedowns=(f"tak_{'0' * 20}",),
    )


@pytest.mark.parametrize(
    ("arriving", "expected"),
    [
        pytest.param(article("a"), True, id="the article"),
        pytest.param(article("b", updated=9), True, id="its next version"),
        pytest.param(article("a", key="n7"), True, id="the same under another id"),
        pytest.param(article("a", source="Coast"), True, id="the same of another source"),
        pytest.param(article("a", source=None), True, id="the same of nobody"),
        pytest.param(article("a", uri=HERE), True, id="the same at an address"),
        pytest.param(article("b", key="n7"), False, id="another article of the source"),
        pytest.param(article("b", source="Coast"), False, id="another article under the same id"),
        pytest.param(article("a", day=8, source="Coast"), False, id="the same text on another day"),
    ],
)
def test_what_is_forgotten_is_not_taken(arriving, expected):
    decisions = decide([arriving], [], forgotten=without(article("a")))
    assert (decisions.counts["forgotten"], decisions.counts["accepted"]) == (expected, not expected)


def test_what_is_forgotten_contradicts_nobody():
    """As a duplicate its words would be kept with the refusal; and it is no reason to refuse another."""
    records = [article("a"), article("b", origin="a.jsonl:2")]
    assert counts(decide(records, [])) == (1, 0, 0, 0, 1)
    by_content = Forgotten(without(article("b")).content_hashes, frozenset(), ())
    for order in permutations(records):
        decisions = decide(order, [], forgotten=by_content)
        assert (decisions.refused, decisions.counts["forgotten"]) == ((), 1)
        assert [version.article.text for version in decisions.new] == ["a"]


@given(st.lists(addressed, max_size=7), st.lists(addressed, max_size=2), st.randoms(use_true_random=False))
def test_the_others_fare_as_if_it_had_not_come(arriving, gone, random):
    arriving = [article_in(one, f"{number % 2}.jsonl:{number}") for number, one in enumerate(arriving)]
    forgotten = without(*gone) if gone else NOTHING_FORGOTTEN
    met = {id_of(one) for one in arriving if is_met(forgotten, one)}
    decisions = decide(arriving, [], forgotten=forgotten)
    assert {version.ids.article_id for version in decisions.forgotten} == met
    alone = decide([one for one in arriving if id_of(one) not in met], [])
    expected = {**alone.counts, "read": len(arriving), "forgotten": len(arriving) - alone.counts["read"]}
    assert decisions.counts == expected
    assert decisions.refused == alone.refused
    assert decisions.new == alone.new
    shuffled = random.sample(arriving, len(arriving))
    assert decide(shuffled, [], forgotten=forgotten).counts == expected


def is_met(forgotten, one):
    content = content_hash(one.title, one.text, one.published_date)
    return forgotten.has(content_hash=content, source_identity=identity_of(one))
