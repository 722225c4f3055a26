"""One input and one output as text: what prompt-completion, Alpaca and mapped columns have in common."""

from collections.abc import Sequence
from typing import Any

from curator.model import Example, Message


def joined(text: str, more: str) -> str:
    """An instruction and what it is about, with a blank line between them; nothing is added to an empty side."""
    return f"{text}\n\n{more}" if text and more else text or more


def conversation(system: str, given: str, output: str) -> tuple[Message, ...]:
    """The messages of a pair; an empty system text is no system message."""
    if system:
        return (Message("system", system), Message("user", given), Message("assistant", output))
    return (Message("user", given), Message("assistant", output))


def plain_turns(example: Example) -> tuple[str, list[Message]] | str:
    """The system text and the turns after it, or the reason why plain text columns cannot hold the example."""
    if example.tools:
        return "it has tools: this format is text only"
    if example.alternatives:
        return "it has alternatives: this format holds one output"
    for index, message in enumerate(example.messages):
        reason = _not_plain(message)
        if reason:
            return f"messages[{index}] has {reason}: this format is text only"
    turns = list(example.messages)
    if turns and turns[0].role == "system":
        if not turns[0].content:
            return "messages[0] is an empty system message: an empty column would be none"
        return str(turns[0].content), turns[1:]
    return "", turns


def pair(example: Example) -> tuple[str, str, str] | str:
    """System, input and output text of an example that is one question and one answer, else the reason."""
    found = plain_turns(example)
    if isinstance(found, str):
        return found
    system, turns = found
    roles = [turn.role for turn in turns]
    if roles != ["user", "assistant"]:
        return f"it is {' > '.join(roles) or 'no turn'}: this format holds one user turn and one assistant turn"
    return system, str(turns[0].content), str(turns[1].content)


def taken(metadata: dict[str, Any], columns: Sequence[str]) -> str | None:
    """Why metadata cannot stand beside these columns: one of them has such a name."""
    for column in columns:
        if column in metadata:
            return f"its metadata has a column named {column!r}, which this format gives a meaning"
    return None


def _not_plain(message: Message) -> str:
    if type(message.content) is not str:
        return "content parts"
    if message.tool_calls or message.tool_call_id is not None:
        return "tool calls"
    if message.name is not None:
        return "a name"
    return "" if message.weight is None else "a weight"
