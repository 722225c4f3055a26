"""What asking costs, before anything is asked; and from how many calls on a tuned model would be cheaper.

A bound here is one that cannot be exceeded: a text has no more tokens than bytes, an answer no more than its limit.
A guess says what is likely. Break-even follows prompted and tuned calls of the same task, with a range for whatever
is not known.
"""

import math
from collections.abc import Iterable, Sequence

from msgspec import Struct

from curator.advice.prices import Price
from curator.judge.base import Question, Usage
from curator.tokens import estimate

#: What a service adds to a message and to a request, about.
_PER_TEXT, _PER_CALL = 4, 8


class Guess(Struct, frozen=True):
    """What a set of questions will cost: likely tokens and dollars, and the dollars that it cannot exceed."""

    calls: int
    input_tokens: int
    expected: float
    bound: float


def estimated(question: Question, ratio: float = 1.0) -> float:
    """About how many input tokens a question has. `ratio`: how many the model makes of one estimated token."""
    texts = question.texts()
    return ratio * (sum(estimate(text) for text in texts) + _PER_TEXT * len(texts)) + _PER_CALL


def ratio_of(counted: Sequence[tuple[Question, int]]) -> float:
    """How many tokens the service counts for one estimated token, over a sample: the ratio of the sums."""
    ours = sum(estimated(question) - _PER_CALL for question, _ in counted)
    theirs = sum(tokens - _PER_CALL for _, tokens in counted)
    return theirs / ours if ours > 0 and theirs > 0 else 1.0


def sample(questions: Sequence[Question], size: int) -> list[Question]:
    """Questions to be counted that stand for all: from each of `size` runs of about the same length the middle one."""
    ordered = _by_length(questions)
    return [run[len(run) // 2] for run in _runs(ordered, size)]


def total(questions: Sequence[Question], counted: Sequence[int], size: int) -> float:
    """The tokens of all questions, when those of ``sample(questions, size)`` were counted: each stands for its run."""
    found = 0.0
    for run, tokens in zip(_runs(_by_length(questions), size), counted, strict=True):
        found += tokens * sum(map(estimated, run)) / estimated(run[len(run) // 2])
    return found


def _by_length(questions: Sequence[Question]) -> list[Question]:
    return sorted(questions, key=lambda one: (sum(map(len, one.texts())), one.key))


def _runs(ordered: list[Question], size: int) -> list[list[Question]]:
    """About `size` runs that hold as much text each, so that long questions are counted more often."""
    texts = [sum(map(len, one.texts())) + 1 for one in ordered]
    share = sum(texts) / size if size else 0.0
    runs: list[list[Question]] = []
    held = 0.0
    for question, length in zip(ordered, texts, strict=True):
        if not runs or (held + length / 2 > share * len(runs) and len(runs) < size):
            runs.append([])
        runs[-1].append(question)
        held += length
    return runs


def bound_of(question: Question, price: Price, *, batch_share: float | None = None) -> float:
    """The dollars that one call cannot exceed; `batch_share` is the share of the price that a batch pays."""
    tokens = question.most_tokens()
    first = len(question.system[0].encode("utf-8", "surrogatepass")) if question.system else 0
    dollars = price.most(tokens=tokens, output=question.max_tokens, cached=first + _PER_TEXT * 4)
    return dollars * (1.0 if batch_share is None else batch_share)


def paid(usage: Usage, price: Price, *, batch_share: float | None = None) -> float:
    """What a call has cost, by what the service counted."""
    cost = price.cost(fresh=usage.input, output=usage.output, read=usage.cache_read, written=usage.cache_write)
    return cost * (1.0 if batch_share is None else batch_share)


def guess(
    questions: Iterable[Question], price: Price, *, batch_share: float | None = None, ratio: float = 1.0,
    output: float | None = None,
) -> Guess:  # fmt: skip
    """What these questions will cost. `output` is the likely length of an answer, else a quarter of its limit."""
    calls, tokens, expected, bound = 0, 0.0, 0.0, 0.0
    share = 1.0 if batch_share is None else batch_share
    for question in questions:
        calls += 1
        ours = estimated(question, ratio)
        tokens += ours
        answer = min(question.max_tokens, question.max_tokens / 4 if output is None else output)
        expected += share * price.cost(fresh=round(ours), output=round(answer))
        bound += bound_of(question, price, batch_share=batch_share)
    return Guess(calls, round(tokens), expected, bound)


class Range(Struct, frozen=True):
    """A number that is known to lie between two; of a number that is known, both are the same."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise ValueError(f"a range goes from a number to one as large, not from {self.low} to {self.high}")

    @property
    def middle(self) -> float:
        """Half way between."""
        return (self.low + self.high) / 2


class Work(Struct, frozen=True):
    """One call of the task, in tokens: the part of the prompt that never changes, what is left of it when a tuned
    model needs no instructions, the input, the output. `warm` is the share of calls that find the prefix kept."""

    constant: float
    short: float
    input: float
    output: float
    warm: Range = Range(0.0, 1.0)


class Tuning(Struct, frozen=True):
    """What a tuned model costs beside its calls: labelling, training and evaluation each time it is trained, how often
    that is in the time that is looked at (models retire, data ages), and hosting over that time."""

    labelling: Range
    training: Range
    evaluation: Range
    trainings: Range = Range(1.0, 1.0)
    hosting: Range = Range(0.0, 0.0)

    @property
    def total(self) -> Range:
        """All of it together. Labels are paid for once."""
        low, high = (
            labels + times * (train + test) + host
            for labels, times, train, test, host in (
                (self.labelling.low, self.trainings.low, self.training.low, self.evaluation.low, self.hosting.low),
                (self.labelling.high, self.trainings.high, self.training.high, self.evaluation.high, self.hosting.high),
            )
        )
        return Range(low, high)


class BreakEven(Struct, frozen=True):
    """From how many calls on tuning is cheaper: at best and at worst, infinity for never."""

    best: float
    worst: float
    prompted: Range
    tuned: float

    @property
    def never(self) -> bool:
        """Whether a tuned call costs as much as a prompted one, even at best."""
        return math.isinf(self.best)


class Point(Struct, frozen=True):
    """The costs after so many calls, for a plot."""

    calls: float
    prompted: Range
    tuned: Range


def prompted(work: Work, price: Price) -> Range:
    """What a call with the whole prompt costs, from a prefix that is always kept to one that never is.

    A prefix shorter than the model's minimum is never kept.
    """
    kept = price.cache_minimum is not None and work.constant >= price.cache_minimum
    costs = []
    for warm in (work.warm.high, work.warm.low):
        # A call that finds the prefix gone writes it again.
        share = warm * price.cache_read + (1 - warm) * (price.cache_write if warm > 0 else 1.0) if kept else 1.0
        rate_in, rate_out = price.rates(round(work.constant + work.input))
        costs.append(rate_in * (work.constant * share + work.input) + rate_out * work.output)
    return Range(min(costs), max(costs))


def tuned(work: Work, price: Price) -> float:
    """What a call of a tuned model costs, at the price of its tokens."""
    rate_in, rate_out = price.rates(round(work.short + work.input))
    return rate_in * (work.short + work.input) + rate_out * work.output


def break_even(work: Work, price: Price, tuned_price: Price, tuning: Tuning) -> BreakEven:
    """From how many calls on the tuned model is cheaper."""
    before, after, once = prompted(work, price), tuned(work, tuned_price), tuning.total
    return BreakEven(_calls(once.low, before.high - after), _calls(once.high, before.low - after), before, after)


def curve(
    work: Work, price: Price, tuned_price: Price, tuning: Tuning, *, most: float, points: int = 40
) -> list[Point]:
    """The costs of both from no call to `most` calls."""
    before, after, once = prompted(work, price), tuned(work, tuned_price), tuning.total
    found = []
    for place in range(points + 1):
        calls = most * place / points
        of_prompt = Range(calls * before.low, calls * before.high)
        found.append(Point(calls, of_prompt, Range(once.low + calls * after, once.high + calls * after)))
    return found


def _calls(once: float, saved: float) -> float:
    return math.ceil(once / saved) if saved > 0 else math.inf
