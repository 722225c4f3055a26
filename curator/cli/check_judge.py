"""`curator check --judge` and `--probe`: a model as second reader of what the checks suspect."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click
from msgspec import Struct

from curator.cli.sending import Asking
from curator.errors import SettingsError
from curator.text import many

if TYPE_CHECKING:
    from curator.advice.prices import Prices
    from curator.operations.asking_plan import Prepared
    from curator.operations.judging import JudgingResult
    from curator.query import Query
    from curator.workspace import Workspace
    from curator.workspace.answers import AnswerStore

F = TypeVar("F", bound=Callable[..., Any])
Result = TypeVar("Result")
#: What is put to a second reader without --select, and without --where.
_CODES, _WHERE = ("KNO", "CON", "GRD", "LAB"), "status:pending route:train"


class Reading(Struct, frozen=True):
    """What the options say of which rows are read a second time, and for what."""

    judge: bool = False
    probe: bool = False
    rewrite: bool = False
    where: str | None = None
    limit: int | None = None
    sample: int = 0


_OPTIONS = (
    click.option("--judge", is_flag=True, help="Put what the checks suspect to a model as second reader, after a yes."),
    click.option("--rewrite", is_flag=True, help="With --judge: ask for the output as it should be, too."),
    click.option("--probe", is_flag=True, help="Ask a model for what suspect rows teach: does it know that already?"),
    click.option("--where", default=None, metavar="FILTER", help=f'Suspects in these rows. Default: "{_WHERE}".'),
    click.option(
        "--limit", type=click.IntRange(1), default=None, metavar="N", help="So many, worst first. Default: 500."
    ),
    click.option("--sample", type=click.IntRange(0), default=0, metavar="N", help="And so many that nothing suspects."),
)


def reading_options(function: F) -> F:
    """Adds `--judge`, `--rewrite`, `--probe`, `--where`, `--limit` and `--sample`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def refuse_alone(reading: Reading, asking: Asking) -> None:
    """Refuses options that say how to ask a model when none is to be asked. Raises `SettingsError`."""
    if reading == Reading() and asking == Asking():
        return
    raise SettingsError(
        "--rewrite, --where, --limit, --sample, --model, … say how a model is asked: add --judge or --probe."
    )


def second_reading(
    ws: "Workspace", selected: Sequence[str], reading: Reading, asking: Asking, *, as_json: bool
) -> None:
    """Asks, after a yes, and keeps what was said. Raises `CuratorError`, and SystemExit(1) when nobody agreed."""
    from curator.advice.prices import load
    from curator.cli.output import progress, say
    from curator.cli.sending import price_of
    from curator.operations.check import check
    from curator.query import parse

    if reading.judge and reading.probe:
        raise SettingsError("--judge and --probe ask different things: say one of them, then the other.")
    prices = load(ws.path.parent)
    price_of(asking.model, prices)
    if not ws.findings.counts():
        say("No check was run yet; they run first.")
        progress(check(ws))
    query = parse(_WHERE if reading.where is None else reading.where)
    codes = tuple(selected) or (("KNO",) if reading.probe else _CODES)
    if reading.probe:
        _probe(ws, codes, query, reading, asking, prices, as_json=as_json)
    else:
        _judge(ws, codes, query, reading, asking, prices, as_json=as_json)


def _judge(
    ws: "Workspace", codes: Sequence[str], query: "Query", reading: Reading, asking: Asking, prices: "Prices", *,
    as_json: bool,
) -> None:  # fmt: skip
    from curator.cli.check_judge_told import tell
    from curator.cli.output import progress, say
    from curator.cli.sending import asked_of
    from curator.operations.judging import docket, judge, prepared
    from curator.operations.second_reading import doubts, grouped, keep

    found = progress(doubts(ws, codes, query, limit=reading.limit or 500, sample=reading.sample))
    asked = list(grouped(found, rewrites=reading.rewrite))
    if not asked:
        say(_nothing(codes, reading))
        return
    if len(found.chosen) < found.suspects and not reading.limit:
        say(f"{many(found.suspects, 'suspicion')}; the worst {len(found.chosen):,} are read. --limit says how many.")
    dockets = [
        docket(
            name, [[entry.example for entry in one.entries] for one in some], asking.model, prices, rewrites=rewrites
        )
        for name, rewrites, some in asked
    ]

    def plan(service: Any, kept: "AnswerStore") -> "Prepared":
        secrets, batches = asking.allow_secrets, asking.batches
        return prepared(dockets, service, kept, prices, allow_secrets=secrets, batches=batches)

    result: JudgingResult = asked_of(ws, asking, prices, plan, lambda session: judge(dockets, session))
    rows = [one for _, _, some in asked for one in some]
    judged = list(zip(rows, result.judgements, strict=True))
    kept = progress(keep(ws, judged, asking.model))
    tell(judged, result, kept, as_json=as_json)


def _probe(
    ws: "Workspace", codes: Sequence[str], query: "Query", reading: Reading, asking: Asking, prices: "Prices", *,
    as_json: bool,
) -> None:  # fmt: skip
    from curator.cli.check_judge_told import tell_probed
    from curator.cli.output import progress, say
    from curator.cli.sending import asked_of
    from curator.operations.probing import prepared, probe
    from curator.operations.second_reading import keep_probed, probes

    rows = progress(probes(ws, codes, query, limit=reading.limit or 100))
    if not rows:
        say(_nothing(codes, reading))
        return
    asked = [one for one, _ in rows]

    def plan(service: Any, kept: "AnswerStore") -> "Prepared":
        secrets, batches = asking.allow_secrets, asking.batches
        return prepared(asked, service, kept, prices, allow_secrets=secrets, batches=batches)

    result = asked_of(ws, asking, prices, plan, lambda session: probe(asked, session, prices))
    probed = [(entry, one) for (_, entry), one in zip(rows, result, strict=True)]
    kept = keep_probed(ws, probed, asking.model)
    tell_probed(probed, kept, as_json=as_json)


def _nothing(codes: Sequence[str], reading: Reading) -> str:
    rows = f'"{_WHERE if reading.where is None else reading.where}"'
    return f"Nothing is suspected by {', '.join(codes)} in the rows of {rows}, so nobody was asked."
