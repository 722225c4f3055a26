"""Columns named by the user: ``--map input=question,output=answer``, for rows that no format knows."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from curator.errors import FormatError
from curator.formats import fields as unknown
from curator.formats.base import Format
from curator.formats.mapped_preference import is_preference, mapped_preference
from curator.formats.messages import looks_like_messages, read_messages
from curator.formats.pairs import conversation, joined, pair, taken
from curator.formats.values import listed, missing, nearest, not_json, shown, text_of
from curator.model import Example, Message, Role

#: What a column can be mapped to.
ROLES = ("input", "output", "system", "context", "reference", "chosen", "rejected")


def read_map(text: str) -> dict[str, str]:
    """The mapping of ``input=question,output=answer``; raises `FormatError` when it is not of that form.

    A column whose name has a comma stands in quotes, as in a CSV: ``input=question,"output=answer, short"``.
    """
    mapping: dict[str, str] = {}
    for item in next(csv.reader([text]), []):
        role, equals, column = item.partition("=")
        role = role.strip()
        if not equals or not role or not column:
            raise FormatError(f"{shown(item)} is not of the form input=COLUMN", "--map")
        if role in mapping:
            raise FormatError(f"{role} is named twice", "--map")
        mapping[role] = column
    _check(mapping)
    return mapping


def write_map(mapping: Mapping[str, str]) -> str:
    """The text that `read_map` reads as this mapping."""
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(f"{role}={column}" for role, column in mapping.items())
    return written.getvalue()


def mapped(mapping: Mapping[str, str], base: Format | None) -> Format:
    """A format that reads the columns of `mapping`, whose keys are among `ROLES`.

    With input and output it is a format of its own: `context` is joined to the input, a column of messages
    stays messages, every other value is text as in prompt-completion. Without both it adds to `base`: the
    system column gives or replaces the system message, the reference column the reference.
    Raises `FormatError` for an unknown key, a column named twice, and a partial mapping without a base.
    """
    _check(mapping)
    if is_preference(dict(mapping)):
        return mapped_preference(dict(mapping))
    if "input" in mapping and "output" in mapping:
        return _Whole(dict(mapping)).format()
    alone = sorted({"input", "output", "context"} & mapping.keys())
    if alone or base is None:
        need = " and ".join(side for side in ("input", "output") if side not in mapping)
        raise FormatError(f"needs {need} as well, as in --map input=question,output=answer", "--map")
    return _Partial(dict(mapping), base).format()


def _check(mapping: Mapping[str, str]) -> None:
    if not mapping:
        raise FormatError("names no column; write --map input=question,output=answer", "--map")
    for role in mapping:
        if role not in ROLES:
            raise FormatError(f"{shown(role)} cannot be mapped{nearest(role, ROLES)}: use {listed(ROLES)}", "--map")
    columns = list(mapping.values())
    for column in columns:
        if columns.count(column) > 1:
            raise FormatError(f"column {shown(column)} is named twice", "--map")


class _Whole(Struct, frozen=True):
    """A pair whose columns are all named. A struct, so that a mapped format can be sent to another process."""

    mapping: dict[str, str]

    def format(self) -> Format:
        return Format(
            name="mapped",
            title=", ".join(f"{role}={column}" for role, column in self.mapping.items()),
            columns=frozenset(self.mapping.values()),
            matches=self.matches,
            parse=self.parse,
            holds=self.holds,
            render=self.render,
            readings=self.readings,
        )

    def matches(self, row: dict[str, Any]) -> int:
        return 100 if all(column in row for column in self.mapping.values()) else 0

    def parse(self, row: dict[str, Any]) -> Example:
        cells = _cells(self.mapping, row)
        given, output, context = cells["input"], cells["output"], text_of(cells.get("context"))
        if given is None:
            raise FormatError("must be text, not null", self.mapping["input"])
        used = self.mapping.values()
        metadata = {name: value for name, value in row.items() if name not in used}
        system = text_of(cells.get("system"))
        if looks_like_messages(given) or looks_like_messages(output):
            fields: unknown.Fields = {}
            messages = tuple(_lists(self.mapping, row, system, context, fields))
            unknown.add(metadata, fields)
        else:
            messages = conversation(system, joined(text_of(given), context), text_of(output))
        return Example(messages=messages, reference=cells.get("reference"), metadata=metadata)

    def holds(self, example: Example) -> str | None:
        found = pair(example)
        if isinstance(found, str):
            return found
        if found[0] and "system" not in self.mapping:
            return "it has a system message, and no column is mapped to system"
        if example.reference is not None and "reference" not in self.mapping:
            return "it has a reference, and no column is mapped to reference"
        return taken(example.metadata, tuple(self.mapping.values())) or not_json(self.render(example))

    def render(self, example: Example) -> dict[str, Any]:
        found = pair(example)
        if isinstance(found, str):
            raise FormatError(found)
        cells = dict(zip(("system", "input", "output"), found, strict=True), context="", reference=example.reference)
        return {**{column: cells[role] for role, column in self.mapping.items()}, **example.metadata}

    def readings(self, _row: dict[str, Any]) -> tuple[str, ...]:
        return (_sentence(self.mapping),)


class _Partial(Struct, frozen=True):
    """Columns that add a system message or a reference to what another format reads."""

    mapping: dict[str, str]
    base: Format

    def format(self) -> Format:
        base = self.base
        return Format(
            name="mapped",
            title=f"{base.title}, {', '.join(f'{role}={column}' for role, column in self.mapping.items())}",
            columns=base.columns.union(self.mapping.values()),
            matches=self.matches,
            parse=self.parse,
            holds=self.holds,
            render=self.render,
            readings=self.readings,
        )

    def matches(self, row: dict[str, Any]) -> int:
        return self.base.matches(row) if all(column in row for column in self.mapping.values()) else 0

    def parse(self, row: dict[str, Any]) -> Example:
        cells = _cells(self.mapping, row)
        used = self.mapping.values()
        example = self.base.parse({name: value for name, value in row.items() if name not in used})
        if "reference" in cells:
            example = replace(example, reference=cells["reference"])
        system = text_of(cells.get("system"))
        return _with_system(example, system) if system else example

    def split(self, example: Example) -> tuple[str, Example]:
        """The text of the first message if it is the system's, and what is left for the base format."""
        if "reference" in self.mapping:
            example = replace(example, reference=None)
        first = example.messages[0] if "system" in self.mapping and example.messages else None
        if first is None or first.role != "system" or not isinstance(first.content, str):
            return "", example
        metadata = unknown.shifted(example.metadata, -1)
        return first.content, replace(example, messages=example.messages[1:], metadata=metadata)

    def holds(self, example: Example) -> str | None:
        columns = tuple(self.mapping.values())
        reason = taken(example.metadata, columns)
        if reason:
            return reason
        text, rest = self.split(example)
        if text and any(message.role == "system" for message in rest.messages):
            return "it has several system messages"
        rebuilt = _with_system(rest, text) if text else rest
        if rebuilt.messages != example.messages or rebuilt.metadata != example.metadata:
            return "its system message has more than text"
        reason = self.base.holds(rest)
        if reason:
            return reason
        clash = taken(self.base.render(rest), columns)
        return "its format needs a column that is mapped" if clash else not_json(self.render(example))

    def render(self, example: Example) -> dict[str, Any]:
        text, rest = self.split(example)
        cells = {"system": text, "reference": example.reference}
        return {**self.base.render(rest), **{column: cells[role] for role, column in self.mapping.items()}}

    def readings(self, row: dict[str, Any]) -> tuple[str, ...]:
        return (", ".join((*self.base.readings(row)[:1], _sentence(self.mapping))),)


def _with_system(example: Example, text: str) -> Example:
    """The example with this system message: in place of the first one, else in front."""
    message = Message("system", text)
    for index, old in enumerate(example.messages):
        if old.role == "system":
            messages = (*example.messages[:index], message, *example.messages[index + 1 :])
            return replace(example, messages=messages)
    return replace(example, messages=(message, *example.messages), metadata=unknown.shifted(example.metadata, 1))


def _lists(
    mapping: dict[str, str], row: dict[str, Any], system: str, context: str, fields: unknown.Fields
) -> list[Message]:
    """The messages of a row in which the input, the output or both are lists of messages."""
    messages: list[Message] = [Message("system", system)] if system else []
    sides: tuple[tuple[str, Role], ...] = (("input", "user"), ("output", "assistant"))
    for side, role in sides:
        column = mapping[side]
        found: unknown.Fields = {}
        is_list = looks_like_messages(row[column])
        more = read_messages(row[column], column, found) if is_list else [Message(role, text_of(row[column]))]
        if side == "input" and context:
            _join(more, context)
        fields.update({index + len(messages): keys for index, keys in found.items()})
        messages += more
    return messages


def _join(messages: list[Message], context: str) -> None:
    last = messages[-1]
    if last.role == "user" and type(last.content) is str:
        messages[-1] = replace(last, content=joined(last.content, context))
    else:
        messages.append(Message("user", context))


def _cells(mapping: dict[str, str], row: dict[str, Any]) -> dict[str, Any]:
    """What the row has in the mapped columns, by what they are mapped to."""
    try:
        return {role: row[column] for role, column in mapping.items()}
    except KeyError as error:
        raise missing(str(error.args[0]), row) from None


def _sentence(mapping: dict[str, str]) -> str:
    return ", ".join(f"`{column}` is the {role}" for role, column in mapping.items())
