"""Reads the hits and near misses beside the tests: rows as people write them, as entries of a workspace."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from curator.model import Alternative, Entry, Example, Message, Provenance, State, ToolCall

FOLDER = Path(__file__).parent / "cases"


class Case(Struct, frozen=True):
    """Rows, the numbers (from 1) of those in which the check is to find something, and what is usual around them."""

    code: str
    kind: str
    domain: str
    entries: tuple[Entry, ...]
    expected: tuple[int, ...]
    usual: tuple[Entry, ...] = ()


def cases(folder: Path = FOLDER) -> Iterator[Case]:
    """Every case of every file, by code."""
    for path in sorted(folder.glob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        usual = document.get("usual", {})
        for kind in ("hit", "near"):
            for case in document.get(kind, ()):
                around = usual.get(case.get("usual"), ())
                yield Case(
                    code=path.stem,
                    kind=kind,
                    domain=case["domain"],
                    entries=entries(case["rows"]),
                    expected=tuple(case.get("found", [1])) if kind == "hit" else (),
                    usual=entries([{"input": f"Question {n}?", "output": text} for n, text in enumerate(around)], 100),
                )


def entries(rows: Sequence[Mapping[str, Any]], after: int = 0) -> tuple[Entry, ...]:
    """Rows as entries, numbered from `after` + 1."""
    return tuple(entry(row, number) for number, row in enumerate(rows, after + 1))


def entry(row: Mapping[str, Any], number: int = 1) -> Entry:
    """A row as an entry: input and output, or messages as pairs of role and text."""
    given = row.get("messages") or [["user", row["input"]], ["assistant", row["output"]]]
    messages = [Message(role, text) for role, text in given]
    if "system" in row:
        messages.insert(0, Message("system", row["system"]))
    for index, weight in row.get("weights", {}).items():
        messages[int(index)] = Message(messages[int(index)].role, messages[int(index)].content, weight=weight)
    for index, times in row.get("times", {}).items():
        messages[int(index)] = Message(messages[int(index)].role, messages[int(index)].text * times)
    for index, (name, arguments, called) in row.get("calls", {}).items():
        messages[int(index)] = Message("assistant", "", tool_calls=(ToolCall(name, arguments, called or None),))
    for index, called in row.get("answers", {}).items():
        messages[int(index)] = Message("tool", messages[int(index)].content, tool_call_id=called)
    if "call" in row:
        name, arguments = row["call"]
        messages[-1] = Message("assistant", "", tool_calls=(ToolCall(name, arguments),))
    alternatives = tuple(
        Alternative((Message("assistant", one["text"]),), preferred=one["preferred"])
        for one in row.get("alternatives", ())
    )
    example = Example(
        messages=tuple(messages),
        tools=tuple({"name": name} for name in row.get("tools", ())),
        alternatives=alternatives,
        reference=row.get("reference"),
        id=f"b2-{number:032x}-1",
        provenance=Provenance("cases.jsonl", number, "test"),
        source_split=row.get("split"),
    )
    return Entry(number, example, State(split=row.get("assigned")))
