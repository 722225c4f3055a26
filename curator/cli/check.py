"""`curator check`: find what is wrong."""

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, Literal

import click

from curator.cli.check_judge import Reading, reading_options, refuse_alone, second_reading
from curator.cli.selection import codes, select_option
from curator.cli.sending import Asking, asking_options
from curator.cli.workspace_option import open_workspace, workspace_option
from curator.errors import CuratorError
from curator.text import many


@click.command("check")
@workspace_option
@select_option
@click.option("--ignore", "ignored", multiple=True, metavar="CODES", help="Leave these checks out.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info"]),
    help="Exit 1 when something at or above this was found, 2 when a check could not look at everything.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Run on this machine, or on a Ray cluster (extra: cluster).",
)
@click.option("--address", metavar="A", help="The cluster, such as ray://head:10001; without it a Ray of this machine.")
@reading_options
@asking_options
@click.option("--json", "as_json", is_flag=True, help="A JSON line a check, and one a problem; or one a question.")
@click.pass_context
def command(
    context: click.Context, /, workspace: Path | None, selected: tuple[str, ...], ignored: tuple[str, ...],
    fail_on: str | None, engine: Literal["local", "ray"], address: str | None, as_json: bool,
    **options: Any,
) -> None:  # fmt: skip
    """Runs the checks over all examples and keeps what they find, for review and export.

    With --judge no check runs: what they have found is put to a model as a second reader, whose quotes are looked up
    and whose verdicts are kept as findings JDG001 to JDG006. With --probe it is asked several times for what suspect
    rows teach, without their passage. Nothing is sent before a yes to what is shown.
    """
    from curator.cli.output import data, progress, record, say
    from curator.model import Severity
    from curator.operations.check import check

    if address is not None and engine != "ray":
        raise CuratorError("--address names a Ray cluster: say --engine ray too.")
    reading = Reading(**{name: options.pop(name) for name in Reading.__struct_fields__})
    asking = Asking(**options)
    if reading.judge or reading.probe:
        if ignored or fail_on or engine != "local":
            raise CuratorError("--ignore, --fail-on and --engine are for running the checks: leave them out here.")
        with open_workspace(workspace) as ws:
            second_reading(ws, codes(selected), reading, asking, as_json=as_json)
        return
    refuse_alone(reading, asking)
    with open_workspace(workspace) as ws:
        steps = check(ws, select=codes(selected), ignore=codes(ignored), engine=engine, address=address)
        with redirect_stdout(sys.stderr):  # what a check prints is no data
            result = progress(steps)
    for count in result.counts:
        if as_json:
            line = {
                "code": count.code, "check": count.check, "severity": count.severity,
                "examples": count.examples, "findings": count.findings,
            }  # fmt: skip
            record(line)
        elif count.findings:
            where = many(count.examples) if count.examples else "the set"
            data(f"{count.code}  {count.severity:<7}  {where:>14}  {count.check}")
    for problem in result.problems:
        if as_json:
            record({"code": problem.code, "problem": problem.message, "where": problem.where, "count": problem.count})
        say(f"Not checked: {problem}" if problem in result.unfinished else str(problem))
    total = sum(count.findings for count in result.counts)
    silent = sum(not count.findings for count in result.counts)
    if silent:
        other = "other " if silent < len(result.counts) else ""
        say(f"{silent:,} {other}{'check' if silent == 1 else 'checks'} found nothing.")
    counted = f"{many(result.examples, 'example')}, {many(total, 'finding')}"
    say(f"{counted}. `curator findings` lists them, `curator review` shows them.")
    if fail_on is not None and result.unfinished:
        failed = ", ".join(dict.fromkeys(problem.code for problem in result.unfinished))
        raise CuratorError(
            f"--fail-on {fail_on}: {failed} could not do its work (see above), so this run cannot pass. Mend the "
            "check, or leave it out with --ignore."
        )
    if fail_on is not None and result.found(Severity(fail_on)):
        context.exit(1)
