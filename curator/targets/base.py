"""What a target is: a provider or trainer, the format that it wants and the rules that it checks."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

from curator.formats.base import Format
from curator.model import SPLITS, Example, Split
from curator.targets.limits import Limits


class Status(Struct, frozen=True):
    """Whether the service still takes files: dated, because it changes. `until` is an ISO date, if one is known."""

    state: Literal["open", "closing", "closed"]
    verified_on: str
    source: str
    until: str = ""
    note: str = ""


class Shape(Struct, frozen=True):
    """The name and title of rows that only targets have: there is no format to read them back with."""

    name: str
    title: str


class Written(Struct, frozen=True):
    """What was written, for files beside it: where it is staged, and the file and rows of each split that has some."""

    folder: Path
    files: dict[Split, str]
    rows: dict[Split, int]


def nothing_lost(_example: Example) -> list[str]:
    """The losses of a target that writes examples whole."""
    return []


def never_plain(_example: Example) -> bool:
    """The quick answer of a target that has none."""
    return False


def nothing_beside(_written: Written) -> dict[str, bytes]:
    """The files beside those of a target that needs none."""
    return {}


class Target(Struct, frozen=True):
    """A place that trains. One module of `targets/` holds one of these.

    `refuses(example)` gives the reasons, in the provider's words where they are known, why this example would be
    rejected or lost in silence; empty when it is fine. `loses(example)` gives what is written changed, or at a risk,
    all the same: the user is told. `plain(example)` says quickly that there is neither, and that its rows hold texts
    and no numbers: then nobody asks further.
    `render(example)` is the row without identifiers or metadata; of an example that is refused it may raise
    `TargetError`. Where an example makes several rows, `renders(example)` gives them. `check_row(row)` gives the
    reasons why a row that was read back from the written file would be refused: the proof that what was written is
    what was meant. `limits` bound the whole set. `rules` says for people what is checked and what is lost.

    Hooks for what is more than JSON Lines: `mark` is written once at the beginning of each file (a byte order mark);
    `extras(written)` gives files that lie beside (``dataset_info.json``); `convert(rows, final)` makes the final file
    of a proven JSONL file, row by row, and `read(final)` gives its rows back for the proof.
    """

    name: str
    title: str
    format: Format | Shape
    status: Status
    render: Callable[[Example], dict[str, Any]]
    refuses: Callable[[Example], list[str]]
    check_row: Callable[[Any], list[str]]
    limits: Limits = Limits()
    loses: Callable[[Example], list[str]] = nothing_lost
    plain: Callable[[Example], bool] = never_plain
    renders: Callable[[Example], Sequence[dict[str, Any]]] | None = None
    files: dict[Split, str] = field(default_factory=lambda: {split: f"{split}.jsonl" for split in SPLITS})
    rules: tuple[str, ...] = ()
    mark: bytes = b""
    extras: Callable[[Written], dict[str, bytes]] = nothing_beside
    extra_names: tuple[str, ...] = ()
    convert: Callable[[Path, Path], None] | None = None
    read: Callable[[Path], Any] | None = None

    @property
    def max_bytes(self) -> int:
        """The largest file that is taken; 0 when none is known."""
        return self.limits.bytes_most
