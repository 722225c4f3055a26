"""`curator review`: decide about examples, one key each."""

from pathlib import Path

import click

from curator.cli.workspace_option import find_workspace, reviewer_option, who, workspace_option


@click.command("review")
@workspace_option
@click.option(
    "--where", default="", metavar="QUERY", help="Only these examples, such as 'status:pending finding:CON001'."
)
@reviewer_option
def command(workspace: Path | None, where: str, reviewer: str | None) -> None:
    """Opens the examples for review in the terminal. Every decision is saved at once; u undoes, ? helps."""
    from curator.settings import load
    from curator.tui.app import run

    path = find_workspace(workspace)
    run(path, where=where, reviewer=who(reviewer), settings=load(path.parent))
