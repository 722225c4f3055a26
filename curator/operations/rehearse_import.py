"""An import that stores nothing: how many rows are good, blank or would be rejected, and why, told again and again."""

import re
from collections import Counter
from collections.abc import Generator, Sequence

from msgspec import Struct

from curator.errors import CuratorError
from curator.model import Example
from curator.operations.import_reading import Options, opened, parser
from curator.operations.preview_import import Sight
from curator.sources.base import Row

#: Rows that are tried while one chooses, and how often it is said how far that has come.
FIRST, STEP = 20_000, 1_000
#: Different reasons that are counted one by one, and rows that are shown of each.
REASONS, PLACES = 200, 5
#: Bytes of a rejected row that are shown.
HEAD = 600

_INDEX = re.compile(r"\[\d+\]")


class Place(Struct, frozen=True):
    """A row that cannot be stored: where it stands, and how it begins."""

    source: str
    row: int
    line: int | None
    head: bytes
    reason: str


class Reason(Struct, frozen=True):
    """Why rows would be rejected, how many, and the first of them."""

    text: str
    count: int
    first: tuple[Place, ...]


class Rehearsed(Struct, frozen=True):
    """What would become of the rows that were tried. `whole` when there are no more; `problem` ended it early."""

    read: int = 0
    good: int = 0
    blank: int = 0
    rejected: int = 0
    reasons: tuple[Reason, ...] = ()
    whole: bool = False
    problem: str = ""


def rehearse(
    sights: Sequence[tuple[Sight, Options]], most: int | None = FIRST
) -> Generator[Rehearsed, None, Rehearsed]:
    """Reads rows as an import would and stores nothing: the first `most` of all sources together, or every one."""
    tally = _Tally()
    for sight, options in sights:
        for source, part in sight.parts:
            try:
                _, rows, format_ = opened(source, part, options)
                parse = parser(format_)
                for row in rows:
                    if most is not None and tally.read >= most:
                        return tally.told()
                    tally.add(sight.name, row, None if row.blank else parse(row))
                    if tally.read % STEP == 0:
                        yield tally.told()
            except CuratorError as error:
                return tally.told(problem=str(error))
    return tally.told(whole=True)


class _Tally:
    """Counts rows by what became of them, and keeps the first of each reason."""

    def __init__(self) -> None:
        self.read = self.good = self.blank = 0
        self._numbers: Counter[str] = Counter()
        self._first: dict[str, list[Place]] = {}

    def add(self, name: str, row: Row, example: Example | str | None) -> None:
        self.read += 1
        if example is None:
            self.blank += 1
        elif isinstance(example, Example):
            self.good += 1
        else:
            text = _INDEX.sub("[…]", example)
            if text not in self._first and len(self._first) >= REASONS:
                text = "other reasons"
            self._numbers[text] += 1
            first = self._first.setdefault(text, [])
            if len(first) < PLACES:
                first.append(Place(name, row.number, row.line, row.raw[:HEAD], example))

    def told(self, *, whole: bool = False, problem: str = "") -> Rehearsed:
        reasons = tuple(Reason(text, count, tuple(self._first[text])) for text, count in self._numbers.most_common())
        return Rehearsed(self.read, self.good, self.blank, self._numbers.total(), reasons, whole, problem)
