"""What tests of asking begin with: a workspace that keeps answers, prices, questions, a yes."""

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from curator.advice.prices import Prices, load
from curator.judge.anthropic import Claude
from curator.judge.base import Question, Turn, key_of
from curator.judge.consent import Consent
from curator.judge.retrying import Retries
from curator.operations.asking import Answers, Session, Stops
from curator.operations.asking_plan import Prepared, prepare
from curator.workspace import Workspace
from curator.workspace.answers import AnswerStores

MODEL = "claude-haiku-5-5"
QUICK = Retries(attempts=3, first=0.01, longest=0.05)
Given = TypeVar("Given")


def question(row: str, *, system: str = "Answer.", tokens: int = 50, schema: dict[str, Any] | None = None) -> Question:
    key = key_of(MODEL, "test", schema, system, row)
    return Question(key, (system,), (Turn("user", row),), tokens, schema, (row[:40],), fields=("input",))


def questions(count: int) -> list[Question]:
    return [question(f"row number {place}") for place in range(count)]


def ended(steps: Generator[Any, None, Given]) -> Given:
    """What a generator returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            value: Given = end.value
            return value


class Desk:
    """A workspace's answers, and a service at an address."""

    def __init__(self, folder: Path, address: str, *, model: str = MODEL) -> None:
        self.path = folder / "work.curator"
        Workspace.open_or_create(self.path).close()
        self.stores = AnswerStores(self.path)
        self.service = Claude(model, key="test-key", base_url=address, timeout=10.0)
        self.prices: Prices = load()

    def __enter__(self) -> "Desk":
        return self

    def __exit__(self, *_: object) -> None:
        self.service.close()
        self.stores.close()

    def prepare(self, asked: Sequence[Question], **options: Any) -> Prepared:
        options = {"purpose": "a test", **options}
        return prepare(self.service, self.stores(), self.prices, asked, **options)

    def session(self, prepared: Prepared, **options: Any) -> Session:
        plan = prepared.plan
        consent = Consent.given(plan, seen=plan.text())
        options = {"retries": QUICK, "poll": 0.01, **options}
        return Session(self.service, self.stores, self.prices, plan, consent, **options)

    def ask(self, asked: Sequence[Question], *, stops: Stops | None = None, **options: Any) -> Answers:
        prepared = self.prepare(asked, **options)
        return ended(self.session(prepared, stops=stops).ask(list(prepared.questions)))
