"""The law of formats: what a format says it holds comes back equal, also after a trip through JSON."""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from curator.formats.alpaca import ALPACA
from curator.formats.base import Format
from curator.formats.columns import mapped
from curator.formats.openai_chat import OPENAI_CHAT
from curator.formats.prompt_completion import PROMPT_COMPLETION
from curator.formats.prompt_completion_messages import PROMPT_COMPLETION_MESSAGES
from curator.formats.sharegpt import SHAREGPT
from curator.model import Example, Message
from tests.formats.strategies import RUNS, chats, conversations, examples, mixed, pairs, same

MAPPED = mapped({"input": "q", "output": "a", "system": "kind", "reference": "gold"}, None)
PARTIAL = mapped({"system": "kind", "reference": "gold"}, OPENAI_CHAT)
FORMATS = (
    *(OPENAI_CHAT, PROMPT_COMPLETION, PROMPT_COMPLETION_MESSAGES, ALPACA, SHAREGPT, MAPPED, PARTIAL),
    mapped({"system": "system_prompt"}, PROMPT_COMPLETION),
    mapped({"system": "from"}, SHAREGPT),
)
LAW = settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))


def names(formats: tuple[Format, ...]) -> list[str]:
    return [f"{one.name}: {one.title}" for one in formats]


@pytest.mark.parametrize("one", FORMATS, ids=names(FORMATS))
@LAW
@given(example=examples)
def test_what_is_held_comes_back(one: Format, example: Example) -> None:
    if one.holds(example) is not None:
        return
    row = one.render(example)
    back = one.parse(row)
    assert same(back, example)
    assert mixed(msgspec.to_builtins(back)) == mixed(msgspec.to_builtins(example))
    through_json = msgspec.json.decode(msgspec.json.encode(row))
    assert same(one.parse(through_json), example)
    assert one.render(back) == row


@pytest.mark.parametrize("one", FORMATS, ids=names(FORMATS))
@LAW
@given(example=pairs())
def test_every_format_holds_a_plain_pair(one: Format, example: Example) -> None:
    assert one.holds(example) is None
    assert one.matches(one.render(example)) > 0


@LAW
@given(example=chats())
def test_turns_are_held_by_every_format_with_turns(example: Example) -> None:
    assert [one.holds(example) for one in (OPENAI_CHAT, SHAREGPT, ALPACA)] == [None] * 3


@LAW
@given(example=conversations)
def test_chat_rows_hold_every_conversation(example: Example) -> None:
    assert OPENAI_CHAT.holds(example) is None
    assert same(OPENAI_CHAT.parse(OPENAI_CHAT.render(example)), example)


@pytest.mark.parametrize("one", FORMATS, ids=names(FORMATS))
def test_a_format_refuses_with_a_reason_and_holds_its_share(one: Format) -> None:
    reasons: list[str | None] = []

    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(example=examples)
    def collect(example: Example) -> None:
        reasons.append(one.holds(example))

    collect()
    held = sum(reason is None for reason in reasons) / len(reasons)
    assert 0.1 < held < 0.95
    assert all(reason.startswith(("it", "messages[")) for reason in reasons if reason)


def pair(*before: Message, **more: Any) -> Example:
    return Example(messages=(*before, Message("user", "q"), Message("assistant", "a")), **more)


NEARLY = [
    *((one, pair(Message("system", ""))) for one in (PROMPT_COMPLETION, ALPACA, MAPPED, PARTIAL)),
    *((one, pair(metadata={"context": "c"})) for one in (PROMPT_COMPLETION, ALPACA)),
    *((one, pair(metadata={"system": "s"})) for one in (OPENAI_CHAT, PROMPT_COMPLETION, ALPACA, SHAREGPT)),
    *((one, pair(metadata={"reference_answer": None})) for one in FORMATS[:5]),
    *((one, pair(Message("system", "s"), metadata={"system": None})) for one in (PROMPT_COMPLETION, ALPACA)),
    *((one, pair(tools=({"limit": float("nan")},))) for one in (OPENAI_CHAT, SHAREGPT)),
    (OPENAI_CHAT, pair(metadata={"functions": []})),
    (ALPACA, pair(metadata={"history": []})),
    (MAPPED, pair(metadata={"kind": "x"})),
]


@pytest.mark.parametrize(("one", "example"), NEARLY)
def test_what_would_not_come_back_is_refused(one: Format, example: Example) -> None:
    assert one.holds(example) is not None


def test_metadata_that_only_looks_like_a_column_of_the_format_is_held() -> None:
    for one in (PROMPT_COMPLETION, ALPACA):
        assert one.holds(pair(metadata={"context": "", "system_prompt": None, "answer": "b"})) is None
    assert OPENAI_CHAT.holds(pair(Message("system", "s"), metadata={"system": "t", "prompt": "q"})) is None
