"""The counted habits of a voice."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.checks.least_typical import least_typical
from curator.checks.voice import HABITS, Voice, habits, of_bits
from curator.checks.voice_break import voice_break, voice_rule
from curator.model import Example, Message
from tests.checks.laws import holds_in_any_order

PLAIN = "The parcel left the warehouse on Monday morning."


def example(number: int, output: str) -> Example:
    turns = (Message("system", "Reply."), Message("user", f"Row {number}."), Message("assistant", output))
    return Example(messages=turns, id=f"b2-{number}-1")


def learned(examples: list[Example]) -> Voice:
    usual = Voice()
    for one in examples:
        usual.add(one)
    return usual


def held(text: str) -> set[str]:
    return {HABITS[index].name for index in of_bits(habits(text) or 0)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PLAIN, set()),
        ("Hello, we don't ship to Malta yet.", {"greets", "we", "contracts"}),
        ("I\u2019m afraid that it is gone.", {"I", "contracts"}),
        ("gonna send it today lol", {"slang", "much slang", "lower"}),
        ("The tent is back in stock :)", {"emoji"}),
        ("The ratio is 3:2 in both cases.", set()),
        ("PLEASE READ THE MANUAL before the call.", {"shout"}),
        ("An IBM PC XT with an ISA bus.", set()),
        ("Is the lamp still on your desk?", {"you", "asks"}),
        ("It is sooo good, what a tent!!", {"drawn", "exclaims", "doubled"}),
        ("Thanks for the photo of the tent.", {"thanks"}),
        ("We hereby confirm the order of May.", {"we", "stiff"}),
        ("The rest is your own fault, sir.", {"you", "rude", "very rude"}),
        ("The refund is on its way now. Kind regards, Ana", {"signs"}),
    ],
)
def test_habits_are_counted(text: str, expected: set[str]) -> None:
    assert held(text) == expected


@pytest.mark.parametrize(
    "text", ["", "billing", "yes, of course", '{"a": "omg lol u gonna!!"}', "```\nwow = 'so cool!!!'\n```"]
)
def test_short_texts_json_and_code_have_no_voice(text: str) -> None:
    assert habits(text) is None


@given(
    st.lists(
        st.sampled_from([PLAIN, "hey dude, it's gone lol!!", "I am sorry, we are closed.", "", "[1]"]), max_size=12
    ),
    st.randoms(),
)
def test_a_voice_does_not_depend_on_order_or_parts(outputs: list[str], chance: random.Random) -> None:
    holds_in_any_order(learned, [example(number, output) for number, output in enumerate(outputs)], chance)


def test_one_mark_is_an_exception_and_no_break() -> None:
    examples = [example(number, PLAIN) for number in range(30)] + [example(30, "The parcel is here today!")]
    usual = learned(examples)
    assert not list(voice_break.function(examples[-1], usual))
    (finding,) = voice_rule.function(examples[-1], usual)
    assert finding.rule == "never uses exclamation marks"
    assert finding.message.startswith("The voice here never uses exclamation marks (30 of 30 others do)")


def test_the_share_that_makes_a_rule_is_an_option() -> None:
    examples = [example(number, PLAIN) for number in range(90)]
    examples += [example(number, "The parcel is here today!") for number in range(90, 100)]
    usual = learned(examples)
    assert not list(voice_rule.function(examples[-1], usual))
    assert len(list(voice_rule.function(examples[-1], usual, holds=0.9))) == 1


def test_a_habit_of_many_is_no_break() -> None:
    loud = "hey dude, it's gone lol!! 😍"
    examples = [example(number, PLAIN if number % 3 else loud) for number in range(30)]
    assert not list(voice_break.function(examples[0], learned(examples)))


def test_at_most_few_are_least_typical() -> None:
    chance = random.Random(7)
    parts = [
        "Hello Ana.",
        "I am sorry.",
        "It's on its way!",
        "The tent is green.",
        "Let me know if you need more.",
        "Is it red?",
    ]
    examples = [example(n, " ".join(chance.sample(parts, chance.randint(2, 5)))) for n in range(400)]
    usual = learned(examples)
    assert sum(bool(list(least_typical.function(one, usual))) for one in examples) <= 12
