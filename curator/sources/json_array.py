"""JSON files: an array of rows, arrays under keys, columns of equal length, or one row.

Arrays are walked element by element, so that memory stays flat and one bad element is rejected alone.
"""

from collections.abc import Iterator

from curator.errors import SourceError
from curator.sources.base import ROW_LIMIT, Part, Reading, Row, Source
from curator.sources.json_scan import Piece, Scanner
from curator.sources.json_shape import columns_of, shape_of
from curator.sources.jsonl import BOM_NOTE
from curator.sources.jsonl import read_stored as read_lines
from curator.sources.naming import file_part, has_ending, split_of
from curator.sources.stored import Stored
from curator.sources.strict_json import NotStrict, canonical, load_row, loads

SUFFIXES = (".json", ".json.gz", ".json.zst")

#: Columns are read at once, so this is also about the memory they take, in bytes.
COLUMNS_LIMIT = 512 * 1024 * 1024


def accepts(location: str) -> bool:
    """Whether the name is that of a JSON file."""
    return has_ending(location, SUFFIXES)


def parts(location: str) -> list[Part]:
    """One part, or one for each key when the keys are splits: {"train": [...], "test": [...]}."""
    shape = shape_of(location)
    if shape.kind != "keys":
        return [file_part(location)]
    if len(shape.keys) == 1:
        split = split_of(shape.keys[0]) or split_of(location)
        return [Part(location, location, split)]
    return [Part(location, f"{location}:{key}", split_of(key), key) for key in shape.keys]


def read(part: Part) -> Reading:
    """The rows of a file or of one of its keys. Raises `SourceError`, also while iterating a truncated file."""
    shape = shape_of(part.location)
    stored = Stored(part.location)
    if shape.kind == "lines":
        return read_lines(stored, ["the file ends in .json but holds JSON Lines; it was read as such"])
    scanner = Scanner(stored.blocks())
    reading = Reading(iter(()), notes=[BOM_NOTE] if scanner.bom else [])
    key = part.key or (shape.keys[0] if shape.kind == "keys" else "")
    if key:
        reading.layout["key"] = key
        others = [repr(name) for name in shape.ignored]
        if others:
            reading.notes.append(f"beside {key!r} the file holds {', '.join(others[:10])}, which is not imported")

    def rows() -> Iterator[Row]:
        if key:
            _find(scanner, key, part.location)
        if key or shape.kind == "array":
            yield from _elements(scanner, part.location)
            _expect_end(scanner, part.location, bool(key))
        elif shape.kind == "columns":
            yield from _columns(scanner, part.location)
        else:
            yield _row(1, scanner.value(alone=True))
        stored.drain()
        reading.digest = stored.digest

    reading.rows = rows()
    return reading


def read_stored(stored: Stored) -> Reading:
    """The rows of an open file that holds one array."""
    scanner = Scanner(stored.blocks())
    reading = Reading(iter(()), notes=[BOM_NOTE] if scanner.bom else [])

    def rows() -> Iterator[Row]:
        yield from _elements(scanner, stored.name)
        _expect_end(scanner, stored.name, False)
        reading.digest = stored.digest

    reading.rows = rows()
    return reading


def _find(scanner: Scanner, key: str, location: str) -> None:
    """Stand before the array of `key`; `shape_of` has seen that it is there."""
    scanner.take()
    while scanner.peek() not in (b"}", b""):
        name = scanner.value()
        scanner.take()
        if _same_key(name.raw, key):
            return
        scanner.value()
        if scanner.peek() == b",":
            scanner.take()
    raise SourceError(f"{location}: has no key {key!r}")


def _same_key(raw: bytes, key: str) -> bool:
    try:
        return bool(loads(raw) == key)
    except NotStrict:
        return False


def _elements(scanner: Scanner, location: str) -> Iterator[Row]:
    if scanner.take() != b"[":
        raise SourceError(
            f"{location}:{scanner.line}: not a JSON array or object; Curator reads an array of objects,"
            " or one object a line in a .jsonl file"
        )
    number = 0
    while scanner.peek() != b"]" or number:
        piece = scanner.value()
        after = scanner.peek()
        if not piece.closed or after not in (b",", b"]", b":"):
            raise SourceError(
                f"{location}:{piece.line}: the array is not closed (element {number + 1} begins at byte"
                f" {piece.offset}); the file is cut off or a bracket is missing"
            )
        number += 1
        if after == b":":
            piece = _to_comma(scanner, piece)
            after = scanner.peek()
        yield _row(number, piece)
        if after == b"]":
            break
        scanner.take()
    scanner.take()


def _to_comma(scanner: Scanner, piece: Piece) -> Piece:
    """An element with a stray colon in it, whole."""
    raw = piece.raw
    while scanner.peek() == b":":
        scanner.take()
        raw += b":" + scanner.value().raw
    return Piece(raw, piece.offset, piece.line, piece.cut, True)


def _row(number: int, piece: Piece) -> Row:
    reason = ""
    if piece.cut:
        reason = f"longer than {ROW_LIMIT // 1024**2} MB ({piece.cut} bytes)"
    elif not piece.raw:
        reason = "nothing between two commas, or before the closing bracket"
    else:
        try:
            value = load_row(piece.raw)
            return Row(number, canonical(value), value, offset=piece.offset, line=piece.line)
        except NotStrict as error:
            reason = str(error)
    return Row(number, piece.raw, reason=reason, offset=piece.offset, line=piece.line)


def _columns(scanner: Scanner, location: str) -> Iterator[Row]:
    blocks, size = [], 0
    for block in scanner.rest():
        size += len(block)
        if size > COLUMNS_LIMIT:
            raise SourceError(
                f"{location}: holds columns and is larger than {COLUMNS_LIMIT // 1024**2} MB;"
                " write one object a row instead"
            )
        blocks.append(block)
    columns = columns_of(b"".join(blocks), location)
    for number, values in enumerate(zip(*columns.values(), strict=True), 1):
        value = dict(zip(columns, values, strict=True))
        yield Row(number, canonical(value), value)


def _expect_end(scanner: Scanner, location: str, in_object: bool) -> None:
    if in_object:
        return  # `shape_of` has walked over the rest
    if scanner.peek():
        raise SourceError(
            f"{location}:{scanner.line}: there is more after the end of the array; write one array, or JSON Lines"
        )


SOURCE = Source("json", "JSON array", SUFFIXES, accepts, parts, read)
