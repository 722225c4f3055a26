"""Keys of sameness and clusters: what checks and splits share."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.corpus import Edge, alike_input, instruction_group, join, same_input, same_pair, sameness
from curator.formats.detect import named
from curator.model import Example, Message, ToolCall

INSTRUCTION, ABOUT, OUTPUT = "Name the topic.", "I was charged twice.", "billing"
ROWS = {
    "openai-chat": {
        "messages": [
            {"role": "system", "content": INSTRUCTION},
            {"role": "user", "content": ABOUT},
            {"role": "assistant", "content": OUTPUT},
        ]
    },
    "sharegpt": {
        "conversations": [
            {"from": "system", "value": INSTRUCTION},
            {"from": "human", "value": ABOUT},
            {"from": "gpt", "value": OUTPUT},
        ]
    },
    "alpaca": {"instruction": INSTRUCTION, "input": ABOUT, "output": OUTPUT},
    "prompt-completion": {"prompt": f"{INSTRUCTION}\n{ABOUT}", "completion": OUTPUT},
}


def chat(*turns: tuple[str, str], tools: tuple[str, ...] = ()) -> Example:
    messages = tuple(Message(role, text) for role, text in turns)  # type: ignore[arg-type]  # roles as literals
    return Example(messages=messages, tools=tuple({"name": name} for name in tools))


def ask(text: str, **given: tuple[str, ...]) -> Example:
    return chat(("user", text), ("assistant", "ok"), **given)


@pytest.mark.parametrize("key", [same_input, alike_input, same_pair, instruction_group])
def test_one_example_has_one_key_in_every_format(key: object) -> None:
    assert len({key(named(name).parse(row)) for name, row in ROWS.items()}) == 1  # type: ignore[operator]


def test_turns_tools_and_media_are_part_of_the_input() -> None:
    plain = ask("Weather?")
    image = {"type": "image_url", "image_url": {"url": "a.png"}}
    others = [
        ask("Weather in Oslo?"),
        ask("Weather?", tools=("forecast",)),
        chat(("user", "Hi"), ("assistant", "Hello"), ("user", "Weather?"), ("assistant", "ok")),
        chat(("system", "Be brief."), ("user", "Weather?"), ("assistant", "ok")),
        Example(messages=(Message("user", ({"type": "text", "text": "Weather?"}, image)), Message("assistant", "ok"))),
        Example(
            messages=(
                Message("user", "Weather?"),
                Message("assistant", tool_calls=(ToolCall("forecast", "{}"),)),
                Message("tool", "rain"),
                Message("assistant", "ok"),
            )
        ),
    ]
    assert len({same_input(example) for example in (plain, *others)}) == 1 + len(others)


def test_who_said_it_counts_after_the_opening() -> None:
    left = chat(("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d"))
    right = chat(("user", "a"), ("user", "b"), ("user", "c"), ("assistant", "d"))
    assert same_input(left) != same_input(right)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("Has my top-up gone through?", ""),
        ("has my top-up  gone through", " (but for case, spacing or a final stop)"),
        ("Has my top up gone through?", " (but for punctuation, hyphens or articles)"),
        ("Has the top-up gone through?", None),
        ("Has my top-up not gone through?", None),
        ("Has my 2nd top-up gone through?", None),
        ("My top-up has gone through?", None),
    ],
)
def test_inputs_are_alike_on_a_level_that_is_said(other: str, said: str | None) -> None:
    left, right = ask("Has my top-up gone through?"), ask(other)
    assert (alike_input(left) == alike_input(right)) == (said is not None)
    if said is not None:
        assert sameness(left, right) == said


def test_the_order_of_tools_does_not_count() -> None:
    assert same_input(ask("?", tools=("a", "b"))) == same_input(ask("?", tools=("b", "a")))


def test_inputs_of_one_line_are_one_group() -> None:
    assert instruction_group(ask("Hi")) == instruction_group(ask("Bye"))
    assert instruction_group(ask("Translate.\nHi")) == instruction_group(ask("translate\nBye"))
    assert instruction_group(ask("Translate.\nHi")) != instruction_group(ask("Summarise.\nHi"))


def test_edges_are_joined_into_clusters() -> None:
    edges = [Edge("d", "e", "similar"), Edge("b", "c", "same"), Edge("a", "b", "conflict")]
    assert join(edges) == (("a", "b", "c"), ("d", "e"))
    assert join([]) == ()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9))), st.integers())
def test_the_order_and_direction_of_edges_do_not_count(pairs: list[tuple[int, int]], seed: int) -> None:
    edges = [Edge(str(left), str(right), "same") for left, right in pairs]
    turned = [Edge(edge.right_id, edge.left_id, "same") for edge in edges]
    random.Random(seed).shuffle(turned)
    assert join(edges) == join(turned)
