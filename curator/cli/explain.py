"""`curator explain`: the card of a check."""

import click


@click.command("explain")
@click.argument("code")
def command(code: str) -> None:
    """Says what a check looks for, why it matters, what to do, and which options it has. CODE is a code or a name."""
    from curator.checks.base import checks, select
    from curator.cli.output import data

    for number, check in enumerate(select(checks(), [code])):
        card = check.card
        if number:
            data("")
        data(f"{check.code} {check.name} ({check.severity.value})\n\n{card.what}\n")
        data(f"Why: {card.why}\nFix: {card.fix}\nExample:\n    " + card.example.replace("\n", "\n    "))
        if check.options:
            data(f"\nOptions, under [checks.{check.name}] in curator.toml:")
        for option in check.options:
            data(f"    {option.name} = {_toml(option.default)}    ({option.allowed})")


def _toml(value: object) -> str:
    import json

    return json.dumps(value)
