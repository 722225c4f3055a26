"""Intervals and comparisons agree with scipy, and mean what they say when they are simulated."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from curator.advice.comparing import compared, holm, mcnemar
from curator.advice.intervals import bootstrap, rows_for_half, wilson


@given(st.integers(1, 2_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_scipys(of: tuple[int, int]) -> None:
    right, count = of
    found, wanted = wilson(right, count), stats.binomtest(right, count).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-9)
    assert found.low <= found.value <= found.high


def test_of_no_rows_nothing_is_known() -> None:
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)
    assert (bootstrap([]).low, bootstrap([]).high) == (0.0, 1.0)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_exact_binomial_test(better: int, worse: int) -> None:
    wanted = stats.binomtest(better, better + worse).pvalue if better + worse else 1.0
    assert mcnemar(better, worse) == pytest.approx(wanted, rel=1e-9)


def test_mcnemar_of_very_many_rows() -> None:
    assert mcnemar(5_000, 5_000) == pytest.approx(1.0)
    assert 0 < mcnemar(600, 500) < 0.01
    assert mcnemar(4_000, 0) == 0.0


def test_a_bootstrap_is_scipys() -> None:
    values = np.random.default_rng(3).beta(4, 2, 240)
    wanted = stats.bootstrap((values,), np.mean, method="percentile", rng=np.random.default_rng(4)).confidence_interval
    found = bootstrap(values.tolist())
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=0.004)


def test_rows_of_one_cluster_tell_less() -> None:
    values = np.random.default_rng(5).integers(0, 2, 60).repeat(5).astype(float).tolist()
    alone, together = bootstrap(values), bootstrap(values, [row // 5 for row in range(300)])
    assert together.value == alone.value
    assert together.width == pytest.approx(alone.width * 5**0.5, rel=0.15)


def test_four_times_the_rows_halve_the_width() -> None:
    wide = wilson(60, 100)
    assert wilson(240, rows_for_half(wide)).width == pytest.approx(wide.width / 2, rel=0.05)


def test_a_comparison_of_right_and_wrong_is_mcnemars() -> None:
    first, second = [1, 1, 0, 0, 0, 0, 0, 1], [1, 0, 1, 1, 1, 1, 1, 1]
    found = compared(first, second)
    assert (found.better, found.worse, found.count) == (5, 1, 8)
    assert found.gain == pytest.approx(0.5)
    assert found.p == mcnemar(5, 1)


def test_a_comparison_of_scores_is_a_permutation_test() -> None:
    rng = np.random.default_rng(6)
    first, noise = rng.random(40), rng.normal(0.05, 0.15, 40)
    wanted = stats.permutation_test(
        (first + noise, first), lambda x, y: np.mean(x - y), permutation_type="samples", n_resamples=20_000, rng=rng
    )
    assert compared(first.tolist(), (first + noise).tolist()).p == pytest.approx(wanted.pvalue, abs=0.02)


def test_no_difference_is_found_where_there_is_none() -> None:
    rng = np.random.default_rng(7)
    found = [compared(rng.random(50).tolist(), rng.random(50).tolist(), seed=one).p < 0.05 for one in range(120)]
    assert sum(found) <= 14  # of 120, 6 are expected; more than 14 come about once in a thousand


def test_other_rows_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="2 and 1 scores"):
        compared([1, 0], [1])


def test_holm_is_scipys_step_down() -> None:
    p_values = {"few-shot": 0.012, "nearest": 0.02, "phrasing": 0.3, "steps": 0.011}
    assert holm(p_values) == pytest.approx({"few-shot": 0.044, "nearest": 0.044, "phrasing": 0.3, "steps": 0.044})
    assert holm({}) == {}
