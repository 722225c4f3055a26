"""The baseline: what prompting alone reaches on rows that no prompt has seen, rung after rung, until it is known.

A rung that surely reaches the target ends the climb: prompting suffices. Rungs that surely miss it are left early. A
row without an answer (refused, cut off, not asked) is kept with its reason. It counts as wrong where the question is
whether a prompt suffices and as right where it is whether it falls short, so neither can come of rows that failed.
"""

from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from statistics import NormalDist
from typing import Literal

from msgspec import Struct

from curator.advice.comparing import Comparison, compared, holm
from curator.advice.intervals import CONFIDENCE, Interval, mean_of
from curator.advice.looks import Reached, bounds, plan_of
from curator.advice.measured import without_answer
from curator.judge.base import Answer, Failure, Question
from curator.model import Example, Progress
from curator.operations.asking import Answers, Session
from curator.operations.baseline_ladder import Ladder, Row
from curator.operations.baseline_prompts import RUNGS, Prompt

Score = Callable[[Example, str], float | None]
Ended = Literal["suffices", "short", "undecided", "stopped"]
#: Two rungs without a significant gain end a climb that is surely below the target.
_IDLE = 2
#: A prompt of which not one of so many answers can be used is left (were half of them of use, that would happen once in
#: a thousand times); after so many such prompts the climb ends, since another one would be paid for and tell nothing.
_MUTE, _MUTE_PROMPTS = 10, 2
_SIGNIFICANT = 0.05
#: Prompts that are named for rows without an answer.
_NAMED = 3


class RowResult(Struct, frozen=True):
    """What became of a row under a prompt. Without a score there is a reason: a failure, or "cannot be scored".

    Rows of one `cluster` are near copies; a row without one stands alone. `answer` is the key under which the answer is
    kept.
    """

    key: str
    text: str = ""
    score: float | None = None
    failure: Failure | Literal["unfit", "unscored", "missing"] | None = None
    why: str = ""
    cluster: str = ""
    answer: str = ""


class PromptResult(Struct, frozen=True):
    """A prompt measured. `interval` is of the rows that have a score and wide enough for having looked often, its lower
    end for all prompts that may be said to suffice, too; `pessimist` and `optimist` count rows that failed as wrong and
    as right. `asked` rows of `rows` were looked at."""

    prompt: Prompt
    reached: Reached
    interval: Interval
    pessimist: Interval
    optimist: Interval
    rows: tuple[RowResult, ...]
    asked: int
    cost: float
    first: Question | None = None

    @property
    def failures(self) -> dict[str, int]:
        """How many rows have no score, by the reason."""
        return dict(Counter(row.failure for row in self.rows if row.failure is not None))

    @property
    def unanswered(self) -> str:
        """How many rows have no score and why, in words; empty where all have one."""
        return without_answer(self.failures, self.asked)

    def scores(self) -> dict[str, float]:
        """The scores by row, of those that have one."""
        return {row.key: row.score for row in self.rows if row.score is not None}

    def clusters(self) -> dict[str, str]:
        """The cluster of each row, the row itself where it stands alone."""
        return {row.key: row.cluster or row.key for row in self.rows}


class Step(Struct, frozen=True):
    """What a prompt gained over the best before it, on the rows that both have a score of; `p` after Holm."""

    prompt: str
    over: str
    comparison: Comparison
    p: float


class BaselineResult(Struct, frozen=True):
    """A climb. `best` is the prompt that surely reaches most; `ended` says what is known of prompting, `why` in words.
    `cost` is what all answers have cost, those of earlier runs too, and what may have been charged in this one for
    answers that never came.
    `spread` is how far the phrasings of P3 are apart (lowest and highest mean, rows without an answer being wrong),
    None when it was not reached."""

    model: str
    target: float
    margin: float
    results: tuple[PromptResult, ...]
    steps: tuple[Step, ...]
    ended: Ended
    why: str
    unfit: dict[str, str]
    cost: float
    spread: tuple[float, float] | None = None

    @property
    def best(self) -> PromptResult | None:
        """The best prompt of those that were measured."""
        return best_of(self.results)


def best_of(results: Sequence[PromptResult]) -> PromptResult | None:
    """The prompt that surely reaches most: with the highest lower bound, rows without an answer being wrong.

    So none is best by the few rows that it answers. Of equal ones that with the highest mean, of these the earlier,
    which is simpler.
    """
    scored = [one for one in results if one.interval.count]
    return max(scored, key=lambda one: (one.pessimist.low, one.pessimist.value), default=None)


def climb(
    ladder: Ladder, session: Session, score: Score, *, target: float = 0.9, margin: float = 0.02,
    prompts: Sequence[Prompt] | None = None,
) -> Generator[Progress, None, BaselineResult]:  # fmt: skip
    """Climbs until prompting suffices, surely falls short, or the ladder, the money or the time ends.

    Called again after a kill it asks nothing that has an answer. Raises `JudgeError` when no call can succeed.
    """
    used = ladder.prompts if prompts is None else tuple(prompts)
    results: list[PromptResult] = []
    steps: list[Step] = []
    ended: Ended | None = None
    why = ""
    for rung in RUNGS:
        for prompt in (one for one in used if one.rung == rung):
            result = yield from measure(ladder, prompt, session, score, target=target, margin=margin, prompts=len(used))
            results.append(result)
            if result.reached == "suffices" or session.closed or _mute(results):
                break  # another prompt of the rung would cost money and change nothing
        ended, why = _known(results, steps, session, target, margin)
        if ended is not None:
            break
    means = [one.pessimist.value for one in results if one.prompt.rung == "P3" and one.interval.count]
    held = [row.key for row in ladder.rows if row.key in session.plan.left_out]
    left = dict.fromkeys(held, "it holds a secret and was left out")
    return BaselineResult(
        ladder.model, target, margin, tuple(results), tuple(_corrected(steps)),
        ended or _at_last(results, target), "; ".join([why or "the ladder ends here", *_silent(results)]),
        {**ladder.unfit, **left},
        sum(one.cost for one in results) + session.purse.lost, (min(means), max(means)) if len(means) > 1 else None,
    )  # fmt: skip


def measure(
    ladder: Ladder, prompt: Prompt, session: Session, score: Score, *, target: float, margin: float, prompts: int = 1
) -> Generator[Progress, None, PromptResult]:
    """Measures one prompt, looking at parts of the rows; by batches all are asked at once, and looked at once.

    Any of `prompts` may end the climb by sufficing: each is given its part of the risk to be wrong in that, as
    Bonferroni has it. That all fall short needs no correction, since each has to.
    """
    out = set(session.plan.left_out)
    rows = [row for row in ladder.rows if row.key not in out]
    plan = () if not rows else (len(rows),) if session.plan.batches else plan_of(len(rows))
    shares = tuple(one / len(rows) for one in plan)
    criticals = zip(bounds(shares), bounds(shares, 1 - (1 - CONFIDENCE) / prompts), strict=True) if rows else ()
    found: list[RowResult] = []
    cost = 0.0
    reached: Reached = "undecided"
    intervals = intervals_of([], 1.0)
    for count, (critical, stricter) in zip(plan, criticals, strict=True):
        some = rows[len(found) : count]
        answers = yield from _asked(ladder, prompt, some, session)
        cost += sum(session.cost(answer) for pair in answers for _, answer in pair)
        found += [result_of(row, *pair[-1], score) for row, pair in zip(some, answers, strict=True)]
        intervals = intervals_of(found, critical, stricter)
        _, low, high = intervals
        if low.low >= target - margin:
            reached = "suffices"
        elif high.high < target:
            reached = "short"
        if reached != "undecided" or session.closed or _unusable(found):
            break
    first = ladder.question(prompt, rows[0]) if rows else None
    return PromptResult(prompt, reached, *intervals, tuple(found), len(found), cost, first)


def _silent(results: Sequence[PromptResult]) -> list[str]:
    """The prompts that have no answer to some rows: of the best and of those that most rows are missing of."""
    best = best_of(results)
    failed = [one for one in results if one.failures and one.asked]
    failed.sort(key=lambda one: (one is not best, -sum(one.failures.values()) / one.asked))
    return [f"{one.prompt.name}: {one.unanswered}" for one in failed[:_NAMED]]


def _unusable(rows: Sequence[RowResult]) -> bool:
    return len(rows) >= _MUTE and all(row.score is None for row in rows)


def _mute(results: Sequence[PromptResult]) -> str:
    """Why to go on would be of no use: the last prompts got no answer that could be used. Empty when they did."""
    last = results[-_MUTE_PROMPTS:]
    if len(last) < _MUTE_PROMPTS or not all(_unusable(one.rows) for one in last):
        return ""
    failures = sum((Counter(one.failures) for one in last), Counter[str]())
    said = ", ".join(f"{count:,} {name}" for name, count in failures.most_common())
    return f"of the last {_MUTE_PROMPTS} prompts no answer could be used ({said})"


def _asked(
    ladder: Ladder, prompt: Prompt, rows: Sequence[Row], session: Session
) -> Generator[Progress, None, list[tuple[tuple[str, Answer], ...]]]:
    """The answers of rows, each with its key; the notes before the answer where the prompt has a step for them."""
    questions = ladder.questions(prompt, rows)
    answers = yield from session.ask(questions, prompt.name)
    firsts = [(one.key, answers[one.key]) for one in questions]
    if not prompt.notes:
        return [(one,) for one in firsts]
    later = {
        row.key: ladder.after(prompt, row, notes)
        for row, (_, notes) in zip(rows, firsts, strict=True)
        if notes.final and notes.failure in (None, "truncated")
    }
    seconds: Answers = {}
    if later:
        seconds = yield from session.ask(list(later.values()), f"{prompt.name}, second step")
    return [
        (first, (later[row.key].key, seconds[later[row.key].key])) if row.key in later else (first,)
        for row, first in zip(rows, firsts, strict=True)
    ]


def result_of(row: Row, key: str, answer: Answer, score: Score) -> RowResult:
    """What becomes of a row by an answer that is kept under this key."""
    if answer.failure is not None:
        return RowResult(row.key, answer.text, None, answer.failure, answer.why, row.cluster, key)
    value = score(row.example, answer.text)
    if value is None:
        return RowResult(row.key, answer.text, None, "unscored", "the answer cannot be scored", row.cluster, key)
    return RowResult(row.key, answer.text, value, cluster=row.cluster, answer=key)


def intervals_of(
    rows: Sequence[RowResult], critical: float, stricter: float | None = None
) -> tuple[Interval, Interval, Interval]:
    """The mean of the rows that have a score, then with the others as wrong, then with the others as right.

    As wide as the critical value of the look asks for, at the lower end the stricter one.
    """
    confidence = 2 * NormalDist().cdf(critical) - 1

    def mean(missing: float | None) -> Interval:
        counted = [row for row in rows if row.score is not None or missing is not None]
        scores = [row.score if row.score is not None else missing or 0.0 for row in counted]
        return mean_of(
            scores, [row.cluster or row.key for row in counted], critical, low=stricter, confidence=confidence
        )

    return mean(None), mean(0.0), mean(1.0)


def _known(
    results: Sequence[PromptResult], steps: list[Step], session: Session, target: float, margin: float
) -> tuple[Ended | None, str]:
    """What is known after a rung, None when the next one is needed. Adds what the rung has gained to the steps."""
    if not results:
        return None, ""
    enough = next((one for one in results if one.reached == "suffices"), None)
    _compare(results, steps)
    if enough is not None:
        return "suffices", f"{enough.prompt.name} reaches {target:.0%} (less {margin:.0%}) surely"
    if mute := _mute(results):
        return "stopped", mute
    if session.closed:
        return "stopped", session.why_stopped() or "the run was stopped"
    if any(one.optimist.high >= target for one in results):
        return None, ""
    last = _corrected(steps)[-_IDLE:]
    gained = any(step.p <= _SIGNIFICANT and step.comparison.gain > 0 for step in last)
    if len(last) == _IDLE and not gained and {"P1", "P2"} <= {one.prompt.rung for one in results}:
        return "short", f"every prompt is surely below {target:.0%}, and the last {_IDLE} rungs gained nothing"
    return None, ""


def _compare(results: Sequence[PromptResult], steps: list[Step]) -> None:
    """Adds a step for the rung just measured: its best prompt against the best before."""
    rung = results[-1].prompt.rung
    before, now = best_of([one for one in results if one.prompt.rung != rung]), best_of(
        [one for one in results if one.prompt.rung == rung]
    )  # fmt: skip
    if before is None or now is None or any(step.prompt == now.prompt.name for step in steps):
        return
    comparison = paired(before.scores(), now.scores(), before.clusters() | now.clusters())
    steps.append(Step(now.prompt.name, before.prompt.name, comparison, comparison.p))


def paired(
    first: Mapping[str, float], second: Mapping[str, float], clusters: Mapping[str, str] | None = None
) -> Comparison:
    """Two measurements held against each other on the rows that have a score in both; rows of a cluster are one."""
    both = [key for key in first if key in second]
    groups = None if clusters is None else [clusters.get(key, key) for key in both]
    return compared([first[key] for key in both], [second[key] for key in both], groups)


def _corrected(steps: Sequence[Step]) -> list[Step]:
    corrected = holm({step.prompt: step.comparison.p for step in steps})
    return [Step(step.prompt, step.over, step.comparison, corrected[step.prompt]) for step in steps]


def _at_last(results: Sequence[PromptResult], target: float) -> Ended:
    if results and all(one.optimist.high < target for one in results if one.asked):
        return "short"
    return "undecided"
