"""What a .json file holds: an array of rows, one row, columns, arrays under keys, or really JSON Lines."""

from typing import Any, Literal

from msgspec import Struct

from curator.errors import SourceError
from curator.sources.json_scan import Piece, Scanner
from curator.sources.naming import split_of
from curator.sources.stored import Stored
from curator.sources.strict_json import NotStrict, load_row, loads

Kind = Literal["array", "row", "columns", "keys", "lines"]

#: Keys that hold the rows of a file also when other things stand beside them, as in {"version": 2, "data": []}.
_ROW_KEYS = frozenset({"data", "rows", "examples", "records", "items", "samples", "instances", "entries"})

#: Keys whose array is the conversation of one row, never a list of rows.
_TURN_KEYS = frozenset(
    {"messages", "conversations", "conversation", "chat", "dialog", "dialogue", "contents", "turns", "tools"}
)


class Shape(Struct, frozen=True):
    """`keys` hold the rows when `kind` is "keys"; `ignored` are the keys beside them."""

    kind: Kind
    keys: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


class _Value(Struct):
    first: Any = None  # the first element of an array
    count: int = -1  # how many elements; -1 when it is no array


def shape_of(location: str) -> Shape:
    """Look at a .json file: only its first byte for an array, else all of its keys."""
    stored = Stored(location)
    scanner = Scanner(stored.blocks())
    try:
        if scanner.peek() != b"{":
            return Shape("array")
        line = scanner.line
        values = _values(scanner, location)
        if not scanner.peek():
            return _decide(values, location)
        if line == scanner.line or not _is_complete_line(stored.head):
            raise SourceError(
                f"{location}:{scanner.line}: there is more after the end of the object;"
                " write one object a line and call the file .jsonl"
            )
        return Shape("lines")
    finally:
        stored.close()


def _is_complete_line(head: bytes) -> bool:
    """Whether the first line holds an object, whole; its content may still be bad."""
    line = head.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0].strip()
    return line.endswith(b"}")


def _values(scanner: Scanner, location: str) -> dict[str, _Value]:
    scanner.take()
    found: dict[str, _Value] = {}
    while scanner.peek() not in (b"}", b""):
        key = _key(scanner.value())
        if scanner.peek() == b":":
            scanner.take()
        found[key] = _value(scanner, location)
        if scanner.peek() == b",":
            scanner.take()
        elif scanner.peek() not in (b"}", b""):
            raise SourceError(f"{location}:{scanner.line}: expected ',' or '}}' after the value of {key!r}")
    if not scanner.take():
        raise SourceError(f"{location}: ends in the middle of an object; copy or download the file again")
    return found


def _value(scanner: Scanner, location: str) -> _Value:
    if scanner.peek() != b"[":
        scanner.value()
        return _Value()
    scanner.take()
    value = _Value(count=0)
    while scanner.peek() not in (b"]", b""):
        piece = scanner.value()
        if value.count == 0:
            value.first = _lenient(piece)
        value.count += 1
        if scanner.peek() == b",":
            scanner.take()
        elif scanner.peek() not in (b"]", b""):
            raise SourceError(f"{location}:{scanner.line}: a bracket is closed that was not opened")
    scanner.take()
    return value


def _key(piece: Piece) -> str:
    try:
        return str(loads(piece.raw))
    except NotStrict:
        return piece.raw[:60].decode("utf-8", "replace")


def _lenient(piece: Piece) -> Any:
    try:
        return loads(piece.raw)
    except NotStrict:
        return None


def _decide(values: dict[str, _Value], location: str) -> Shape:
    arrays = {key: value for key, value in values.items() if value.count >= 0}
    tables = [key for key, value in arrays.items() if _holds_rows(key, value)]
    splits = [key for key in tables if split_of(key)]
    known = [key for key in tables if key.lower() in _ROW_KEYS]
    chosen = splits or (known if len(known) == 1 else []) or (tables if len(values) == 1 else [])
    if chosen:
        return Shape("keys", tuple(chosen), tuple(key for key in values if key not in chosen))
    if not values or len(arrays) < len(values) or any(_is_turn(key, v.first) for key, v in arrays.items()):
        return Shape("row")
    counts = {value.count for value in arrays.values()}
    if len(counts) > 1:
        lengths = ", ".join(f"{key} {value.count}" for key, value in arrays.items())
        raise SourceError(f"{location}: the columns differ in length ({lengths}); make each as long as the others")
    return Shape("columns", tuple(arrays))


def _holds_rows(key: str, value: _Value) -> bool:
    if value.count == 0:
        return split_of(key) is not None or key.lower() in _ROW_KEYS
    return isinstance(value.first, dict) and not _is_turn(key, value.first)


def _is_turn(key: str, first: Any) -> bool:
    if key.lower() in _TURN_KEYS:
        return True
    return isinstance(first, dict) and ("role" in first or "from" in first) and len(first) <= 6


def columns_of(raw: bytes, location: str) -> dict[str, list[Any]]:
    """The whole of a column-oriented file."""
    try:
        return load_row(raw)
    except NotStrict as error:
        raise SourceError(f"{location}: {error}") from None
