"""How the rows of a source are read: the format of the first ones, and what each row becomes or why it does not."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import msgspec
from msgspec import Struct

from curator.errors import FormatError, SourceError
from curator.formats.base import Format
from curator.formats.columns import mapped
from curator.formats.detect import detect, format_named, named
from curator.formats.mapped_preference import is_preference
from curator.formats.values import listed, nearest
from curator.model import Example, Split
from curator.sources.base import Part, Reading, Row, Source
from curator.sources.naming import split_of
from curator.sources.nested import unfold
from curator.workspace import Workspace

#: Rows that detection looks at. They are held until the format is known.
LOOK = 200


class Options(Struct, frozen=True):
    """How to import: everything that a user can say besides where the rows are."""

    format: str = ""
    mapping: dict[str, str] = {}
    name: str = ""
    split: Split | None = None
    limit: int | None = None
    strict: bool = False
    retire: bool = False
    as_data: bool = False


class Chosen(Struct, frozen=True):
    """A format, why it was chosen, and the other ways to read the rows, in sentences."""

    format: Format
    why: str
    also: tuple[str, ...] = ()


def source_name(ws: Workspace, part: Part, options: Options) -> str:
    """What a source is called in the workspace: as the user says, or a file's path from there, or by its own name."""
    if options.name:
        return options.name
    if not Path(part.location).exists():
        return part.name
    name = ws.sources.name_for(Path(part.location))
    return f"{name}:{part.key}" if part.key else name


def nothing_read(rows: Sequence[Row]) -> str:
    """Why not one row of a source could be read, and what to do."""
    first = next((row for row in rows if row.reason), None)
    if first is None:
        return "has no rows: nothing, or nothing but a header and blank lines."
    said = f"not one row could be read. The first: row {first.number}: {first.reason}."
    if first.reason.startswith("not UTF-8"):
        return f"{said} Save it as UTF-8, for example: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW"
    if first.reason.endswith("where the text ends"):
        return f"{said} It looks like JSON over several lines: name the file .json."
    return f"{said} Check that the file is what its name says."


def choose(rows: Sequence[Row], options: Options, part: Part) -> Chosen:
    """The format of a source: the one that was named or mapped, else what its first rows look like."""
    values = [row.value for row in rows if row.value is not None]
    if options.mapping:
        columns = dict.fromkeys(column for value in values for column in value)
        missing = next((column for column in options.mapping.values() if column not in columns), None)
        if missing is not None and values:
            none = "no row" if len(values) < LOOK else f"none of the first {LOOK} rows"
            near = nearest(missing, columns)
            raise FormatError(
                f"{part.location}: --map: {none} has the column {missing!r}{near}; the columns are {listed(columns)}"
            )
        base = None
        if not is_preference(options.mapping) and not {"input", "output"} <= set(options.mapping):
            base = named(options.format) if options.format else detect(values).format
        return Chosen(mapped(options.mapping, base), "as mapped by --map")
    if options.format:
        return Chosen(named(options.format), "as named by --format")
    if part.format and (known := format_named(part.format)) is not None:
        return Chosen(known, "as the manifest of the export says")
    if not values:
        raise SourceError(f"{part.location}: {nothing_read(rows)}")
    try:
        detected = detect(values)
    except FormatError as error:
        raise FormatError(f"{part.location}: {error}") from error
    return Chosen(detected.format, detected.why, tuple(detected.also))


def opened(source: Source, part: Part, options: Options) -> tuple[Reading, Iterator[Row], Chosen]:
    """A source being read, its rows from the first on, and the format that was chosen for them."""
    reading = unfold(source.read(part))
    rows = iter(reading.rows)
    head: list[Row] = []
    values = 0
    for row in rows:
        head.append(row)
        values += row.value is not None
        if values >= LOOK or len(head) >= 10 * LOOK:
            break
    return reading, chain(head, rows), choose(head, options, part)


def parser(chosen: Chosen) -> Callable[[Row], Example | str]:
    """A function from a row to its example, or to the reason why there is none."""
    parse = chosen.format.parse

    def example(row: Row) -> Example | str:
        if row.value is None:
            return row.reason
        try:
            parsed = parse(row.value)
        except FormatError as error:
            return str(error)
        said = parsed.metadata.get("split") if parsed.metadata else None
        split = split_of(said) if isinstance(said, str) else None
        return parsed if split is None else msgspec.structs.replace(parsed, source_split=split)

    return example
