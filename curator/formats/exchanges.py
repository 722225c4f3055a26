"""Conversations without roles: pairs of input and output, or texts of the user and the assistant in turn."""

from typing import Any

from curator.errors import FormatError
from curator.formats.base import Format
from curator.formats.inverse import inverse
from curator.formats.messages import LIST_COLUMNS
from curator.formats.pairs import plain_turns
from curator.formats.values import REFERENCE, SYSTEM_COLUMNS, kind, listed
from curator.model import Example, Message

#: Columns in which such a list is looked for.
COLUMNS = (*LIST_COLUMNS, "data", "dialogue", "turns")
#: What the two sides of a pair are called.
SIDES = (("input", "output"), ("user", "assistant"), ("human", "assistant"), ("prompt", "response"), ("human", "bot"))


def _sides(turn: Any) -> tuple[str, str] | None:
    if type(turn) is not dict:
        return None
    return next((both for both in SIDES if both[0] in turn and both[1] in turn), None)


def _column(row: dict[str, Any]) -> str:
    for name in COLUMNS:
        value = row.get(name)
        if type(value) is list and value and (_sides(value[0]) or (len(value) > 1 and type(value[0]) is str)):
            return name
    return ""


def matches(row: dict[str, Any]) -> int:
    """80 for a list of pairs, 25 for a list of texts."""
    column = _column(row)
    return 0 if not column else 80 if type(row[column][0]) is dict else 25


def parse(row: dict[str, Any]) -> Example:
    """An example whose turns alternate, the user first. Keys of a pair beside its two sides are not known here."""
    column = _column(row)
    if not column:
        raise FormatError(f"no column has turns in pairs or in alternation; the columns are: {listed(row)}")
    messages: list[Message] = []
    for index, turn in enumerate(row[column]):
        field = f"{column}[{index}]"
        both = _sides(turn)
        if both is None and type(turn) is not str:
            raise FormatError(f"must be a text, or a pair of {SIDES[0][0]} and {SIDES[0][1]}, not {kind(turn)}", field)
        sides = [turn] if both is None else [turn[name] for name in both]
        if both is not None and len(turn) > 2:
            raise FormatError(f"has keys beside {both[0]} and {both[1]}: {listed(turn)}", field)
        for side in sides:
            if type(side) is not str:
                raise FormatError(f"must be text, not {kind(side)}", field)
            messages.append(Message("user" if len(messages) % 2 == 0 else "assistant", side))
    system = next((name for name in SYSTEM_COLUMNS if type(row.get(name)) is str and row[name]), "")
    return Example(
        messages=(*([Message("system", row[system])] if system else []), *messages),
        reference=row.get(REFERENCE),
        metadata={name: value for name, value in row.items() if name not in (column, system, REFERENCE)},
    )


def render(example: Example) -> dict[str, Any]:
    """The row: pairs under `conversation`, the system message, reference answer, then metadata as columns."""
    found = plain_turns(example)
    if isinstance(found, str):
        raise FormatError(found)
    system, turns = found
    pairs = [{"input": user.text, "output": answer.text} for user, answer in zip(turns[::2], turns[1::2], strict=False)]
    row: dict[str, Any] = {"conversation": pairs}
    if system:
        row["system"] = system
    if example.reference is not None:
        row[REFERENCE] = example.reference
    return {**row, **example.metadata}


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    column = _column(row)
    both = _sides(row[column][0])
    what = f"pairs of {both[0]} and {both[1]}" if both else "texts of the user and the assistant in turn"
    return (f"`{column}` is a list of {what}",)


EXCHANGES = Format(
    name="exchanges",
    title="Turns in pairs",
    columns=frozenset({*COLUMNS, *SYSTEM_COLUMNS, REFERENCE}),
    matches=matches,
    parse=parse,
    holds=inverse(render, parse),
    render=render,
    readings=readings,
)
