"""`curator keys`: which key does what, and which of them the terminal delivers."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from curator.cli.workspace_option import workspace_option
from curator.errors import WorkspaceError

if TYPE_CHECKING:
    from curator.tui.key_table import Listed


@click.command("keys")
@workspace_option
@click.option("--test", is_flag=True, help="Ask for each key that a terminal may keep to itself, and tell what came.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line an action.")
def command(workspace: Path | None, test: bool, as_json: bool) -> None:
    """Lists what can be done in review: its id, its keys, what it does, and on which screen.

    A keys.toml beside the workspace, or in ~/.config/curator, gives an id other keys: "review.accept" = ["a", "f5"],
    or a sequence of two: "copy.output" = ["w o"].
    """
    from curator.cli.output import data, record, say
    from curator.text import visible
    from curator.tui.key_table import listed, use_own_keys

    folder = Path() if workspace is None else workspace.parent
    own = use_own_keys(folder)
    if own is not None:
        say(f"With the keys of {own}.")
    table = listed()
    if test:
        _test(table, folder)
        return
    width = max(len(action.name) for action, _ in table)
    for action, names in table:
        if as_json:
            record({"id": action.name, "keys": action.strokes, "help": action.help, "screens": names})
        else:
            where = names[0] if len(names) == 1 else f"{len(names)} screens"
            data(visible(f"{action.name:<{width}}  {action.written:<14}  {action.help} ({where})", line=True))


def _test(table: "list[Listed]", folder: Path) -> None:
    from curator.cli.output import data, has_screen, say
    from curator.settings import load
    from curator.tui.actions import key_name
    from curator.tui.key_trial import run

    if not has_screen():
        raise WorkspaceError("--test needs a terminal that has a screen: it is the terminal that is tested.")
    trial = run(table, load(folder).review)
    for key in trial.came:
        data(f"{key_name(key):<14} {trial.told(key)}")
    missing = set(trial.missing)
    lost = [action for action, _ in table if action.strokes and missing.issuperset(action.strokes)]
    if lost:
        say(f'Nothing else does these. Give them keys in keys.toml, such as "{lost[0].name}" = ["f5"]:')
        for action in lost:
            say(f"  {action.name}: {action.help}")
    elif missing:
        say("What they do has other keys, or keys that were not asked for.")
    elif trial.came and not trial.left:
        say("Every key came.")
