"""Chat rows of the kinds that are found in the wild, and what is said about broken ones."""

import json
from typing import Any

import pytest

from curator.errors import FormatError
from curator.formats.openai_chat import OPENAI_CHAT, parse, render
from curator.formats.sharegpt import SHAREGPT
from curator.model import Message, ToolCall

USER = {"role": "user", "content": "2+2?"}
ANSWER = {"role": "assistant", "content": "4"}


def test_a_plain_row() -> None:
    example = parse({"messages": [USER, ANSWER]})
    assert example.messages == (Message("user", "2+2?"), Message("assistant", "4"))
    assert example.metadata == {}


def test_columns_it_does_not_know_are_metadata() -> None:
    row = {"id": "007", "messages": [USER, ANSWER], "prompt": "2+2?", "parallel_tool_calls": False}
    assert parse(row).metadata == {"id": "007", "prompt": "2+2?", "parallel_tool_calls": False}


@pytest.mark.parametrize("column", ["conversation", "conversations", "chat", "dialog"])
def test_other_names_of_the_column(column: str) -> None:
    assert OPENAI_CHAT.matches({column: [USER, ANSWER]}) == 90
    assert parse({column: [USER, ANSWER]}).output_text == "4"


def test_the_system_column_is_the_system_message_unless_there_is_one() -> None:
    row = {"system_prompt": "Be brief.", "messages": [USER, {**ANSWER, "refusal": None}]}
    example = parse(row)
    assert example.messages[0] == Message("system", "Be brief.")
    assert example.metadata == {"message_fields": {"2": {"refusal": None}}}
    told = {"system": "Be brief.", "messages": [{"role": "developer", "content": "Be long."}, USER]}
    assert parse(told).system == "Be long."
    assert parse(told).metadata == {"system": "Be brief."}


def test_null_content_is_empty_and_weights_stay() -> None:
    example = parse({"messages": [USER, {"role": "assistant", "content": None, "weight": 0}]})
    assert example.messages[1] == Message("assistant", "", weight=0)


def test_tool_calls_with_arguments_as_an_object_become_compact_text() -> None:
    call = {
        "id": "a1",
        "type": "function",
        "index": 0,
        "function": {"name": "w", "arguments": {"city": "Łódź", "n": 1}},
    }
    row = {
        "messages": [
            USER,
            {"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "a1", "content": "x"},
        ],
        "tools": json.dumps([{"type": "function", "function": {"name": "w"}}]),
    }
    example = parse(row)
    assert example.messages[1].tool_calls == (ToolCall("w", '{"city":"Łódź","n":1}', "a1"),)
    assert example.metadata == {"message_fields": {"1": {"tool_calls[0].index": 0}}}
    assert example.tools == ({"type": "function", "function": {"name": "w"}},)
    assert render(example)["messages"][1]["tool_calls"][0]["index"] == 0


def test_replaced_functions_become_tools() -> None:
    row = {
        "functions": [{"name": "w"}],
        "messages": [
            USER,
            {"role": "assistant", "content": None, "function_call": {"name": "w", "arguments": "{}"}},
            {"role": "function", "name": "w", "content": "18C"},
        ],
    }
    example = parse(row)
    assert example.tools == ({"type": "function", "function": {"name": "w"}},)
    assert example.messages[1].tool_calls == (ToolCall("w", "{}"),)
    assert example.messages[2] == Message("tool", "18C", name="w")


def test_messages_as_json_text_as_csv_and_parquet_have_them() -> None:
    row = {"messages": json.dumps([USER, ANSWER]), "tools": ""}
    assert OPENAI_CHAT.matches(row) == 90
    assert parse(row).output_text == "4"
    assert parse(row).metadata == {}


def test_parts_stay_parts() -> None:
    parts = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}},
    ]
    example = parse({"messages": [{"role": "user", "content": parts}, ANSWER]})
    assert example.messages[0].content == tuple(parts)
    assert render(example)["messages"][0]["content"] == parts


def test_a_reference_answer_and_no_assistant() -> None:
    example = parse({"messages": [USER], "reference_answer": {"n": 4}})
    assert example.reference == {"n": 4}
    assert example.output is None


BROKEN: list[tuple[dict[str, Any], str]] = [
    (
        {"messages": [USER, USER, {**USER, "role": "asistant"}]},
        "messages[2].role: 'asistant' is not a role (did you mean 'assistant'?)",
    ),
    ({"messages": []}, "messages: is empty"),
    ({"messages": ""}, "messages: is empty"),
    ({"messages": None}, "messages: must be a list of messages, not null"),
    ({"messages": "hello"}, "messages: is text but not valid JSON (Expecting value: line 1 column 1 (char 0))"),
    ({"messages": ["hello"]}, "messages[0]: must be an object with role and content, not text"),
    (
        {"messages": [{"role": "user", "content": 7}]},
        "messages[0].content: must be text or a list of parts, not a number",
    ),
    (
        {"messages": [{"role": "user", "content": ["x"]}]},
        "messages[0].content[0]: must be an object such as {'type': 'text'}, not text",
    ),
    ({"messages": [{"role": "user"}]}, "messages[0].content: is missing"),
    ({"messages": [{"content": "x"}]}, "messages[0].role: is missing"),
    ({"messages": [{"role": 3, "content": "x"}]}, "messages[0].role: must be text, not a number"),
    ({"messages": [{"role": ["user"], "content": "x"}]}, "messages[0].role: must be text, not a list"),
    ({"messages": [{"role": "\x1b[31m", "content": "x"}]}, r"messages[0].role: '\x1b[31m' is not a role"),
    ({"messages": [{**ANSWER, "weight": "1"}]}, "messages[0].weight: must be a number, not text"),
    ({"messages": [{**ANSWER, "weight": True}]}, "messages[0].weight: must be a number, not true or false"),
    ({"messages": [{**ANSWER, "name": 5}]}, "messages[0].name: must be text, not a number"),
    ({"messages": [{**ANSWER, "tool_calls": {}}]}, "messages[0].tool_calls: must be a list, not an object"),
    (
        {"messages": [{**ANSWER, "tool_calls": [{"function": {}}]}]},
        "messages[0].tool_calls[0].function.name: is missing",
    ),
    (
        {"messages": [{**ANSWER, "tool_calls": [{"function": {"name": "w", "arguments": 3}}]}]},
        "messages[0].tool_calls[0].function.arguments: must be JSON text or an object, not a number",
    ),
    (
        {"messages": [{**ANSWER, "tool_calls": [{"type": "custom"}]}]},
        "messages[0].tool_calls[0].type: must be 'function', not 'custom'",
    ),
    (
        {"messages": [USER], "tools": "search"},
        "tools: is text but not valid JSON (Expecting value: line 1 column 1 (char 0))",
    ),
    ({"messages": [USER], "tools": '[{"a": NaN}]'}, "tools: is text but not valid JSON (NaN is not JSON)"),
    (
        {"messages": [USER], "tools": '[{"a": 1, "a": 2}]'},
        "tools: is text but not valid JSON (a key appears twice in one object)",
    ),
    ({"messages": [USER], "tools": [5]}, "tools[0]: must be an object, not a number"),
    ({"text": "x", "id": 1}, "messages: is missing; the columns are: text, id"),
    (
        {"messages": [{**USER, "x": 1}], "message_fields": 1},
        "message_fields: rename this column: its name is needed for unknown keys of messages",
    ),
]


@pytest.mark.parametrize(("row", "message"), BROKEN)
def test_a_broken_row_is_told_by_field(row: dict[str, Any], message: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse(row)
    assert str(caught.value) == message


def test_sharegpt_turns() -> None:
    row = {
        "conversations": [
            {"from": "human", "value": "2+2?"},
            {"from": "gpt", "value": "4", "weight": 1, "model": "x"},
        ],
        "system": "Be brief.",
        "source": "web",
    }
    example = SHAREGPT.parse(row)
    assert [message.role for message in example.messages] == ["system", "user", "assistant"]
    assert example.messages[2].weight == 1
    assert example.metadata == {"source": "web", "message_fields": {"2": {"model": "x"}}}


def test_sharegpt_calls_as_llama_factory_writes_them() -> None:
    tools = [{"name": "weather", "description": "d", "parameters": {}}]
    row = {
        "conversations": [
            {"from": "human", "value": "Weather?"},
            {"from": "function_call", "value": '{"name": "weather", "arguments": {"city": "Paris"}}'},
            {"from": "observation", "value": "18C"},
            {"from": "gpt", "value": "18C"},
        ],
        "tools": json.dumps(tools),
    }
    example = SHAREGPT.parse(row)
    assert example.tools == tuple(tools)
    assert example.messages[1] == Message("assistant", tool_calls=(ToolCall("weather", '{"city":"Paris"}'),))
    assert example.messages[2].role == "tool"
    assert json.loads(SHAREGPT.render(example)["conversations"][1]["value"])["arguments"] == {"city": "Paris"}


@pytest.mark.parametrize(
    ("turn", "message"),
    [
        ({"from": "humn", "value": "x"}, "conversations[0].from: 'humn' is not a role"),
        ({"from": "human", "value": 5}, "conversations[0].value: must be text, not a number"),
        ({"from": "human"}, "conversations[0].value: is missing"),
        ({"from": "function_call", "value": "[]"}, "conversations[0].value: is a list without a call"),
        ({"from": "function_call", "value": "[5]"}, "conversations[0].value[0]: must be an object, not a number"),
    ],
)
def test_a_broken_turn_is_told_by_field(turn: dict[str, Any], message: str) -> None:
    with pytest.raises(FormatError) as caught:
        SHAREGPT.parse({"conversations": [turn]})
    assert str(caught.value) == message
