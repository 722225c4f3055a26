"""The rate of refusals in a set, and the line between refusing and answering behind a disclaimer."""

import pytest

from curator.checks.disclaimer import disclaimer
from curator.checks.refusal import refusal
from curator.checks.refusal_rate import Refusals, refusal_rate
from curator.model import Example, Finding, Message

REFUSES = "I'm sorry, but I can't assist with that request."
ANSWERS = "We open at nine and close at six."
DISCLAIMS = "As an AI language model, I can't taste food, but many people like tomato soup with basil and cream."


def learned(*outputs: str) -> Refusals:
    usual = Refusals()
    for output in outputs:
        usual.add(asked(output))
    return usual


def asked(output: str) -> Example:
    return Example(messages=(Message("user", "When do you open?"), Message("assistant", output)), id="b2-1-1")


def of_set(usual: Refusals, **options: float) -> list[Finding]:
    return list(refusal_rate.function(usual, **options))


def test_more_refusals_than_wanted() -> None:
    [finding] = of_set(learned(*[REFUSES] * 6, *[ANSWERS] * 24))
    assert finding.example_id is None
    assert finding.message == "6 of 30 examples refuse (20.0%); at most 5% is wanted."


def test_fewer_refusals_than_wanted() -> None:
    [finding] = of_set(learned(*[ANSWERS] * 40), at_least=0.2, at_most=0.4)
    assert finding.message == "0 of 40 examples refuse (0.0%); at least 20% is wanted."


def test_as_many_as_wanted() -> None:
    usual = learned(*[REFUSES] * 12, *[ANSWERS] * 28)
    assert of_set(usual, at_least=0.2, at_most=0.4) == []
    assert of_set(usual) != []


@pytest.mark.parametrize("outputs", [[], [REFUSES], [REFUSES, ANSWERS]])
def test_nothing_is_said_where_chance_explains_it(outputs: list[str]) -> None:
    assert of_set(learned(*outputs)) == []


def test_disclaimers_are_counted_apart() -> None:
    [finding] = of_set(learned(*[REFUSES] * 10, *[DISCLAIMS] * 3, *[ANSWERS] * 7))
    assert finding.message.endswith(
        "10 of 20 examples refuse (50.0%); at most 5% is wanted. 3 more answer behind a disclaimer."
    )


def test_halves_make_the_whole() -> None:
    left, right = learned(REFUSES, ANSWERS), learned(DISCLAIMS, REFUSES)
    left.merge(right)
    assert left == learned(DISCLAIMS, REFUSES, REFUSES, ANSWERS)


@pytest.mark.parametrize(
    "output",
    [
        DISCLAIMS,
        "As an AI, I have no taste. Here are three soups that people like: tomato, leek and potato, and pumpkin.",
        "I am an AI, so I have no holidays. Lisbon is warm in May, the trams take you up the hills, the food is good, "
        "and most museums are free on Sundays.",
    ],
)
def test_an_answer_behind_a_disclaimer_is_no_refusal(output: str) -> None:
    assert list(refusal.function(asked(output))) == []
    assert len(list(disclaimer.function(asked(output)))) == 1


@pytest.mark.parametrize(
    "output",
    [
        REFUSES,
        "As an AI language model, I do not have personal opinions.",
        "As an AI language model, I cannot give medical advice. Please consult a doctor, who can help you with this.",
        "As an AI, I don't have access to your account. Please contact support and tell them your order number.",
    ],
)
def test_a_disclaimer_that_no_answer_follows_is_a_refusal(output: str) -> None:
    assert len(list(refusal.function(asked(output)))) == 1
    assert list(disclaimer.function(asked(output))) == []
