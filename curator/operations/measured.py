"""What baselines have measured, kept in the workspace: a statement a rung and model, which a newer run replaces."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from curator.advice.looks import Reached
from curator.advice.measured import RUNGS, Measured
from curator.workspace import Saved, Stated, Workspace
from curator.workspace.stating import LONGEST, MEASURED

if TYPE_CHECKING:  # loads what asks models, which nobody needs who only reads what was measured
    from curator.operations.baseline import BaselineResult, PromptResult
    from curator.operations.baseline_outputs import OutputsResult

#: A gain whose chance (after Holm) is not above this counts.
SIGNIFICANT = 0.05


def keep(ws: Workspace, measured: Sequence[Measured], *, actor: str) -> Saved:
    """Keeps what was measured, as one operation of `actor`."""
    asked = [Stated(MEASURED, _name(one), msgspec.to_builtins(one)) for one in measured]
    return ws.log.state(asked, actor=actor)


def measured_of(ws: Workspace, eval_digest: str = "") -> tuple[Measured, ...]:
    """What was measured, in the order of the ladder, tuned models last; with `eval_digest` on that eval set only."""
    found = [msgspec.convert(said.body, Measured) for said in ws.stated.all(MEASURED).values()]
    found = [one for one in found if not eval_digest or one.eval_digest in ("", eval_digest)]
    place = {rung: at for at, rung in enumerate(RUNGS)}
    return tuple(sorted(found, key=lambda one: (one.tuned, place.get(one.rung, len(RUNGS)), one.model)))


def of_climb(
    result: "BaselineResult", *, metric: str, day: str, eval_digest: str = "", with_source: bool = False
) -> tuple[Measured, ...]:
    """A climb as the verdict reads it: the best prompt of each rung. `with_source`: each row had its passage."""
    best: dict[str, PromptResult] = {}
    for one in result.results:
        held = best.get(one.prompt.rung)
        if one.interval.count and (held is None or one.interval.value > held.interval.value):
            best[one.prompt.rung] = one
    gained = {step.prompt: step.p <= SIGNIFICANT and step.comparison.gain > 0 for step in result.steps}
    return tuple(
        Measured(
            rung="RAG" if with_source else rung,
            metric=metric,
            # Rows that failed count against whatever is said of the rung.
            interval={"suffices": one.pessimist, "short": one.optimist}.get(one.reached, one.interval),
            target=result.target,
            margin=result.margin,
            reached=one.reached,
            rows=one.asked,
            model=result.model,
            date=day,
            gained=gained.get(one.prompt.name),
            spread=result.spread[1] - result.spread[0] if result.spread and rung == "P3" else None,
            eval_digest=eval_digest,
        )
        for rung, one in best.items()
    )


def of_outputs(
    result: "OutputsResult", *, target: float, margin: float, metric: str, day: str, eval_digest: str = ""
) -> Measured:
    """Answers that a model gave elsewhere, as the verdict reads them: did the last mile pay?"""
    found, against = result.interval, result.against
    reached: Reached = "suffices" if found.low >= target - margin else "short" if found.high < target else "undecided"
    better = None if against is None else against.p <= SIGNIFICANT and against.gain > 0
    return Measured(
        rung="tuned",
        metric=metric,
        interval=found,
        target=target,
        margin=margin,
        reached=reached,
        rows=found.count,
        model=result.name,
        date=day,
        gained=better,
        tuned=True,
        eval_digest=eval_digest,
    )


def _name(one: Measured) -> str:
    return f"{one.rung} {one.model}"[:LONGEST]
