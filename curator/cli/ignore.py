"""`curator ignore`: set findings aside, with the reason."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from curator.cli.workspace_option import open_workspace, reviewer_option, who, workspace_option
from curator.errors import WorkspaceError

if TYPE_CHECKING:
    from curator.workspace import Ignored, Workspace

#: Rules that are named when the one that was asked for is none.
NAMED = 5


@click.command("ignore")
@workspace_option
@click.argument("subject", required=False, metavar="[CODE | CODE/RULE]")
@click.option("--reason", default=None, metavar="TEXT", help="Why; it is kept with your name and the time.")
@click.option("--below", default=None, type=float, metavar="SCORE", help="Only findings with a lower score than this.")
@click.option("--stop", is_flag=True, help="List it again.")
@click.option("--json", "as_json", is_flag=True, help="Without a subject: print a JSON line for each.")
@reviewer_option
def command(
    workspace: Path | None, subject: str | None, reason: str | None, below: float | None, stop: bool, as_json: bool,
    reviewer: str | None,
) -> None:  # fmt: skip
    """Leaves a check, or one rule of it, out of every list and count: also of what keeps a row out of an export.

    Without CODE it lists what is ignored, by whom, when and why. `curator undo` takes it back; nothing is deleted, and
    `curator findings --ignored` still shows it.
    """
    from curator.cli.output import say
    from curator.operations.triage import ignore, threshold

    with open_workspace(workspace) as ws:
        if subject is None:
            _list(ws, as_json)
            return
        code, rule = _named(ws, subject)
        actor = who(reviewer)
        if stop:
            _stop(ws, code, rule, actor)
            return
        if below is not None:
            if rule is not None:
                raise WorkspaceError(f"{subject}: a threshold is of a check; write {code} --below {below:g}.")
            saved = threshold(ws, code, below, actor=actor, reason=reason or "")
        else:
            saved = ignore(ws, code, rule, reason=reason or "", actor=actor)
        now = next(one for one in ws.findings.ignored() if one.code == code and one.rule == rule)
    say(f"{subject}: {now.rows:,} row(s) set aside, saved #{saved.seq}. `curator undo` takes it back.")


def _named(ws: "Workspace", subject: str) -> tuple[str, str | None]:
    """The code and the rule that are meant. Raises `WorkspaceError` that names what there is."""
    name, slash, rule = subject.partition("/")
    code = next((one.code for one in ws.findings.counts() if name.upper() == one.code or name == one.check), None)
    held = [(one.code, one.rule) for one in ws.findings.ignored()]
    if code is None and name.upper() not in (own for own, _ in held):
        there = sorted(one.code for one in ws.findings.counts() if one.findings and one.code.startswith(name.upper()))
        if there:
            raise WorkspaceError(f"{name}: say which one, with its reason: {', '.join(there)}.")
        raise WorkspaceError(f"{name}: is no check that was run here. `curator status` lists what was found.")
    code = code or name.upper()
    if not slash or (code, rule) in held:
        return code, rule if slash else None
    rules = [one.rule for check in ws.findings.rules.counts() if check.code == code for one in check.rules]
    if rule not in rules:
        known = ", ".join(repr(one) for one in rules[:NAMED] if one is not None)
        raise WorkspaceError(f"{subject}: nothing was found by this rule. Its rules: {known or 'none'}.")
    return code, rule


def _stop(ws: "Workspace", code: str, rule: str | None, actor: str) -> None:
    from curator.cli.output import say
    from curator.operations.triage import lift

    held = [one for one in ws.findings.ignored() if (one.code, one.rule, one.example) == (code, rule, None)]
    if not held:
        raise WorkspaceError(f"{code}{'' if rule is None else '/' + rule}: is not ignored.")
    for one in held:
        lift(ws, one, actor=actor)
    say(f"{held[0].rows:,} row(s) are listed again.")


def _list(ws: "Workspace", as_json: bool) -> None:
    from curator.cli.output import data, record, say

    held = ws.findings.ignored()
    for one in held:
        if as_json:
            record(one)
        else:
            data(f"{_subject(one)}: {one.rows:,} row(s), by {one.actor} on {one.at[:10]}: {one.reason or 'no reason'}")
    if not held:
        say("Nothing is ignored.")


def _subject(one: "Ignored") -> str:
    rule = "" if one.rule is None else f"/{one.rule}"
    below = "" if one.score is None else f" below {one.score:g}"
    return f"{one.code}{rule}{below}" + ("" if one.example is None else f" #{one.example}")
