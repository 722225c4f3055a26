"""The verdict of a climb, simulated: how often it is right of a model whose accuracy is known.

The shares are those that looking at 50, 100, 150, 200 and 300 rows allows when the looks are corrected for.
"""

import random
from collections import Counter
from collections.abc import Generator, Sequence
from typing import Any, cast

import pytest

from curator.advice.prices import load
from curator.judge.base import Answer, Question
from curator.model import Progress
from curator.operations.asking import Purse, Session
from curator.operations.baseline import climb
from curator.operations.baseline_ladder import Ladder, rows_of
from tests.judge.asking import MODEL, ended
from tests.operations.baseline_case import pool, rows, score

RUNS, ROWS = 150, 300


class Plan:
    left_out = ()
    batches = False


class Simulated:
    """Answers questions without a service: right in a share of the rows, by a luck of its own in each run."""

    plan = Plan()
    closed = False

    def __init__(self, accuracy: float, seed: int) -> None:
        self.purse = Purse(0.0)
        self._accuracy, self._luck = accuracy, random.Random(seed)
        self._right = {key: example.output_text for key, example in rows(ROWS)}

    def ask(self, questions: Sequence[Question], _stage: str) -> Generator[Progress, None, dict[str, Answer]]:
        yield Progress("asking", 0, len(questions))
        return {one.key: Answer(self._said(one.rows[0]), stop="end_turn") for one in questions}

    def _said(self, row: str) -> str:
        return self._right[row] if self._luck.random() < self._accuracy else "something else"

    def cost(self, _: Answer) -> float:
        return 0.0

    def why_stopped(self) -> str:
        return ""


@pytest.fixture(scope="module")
def ladder() -> Ladder:
    return Ladder(rows_of(rows(ROWS)), pool(), MODEL, load().models[MODEL], shots=(3, 8))


@pytest.mark.parametrize(
    ("accuracy", "right", "share"), [(0.80, "short", 0.91), (0.93, "suffices", 0.60), (0.96, "suffices", 0.99)]
)
def test_the_verdict_is_right_as_often_as_corrected_looks_allow(
    ladder: Ladder, accuracy: float, right: str, share: float
) -> None:
    prompts = ladder.prompts[1:2]
    found: Counter[str] = Counter()
    for seed in range(RUNS):
        session: Any = cast(Session, Simulated(accuracy, seed))
        found[ended(climb(ladder, session, score, prompts=prompts)).ended] += 1
    assert found[right] >= share * RUNS, found
    assert found["suffices" if right == "short" else "short"] == 0


def test_of_many_prompts_one_is_seldom_lucky_enough_to_suffice(ladder: Ladder) -> None:
    found = Counter(
        ended(climb(ladder, cast(Any, Simulated(0.879, seed)), score, prompts=ladder.prompts)).ended
        for seed in range(60)
    )
    assert found["suffices"] <= 4  # 2.5 of 100 are allowed: more than 4 of 60 come about twice in a hundred times


def test_rows_that_are_near_copies_do_not_count_as_many(ladder: Ladder) -> None:
    alike = {key: f"cluster {place // 10}" for place, (key, _) in enumerate(rows(ROWS))}
    made = Ladder(rows_of(rows(ROWS), clusters=alike), pool(), MODEL, load().models[MODEL], shots=(3, 8))
    prompts = ladder.prompts[1:2]
    free, held = (ended(climb(one, cast(Any, Simulated(0.95, 3)), score, prompts=prompts)) for one in (ladder, made))
    assert (free.ended, held.ended) == ("suffices", "undecided")
    assert held.results[0].interval.low < 0.88 <= free.results[0].interval.low  # as of thirty rows
