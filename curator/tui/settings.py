"""Settings in words: a line for each, and all that is known of one."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from curator.operations.settings import Setting
from curator.tui.veil import Veil
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.wrap import Block


class Line(NamedTuple):
    """A line of the list: the heading of a table, or one of its settings."""

    heading: str
    setting: Setting | None = None


def lines_of(settings: Sequence[Setting]) -> list[Line]:
    """The settings under the headings of their tables."""
    found: list[Line] = []
    table: tuple[str, ...] = ()
    for one in settings:
        if one.keys[:-1] != table:
            table = one.keys[:-1]
            found.append(Line(f"{one.check} {table[-1]}".strip()))
        found.append(Line("", one))
    return found


def written(value: Any) -> str:
    """A value as it stands in the file, in a line."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return json.dumps(value)


def typed(setting: Setting) -> str:
    """The value as it is put into the line to be changed."""
    return "" if value_is_empty(setting) else written(setting.value)


def value_is_empty(setting: Setting) -> bool:
    """Whether there is nothing to change, but something to write."""
    return setting.value in ((), [], "")


def shown(line: Line, veil: Veil, *, here: bool) -> Pieces:
    """A line of the list: the name, the value, and a mark when it was set."""
    pointer = Piece("▸" if here else " ", "pointer")
    one = line.setting
    if one is None:
        return [pointer, Piece(f" {veil.head(line.heading, 76)}", "title")]
    name = veil.head(one.name, 24)
    return [
        pointer,
        Piece(" ● " if one.is_set else "   ", "saved"),
        Piece(f"{name:<24} ", "bold" if here else "plain"),
        Piece(veil.head(written(one.value), 200) or "nothing", "plain" if one.is_set else "dim"),
    ]


def told(line: Line, veil: Veil) -> list[Block]:
    """What a setting is, may be, and is unless it is set."""
    one = line.setting
    if one is None:
        return []
    where = f"[{'.'.join(one.keys[:-1])}] in curator.toml" if one.is_set else "its default"
    what = [
        f"is      {written(one.value) or 'nothing'}    from {where}",
        f"default {written(one.default) or 'nothing'}",
        f"allowed {one.allowed}",
    ]
    blocks = [Block("", veil.head(".".join(one.keys), 200), veil.head("\n".join(what), 2_000))]
    blocks.append(Block("", "WHAT IT DOES" if not one.check else "OF THE CHECK", veil.head(one.help, 2_000)))
    return blocks
