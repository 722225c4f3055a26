"""Tokens and lengths."""

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.checks.length_outlier import Lengths, length_outlier
from curator.checks.output_cut_off import output_cut_off
from curator.checks.over_token_limit import over_token_limit
from curator.errors import SettingsError
from curator.tokens import at_least, count, estimate
from tests.checks.case_files import entry

SENTENCE = "The tenant pays the rent on the third working day of each month. "


def row(given: str, taught: str = "Early.") -> Any:
    return entry({"input": given, "output": taught}).example


def test_the_estimate_is_near_what_a_tokenizer_counts() -> None:
    # Counted with o200k_base: 1,400 tokens for a hundred of these sentences.
    assert 0.85 <= estimate(SENTENCE * 100) / 1400 <= 1.25


@given(st.text(max_size=300), st.text(max_size=300))
def test_more_text_is_not_fewer_tokens(first: str, second: str) -> None:
    assert estimate(first + "\n" + second) >= estimate(first)
    assert 0 <= at_least(first) <= estimate(first) <= 3 * len(first)


def test_an_estimate_speaks_only_when_it_is_sure() -> None:
    tokens = estimate(SENTENCE * 100)
    example = row(SENTENCE * 100)
    assert list(over_token_limit.function(example, limit=tokens - 100)) == []
    (found,) = over_token_limit.function(example, limit=tokens // 2)
    assert "about" in found.message


def test_tools_count() -> None:
    example = entry({"input": "Hi", "output": "Hello", "tools": ["look_up"] * 400}).example
    assert len(list(over_token_limit.function(example, limit=300))) == 1


def test_the_output_is_gone_when_the_input_alone_is_over_the_limit() -> None:
    assert list(output_cut_off.function(row("Go on.", SENTENCE * 100), limit=300)) == []
    (found,) = output_cut_off.function(row(SENTENCE * 100), limit=300)
    assert "cut at 300" in found.message


def test_a_limit_out_of_range_is_refused() -> None:
    with pytest.raises(SettingsError, match="64 to 2,000,000"):
        over_token_limit.validated({"limit": 3})
    with pytest.raises(SettingsError, match="tokens"):
        over_token_limit.validated({"tokens": "words"})


def test_a_vocabulary_that_is_not_installed_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bpe_openai", None)
    with pytest.raises(SettingsError, match="finetune-curator\\[tokens\\]"):
        count("Hello", "cl100k_base")


@given(st.lists(st.integers(1, 5000), min_size=2, max_size=30), st.integers(1, 29))
def test_lengths_are_the_same_in_any_order_and_merged(sizes: list[int], cut: int) -> None:
    examples = [row("x" * size, "y" * size) for size in sizes]
    whole, left, right = Lengths(), Lengths(), Lengths()
    for example in reversed(examples):
        whole.add(example)
    for example in examples[:cut]:
        left.add(example)
    for example in examples[cut:]:
        right.add(example)
    left.merge(right)
    assert left == whole


def test_a_set_of_any_length_has_no_outlier() -> None:
    usual = Lengths()
    examples = [row("x" * 50, "y" * 2**power) for power in range(1, 14)]
    for example in examples:
        usual.add(example)
    assert [finding for example in examples for finding in length_outlier.function(example, usual)] == []


def test_one_row_that_is_far_off_is_named_with_both_lengths() -> None:
    usual = Lengths()
    for _ in range(20):
        usual.add(row("x" * 50, "y" * 100))
    odd = row("x" * 50, "y" * 9000)
    usual.add(odd)
    (found,) = length_outlier.function(odd, usual)
    assert found.message.startswith("The output has 9,000 characters without spaces; 10")
    assert found.rule == "long output"


def test_the_same_row_in_another_format_is_as_long() -> None:
    chat = entry({"system": "Sum it up.", "input": SENTENCE * 5, "output": "Rent."}).example
    joined = row("Sum it up.\n\n" + SENTENCE * 5, "Rent.")
    one, other = Lengths(), Lengths()
    one.add(chat)
    other.add(joined)
    assert one == other
