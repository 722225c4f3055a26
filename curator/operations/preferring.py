"""Two answers to each row read side by side by a model, in both orders: what no measure of words can tell."""

from collections import Counter
from collections.abc import Generator, Mapping, Sequence

from msgspec import Struct

from curator.advice.intervals import Interval, mean_of
from curator.advice.prices import Prices
from curator.judge.base import Question, Service, not_asked
from curator.judge.keeping import Kept
from curator.judge.preferring import Preference, Preferred, preference_of, questions_of
from curator.judge.wrapping import nonce
from curator.model import Example, Progress
from curator.operations.asking import Session
from curator.operations.asking_plan import Prepared, prepare


class Rivals(Struct, frozen=True):
    """Two answers to the input of an example: the left one is measured, the right one is what it is held against."""

    example: Example
    left: str
    right: str


class PreferringResult(Struct, frozen=True):
    """What the model prefers, in the order of the rivals. `interval` is of the left one's score: 1 where it is better,
    0 where the right one is, a half where neither is or where the order decided."""

    preferences: tuple[Preference, ...]
    interval: Interval
    cost: float

    @property
    def counts(self) -> dict[Preferred, int]:
        """How often each was said: together all rivals."""
        return dict(Counter(one.preferred for one in self.preferences))


class Reading(Struct, frozen=True):
    """Rivals and the two questions about each, of one run."""

    rivals: tuple[Rivals, ...]
    questions: tuple[tuple[Question, Question], ...]


def reading(rivals: Sequence[Rivals], model: str, prices: Prices, *, tag: str | None = None) -> Reading:
    """The questions about rivals. Answers that are alike letter by letter need none and are left out."""
    price = prices.of(model)
    thinking = 0 if price is None else price.thinking_tokens
    mark = tag or nonce()
    differ = tuple(one for one in rivals if one.left.strip() != one.right.strip())
    asked = tuple(questions_of(one.example, one.left, one.right, model, mark, thinking=thinking) for one in differ)
    return Reading(differ, asked)


def prepared(
    read: Reading, service: Service, kept: Kept, prices: Prices, *, allow_secrets: bool = False,
    batches: bool | None = None,
) -> Prepared:  # fmt: skip
    """The plan of reading these. Nothing is sent."""
    asked = [question for both in read.questions for question in both]
    return prepare(
        service, kept, prices, asked, purpose="reading two answers to each row, in both orders",
        examples={one.example.id: one.example for one in read.rivals},
        allow_secrets=allow_secrets, batches=batches, output=80.0,
    )  # fmt: skip


def prefer(
    read: Reading, session: Session, clusters: Mapping[str, str] | None = None
) -> Generator[Progress, None, PreferringResult]:
    """Asks, and says of each pair which is better; rows of one of `clusters`, by id, are near copies.

    Raises `JudgeError` when no call can succeed.
    """
    out = set(session.plan.left_out)
    asked = [one for both in read.questions for one in both if not set(one.rows) & out]
    before = session.purse.spent
    answers = yield from session.ask(asked, "reading both orders")
    none = not_asked("it holds a secret and was left out")
    found = tuple(
        preference_of(answers.get(straight.key, none), answers.get(swapped.key, none))
        for straight, swapped in read.questions
    )
    scored = [(one.score, rival.example.id) for one, rival in zip(found, read.rivals, strict=True)]
    kept = [(score, (clusters or {}).get(name, name)) for score, name in scored if score is not None]
    mean = mean_of([score for score, _ in kept], [name for _, name in kept])
    return PreferringResult(found, mean, session.purse.spent - before)
