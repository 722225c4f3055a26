"""How a model is asked, and the yes before anything leaves this machine: for every command that asks one."""

import math
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeVar

import click
from msgspec import Struct

from curator.errors import SettingsError

if TYPE_CHECKING:
    from curator.advice.prices import Price, Prices
    from curator.judge.anthropic import Claude
    from curator.judge.consent import Consent
    from curator.judge.keeping import Kept
    from curator.model import Progress
    from curator.operations.asking import Session
    from curator.operations.asking_plan import Prepared
    from curator.workspace import Workspace
    from curator.workspace.answers import AnswerStore, AnswerStores

F = TypeVar("F", bound=Callable[..., Any])
Result = TypeVar("Result")


class Amount(click.FloatRange):
    """A number of a range, and a number: `nan` lies in every range, and stops nothing."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number. Raises `click.BadParameter` that names the range."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{number} is not in the range {self._describe_range()}.", param, ctx)
        return number


_OPTIONS = (
    click.option("--model", default="", metavar="NAME", help="The model that is asked, such as claude-haiku-5-5."),
    click.option("--budget", type=Amount(0), default=None, metavar="USD", help="Stop before more than this is spent."),
    click.option("--minutes", type=Amount(0), default=None, help="Stop after so long; the next run goes on."),
    click.option("--batches/--no-batches", default=None, help="By message batches. Default: above 200 calls."),
    click.option("--allow-secrets", is_flag=True, help="Send rows with secrets too. They are left out otherwise."),
    click.option("--dry-run", is_flag=True, help="Show what would be sent and what it costs; send nothing."),
    click.option(
        "--count-tokens", is_flag=True, help="After a first yes, have the service count a sample, then ask again."
    ),
    click.option("--yes", is_flag=True, help="Agree to what is shown, without being asked."),
)


class Asking(Struct, frozen=True):
    """What the options say of whom to ask, how, how long, and for how much."""

    model: str = ""
    budget: float | None = None
    minutes: float | None = None
    batches: bool | None = None
    allow_secrets: bool = False
    dry_run: bool = False
    yes: bool = False
    count_tokens: bool = False


def asking_options(function: F) -> F:
    """Adds `--model`, `--budget`, `--minutes`, `--batches`, `--allow-secrets`, `--dry-run`, `--count-tokens` and
    `--yes`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def price_of(model: str, prices: "Prices") -> "Price":
    """The price of the model that is asked. Raises `SettingsError` without a model or a price of it."""
    price = prices.of(model) if model else None
    if price is None:
        known = ", ".join(prices.models)
        what = f"no price of {model!r} is known, so no limit could be held" if model else "say which model is asked"
        raise SettingsError(
            f"--model: {what}. Known are {known}; a [models.{model or 'NAME'}] table in prices.toml beside the "
            "workspace, with input and output in dollars a million tokens, adds one."
        )
    return price


def session_of(
    service: "Claude",
    stores: "AnswerStores",
    prices: "Prices",
    prepared: "Prepared",
    consent: "Consent",
    asking: Asking,
) -> "Session":
    """The session that asks what was agreed to, within the limits that the options set."""
    from curator.operations.asking import Session, Stops

    seconds = None if asking.minutes is None else asking.minutes * 60
    return Session(service, stores, prices, prepared.plan, consent, stops=Stops(asking.budget, seconds))


def asked_of(
    ws: "Workspace", asking: Asking, prices: "Prices", plan: "Callable[[Any, AnswerStore], Prepared]",
    ask: "Callable[[Session], Generator[Progress, None, Result]]",
) -> Result:  # fmt: skip
    """What the model said, after a yes; SystemExit when there was none, or only the plan was wanted."""
    from curator.cli.output import data, progress, say
    from curator.operations.asking_plan import count
    from curator.operations.service import service_of
    from curator.workspace.answers import AnswerStores

    service = service_of(asking.model, prices)
    try:
        with AnswerStores(ws.path) as stores:
            prepared = plan(service, stores())
            if asking.dry_run:
                data(prepared.plan.text())
                say("Nothing was sent.")
                raise SystemExit(0)
            consent = agreed(prepared, yes=asking.yes)
            if consent is not None and asking.count_tokens and prepared.plan.calls:
                prepared = count(service, stores(), prices, prepared, consent)
                consent = agreed(prepared, yes=asking.yes)
            if consent is None:
                raise SystemExit(1)
            return progress(ask(session_of(service, stores, prices, prepared, consent, asking)))
    finally:
        service.close()


def agreed(prepared: "Prepared", *, yes: bool) -> "Consent | None":
    """Shows the plan on stderr, and asks unless `yes` was said on the command line; None when nobody agreed.

    Without a terminal to ask at, only `yes` is a yes.
    """
    from curator.cli.output import can_ask, say
    from curator.judge.consent import Consent

    text = prepared.plan.text()
    say(text)
    if not yes and not can_ask():
        say("Nothing was sent. Say --yes to agree to this.")
        return None
    if not yes and not click.confirm("Send this?", default=False, err=True):
        say("Nothing was sent.")
        return None
    return Consent.given(prepared.plan, seen=text)


def nothing_to_send(prepared: "Prepared", kept: "Kept") -> bool:
    """Whether every answer is there already and no batch is waited for, so that no yes is needed."""
    plan = prepared.plan
    return plan.calls == 0 and not kept.open(plan.endpoint, plan.model)
