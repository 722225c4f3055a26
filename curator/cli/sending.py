"""The yes before anything leaves this machine, for every command that asks a model."""

from curator.judge.consent import Consent
from curator.judge.keeping import Kept
from curator.operations.asking_plan import Prepared


def agreed(prepared: Prepared, *, yes: bool) -> Consent | None:
    """Shows the plan on stderr, and asks unless `yes` was said on the command line; None when nobody agreed.

    Without a terminal to ask at, only `yes` is a yes.
    """
    import click

    from curator.cli.output import can_ask, say

    text = prepared.plan.text()
    say(text)
    if not yes and not can_ask():
        say("Nothing was sent. Say --yes to agree to this.")
        return None
    if not yes and not click.confirm("Send this?", default=False, err=True):
        say("Nothing was sent.")
        return None
    return Consent.given(prepared.plan, seen=text)


def nothing_to_send(prepared: Prepared, kept: Kept) -> bool:
    """Whether every answer is there already and no batch is waited for, so that no yes is needed."""
    plan = prepared.plan
    return plan.calls == 0 and not kept.open(plan.endpoint, plan.model)
