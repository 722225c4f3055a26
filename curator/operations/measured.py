"""What baselines have measured, kept in the workspace: a statement a rung, model and eval set.

A newer run of the same replaces it.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from curator.advice.intervals import Interval
from curator.advice.looks import Reached
from curator.advice.measured import RUNGS, M, Measured, best_of
from curator.advice.texts import conformity, usual_form
from curator.checks.signatures import signature
from curator.workspace import Saved, Stated, Workspace
from curator.workspace.answers import AnswerStores
from curator.workspace.stating import LONGEST, MEASURED

if TYPE_CHECKING:  # loads what asks models, which nobody needs who only reads what was measured
    from curator.operations.baseline import BaselineResult, PromptResult
    from curator.operations.baseline_outputs import OutputsResult

#: A gain whose chance (after Holm) is not above this counts.
SIGNIFICANT = 0.05


class Rung(Measured, frozen=True):
    """A rung with what became of each row under its best prompt, so that another model can be held against just that.

    `prompt` names it. `scores` has the score of each row that was asked, by the id of its example, None without one;
    `keys` those under which the answers are kept. Nothing of it depends on the rows that are in the pool later.
    """

    prompt: str = ""
    scores: dict[str, float | None] = msgspec.field(default_factory=dict)
    keys: dict[str, str] = msgspec.field(default_factory=dict)

    def scored(self) -> dict[str, float]:
        """The scores by row, of those that have one."""
        return {key: score for key, score in self.scores.items() if score is not None}


def keep(ws: Workspace, measured: Sequence[Measured], *, actor: str) -> Saved:
    """Keeps what was measured, as one operation of `actor`."""
    asked = [Stated(MEASURED, _name(one), msgspec.to_builtins(one)) for one in measured]
    return ws.log.state(asked, actor=actor)


def measured_of(ws: Workspace, eval_digest: str | None = None) -> tuple[Measured, ...]:
    """What was measured, in the order of the ladder, tuned models last; with `eval_digest` on that eval set only.

    What names no eval set counts for each.
    """
    latest = {(one.rung, one.model, one.eval_digest): one for one in _kept(ws, Measured)}
    found = [one for one in latest.values() if eval_digest is None or one.eval_digest in ("", eval_digest)]
    place = {rung: at for at, rung in enumerate(RUNGS)}
    return tuple(sorted(found, key=lambda one: (one.tuned, place.get(one.rung, len(RUNGS)), one.model)))


def best_prompt(ws: Workspace, eval_digest: str, *, metric: str, model: str = "") -> Rung | None:
    """The best prompt of a model as it was measured on this eval set, of the model measured last if none is said.

    None where none was measured by this metric. Prompts that were given a passage are another task.
    """
    found = [one for one in _kept(ws, Rung) if one.scores and one.rung != "RAG"]
    found = [one for one in found if (one.eval_digest, one.metric) == (eval_digest, metric)]
    wanted = model or (found[-1].model if found else "")
    rungs = sorted((one for one in found if one.model == wanted), key=lambda one: one.rung)
    return best_of(rungs) if rungs else None


def texts_of(ws: Workspace, rung: Rung) -> dict[str, str]:
    """The answers that have a score, by row, as they are kept."""
    scored = rung.scored()
    with AnswerStores(ws.path) as stores:
        kept = stores().known([key for row, key in rung.keys.items() if row in scored])
    return {row: kept[key].text for row, key in rung.keys.items() if key in kept}


def of_climb(
    result: "BaselineResult", *, metric: str, day: str, eval_digest: str = "", with_source: bool = False,
    largest: bool = False, form: Mapping[str, str] | None = None,
) -> tuple[Rung, ...]:  # fmt: skip
    """A climb as the verdict reads it: the best prompt of each rung, of all of them where each row had its passage
    (`with_source`).

    Where the model is the `largest` there is, its best prompt is rung P5, too. `form` is what is usual in the outputs
    of the set: how many answers have it is measured beside whether they are right.
    """
    from curator.operations.baseline import best_of as best_result

    of_rung: dict[str, list[PromptResult]] = {}
    for one in result.results:
        of_rung.setdefault(one.prompt.rung, []).append(one)
    gained = {step.prompt: step.p <= SIGNIFICANT and step.comparison.gain > 0 for step in result.steps}
    if result.best is None:
        return ()
    if with_source:
        rungs = [("RAG", result.best)]
    else:
        rungs = [(rung, found) for rung, some in of_rung.items() if (found := best_result(some)) is not None]
        rungs += [("P5", result.best)] if largest else []
    return tuple(
        Rung(
            rung=rung,
            metric=metric,
            interval=_against(one.reached, one.interval, one.pessimist, one.optimist),
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
            unanswered="; ".join(
                f"{other.prompt.name}: {other.unanswered}" for other in of_rung[one.prompt.rung] if other.unanswered
            ),
            surely=one.pessimist.low,
            prompt=one.prompt.name,
            scores={} if rung == "P5" else {row.key: row.score for row in one.rows},  # P5 repeats another rung
            keys={} if rung == "P5" else {row.key: row.answer for row in one.rows},
        )
        for rung, one in rungs
    )


def _against(reached: Reached, answered: Interval, pessimist: Interval, optimist: Interval) -> Interval:
    """The interval that is shown: rows without an answer count against what is said of it, and widen what is open."""
    if reached != "undecided":
        return pessimist if reached == "suffices" else optimist
    return structs.replace(answered, low=pessimist.low, high=optimist.high)


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
    low, high, against = result.pessimist.low, result.optimist.high, result.against
    reached: Reached = "suffices" if low >= target - margin else "short" if high < target else "undecided"
    better = None if against is None else against.p <= SIGNIFICANT and against.gain > 0
    return Measured(
        rung="tuned",
        metric=metric,
        interval=_against(reached, result.interval, result.pessimist, result.optimist),
        target=target,
        margin=margin,
        reached=reached,
        rows=len(result.rows),
        model=result.name,
        date=day,
        gained=better,
        tuned=True,
        eval_digest=eval_digest,
        unanswered=result.unanswered,
        surely=low,
    )


def _kept(ws: Workspace, kind: type[M]) -> list[M]:
    """What is kept, in the order in which it was measured."""
    kept = sorted(ws.stated.all(MEASURED).values(), key=lambda said: said.at)
    return [msgspec.convert(said.body, kind) for said in kept]


def _name(one: Measured) -> str:
    """The name it is kept under: one of its own for each rung, model and eval set, however long the names are."""
    mark = sha256("\n".join((one.rung, one.model, one.eval_digest)).encode("utf-8", "replace")).hexdigest()[:8]
    return f"{f'{one.rung} {one.model}'[: LONGEST - len(mark) - 1]} {mark}"
