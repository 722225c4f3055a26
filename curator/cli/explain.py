"""`curator explain`: the card of a check."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from curator.checks.card import Card


@click.command("explain")
@click.argument("code")
def command(code: str) -> None:
    """Says what a check looks for, why it matters, what to do, and which options it has. CODE is a code or a name."""
    from curator.checks.base import checks, select
    from curator.cli.output import data
    from curator.model import JUDGED

    if code.upper().startswith(JUDGED) or code.lower().startswith(("judged-", "probed")):
        from curator.operations.opinions import opinions

        data("\n\n".join(_card(one.code, one.name, one.severity.value, one.card) for one in opinions(code)))
        return
    for number, check in enumerate(select(checks(), [code])):
        if number:
            data("")
        data(_card(check.code, check.name, check.severity.value, check.card))
        if check.options:
            data(f"\nOptions, under [checks.{check.name}] in curator.toml:")
        for option in check.options:
            data(f"    {option.name} = {_toml(option.default)}    ({option.allowed})")


def _card(code: str, name: str, severity: str, card: "Card") -> str:
    example = card.example.replace("\n", "\n    ")
    return f"{code} {name} ({severity})\n\n{card.what}\n\nWhy: {card.why}\nFix: {card.fix}\nExample:\n    {example}"


def _toml(value: object) -> str:
    import json

    return json.dumps(value)
