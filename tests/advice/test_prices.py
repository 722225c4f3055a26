"""Prices as dated data, and what follows from them."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.advice.costs import (
    BreakEven,
    Range,
    Tuning,
    Work,
    bound_of,
    break_even,
    curve,
    estimated,
    paid,
    prompted,
    sample,
    total,
)  # fmt: skip
from curator.advice.prices import VARIABLE, Price, load
from curator.errors import SettingsError
from curator.judge.base import Question, Turn, Usage


def test_the_prices_are_dated_and_known_by_dated_names() -> None:
    prices = load()
    assert prices.age(date.fromisoformat(prices.verified_on)) == 0
    haiku = prices.of("claude-haiku-5-5")
    assert haiku is not None
    assert prices.of("claude-haiku-5-5-20261007") is haiku
    assert prices.of("anthropic.claude-haiku-5-5") is haiku
    assert prices.of("claude-haiku-9") is None
    assert all(0 < price.input < price.output for price in prices.models.values())


def test_a_user_overrides_what_he_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "prices.toml").write_text(
        '[models.claude-haiku-5-5]\ninput = 7.0\n[models."my-proxy"]\ninput = 1\noutput = 2\n', encoding="utf-8"
    )
    prices = load(tmp_path)
    own, theirs = prices.models["claude-haiku-5-5"], load().models["claude-haiku-5-5"]
    assert (own.input, own.output) == (7.0, theirs.output)
    assert prices.models["my-proxy"].output == 2
    assert "prices.toml" in prices.dated()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "prices.toml"))
    assert load().models["claude-haiku-5-5"].input == 7.0
    for text, said in (("[models.x]\ninput = 1", "output"), ("nonsense", "TOML"), ("[limits]\nconcurrency = 0", "1")):
        (tmp_path / "prices.toml").write_text(text, encoding="utf-8")
        with pytest.raises(SettingsError, match=said):
            load(tmp_path)


def test_long_prompts_cost_more() -> None:
    price = Price(0.1, 0.5, long_from=100_000, long_input=0.5, long_output=2.5)
    assert price.cost(fresh=100_000, output=1_000_000) == pytest.approx(0.51)
    assert price.cost(fresh=100_001, output=1_000_000) == pytest.approx(2.55, abs=1e-4)


usages = st.builds(Usage, *(st.integers(0, 5_000) for _ in range(4)))


@given(st.text(max_size=300), st.text(min_size=1, max_size=300), usages, st.floats(0.01, 20), st.floats(0.01, 90))
def test_no_call_costs_more_than_its_bound(system: str, text: str, usage: Usage, low: float, high: float) -> None:
    question = Question("k", (system,), (Turn("user", text),), 500)
    price = Price(low, high, cache_read=0.1, cache_write=1.25, long_from=200, long_input=2 * low, long_output=2 * high)
    first = len(system.encode("utf-8", "surrogatepass")) + 16
    if usage.sent <= question.most_tokens() and usage.output <= 500 and usage.cache_write <= first:
        assert paid(usage, price) <= bound_of(question, price) * (1 + 1e-9)
        assert paid(usage, price, batch_share=0.5) <= bound_of(question, price, batch_share=0.5) * (1 + 1e-9)


@given(st.text(min_size=1, max_size=2_000))
def test_an_estimate_is_never_above_what_can_be(text: str) -> None:
    question = Question("k", (), (Turn("user", text),), 1)
    assert estimated(question) <= question.most_tokens()


SONNET = Price(2.0, 10.0, cache_read=0.05, cache_minimum=1024)
NOTHING = Range(0.0, 0.0)


def test_a_long_prompt_costs_little_once_it_is_kept() -> None:
    work = Work(constant=2_000, short=50, input=200, output=20)
    cold = prompted(Work(2_000, 50, 200, 20, warm=Range(0, 0)), SONNET)
    warm = prompted(Work(2_000, 50, 200, 20, warm=Range(1, 1)), SONNET)
    assert (cold.high - warm.low) * 1e6 == pytest.approx(4_000 - 200)  # dollars a million calls
    both = prompted(work, SONNET)
    assert both.low == pytest.approx(warm.low)
    short = prompted(Work(900, 50, 200, 20), SONNET)  # too short to be kept
    assert short.low == short.high


def test_break_even_is_a_range_and_may_be_never() -> None:
    work = Work(constant=2_000, short=0, input=100, output=10)
    tuning = Tuning(Range(500, 2_000), Range(50, 100), Range(20, 20), trainings=Range(1, 4))
    assert tuning.total == Range(570, 2_480)
    found = break_even(work, SONNET, Price(3.0, 12.0), tuning)
    assert found.best < found.worst
    dear = break_even(work, SONNET, Price(300.0, 1_200.0), tuning)
    assert dear.never
    point = curve(work, SONNET, Price(3.0, 12.0), tuning, most=found.best)[-1]
    assert point.tuned.low <= point.prompted.high
    assert isinstance(found, BreakEven)


def test_a_range_has_an_order() -> None:
    with pytest.raises(ValueError, match="range"):
        Range(2, 1)


@given(st.lists(st.integers(1, 3_000), min_size=1, max_size=80), st.integers(1, 40))
def test_what_is_counted_stands_for_all(lengths: list[int], size: int) -> None:
    questions = [Question(f"{place}", (), (Turn("user", "word " * one),), 1) for place, one in enumerate(lengths)]
    some = sample(questions, size)
    assert 1 <= len(some) <= size
    assert len(set(some)) == len(some)
    counted = [round(1.3 * estimated(one)) for one in some]
    sent = sum(1.3 * estimated(one) for one in questions)
    assert total(questions, counted, size) == pytest.approx(sent, rel=0.05)
