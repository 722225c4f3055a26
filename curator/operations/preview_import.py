"""Before an import: what there is at a place, how its rows can be read, and what would become of them.

`look` reads the first rows only and writes nothing; `bring` imports each source as it was chosen.
"""

import os
import re
import shlex
from collections.abc import Callable, Generator, Iterator, Sequence

import msgspec
from msgspec import Struct

from curator.errors import CuratorError, FormatError, SourceError
from curator.formats.columns import read_map
from curator.formats.detect import detect
from curator.formats.values import kind
from curator.model import Example, Progress, Split
from curator.operations.import_ import Imported, import_sources
from curator.operations.import_reading import LOOK, Chosen, Options, choose, nothing_read, parser, source_name
from curator.sources.base import Part, Row, Source
from curator.sources.location import find
from curator.sources.nested import unfold
from curator.workspace import Workspace

#: Places that are looked at behind a folder or a pattern.
MOST = 200

_NAMED_MAP = re.compile(r"--map (.+?)\)?$")
_NAMED_FORMAT = re.compile(r"--format ([\w-]+)")


class Column(Struct, frozen=True):
    """A column of the first rows: what its values are, and how many of the rows have one."""

    name: str
    kind: str
    filled: int
    different: int


class Way(Struct, frozen=True):
    """A way to read the rows of a source, in a sentence, and what chooses it."""

    said: str
    format: str = ""
    mapping: dict[str, str] = {}


class Sight(Struct, frozen=True):
    """One place to import from: its first rows, and the ways to read them.

    With `settled` the first way is the only one, or what somebody chose for this source before; else a person has to
    choose. `problem` says why no format fits, or why it cannot be read at all, when it has no rows.
    """

    location: str
    name: str
    container: str
    parts: tuple[tuple[Source, Part], ...]
    size: int | None
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    ways: tuple[Way, ...]
    settled: bool
    problem: str = ""

    @property
    def split(self) -> Split | None:
        """The split that its name states."""
        return self.parts[0][1].split


class Look(Struct, frozen=True):
    """What there is behind a location, and sentences about what was passed over."""

    sights: tuple[Sight, ...]
    notes: tuple[str, ...]


class Brought(Struct, frozen=True):
    """What an import of several sources has led to: the numbers of the first and the last new example."""

    imported: tuple[Imported, ...]
    first: int
    last: int
    problem: str = ""


def look(ws: Workspace, location: str) -> Generator[Progress, None, Look]:
    """The first rows of everything behind a location. Raises `SourceError` when there is nothing to import."""
    if location == "-":
        raise SourceError("-: standard input is the keyboard here; name a file, a folder or hf:ORG/NAME")
    notes: list[str] = []
    places: dict[str, list[tuple[Source, Part]]] = {}
    for source, part in find(location, notes):
        places.setdefault(part.location, []).append((source, part))
    if len(places) > MOST:
        raise SourceError(
            f"{location}: holds {len(places):,} files, more than {MOST}; name a folder with fewer of them"
        )
    sights: list[Sight] = []
    for done, (place, parts) in enumerate(places.items()):
        yield Progress("looking", done, len(places))
        sights.append(_sight(ws, place, tuple(parts)))
    if len(sights) == 1 and not sights[0].rows:
        raise SourceError(sights[0].problem)
    return Look(tuple(sights), tuple(notes))


def _sight(ws: Workspace, location: str, parts: tuple[tuple[Source, Part], ...]) -> Sight:
    source, part = parts[0]
    try:
        size = os.stat(location).st_size if os.path.isfile(location) else None
    except OSError:
        size = None
    name = source_name(ws, part, Options())
    none = Sight(location, name, source.title, parts, size, (), (), (), settled=False)
    try:
        rows = tuple(_first(source, part))
    except CuratorError as error:
        return msgspec.structs.replace(none, problem=str(error))
    values = [row.value for row in rows if row.value is not None]
    if not values:
        return msgspec.structs.replace(none, problem=f"{location}: {nothing_read(rows)}")
    ways, settled, problem = _ways(ws, name, values)
    return Sight(location, name, source.title, parts, size, rows, _columns(values), ways, settled, problem)


def _first(source: Source, part: Part) -> Iterator[Row]:
    count = 0
    for number, row in enumerate(unfold(source.read(part)).rows, 1):
        if not row.blank:
            yield row
        count += row.value is not None
        if count >= LOOK or number >= 10 * LOOK:
            return


def _columns(values: Sequence[dict[str, object]]) -> tuple[Column, ...]:
    found = []
    for name in dict.fromkeys(name for value in values for name in value):
        cells = [cell for value in values if (cell := value.get(name)) is not None and cell != ""]
        kinds = {kind(cell) for cell in cells}
        what = kinds.pop() if len(kinds) == 1 else "mixed" if kinds else "empty"
        found.append(
            Column(name, what.removeprefix("a ").removeprefix("an "), len(cells), len({str(c) for c in cells}))
        )
    return tuple(found)


def _ways(ws: Workspace, name: str, values: list[dict[str, object]]) -> tuple[tuple[Way, ...], bool, str]:
    """The ways to read rows, the likeliest first; whether that one may be taken; and why no format fits."""
    columns = {column for value in values for column in value}
    known: list[Way] = []
    own: list[Way] = []
    for source in ws.sources.list():
        mapping = source.layout.get("map")
        if mapping and set(mapping.values()) <= columns:
            way = Way(f"as {source.name} was mapped", mapping=mapping)
            (own if source.name == name else known).append(way)
    try:
        detected = detect(values)
    except FormatError as error:
        text = str(error)
        ways = _unique([*own, *known, *(_read([text], "as a guess"))])
        return ways, bool(own), text.split("; ")[0] if "--map" in text else text
    first = Way(detected.why, detected.format.name)
    ways = _unique([*own, first, *_read(detected.also), *known])
    return ways, bool(own) or len(ways) == 1, ""


def _read(sentences: Sequence[str], said: str = "") -> Iterator[Way]:
    """The ways that sentences of the formats name by the ``--map`` or the ``--format`` that chooses them."""
    for sentence in sentences:
        mapping, format_ = _NAMED_MAP.search(sentence), _NAMED_FORMAT.search(sentence)
        try:
            if mapping is not None:
                yield Way(said or sentence[: mapping.start()].rstrip(" ("), mapping=read_map(_unquoted(mapping[1])))
            elif format_ is not None:
                yield Way(said or sentence[: format_.start()].rstrip(" ("), format_[1])
        except FormatError:
            continue  # a sentence of an extension that names none


def _unquoted(text: str) -> str:
    try:
        return shlex.split(text)[0]
    except (ValueError, IndexError):
        return text


def _unique(ways: Sequence[Way]) -> tuple[Way, ...]:
    found: dict[tuple[str, tuple[tuple[str, str], ...]], Way] = {}
    for way in ways:
        found.setdefault((way.format, tuple(sorted(way.mapping.items()))), way)
    return tuple(found.values())


def chosen(sight: Sight, options: Options) -> Chosen:
    """The format that these options give the rows of a place. Raises `FormatError`."""
    return choose(sight.rows, options, sight.parts[0][1])


def reads(sight: Sight, format_: Chosen, number: int) -> Example | str:
    """What one of the first rows becomes, or the reason why it becomes nothing."""
    return parser(format_)(sight.rows[number])


def goes(sight: Sight, format_: Chosen | None, mapping: dict[str, str]) -> dict[str, str]:
    """Where each column goes: ``input``, ``output``, ``system``, ``context``, ``reference``, ``messages``,
    ``tools`` or ``metadata``, as far as the first rows show it; ``read`` when the format needs it for something else.
    """
    found = {column: role for role, column in mapping.items()}
    if format_ is None or {"input", "output"} <= mapping.keys():
        return {column.name: found.get(column.name, "metadata" if format_ else "") for column in sight.columns}
    parse = parser(format_)
    pairs = [
        (row.value, example) for row in sight.rows[:40] if row.value and isinstance(example := parse(row), Example)
    ]
    for column in sight.columns:
        if column.name not in found:
            found[column.name] = _role(column.name, pairs)
    return {column.name: found[column.name] for column in sight.columns}


_ROLES: dict[str, Callable[[object, Example], bool]] = {
    "output": lambda cell, example: cell == example.output_text,
    "system": lambda cell, example: cell == example.system,
    "reference": lambda cell, example: cell == example.reference,
    "input": lambda cell, example: str(cell) in example.input_text,
}


def _role(column: str, pairs: Sequence[tuple[dict[str, object], Example]]) -> str:
    told = [(value[column], example) for value, example in pairs if value.get(column) not in (None, "")]
    if not told or any(column in example.metadata for _, example in told):
        return "metadata"
    if column in ("tools", "functions"):
        return "tools"
    if all(isinstance(cell, list) or str(cell)[:1] == "[" for cell, _ in told):
        return "messages"
    return next((role for role, is_it in _ROLES.items() if all(is_it(cell, example) for cell, example in told)), "read")


def bring(
    ws: Workspace, sights: Sequence[tuple[Sight, Options]], done: list[Imported], *, actor: str
) -> Generator[Progress, None, Brought]:
    """Imports these sources one after another, each as it was chosen. `done` receives what became of each.

    Each is visible once it is whole. When one cannot be imported, those before it stand, and `problem` says why;
    raises what stopped it when it was the first.
    """
    before = _last(ws)
    problem = ""
    for sight, options in sights:
        try:
            done += yield from import_sources(ws, [sight.location], options, actor=actor)
        except CuratorError as error:
            if not done:
                raise
            problem = str(error)
            break
    return Brought(tuple(done), before + 1, _last(ws), problem)


def _last(ws: Workspace) -> int:
    numbers = ws.examples.ids()
    return numbers[-1] if numbers else 0
