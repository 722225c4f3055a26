"""Several checks that are asked about a pair in turn find what each of them finds by itself."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from curator.checks.base import ALIKE, NEAR
from curator.checks.contradiction import lacking
from curator.corpus import alike_input
from curator.engines.pairs import ALL_PAIRS, Comparing, kindred
from curator.engines.plan import plan
from curator.engines.problems import Problems
from curator.memo import per_pair
from curator.model import Example, Message

ANSWERS = [
    "Yes.",
    "No.",
    "yes",
    "Within 30 days.",
    "Within 14 days.",
    "billing",
    "technical",
    "",
    '{"a": 1}',
    '{"a": 2}',
]
PLAN = plan(selected=["CON", "DUP", "SPL"])


def rows(seed: int, count: int) -> list[tuple[int, Example]]:
    """Examples with one of few questions, and one of few answers."""
    chance = random.Random(seed)
    return [
        (
            number,
            Example(
                messages=(
                    Message("user", chance.choice(["May I return it?", "may i return it", "Can I return this?"])),
                    Message("assistant", chance.choice(ANSWERS)),
                ),
                id=f"b2-{number}-1",
            ),
        )
        for number in range(1, count + 1)
    ]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(0, ALL_PAIRS + 10))
def test_checks_of_a_block_together_find_what_each_finds_alone(seed: int, count: int) -> None:
    of_block = [bound for bound in PLAN.bounds if alike_input in bound.check.blocks]
    for bounds in kindred(of_block):
        together = Comparing(PLAN, {}, Problems()).together(bounds, rows(seed, count))
        assert together == [Comparing(PLAN, {}, Problems()).compare(bound, rows(seed, count)) for bound in bounds]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_checks_of_couples_together_find_what_each_finds_alone(seed: int) -> None:
    held = dict(rows(seed, 8))
    couples = [(one, other) for other in held for one in range(1, other)]
    for block in (NEAR, ALIKE):
        for bounds in kindred(PLAN.on(block)):
            together = Comparing(PLAN, {}, Problems()).couples(bounds, held, couples)
            for bound, compared in zip(bounds, together, strict=True):
                fresh = dict(rows(seed, 8))
                assert Comparing(PLAN, {}, Problems()).couples([bound], fresh, couples) == [compared]


def test_what_is_remembered_of_a_pair_is_of_that_pair() -> None:
    @per_pair
    def joined(left: Example, right: Example, usual: str) -> str:
        return f"{left.id} {right.id} {usual}"

    (_, one), (_, two), (_, three) = rows(0, 3)
    pairs = [(one, two, "x"), (one, two, "x"), (one, three, "x"), (one, two, "y"), (two, one, "y"), (one, two, "x")]
    assert [joined(*pair) for pair in pairs] == [f"{left.id} {right.id} {usual}" for left, right, usual in pairs]


@given(st.frozensets(st.text("abcde", min_size=1, max_size=6)), st.frozensets(st.text("abcde", min_size=1, max_size=6)))
def test_what_a_text_lacks_is_counted_by_its_trigrams(says: frozenset[str], other: frozenset[str]) -> None:
    def trigrams(word: str) -> set[str]:
        return {f" {word} "[place : place + 3] for place in range(len(word))}

    forgiven = 0.0
    for word in sorted(says - other):
        own = trigrams(word)
        likeness = max((len(own & one) / len(own | one) for one in map(trigrams, other)), default=0.0)
        forgiven += likeness if likeness > 0.4 else 0.0
    wanted = 1 - (len(says & other) + forgiven) / len(says) if says else 0.5
    assert lacking(says, other) == wanted
