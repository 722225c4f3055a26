"""The Python functions that compiled filters call from SQL, on the body of an example as it is stored."""

import re
from functools import lru_cache
from typing import Any

import apsw
import msgspec
from msgspec import Struct

from curator.model import Example
from curator.tokens import estimate

_example = msgspec.json.Decoder(Example)


class _Columns(Struct):
    metadata: dict[str, Any] = {}


_columns = msgspec.json.Decoder(_Columns)


def _text(body: bytes, field: str) -> str:
    example = _example.decode(body)
    if field == "in":
        return example.input_text
    if field == "out":
        return example.output_text
    if field == "sys":
        return example.system
    return "\n\n".join(message.text for message in example.messages)


def _turns(body: bytes) -> int:
    return sum(message.role == "user" for message in _example.decode(body).messages)


# SQLite's own length() and replace() stop at a NUL character.
def _length(body: bytes, field: str) -> int:
    return len(_text(body, field))


def _lines(body: bytes, field: str) -> int:
    return _text(body, field).count("\n") + 1


def _tokens(body: bytes, field: str) -> int:
    return estimate(_text(body, field))


def _language(body: bytes) -> str:
    from curator.languages import prose_language  # loads its lists of words, which few filters ask for

    return prose_language(_example.decode(body).output_text) or "none"


def _settled(labels: str) -> str:
    """Labels in one spelling, so that equal ones compare equal."""
    return msgspec.json.encode(msgspec.json.decode(labels), order="deterministic").decode()


def _metadata_text(body: bytes, path: str) -> str | None:
    """A value of the metadata as a filter writes it: yes/no values and lists as JSON, numbers with every digit."""
    value: Any = _columns.decode(body).metadata
    if path in value:
        value = value[path]
    else:
        for part in path.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    return value if value is None or isinstance(value, str) else msgspec.json.encode(value).decode()


def _metadata_number(body: bytes, path: str) -> float | None:
    try:
        return float(_metadata_text(body, path) or "")
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _contains(text: str | None, part: str) -> bool:
    return part.casefold() in (text or "").casefold()


def _matches(text: str | None, pattern: str) -> bool:
    return _pattern(pattern).search(text or "") is not None


def register(sqlite: apsw.Connection) -> None:
    """Gives a connection the functions that compiled filters call."""
    functions: tuple[tuple[str, Any, int], ...] = (
        ("text_of", _text, 2),
        ("turns_of", _turns, 1),
        ("length_of", _length, 2),
        ("lines_of", _lines, 2),
        ("meta_of", _metadata_text, 2),
        ("meta_number", _metadata_number, 2),
        ("holds", _contains, 2),
        ("matches", _matches, 2),
        ("tokens_of", _tokens, 2),
        ("settled", _settled, 1),
        ("language_of", _language, 1),
    )
    for name, function, count in functions:
        sqlite.create_scalar_function(name, function, count, deterministic=True)
