"""JSON as the standard has it, and nothing more: what one reader would change in silence is refused with its reason.

Refused although some parsers take it: a key that appears twice, NaN and Infinity, a number out of range, a
lone surrogate, bytes that are not UTF-8, nesting deeper than 200. Integers of up to 4300 digits stay exact.

The fast path costs about 1 us on a row of 400 bytes. msgspec decodes strictly except that of two equal keys the
last wins. A dropped pair takes at least the two quotes of its key with it, and nothing adds a quote except
the escape \\u0022; so when the value, written again, has as many quotes as the text, nothing was dropped.
Everything else goes the slow way through the standard library, which also finds the words for the reason.
"""

import json
import math
import re
from typing import Any, NoReturn

import msgspec

#: The deepest nesting that is read. Trainers use less than ten; Python's own limits begin at about 1000.
DEPTH_LIMIT = 200

#: The longest integer that Python converts from text unless told otherwise.
DIGIT_LIMIT = 4300

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode

_SURROGATE = re.compile("[\ud800-\udfff]")

_PLAIN_WORDS = {
    "Expecting value": "expected a value",
    "Expecting ',' delimiter": "expected ','",
    "Expecting ':' delimiter": "expected ':'",
    "Expecting property name enclosed in double quotes": "expected a key in double quotes",
    "Extra data": "there is more after the end of the value",
    "Unterminated string starting at": "a string is not closed that begins",
    "Invalid control character at": "a raw control character in a string",
    "Invalid \\escape": "an unknown escape",
    "Invalid \\uXXXX escape": "an incomplete \\u escape",
    "Illegal trailing comma before end of object": "a comma before the closing brace",
    "Illegal trailing comma before end of array": "a comma before the closing bracket",
}


class NotStrict(ValueError):
    """The text is no strict JSON; the message is the reason in plain words."""


def loads(raw: bytes) -> Any:
    """The value of a JSON text in UTF-8. Raises `NotStrict` with the reason."""
    try:
        value = _decode(raw)
        if (
            raw.count(b'"') == _encode(value).count(b'"')
            and b"\\u0022" not in raw
            and (len(raw) <= 2 * DEPTH_LIMIT or not _may_be_deep(raw, value))
        ):
            return value
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass  # the slow path decides, and knows why
    return loads_slowly(raw)


def load_row(raw: bytes) -> dict[str, Any]:
    """The columns of a row: as `loads`, and the value must be an object."""
    value = loads(raw)
    if type(value) is not dict:
        raise NotStrict(f"{_kind(value)}, not an object of columns")
    return value


def canonical(value: Any) -> bytes:
    """A value as compact JSON in UTF-8, keys in their order."""
    return _encode(value)


def loads_slowly(raw: bytes) -> Any:
    """The same verdict and value as `loads`, through the standard library alone."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        column = len(raw[: error.start].decode("utf-8")) + 1
        raise NotStrict(f"not UTF-8: byte 0x{raw[error.start]:02x} at column {column}") from None
    if text.startswith("\ufeff"):
        raise NotStrict("not JSON: a byte order mark at column 1")
    try:
        value = _standard.decode(text)
    except json.JSONDecodeError as error:
        raise NotStrict(_reason(error, text)) from None
    except RecursionError:
        raise NotStrict(f"nested deeper than {DEPTH_LIMIT}") from None
    if is_deep(value):
        raise NotStrict(f"nested deeper than {DEPTH_LIMIT}")
    if "\\u" in text:
        _refuse_surrogates(value)
    return value


def is_deep(value: Any) -> bool:
    """Whether lists and objects are nested deeper than `DEPTH_LIMIT`."""
    level = [value]
    for _ in range(DEPTH_LIMIT + 1):
        level = [
            child
            for outer in level
            if isinstance(outer, (dict, list))
            for child in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True


def _may_be_deep(raw: bytes, value: Any) -> bool:
    return raw.count(b"[") + raw.count(b"{") > DEPTH_LIMIT and is_deep(value)


def _reason(error: json.JSONDecodeError, text: str) -> str:
    words = _PLAIN_WORDS.get(error.msg.rstrip(": "), error.msg)
    position = min(error.pos, len(text))
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    where = f"line {line} column {column}" if line > 1 else f"column {column}"
    if position == len(text) and error.msg.startswith("Expecting"):
        return f"not JSON: {words} at {where}, where the text ends"
    return f"not JSON: {words} at {where}"


def _refuse_surrogates(value: Any) -> None:
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            found = _SURROGATE.search(item)
            if found:
                raise NotStrict(f"a lone surrogate \\u{ord(found.group()):04x} is no text")
        elif isinstance(item, dict):
            stack.extend(item.keys())
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise NotStrict(f"the key {_quoted(key)} appears twice")
            seen.add(key)
    return mapping


def _quoted(key: str) -> str:
    return ascii(key[:60]) if _SURROGATE.search(key) else repr(key[:60])


def _constant(name: str) -> NoReturn:
    raise NotStrict(f"{name} is not JSON")


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise NotStrict(f"the number {text[:40]} is out of range")
    return value


def _int(text: str) -> int:
    if len(text) - text.startswith("-") > DIGIT_LIMIT:
        raise NotStrict(f"an integer of {len(text)} digits; {DIGIT_LIMIT} are read")
    return int(text)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return {list: "a list", str: "a text", int: "a number", float: "a number"}.get(type(value), "a value")


_standard = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_constant, parse_float=_float, parse_int=_int)
