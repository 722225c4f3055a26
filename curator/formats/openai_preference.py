"""OpenAI's preference rows: what is given under `input`, and the two ends under `preferred_output` and its opposite."""

from typing import Any

from curator.errors import FormatError
from curator.formats.base import Format
from curator.formats.inverse import inverse
from curator.formats.messages import read_tools, render_message
from curator.formats.preference import ends_of, preferred, read_list
from curator.formats.values import REFERENCE, kind, missing
from curator.model import Example

INPUT = "input"
#: The guide's names, then those of an older schema.
SIDES = (("preferred_output", "non_preferred_output"), ("preferred_completion", "non_preferred_completion"))


def _sides(row: dict[str, Any]) -> tuple[str, str] | None:
    return next((both for both in SIDES if both[0] in row and both[1] in row), None)


def matches(row: dict[str, Any]) -> int:
    """98 for `input` with messages beside a preferred and a non-preferred output."""
    given = row.get(INPUT)
    return 98 if type(given) is dict and "messages" in given and _sides(row) else 0


def parse(row: dict[str, Any]) -> Example:
    """An example whose output is the preferred end. What `input` holds beside messages and tools is metadata."""
    given, sides = row.get(INPUT), _sides(row)
    if type(given) is not dict:
        raise FormatError(f"must be an object with messages, not {kind(given)}", INPUT)
    if sides is None:
        raise missing(SIDES[0][0], row)
    kept: set[str] = set()
    messages = read_list(given.get("messages"), "input.messages", kept)
    chosen, rejected = (read_list(row[name], name, kept) for name in sides)
    rest = {key: value for key, value in given.items() if key not in ("messages", "tools")}
    used = {INPUT, *sides, REFERENCE}
    metadata = {name: value for name, value in row.items() if name not in used or (name in kept and name != INPUT)}
    if INPUT in kept:
        metadata[INPUT] = given
    elif rest:
        metadata[INPUT] = rest
    tools = read_tools(given.get("tools"), "input.tools")
    return preferred(messages, chosen, rejected, tools=tools, reference=row.get(REFERENCE), metadata=metadata)


def render(example: Example) -> dict[str, Any]:
    """The row: input, preferred_output, non_preferred_output, reference answer, then metadata as columns."""
    given, chosen, rejected = ends_of(example)
    metadata = dict(example.metadata)
    rest = metadata.pop(INPUT, {})
    inside: dict[str, Any] = {"messages": [render_message(message) for message in given]}
    if example.tools:
        inside["tools"] = list(example.tools)
    row: dict[str, Any] = {
        INPUT: {**inside, **rest} if type(rest) is dict else inside,
        SIDES[0][0]: [render_message(message) for message in chosen],
        SIDES[0][1]: [render_message(message) for message in rejected],
    }
    if example.reference is not None:
        row[REFERENCE] = example.reference
    return {**row, **metadata}


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    chosen, rejected = _sides(row) or SIDES[0]
    return (f"`{chosen}` was preferred to `{rejected}` after the messages of `input`",)


OPENAI_PREFERENCE = Format(
    name="openai-preference",
    title="OpenAI preference pairs",
    columns=frozenset({INPUT, *(name for both in SIDES for name in both), REFERENCE}),
    matches=matches,
    parse=parse,
    holds=inverse(render, parse),
    render=render,
    readings=readings,
    sure=True,
)
