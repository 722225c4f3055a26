"""`curator eval-set`: rows that are kept to measure with: chosen by cluster, frozen, and held out of all else."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from curator.cli.workspace_option import open_workspace, reviewer_option, who, workspace_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from curator.operations.eval_set import EvalSet


@click.group("eval-set")
def command() -> None:
    """Makes and shows eval sets.

    Rows that share an input, and rows that findings tie together, go in or stay out together. A frozen set is never
    written into a training file, nor used as a few-shot example.
    """


@command.command("create")
@workspace_option
@click.option("--name", default="eval", show_default=True, help="Its name; without --like no two overlap.")
@click.option("--rows", type=int, default=None, help="About how many rows. Default: 300, or less of a small set.")
@click.option("--seed", type=int, default=7, show_default=True, help="What decides which clusters are taken.")
@click.option("--like", default=None, metavar="NAME", help="The rows of this eval set as they stand now, instead.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line.")
@reviewer_option
def create_command(
    workspace: Path | None, name: str, rows: int | None, seed: int, like: str | None, as_json: bool,
    reviewer: str | None,
) -> None:  # fmt: skip
    """Chooses rows by cluster, and freezes them.

    With --like those of another eval set are frozen anew, without what was rejected or routed to RAG since: for
    references that were corrected. `curator baseline --eval-set NAME` then pays for none of their answers twice.
    """
    from curator.cli.output import progress, say
    from curator.errors import SettingsError
    from curator.operations.eval_set import create, refreeze

    if like is not None and rows is not None:
        raise SettingsError("--like takes the rows of another eval set as they are: leave --rows out.")
    with open_workspace(workspace) as ws:
        actor = who(reviewer)
        done = (
            progress(create(ws, name, rows=rows, seed=seed, actor=actor))
            if like is None
            else refreeze(ws, like, name, actor=actor)
        )
        ids = ws.examples.ids_of(done.eval_set.seqs)
    _print(done.eval_set, as_json, ids)
    if done.passed:
        say(f"{done.passed:,} rows of large clusters of like inputs were passed over.")
    say(f"Frozen, saved as #{done.saved.seq}. `curator undo` takes it back.")


@command.command("show")
@workspace_option
@click.option("--name", default=None, help="Only this one.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line a set, with its members and their ids.")
def show_command(workspace: Path | None, name: str | None, as_json: bool) -> None:
    """Says how large an eval set is, how wide its interval, how many rows would halve it, what was changed since."""
    from curator.operations.eval_set import NAME, names, show

    with open_workspace(workspace) as ws:
        for one in [name] if name is not None else names(ws) or [NAME]:
            found = show(ws, one)
            _print(found, as_json, ws.examples.ids_of(found.seqs))


def _print(found: "EvalSet", as_json: bool, ids: "Sequence[str]") -> None:
    from curator.cli.output import data, record

    if as_json:
        record({**_line(found), "ids": ids})
        return
    wide, half = 50 * found.interval.width, found.rows_for_half
    data(f"{found.name}: {len(found.seqs):,} rows in {found.clusters:,} clusters, sha256 {found.digest[:16]}")
    data(f"  frozen by {found.actor} on {found.at[:10]}, seed {found.seed}")
    data(f"  90 % right would be known to within {wide:.1f} points (Wilson, 95 %); {half:,} rows would halve that")
    if len(found.seqs) - len(found.dropped) < 100:
        data("  fewer than 100 rows: too few to measure a baseline on")
    if found.changed:
        named = ", ".join(f"#{seq}" for seq in found.changed[:5])
        more = f" and {len(found.changed) - 5:,} more" if len(found.changed) > 5 else ""
        data(f"  {len(found.changed):,} changed since it was frozen: {named}{more}")
        data(f"  references corrected? `curator eval-set create --like {found.name} --name NAME` freezes them anew")
    if found.dropped:
        data(f"  {len(found.dropped):,} rejected, marked to be fixed or routed to RAG since: not measured")


def _line(found: "EvalSet") -> dict[str, Any]:
    return {
        "name": found.name,
        "rows": len(found.seqs),
        "clusters": found.clusters,
        "digest": found.digest,
        "seed": found.seed,
        "by": found.actor,
        "at": found.at,
        "changed": found.changed,
        "dropped": found.dropped,
        "interval": {"value": found.interval.value, "low": found.interval.low, "high": found.interval.high},
        "rows_for_half": found.rows_for_half,
        "members": found.seqs,
    }
