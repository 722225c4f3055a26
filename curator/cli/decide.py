"""`curator decide`: many decisions in one step."""

from pathlib import Path

import click

from curator.cli.selection import parsed
from curator.cli.workspace_option import open_workspace, reviewer_option, who, workspace_option
from curator.errors import WorkspaceError
from curator.text import many


@click.command("decide")
@workspace_option
@click.option("--where", "where", required=True, help='The filter, such as "status:pending finding:DUP001".')
@click.option("--accept", "status", flag_value="accepted", help="Accept them.")
@click.option("--reject", "status", flag_value="rejected", help="Reject them.")
@click.option("--fix", "status", flag_value="fix", help="Mark them as in need of a fix.")
@click.option("--route", type=click.Choice(["rag", "train"]), help="Where they belong: training, or a RAG corpus.")
@click.option(
    "--label", default=None, metavar="NAME=VALUE", help="Give them a label, one of curator.toml if it has any."
)
@click.option("--note", default=None, help="Write the same note on them.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@reviewer_option
def command(
    workspace: Path | None, where: str, status: str | None, route: str | None, label: str | None, note: str | None,
    yes: bool, reviewer: str | None,
) -> None:  # fmt: skip
    """Decides about every example that --where selects, as one operation that `curator undo` takes back.

    Add status:pending to the filter to keep what somebody has decided already.
    """
    from curator.cli.output import can_ask, progress, say
    from curator.operations.decide import Decision, decide

    decision = Decision(status=status, route=route, note=note, label=_label(label))
    if decision == Decision():
        raise WorkspaceError("say what to decide: --accept, --reject, --fix, --route, --label or --note.")
    with open_workspace(workspace) as ws:
        query = parsed(ws, where)
        steps = decide(ws, query, decision, actor=who(reviewer))
        count = ws.examples.count(query)
        if count and not yes:
            if not can_ask():
                raise WorkspaceError(
                    f"{where!r} selects {many(count, 'example')}; add --yes to decide without being asked."
                )
            if not click.confirm(f"Decide about {many(count, 'example')}?", err=True):
                say("Nothing was decided.")
                return
        decided = progress(steps)
    saved = decided.saved
    changed = f"{many(saved.changes, 'change')} saved as #{saved.seq}" if saved.changes else "all stood so already"
    say(f"{many(decided.selected, 'example')}: {changed}. `curator undo` takes them back.")


def _label(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise WorkspaceError(f"--label {text!r}: write NAME=VALUE, such as quality=good.")
    return name, value
