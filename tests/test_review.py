"""The queue without a screen: order, cursor, what a decision does, and where it leads."""

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from curator.errors import WorkspaceError
from curator.model import Entry, Example, Message, State
from curator.review import Kind, Review
from curator.rows import PAGE, PAGES, Card, Queue, Turned
from curator.settings import Binding


class Desk:
    """A workspace of a few lines."""

    reviewer = "ana"

    def __init__(self, count: int) -> None:
        self.states = {seq: State() for seq in range(1, count + 1)}
        self.events: list[tuple[int, Mapping[str, Any]]] = []
        self.undone: list[tuple[int, Mapping[str, Any]]] = []
        self.flagged: set[int] = set()
        self.read = 0
        self.broken = False

    def cards(self, seqs: Sequence[int]) -> list[Card]:
        self.read += len(seqs)
        example = Example(messages=(Message("user", "hi"), Message("assistant", "ho")))
        return [Card(Entry(s, example, self.states[s]), ("error",) if s in self.flagged else ()) for s in seqs]

    def decided(self) -> "array[int]":
        return array("q", (seq for seq, state in self.states.items() if state.status != "pending"))

    def record(self, seq: int, changes: Mapping[str, Any]) -> int:
        if self.broken:
            raise WorkspaceError("the disk is full")
        if all(getattr(self.states[seq], name) == value for name, value in changes.items()):
            return 0
        self.events.append((seq, changes))
        self._set(seq, **changes)
        return len(self.events)

    def undo(self) -> Turned | None:
        if not self.events:
            return None
        seq, changes = self.events.pop()
        self.undone.append((seq, changes))
        self._set(seq, **{name: getattr(State(), name) for name in changes})
        return Turned(f"accept #{seq}", (seq,), 99)

    def redo(self) -> Turned | None:
        if not self.undone:
            return None
        seq, changes = self.undone.pop()
        return Turned(f"accept #{seq}", (seq,), self.record(seq, changes))

    def _set(self, seq: int, **changes: Any) -> None:
        known = {name: getattr(self.states[seq], name) for name in State.__struct_fields__}
        self.states[seq] = State(**known | {"reviewer": self.reviewer} | changes)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def reviewing(count: int, *, min_dwell: float = 0.0, clock: Clock | None = None) -> tuple[Desk, Review]:
    desk = Desk(count)
    queue = Queue(desk, array("q", range(1, count + 1)))
    return desk, Review(desk, queue, min_dwell=min_dwell, clock=clock or Clock())


def test_a_decision_is_stored_and_leads_to_the_next_pending_example() -> None:
    desk, review = reviewing(5)
    desk.record(2, {"status": "accepted"})
    outcome = review.decide("rejected")
    assert (outcome.kind, outcome.words, outcome.seqs) == (Kind.SAVED, "reject #1", (1,))
    assert (outcome.before, outcome.after) == ("pending", "rejected")
    assert review.queue.here.entry.seq == 3
    assert review.queue.card(0).entry.state.status == "rejected"


def test_the_next_pending_example_is_found_far_below_without_reading_all() -> None:
    desk, review = reviewing(10_000)
    for seq in range(2, 9_999):
        desk.record(seq, {"status": "accepted"})
    review.decide("accepted")
    assert review.queue.here.entry.seq == 9_999
    assert desk.read < 4 * PAGE


def test_at_the_end_the_cursor_stays() -> None:
    _, review = reviewing(2)
    assert review.decide("accepted").moved
    outcome = review.decide("accepted")
    assert (outcome.kind, outcome.moved) == (Kind.SAVED, False)
    assert review.skip().kind is Kind.NOTHING


def test_deciding_the_same_again_is_no_event() -> None:
    desk, review = reviewing(2)
    review.decide("accepted")
    review.queue.move(0)
    assert review.decide("accepted").kind is Kind.UNCHANGED
    assert len(desk.events) == 1


def test_a_decision_right_after_the_last_is_dropped_and_said() -> None:
    clock = Clock()
    desk, review = reviewing(5, min_dwell=0.15, clock=clock)
    review.decide("accepted")
    clock.now += 0.03
    outcome = review.decide("accepted")
    assert (outcome.kind, outcome.words) == (Kind.HELD, "too fast: accept was dropped")
    assert len(desk.events) == 1
    clock.now += 0.15
    assert review.decide("accepted").kind is Kind.SAVED


def test_a_key_that_is_held_decides_once_however_long_it_is_held() -> None:
    clock = Clock()
    desk, review = reviewing(50, min_dwell=0.15, clock=clock)
    for _ in range(100):
        review.decide("accepted")
        clock.now += 0.033
    assert len(desk.events) == 1
    clock.now += 0.15
    assert review.decide("accepted").kind is Kind.SAVED


def test_what_was_stored_in_the_editor_is_settled_also_when_the_queue_has_lost_the_example() -> None:
    desk, review = reviewing(3)
    review.freeze(Queue(desk, array("q")))
    outcome = review.settled(2, "edit and accept #2", 7, "accepted")
    assert (outcome.kind, outcome.moved) == (Kind.SAVED, False)


def test_keys_that_were_on_their_way_when_the_rows_changed_decide_nothing() -> None:
    clock = Clock()
    desk, review = reviewing(5, min_dwell=0.15, clock=clock)
    review.freeze(Queue(desk, array("q", [4, 5])))
    assert review.decide("accepted").kind is Kind.HELD
    clock.now += 0.31
    assert review.decide("accepted").kind is Kind.SAVED


def test_a_held_route_key_routes_one_row_and_a_route_counts_as_a_decision() -> None:
    clock = Clock()
    desk, review = reviewing(3, min_dwell=0.15, clock=clock)
    assert review.toggle_route().moved
    assert review.toggle_route().words == "too fast: route to RAG was dropped"
    assert desk.events == [(1, {"route": "rag"})]
    assert review.pace.decided == 1
    clock.now += 0.31
    review.queue.move(0)
    assert not review.toggle_route().moved  # back to training: one stays to look again
    assert desk.events[-1] == (1, {"route": "train"})


def test_repeat_gives_status_labels_and_route_in_one_operation() -> None:
    desk, review = reviewing(3)
    assert review.repeat().kind is Kind.NOTHING
    review.toggle_label(Binding("tone", "single", "cold"))
    review.toggle_route()
    review.queue.move(0)
    review.decide("rejected")
    review.repeat()
    assert desk.events[-1] == (2, {"status": "rejected", "labels": {"tone": "cold"}, "route": "rag"})


@pytest.mark.parametrize(
    ("bindings", "labels"),
    [
        ([Binding("bad", "flag", True)], {"bad": True}),
        ([Binding("bad", "flag", True)] * 2, {}),
        ([Binding("tone", "single", "warm"), Binding("tone", "single", "cold")], {"tone": "cold"}),
        ([Binding("tone", "single", "warm")] * 2, {}),
        ([Binding("q", "multi", "a"), Binding("q", "multi", "b")], {"q": ["a", "b"]}),
        ([Binding("q", "multi", "a"), Binding("q", "multi", "b"), Binding("q", "multi", "a")], {"q": ["b"]}),
        ([Binding("q", "multi", "a")] * 2, {}),
    ],
)
def test_labels_by_kind(bindings: list[Binding], labels: dict[str, Any]) -> None:
    desk, review = reviewing(1)
    for binding in bindings:
        review.toggle_label(binding)
    assert desk.states[1].labels == labels


def test_undo_and_redo_lead_to_the_example() -> None:
    _, review = reviewing(3)
    assert review.undo().kind is Kind.NOTHING
    review.decide("accepted")
    outcome = review.undo()
    assert (outcome.words, outcome.event, review.queue.cursor) == ("undid: accept #1", 99, 0)
    assert review.queue.here.entry.state.status == "pending"
    assert review.redo().words == "redid: accept #1"
    assert review.queue.here.entry.state.status == "accepted"
    assert review.redo().kind is Kind.NOTHING


def test_a_failed_save_raises_and_shows_what_stands() -> None:
    desk, review = reviewing(3)
    desk.broken = True
    with pytest.raises(WorkspaceError, match="disk is full"):
        review.decide("accepted")
    assert review.queue.cursor == 0
    assert review.queue.here.entry.state.status == "pending"
    desk.broken = False
    assert review.decide("accepted").kind is Kind.SAVED


def test_an_empty_queue_takes_every_key() -> None:
    _, review = reviewing(0)
    keys = [lambda: review.decide("accepted"), review.repeat, review.skip, review.toggle_route, review.clear_labels]
    assert {key().kind for key in keys} == {Kind.NOTHING}
    assert review.toggle_label(Binding("bad", "flag", True)).kind is Kind.NOTHING
    review.queue.start()
    assert review.queue.cursor == 0


def test_the_queue_starts_at_the_first_pending_example() -> None:
    desk, review = reviewing(5)
    for seq in (1, 2):
        desk.record(seq, {"status": "accepted"})
    review.queue.start()
    assert review.queue.here.entry.seq == 3
    for seq in (3, 4, 5):
        desk.record(seq, {"status": "accepted"})
    review.queue.forget()
    review.queue.start()
    assert review.queue.here.entry.seq == 1


def test_pages_are_kept_and_let_go() -> None:
    desk, review = reviewing(PAGE * (PAGES + 4))
    queue = review.queue
    queue.card(0)
    queue.card(PAGE - 1)
    assert desk.read == PAGE
    for page in range(PAGES + 4):
        queue.card(page * PAGE)
    queue.card(0)
    assert desk.read == PAGE * (PAGES + 5)


def test_the_next_row_with_findings() -> None:
    desk, review = reviewing(50)
    desk.flagged = {3, 40}
    queue = review.queue
    assert queue.next_flagged(1) == 2
    queue.move(39)
    assert queue.next_flagged(1) is None
    assert queue.next_flagged(-1) == 2


def test_an_example_is_found_by_its_number() -> None:
    desk, _ = reviewing(5_000)
    queue = Queue(desk, array("q", range(5_000, 0, -1)))
    assert queue.index_of(5_000) == 0
    assert queue.index_of(1) == 4_999
    assert queue.index_of(9_999) is None


def test_pace_is_said_when_there_is_enough_to_say() -> None:
    clock = Clock()
    _, review = reviewing(100, clock=clock)
    for _ in range(4):
        review.decide("accepted")
        clock.now += 6
    assert review.pace.per_hour() is None
    for _ in range(20):
        review.decide("accepted")
        clock.now += 6
    assert review.pace.per_hour() == 600
    clock.now += 700
    assert review.pace.per_hour() is None
    assert review.pace.decided == 24


def decided_by(reviewer: str, *, but: int) -> Review:
    """Ana's review of five rows that somebody has accepted, all but one."""
    desk, review = reviewing(5)
    for seq in {1, 2, 3, 4, 5} - {but}:
        desk.states[seq] = State(status="accepted", reviewer=reviewer)
    review.queue.forget()
    return review


def test_who_goes_over_what_another_decided_goes_on_row_by_row() -> None:
    review = decided_by("ben", but=5)
    assert [(review.decide("rejected").moved, review.queue.cursor) for _ in range(2)] == [(True, 1), (True, 2)]


def test_who_mends_a_decision_of_their_own_comes_back_to_what_is_pending() -> None:
    review = decided_by("ana", but=5)
    review.decide("rejected")
    assert review.queue.cursor == 4


def test_who_goes_over_their_own_decisions_with_nothing_pending_below_goes_on_row_by_row() -> None:
    review = decided_by("ana", but=1)
    review.queue.move(1)
    assert [review.decide("rejected").moved for _ in range(4)] == [True, True, True, False]
