"""What becomes of rows when sources are imported, imported again, changed, and given up."""

import json
from pathlib import Path

import pytest

from curator.errors import WorkspaceError
from curator.model import Example, Message
from curator.query import parse
from curator.workspace import Change, Counts, Workspace
from tests.conftest import Run, write_jsonl
from tests.workspace.filling import REFUNDS, example, fill, texts


def test_the_rows_of_a_source_become_examples_in_their_order(ws: Workspace) -> None:
    entry = ws.examples.entry(2)
    assert entry.example.input_text == "Where is my parcel?"
    assert entry.example.provenance.source == "refunds.jsonl"
    assert entry.example.provenance.row == 2
    assert entry.state.status == "pending"
    assert ws.examples.raw(2) == b"row 2"
    assert list(ws.examples.ids()) == [1, 2, 3]


def test_the_same_file_again_adds_nothing_and_keeps_every_id(ws: Workspace) -> None:
    before = ws.examples.ids_of([1, 2, 3])
    assert fill(ws) == Counts(read=3, known=3)
    assert ws.examples.ids_of([1, 2, 3]) == before
    assert ws.examples.count() == 3


def test_a_changed_file_reports_new_known_and_gone_and_keeps_decisions(ws: Workspace) -> None:
    ws.log.record([Change(1, "status", "accepted"), Change(3, "status", "rejected")], actor="ana")
    counts = fill(ws, [*REFUNDS[1:], ("New?", "Yes.")])
    assert (counts.stored, counts.known, counts.gone, counts.retired) == (1, 2, 1, 0)
    assert texts(ws) == ["Yes.", "On its way.", "Hello!", "Yes."]
    assert [ws.examples.entry(seq).state.status for seq in (1, 3)] == ["accepted", "rejected"]
    assert ws.sources.list()[0].rows == 4
    assert ws.sources.list()[0].gone == 1


def test_retire_hides_what_is_gone_until_it_comes_back(ws: Workspace) -> None:
    ws.log.record([Change(1, "status", "accepted")], actor="ana")
    assert fill(ws, REFUNDS[1:], retire=True).retired == 1
    assert list(ws.examples.ids()) == [2, 3]
    assert ws.examples.count() == ws.examples.count(parse("len(out)>=0")) == 2
    assert list(ws.examples.ids(parse("status:accepted"))) == []
    assert ws.status().by_status["pending"] == 2
    assert fill(ws).known == 3
    assert list(ws.examples.ids(parse("status:accepted"))) == [1]


def test_what_was_retired_stays_so_when_the_shorter_file_is_imported_again(ws: Workspace) -> None:
    fill(ws, REFUNDS[1:], retire=True)
    assert fill(ws, REFUNDS[1:]).gone == 0
    assert list(ws.examples.ids()) == [2, 3]


def test_a_part_of_a_source_says_nothing_about_the_rest(ws: Workspace) -> None:
    assert fill(ws, REFUNDS[:1], whole=False).gone == 0
    assert ws.examples.count() == 3


def test_true_duplicates_keep_ids_of_their_own(ws: Workspace) -> None:
    fill(ws, [("Same", "Same"), ("Other", "x"), ("Same", "Same")], name="twice.jsonl")
    first, _, second = ws.examples.ids_of([4, 5, 6])
    assert first[:-1] == second[:-1]
    assert (first[-1], second[-1]) == ("1", "2")
    assert ws.examples.seq_of(second) == 6
    assert fill(ws, [("Same", "Same"), ("Other", "x"), ("Same", "Same")], name="twice.jsonl").known == 3


def test_a_second_copy_that_appears_later_is_the_only_new_one(ws: Workspace) -> None:
    assert fill(ws, [*REFUNDS, REFUNDS[0]]) == Counts(read=4, stored=1, known=3)


def test_the_same_rows_under_another_name_are_other_examples(ws: Workspace) -> None:
    assert fill(ws, REFUNDS, name="copy.jsonl").stored == 3
    assert len(set(ws.examples.ids_of([1, 2, 3, 4, 5, 6]))) == 6


def test_columns_are_no_part_of_the_identity(ws: Workspace) -> None:
    assert fill(ws, [example(*REFUNDS[0], ticket=7), *REFUNDS[1:]]).known == 3


def test_what_an_identity_is_made_of(tmp_path: Path) -> None:
    messages = (Message("user", "Hi"), Message("assistant", "Hello"))
    kinds = [
        Example(messages=messages),
        Example(messages=messages, tools=({"name": "search"},)),
        Example(messages=messages, reference="Hello"),
        Example(messages=(*messages[:1], Message("assistant", "Hello", weight=0))),
    ]
    with Workspace.create(tmp_path / "kinds.curator") as ws:
        fill(ws, kinds)
        assert len({name.rsplit("-", 1)[0] for name in ws.examples.ids_of([1, 2, 3, 4])}) == 4


def test_an_abandoned_import_leaves_nothing(ws: Workspace) -> None:
    load = ws.sources.begin("new.jsonl", kind="jsonl", format="alpaca", split=None)
    for row in range(1, 4_500):
        load.add(example(f"question {row}", "answer"), raw=b"", row=row)
    load.reject(raw=b"{", row=4_500, line=4_500, offset=0, reason="cut off")
    load.abandon()
    assert ws.examples.count() == 3
    assert [source.name for source in ws.sources.list()] == ["refunds.jsonl"]
    assert list(ws.sources.rejected()) == []
    assert fill(ws, [("New", "New")], name="new.jsonl").stored == 1


def test_staged_rows_are_seen_by_nobody(ws: Workspace) -> None:
    stream = ws.examples.batches(size=2)
    assert [entry.seq for entry in next(stream)] == [1, 2]
    load = ws.sources.begin("new.jsonl", kind="jsonl", format="alpaca", split=None)
    for row in range(1, 4_101):
        load.add(example("Can I?", f"answer {row}"), raw=b"", row=row)
    with Workspace.open(ws.path) as other:
        assert other.examples.count() == 3
        assert [entry.seq for batch in stream for entry in batch] == [3]
        assert list(other.examples.ids(parse("answer"))) == []
        assert list(other.examples.ids(parse("out~answer or #4"))) == []
        for look in (other.examples.entry, lambda seq: other.log.record([Change(seq, "note", "x")], actor="ben")):
            with pytest.raises(WorkspaceError):
                look(4)
    load.finish(digest="", layout={}, revision=None, blank=0, actor="ana")
    assert ws.examples.count() == ws.examples.count(parse("len(out)>0")) == 4_103
    assert ws.examples.count(parse("answer")) == 4_100


def test_only_one_import_is_staged_at_a_time(ws: Workspace) -> None:
    load = ws.sources.begin("a.jsonl", kind="jsonl", format="alpaca", split=None)
    with pytest.raises(WorkspaceError, match="another import is still running"):
        ws.sources.begin("b.jsonl", kind="jsonl", format="alpaca", split=None)
    load.abandon()
    load.abandon()
    assert fill(ws, [("b", "b")], name="b.jsonl").stored == 1


def test_abandoning_after_the_end_changes_nothing(ws: Workspace) -> None:
    load = ws.sources.begin("a.jsonl", kind="jsonl", format="alpaca", split=None)
    load.add(example("a", "a"), raw=b"", row=1)
    load.finish(digest="", layout={}, revision=None, blank=0, actor="ana")
    load.abandon()
    assert ws.examples.count() == 4
    with Workspace.open(ws.path) as other:
        assert fill(other, [("b", "b")], name="b.jsonl").stored == 1


def test_rejected_rows_are_kept_with_their_reason_and_bytes(ws: Workspace) -> None:
    load = ws.sources.begin("bad.jsonl", kind="jsonl", format="alpaca", split=None)
    for row in range(1, 251):
        load.reject(raw=b"\xff{" + bytes([row % 250]), row=row, line=row, offset=row * 3, reason="no UTF-8")
    counts = load.finish(digest="", layout={}, revision=None, blank=2, actor="ana")
    assert (counts.read, counts.rejected, counts.blank) == (252, 250, 2)
    kept = list(ws.sources.rejected("bad.jsonl"))
    assert [row.row for row in kept] == list(range(1, 251))
    assert (kept[0].raw, kept[0].reason, kept[0].offset, kept[0].source) == (b"\xff{\x01", "no UTF-8", 3, "bad.jsonl")


def test_an_import_is_one_event(ws: Workspace) -> None:
    (event,) = ws.log.tail()
    assert (event.field, event.source, event.actor_kind, event.after["stored"]) == (
        "import",
        "refunds.jsonl",
        "import",
        3,
    )
    assert ws.log.undo("ana") is None


def test_a_source_says_what_it_is(ws: Workspace) -> None:
    (source,) = ws.sources.list()
    assert (source.name, source.kind, source.format, source.rows) == ("refunds.jsonl", "jsonl", "openai_chat", 3)
    assert source.layout == {"encoding": "utf-8"}


def test_the_split_a_source_names_is_on_its_examples(ws: Workspace) -> None:
    fill(ws, [("t", "t")], name="test.jsonl", split="test")
    assert ws.examples.entry(4).example.source_split == "test"
    assert list(ws.examples.ids(parse("split:test"))) == [4]
    assert list(ws.examples.ids(parse("-split:test"))) == [1, 2, 3]


def test_names_are_relative_to_the_workspace_however_it_is_reached(ws: Workspace, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    assert ws.sources.name_for(tmp_path / "data" / "train.jsonl") == "data/train.jsonl"
    assert ws.sources.name_for(tmp_path / "link" / "train.jsonl") == "train.jsonl"
    with Workspace.open(tmp_path / "link" / ws.path.name) as linked:
        assert linked.sources.name_for(tmp_path / "train.jsonl") == "train.jsonl"


def test_numbers_of_any_size_and_every_kind_of_column_come_back(ws: Workspace) -> None:
    columns = {
        "id": 12345678901234567890123,
        "price": 1.10,
        "tags": ["a", None, True],
        "nul": "a\0b",
        "deep": {"x": [1]},
    }
    fill(ws, [example("q", "a\0b", **columns)], name="odd.jsonl")
    entry = ws.examples.entry(4)
    assert entry.example.metadata == columns
    assert entry.example.output_text == "a\0b"
    assert ws.examples.original(4) == entry.example


def test_what_a_source_says_anew_about_a_known_example_is_taken_and_its_decisions_stay(run: Run, folder: Path) -> None:
    first = [{"prompt": "q1", "completion": "a1", "topic": "old"}, {"prompt": "q2", "completion": "a2", "topic": "old"}]
    write_jsonl(folder / "t.jsonl", first)
    run("import", "t.jsonl")
    with Workspace.open(folder / "t.curator") as ws:
        ws.log.record([Change(1, "status", "accepted")], actor="ana")
        ws.log.record([Change(2, "messages[1].content", "better", revision=0)], actor="ana")
    rows = [{"prompt": "q0", "completion": "a0"}, {**first[0], "topic": "new"}, {**first[1], "topic": "newer"}]
    write_jsonl(folder / "t.jsonl", rows)
    result = run("import", "t.jsonl", "--split", "validation")
    assert "2 known" in result.stderr
    with Workspace.open(folder / "t.curator") as ws:
        assert ws.verify() == []
        known, edited, new = ws.examples.stream()
        assert [entry.example.provenance.row for entry in (known, edited, new)] == [2, 3, 1]
        assert (known.example.metadata, known.state.status) == ({"topic": "new"}, "accepted")
        assert (edited.example.metadata, edited.example.output_text) == ({"topic": "newer"}, "better")
        assert {entry.example.source_split for entry in (known, edited, new)} == {"validation"}
        assert len(ws.examples.ids(parse("split:validation"))) == 3
        assert ws.examples.raw(1) == json.dumps(rows[1]).encode()
        ws.log.undo("ana")
        assert ws.examples.entry(2).example.output_text == "a2"
        assert ws.examples.entry(2).example.metadata == {"topic": "newer"}
        assert ws.verify() == []
