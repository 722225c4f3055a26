"""`curator backup`: a consistent copy."""

from datetime import UTC, datetime
from pathlib import Path

import click

from curator.cli.workspace_option import open_workspace, workspace_option


@click.command("backup")
@workspace_option
@click.argument("destination", required=False, type=click.Path(path_type=Path))
def command(workspace: Path | None, destination: Path | None) -> None:
    """Writes a copy of the workspace to DESTINATION (default: beside it, with the time), also while others work."""
    from curator.cli.output import data

    with open_workspace(workspace) as ws:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        copy = destination or ws.path.with_name(f"{ws.path.stem}-{stamp}.backup")
        ws.backup(copy)
    data(str(copy))
