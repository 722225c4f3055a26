"""The review queue without a screen: order, cursor, what a decision does, where it leads.

It knows no workspace and no terminal. What it needs of a workspace is `Desk`; the terminal interface adapts
the real one, tests pass a few lines.
"""

import time
from array import array
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple, Protocol

from curator.model import Entry, Finding, Route, State, Status
from curator.settings import Binding

PAGE = 128
"""Examples read at once: 1.4 ms, three screens of rows."""
PAGES = 16
"""Pages kept: 2,000 examples, a few megabytes."""
FLAGGED_REACH = 2_000
"""Rows that are looked through for the next finding: 20 ms. A filter finds those further away."""
MIN_DWELL = 0.150
"""Seconds between decisions. A held key repeats every 33 ms and nobody reads a pair in 150."""
PACE_WINDOW = 600.0
"""Seconds that the pace is measured over."""


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
    """An operation that was undone or redone: in words, which examples, its last event, whether texts changed."""

    label: str
    seqs: Sequence[int]
    event: int
    edited: bool = False


class Desk(Protocol):
    """What review needs of a workspace. Everything may raise `CuratorError`; a call that returned is durable."""

    def cards(self, seqs: Sequence[int]) -> list[Card]:
        """The examples, in the order given."""

    def decided(self) -> "array[int]":
        """The numbers of all examples that are not pending."""

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
            if self.card(index).entry.state.status == "pending":
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
        """One byte an example: 1 while it is pending. A megabyte for a million."""
        if self._waiting is None:
            decided = self._desk.decided()
            self._waiting = bytearray(b"\1") * (max(max(decided, default=0), max(self.seqs, default=0)) + 1)
            for seq in decided:
                self._waiting[seq] = 0
        return self._waiting

    def _note(self, card: Card) -> None:
        if self._waiting is not None and card.entry.seq < len(self._waiting):
            self._waiting[card.entry.seq] = card.entry.state.status == "pending"


class Kind(Enum):
    """How a key press ended."""

    SAVED = "saved"
    UNCHANGED = "unchanged"
    HELD = "held"  # too soon after the last decision: dropped
    NOTHING = "nothing"  # there was nothing to do it to


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened: in words, to which examples, stored as which event, whether the cursor or a text moved."""

    kind: Kind
    words: str = ""
    seqs: Sequence[int] = ()
    event: int = 0
    moved: bool = False
    before: Status | None = None
    after: Status | None = None
    edited: bool = False


EMPTY = Outcome(Kind.NOTHING, "the queue is empty")


@dataclass(frozen=True, slots=True)
class Decision:
    """What `repeat` repeats."""

    status: Status
    labels: Mapping[str, Any]
    route: Route


WORDS: dict[Status, str] = {
    "accepted": "accept",
    "rejected": "reject",
    "fix": "needs fix",
    "pending": "back to pending",
}


@dataclass(slots=True)
class Pace:
    """Decisions of this session and how fast they come."""

    clock: Callable[[], float]
    decided: int = 0
    _times: deque[float] = field(default_factory=deque)

    def tick(self) -> None:
        """A decision was made now."""
        self.decided += 1
        self._times.append(self.clock())

    def per_hour(self) -> int | None:
        """Decisions an hour over the last ten minutes; None before there are enough to say."""
        now = self.clock()
        while self._times and self._times[0] < now - PACE_WINDOW:
            self._times.popleft()
        if len(self._times) < 5 or self._times[-1] <= self._times[0]:
            return None
        return round((len(self._times) - 1) * 3600 / (self._times[-1] - self._times[0]))


class Review:
    """One person's pass through a queue: each method is a key."""

    def __init__(
        self, desk: Desk, queue: Queue, *, min_dwell: float = MIN_DWELL, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._min_dwell = min_dwell
        self._quiet_until = 0.0
        self.queue = queue
        self.pace = Pace(clock)
        self.last: Decision | None = None

    def freeze(self, queue: Queue) -> None:
        """Go on with another queue. Keys that were on their way decide nothing for twice the dwell time."""
        self.queue = queue
        self._quiet_until = self._clock() + 2 * self._min_dwell

    def decide(self, status: Status) -> Outcome:
        """Give the example under the cursor a status, durably, and move to the next pending one."""
        if not len(self.queue):
            return EMPTY
        state = self.queue.here.entry.state
        return self._decide(Decision(status, state.labels, state.route), {"status": status})

    def repeat(self) -> Outcome:
        """Give this example what the last one got: status, labels and route, in one operation."""
        if not len(self.queue):
            return EMPTY
        if self.last is None:
            return Outcome(Kind.NOTHING, "nothing to repeat yet")
        last = self.last
        return self._decide(last, {"status": last.status, "labels": dict(last.labels), "route": last.route})

    def _decide(self, decision: Decision, changes: Mapping[str, Any]) -> Outcome:
        now = self._clock()
        if now < self._quiet_until:  # a held key is one press: it counts again when it has been let go
            self._quiet_until = max(self._quiet_until, now + self._min_dwell)
            return Outcome(Kind.HELD, f"too fast: {WORDS[decision.status]} was dropped")
        entry = self.queue.here.entry
        event = self._save(entry.seq, changes)
        self._quiet_until = self._clock() + self._min_dwell
        self.last = decision
        self.pace.tick()
        target = self.queue.next_pending()
        return Outcome(
            Kind.SAVED if event else Kind.UNCHANGED,
            f"{WORDS[decision.status]} #{entry.seq}",
            (entry.seq,),
            event,
            target is not None and self.queue.move(target),
            entry.state.status,
            decision.status,
        )

    def settled(self, seq: int, words: str, event: int, status: Status | None) -> Outcome:
        """Something was stored elsewhere, in the editor: go on from there; past it when it got a status."""
        index = self.queue.index_of(seq)
        before = None if index is None else self.queue.card(index).entry.state.status
        self.queue.reread((seq,))
        moved = False
        if status is not None:
            self.pace.tick()
            target = self.queue.next_pending()
            moved = target is not None and self.queue.move(target)
        return Outcome(
            Kind.SAVED if event else Kind.UNCHANGED, words, (seq,), event, moved, before, status, edited=True
        )

    def grouped(self, seqs: Sequence[int], words: str, event: int, *, decided: bool) -> Outcome:
        """Many examples were changed elsewhere, as one operation: go on past them when they got a status."""
        self.queue.forget()
        target = self.queue.next_pending() if decided else None
        moved = target is not None and self.queue.move(target)
        return Outcome(Kind.SAVED if event else Kind.UNCHANGED, words, seqs, event, moved)

    def skip(self) -> Outcome:
        """Leave the example as it is and move on. No event: nothing was decided."""
        if not len(self.queue):
            return EMPTY
        seq = self.queue.here.entry.seq
        target = self.queue.next_pending()
        if target is None:
            return Outcome(Kind.NOTHING, "no pending example below")
        return Outcome(Kind.UNCHANGED, f"skipped #{seq}", (), 0, self.queue.move(target))

    def toggle_label(self, binding: Binding) -> Outcome:
        """Give what a digit is bound to, or take it away when the example has it."""
        labels, name, value = self._state().labels, binding.label, binding.value
        held = labels.get(name)
        words = name if binding.kind == "flag" else f"{name} {value}"
        if value != held and not (isinstance(held, list) and value in held):
            return self._set("labels", binding.added_to(labels), f"label: {words}")
        rest = [other for other in held if other != value] if isinstance(held, list) else []
        kept = {key: given for key, given in {**labels, name: rest}.items() if given != []}
        return self._set("labels", kept, f"label off: {words}")

    def clear_labels(self) -> Outcome:
        """Take all labels away."""
        return self._set("labels", {}, "labels cleared")

    def toggle_route(self) -> Outcome:
        """Send the example to retrieval instead of training, or back."""
        route = "train" if self._state().route == "rag" else "rag"
        return self._set("route", route, "route to RAG" if route == "rag" else "route to training")

    def note(self, text: str) -> Outcome:
        """Replace the note."""
        return self._set("note", text, "note" if text else "note removed")

    def undo(self) -> Outcome:
        """Take back my last operation, of this session or an earlier one, and go to its example."""
        return self._turn(self._desk.undo(), "undid", "nothing to undo")

    def redo(self) -> Outcome:
        """Do again what I took back last."""
        return self._turn(self._desk.redo(), "redid", "nothing to redo")

    def pass_over(self) -> Outcome:
        """Leave my last operation as it is, so that what came before it can be undone."""
        words = self._desk.pass_over()
        return Outcome(Kind.UNCHANGED, "nothing to undo" if words is None else f"left as it is: {words}")

    def _state(self) -> State:
        return self.queue.here.entry.state if len(self.queue) else State()

    def _set(self, name: str, value: Any, words: str) -> Outcome:
        if not len(self.queue):
            return EMPTY
        seq = self.queue.here.entry.seq
        event = self._save(seq, {name: value})
        return Outcome(Kind.SAVED if event else Kind.UNCHANGED, f"{words} #{seq}", (seq,), event)

    def _save(self, seq: int, changes: Mapping[str, Any]) -> int:
        try:
            return self._desk.record(seq, changes)
        finally:  # whether it was stored or not, what stands is what the store says
            self.queue.reread((seq,))

    def _turn(self, turned: Turned | None, words: str, nothing: str) -> Outcome:
        if turned is None:
            return Outcome(Kind.NOTHING, nothing)
        self.queue.reread(turned.seqs)
        index = self.queue.index_of(turned.seqs[0]) if turned.seqs else None
        moved = index is not None and self.queue.move(index)
        return Outcome(Kind.SAVED, f"{words}: {turned.label}", turned.seqs, turned.event, moved, edited=turned.edited)
