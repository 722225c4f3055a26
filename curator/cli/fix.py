"""`curator fix`: take the fixes that checks propose."""

from pathlib import Path

import click

from curator.cli.selection import parsed, select_option, stored_codes
from curator.cli.workspace_option import open_workspace, reviewer_option, who, workspace_option


@click.command("fix")
@workspace_option
@select_option
@click.option(
    "--unsafe", is_flag=True, help="Take fixes too that may change a meaning; look at them with --diff first."
)
@click.option("--diff", "only_diff", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--where", default="", metavar="QUERY", help="Only these examples: finding:FMT004/Answer.")
@reviewer_option
def command(
    workspace: Path | None, selected: tuple[str, ...], unsafe: bool, only_diff: bool, where: str, reviewer: str | None
) -> None:
    """Takes the fixes that findings propose, as one operation that `curator undo` takes back."""
    from curator.cli.output import data, progress, say
    from curator.operations.fix import apply, diff, fixes

    with open_workspace(workspace) as ws:
        query = parsed(ws, where)
        chosen = stored_codes(ws, selected)
        if only_diff:
            count = 0
            for one in fixes(ws, chosen, unsafe, query):
                data(diff(one))
                count += 1
            say(f"{count:,} fix{'' if count == 1 else 'es'}. Nothing was changed; without --diff they are taken.")
            return
        proposed = list(fixes(ws, chosen, unsafe, query))
        if not proposed:
            others = 0 if unsafe else sum(1 for _ in fixes(ws, chosen, True, query))
            if others:
                say(
                    f"{others:,} fix{'' if others == 1 else 'es'} may change a meaning: --unsafe --diff shows them, "
                    "--unsafe takes them."
                )
            else:
                say("There is no fix to take. `curator check` proposes them.")
            return
        fixed = progress(apply(ws, proposed, actor=who(reviewer)))
    say(f"{fixed.changes:,} text(s) of {fixed.examples:,} example(s) fixed. `curator undo` takes it back.")
