"""A query, the calls that answer it and the tools that there are, as in xLAM: JSON text in columns, or lists."""

from typing import Any

from curator.errors import FormatError
from curator.formats.base import Format
from curator.formats.inverse import inverse
from curator.formats.messages import read_call, read_tools
from curator.formats.values import REFERENCE, compact, decoded, kind, missing
from curator.model import Example, Message

QUERIES = ("query", "question", "prompt", "input")
ANSWERS = "answers"
TOOLS = "tools"

_TYPES = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "dict": "object",
    "list": "array",
    "tuple": "array",
    "set": "array",
}


def _query(row: dict[str, Any]) -> str:
    return next((name for name in QUERIES if type(row.get(name)) is str), "")


def _calls(value: Any) -> list[Any] | None:
    if type(value) is str:
        try:
            value = decoded(value, ANSWERS) if value.lstrip()[:1] == "[" else None
        except FormatError:
            return None
    return value if type(value) is list and all(type(call) is dict and "name" in call for call in value) else None


def matches(row: dict[str, Any]) -> int:
    """94 for a query, tools, and answers that are a list of calls; an empty list needs a text of it."""
    if TOOLS not in row or ANSWERS not in row or not _query(row):
        return 0
    return 94 if _calls(row[ANSWERS]) is not None else 0


def parse(row: dict[str, Any]) -> Example:
    """An example whose output is calls. Tools get OpenAI's shape, their parameters the shape of a JSON schema."""
    query = _query(row)
    if not query:
        raise missing(QUERIES[0], row)
    if ANSWERS not in row:
        raise missing(ANSWERS, row)
    calls = decoded(row[ANSWERS], ANSWERS) if type(row[ANSWERS]) is str else row[ANSWERS]
    if type(calls) is not list or not calls:
        raise FormatError(f"must be a list of calls, not {'an empty one' if calls == [] else kind(calls)}", ANSWERS)
    extra: dict[str, Any] = {}
    found = tuple(read_call(call, f"{ANSWERS}[{index}]", extra, f"[{index}]") for index, call in enumerate(calls))
    used = {query, TOOLS, REFERENCE} if extra else {query, ANSWERS, TOOLS, REFERENCE}
    return Example(
        messages=(Message("user", row[query]), Message("assistant", "", None, found)),
        tools=tuple(_tool(tool) for tool in read_tools(row.get(TOOLS), TOOLS)),
        reference=row.get(REFERENCE),
        metadata={name: value for name, value in row.items() if name not in used},
    )


def render(example: Example) -> dict[str, Any]:
    """The row: query, answers and tools as JSON text, reference answer, then metadata as columns."""
    if len(example.messages) != 2 or not example.messages[1].tool_calls:
        raise FormatError("it is no question that calls answer")
    calls = []
    for call in example.messages[1].tool_calls:
        one = {"name": call.name, "arguments": call.arguments}
        calls.append(one if call.id is None else {**one, "id": call.id})
    row: dict[str, Any] = {
        "query": example.messages[0].text,
        ANSWERS: compact(calls),
        TOOLS: compact(list(example.tools)),
    }
    if example.reference is not None:
        row[REFERENCE] = example.reference
    return {**row, **example.metadata}


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    return (f"`{_query(row)}` is the input and the calls of `{ANSWERS}` the output, with `{TOOLS}`",)


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    """A tool in OpenAI's shape; one that has a shape of its own stays as it is."""
    if type(tool.get("name")) is not str or "type" in tool:
        return tool
    parameters = tool.get("parameters")
    if (
        type(parameters) is dict
        and "properties" not in parameters
        and all(type(p) is dict for p in parameters.values())
    ):
        tool = {**tool, "parameters": _schema(parameters)}
    return {"type": "function", "function": tool}


def _schema(parameters: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A JSON schema of parameters whose types are those of Python: ``"str, optional"``."""
    properties, required = {}, []
    for name, one in parameters.items():
        stated = one.get("type")
        if type(stated) is not str:
            properties[name] = one
            continue
        word = stated.partition(",")[0].strip()
        plain = word.partition("[")[0].lower()
        properties[name] = {**one, "type": _TYPES.get(plain, word)}
        if "optional" not in stated and "default" not in one:
            required.append(name)
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


FUNCTION_CALLS = Format(
    name="function-calls",
    title="Query and function calls",
    columns=frozenset({*QUERIES, ANSWERS, TOOLS, REFERENCE}),
    matches=matches,
    parse=parse,
    holds=inverse(render, parse),
    render=render,
    readings=readings,
)
