"""What tuning would have to earn: from how many calls on it pays, by what people say it costs and dated prices."""

from msgspec import Struct

from curator.advice.prompts import best
from curator.advice.signals import Economy, Signals
from curator.errors import SettingsError
from curator.operations.tried import prompts, volume_of
from curator.tokens import estimate
from curator.workspace import Saved, Stated, Workspace
from curator.workspace.stating import ANSWER

#: The answer that holds the costs, and tokens of the short prompt that a tuned model is left with.
COSTS, SHORT = "costs", 30


class Costs(Struct, frozen=True):
    """What somebody assumes: the model that is prompted, dollars a million tokens of the tuned one (input, output), and
    all that labelling, training, evaluation and hosting cost together, at least and at most."""

    model: str
    tuned_input: float
    tuned_output: float
    low: float
    high: float


def assume(ws: Workspace, costs: Costs, *, actor: str) -> Saved:
    """Keeps what is assumed. Raises `SettingsError` for numbers that are none or a model without a price,
    `WorkspaceError`."""
    from curator.advice.prices import load

    numbers = (costs.tuned_input, costs.tuned_output, costs.low, costs.high)
    if not all(0 <= number < 1e12 for number in numbers) or costs.low > costs.high:
        raise SettingsError("costs are numbers from 0 on, the lower end of a range before the higher.")
    prices = load(ws.path.parent)
    if prices.of(costs.model) is None:
        raise SettingsError(
            f"no price of {costs.model!r} is known, so there is no break-even. Known are {', '.join(prices.models)}; "
            f"a [models.{costs.model}] table in prices.toml beside the workspace, with input and output in dollars a "
            "million tokens, adds one."
        )
    body = {name: getattr(costs, name) for name in Costs.__struct_fields__}
    return ws.log.state([Stated(ANSWER, COSTS, body)], actor=actor)


def unpriced(ws: Workspace) -> str:
    """The model that tuning is held against, where its price is not known any more; else empty."""
    from curator.advice.prices import load

    said = ws.stated.one(ANSWER, COSTS)
    model = "" if said is None else Costs(**said.body).model
    return model if model and load(ws.path.parent).of(model) is None else ""


def economy(ws: Workspace, signals: Signals, sizes: tuple[float, float]) -> Economy | None:
    """The break-even of this set; None while nobody has said what tuning costs, or the model's price is unknown.

    A prompted call has the constant prompt (that of the rows, or the best that was kept), from always to never read out
    of the service's cache, the input and the output; a tuned one only a short prompt.
    """
    said = ws.stated.one(ANSWER, COSTS)
    if said is None or signals.prefix is None:
        return None
    from curator.advice.costs import Range, Tuning, Work, break_even
    from curator.advice.prices import Price, load

    costs = Costs(**said.body)
    prices = load(ws.path.parent)
    price = prices.of(costs.model)
    if price is None:
        return None
    nothing = Range(0.0, 0.0)
    kept = best(prompts(ws))
    constant = max(signals.prefix.tokens, estimate(kept.text) if kept is not None else 0)
    work = Work(constant=constant, short=SHORT, input=sizes[0], output=sizes[1])
    tuning = Tuning(labelling=Range(costs.low, costs.high), training=nothing, evaluation=nothing)
    found = break_even(work, price, Price(costs.tuned_input, costs.tuned_output), tuning)
    return Economy(
        found.best,
        found.worst,
        volume_of(ws),
        constant >= (price.cache_minimum or 0) > 0,
        f"{costs.model} against a tuned model at ${costs.tuned_input:g} and ${costs.tuned_output:g} a million tokens, "
        f"tuning at ${costs.low:,.0f} to ${costs.high:,.0f}, cached from always to never; {prices.dated()}",
    )
