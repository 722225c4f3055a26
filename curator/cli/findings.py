"""`curator findings`: what was found, a line each."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from curator.cli.selection import parsed, select_option, stored_codes
from curator.cli.workspace_option import open_workspace, workspace_option

if TYPE_CHECKING:
    from curator.model import Entry
    from curator.workspace import StoredFinding, Workspace

#: Related rows that a line names.
NAMED = 3
#: Findings whose examples are read together.
CHUNK = 500


@click.command("findings")
@workspace_option
@select_option
@click.option(
    "--where", "where", default="", help='Only findings in the examples of this filter, such as "status:pending".'
)
@click.option("--ignored", "with_ignored", is_flag=True, help="Those that somebody has set aside, too.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line a finding.")
def command(workspace: Path | None, selected: tuple[str, ...], where: str, with_ignored: bool, as_json: bool) -> None:
    """Lists what stands: findings of the last check whose text was not edited since, and that nobody ignores.

    FILE:N is row N of the file as it was imported, counted from 1; the header of a CSV file is no row, and a cell may
    have several lines. Rows in [brackets] are what the finding compares with.

    Messages mask secrets and personal data. A `fix` in --json is the new text itself, unmasked, so that it can be
    applied.
    """
    from curator.cli.output import data, record, say

    count = 0
    with open_workspace(workspace) as ws:
        for stored, entries in _with_entries(ws, _chosen(ws, selected, where, with_ignored)):
            count += 1
            if as_json:
                record(_line(stored, entries) | ({"ignored": stored.ignored} if with_ignored else {}))
            else:
                data(_text(stored, entries) + (" (ignored)" if stored.ignored else ""))
        never = not ws.findings.counts()
    if never:
        say("No check was run yet: `curator check` runs them.")
    else:
        say(f"{count:,} finding{'' if count == 1 else 's'}.")


def _chosen(ws: "Workspace", selected: tuple[str, ...], where: str, with_ignored: bool) -> Iterator["StoredFinding"]:
    return ws.findings.select(stored_codes(ws, selected), parsed(ws, where), ignored=with_ignored)


def _with_entries(
    ws: "Workspace", findings: Iterable["StoredFinding"]
) -> Iterator[tuple["StoredFinding", dict[int, "Entry"]]]:
    remaining = iter(findings)
    while chunk := list(islice(remaining, CHUNK)):
        seqs = {seq for stored in chunk for seq in (stored.seq, *stored.related) if seq is not None}
        entries = {entry.seq: entry for entry in ws.examples.entries(sorted(seqs))}
        for stored in chunk:
            yield stored, entries


def _line(stored: "StoredFinding", entries: dict[int, "Entry"]) -> dict[str, Any]:
    import msgspec

    finding = stored.finding
    example = None
    if stored.seq is not None:
        example = _where(entries[stored.seq]) | {"metadata": entries[stored.seq].example.metadata}
    return {
        "code": finding.code,
        "check": stored.check,
        "severity": stored.severity,
        "score": finding.score,
        "message": finding.message,
        "example": example,
        "related": [_where(entries[seq]) for seq in stored.related],
        "evidence": [
            {"field": span.field, "start": span.start, "end": span.end, "why": span.why} for span in finding.evidence
        ],
        "fix": None if finding.fix is None else msgspec.to_builtins(finding.fix),
    }


def _where(entry: "Entry") -> dict[str, Any]:
    place = entry.example.provenance
    return {"id": entry.example.id, "source": place.source, "row": place.row}


def _text(stored: "StoredFinding", entries: dict[int, "Entry"]) -> str:
    from curator.text import visible

    place = "the whole set"
    if stored.seq is not None:
        source = entries[stored.seq].example.provenance
        place = f"{source.source}:{source.row}"
    said = f"{place}: {stored.finding.code} {stored.severity}: {stored.finding.message}"
    beside = [entries[seq].example.provenance for seq in stored.related if seq in entries]
    named = [f"{source.source}:{source.row}" for source in beside[:NAMED]]
    if len(beside) > NAMED:
        named.append(f"{len(beside) - NAMED:,} more")
    return visible(f"{said} [{', '.join(named)}]" if named else said, line=True)
