"""Rows whose conversation is one text with marked turns: guanaco, glaive's function calls, ChatML, hh-rlhf."""

from json import JSONDecodeError, JSONDecoder
from typing import Any

from curator.errors import FormatError
from curator.formats.base import Format
from curator.formats.inverse import inverse
from curator.formats.transcripts import marks_of, read_turns, write_turns
from curator.formats.values import REFERENCE, SYSTEM_COLUMNS, listed
from curator.model import Example, Message

#: Columns in which such a text is looked for.
COLUMNS = ("text", "chat", "conversation", "conversations", "dialog", "dialogue", "transcript", "content")

_DECODER = JSONDecoder()


def _column(row: dict[str, Any]) -> str:
    return next((name for name in COLUMNS if marks_of(row.get(name))), "")


def matches(row: dict[str, Any]) -> int:
    """55 for a text with turns of a user and of an assistant; 85 when it is in a column named for conversations."""
    column = _column(row)
    return 0 if not column else 55 if column in ("text", "content") else 85


def parse(row: dict[str, Any]) -> Example:
    """An example of a text with marked turns. The system column is the system message when no turn is one.

    Functions that the system message ends with, as JSON objects, become tools.
    """
    column = _column(row)
    marks = marks_of(row.get(column))
    if marks is None:
        raise FormatError(f"no column has a text with marked turns; the columns are: {listed(row)}")
    messages = read_turns(row[column], column, marks)
    used = {column, REFERENCE}
    tools: tuple[dict[str, Any], ...] = ()
    if not any(message.role == "system" for message in messages):
        system = next((name for name in SYSTEM_COLUMNS if type(row.get(name)) is str and row[name]), "")
        used.add(system)
        text = row[system] if system else ""
        if text.startswith("SYSTEM:"):
            text = text.removeprefix("SYSTEM:").strip()
        text, tools = _split_tools(text)
        messages = [*([Message("system", text)] if text else []), *messages]
    return Example(
        messages=tuple(messages),
        tools=tools,
        reference=row.get(REFERENCE),
        metadata={name: value for name, value in row.items() if name not in used},
    )


def render(example: Example) -> dict[str, Any]:
    """The row: the text, the system message, the reference answer, then metadata as columns."""
    messages = list(example.messages)
    row: dict[str, Any] = {}
    if messages and messages[0].role == "system":
        row["system"] = messages.pop(0).text
    row = {"text": write_turns(messages), **row}
    if example.reference is not None:
        row[REFERENCE] = example.reference
    return {**row, **example.metadata}


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    column = _column(row)
    marks = marks_of(row[column])
    return (f"`{column}` is a conversation whose turns are marked by {marks.name if marks else 'nothing'}",)


def _split_tools(text: str) -> tuple[str, tuple[dict[str, Any], ...]]:
    """The text before the definitions of functions that it ends with, and those; the text alone without any."""
    start = text.find("\n{")
    if start < 0:
        return text, ()
    tools, place = [], start
    while place < len(text):
        try:
            value, end = _DECODER.raw_decode(text, place + 1 if text[place] == "\n" else place)
        except (JSONDecodeError, RecursionError):
            return text, ()
        if type(value) is not dict or type(value.get("name")) is not str:
            return text, ()
        tools.append({"type": "function", "function": value})
        place = end + len(text[end:]) - len(text[end:].lstrip(" \n,"))
    return text[:start].rstrip(), tuple(tools)


TRANSCRIPT = Format(
    name="transcript",
    title="One text with marked turns",
    columns=frozenset({*COLUMNS, *SYSTEM_COLUMNS, REFERENCE}),
    matches=matches,
    parse=parse,
    holds=inverse(render, parse),
    render=render,
    readings=readings,
)
