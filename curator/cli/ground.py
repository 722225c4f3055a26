"""`curator ground`: a passage into the input of pairs that state facts without a source."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curator.cli.clusters import not_checked
from curator.cli.workspace_option import open_workspace, reviewer_option, who, workspace_option
from curator.errors import SourceError, WorkspaceError
from curator.knowledge.grounded import BORNE_OUT
from curator.text import many

if TYPE_CHECKING:
    from curator.model import Example
    from curator.operations.ground import Looked

#: Pairs that are told one by one; the others are counted.
_TOLD = 20


@click.command("ground")
@workspace_option
@click.option(
    "--where", required=True, metavar="QUERY|ID", help='A filter, such as "#12" or "finding:KNO001", or an id.'
)
@click.option("--passage", "source", required=True, metavar="FILE|-", help="The text that holds the facts.")
@click.option("--replace", is_flag=True, help="Instead of a passage that was put there before, not below it.")
@click.option("--yes", is_flag=True, help="Do not ask, where several pairs are selected.")
@reviewer_option
def command(workspace: Path | None, where: str, source: str, replace: bool, yes: bool, reviewer: str | None) -> None:
    """Puts a passage into the input of pairs, above what is asked, and checks them again.

    A pair that states facts which its own input does not hold teaches them. With the passage that holds them above the
    question, it teaches to read them off instead. `curator undo` takes it back. Exits 1 when a pair still states facts
    that its input does not hold, or may.
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
        done = progress(ground(ws, query, passage, actor=who(reviewer), instead=replace))
        told = [_told(pair, ws.examples.entry(pair.seq).example) for pair in done.pairs[:_TOLD]]
    for seq, why in list(done.left_out.items())[:_TOLD]:
        say(f"#{seq}: left as it was: {why}")
    for line in told:
        say(line)
    say(
        f"{many(len(done.pairs), 'pair')} grounded, saved as #{done.event}; the finding is gone from "
        f"{f'{done.gone:,}' if done.gone else 'none'}. `curator undo` takes it back."
    )
    beside = sum([pair.beside for pair in done.pairs])
    if beside:
        say(
            f"{many(beside, 'pair')} held a passage already, which stands above this one now: "
            "`curator undo` and --replace put this one in its place."
        )
    if done.back:
        say(f"{done.back:,} pair(s) had been routed to RAG, and go to training again.")
    if done.caught_up:
        say(f"{done.caught_up:,} pair(s) edited before and not checked since: checked now.")
    if done.unchecked:
        say(f"{not_checked(done.unchecked)}: these checks are off in curator.toml, or could not run.")
    sys.exit(1 if any(pair.open for pair in done.pairs) else 0)


def _told(pair: "Looked", example: "Example") -> str:
    from curator.checks.sensitive_values import masked_text
    from curator.knowledge.held import lacking
    from curator.text import shorten

    # Masked as a whole: a part of a card number is no card number, and would be shown.
    output = masked_text(example.output_text)
    facts = ", ".join([f'"{shorten(output[start:end])}"' for start, end in lacking(example)[:3]])
    if pair.doubtful:
        said = f"no finding, but the passage has only {pair.share:.0%} of what is said: read it again"
    elif pair.after or pair.unchecked:
        still = [_still(pair)] if pair.after else []
        again = [f"{', '.join(pair.unchecked)} not checked again"] if pair.unchecked else []
        said = "; ".join([*still, *again])
    else:
        gone = "gone, though it still states what it is not given: read it again" if facts else "gone"
        said = f"{', '.join(pair.before)} {gone}" if pair.before else "nothing found before, nothing now"
    return f"#{pair.seq}: {said}" + (f"; the passage does not hold {facts}" if facts else "")


def _still(pair: "Looked") -> str:
    after = ", ".join(pair.after)
    if not pair.before or pair.before == pair.after:
        return f"still {after}" if pair.before else f"{after} now"
    doubt = "; the passage has next to nothing of what is said" if pair.share < BORNE_OUT else ""
    return f"{after} now, {', '.join(pair.before)} before{doubt}"


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
