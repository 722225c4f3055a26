"""JSON Lines, plain or packed, from a file or from standard input: one row a line, one bad line never ends it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from curator.sources.base import ROW_LIMIT, Part, Reading, Row, Source
from curator.sources.lines import Lines
from curator.sources.naming import file_part, has_ending
from curator.sources.stored import Stored
from curator.sources.strict_json import load_row

SUFFIXES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".jsonl.zst", ".ndjson.zst")

BOM_NOTE = "the file begins with a byte order mark, which was skipped"


def accepts(location: str) -> bool:
    """Whether the name is that of a JSON Lines file, or ``-``."""
    return location == "-" or has_ending(location, SUFFIXES)


def parts(location: str) -> list[Part]:
    """The one part of a file; standard input is named ``stdin``."""
    return [Part(location, "stdin") if location == "-" else file_part(location)]


def read(part: Part) -> Reading:
    """The rows of a file. Raises `SourceError` for a file that is missing, empty, packed wrongly or no text."""
    return read_stored(Stored(part.location))


def read_stored(stored: Stored, notes: Iterable[str] = ()) -> Reading:
    """The rows of an open file, whatever its name is."""
    lines = Lines(stored.blocks())
    reading = Reading(iter(()), notes=[*notes, *([BOM_NOTE] if lines.bom else [])])

    def all_rows() -> Iterator[Row]:
        yield from rows(lines)
        reading.digest = stored.digest

    reading.rows = all_rows()
    return reading


def rows(lines: Lines) -> Iterator[Row]:
    """A row for each line, through `jsonlines` and our own strict parser."""
    import jsonlines

    # jsonlines hands over decoded text; the raw bytes of the same line are what the parser is made for
    read_next: Callable[[], Any] = jsonlines.Reader(lines, loads=lambda _: load_row(lines.raw)).read
    number, offset = 0, lines.start
    while True:
        number += 1
        try:
            value = read_next()
        except EOFError:
            return
        except jsonlines.InvalidLineError as error:
            yield _odd_line(lines, error, number, offset)
            offset += (lines.cut or len(lines.raw)) + 1
        else:
            raw = lines.raw
            yield Row(number, raw, value, "", False, offset, number)
            offset += len(raw) + 1


def _odd_line(lines: Lines, error: Exception, number: int, offset: int) -> Row:
    raw = lines.raw
    if lines.cut:
        reason = f"longer than {ROW_LIMIT // 1024**2} MB ({lines.cut} bytes)"
    elif not raw.strip(b" \t\r"):
        return Row(number, raw, blank=True, offset=offset, line=number)
    else:
        reason = _why(raw, error)
    return Row(number, raw, reason=reason, offset=offset, line=number)


def _why(raw: bytes, error: Exception) -> str:
    try:
        load_row(raw)  # undecodable bytes never reached it; it has the words for them too
    except ValueError as reason:
        return str(reason)
    return str(error)


SOURCE = Source("jsonl", "JSON Lines", SUFFIXES, accepts, parts, read)
