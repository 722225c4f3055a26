"""`curator clusters`: what the pairs that teach facts are about, and one step that routes such a cluster to RAG."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from curator.cli.workspace_option import open_workspace, reviewer_option, who, workspace_option
from curator.errors import WorkspaceError
from curator.knowledge.topics import CALLED

if TYPE_CHECKING:
    from curator.model import Entry
    from curator.operations.clusters import Listed, Preview
    from curator.workspace import Workspace


@click.command("clusters")
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line a cluster, with all its terms and members.")
@click.option(
    "--route",
    "chosen",
    default=None,
    metavar="N|TERM",
    help="Route one to RAG: its number, its name, or one of its terms.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@reviewer_option
def command(workspace: Path | None, as_json: bool, chosen: str | None, yes: bool, reviewer: str | None) -> None:
    """Lists what the pairs that teach facts (KNO001, KNO002) are about: clusters that share recurring terms.

    A line says how many pairs a cluster has and how much they are of all rows about it: a cluster that is wholly new
    facts does more harm than the same facts spread. --route sends its pending and accepted pairs to RAG, as one
    operation that `curator undo` takes back.
    """
    from curator.cli.output import progress, say
    from curator.operations.clusters import clusters

    with open_workspace(workspace) as ws:
        found = progress(clusters(ws))
        if chosen is not None:
            _route(ws, _one(found.listed, chosen), who(reviewer), yes)
            return
        for number, listed in enumerate(found.listed, 1):
            _print(ws, number, listed, as_json)
    if not found.checked:
        say("No pair was looked at yet: `curator check --select KNO` does.")
    else:
        count = f"{len(found.listed):,} cluster{'' if len(found.listed) == 1 else 's'}"
        say(f"{found.suspects:,} of {found.examples:,} pairs teach facts, in {count}.")
    if found.unchecked:
        say(f"{not_checked(found.unchecked)}, so in no cluster: `curator check --select KNO` does.")


def not_checked(count: int) -> str:
    """How many pairs of which nobody knows what they teach now."""
    return f"{_pairs(count)} {'was' if count == 1 else 'were'} edited and not checked again"


def _one(listed: "Sequence[Listed]", chosen: str) -> "Listed":
    """The cluster that is meant. Raises WorkspaceError when it is none, or more than one."""
    if chosen.isascii() and chosen.isdigit():
        if 0 < int(chosen) <= len(listed):
            return listed[int(chosen) - 1]
        raise WorkspaceError(f"--route {chosen}: there are {len(listed):,} clusters. `curator clusters` lists them.")
    term = " ".join(chosen.casefold().split())
    found = [
        (number, one)
        for number, one in enumerate(listed, 1)
        if term in one.cluster.terms or term == one.name.casefold()
    ]
    if len(found) == 1:
        return found[0][1]
    if not found:
        raise WorkspaceError(
            f"--route {chosen!r}: no cluster has this name or term. `curator clusters --json` lists all terms."
        )
    numbers = ", ".join(str(number) for number, _ in found)
    raise WorkspaceError(f"--route {chosen!r}: the clusters {numbers} have this term. Name one by its number.")


def _print(ws: "Workspace", number: int, listed: "Listed", as_json: bool) -> None:
    from curator.cli.output import data, record

    sample = ws.examples.entries(list(listed.cluster.sample))
    if as_json:
        record(_line(number, listed, sample))
        return
    from curator.checks.sensitive_values import masked_text

    data(masked_text(_said(number, listed)))
    data(f"      {masked_text(_head(sample[0]))}")


def _line(number: int, listed: "Listed", sample: "Sequence[Entry]") -> dict[str, Any]:
    cluster = listed.cluster
    return {
        "cluster": number,
        "kind": cluster.kind,
        "terms": cluster.terms,
        "asked": listed.about,
        "size": len(cluster.members),
        "rows": cluster.rows,
        "share": cluster.share,
        "routed": listed.routed,
        "sample": [
            {"id": entry.example.id, "source": entry.example.provenance.source, "row": entry.example.provenance.row}
            for entry in sample
        ],
        "members": cluster.members,
        "look": cluster.weak,
    }


def _said(number: int, listed: "Listed") -> str:
    cluster = listed.cluster
    about = ", ".join(cluster.terms[:CALLED]) or listed.name
    more = f" and {len(cluster.terms) - CALLED:,} more" if len(cluster.terms) > CALLED else ""
    share = "" if cluster.share is None else f", {cluster.share:.0%} of the {cluster.rows:,} rows about it"
    routed = f", {listed.routed:,} in RAG" if listed.routed else ""
    return f"{number:>4}  {about}{more}: {_pairs(len(cluster.members))}{share}{routed}"


def _head(entry: "Entry") -> str:
    """The question of a pair on one line, and where it stands."""
    from curator.text import shorten, visible

    asked = next((m.text for m in reversed(entry.example.input) if m.role != "system" and m.text), "")
    place = entry.example.provenance
    return visible(f'{place.source}:{place.row} "{shorten(asked or entry.example.output_text, 80)}"', line=True)


def _pairs(count: int) -> str:
    return f"{count:,} pair{'' if count == 1 else 's'}"


def _route(ws: "Workspace", listed: "Listed", actor: str, yes: bool) -> None:
    from curator.checks.sensitive_values import masked_text
    from curator.cli.output import can_ask, progress, say
    from curator.operations.clusters import preview, route

    seen = preview(ws, listed.cluster)
    say(masked_text(f"{listed.name}: {_effect(seen)}"))
    for entry in seen.first:
        say(f"  {masked_text(_head(entry))}")
    if not seen.seqs:
        return
    if not yes:
        if not can_ask():
            raise WorkspaceError("add --yes to route them without being asked.")
        if not click.confirm(f"Route {_pairs(len(seen.seqs))} to RAG?", err=True):
            say("Nothing was changed.")
            return
    done = progress(route(ws, listed.cluster, seen, actor=actor))
    say(f"{_pairs(done.pairs)} routed to RAG, saved as #{done.saved.seq}. `curator undo` takes it back.")


def _effect(seen: "Preview") -> str:
    which = ", ".join(f"{count:,} {status}" for status, count in seen.statuses.items() if count)
    kept = [f"{count:,} {'in need of a fix' if name == 'fix' else name}" for name, count in seen.kept.items() if count]
    stay = [*kept, *([f"{seen.already:,} in RAG already"] if seen.already else [])]
    first = f"{_pairs(len(seen.seqs))} to RAG ({which})." if seen.seqs else "no pair is left to route."
    return f"{first} Left as they are: {', '.join(stay)}." if stay else first
