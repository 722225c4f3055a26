"""Review without a screen: what a decision does to the rows, and where it leads."""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from curator.model import Route, State, Status
from curator.rows import Desk, Queue, Turned
from curator.settings import Binding

MIN_DWELL = 0.150
"""Seconds between decisions. A held key repeats every 33 ms and nobody reads a pair in 150."""
PACE_WINDOW = 600.0
"""Seconds that the pace is measured over."""


class Kind(Enum):
    """How a key press ended."""

    SAVED = "saved"
    UNCHANGED = "unchanged"
    HELD = "held"  # too soon after the last decision: dropped
    NOTHING = "nothing"  # there was nothing to do it to


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened: in words, to which examples, stored as which event, whether the cursor or a text moved.

    `before` and `after` are statuses where one was given; `before` is None for what a route had decided already.
    """

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


def _waited(state: State) -> Status | None:
    return None if state.status == "pending" and state.decided else state.status


class Review:
    """One person's pass through a queue: each method is a key."""

    def __init__(
        self, desk: Desk, queue: Queue, *, min_dwell: float = MIN_DWELL, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._min_dwell = min_dwell
        self._quiet_until = 0.0
        self._quiet_since = ""
        self.queue = queue
        self.pace = Pace(clock)
        self.last: Decision | None = None

    def freeze(self, queue: Queue) -> None:
        """Go on with another queue."""
        self.queue = queue
        self.hush("other rows came")

    def hush(self, since: str) -> None:
        """Something else is shown: keys that were on their way decide nothing for twice the dwell time."""
        self._quiet_until = self._clock() + 2 * self._min_dwell
        self._quiet_since = since

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
        dropped = self._too_fast(WORDS[decision.status])
        if dropped is not None:
            return dropped
        entry = self.queue.here.entry
        event = self._save(entry.seq, changes)
        self._quiet_until, self._quiet_since = self._clock() + self._min_dwell, ""
        self.last = decision
        self.pace.tick()
        target = self._after(entry.state)
        return Outcome(
            Kind.SAVED if event else Kind.UNCHANGED,
            f"{WORDS[decision.status]} #{entry.seq}",
            (entry.seq,),
            event,
            target is not None and self.queue.move(target),
            _waited(entry.state),
            decision.status,
        )

    def _after(self, before: State) -> int | None:
        """Where to go from a row that stood so: to the next pending one.

        Who goes over what another has decided, or over rows of which none is pending below, goes on row by row.
        """
        pending = None if before.decided and before.reviewer != self._desk.reviewer else self.queue.next_pending()
        below = self.queue.cursor + 1
        return below if pending is None and before.decided and below < len(self.queue) else pending

    def _too_fast(self, words: str) -> Outcome | None:
        """A held key is one press: it counts again when it has been let go."""
        now = self._clock()
        if now >= self._quiet_until:
            return None
        self._quiet_until = max(self._quiet_until, now + self._min_dwell)
        after = f" after {self._quiet_since}" if self._quiet_since else ""
        return Outcome(Kind.HELD, f"too fast{after}: {words} was dropped")

    def settled(self, seq: int, words: str, event: int, status: Status | None) -> Outcome:
        """Something was stored elsewhere, in the editor: go on from there; past it when it got a status."""
        index = self.queue.index_of(seq)
        before = None if index is None else _waited(self.queue.card(index).entry.state)
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
        self.pace.decided += len(seqs) if decided else 0
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

    def give(self, binding: Binding, value: Any) -> Outcome:
        """Give a rating or a text in place of the one that stands; an empty one takes it away."""
        rest = {name: given for name, given in self._state().labels.items() if name != binding.label}
        labels = {**rest, binding.label: value} if value else rest
        return self._set("labels", labels, f"label: {binding.label} {value or 'off'}")

    def clear_labels(self) -> Outcome:
        """Take all labels away."""
        return self._set("labels", {}, "labels cleared")

    def toggle_route(self) -> Outcome:
        """Send the example to retrieval instead of training, which decides it, and move on; or back, and stay."""
        state = self._state()
        if state.route == "rag":
            return self._set("route", "train", "route to training")
        dropped = self._too_fast("route to RAG")
        if dropped is not None:
            return dropped
        saved = self._set("route", "rag", "route to RAG")
        if saved.kind is not Kind.SAVED or state.status != "pending":
            return saved
        self._quiet_until, self._quiet_since = self._clock() + self._min_dwell, ""
        self.pace.tick()
        target = self.queue.next_pending()
        return replace(saved, moved=target is not None and self.queue.move(target))

    def note(self, text: str) -> Outcome:
        """Replace the note."""
        return self._set("note", text, "note" if text else "note removed")

    def undo(self) -> Outcome:
        """Take back my last operation, of this session or an earlier one, and go to its example if it was of one."""
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
        one = len(turned.seqs) == 1  # what was of many rows leaves the reader at his
        index = self.queue.index_of(turned.seqs[0]) if one else None
        moved = index is not None and self.queue.move(index)
        return Outcome(Kind.SAVED, f"{words}: {turned.label}", turned.seqs, turned.event, moved, edited=turned.edited)
