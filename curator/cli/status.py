"""`curator status`: the workspace in numbers."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from curator.cli.workspace_option import open_workspace, workspace_option

if TYPE_CHECKING:
    from curator.workspace import Workspace


@click.command("status")
@workspace_option
@click.option("--rejected", is_flag=True, help="List the rows that could not be stored instead.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object (with --rejected: a line a row).")
def command(workspace: Path | None, rejected: bool, as_json: bool) -> None:
    """Says how many examples there are, what was decided, what was found, and where they came from."""
    from curator.cli.output import data, record

    with open_workspace(workspace) as ws:
        if rejected:
            _rejected(ws, as_json)
            return
        summary = ws.status()
        if as_json:
            record(summary)
            return
        data(f"{ws.path}: {summary.examples:,} examples, {summary.last_event:,} events")
        decided = ", ".join(f"{status} {count:,}" for status, count in sorted(summary.by_status.items()) if count)
        data(f"  status    {decided or 'nothing yet'}")
        data(f"  route     train {summary.by_route.get('train', 0):,}, rag {summary.by_route.get('rag', 0):,}")
        if summary.by_split:
            data("  split     " + ", ".join(f"{split} {count:,}" for split, count in summary.by_split.items()))
        data(f"  edited    {summary.edited:,}")
        for found in filter(lambda found: found.examples, summary.findings):
            data(f"  {found.severity:<8}  {found.code} {found.check}: {found.examples:,} examples")
        if not summary.findings:
            data("  findings  not checked yet: curator check")
        for source in summary.sources:
            gone = f", {source.gone:,} gone from the file" if source.gone else ""
            bad = f", {source.counts.rejected:,} rows rejected" if source.counts.rejected else ""
            data(f"  source    {source.name}: {source.rows:,} examples ({source.format}){gone}{bad}")


def _rejected(ws: "Workspace", as_json: bool) -> None:
    from curator.cli.output import data, place, record

    for row in ws.sources.rejected():
        head = row.raw[:200].decode("utf-8", "backslashreplace").rstrip("\r\n")
        if as_json:
            line = {"source": row.source, "row": row.row, "line": row.line, "offset": row.offset,
                    "reason": row.reason, "head": head}  # fmt: skip
            record(line)
        else:
            data(f"{row.source}:{place(row.row, row.line, row.offset)}: {row.reason}\n    {head}")
