"""The law of formats, asked of one example: does what is rendered come back as it was?"""

from collections.abc import Callable
from typing import Any

from curator.errors import FormatError
from curator.formats.values import not_json
from curator.model import Example

Render = Callable[[Example], dict[str, Any]]
Parse = Callable[[dict[str, Any]], Example]

#: What a format carries, and what to call it.
_CARRIED = (
    ("messages", "its messages"),
    ("tools", "its tools"),
    ("alternatives", "its alternatives"),
    ("reference", "its reference"),
    ("metadata", "its metadata"),
)


def lost(example: Example, render: Render, parse: Parse) -> str | None:
    """Why an example would not come back from a row equal to what it was, or None when it would.

    Dearer than rules about fields, and right by its making: for formats that are read far more often than written.
    """
    try:
        row = render(example)
        reason = not_json(row) or not_json({"metadata": example.metadata, "tools": list(example.tools)})
        if reason:
            return reason
        back = parse(row)
    except FormatError as error:
        return f"it cannot be written in this format: {error}"
    for field, what in _CARRIED:
        if getattr(back, field) != getattr(example, field):
            return f"it would lose or change {what} in this format"
    return None


def inverse(render: Render, parse: Parse) -> Callable[[Example], str | None]:
    """The `holds` of a format that holds whatever comes back."""
    return lambda example: lost(example, render, parse)
