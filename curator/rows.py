"""The rows of review without a screen: which there are, which are held in memory, and where the cursor is.

It knows no workspace and no terminal. What it needs of a workspace is `Desk`; the terminal interface adapts
the real one, tests pass a few lines.
"""

from array import array
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from curator.model import Entry, Finding

PAGE = 128
"""Examples read at once: 1.4 ms, three screens of rows."""
PAGES = 16
"""Pages kept: 2,000 examples, a few megabytes."""
FLAGGED_REACH = 2_000
"""Rows that are looked through for the next finding: 20 ms. A filter finds those further away."""


class Found(Protocol):
    """A stored finding: what was found, how bad, whether the text has changed since, and the
    other examples it is about."""

    @property
    def finding(self) -> Finding:
        """The finding as its check made it."""

    @property
    def severity(self) -> str:
        """The severity of its code."""

    @property
    def stale(self) -> bool:
        """Whether the text was changed after it was found."""

    @property
    def related(self) -> Sequence[int]:
        """The numbers of the other examples."""


class Card(NamedTuple):
    """An example of the queue with the severities found in it, worst first."""

    entry: Entry
    severities: Sequence[str]


class Turned(NamedTuple):
    """An operation that was undone or redone: in words, which examples, its last event, whether texts changed.

    `relabelled` when it was what labels there are: curator.toml has changed with it.
    """

    label: str
    seqs: Sequence[int]
    event: int
    edited: bool = False
    relabelled: bool = False


class Desk(Protocol):
    """What review needs of a workspace. Everything may raise `CuratorError`; a call that returned is durable."""

    @property
    def reviewer(self) -> str:
        """Whose decisions these are."""

    def cards(self, seqs: Sequence[int]) -> list[Card]:
        """The examples, in the order given."""

    def decided(self) -> "array[int]":
        """The numbers of all examples that somebody has decided: by a status, or by a route to RAG."""

    def record(self, seq: int, changes: Mapping[str, Any]) -> int:
        """Store these fields of one example as one operation; its last event, 0 when nothing changed."""

    def undo(self) -> Turned | None:
        """Take back my last operation."""

    def redo(self) -> Turned | None:
        """Do again what I took back last."""

    def pass_over(self) -> str | None:
        """Give up undoing my last operation; what it was, in words."""


class Queue:
    """A frozen order of examples. Rows do not move or vanish under the cursor while they are decided."""

    def __init__(self, desk: Desk, seqs: "array[int]") -> None:
        self._desk = desk
        self.seqs = seqs
        self.cursor = 0
        self._pages: OrderedDict[int, list[Card]] = OrderedDict()
        self._waiting: bytearray | None = None

    def __len__(self) -> int:
        return len(self.seqs)

    def card(self, index: int) -> Card:
        """The example at `index`, with its neighbours read ahead."""
        number, inside = divmod(index, PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._desk.cards(self.seqs[number * PAGE : (number + 1) * PAGE])
            self._pages[number] = page
            while len(self._pages) > PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page[inside]

    def grow(self, seqs: "array[int]") -> None:
        """More rows below: a filter is still being answered. Those that are shown stay where they are."""
        self._pages.pop(len(self.seqs) // PAGE, None)  # the page that was not full
        self._waiting = None
        self.seqs.extend(seqs)

    @property
    def here(self) -> Card:
        """The example under the cursor. The queue must not be empty."""
        return self.card(self.cursor)

    def start(self, index: int | None = None) -> None:
        """Put the cursor on `index`, or on the first pending example, or on the first one."""
        self.cursor = -1
        found = index if index is not None else self.next_pending()
        self.cursor = found or 0

    def move(self, index: int) -> bool:
        """Put the cursor on `index`, kept within the queue; False when it is there already."""
        index = max(0, min(index, len(self) - 1))
        moved = index != self.cursor
        self.cursor = index
        return moved

    def index_of(self, seq: int) -> int | None:
        """Where the example is in the queue: near the cursor at once, else by one pass over the numbers."""
        near = max(0, self.cursor - PAGE)
        for index in range(near, min(len(self), self.cursor + PAGE)):
            if self.seqs[index] == seq:
                return index
        try:
            return self.seqs.index(seq)
        except ValueError:
            return None

    def reread(self, seqs: Collection[int]) -> None:
        """Read these examples again: they were changed by us."""
        wanted = set(seqs)
        for page in self._pages.values():
            stale = [place for place, card in enumerate(page) if card.entry.seq in wanted]
            for place, card in zip(
                stale, self._desk.cards([page[p].entry.seq for p in stale]) if stale else (), strict=True
            ):
                page[place] = card
                self._note(card)

    def forget(self) -> None:
        """Read everything again when it is next needed: somebody else changed something."""
        self._pages.clear()
        self._waiting = None

    def next_pending(self) -> int | None:
        """The first pending example below the cursor; None when there is none."""
        first = self.cursor + 1
        near = min(len(self), first + PAGE)
        for index in range(first, near):
            if not self.card(index).entry.state.decided:
                return index
        waiting = self._bits() if near < len(self) else b""
        return next((i for i in range(near, len(self)) if waiting[self.seqs[i]]), None)

    def next_flagged(self, step: int) -> int | None:
        """The next example with findings below the cursor (`step` 1) or above (-1), within reach."""
        last = self.cursor + step * FLAGGED_REACH
        for index in range(self.cursor + step, max(-1, min(len(self), last)), step):
            if self.card(index).severities:
                return index
        return None

    def _bits(self) -> bytearray:
        """One byte an example: 1 while nobody has decided it. A megabyte for a million."""
        if self._waiting is None:
            decided = self._desk.decided()
            self._waiting = bytearray(b"\1") * (max(max(decided, default=0), max(self.seqs, default=0)) + 1)
            for seq in decided:
                self._waiting[seq] = 0
        return self._waiting

    def _note(self, card: Card) -> None:
        if self._waiting is not None and card.entry.seq < len(self._waiting):
            self._waiting[card.entry.seq] = not card.entry.state.decided


class Tags:
    """Which examples are tagged in this session: a byte an example, whatever is tagged."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __contains__(self, seq: int) -> bool:
        return seq < len(self._bits) and bool(self._bits[seq])

    def set(self, seqs: Iterable[int], on: bool) -> None:
        """Tag these examples, or take their tags away."""
        bits = self._bits
        for seq in seqs:
            if seq >= len(bits):
                bits.extend(bytes(seq + 1024 - len(bits)))
            bits[seq] = on
        self._count = bits.count(1)

    def clear(self) -> None:
        """Take all tags away."""
        self._bits, self._count = bytearray(), 0

    @property
    def seqs(self) -> "array[int]":
        """The numbers of the tagged examples, in their order."""
        return array("q", (seq for seq, tagged in enumerate(self._bits) if tagged))
