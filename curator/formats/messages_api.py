"""Conversations in the shape of Anthropic's Messages API, without a response beside them: content is blocks."""

from typing import Any

from curator.errors import FormatError
from curator.formats import content_blocks as blocks
from curator.formats.base import Format
from curator.formats.inverse import inverse
from curator.formats.messages import read_tools
from curator.formats.values import REFERENCE, kind, missing
from curator.model import Example

MESSAGES = "messages"
TOOLS = "tools"
#: Where thoughts of the model are kept: they are not taught.
THINKING = "thinking"

_ROLES = ("user", "assistant")
_OWN = ("tool_use", "tool_result", *blocks.THOUGHTS)


def _is_turn(turn: Any) -> bool:
    return type(turn) is dict and turn.get("role") in _ROLES and turn.keys() == {"role", "content"}


def _has_own(turn: dict[str, Any]) -> bool:
    content = turn["content"]
    return type(content) is list and any(type(block) is dict and block.get("type") in _OWN for block in content)


def matches(row: dict[str, Any]) -> int:
    """99 for messages with tool uses, results or thoughts as blocks; 89 for others that could stand beside them."""
    turns = row.get(MESSAGES)
    if type(turns) is not list or not turns or "schemaVersion" in row or not all(map(_is_turn, turns)):
        return 0
    if any(map(_has_own, turns)):
        return 99
    # only where something says that the file may be one: every plain chat row would be told as this one, too
    return 89 if any(type(turn["content"]) is list for turn in turns) else 0


def parse(row: dict[str, Any]) -> Example:
    """An example of turns with blocks. Thinking and columns that are not known are metadata."""
    turns = row.get(MESSAGES)
    if turns is None:
        raise missing(MESSAGES, row)
    if type(turns) is not list or not turns:
        raise FormatError(f"must be a list of messages, not {'an empty one' if turns == [] else kind(turns)}", MESSAGES)
    thoughts: list[dict[str, Any]] = []
    messages = blocks.read_system(row.get("system"), "system")
    for index, turn in enumerate(turns):
        field = f"{MESSAGES}[{index}]"
        if type(turn) is not dict:
            raise FormatError(f"must be an object with role and content, not {kind(turn)}", field)
        more = turn.keys() - {"role", "content"}
        if more:
            raise FormatError(f"has keys beside role and content: {sorted(more)[0]!r}", field)
        messages += blocks.read_turn(turn.get("role"), turn.get("content"), field, thoughts)
    metadata = {name: value for name, value in row.items() if name not in (MESSAGES, "system", TOOLS, REFERENCE)}
    if thoughts:
        if THINKING in metadata:
            raise FormatError("rename this column: its name is needed for the thinking of the model", THINKING)
        metadata[THINKING] = thoughts
    tools = tuple(map(blocks.read_tool, read_tools(row.get(TOOLS), TOOLS)))
    return Example(messages=tuple(messages), tools=tools, reference=row.get(REFERENCE), metadata=metadata)


def render(example: Example) -> dict[str, Any]:
    """The row: system, messages, tools, reference answer, then metadata as columns."""
    messages = list(example.messages)
    row: dict[str, Any] = {}
    if messages and messages[0].role == "system":
        first = messages.pop(0)
        row["system"] = first.content if isinstance(first.content, str) else list(first.content)
    row[MESSAGES] = blocks.write_turns(messages)
    if example.tools:
        row[TOOLS] = [blocks.write_tool(tool) for tool in example.tools]
    if example.reference is not None:
        row[REFERENCE] = example.reference
    return {**row, **example.metadata}


def readings(_row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    return (f"`{MESSAGES}` is a list of messages whose content is blocks, tool uses and results among them",)


MESSAGES_API = Format(
    name="messages-api",
    title="Messages API conversations",
    columns=frozenset({MESSAGES, "system", TOOLS, REFERENCE}),
    matches=matches,
    parse=parse,
    holds=inverse(render, parse),
    render=render,
    readings=readings,
)
