"""Looking often and stopping early: the shares of right verdicts, simulated."""

from collections import Counter

import numpy as np
import pytest
from scipy import stats

from curator.advice.looks import bounds, look, plan_of

PLAN = (50, 100, 150, 200, 300)


def verdicts(accuracy: float, runs: int = 1_500) -> tuple[Counter[str], float]:
    """What a simulated model of this accuracy is said to be, against .90 with a margin of .02, and after how many
    rows on average."""
    rng, found, rows = np.random.default_rng(11), Counter[str](), 0
    for _ in range(runs):
        right = np.cumsum(rng.random(PLAN[-1]) < accuracy)
        for count in PLAN:
            seen = look(int(right[count - 1]), count, PLAN[-1], target=0.90, margin=0.02, plan=PLAN)
            if seen.reached != "undecided" or seen.last:
                break
        found[seen.reached] += 1
        rows += count
    return found, rows / runs


@pytest.mark.parametrize(
    ("accuracy", "right", "share"), [(0.80, "short", 0.91), (0.93, "suffices", 0.60), (0.96, "suffices", 0.995)]
)
def test_the_verdict_is_right(accuracy: float, right: str, share: float) -> None:
    found, rows = verdicts(accuracy)
    assert found[right] / found.total() >= share
    assert found["short" if right == "suffices" else "suffices"] == 0
    assert rows < PLAN[-1]


def test_on_the_boundary_it_is_seldom_fooled() -> None:
    found, _ = verdicts(0.88)  # target less margin: neither is true
    assert found["suffices"] / found.total() <= 0.03
    assert found["undecided"] / found.total() >= 0.6


def test_the_bounds_are_those_of_o_brien_and_fleming_as_lan_and_demets_spend() -> None:
    # Five equal looks, two-sided .05: the published values (Jennison and Turnbull 2000, from the same spending).
    assert bounds((0.2, 0.4, 0.6, 0.8, 1.0)) == pytest.approx((4.877, 3.357, 2.680, 2.290, 2.031), abs=0.01)
    assert bounds((1.0,)) == pytest.approx((stats.norm.ppf(0.975),), abs=1e-3)


@pytest.mark.parametrize("shares", [(), (0.5,), (0.5, 0.5, 1.0), (0.7, 0.4, 1.0), (0.0, 1.0)])
def test_looks_that_are_none_are_refused(shares: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="shares that grow to 1"):
        bounds(shares)


@pytest.mark.parametrize("rows", [1, 2, 5, 100, 300, 1_234])
def test_a_plan_ends_with_all_rows(rows: int) -> None:
    plan = plan_of(rows)
    assert plan[-1] == rows
    assert list(plan) == sorted(set(plan))
