"""`curator ground`: a passage into the input of pairs that state facts without a source."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curator.cli.workspace_option import open_workspace, reviewer_option, who, workspace_option
from curator.errors import SourceError, WorkspaceError

if TYPE_CHECKING:
    from curator.operations.ground import Looked

#: Pairs that are told one by one; the others are counted.
_TOLD = 20


@click.command("ground")
@workspace_option
@click.option(
    "--where", required=True, metavar="QUERY|ID", help='A filter, such as "#12" or "finding:KNO001", or an id.'
)
@click.option("--passage", "source", required=True, metavar="FILE|-", help="The text that holds the facts.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@reviewer_option
def command(workspace: Path | None, where: str, source: str, yes: bool, reviewer: str | None) -> None:
    """Puts a passage into the input of pairs, above what is asked, and checks them again.

    A pair that states facts which its own input does not hold teaches them. With the passage that holds them above the
    question, it teaches to read them off instead. `curator undo` takes it back. Exits 1 when a pair still states facts
    that its input does not hold.
    """
    from curator.cli.output import can_ask, progress, say
    from curator.operations.ground import ground, selected

    passage = _passage(source)
    with open_workspace(workspace) as ws:
        query = selected(ws, where)
        count = ws.examples.count(query)
        if count > 1 and not yes:
            if source == "-" or not can_ask():
                raise WorkspaceError(
                    f"{where!r} selects {count:,} pairs; add --yes to ground them without being asked."
                )
            if not click.confirm(f"Put the same passage into {count:,} pairs?", err=True):
                say("Nothing was changed.")
                return
        done = progress(ground(ws, query, passage, actor=who(reviewer)))
    for seq, why in list(done.left_out.items())[:_TOLD]:
        say(f"#{seq}: left as it was: {why}")
    for pair in done.pairs[:_TOLD]:
        say(_told(pair))
    say(
        f"Grounded as #{done.event}: {len(done.pairs):,} pair(s), and the finding is gone from {done.gone:,}. "
        "`curator undo` takes it back."
    )
    sys.exit(1 if any(pair.after or pair.missing for pair in done.pairs) else 0)


def _told(pair: "Looked") -> str:
    from curator.checks.sensitive_values import masked_text
    from curator.text import shorten

    lacking = ", ".join([f'"{shorten(masked_text(text))}"' for text in pair.missing[:3]])
    if pair.after:
        said = f"still {', '.join(pair.after)}"
    else:
        said = f"{', '.join(pair.before)} gone" if pair.before else "nothing found before, nothing now"
    return f"#{pair.seq}: {said}" + (f"; the passage does not hold {lacking}" if lacking else "")


def _passage(source: str) -> str:
    """The text of a file, or of standard input. Raises `SourceError`."""
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise SourceError(
            f"{source}: cannot be read: {error.strerror}. Name the file that holds the passage."
        ) from error
    try:
        return data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise SourceError(f"{source}: is no UTF-8 at byte {error.start}. Save it as UTF-8.") from None
