"""An import in words: files, columns, what the rows become, what is wrong with them, what was imported."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from curator.model import Example, Split
from curator.text import many
from curator.tui.paths import Shelf, size
from curator.tui.present import input_blocks, output_blocks, system_blocks
from curator.tui.veil import EXACT
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.wrap import Block

if TYPE_CHECKING:  # loads the sources, which nobody needs before something is imported
    from curator.operations.import_reading import Options
    from curator.operations.preview_import import Brought, Sight, Way
    from curator.operations.rehearse_import import Reason, Rehearsed
    from curator.workspace import SourceInfo

ROLES = {
    "input": "what the model is given",
    "output": "what it is taught to say",
    "system": "the system prompt",
    "context": "joined to the input",
    "reference": "what a grader compares with",
    "chosen": "the end that was preferred",
    "rejected": "the end that was not",
    "metadata": "kept beside the example, not taught",
}
"""Where a column can be sent, and what that means."""
RAW = 4_000
"""Bytes of a raw row that the preview shows."""
_NAME = 20


def columns(count: int) -> str:
    """A number of columns in words."""
    return f"{count:,} column{'' if count == 1 else 's'}"


def file_lines(shelf: Shelf) -> list[Pieces]:
    """Files and folders, a line each."""
    return [
        [Piece(" "), Piece(EXACT.head(name, 200), "title" if name.endswith("/") else "plain")] for name in shelf.names
    ]


def source_blocks(known: "Sequence[SourceInfo]") -> list[Block]:
    """What can be imported, and what was imported before."""
    can = (
        "A file, a folder, or a pattern such as data/*.jsonl: JSON Lines, JSON, CSV, TSV (each also .gz and .zst), "
        "Parquet, a saved data set; or hf:ORG/NAME from the Hub.\nNothing is stored before the last step."
    )
    blocks = [Block("", "WHAT CAN BE IMPORTED", can)]
    if known:
        told = [f"{one.name}  {many(one.rows)}, {one.format}" for one in known[-12:]]
        again = "The same source again adds nothing; a changed one brings what is new."
        blocks.append(Block("", "IMPORTED BEFORE", "\n".join([*told, again])))
    return blocks


def column_lines(sight: "Sight", goes: Mapping[str, str]) -> list[Pieces]:
    """A line for each column: its values, and where they go."""
    return [_column(sight, number, goes.get(column.name, "")) for number, column in enumerate(sight.columns)]


def _column(sight: "Sight", number: int, role: str) -> Pieces:
    column, looked = sight.columns[number], sum(row.value is not None for row in sight.rows)
    if not column.filled:
        told = "empty"
    elif column.filled < looked:
        told = f"{column.filled / looked:.0%} filled"
    else:
        told = (
            ""
            if column.different == column.filled
            else "one value"
            if column.different == 1
            else f"{column.different:,} values"
        )
    ink = "dim" if role in ("metadata", "") else "bold"
    name = EXACT.head(column.name, 60)
    kind = "" if column.kind in ("text", "empty") else f"{column.kind} "
    return [
        Piece(" "),
        Piece(f"{name if len(name) <= _NAME else name[: _NAME - 1] + '…':<{_NAME}} ", "plain"),
        Piece(f"→ {role or '?':<10}", ink if role else "warning"),
        Piece(f"{kind}{told}", "dim"),
    ]


def way_lines(ways: "Sequence[Way]") -> list[Pieces]:
    """The ways to read rows, a line each."""
    return [[Piece(" "), Piece(way_told(way))] for way in ways]


def way_told(way: "Way") -> str:
    """A way to read rows in words."""
    columns = ", ".join(f"{role}={column}" for role, column in way.mapping.items())
    return EXACT.head(f"{way.said}: {columns}" if columns and columns not in way.said else way.said, 400)


def ways_blocks(sight: "Sight", way: "Way | None") -> list[Block]:
    """The reading under the cursor at length, above a row as it is in the source."""
    asked = "These rows can be read in more than one way. Which one is meant, nobody but you knows."
    if len(sight.ways) == 1:
        asked = f"{sight.problem[:1].upper()}{sight.problem[1:]}. This is a guess: take it, or change it afterwards."
    return [
        Block("", "WHICH READING?", asked),
        *([Block("", "THIS ONE", way_told(way))] if way else []),
        _raw(sight, 0),
    ]


def tally_lines(seen: "Rehearsed | None", running: bool) -> list[Pieces]:
    """What would become of the rows that were tried so far."""
    if seen is None:
        return [[Piece(" trying the first rows …" if running else " not tried yet", "dim")]]
    lines: list[Pieces] = [[Piece(" ✓ ", "accepted"), Piece(f"{seen.good:,} good", "bold")]]
    if seen.blank:
        lines.append([Piece(" · ", "dim"), Piece(f"{seen.blank:,} blank", "dim")])
    for reason in seen.reasons:
        lines.append([Piece(" ▲ ", "error"), Piece(f"{reason.count:,} ", "bold"), Piece(EXACT.head(reason.text, 200))])
    if seen.problem:
        lines.append([Piece(" ▲ ", "error"), Piece(EXACT.head(seen.problem, 300), "failed")])
    return lines


def tally_title(seen: "Rehearsed | None", running: bool) -> Pieces:
    """What the counts are of."""
    if seen is None:
        return [Piece("CHECKED", "title")]
    what = " so far" if running else ", all of them" if seen.whole else ", the first of them"
    return [Piece("CHECKED", "title"), Piece(f"  {many(seen.read)}{what}", "dim")]


def row_blocks(sight: "Sight", number: int, made: "Example | str | None") -> list[Block]:
    """A row as it will be, and as it is in the source."""
    if made is None:
        return [_raw(sight, number)]
    if isinstance(made, str):
        return [Block("", "CANNOT BE STORED", made, "failed"), _raw(sight, number)]
    given = list(input_blocks(made, whole_system=False)) or [Block("", "", "", "dim")]
    blocks = [block._replace(heading="SYSTEM") for block in system_blocks(made)]
    blocks += _under("INPUT", given)
    blocks += _under("OUTPUT", list(output_blocks(made)) or [Block("", "", "there is no assistant message", "failed")])
    if made.metadata:
        told = "\n".join(f"{name}: {_short(value)}" for name, value in list(made.metadata.items())[:40])
        blocks.append(Block("", "METADATA", told, "dim"))
    return [*blocks, _raw(sight, number)]


def _under(heading: str, blocks: list[Block]) -> list[Block]:
    first = blocks[0]
    told = f"{heading} {first.heading}" if first.heading else heading
    return [first._replace(heading=told), *blocks[1:]]


def _raw(sight: "Sight", number: int) -> Block:
    row = sight.rows[number]
    return Block("", f"ROW {row.number} OF THE SOURCE", row.raw[:RAW].decode("utf-8", "backslashreplace"), "dim")


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else str(value)
    return text[:300] + ("…" if len(text) > 300 else "")


def reason_lines(seen: "Rehearsed | None") -> list[Pieces]:
    """Why rows would be kept aside, a line each."""
    return [
        [Piece(" "), Piece(f"{reason.count:>7,} ", "bold"), Piece(EXACT.head(reason.text, 300))]
        for reason in (seen.reasons if seen else ())
    ]


def reason_blocks(reason: "Reason | None", seen: "Rehearsed | None") -> list[Block]:
    """Some of the rows that would be kept aside for a reason."""
    if reason is None:
        good = seen is not None and not seen.problem
        text = "Every row that was tried can be stored." if good else (seen.problem if seen else "Not tried yet.")
        return [Block("", "PROBLEMS", text)]
    kept = "Such a row is kept aside with its reason, and not taught: curator status --rejected lists them."
    blocks = [Block("", many(reason.count).upper(), f"{reason.text}\n{kept}")]
    for place in reason.first:
        where = f"{place.source}:{place.line or place.row}"
        blocks.append(Block("", where, place.head.decode("utf-8", "backslashreplace").rstrip("\r\n"), "dim"))
    return blocks


def read_as(options: "Options | None") -> str:
    """How rows are read, in a few words."""
    if options is None:
        return "not chosen yet"
    columns = ", ".join(f"{role}={column}" for role, column in options.mapping.items())
    return " with ".join(part for part in (options.format, columns) if part)


def summary_lines(sights: "Sequence[tuple[Sight, Options]]", split: Split | None) -> list[Pieces]:
    """A line for each source: how it is read, and its split."""
    return [
        [
            Piece(" "),
            Piece(f"{EXACT.head(sight.name, 120)} ", "bold"),
            Piece(EXACT.head(read_as(options), 200), "dim"),
            Piece(f"  {told}" if (told := split or sight.split) else "", "info"),
        ]
        for sight, options in sights
    ]


def summary_blocks(
    sights: "Sequence[tuple[Sight, Options]]", split: Split | None, seen: "Rehearsed | None", workspace: str
) -> list[Block]:
    """What the last key does."""
    sizes = [sight.size for sight, _ in sights if sight.size is not None]
    what = sights[0][0].location if len(sights) == 1 else f"{len(sights):,} sources"
    effect = [f"y imports {what}{f' ({size(sum(sizes))})' if sizes else ''} into {workspace}."]
    if seen is not None:
        tried = f"all {seen.read:,} rows" if seen.whole else f"the first {many(seen.read)}"
        effect.append(
            f"Of {tried}, {seen.good:,} are good, {seen.rejected:,} would be kept aside, {seen.blank:,} blank."
        )
    effect.append("Rows that are here already are known, and not stored twice. Decisions about them stay.")
    said = f"s sets it: {split}, whatever the names say." if split else "As the names and rows say; s sets one."
    return [Block("", "IMPORT", "\n".join(effect)), Block("", "SPLIT", said)]


def brought_lines(done: "Brought") -> list[Pieces]:
    """What became of each source."""
    return [
        [Piece(" "), Piece(f"{EXACT.head(one.source, 120)} ", "bold"), Piece(f"{one.counts.stored:,} stored", "saved")]
        for one in done.imported
    ]


def brought_blocks(done: "Brought") -> list[Block]:
    """What was stored, was known, was kept aside and was blank; and where to go from here."""
    blocks = []
    if done.problem:
        blocks.append(Block("", "NOT ALL OF IT", f"{done.problem} The sources before it were imported.", "failed"))
    for one in done.imported:
        counts = one.counts
        told = [
            f"read {counts.read:,} = stored {counts.stored:,} + known {counts.known:,} + rejected "
            f"{counts.rejected:,} + blank {counts.blank:,}"
        ]
        if counts.changed:
            told.append(f"{counts.changed:,} known rows have other metadata or another split now")
        if counts.gone:
            told.append(f"{counts.gone:,} examples of earlier imports are gone from the source; they are kept")
        told += one.notes
        told += [f"{one.source}:{row.line or row.row}: {row.reason}" for row in one.refused]
        blocks.append(Block("", one.source, "\n".join(told)))
    went = "enter shows what came in the queue." if done.last >= done.first else "Nothing new came: all was known."
    return [*blocks, Block("", "NEXT", f"{went}\ncurator check looks for what is wrong with it.")]
