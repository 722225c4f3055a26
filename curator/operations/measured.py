"""What baselines have measured, kept in the workspace: a statement a rung and model, which a newer run replaces."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from curator.advice.intervals import Interval
from curator.advice.looks import Reached
from curator.advice.measured import RUNGS, Measured
from curator.advice.texts import conformity, usual_form
from curator.checks.signatures import signature
from curator.workspace import Saved, Stated, Workspace
from curator.workspace.stating import LONGEST, MEASURED

if TYPE_CHECKING:  # loads what asks models, which nobody needs who only reads what was measured
    from curator.operations.baseline import BaselineResult, PromptResult
    from curator.operations.baseline_outputs import OutputsResult

#: A gain whose chance (after Holm) is not above this counts.
SIGNIFICANT = 0.05


def keep(ws: Workspace, measured: Sequence[Measured], *, actor: str) -> Saved:
    """Keeps what was measured, as one operation of `actor`."""
    asked = [Stated(MEASURED, _name(one), msgspec.json.decode(msgspec.json.encode(one))) for one in measured]
    return ws.log.state(asked, actor=actor)


def measured_of(ws: Workspace, eval_digest: str = "") -> tuple[Measured, ...]:
    """What was measured, in the order of the ladder, tuned models last; with `eval_digest` on that eval set only."""
    found = [msgspec.convert(said.body, Measured) for said in ws.stated.all(MEASURED).values()]
    found = [one for one in found if not eval_digest or one.eval_digest in ("", eval_digest)]
    place = {rung: at for at, rung in enumerate(RUNGS)}
    return tuple(sorted(found, key=lambda one: (one.tuned, place.get(one.rung, len(RUNGS)), one.model)))


def of_climb(
    result: "BaselineResult", *, metric: str, day: str, eval_digest: str = "", with_source: bool = False,
    largest: bool = False, form: Mapping[str, str] | None = None,
) -> tuple[Measured, ...]:  # fmt: skip
    """A climb as the verdict reads it: the best prompt of each rung. `with_source`: each row had its passage.

    Where the model is the `largest` there is, its best prompt is rung P5, too. `form` is what is usual in the outputs
    of the set: how many answers have it is measured beside whether they are right.
    """
    best: dict[str, PromptResult] = {}
    for one in result.results:
        held = best.get(one.prompt.rung)
        if one.interval.count and (held is None or one.pessimist.value > held.pessimist.value):
            best[one.prompt.rung] = one
    gained = {step.prompt: step.p <= SIGNIFICANT and step.comparison.gain > 0 for step in result.steps}
    rungs = [("RAG" if with_source else rung, one) for rung, one in best.items()]
    if largest and not with_source and result.best is not None:
        rungs.append(("P5", result.best))
    return tuple(
        Measured(
            rung=rung,
            metric=metric,
            interval=_told(one.pessimist, one.optimist),
            target=result.target,
            margin=result.margin,
            reached=one.reached,
            rows=one.asked,
            model=result.model,
            date=day,
            gained=gained.get(one.prompt.name),
            conformity=conformity_of(form or {}, [row.text for row in one.rows if row.score is not None]),
            spread=result.spread[1] - result.spread[0] if result.spread and rung == "P3" else None,
            eval_digest=eval_digest,
            failed=sum(row.score is None for row in one.rows),
            prompt=one.prompt.name,
            answers={row.key: (row.score, row.answer) for row in one.rows},
        )
        for rung, one in rungs
    )


def _told(pessimist: Interval, optimist: Interval) -> Interval:
    """What is said of a rung: rows that failed count against whatever that is, as wrong and, above, as right."""
    return Interval(pessimist.value, pessimist.low, optimist.high, pessimist.count, pessimist.confidence)


def best_prompt(ws: Workspace, eval_digest: str, model: str = "") -> Measured | None:
    """The best rung that was measured on an eval set: of `model`, else of the one that was measured last.

    None where no prompt was measured on it. Of rungs, those of which few rows were asked say little of the whole set.
    """
    kept = sorted(ws.stated.all(MEASURED).values(), key=lambda said: said.at)
    found = [msgspec.convert(said.body, Measured) for said in kept]
    found = [one for one in found if one.eval_digest == eval_digest and one.answers and one.rung not in ("P5", "RAG")]
    wanted = model or (found[-1].model if found else "")
    of_model = [one for one in found if one.model == wanted]
    most = max((one.rows for one in of_model), default=0)
    return max((one for one in of_model if 2 * one.rows >= most), key=lambda one: one.interval.value, default=None)


def form_of(outputs: Iterable[str]) -> dict[str, str]:
    """What is usual in the outer form of these outputs, by feature; empty where nothing is."""
    return usual_form(list(signature(text).items()) for text in outputs)


def conformity_of(form: Mapping[str, str], answers: Sequence[str]) -> float | None:
    """The share of answers that have this form; None where there is none, or no answer."""
    return conformity(form, [list(signature(text).items()) for text in answers if text.strip()])


def of_outputs(
    result: "OutputsResult", *, target: float, margin: float, metric: str, day: str, eval_digest: str = ""
) -> Measured:
    """Answers that a model gave elsewhere, as the verdict reads them: did the last mile pay?"""
    found, against = _told(result.pessimist, result.optimist), result.against
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
        failed=sum(row.score is None for row in result.rows),
        model=result.name,
        date=day,
        gained=better,
        tuned=True,
        eval_digest=eval_digest,
    )


def _name(one: Measured) -> str:
    """What a measurement is kept under: a newer one of the same rung and model on the same eval set replaces it."""
    mark = sha256("\n".join((one.rung, one.model, one.eval_digest)).encode("utf-8", "replace")).hexdigest()[:8]
    return f"{f'{one.rung} {one.model}'[: LONGEST - len(mark) - 1]} {mark}"
