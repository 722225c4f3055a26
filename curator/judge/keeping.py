"""What keeps the answers that models gave, as the judge needs it. The workspace is one; in tests a dictionary."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from curator.judge.base import Answer


class Sent(Struct, frozen=True):
    """A batch that was sent, or was about to be when the program ended: then it has no `batch` yet.

    `bound` is what its answers cost at the most, `at` a Unix time.
    """

    number: int
    at: float
    endpoint: str
    model: str
    keys: tuple[str, ...]
    bound: float
    batch: str | None = None


class Kept(Protocol):
    """Where answers are kept. Each method is on the disk when it returns."""

    def known(self, keys: Sequence[str]) -> dict[str, Answer]:
        """The answers of these keys, of those that have one."""

    def keep(self, model: str, answers: dict[str, Answer], costs: dict[str, float]) -> None:
        """Keeps answers, each with what it cost. One that is there already stays."""

    def sending(self, endpoint: str, model: str, keys: Sequence[str], bound: float) -> Sent:
        """Notes that a batch is about to be sent."""

    def sent(self, number: int, batch: str) -> None:
        """Notes the name that the service gave to a batch."""

    def done(self, number: int) -> None:
        """Forgets a batch whose answers are kept, or that was never made."""

    def open(self, endpoint: str, model: str) -> list[Sent]:
        """The batches of this service and model that are not done."""
