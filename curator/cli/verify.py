"""`curator verify`: does a workspace, or an export, agree with itself?"""

import shlex
import sys
from pathlib import Path

import click

from curator.cli.workspace_option import open_workspace, workspace_option
from curator.errors import WorkspaceError


@click.command("verify")
@click.argument("path", required=False, type=click.Path(path_type=Path), metavar="[WORKSPACE | EXPORT_DIR]")
@workspace_option
def command(path: Path | None, workspace: Path | None) -> None:
    """Builds a workspace's state again from its log, or reads an export's files, and says what differs.

    Exits 0 when nothing differs and 1 when something does. Changes nothing.
    """
    from curator.cli.output import data, say
    from curator.operations.verify import is_export, verify_export

    if path is not None and workspace is not None:
        raise click.UsageError("name one thing to verify: a workspace or the folder of an export.")
    if path is not None and not path.exists():
        raise WorkspaceError(f"{path}: there is neither a workspace nor the folder of an export of that name.")
    chosen = path or workspace
    if chosen is not None and chosen.is_file() and chosen.suffix != ".curator" and is_export(chosen.parent):
        folder = shlex.quote(str(chosen.parent))
        raise WorkspaceError(f"{chosen}: is a file of an export. Name its folder: curator verify {folder}")
    if chosen is not None and chosen.is_dir():
        differences, name = verify_export(chosen), str(chosen)
    else:
        with open_workspace(chosen) as ws:
            differences, name = ws.verify(), str(ws.path)
    for difference in differences:
        data(difference)
    if differences:
        say(f"{name}: {len(differences):,} difference{'' if len(differences) == 1 else 's'}.")
    else:
        say(f"{name}: agrees.")
    sys.exit(1 if differences else 0)
