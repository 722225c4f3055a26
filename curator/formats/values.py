"""Cell values as rows bring them: JSON text in a column, a number where text is expected, a missing column."""

import json
import math
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, NoReturn

import msgspec

from curator.errors import FormatError

#: The column that holds what a grader compares with, in every format (OpenAI's name for it).
REFERENCE = "reference_answer"
#: Columns that hold the system message beside a pair or a conversation.
SYSTEM_COLUMNS = ("system", "system_prompt", "system_instruction")

_KINDS = {type(None): "null", bool: "true or false", int: "a number", float: "a number", str: "text"}


def kind(value: object) -> str:
    """What to call a value in a message: ``a number``, ``a list``, ``an object``."""
    if isinstance(value, list | tuple):
        return "a list"
    return "an object" if isinstance(value, dict) else _KINDS.get(type(value), type(value).__name__)


def shown(value: str, length: int = 40) -> str:
    """A value quoted for a message: control characters escaped, cut after `length` characters."""
    return repr(value if len(value) <= length else value[:length] + "…")


def listed(names: Iterable[str], most: int = 12) -> str:
    """Names for a message, joined by commas; after `most` of them only how many more there are."""
    names = list(names)
    text = ", ".join(name if name.isprintable() else repr(name) for name in names[:most])
    return f"{text} and {len(names) - most} more" if len(names) > most else text or "none"


def nearest(name: str, names: Iterable[str]) -> str:
    """`` (did you mean 'x'?)`` when one of the names is close, else nothing."""
    close = get_close_matches(name, list(names), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def compact(value: object) -> str:
    """A value as JSON text without spaces, key order kept."""
    return msgspec.json.encode(value).decode()


def text_of(value: Any) -> str:
    """A cell as text: text stays itself, null is empty, everything else becomes its JSON text (5, true, [1,2])."""
    if type(value) is str:
        return value
    return "" if value is None else compact(value)


def decoded(value: str, field: str) -> Any:
    """JSON text in a column, decoded strictly: no NaN, no key twice, no half surrogates. Raises `FormatError`."""
    try:
        found = json.loads(value, object_pairs_hook=_unique, parse_constant=_not_json, parse_float=_finite)
        msgspec.json.encode(found)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"is text but not valid JSON ({error})", field) from None
    return found


def missing(column: str, row: dict[str, Any]) -> FormatError:
    """The error for a column that a row has not; it lists the columns that it has."""
    return FormatError(f"is missing; the columns are: {listed(row)}", column)


def not_json(row: dict[str, Any]) -> str | None:
    """Why a rendered row would not come back equal from JSON, or None when it would."""
    try:
        same = msgspec.json.decode(msgspec.json.encode(row)) == row
    except (TypeError, ValueError, RecursionError) as error:
        return f"it has a value that JSON cannot hold ({error})"
    return None if same else "it has a value that JSON changes (NaN, bytes, a date, a key that is not text)"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key appears twice in one object")
    return found


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"{digits} is out of range")
    return value


def _not_json(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
