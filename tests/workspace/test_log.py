"""Decisions, labels, notes, routes and edits; who said what; undo and redo."""

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from curator.errors import ConflictError, WorkspaceError
from curator.model import State
from curator.query import parse
from curator.workspace import Change, Workspace
from tests.workspace.filling import fill, texts

ANSWER = "messages[1].content"


def state(ws: Workspace, seq: int = 1) -> State:
    return ws.examples.entry(seq).state


def edit(ws: Workspace, text: str, *, seq: int = 1, actor: str = "ana", field: str = ANSWER) -> None:
    ws.log.record([Change(seq, field, text, state(ws, seq).revision)], actor=actor)


def test_a_decision_is_an_event_and_a_state(ws: Workspace) -> None:
    saved = ws.log.record([Change(1, "status", "accepted")], actor="ana")
    assert saved.changes == 1
    assert state(ws) == State(status="accepted", reviewer="ana")
    (event,) = ws.log.history(1)
    assert (event.seq, event.actor, event.field, event.before, event.after) == (
        saved.seq, "ana", "status", "pending", "accepted",
    )  # fmt: skip
    assert ws.log.last_seq() == saved.seq


def test_labels_note_and_route_are_part_of_a_judgement(ws: Workspace) -> None:
    labels = {"topic": "billing", "urgent": True, "stars": 4, "tags": ["a", "b"]}
    ws.log.record(
        [Change(1, "labels", labels), Change(1, "note", "ask\nlegal"), Change(1, "route", "rag")], actor="ana"
    )
    assert state(ws) == State(labels=labels, note="ask\nlegal", route="rag", reviewer="ana")


def test_each_reviewer_has_a_judgement_and_the_latest_stands(ws: Workspace) -> None:
    ws.log.record([Change(1, "status", "accepted"), Change(1, "note", "fine")], actor="ana")
    ws.log.record([Change(1, "status", "rejected")], actor="ben")
    assert state(ws) == State(status="rejected", note="fine", reviewer="ben")
    ws.log.undo("ben")
    assert state(ws) == State(status="accepted", note="fine", reviewer="ana")


def test_who_adds_to_what_another_has_decided_takes_nothing_of_it_back(ws: Workspace) -> None:
    ws.log.record([Change(1, "status", "accepted"), Change(1, "labels", {"topic": "bug"})], actor="ana")
    ws.log.record([Change(1, "route", "rag")], actor="ben")
    ws.log.record([Change(1, "note", "moves every May")], actor="cleo")
    whole = State("accepted", {"topic": "bug"}, "moves every May", "rag", "ana")
    assert state(ws) == whole
    assert [one.status for one in ws.judgements.of([1])[1]] == ["accepted", "pending", "pending"]
    ws.log.undo("ben")
    assert state(ws).route == "train"
    assert (state(ws).status, state(ws).reviewer) == ("accepted", "ana")
    ws.log.redo("ben")
    assert state(ws) == whole
    assert ws.verify() == []


def test_who_says_again_what_another_has_changed_since_is_heard(ws: Workspace) -> None:
    ws.log.record([Change(1, "route", "rag")], actor="ana")
    assert ws.log.record([Change(1, "route", "train")], actor="ben").changes == 1
    assert state(ws).route == "train"
    assert ws.log.record([Change(1, "route", "train")], actor="ben").changes == 0
    assert ws.log.record([Change(1, "route", "rag")], actor="ana").changes == 1
    assert state(ws).route == "rag"
    ws.log.undo("ana")
    assert state(ws).route == "train"
    ws.log.undo("ben")
    assert state(ws) == State(route="rag", reviewer="ana")
    assert ws.verify() == []


def test_taking_back_a_note_does_not_lift_an_old_decision_over_a_newer_one(ws: Workspace) -> None:
    ws.log.record([Change(1, "status", "accepted")], actor="ana")
    ws.log.record([Change(1, "note", "sure?")], actor="ana")
    ws.log.record([Change(1, "status", "rejected")], actor="ben")
    ws.log.undo("ana")
    assert state(ws).reviewer == "ben"
    ws.log.redo("ana")
    ws.log.undo("ben")
    assert state(ws) == State(status="accepted", note="sure?", reviewer="ana")


def test_a_change_that_changes_nothing_is_no_event(ws: Workspace) -> None:
    last = ws.log.last_seq()
    for change in (Change(1, "status", "pending"), Change(1, "labels", {}), Change(1, ANSWER, "Yes.", 0)):
        assert ws.log.record([change], actor="ana").changes == 0
    assert ws.log.record([], actor="ana").changes == 0
    assert ws.log.last_seq() == last
    assert ws.log.next_undo("ana") == ""


def test_yes_is_not_the_label_one(ws: Workspace) -> None:
    ws.log.record([Change(1, "labels", {"urgent": 1})], actor="ana")
    assert ws.log.record([Change(1, "labels", {"urgent": True})], actor="ana").changes == 1
    assert state(ws).labels["urgent"] is True
    assert ws.log.record([Change(1, "labels", {"urgent": True})], actor="ana").changes == 0


def test_an_edit_changes_the_text_and_keeps_the_original(ws: Workspace) -> None:
    edit(ws, "Yes, within 30 days.")
    entry = ws.examples.entry(1)
    assert entry.example.output_text == "Yes, within 30 days."
    assert entry.state.revision == ws.log.last_seq()
    assert ws.examples.original(1).output_text == "Yes."
    assert ws.examples.original(1).id == entry.example.id


def test_an_edit_of_a_text_that_moved_on_is_refused_with_both_versions(ws: Workspace) -> None:
    seen = state(ws).revision
    edit(ws, "Theirs", actor="ben")
    with pytest.raises(ConflictError, match=r"Theirs(.|\n)*Mine"):
        ws.log.record([Change(1, ANSWER, "Mine", seen)], actor="ana")
    assert texts(ws)[0] == "Theirs"
    edit(ws, "Mine")
    assert texts(ws)[0] == "Mine"


def test_several_messages_of_an_example_are_edited_in_one_operation(ws: Workspace) -> None:
    changes = [
        Change(1, "messages[0].content", "May I?", 0),
        Change(1, ANSWER, "You may.", 0),
        Change(1, "status", "fix"),
    ]
    assert ws.log.record(changes, actor="ana").changes == 3
    assert ws.examples.entry(1).example.input_text == "May I?"
    assert ws.log.undo("ana") is not None
    assert texts(ws)[0] == "Yes."
    assert state(ws).status == "pending"


def test_an_edit_must_name_the_revision_it_saw(ws: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="must name the revision"):
        ws.log.record([Change(1, ANSWER, "x")], actor="ana")


def test_a_decision_may_name_the_text_it_is_about(ws: Workspace) -> None:
    edit(ws, "Other", actor="ben")
    with pytest.raises(ConflictError):
        ws.log.record([Change(1, "status", "accepted", revision=0)], actor="ana")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("status", "done", "is not one of pending, accepted, rejected, fix"),
        ("route", None, "is not one of train, rag"),
        ("split", "dev", "is not one of train, validation, test"),
        ("labels", ["x"], "must be a mapping"),
        ("labels", {1: "x"}, "must be a mapping"),
        ("labels", {"x": object()}, "no JSON"),
        ("labels", {"x": float("nan")}, "no JSON"),
        ("labels", {"x": "\ud800"}, "no JSON"),
        ("note", 3, "must be text"),
        ("note", "\ud800", "lone surrogate"),
        (ANSWER, "\udfff", "lone surrogate"),
        ("messages[9].content", "x", "has only 2 messages"),
        ("messages[01].content", "x", "is no field"),
        ("messages[²].content", "x", "is no field"),
        ("messages[1].role", "x", "is no field"),
        ("colour", "x", "is no field"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_a_sentence(
    ws: Workspace, field: str, value: object, sentence: str
) -> None:
    last = ws.log.last_seq()
    with pytest.raises(WorkspaceError, match=sentence):
        ws.log.record([Change(2, "status", "accepted"), Change(1, field, value, 0)], actor="ana")
    assert ws.log.last_seq() == last
    assert state(ws, 2).status == "pending"


@pytest.mark.parametrize("field", ["status", "split", ANSWER])
@pytest.mark.parametrize("seq", [0, -1, 4, 2**70])
def test_nothing_is_said_about_an_example_that_does_not_exist(ws: Workspace, field: str, seq: int) -> None:
    after = {"status": "accepted", "split": "test", ANSWER: "x"}[field]
    with pytest.raises(WorkspaceError):
        ws.log.record([Change(seq, field, after, 0)], actor="ana")
    assert ws.log.history(1) == []


def test_reviewers_may_have_any_name_that_is_text(ws: Workspace) -> None:
    ws.log.record([Change(1, "status", "accepted")], actor="Ana O'Neil '); drop table event; --")
    assert ws.log.undo("Ana O'Neil '); drop table event; --") is not None
    with pytest.raises(WorkspaceError, match="cannot be stored"):
        ws.log.record([Change(1, "status", "accepted")], actor="\ud800")


def test_a_bulk_action_is_one_batch_and_one_step_to_undo(ws: Workspace) -> None:
    saved = ws.log.record([Change(seq, "status", "rejected") for seq in (1, 2, 3)], actor="ana")
    assert len({event.batch for seq in (1, 2, 3) for event in ws.log.history(seq)}) == 1
    assert ws.log.next_undo("ana") == "reject 3 examples"
    undone = ws.log.undo("ana")
    assert undone is not None
    assert sorted(undone.seqs) == [1, 2, 3]
    assert undone.batch == saved.batch
    assert ws.status().by_status == {"pending": 3}
    assert ws.log.undo("ana") is None


def test_changes_may_come_from_a_generator_that_reads_and_writes(ws: Workspace) -> None:
    def accept_all() -> Iterator[Change]:
        for entry in ws.examples.stream(parse("yes or hello or way")):
            ws.drafts.save(entry.seq, ANSWER, "x", "ana")
            yield Change(entry.seq, "status", "accepted")

    assert ws.log.record(accept_all(), actor="ana").changes == 3


def test_a_batch_is_recorded_once(ws: Workspace) -> None:
    ws.log.record([Change(1, "status", "accepted")], actor="ana", batch="b1")
    with pytest.raises(WorkspaceError, match="recorded already"):
        ws.log.record([Change(2, "status", "accepted")], actor="ana", batch="b1")
    assert state(ws, 2).status == "pending"


def test_a_refused_bulk_action_stores_nothing_of_it(ws: Workspace) -> None:
    edit(ws, "Moved on", seq=2)
    with pytest.raises(ConflictError):
        ws.log.record([Change(1, ANSWER, "a", 0), Change(2, ANSWER, "b", 0)], actor="ben")
    assert texts(ws) == ["Yes.", "Moved on", "Hello!"]


def test_undo_and_redo_walk_through_operations(ws: Workspace) -> None:
    for status in ("accepted", "rejected", "fix"):
        ws.log.record([Change(1, "status", status)], actor="ana")
    seen = []
    for step in "uuurrrru":
        turned = ws.log.undo("ana") if step == "u" else ws.log.redo("ana")
        seen.append(state(ws).status if turned else None)
    assert seen == ["rejected", "accepted", "pending", "accepted", "rejected", "fix", None, "rejected"]


def test_a_new_change_ends_what_could_be_redone(ws: Workspace) -> None:
    ws.log.record([Change(1, "status", "accepted")], actor="ana")
    ws.log.undo("ana")
    ws.log.record([Change(2, "status", "accepted")], actor="ana")
    assert ws.log.redo("ana") is None


def test_undo_takes_back_only_ones_own_work(ws: Workspace) -> None:
    ws.log.record([Change(1, "status", "accepted")], actor="ana")
    ws.log.record([Change(2, "status", "rejected")], actor="ben")
    undone = ws.log.undo("ana")
    assert undone is not None
    assert undone.label == "accept #1"
    assert ws.log.undo("ana") is None
    assert state(ws, 2).status == "rejected"


def test_undo_is_refused_with_both_versions_when_somebody_changed_the_text_since(ws: Workspace) -> None:
    edit(ws, "Ana's")
    edit(ws, "Ben's", actor="ben")
    last = ws.log.last_seq()
    with pytest.raises(ConflictError, match=r"Ben's(.|\n)*Yes\."):
        ws.log.undo("ana")
    assert ws.log.last_seq() == last
    ws.log.undo("ben")
    assert ws.log.undo("ana") is not None
    assert texts(ws)[0] == "Yes."


def test_undo_of_one_message_keeps_what_another_reviewer_did_to_the_next(ws: Workspace) -> None:
    edit(ws, "Ana's")
    edit(ws, "Ben's question", actor="ben", field="messages[0].content")
    ws.log.undo("ana")
    entry = ws.examples.entry(1)
    assert (entry.example.input_text, entry.example.output_text) == ("Ben's question", "Yes.")


def test_history_and_undo_survive_closing(ws: Workspace) -> None:
    ws.log.record([Change(1, "status", "accepted")], actor="ana")
    edit(ws, "Edited")
    with Workspace.open(ws.path) as again:
        assert again.log.next_undo("ana") == "edit #1"
        again.log.undo("ana")
        again.log.undo("ana")
        assert again.log.undo("ana") is None
    with Workspace.open(ws.path) as again:
        again.log.redo("ana")
        again.log.redo("ana")
        assert texts(again)[0] == "Edited"
        assert state(again).status == "accepted"


def test_an_edit_back_to_the_original_is_no_longer_edited(ws: Workspace) -> None:
    edit(ws, "Other")
    assert list(ws.examples.ids(parse("edited:yes"))) == [1]
    edit(ws, "Yes.")
    assert list(ws.examples.ids(parse("edited:yes"))) == []


def test_a_split_belongs_to_the_example_and_can_be_taken_back(ws: Workspace) -> None:
    ws.log.record([Change(1, "split", "test")], actor="ana")
    ws.log.record([Change(1, "split", None)], actor="ben")
    assert state(ws).split is None
    ws.log.undo("ben")
    assert state(ws).split == "test"


def test_what_a_model_does_is_no_step_of_undo(ws: Workspace) -> None:
    ws.log.record([Change(1, "note", "looks right")], actor="claude", kind="model")
    assert ws.log.undo("claude") is None


@pytest.mark.parametrize(
    "statement",
    [
        "update event set actor = 'eve'",
        "delete from event",
        "insert or replace into event select * from event where seq = 1",
    ],
)
def test_events_are_never_changed(ws: Workspace, statement: str) -> None:
    sqlite = apsw.Connection(str(ws.path))
    with pytest.raises(apsw.ConstraintError, match="append-only"):
        sqlite.execute(statement)
    sqlite.close()


def test_deciding_while_streaming_works_and_sees_each_example_once(ws: Workspace, path: Path) -> None:
    fill(ws, [(f"q{n}", f"a{n}") for n in range(4_100)], name="more.jsonl")
    with Workspace.open(path) as other:
        for count, entry in enumerate(ws.examples.stream()):
            if count % 700 == 0:
                other.log.record([Change(entry.seq, "note", "seen")], actor="ben")
                ws.log.record([Change(entry.seq, "status", "accepted")], actor="ana")
    assert count == 4_102
    assert ws.examples.count(parse("status:accepted")) == 6


def test_deciding_while_a_list_is_still_being_read_works(ws: Workspace, path: Path) -> None:
    load = ws.sources.begin("bad.jsonl", kind="jsonl", format="alpaca", split=None)
    for row in range(1, 301):
        load.reject(raw=b"{", row=row, line=row, offset=0, reason="cut off")
    load.finish(digest="", layout={}, revision=None, blank=0, actor="ana")
    halves = [ws.examples.found(parse("len(out)>0")), ws.sources.rejected(), ws.examples.stream(parse("order:len"))]
    for half in halves:
        next(half)
    with Workspace.open(path) as other:
        other.log.record([Change(1, "note", "theirs")], actor="ben")
    ws.log.record([Change(2, "status", "accepted")], actor="ana")
    assert [len(list(half)) for half in halves] == [2, 299, 2]


def test_a_workspace_notices_what_others_change(ws: Workspace, path: Path) -> None:
    ws.log.record([Change(1, "note", "mine")], actor="ana")
    assert not ws.changed()
    with Workspace.open(path) as other:
        other.log.record([Change(1, "note", "theirs")], actor="ben")
    assert ws.changed()
    assert not ws.changed()


def test_an_operation_that_cannot_be_undone_any_more_may_be_left_and_the_one_before_undone(ws: Workspace) -> None:
    ws.log.record([Change(2, "status", "accepted")], actor="ana")
    ws.log.record([Change(1, "messages[1].content", "hers", revision=0)], actor="ana")
    ws.log.record([Change(1, "messages[1].content", "his", ws.examples.entry(1).state.revision)], actor="ben")
    for _ in range(2):
        with pytest.raises(ConflictError, match="--skip"):
            ws.log.undo("ana")
    assert ws.log.pass_over("ana") == "edit #1"
    undone = ws.log.undo("ana")
    assert undone is not None
    assert undone.label == "accept #2"
    assert ws.examples.entry(1).example.output_text == "his"
    assert ws.examples.entry(2).state.status == "pending"
    redone = ws.log.redo("ana")
    assert redone is not None
    assert redone.label == "accept #2"
    assert ws.verify() == []
    assert ws.log.undo("ana") is not None
    assert ws.log.pass_over("ana") is None
