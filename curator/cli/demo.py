"""`curator demo`: the whole tool on a set of pairs that is known to have mistakes in it."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curator.cli.workspace_option import reviewer_option, who

if TYPE_CHECKING:
    from curator.operations.demo import DemoResult


@click.command("demo")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("curator-demo"),
    show_default=True,
    help="Where the copy goes. A demo that is there already is opened as it stands.",
)
@reviewer_option
def command(folder: Path, reviewer: str | None) -> None:
    """Copies the sample data to a folder of yours, checks it, says what was found, and opens it in review.

    Without a terminal that has a screen it stops before review. The folder is yours: decide, edit and export in it
    as you like.
    """
    from curator.cli.output import has_screen, progress
    from curator.operations.demo import demo

    result = progress(demo(folder, actor=who(reviewer)))
    _report(result, plain=not has_screen())
    if sys.stdout.isatty() and has_screen():
        from curator.settings import load
        from curator.tui.app import run

        run(result.workspace, where="order:priority", reviewer=who(reviewer), settings=load(folder))


def _report(result: "DemoResult", *, plain: bool) -> None:
    from curator.cli.output import say

    summary = result.summary
    what = "The demo is there already, and was checked again" if result.reused else "A copy of the sample data, checked"
    say(f"{what}: {result.folder}")
    for source in summary.sources:
        split = f", {source.split}" if source.split else ""
        say(f"  {source.name:<26} {source.rows:>4,} rows   {source.format}{split}")
    say(f"  {'together':<26} {summary.examples:>4,}")
    say("Found:")
    for found in [count for count in summary.findings if count.findings]:
        say(f"  {found.code} {found.check:<19} {found.examples:>4,} rows   {found.severity}")
    for problem in result.checked.problems:
        say(f"  {problem}")
    say(f"{result.folder / 'README.md'} lists every flaw that was planted. Next:")
    where = shlex.quote(str(result.workspace))
    say(f"  curator review -w {where}{' --plain' if plain else ''}")
    say(f"  curator findings -w {where} --select CON")
    say("  curator explain CON001")
    say(f"  curator fix -w {where} --diff")
    out = shlex.quote(str(result.folder / "out"))
    say(f"  curator export -w {where} --to openai --out {out} --include pending")
