"""`curator export`: training files out, proven."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curator.cli.workspace_option import open_workspace, reviewer_option, who, workspace_option

if TYPE_CHECKING:
    from curator.operations.export import ExportResult
    from curator.operations.export_selection import LeftOut

#: Examples left out that a dry run shows; the rest is counted. `--json` has them all.
_SHOWN = 20
_KINDS = {
    "rejected": "rejected",
    "fix": "marked as needing a fix",
    "pending": "pending",
    "accepted": "accepted",
    "error": "pending, with an open error",
    "filter": "not selected by --where",
    "target": "refused by the target's rules",
    "rag": "routed to RAG without a text",
}


@click.command("export")
@workspace_option
@click.option("--to", "target", required=True, metavar="TARGET", help="The provider or trainer (`curator targets`).")
@click.option("--out", type=click.Path(path_type=Path), help="The folder; made when missing. A dry run needs none.")
@click.option("--split", metavar="SHARES", help="Deal out new examples: train=0.9,validation=0.1. Remembered.")
@click.option("--seed", type=int, default=7, show_default=True, help="Decides which examples --split puts where.")
@click.option("--split-by", default="", metavar="KEY", help="A metadata key whose rows are never parted.")
@click.option("--part-clusters", is_flag=True, help="Write even what has one input and different splits.")
@click.option("--where", default="", metavar="QUERY", help="Only what this filter selects.")
@click.option("--include", multiple=True, metavar="pending,flagged", help="Besides the accepted: pending, flagged.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would be written, and what not and why.")
@click.option("--force", is_flag=True, help="Also where files exist; they are kept as .bak.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@reviewer_option
def command(
    workspace: Path | None, target: str, out: Path | None, split: str | None, seed: int, split_by: str,
    part_clusters: bool, where: str,
    include: tuple[str, ...], dry_run: bool, force: bool, as_json: bool, reviewer: str | None,
) -> None:  # fmt: skip
    """Writes the accepted examples as training files for TARGET.

    Pending examples come too with --include pending, those with an open error only with --include pending,flagged.
    What is routed to RAG goes to rag.jsonl and rag_eval.jsonl, everything else to left_out.jsonl with its reason;
    manifest.json says what was written. Exits 1 when the target's rules left something out or the set breaks one.
    """
    from curator.cli.output import progress
    from curator.cli.selection import codes, parsed
    from curator.operations.export import export
    from curator.splits import read_ratios
    from curator.targets.named import named

    if out is None and not dry_run:
        raise click.UsageError("Missing option '--out'. Name a folder, or add --dry-run to see what would be written.")
    chosen = named(target)
    ratios = None if split is None else read_ratios(split)
    with open_workspace(workspace) as ws:
        query = parsed(ws, where)
        steps = export(
            ws, chosen, out or Path(chosen.name), where=query, include=("accepted", *codes(include)), splits=ratios,
            seed=seed, split_by=split_by, part_clusters=part_clusters, dry_run=dry_run,
            force=force, reviewer=who(reviewer),
        )  # fmt: skip
        result = progress(steps)
    if as_json:
        _print_json(result)
    else:
        _print(result)
    sys.exit(1 if result.refused or result.problems else 0)


def _print_json(result: "ExportResult") -> None:
    from curator.cli.output import record

    record(result)


def _print(result: "ExportResult") -> None:
    from curator.cli.output import data, say

    for name, rows in result.files.items():
        data(f"{Path(result.out) / name}: {rows:,} row{'' if rows == 1 else 's'}")
    for name in result.beside:
        data(f"{Path(result.out) / name}")
    _print_overlaps(result)
    for kind, count in result.left_out.items():
        say(f"left out: {count:,} {_KINDS.get(kind, kind)}")
    if result.dry_run:
        _tell_rows([row for row in result.rows if row.kind in ("target", "rag", "error")])
        if result.changed_rows:
            say(f"written all the same, but changed or at a risk: {len(result.changed_rows):,}")
            _tell_rows(result.changed_rows)
        say("Nothing was written: this was a dry run.")
    elif result.refused:
        say(f"  the reasons are in {Path(result.out) / 'left_out.jsonl'}")
    for name in result.kept:
        say(f"kept what was there before as {name}")
    for note in result.notes:
        say(f"note: {note}")
    for problem in result.problems:
        say(f"problem: {problem}")


def _print_overlaps(result: "ExportResult") -> None:
    from curator.cli.output import say

    for one in result.overlaps:
        say(f"overlap: {one.rows:,} of {one.of:,} {one.split} rows ({one.share:.1%}) have {one.shares} as {one.other}")


def _tell_rows(rows: "list[LeftOut]") -> None:
    from curator.cli.output import say

    for row in rows[:_SHOWN]:
        say(f"  {row.source}:{row.row}: {row.reason}")
    if len(rows) > _SHOWN:
        say(f"  and {len(rows) - _SHOWN:,} more; --json lists all.")
