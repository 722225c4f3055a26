"""`curator redo`: do again."""

from pathlib import Path

import click

from curator.cli.workspace_option import open_workspace, reviewer_option, who, workspace_option


@click.command("redo")
@workspace_option
@reviewer_option
def command(workspace: Path | None, reviewer: str | None) -> None:
    """Does again what you took back last, until you make a new change."""
    from curator.cli.output import say
    from curator.operations.undo import redo

    actor = who(reviewer)
    with open_workspace(workspace) as ws:
        undone = redo(ws, actor)
        say(
            f"{actor} has nothing to redo."
            if undone is None
            else f"Redone: {undone.label} (saved #{undone.saved.seq})."
        )
