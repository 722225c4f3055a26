"""What a run of the baseline has measured, as the verdict reads it."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

from curator.advice.intervals import Interval
from curator.advice.looks import Reached
from curator.text import many

#: The rungs of the ladder, and which of the four questions each answers. "RAG" has the source passage in context,
#: "P5" asks the largest model there is.
RUNGS = {
    "P0": "input only",
    "P1": "instructions and output contract",
    "P2": "few-shot examples",
    "P3": "phrasings",
    "P4": "decomposition",
    "P5": "the largest model",
    "RAG": "the source passage in context",
}


class Measured(Struct, frozen=True):
    """One rung of the ladder on the eval set.

    `gained` says whether it is better than the best rung before it, by a test corrected for several; None where it was
    not compared. `conformity` is the share of its answers that have the form of the set, `spread` how far apart
    phrasings of it were. `tuned` marks the answers of a model that was tuned. `eval_digest` names the frozen eval set.

    `rows` were asked; how many of them have no answer, and why, says `unanswered` in words. They count as wrong in
    `surely`, the lower bound that it has all the same; in `interval` they count against what `reached` says.
    """

    rung: str
    metric: str
    interval: Interval
    target: float
    margin: float
    reached: Reached
    rows: int
    model: str
    date: str
    gained: bool | None = None
    conformity: float | None = None
    spread: float | None = None
    tuned: bool = False
    eval_digest: str = ""
    unanswered: str = ""
    surely: float | None = None

    @property
    def gap(self) -> float:
        """How far its upper bound is below the target; 0 when it is not."""
        return max(0.0, self.target - self.interval.high)

    @property
    def name(self) -> str:
        """The rung in words."""
        return RUNGS.get(self.rung, self.rung)


M = TypeVar("M", bound=Measured)


def best_of(measured: Sequence[M]) -> M:
    """The rung that surely reaches most: with the highest lower bound, so that few answers make none the best.

    Of equal ones that with the highest value, of these the first.
    """
    return max(measured, key=lambda one: (one.interval.low if one.surely is None else one.surely, one.interval.value))


def reasons(failures: Mapping[str, int]) -> str:
    """Why rows have no answer, in words, the most frequent first: "12 truncated, 3 refused"."""
    ranked = sorted(failures.items(), key=lambda one: -one[1])
    return ", ".join(f"{count:,} {name}" for name, count in ranked)


def without_answer(failures: Mapping[str, int], rows: int) -> str:
    """How many of the rows have no answer: "15 of 200 rows without an answer (12 truncated, 3 refused)", else ""."""
    count = sum(failures.values())
    return f"{count:,} of {many(rows, 'row')} without an answer ({reasons(failures)})" if count else ""
