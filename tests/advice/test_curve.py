"""Learning curves: the law that lies in what was measured is found again, and more of the same teaches less."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator.advice.curve import FEWEST, fit, fitted, label_curve, sizes_of, text_curve
from curator.advice.metrics import token_f1

SIZES = sizes_of(2_000)
KINDS = ("card", "loan", "cheque", "refund", "transfer")


@given(st.floats(0, 0.3), st.floats(0.5, 5), st.floats(0.2, 1.2))
@settings(max_examples=60, deadline=None)
def test_a_law_without_noise_is_found_again(a: float, b: float, c: float) -> None:
    errors = [a + b * size**-c for size in SIZES]
    found = fit(SIZES, errors)
    for size in (*SIZES, 4_000):
        assert found[0] + found[1] * size ** -found[2] == pytest.approx(a + b * size**-c, abs=0.02)


@given(st.lists(st.floats(0, 1), min_size=len(SIZES), max_size=len(SIZES)))
@settings(max_examples=60, deadline=None)
def test_whatever_was_measured_the_law_never_rises(errors: list[float]) -> None:
    found = fitted("x", SIZES, errors, 2_000, 300)
    assert min(found.a, found.b) >= 0
    assert found.c > 0
    assert found.doubling >= 0
    assert found.at(10) >= found.at(100) >= found.at(10**9) >= 0
    assert found.low <= found.high


def test_a_flat_curve_is_called_flat() -> None:
    assert fitted("x", SIZES, [0.3] * len(SIZES), 2_000, 500).flat
    assert not fitted("x", SIZES, [3 * size**-0.5 for size in SIZES], 2_000, 500).flat


def noisy(count: int, wrong: float) -> tuple[list[str], list[str]]:
    rng = np.random.default_rng(3)
    names = [KINDS[n % 5] for n in range(count)]
    inputs = [f"My {name} number {n} did not come" for n, name in enumerate(names)]
    return inputs, [str(rng.choice(KINDS)) if rng.random() < wrong else name for name in names]


def test_what_can_be_learned_is_learned_and_what_cannot_is_the_floor() -> None:
    clean, floor = label_curve(*noisy(600, 0.0)), label_curve(*noisy(600, 0.5))
    assert clean is not None
    assert floor is not None
    assert clean.errors[-1] < 0.02
    assert 0.3 < floor.errors[-1] < 0.6  # half of the labels were drawn, and a fifth of those are right


def test_the_same_weights_come_of_rows_and_of_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = label_curve(*noisy(300, 0.3))
    monkeypatch.setattr("curator.advice.curve.HASHED", 8)  # fewer columns than rows
    narrow = label_curve(*noisy(300, 0.3))
    assert wide is not None
    assert narrow is not None
    assert narrow.errors[-1] == pytest.approx(wide.errors[-1], abs=0.1)


def test_too_few_rows_or_one_label_make_no_curve() -> None:
    inputs, labels = noisy(FEWEST - 1, 0)
    assert label_curve(inputs, labels) is None
    assert text_curve(inputs, labels, token_f1) is None
    inputs, _ = noisy(FEWEST, 0)
    assert label_curve(inputs, ["late"] * FEWEST) is None


def test_texts_are_learned_by_copying_the_nearest() -> None:
    rng = np.random.default_rng(5)
    inputs = [" ".join(rng.choice(KINDS, 2)) + f" {n}" for n in range(400)]
    answers = [f"Please ask the desk for {text.split()[0]} and {text.split()[1]}." for text in inputs]
    near, far = text_curve(inputs, answers, token_f1), text_curve(inputs, list(rng.permutation(answers)), token_f1)
    assert near is not None
    assert far is not None
    assert near.errors[-1] < far.errors[-1] / 2


def test_a_sample_says_so() -> None:
    inputs, labels = noisy(200, 0.2)
    whole, part = label_curve(inputs, labels), label_curve(inputs, labels, rows=10_000)
    assert whole is not None
    assert part is not None
    assert (whole.sampled, part.sampled, part.rows) == (False, True, 10_000)
