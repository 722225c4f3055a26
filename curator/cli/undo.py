"""`curator undo`: take back."""

from pathlib import Path

import click

from curator.cli.workspace_option import open_workspace, reviewer_option, who, workspace_option


@click.command("undo")
@workspace_option
@reviewer_option
def command(workspace: Path | None, reviewer: str | None) -> None:
    """Takes back your last operation, however long ago; again takes back the one before."""
    from curator.cli.output import say
    from curator.operations.undo import undo

    actor = who(reviewer)
    with open_workspace(workspace) as ws:
        undone = undo(ws, actor)
        say(
            f"{actor} has nothing to undo."
            if undone is None
            else f"Undone: {undone.label} (saved #{undone.saved.seq})."
        )
