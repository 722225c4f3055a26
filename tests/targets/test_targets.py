"""What each target writes, what it refuses, and that what it did not refuse passes its own proof."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from curator.errors import TargetError
from curator.formats.base import Format
from curator.model import Alternative, Example, Message, ToolCall
from curator.operations.export_origin import PLAINLY_WHOLE
from curator.targets.base import Target
from curator.targets.jsonl import line, reread, reread_each
from curator.targets.named import named, targets
from curator.targets.status import read_statuses, statuses
from tests.formats.strategies import chats, examples

NAMES = (
    *("alpaca", "axolotl", "azure", "bedrock-claude", "bedrock-converse", "cohere", "fireworks", "fireworks-dpo", "hf"),
    *("llamafactory", "mistral", "mlx", "nemo", "openai", "openai-dpo", "openai-rft", "sharegpt", "together"),
    *("together-dpo", "torchtune", "trl", "trl-kto", "trl-preference", "trl-prompt-completion", "trl-text", "unsloth"),
    "vertex",
)
#: Those that need a chosen and a rejected output, or a judgement.
JUDGED = ("fireworks-dpo", "openai-dpo", "together-dpo", "trl-kto", "trl-preference")
CHAT = ("openai", "trl", "trl-prompt-completion")
SYSTEM, USER, ANSWER = Message("system", "Be brief."), Message("user", "2+2?"), Message("assistant", "4")
WEATHER: dict[str, Any] = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
LAW = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


def example(*messages: Message, **more: Any) -> Example:
    return Example(messages=messages, metadata={"id": "007"}, reference="4", **more)


def test_the_targets_by_name() -> None:
    assert tuple(target.name for target in targets()) == NAMES
    assert named("TRL_prompt_completion").name == "trl-prompt-completion"
    with pytest.raises(
        TargetError, match=r"'opnai' is not a target \(did you mean 'openai'\?\); the targets are: alpaca"
    ):
        named("opnai")


@pytest.mark.parametrize("target", targets(), ids=NAMES)
@LAW
@given(found=examples)
def test_what_is_not_refused_passes_the_proof(target: Target, found: Example) -> None:
    if target.refuses(found):
        return
    for row in [target.render(found)] if target.renders is None else target.renders(found):
        data = line(row)
        assert reread(data) == row
        assert target.check_row(reread(data)) == []
        assert data.decode().splitlines(keepends=True) == [data.decode()]


@pytest.mark.parametrize("target", targets(), ids=NAMES)
@LAW
@given(found=examples)
def test_what_is_plain_is_neither_refused_nor_changed(target: Target, found: Example) -> None:
    if target.plain(found):
        assert target.refuses(found) == []
        assert target.loses(found) == []


@pytest.mark.parametrize("name", ["alpaca", "openai", "trl", "unsloth"])
@LAW
@given(found=examples)
def test_rows_of_what_is_plain_give_its_messages_back(name: str, found: Example) -> None:
    target = named(name)
    assert isinstance(target.format, Format)
    assert target.format.name in PLAINLY_WHOLE
    if target.plain(found):
        assert target.format.parse(target.render(found)).messages == found.messages


@LAW
@given(found=chats())
def test_chat_targets_take_every_conversation_with_filled_outputs(found: Example) -> None:
    empty = [message for message in found.messages if message.role == "assistant" and not message.text.strip()]
    for name in ("openai", "trl"):
        assert bool(named(name).refuses(found)) == bool(empty)


def calling(*ids: str | None) -> Example:
    calls = tuple(ToolCall("weather", '{"city":"Paris"}', one) for one in ids)
    answers = [Message("tool", "18C", name="weather", tool_call_id=one) for one in ids]
    return example(USER, Message("assistant", tool_calls=calls), *answers, ANSWER, tools=(WEATHER,))


def test_tool_calls_in_the_shape_that_most_readers_take() -> None:
    found = rows_of_chat(calling("abcdefghi"))
    call = {"name": "weather", "arguments": '{"city":"Paris"}'}
    asked = {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"id": "abcdefghi", "type": "function", "function": call}],
    }
    assert found["openai"]["messages"][1] == asked
    assert found["openai"]["messages"][2] == {"role": "tool", "content": "18C", "tool_call_id": "abcdefghi"}
    assert found["trl"]["messages"][2]["name"] == "weather"
    assert found["trl-prompt-completion"]["tools"] == [WEATHER]
    assert all(named(name).refuses(calling("a", "b")) == [] for name in CHAT)
    assert named("alpaca").refuses(calling("a")) == ["it has tools: an Alpaca row is text only"]


def rows_of_chat(found: Example) -> dict[str, dict[str, Any]]:
    return {name: named(name).render(found) for name in CHAT}


def test_calls_without_ids_get_some() -> None:
    messages = named("openai").render(calling(None, None))["messages"]
    assert [call["id"] for call in messages[1]["tool_calls"]] == ["call00001", "call00002"]
    assert [message["tool_call_id"] for message in messages[2:4]] == ["call00001", "call00002"]
    assert named("openai").refuses(calling(None, None)) == []


def test_flat_tools_are_wrapped_and_parallel_calls_kept() -> None:
    found = Example(
        messages=(USER, ANSWER),
        tools=({"name": "weather", "parameters": {}},),
        metadata={"parallel_tool_calls": False, "id": 1},
    )
    row = named("openai").render(found)
    assert row["tools"] == [{"type": "function", "function": {"name": "weather", "parameters": {}}}]
    assert row["parallel_tool_calls"] is False
    assert named("openai").refuses(found) == []


REFUSED: list[tuple[str, Example, str]] = [
    ("openai", example(), "messages: is empty"),
    ("openai", example(USER), "messages[0].role: the last message must be from the assistant, not user"),
    (
        "openai",
        example(USER, Message("assistant", " \n")),
        "messages[1].content: is empty, so nothing would be learnt from it",
    ),
    ("openai", example(USER, Message("assistant", "4", weight=0)), "messages: every assistant message has weight 0"),
    ("openai", example(USER, Message("assistant", "4", weight=0.5)), "messages[1].weight: must be 0 or 1"),
    (
        "openai",
        example(Message("user", "x", weight=1), ANSWER),
        "messages[0]: OpenAI takes no key 'weight' in a message of user",
    ),
    (
        "openai",
        example(USER, ANSWER, alternatives=(Alternative((Message("assistant", "5"),)),)),
        "its alternatives would be lost: a row of supervised fine-tuning holds one output",
    ),
    (
        "openai",
        example(USER, Message("assistant", tool_calls=(ToolCall("get weather", "{}", "a"),))),
        "messages[1].tool_calls[0].function.name: must be 1 to 64 letters, digits, - or _, not 'get weather'",
    ),
    (
        "openai",
        example(USER, Message("assistant", tool_calls=(ToolCall("w", "city", "a"),))),
        "messages[1].tool_calls[0].function.arguments: must be the JSON text of an object",
    ),
    (
        "openai",
        example(USER, Message("assistant", tool_calls=(ToolCall("w", "{}", "a"),)), USER, ANSWER),
        "messages[1].tool_calls: the call 'a' is not answered",
    ),
    (
        "openai",
        example(USER, Message("tool", "18C", tool_call_id="a"), ANSWER),
        "messages[1].tool_call_id: 'a' answers no call before it",
    ),
    (
        "openai",
        example(USER, ANSWER, tools=({"x": 1},)),
        "tools[0]: must be an object with type 'function' and function",
    ),
    (
        "openai",
        example(Message("system", ({"type": "image_url", "image_url": {"url": "https://x/y.png"}},)), ANSWER),
        "messages[0].content[0]: images are taken in user messages only",
    ),
    (
        "openai",
        example(Message("user", ({"type": "image_url", "image_url": {"url": "cat.png"}},)), ANSWER),
        "messages[0].content[0].image_url.url: must be a web address or a data URL of a JPEG, PNG or WEBP image",
    ),
    (
        "openai",
        example(Message("user", ({"type": "image_url", "image_url": {"url": "https://x/y.png"}},) * 11), ANSWER),
        "messages: has 11 images, and at most 10 are taken",
    ),
    (
        "trl",
        example(USER, Message("assistant", "4", weight=0), USER, ANSWER),
        "messages[1].weight: TRL ignores weights, so it would train on this message in full (its weight is 0); "
        "the target trl-prompt-completion trains on the last one only",
    ),
    (
        "trl",
        example(Message("user", ({"type": "text", "text": "a"},) * 2), ANSWER),
        "messages[0].content: has parts, and TRL takes text",
    ),
    ("trl-prompt-completion", example(ANSWER), "it needs an assistant message and a message before it"),
    (
        "trl-prompt-completion",
        example(SYSTEM, ANSWER),
        "prompt[0].role: the prompt must end with user or tool for TRL's template",
    ),
    (
        "trl-prompt-completion",
        example(USER, Message("assistant", "4", weight=1), USER, ANSWER),
        "messages[1].weight: TRL trains on the completion only, so not on this message",
    ),
    (
        "alpaca",
        example(USER, ANSWER, USER, ANSWER),
        "it is user > assistant > user > assistant: an Alpaca row holds one user turn and one assistant turn",
    ),
    (
        "alpaca",
        example(USER, Message("assistant", "4", weight=0)),
        "messages[1] has a weight: an Alpaca row is text only",
    ),
    ("alpaca", example(USER, Message("assistant", "")), "output: is empty, so nothing would be learnt from it"),
]


@pytest.mark.parametrize(("name", "found", "reason"), REFUSED)
def test_what_would_be_rejected_or_lost_is_refused(name: str, found: Example, reason: str) -> None:
    assert reason in named(name).refuses(found)


def test_weights_where_they_say_what_happens_anyway() -> None:
    one = Message("assistant", "4", weight=1.0)
    assert named("openai").render(example(USER, one))["messages"][1]["weight"] == 1
    assert named("openai").render(example(Message("user", "x", weight=0), ANSWER))["messages"][0] == {
        "role": "user",
        "content": "x",
    }
    for target in targets():
        if target.name not in JUDGED:
            assert target.refuses(example(Message("user", "x", weight=0), one)) == []
    early = example(USER, Message("assistant", "4", weight=0), USER, ANSWER)
    assert named("trl-prompt-completion").refuses(early) == []
    assert "weight" not in named("trl-prompt-completion").render(early)["prompt"][1]


def test_one_text_part_is_text_for_trl_and_stays_a_part_for_openai() -> None:
    parts = ({"type": "text", "text": "2+2?"},)
    found = rows_of_chat(example(Message("user", parts), ANSWER))
    assert found["trl"]["messages"][0]["content"] == "2+2?"
    assert found["openai"]["messages"][0]["content"] == list(parts)


U, A = {"role": "user", "content": "2+2?"}, {"role": "assistant", "content": "4"}

BAD_ROWS: list[tuple[str, Any, str]] = [
    ("openai", [], "the row is not a JSON object"),
    ("openai", {"messages": [U, A], "id": 1}, "found extra column 'id'"),
    ("openai", {}, "messages: is missing"),
    ("openai", {"messages": [U, {"role": "assistant"}]}, "messages[1].content: must be text or parts"),
    ("openai", {"messages": [U, {"role": "assistant", "content": None}]}, "messages[1].content: must be text or parts"),
    (
        "openai",
        {"messages": [{"role": "human", "content": "x"}, A]},
        "messages[0].role: 'human' is not one of system, user, assistant, tool",
    ),
    (
        "openai",
        {"messages": [U, {**A, "refusal": None}]},
        "messages[1]: OpenAI takes no key 'refusal' in a message of assistant",
    ),
    ("openai", {"messages": [U, {**A, "weight": True}]}, "messages[1].weight: must be 0 or 1"),
    ("openai", {"messages": [U, A], "tools": []}, "tools: must be a list with at least one tool"),
    ("openai", {"messages": [U, A], "tools": [WEATHER] * 2}, "tools: two are named 'weather'"),
    (
        "openai",
        {"messages": [U, A], "parallel_tool_calls": True},
        "parallel_tool_calls: must be true or false, beside tools",
    ),
    ("trl", {"messages": [U, {**A, "weight": 1}]}, "messages[1]: TRL takes no key 'weight' in a message of assistant"),
    ("trl", {"messages": "x"}, "messages: must be a list"),
    (
        "trl-prompt-completion",
        {"prompt": [U], "completion": "4"},
        "prompt and completion: must both be lists of messages",
    ),
    ("trl-prompt-completion", {"prompt": [U], "completion": [A, A]}, "completion: must be one message"),
    (
        "trl-prompt-completion",
        {"prompt": [U], "completion": [U]},
        "completion[0].role: the last message must be from the assistant, not user",
    ),
    ("alpaca", {"instruction": "x", "input": "", "output": "y"}, "system: is missing"),
    ("alpaca", {"instruction": "x", "input": "", "output": 4, "system": ""}, "output: must be text"),
]


@pytest.mark.parametrize(("name", "row", "reason"), BAD_ROWS)
def test_a_row_that_was_written_wrong_is_found(name: str, row: Any, reason: str) -> None:
    assert reason in named(name).check_row(row)


def test_statuses_are_dated_and_sourced() -> None:
    assert statuses().keys() == set(NAMES) - {"together-dpo", "fireworks-dpo"}
    assert named("openai").status.state == "closing"
    assert named("openai").status.until == "2027-01-06"
    for target in targets():
        assert target.status.verified_on
        assert target.status.source.startswith("https://")
        assert target.rules
    with pytest.raises(TargetError, match=r"mine\.toml: "):
        read_statuses('[x]\nstate = "ajar"', "mine.toml")


def test_lines_that_every_reader_takes() -> None:
    data = line({"text": "a\u2028b\u2029c\x85d é / \x00"})
    assert data == '{"text":"a\\u2028b\\u2029c\\u0085d é / \\u0000"}\n'.encode()
    assert reread(data) == {"text": "a\u2028b\u2029c\x85d é / \x00"}
    assert line({"a": None, "b": 2**70}) == b'{"a":null,"b":1180591620717411303424}\n'


@pytest.mark.parametrize("value", [float("nan"), [1, float("inf")], "\ud800", object()])
def test_what_json_cannot_hold_is_not_written(value: Any) -> None:
    with pytest.raises(TargetError, match=r"^the row cannot be written as JSON: "):
        line({"a": {"b": value}})


@pytest.mark.parametrize("data", [b"{}", b"{}\n\n", b"\xef\xbb\xbf{}\n", b'{"a":"\xff"}\n', b"{}{}\n", b"NaN\n", b"\n"])
def test_a_line_that_was_damaged_is_found(data: bytes) -> None:
    with pytest.raises(TargetError, match=r"^the line "):
        reread(data)


@pytest.mark.parametrize("fields", [False, True])
@pytest.mark.parametrize("data", [b"{}", b"{}{}\n", b"{},{}\n", b"{\n", b"NaN\n", b"\n", b'{"a":[1\n'])
def test_of_many_lines_the_damaged_one_is_found(data: bytes, fields: bool) -> None:
    rows = reread_each([b'{"a":1}\n', b"{}\n", data], fields=fields)
    assert [list(next(rows)), next(rows)] == [["a"], {}]
    with pytest.raises(TargetError, match=r"^the line "):
        next(rows)


def test_many_lines_are_read_as_one_by_one() -> None:
    lines = [line({"text": text}) for text in ("a\u2028b", "é\x85", "")]
    assert list(reread_each(lines)) == [reread(one) for one in lines]
