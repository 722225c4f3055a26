"""`curator review`: decide about examples, one key each."""

from pathlib import Path

import click

from curator.cli.workspace_option import find_workspace, reviewer_option, who, workspace_option
from curator.errors import WorkspaceError


@click.command("review")
@workspace_option
@click.option(
    "--where", default="", metavar="QUERY", help="Only these examples, such as 'status:pending finding:CON001'."
)
@click.option(
    "--plain", is_flag=True, help="In lines, without a screen: for screen readers, simple terminals and pipes."
)
@reviewer_option
def command(workspace: Path | None, where: str, plain: bool, reviewer: str | None) -> None:
    """Opens the examples for review in the terminal. Every decision is saved at once; u undoes, ? helps.

    With --plain, a pair is printed, and a key is read as a line: the same keys, each followed by Enter.
    """
    from curator.cli.output import has_screen, has_terminal
    from curator.settings import load

    path = find_workspace(workspace)
    if plain:
        from curator.cli.lines import Lines
        from curator.tui.plain import session

        session.run(path, Lines(), where=where, reviewer=who(reviewer), settings=load(path.parent))
        return
    if not has_terminal():
        raise WorkspaceError(
            "review needs a terminal for its keys and its screen. `curator review --plain` reads keys as lines and "
            "prints text; in a script, use `curator examples` and `curator decide`."
        )
    if not has_screen():
        raise WorkspaceError("this terminal has no screen (TERM is dumb). Use `curator review --plain`.")

    from curator.tui.app import run

    run(path, where=where, reviewer=who(reviewer), settings=load(path.parent))
