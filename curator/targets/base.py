"""What a target is: a provider or trainer, the format that it wants and the rules that it checks."""

from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct, field

from curator.formats.base import Format
from curator.model import SPLITS, Example


class Status(Struct, frozen=True):
    """Whether the service still takes files: dated, because it changes. `until` is an ISO date, if one is known."""

    state: Literal["open", "closing", "closed"]
    verified_on: str
    source: str
    until: str = ""
    note: str = ""


class Target(Struct, frozen=True):
    """A place that trains. One module of `targets/` holds one of these.

    `refuses(example)` gives the reasons, in the provider's words where they are known, why this example
    would be rejected or lost in silence; empty when it is fine. `check_row(row)` gives the reasons why a
    row that was read back from the written file would be refused: the proof that what was written is what
    was meant. `limits(counts)` gives what is wrong with a whole set: counts maps a split to its rows.
    `render(example)` is the row without identifiers or metadata; of an example that is refused it may raise
    `TargetError`. `rules` says for people what is checked and what is lost; `max_bytes` is the largest file
    that is taken, 0 when none is known.
    """

    name: str
    title: str
    format: Format
    status: Status
    render: Callable[[Example], dict[str, Any]]
    refuses: Callable[[Example], list[str]]
    check_row: Callable[[Any], list[str]]
    limits: Callable[[dict[str, int]], list[str]]
    files: dict[str, str] = field(default_factory=lambda: {split: f"{split}.jsonl" for split in SPLITS})
    rules: tuple[str, ...] = ()
    max_bytes: int = 0
