"""Rows of Bedrock's Converse schema, as Amazon Nova is tuned on: content and system are lists of blocks."""

from typing import Any

from curator.errors import FormatError
from curator.formats.base import Format
from curator.formats.inverse import inverse
from curator.formats.messages import read_role
from curator.formats.values import REFERENCE, kind
from curator.model import Example, Message

SCHEMA = "schemaVersion"
VERSION = "bedrock-conversation-2024"


def matches(row: dict[str, Any]) -> int:
    """99 for a schema version beside messages."""
    return 99 if type(row.get(SCHEMA)) is str and type(row.get("messages")) is list else 0


def parse(row: dict[str, Any]) -> Example:
    """An example of messages whose content is blocks; a block that is only text is text."""
    turns = row.get("messages")
    if type(turns) is not list or not turns:
        raise FormatError(f"must be a list of messages, not {kind(turns)}", "messages")
    messages = []
    system = row.get("system")
    if system is not None and system != []:
        messages.append(Message("system", _content(system, "system")))
    for index, turn in enumerate(turns):
        field = f"messages[{index}]"
        if type(turn) is not dict:
            raise FormatError(f"must be an object with role and content, not {kind(turn)}", field)
        role = read_role(turn.get("role"), f"{field}.role")
        messages.append(Message(role, _content(turn.get("content"), f"{field}.content")))
    used = {"messages", "system", REFERENCE, *((SCHEMA,) if row.get(SCHEMA) == VERSION else ())}
    return Example(
        messages=tuple(messages),
        reference=row.get(REFERENCE),
        metadata={name: value for name, value in row.items() if name not in used},
    )


def render(example: Example) -> dict[str, Any]:
    """The row: schemaVersion, system, messages, reference answer, then metadata as columns."""
    messages = list(example.messages)
    row: dict[str, Any] = {SCHEMA: VERSION}
    if messages and messages[0].role == "system":
        row["system"] = _blocks(messages.pop(0))
    row["messages"] = [{"role": message.role, "content": _blocks(message)} for message in messages]
    if example.reference is not None:
        row[REFERENCE] = example.reference
    return {**row, **example.metadata}


def readings(_row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    return ("`messages` is a list of messages whose content is blocks",)


def _content(value: Any, field: str) -> str | tuple[dict[str, Any], ...]:
    if type(value) is not list or not all(type(block) is dict for block in value):
        raise FormatError(f"must be a list of blocks, not {kind(value)}", field)
    if len(value) == 1 and value[0].keys() == {"text"} and type(value[0]["text"]) is str:
        return str(value[0]["text"])
    return tuple({"type": "text", **block} if block.keys() == {"text"} else block for block in value)


def _blocks(message: Message) -> list[dict[str, Any]]:
    if isinstance(message.content, str):
        return [{"text": message.content}]
    return [{"text": block["text"]} if block.keys() == {"type", "text"} else block for block in message.content]


CONVERSE = Format(
    name="converse",
    title="Bedrock Converse conversations",
    columns=frozenset({SCHEMA, "system", "messages", REFERENCE}),
    matches=matches,
    parse=parse,
    holds=inverse(render, parse),
    render=render,
    readings=readings,
    sure=True,
)
