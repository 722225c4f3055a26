"""`curator baseline --prefer`: a model reads two answers to each row, in both orders, after a yes of its own."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from curator.text import many

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from curator.advice.prices import Prices
    from curator.cli.sending import Asking
    from curator.judge.base import Service
    from curator.judge.keeping import Kept
    from curator.model import Progress
    from curator.operations.asking import Session
    from curator.operations.asking_plan import Prepared
    from curator.operations.baseline import PromptResult
    from curator.operations.baseline_outputs import OutputsResult
    from curator.operations.baseline_set import Material
    from curator.operations.measured import Rung
    from curator.operations.preferring import PreferringResult, Rivals
    from curator.workspace import Workspace


def against_references(
    ws: "Workspace", found: "Material", best: "PromptResult", prices: "Prices", asking: "Asking", reader: str, *,
    as_json: bool,
) -> None:  # fmt: skip
    """The answers of the best prompt beside the references. Raises `CuratorError`."""
    from curator.operations.preferring import Rivals

    examples = found.examples
    rivals = [
        Rivals(examples[row.key], row.text, examples[row.key].output_text) for row in best.rows if row.failure is None
    ]
    _read(ws, rivals, prices, asking, reader, (best.prompt.name, "the reference"), found.groups, as_json=as_json)


def against_prompt(
    ws: "Workspace", found: "Material", result: "OutputsResult", best: "Rung", prices: "Prices",
    asking: "Asking", reader: str, *, as_json: bool,
) -> None:  # fmt: skip
    """The answers of a model beside those of the best prompt, as they are kept. Raises `CuratorError`."""
    from curator.operations.measured import texts_of
    from curator.operations.preferring import Rivals

    prompted = texts_of(ws, best)
    rivals = [
        Rivals(found.examples[row.key], row.text, prompted[row.key])
        for row in result.rows
        if row.failure is None and row.key in prompted
    ]
    _read(ws, rivals, prices, asking, reader, (result.name, best.prompt), found.groups, as_json=as_json)


def _read(
    ws: "Workspace", rivals: "Sequence[Rivals]", prices: "Prices", asking: "Asking", reader: str,
    names: tuple[str, str], clusters: "Mapping[str, str]", *, as_json: bool,
) -> None:  # fmt: skip
    from curator.cli.output import say
    from curator.cli.sending import asked_of, price_of
    from curator.operations.preferring import prefer, prepared, reading

    price_of(reader, prices)
    read = reading(rivals, reader, prices)
    alike = len(rivals) - len(read.rivals)
    if not read.rivals:
        say(f"{many(alike, 'pair')} of answers, all alike letter by letter: there is nothing to read.")
        return

    def plan(service: "Service", kept: "Kept") -> "Prepared":
        return prepared(
            read, service, kept, prices, allow_secrets=asking.allow_secrets, batches=asking.batches
        )  # fmt: skip

    def ask(session: "Session") -> "Generator[Progress, None, PreferringResult]":
        return prefer(read, session, clusters)

    result = asked_of(ws, replace(asking, model=reader), prices, plan, ask)
    _tell(result, reader, names, alike, as_json=as_json)


def _tell(result: "PreferringResult", reader: str, names: tuple[str, str], alike: int, *, as_json: bool) -> None:
    from curator.cli.baseline_told import share
    from curator.cli.output import data, record
    from curator.judge.consent import dollars

    left, right = names
    if as_json:
        found = result.interval
        record({
            "reader": reader, "left": left, "right": right, "counts": result.counts, "alike": alike,
            "mean": found.value, "low": found.low, "high": found.high, "scored": found.count, "cost": result.cost,
        })  # fmt: skip
        return
    words = {"left": f"{left} better", "right": f"{right} better", "tie": "neither", "swayed": "swayed by the order"}
    counted = ", ".join(f"{count:,} {words.get(name, name)}" for name, count in result.counts.items())
    same = f"; {alike:,} alike letter by letter were not read" if alike else ""
    data(f"{reader} read {left} beside {right} in both orders: {share(result.interval).strip()} for {left}")
    data(f"  {counted}{same}. It cost {dollars(result.cost)}. Look at some of them yourself before you trust it.")
