"""`curator checks`: what there is to check."""

import click


@click.command("checks")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line a check.")
def command(as_json: bool) -> None:
    """Lists the checks with their severities. `curator explain CODE` says more."""
    from curator.checks.base import checks
    from curator.cli.output import data, record, say

    known = checks()
    width = max(len(check.name) for check in known)
    for check in known:
        if as_json:
            options = {option.name: option.default for option in check.options}
            line = {"code": check.code, "check": check.name, "severity": check.severity.value}
            record(line | {"what": check.card.what, "options": options})
        else:
            sentence = check.card.what.split(". ")[0].rstrip(".")
            data(f"{check.code}  {check.severity.value:<7}  {check.name:<{width}}  {sentence}.")
    if not as_json:
        say("`curator check --judge` and --probe add what a model says: `curator explain JDG`.")
