"""`curator import`: rows in."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curator.cli.workspace_option import reviewer_option, who, workspace_option
from curator.errors import CuratorError, WorkspaceError

if TYPE_CHECKING:
    from curator.operations.import_ import Imported

#: What `--json` prints of a source, in this order.
KEYS = ("source", "read", "stored", "known", "rejected", "blank", "format")


@click.command("import")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@workspace_option
@click.option("--format", "format_", default="", help="The row shape, instead of detecting it (`curator formats`).")
@click.option("--map", "mapping", default="", help="Which column is what: input=COL,output=COL,system=COL.")
@click.option("--name", default="", help="The source's name, instead of its path. Part of each example's identity.")
@click.option("--split", type=click.Choice(["train", "validation", "test"]), help="The split of these rows.")
@click.option("--limit", type=click.IntRange(min=1), help="Read only this many rows.")
@click.option("--strict", is_flag=True, help="Store nothing when a row is rejected.")
@click.option("--retire", is_flag=True, help="Hide examples that a changed source no longer holds.")
@click.option("--as-data", is_flag=True, help="Read an export's training files as rows, without ids and decisions.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line a source.")
@reviewer_option
def command(
    sources: tuple[str, ...], workspace: Path | None, format_: str, mapping: str, name: str, split: str | None,
    limit: int | None, strict: bool, retire: bool, as_data: bool, as_json: bool, reviewer: str | None,
) -> None:  # fmt: skip
    """Reads SOURCE into a workspace: a file, a folder, a glob, - for standard input, or hf:ORG/NAME.

    The shape of the rows is detected and named. A row that cannot be stored is reported and kept aside; the same
    source again adds nothing. The folder of an export gives back its examples and what was decided about them.
    Without -w the workspace is the only *.curator file here, or a new one.
    """
    import msgspec

    from curator.cli.output import progress
    from curator.formats.columns import read_map
    from curator.operations.import_ import ImportStoppedError, Options, import_sources
    from curator.workspace import Workspace

    options = msgspec.convert(
        {"format": format_, "mapping": read_map(mapping) if mapping else {}, "name": name, "split": split,
         "limit": limit, "strict": strict, "retire": retire, "as_data": as_data}, Options,
    )  # fmt: skip
    path = workspace or _default(sources[0], name)
    fresh = not path.exists()
    try:
        with Workspace.open_or_create(path) as ws:
            imported = progress(import_sources(ws, sources, options, actor=who(reviewer)))
    except ImportStoppedError as stopped:
        _report(path, stopped.imported, as_json)
        raise
    except CuratorError:
        if fresh:
            _leave_nothing(path)
        raise
    _report(path, imported, as_json)
    sys.exit(1 if any(result.counts.rejected for result in imported) else 0)


def _default(source: str, name: str) -> Path:
    """The only workspace of this folder, else a new one that is named after the first source."""
    found = sorted(Path().glob("*.curator"))
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(str(path) for path in found)
        raise WorkspaceError(f"there are {len(found)} workspaces in this folder ({names}). Name one with -w.")
    stem = name or ("stdin" if source == "-" else source.rstrip("/").rpartition("/")[2].partition("@")[0])
    stem = stem.partition(":")[0].partition(".")[0]
    stem = "".join(letter if letter.isalnum() or letter in "-_ " else "_" for letter in stem).strip()
    return Path(f"{stem or 'workspace'}.curator")


def _leave_nothing(path: Path) -> None:
    """Takes away a workspace that was made for an import that failed."""
    from curator.workspace import Workspace

    try:
        with Workspace.open(path) as ws:
            empty = not ws.sources.list()
    except CuratorError:
        return
    if empty:
        for leftover in (path, path.with_name(f".{path.name}.lock"), path.with_name(f".{path.name}.import-lock")):
            leftover.unlink(missing_ok=True)


def _report(path: Path, imported: "list[Imported]", as_json: bool) -> None:
    import msgspec

    from curator.cli.output import place, record, say

    for result in imported:
        counts = result.counts
        line = {"source": result.source, **msgspec.structs.asdict(counts), "format": result.format}
        if as_json:
            record({key: line[key] for key in KEYS})
        say(f"{result.source}: read {counts.read:,} = stored {counts.stored:,} + known {counts.known:,} + "
            f"rejected {counts.rejected:,} + blank {counts.blank:,}")  # fmt: skip
        say(f"  format {result.format}: {result.why}")
        for note in result.notes:
            say(f"  note: {note}")
        if result.judged:
            said = "decision" if result.judged == 1 else "decisions"
            whose = "" if result.format == "export" else " of annotators"
            say(f"  recorded {result.judged:,} {said}{whose} under their names (curator log)")
        if counts.changed:
            say(f"  {counts.changed:,} known rows have other metadata or another split now; the examples have it too")
        if counts.gone:
            done = "hidden" if counts.retired else "kept; --retire hides them"
            say(f"  {counts.gone:,} examples of earlier imports are gone from the source ({done})")
        for refused in result.refused:
            head = refused.head.decode("utf-8", "backslashreplace").rstrip("\r\n")
            say(f"  {result.source}:{place(refused.row, refused.line, refused.offset)}: {refused.reason}")
            say(f"    {head}")
        if counts.rejected > len(result.refused):
            say(f"  and {counts.rejected - len(result.refused):,} more; all are kept: curator status --rejected")
    say(f"Workspace: {path}. Next: curator check -w {shlex.quote(str(path))}")
