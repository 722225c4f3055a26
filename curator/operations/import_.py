"""Import: rows of a source become examples of the workspace, all of a source or nothing of it."""

from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from curator.errors import CuratorError, SourceError
from curator.formats.base import Judgement
from curator.model import Progress
from curator.operations.cycles import no_cycles
from curator.operations.import_export import export_in, import_export, plain_files
from curator.operations.import_judgements import Said, judge, record
from curator.operations.import_reading import Chosen, Options, opened, parser, source_name
from curator.sources.base import Part, Reading, Row, Source
from curator.sources.location import find
from curator.workspace import Counts, Load, Workspace

__all__ = ["ImportStoppedError", "Imported", "Options", "Refused", "StrictError", "import_sources"]

#: Rows between two reports of progress.
STEP = 2_000
#: Rejected rows that a report quotes; all of them are kept in the workspace.
QUOTED = 10


class Refused(Struct, frozen=True):
    """A row that was not stored, for the report: where it stands, why, and how it begins."""

    row: int
    line: int | None
    offset: int | None
    reason: str
    head: bytes


class Imported(Struct, frozen=True):
    """What became of one source. `counts.read` = stored + known + rejected + blank.

    `judged` counts the decisions of people that came with the rows, out of an annotation tool.
    """

    source: str
    counts: Counts
    format: str
    why: str
    notes: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    judged: int = 0


class StrictError(SourceError):
    """`--strict` found rows that cannot be stored, so nothing was."""


class ImportStoppedError(SourceError):
    """A source could not be imported after others were: those stand, and `imported` says what became of them."""

    def __init__(self, error: CuratorError, imported: Sequence[Imported]) -> None:
        super().__init__(f"{error} The {len(imported)} sources before it were imported.")
        self.imported = list(imported)


def import_sources(
    ws: Workspace, locations: Sequence[str], options: Options | None = None, *, actor: str
) -> Generator[Progress, None, list[Imported]]:
    """Imports files, folders, globs, standard input (``-``) and Hub data sets (``hf:``), one source after another.

    Each source becomes visible in one commit; when the operation is stopped or fails, the source it was at leaves
    nothing. Raises `SourceError` and `FormatError`; with `strict`, nothing at all is stored when a row is rejected.
    """
    options = options or Options()
    passed_over: list[str] = []
    exports, others = _apart(locations, options)
    found = [pair for location in others for pair in find(location, passed_over)]
    if options.name and len(found) > 1:
        raise SourceError(
            f"--name {options.name} names one source, but {len(found)} were found. Import them one by one."
        )
    if options.strict and len(found) > 1:
        for source, part in found:
            yield from _rehearse(source, part, options)
    imported: list[Imported] = []
    with no_cycles():
        jobs = [_restore(ws, folder, options, actor) for folder in exports]
        jobs += [_import(ws, source, part, options, actor) for source, part in found]
        for job in jobs:
            try:
                imported.append((yield from job))
            except CuratorError as error:
                if imported:
                    raise ImportStoppedError(error, imported) from error
                raise
    if passed_over:
        imported[0] = msgspec.structs.replace(imported[0], notes=(*imported[0].notes, *passed_over))
    return imported


def _apart(locations: Sequence[str], options: Options) -> tuple[list[Path], list[str]]:
    """The folders of exports, which give back examples and decisions; and all that is read as rows."""
    exports, others = [], []
    for location in locations:
        folder = export_in(location)
        if folder is None:
            others.append(location)
        elif options.as_data:
            others += plain_files(folder)
        else:
            exports.append(folder)
    return exports, others


def _restore(ws: Workspace, folder: Path, options: Options, actor: str) -> Generator[Progress, None, Imported]:
    given = [name for name in ("format", "mapping", "name", "split", "limit", "retire") if getattr(options, name)]
    if given:
        option = {"mapping": "map"}.get(given[0], given[0])
        raise SourceError(
            f"{folder}: is an export of Curator, whose manifest says all about its rows, so --{option} has nothing to "
            f"decide. Leave it out, or add --as-data to read the training files as any other data."
        )
    back = yield from import_export(ws, folder, actor=actor)
    why = "its manifest gives back the examples and what was decided about them"
    return Imported(str(folder), back.counts, "export", why, back.notes, judged=back.judged)


def _as_before(ws: Workspace, name: str, options: Options) -> Options:
    """The options, with the mapping or the format that was named for this source the last time, if none is now."""
    if options.mapping or options.format:
        return options
    before = next((source for source in ws.sources.list() if source.name == name), None)
    mapping, named = (before.layout.get("map"), before.layout.get("named")) if before else (None, None)
    return msgspec.structs.replace(options, mapping=mapping or {}, format=named or "")


def _rehearse(source: Source, part: Part, options: Options) -> Iterator[Progress]:
    """Reads a source without storing it, to learn whether `strict` lets it in."""
    _, rows, chosen = opened(source, part, options)
    parse = parser(chosen)
    for count, row in enumerate(rows, start=1):
        example = None if row.blank else parse(row)
        if isinstance(example, str):
            raise _strict(part.location, row, example)
        if count % STEP == 0:
            yield Progress(f"checking {part.location}", count)


def _strict(location: str, row: Row, reason: str) -> StrictError:
    return StrictError(
        f"{location}:{row.line or row.number}: {reason}. Nothing was stored because of --strict; mend the row, or "
        "import without --strict to keep it aside."
    )


def _import(
    ws: Workspace, source: Source, part: Part, options: Options, actor: str
) -> Generator[Progress, None, Imported]:
    name = source_name(ws, part, options)
    options = _as_before(ws, name, options)
    reading, rows, chosen = opened(source, part, options)
    load = ws.sources.begin(name, kind=source.name, format=chosen.format.name, split=options.split or part.split)
    try:
        said: Said = {}
        blank, refused, whole = yield from _stage(load, reading, rows, chosen, said, name, options)
        if options.retire and (load.rejected or not load.stored + load.known):
            raise SourceError(
                f"{name}: {load.rejected:,} rows could not be read, so nobody knows what is really gone. Nothing was "
                "stored or hidden; mend them, or import without --retire."
            )
        layout: dict[str, Any] = {**reading.layout, "why": chosen.why}
        if options.mapping:
            layout["map"] = options.mapping
        if options.format:
            layout["named"] = options.format
        counts = load.finish(
            digest=reading.digest, layout=layout, revision=reading.revision, blank=blank, actor=actor,
            retire=options.retire, whole=whole,
        )  # fmt: skip
    except BaseException:
        load.abandon()
        raise
    also = tuple(f"it could also be read as {other}; --format or --map decides" for other in chosen.also)
    judged = yield from record(ws, name, said, counts)
    return Imported(name, counts, chosen.format.name, chosen.why, (*also, *reading.notes), refused, judged)


def _stage(
    load: Load, reading: Reading, rows: Iterator[Row], chosen: Chosen, said: Said, name: str, options: Options
) -> Generator[Progress, None, tuple[int, tuple[Refused, ...], bool]]:
    """Stages every row. Returns the blank ones, the first refused ones, and whether the source was read to its end."""
    blank = 0
    refused: list[Refused] = []
    parse = parser(chosen)
    judged = chosen.format.judgements is not None
    for count, row in enumerate(rows, start=1):
        if options.limit is not None and count > options.limit:
            return blank, tuple(refused), False
        if row.blank:
            blank += 1
            continue
        example = parse(row)
        if isinstance(example, str):
            if options.strict:
                raise _strict(name, row, example)
            load.reject(raw=row.raw, row=row.number, line=row.line, offset=row.offset, reason=example)
            if len(refused) < QUOTED:
                refused.append(Refused(row.number, row.line, row.offset, example, row.raw[:200]))
        else:
            load.add(example, raw=row.raw, row=row.number)
            if judged:
                judge(chosen, row, said)
            if reading.decided is not None and (held := reading.decided(row)) is not None:
                said[row.number] = (Judgement(held.reviewer, held.status, held.labels, held.note),)
        if count % STEP == 0:
            yield Progress(f"importing {name}", count)
    return blank, tuple(refused), True
