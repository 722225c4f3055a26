"""`curator undo`: take back."""

from pathlib import Path

import click

from curator.cli.workspace_option import open_workspace, reviewer_option, who, workspace_option


@click.command("undo")
@workspace_option
@click.option("--skip", is_flag=True, help="Leave the last one as it is, and take back the one before.")
@reviewer_option
def command(workspace: Path | None, skip: bool, reviewer: str | None) -> None:
    """Takes back your last operation, however long ago; again takes back the one before.

    It is refused when somebody has changed the same text since; --skip leaves that operation alone for good.
    """
    from curator.cli.output import say
    from curator.operations.undo import undo

    actor = who(reviewer)
    with open_workspace(workspace) as ws:
        if skip and (left := ws.log.pass_over(actor)):
            say(f"Left as it is: {left}.")
        undone = undo(ws, actor)
        say(
            f"{actor} has nothing to undo."
            if undone is None
            else f"Undone: {undone.label} (saved #{undone.saved.seq})."
        )
