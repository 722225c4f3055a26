"""Rows that real readers were seen to take or to refuse: what they refuse is never written, what is sound is taken."""

from typing import Any

import pytest

from curator.targets.named import named

S, U, A = ({"role": role, "content": "x"} for role in ("system", "user", "assistant"))
CALL: dict[str, Any] = {"id": "abcdefghi", "type": "function", "function": {"name": "w", "arguments": "{}"}}
ASKS, RESULT = {**A, "content": "", "tool_calls": [CALL]}, {"role": "tool", "tool_call_id": "abcdefghi", "content": "1"}
TOOLS = [{"type": "function", "function": {"name": "w", "description": "d", "parameters": {"type": "object"}}}]
EXACT: Any = {**CALL, "function": {"name": "w", "arguments": {}}}

ROWS: dict[str, dict[str, Any]] = {
    "plain": {"messages": [S, U, A]},
    "several turns": {"messages": [U, A, U, A]},
    "weights": {"messages": [U, {**A, "weight": 0}, U, {**A, "weight": 1}]},
    "tools": {"messages": [U, ASKS, RESULT, A], "tools": TOOLS},
    "call without content": {"messages": [U, {"role": "assistant", "tool_calls": [CALL]}, RESULT, A], "tools": TOOLS},
    "human and gpt": {"messages": [{**U, "role": "human"}, {**A, "role": "gpt"}]},
    "no assistant": {"messages": [S, U]},
    "user last": {"messages": [U, A, U]},
    "assistant first": {"messages": [A, U, A]},
    "two users": {"messages": [U, U, A]},
    "system in the middle": {"messages": [U, A, S, U, A]},
    "null content": {"messages": [U, {**A, "content": None}]},
    "empty content": {"messages": [U, {**A, "content": ""}]},
    "weight 2": {"messages": [U, {**A, "weight": 2}]},
    "extra key": {"messages": [U, A], "id": 1},
    "arguments as an object": {"messages": [U, {**ASKS, "tool_calls": [EXACT]}, RESULT, A], "tools": TOOLS},
}
_NEVER = ("human and gpt", "no assistant", "weight 2", "extra key", "null content", "empty content", "user last",
          "call without content", "arguments as an object")  # fmt: skip
#: Taken: what the reader took, as far as nothing is lost by it. Everything else of the table is refused.
TAKEN = {
    "openai": ("plain", "several turns", "weights", "tools", "assistant first", "two users", "system in the middle"),
    "azure": ("plain", "several turns", "weights", "tools", "assistant first", "two users", "system in the middle"),
    "together": ("plain", "several turns", "weights", "tools", "assistant first", "two users", "system in the middle"),
    "fireworks": ("plain", "several turns", "weights", "tools", "assistant first", "two users", "system in the middle"),
    "axolotl": ("plain", "several turns", "weights", "tools", "assistant first", "two users", "system in the middle"),
    "mistral": ("plain", "several turns", "weights", "tools", "assistant first", "two users"),
    "trl": ("plain", "several turns", "tools", "assistant first", "two users", "system in the middle"),
    "nemo": ("plain", "several turns", "tools", "assistant first", "two users", "system in the middle"),
    "mlx": ("plain", "several turns", "tools", "assistant first", "two users", "system in the middle"),
    "torchtune": ("plain", "several turns"),
}


@pytest.mark.parametrize("name", TAKEN)
@pytest.mark.parametrize("case", ROWS)
def test_a_row_is_taken_or_refused_as_its_reader_does(name: str, case: str) -> None:
    wrong = named(name).check_row(ROWS[case])
    assert (wrong == []) == (case in TAKEN[name]), wrong
    assert case not in _NEVER or wrong


HUMAN, GPT = {"from": "human", "value": "x"}, {"from": "gpt", "value": "y"}
OTHERS: list[tuple[str, dict[str, Any], str]] = [
    ("llamafactory", {"conversations": [HUMAN, GPT], "system": ""}, "tools: is missing"),
    ("llamafactory", {"conversations": [HUMAN], "system": "", "tools": ""}, "must be from the assistant"),
    ("llamafactory", {"conversations": [GPT, GPT], "system": "", "tools": ""}, "must be from the user"),
    ("sharegpt", {"conversations": [{**HUMAN, "from": "person"}, GPT]}, "'person' is not one of system, human"),
    ("sharegpt", {"conversations": [HUMAN, {**GPT, "value": None}]}, "conversations[1].value: must be text"),
    ("sharegpt", {"conversations": [HUMAN, {**GPT, "weight": 1}]}, "must be an object with from and value"),
    ("sharegpt", {"conversations": [HUMAN, {"from": "function_call", "value": "w()"}]}, "must be the JSON text of a call"),  # noqa: E501
    ("sharegpt", {"conversations": [HUMAN, GPT], "tools": "{"}, "tools: must be JSON text"),
    ("unsloth", {"conversations": [HUMAN, GPT]}, "messages[0].role: 'None' is not one of"),
    ("bedrock-claude", {"messages": [S, U, A]}, "it belongs into the key system"),
    ("bedrock-claude", {"system": "", "messages": [U, A]}, "system: must be text that is not empty"),
    ("bedrock-claude", {"messages": [U, A], "id": 1}, "found extra column 'id'"),
    ("bedrock-converse", {"messages": [U, A]}, "schemaVersion: is missing"),
    ("bedrock-converse", {"schemaVersion": "bedrock-conversation-2024", "messages": [U, A]}, "a list of one text block"),  # noqa: E501
    ("bedrock-converse", {"schemaVersion": "1", "messages": []}, "schemaVersion: must be 'bedrock-conversation-2024'"),
    ("vertex", {"contents": [{"role": "user", "parts": [{"text": "x"}]}, {"role": "assistant", "parts": []}]},
     "'assistant' is not one of user, model"),
    ("vertex", {"contents": [{"role": "user", "parts": [{"text": "x"}]}]}, "must be from the assistant"),
    ("cohere", {"messages": [U, A]}, "'user' is not one of System, User, Chatbot"),
    ("openai-dpo", {"input": {"messages": [U, A]}, "preferred_output": [A], "non_preferred_output": [A]},
     "it must end with user or tool"),
    ("openai-dpo", {"input": {"messages": [U]}, "preferred_completion": [A], "non_preferred_completion": [A]},
     "preferred_output: is missing"),
    ("openai-dpo", {"input": {"messages": [U]}, "preferred_output": [A, A], "non_preferred_output": [A]},
     "must be one message of the assistant"),
    ("openai-rft", {"messages": [U, A], "reference_answer": "4"}, "the last message must be from the user"),
    ("openai-rft", {"messages": [U], "reference_answer": ""}, "reference_answer: is empty"),
    ("trl-kto", {"prompt": [U], "completion": [A], "label": 1}, "label: must be true or false"),
    ("trl-preference", {"prompt": [U], "chosen": [A], "rejected": [A], "score": 1}, "found extra column 'score'"),
    ("trl-preference", {"prompt": "x", "chosen": [A], "rejected": [A]}, "must both be lists of messages"),
    ("trl-text", {"text": " "}, "text: must be text, and not empty"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "row", "reason"), OTHERS)
def test_a_row_of_another_shape_that_was_written_wrong_is_found(name: str, row: Any, reason: str) -> None:
    assert any(reason in told for told in named(name).check_row(row)), named(name).check_row(row)


@pytest.mark.parametrize("name", sorted({name for name, _, _ in OTHERS}))
@pytest.mark.parametrize("row", [None, [], {}, 4, "x"])
def test_what_is_no_row_is_found_everywhere(name: str, row: Any) -> None:
    assert named(name).check_row(row)
