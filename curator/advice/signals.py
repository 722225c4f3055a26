"""What is known of a set before any model is asked: typed signals, each measured elsewhere and judged in `verdict`.

A signal that was not measured is None: nothing is guessed from its absence, and the verdict says that it is missing.
"""

from typing import Literal

from msgspec import Struct

from curator.advice.curve import Curve
from curator.advice.intervals import Interval
from curator.advice.measured import reasons
from curator.tasks import Task

#: Rows that a sample holds where the whole set is not needed.
SAMPLE = 2_000


class Share(Struct, frozen=True):
    """So many rows of so many."""

    count: int
    of: int

    @property
    def value(self) -> float:
        """The share, 0 of no rows."""
        return self.count / self.of if self.of else 0.0


class Topic(Struct, frozen=True):
    """A cluster of rows that teach facts: what it is about, how many rows, and their share of all rows about it."""

    name: str
    rows: int
    share: float | None


class Narrowness(Struct, frozen=True):
    """How alike the inputs are, and the outputs.

    `inputs` and `outputs` are Vendi scores (Friedman and Dieng 2023, arXiv 2210.02410) of `of` rows: how many different
    ones there seem to be. `nearest` is the mean cosine of an input to the one nearest to it. `template` is the share of
    the inputs' words that many inputs share.
    """

    inputs: float
    outputs: float
    of: int
    nearest: float
    template: float


class Neighbours(Struct, frozen=True):
    """How alike the outputs of near inputs are (F1 of their words, five nearest), and those of any two rows."""

    near: float
    random: float
    rows: int

    @property
    def gain(self) -> float:
        """How much more alike the outputs of near inputs are."""
        return self.near - self.random


class Prefix(Struct, frozen=True):
    """What stands before the input in most rows: how many tokens, in which share of the rows."""

    tokens: int
    share: float


class Agreed(Struct, frozen=True):
    """How far reviewers agree on the status (Krippendorff's alpha) of so many rows; None where all said the same."""

    alpha: float | None
    low: float | None
    high: float | None
    rows: int
    alike: float = 1.0


class EvalFacts(Struct, frozen=True):
    """An eval set: how many rows in how many clusters, how many were changed since it was frozen.

    `dropped` rows were rejected, marked to be fixed or routed to RAG since. `half` is how many rows would make its
    interval half as wide.
    """

    name: str
    rows: int
    clusters: int
    changed: int
    digest: str
    at: str
    interval: Interval
    half: int = 0
    dropped: int = 0


class Place(Struct, frozen=True):
    """Where it could be trained: whether that is open, as of when, and what it would not take.

    `refuses` are limits of the set, such as too few rows; `misfit` says that its rows are not of the kind.
    """

    name: str
    title: str
    state: Literal["open", "closing", "closed"]
    verified_on: str
    source: str
    until: str = ""
    note: str = ""
    refuses: tuple[str, ...] = ()
    misfit: str = ""

    def takes(self, today: str) -> bool:
        """Whether it takes this set on a day (ISO)."""
        stands = self.state != "closed" and not (self.until and self.until <= today)
        return stands and not self.refuses and not self.misfit


class Tried(Struct, frozen=True):
    """Whether one way of prompting was tried, as somebody says, with what shows it."""

    tried: bool | None = None
    note: str = ""
    by: str = ""
    at: str = ""
    prompts: tuple[str, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether it was tried and there is something to show for it: a prompt that was kept, or a note."""
        return self.tried is True and bool(self.prompts or self.note)


class Economy(Struct, frozen=True):
    """What tuning would have to earn: from how many calls on it pays, at best and at worst, and how many there are.

    `volume` is None while nobody has said it; `said` says what was assumed.
    """

    best: float
    worst: float
    volume: float | None
    prefix: bool = False
    said: str = ""


class Unanswered(Struct, frozen=True):
    """A baseline of which no answer could be used: how many were asked for, why they failed, and on which eval set."""

    model: str
    asked: int
    failures: dict[str, int]
    date: str
    eval_digest: str = ""

    @property
    def reasons(self) -> str:
        """Why they failed, in words, the most frequent first."""
        return reasons(self.failures)


class Signals(Struct, frozen=True, kw_only=True):
    """All that is known. `rows` are all rows, `usable` those that would be trained on, `sampled` those that were read.

    `families` are the families of checks that have run. `unpriced` is the model that tuning is held against, where its
    price is not known.
    """

    rows: int
    usable: int
    sampled: int = 0
    families: tuple[str, ...] = ()
    task: Task = "mixed"
    metric: str = ""
    conflicts: Share | None = None
    suspects: Share | None = None
    leaks: int | None = None
    errors: int = 0
    knowledge: Share | None = None
    topics: tuple[Topic, ...] = ()
    narrowness: Narrowness | None = None
    style: float | None = None
    neighbours: Neighbours | None = None
    curve: Curve | None = None
    prefix: Prefix | None = None
    volatile: Share | None = None
    agreed: Agreed | None = None
    eval_set: EvalFacts | None = None
    places: tuple[Place, ...] = ()
    tried: dict[str, Tried] = {}
    economy: Economy | None = None
    volume: float | None = None
    unanswered: Unanswered | None = None
    unpriced: str = ""
