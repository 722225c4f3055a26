"""`curator review`: decide about examples, one key each."""

import sys
from pathlib import Path

import click

from curator.cli.workspace_option import find_workspace, reviewer_option, who, workspace_option
from curator.errors import WorkspaceError


@click.command("review")
@workspace_option
@click.option(
    "--where", default="", metavar="QUERY", help="Only these examples, such as 'status:pending finding:CON001'."
)
@reviewer_option
def command(workspace: Path | None, where: str, reviewer: str | None) -> None:
    """Opens the examples for review in the terminal. Every decision is saved at once; u undoes, ? helps."""
    from curator.cli.output import can_ask

    path = find_workspace(workspace)
    if not (can_ask() and sys.stderr.isatty()):  # Textual reads keys from the one and draws on the other
        raise WorkspaceError(
            "review needs a terminal for its keys and its screen. In a script, use `curator examples` and "
            "`curator decide`."
        )

    from curator.settings import load
    from curator.tui.app import run

    run(path, where=where, reviewer=who(reviewer), settings=load(path.parent))
