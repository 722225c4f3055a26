"""`curator report`: the verdict as one page for the person who pays."""

from pathlib import Path

import click

from curator.cli.workspace_option import open_workspace, workspace_option


@click.command("report")
@workspace_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The HTML file to write.")
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
def command(workspace: Path | None, out: Path, force: bool) -> None:
    """Writes the verdict with its plots as one HTML file that loads nothing and sends nothing."""
    from curator.cli.output import progress, say
    from curator.operations.report import report

    with open_workspace(workspace) as ws:
        found = progress(report(ws, out, force=force))
    say(f"{found.verdict.title}. Written to {out}.")
