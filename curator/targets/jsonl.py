"""The text of one row in a JSONL file that any reader takes, and reading it back for the proof."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from curator.errors import TargetError

# Readers that use str.splitlines() would break a row at these, which JSON allows inside strings.
_BREAKS = ((b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"), (b"\xc2\x85", b"\\u0085"))

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()
# Proves the syntax of what nobody looks at without building it: a third of the time.
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_all = msgspec.json.Decoder(list[Any])
_all_fields = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])


def line(row: dict[str, Any], *, numbers: bool = True) -> bytes:
    """One row as a line: UTF-8, no byte order mark, LF at the end, U+2028, U+2029 and U+0085 escaped.

    Without `numbers` the row surely has none, so that nobody looks for NaN. Raises `TargetError` for what JSON cannot
    hold: NaN, infinities, half surrogates.
    """
    try:
        data = _encoder.encode(row)
    except (TypeError, ValueError, RecursionError) as error:
        raise TargetError(f"the row cannot be written as JSON: {error}") from None
    if not data.isascii():
        for mark, escaped in _BREAKS:
            # One byte is looked for ten times as fast as three, and most rows lack the first one.
            if mark[0] in data and mark in data:
                data = data.replace(mark, escaped)
    # The encoder writes NaN as null, so only a row with a null somewhere can hide one.
    if numbers and b"null" in data and _has_nan(row):
        raise TargetError("the row cannot be written as JSON: it has a number that is NaN or infinite")
    return data + b"\n"


def reread(data: bytes) -> Any:
    """The value of one line of a written file, read strictly; raises `TargetError` when it is not one JSON line."""
    return _read(data, _decoder)


def reread_each(lines: Sequence[bytes], *, fields: bool = False) -> Iterator[Any]:
    """The values of lines of a written file, read strictly; with `fields` objects whose fields are still JSON.

    Raises `TargetError` at the first that is not one JSON line.
    """
    # As one array they are read sooner; what is no array of so many values is read line by line, to say which.
    try:
        values = (_all_fields if fields else _all).decode(b"[%b]" % b",".join(lines))
    except (ValueError, RecursionError):
        values = []
    if len(values) == len(lines) and lines[-1].endswith(b"\n"):
        yield from values
        return
    for data in lines:
        yield _read(data, _fields if fields else _decoder)


def _read(data: bytes, decoder: "msgspec.json.Decoder[Any]") -> Any:
    if not data.endswith(b"\n"):
        raise TargetError("the line has no line feed at its end: the file is cut short")
    if data.find(b"\n") != len(data) - 1:
        raise TargetError("the line holds more than one line feed")
    try:
        return decoder.decode(data)
    except (ValueError, RecursionError) as error:
        raise TargetError(f"the line is not JSON in UTF-8: {error}") from None


def _has_nan(value: Any) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    if isinstance(value, dict):
        return any(_has_nan(item) for item in value.values())
    return isinstance(value, list | tuple) and any(_has_nan(item) for item in value)
