"""Review by keys: what a key does to the file, what the screen says, where it leads."""

from array import array
from pathlib import Path
from typing import Any

import pytest

from curator.errors import WorkspaceError
from curator.model import Finding, Span
from curator.settings import Label, Review, Settings
from curator.tui.screens.queue import QueueScreen
from curator.workspace import Change, Workspace

Sit = Any


async def test_each_decision_is_in_the_file_and_the_next_pending_example_is_shown(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("a", "x", "f")
        assert [seat.status(seq) for seq in (1, 2, 3, 4)] == ["accepted", "rejected", "fix", "pending"]
        assert seat.here == 4
        assert "needs fix #3" in seat.last_line


async def test_saved_is_said_with_the_number_of_the_event_that_is_on_the_disk(sit: Sit) -> None:
    async with sit() as seat:
        assert "saved" not in seat.grid
        await seat.press("a")
        assert f"saved #{seat.workspace.log.last_seq()}" in seat.grid


async def test_skip_moves_on_and_is_no_event(sit: Sit) -> None:
    async with sit() as seat:
        before = seat.workspace.log.last_seq()
        await seat.press("space")
        assert seat.here == 2
        assert seat.workspace.log.last_seq() == before


async def test_what_was_decided_before_is_passed_over(sit: Sit, refunds: Path) -> None:
    with Workspace.open(refunds) as workspace:
        workspace.log.record([Change(seq, "status", "accepted") for seq in (1, 3)], actor="bob")
    async with sit() as seat:
        assert seat.here == 2
        await seat.press("a")
        assert seat.here == 4


async def test_the_queue_stays_frozen_while_it_is_decided(sit: Sit) -> None:
    async with sit(where="status:pending") as seat:
        await seat.press("a", "a")
        assert len(seat.queue.queue) == 30
        await seat.press("r")
        assert len(seat.queue.queue) == 28


async def test_undo_and_redo_go_back_to_the_example(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("a", "x")
        assert "u undoes: reject #2" in seat.grid
        await seat.press("u")
        assert (seat.here, seat.status(2)) == (2, "pending")
        assert "undid: reject #2" in seat.grid
        assert "u undoes: accept #1" in seat.grid
        await seat.press("backspace", "U", "ctrl+r")
        assert [seat.status(seq) for seq in (1, 2)] == ["accepted", "rejected"]


async def test_undo_works_after_a_restart(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("a", "x")
    async with sit() as seat:
        assert "u undoes: reject #2" in seat.grid
        await seat.press("u", "u")
        assert [seat.status(seq) for seq in (1, 2)] == ["pending", "pending"]
        assert "undoes" not in seat.grid


async def test_undo_of_what_somebody_else_has_changed_is_refused_with_both_versions(sit: Sit, refunds: Path) -> None:
    async with sit() as seat:
        await seat.press("e")
        await seat.type("Z")
        await seat.press("f2")
        with Workspace.open(refunds) as other:
            entry = other.examples.entry(1)
            other.log.record([Change(1, "messages[2].content", "theirs", entry.state.revision)], actor="bob")
        await seat.press("u")
        assert "now theirs, undo would write" in seat.last_line
        assert seat.entry(1).example.output_text == "theirs"


async def test_an_undo_that_is_refused_can_be_stepped_over(sit: Sit, refunds: Path) -> None:
    async with sit() as seat:
        await seat.press("a")
        await seat.press("k", "e")
        await seat.type("Z")
        await seat.press("f2")
        with Workspace.open(refunds) as other:
            entry = other.examples.entry(1)
            other.log.record([Change(1, "messages[2].content", "theirs", entry.state.revision)], actor="bob")
        await seat.press("u")
        assert seat.status(1) == "accepted"
        seat.app.screen.action_log("pass_over")
        await seat.press("u")
        assert seat.status(1) == "pending"
        assert seat.entry(1).example.output_text == "theirs"


async def test_digits_give_and_take_labels_of_each_kind(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("1", "2", "4", "5", "6")
        expected = {"quality": ["wrong answer", "bad format"], "tone": "cold", "unsafe": True}
        assert seat.entry(1).state.labels == expected
        assert "[2 bad format]" in seat.grid
        await seat.press("1", "6")
        assert seat.entry(1).state.labels == {"quality": ["bad format"], "tone": "cold"}
        await seat.press("0")
        assert seat.entry(1).state.labels == {}
        assert seat.here == 1


async def test_labels_have_lines_of_their_own_and_none_is_cut(sit: Sit) -> None:
    values = ("wrong answer", "bad format", "off tone", "unsupported", "duplicate", "needs context")
    quality = Label("quality", "multi", values, tuple("123456"))
    async with sit(size=(80, 24), settings=Settings(labels=(quality,), review=Review(min_dwell_ms=0))) as seat:

        def frame() -> int:
            return next(n for n, line in enumerate(seat.grid.splitlines()) if line.startswith("└"))

        bottom = frame()
        below = seat.grid.splitlines()[bottom + 1 : bottom + 3]
        assert below == [" 1 wrong answer  2 bad format  3 off tone  4 unsupported  5 duplicate", " 6 needs context"]
        await seat.press("1", "6", "n")
        await seat.type("ask the bank first")
        await seat.press("enter")
        assert frame() == bottom  # nothing moves when a label is given
        assert seat.grid.splitlines()[bottom].startswith("└─ note: ask the bank first ──")
        assert (
            seat.grid.splitlines()[bottom + 1]
            == "[1 wrong answer] 2 bad format  3 off tone  4 unsupported  5 duplicate"
        )
        assert seat.grid.splitlines()[bottom + 2] == "[6 needs context] 0 clear"


async def test_a_digit_without_a_label_does_nothing(sit: Sit) -> None:
    async with sit() as seat:
        before = seat.workspace.log.last_seq()
        await seat.press("9")
        assert seat.workspace.log.last_seq() == before


async def test_route_to_rag_and_back(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("R")
        assert (seat.entry(1).state.route, seat.here) == ("rag", 2)
        await seat.press("k")
        assert "→RAG" in seat.grid
        await seat.press("R")
        assert (seat.entry(1).state.route, seat.here) == ("train", 1)


async def test_repeat_gives_status_labels_and_route_as_one_operation(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("1", "R", "k", "x", "full_stop")
        state = seat.entry(2).state
        assert (state.status, state.labels, state.route) == ("rejected", {"quality": ["wrong answer"]}, "rag")
        await seat.press("u")
        assert seat.entry(2).state.status == "pending"
        assert seat.entry(2).state.labels == {}


async def test_a_note_is_one_line_and_keeps_every_character(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("n")
        await seat.type("ask Eve [/b]")
        await seat.press("enter")
        assert seat.entry(1).state.note == "ask Eve [/b]"
        seat.workspace.log.record([Change(1, "note", "two\nlines\u2028\x1b")], actor="ana")
        seat.queue.queue.forget()
        await seat.press("n", "x", "enter")
        assert seat.entry(1).state.note == "two\nlines\u2028\x1bx"


async def test_escape_leaves_a_note_as_it_was(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("n")
        await seat.type("abc")
        await seat.press("escape", "a")
        assert seat.entry(1).state.note == ""
        assert seat.status(1) == "accepted"


async def test_a_held_key_decides_once(sit: Sit) -> None:
    slow = Settings(review=Review(min_dwell_ms=10_000))
    async with sit(settings=slow) as seat:
        await seat.press("a", "a", "a")
        assert [seat.status(seq) for seq in (1, 2)] == ["accepted", "pending"]
        assert "too fast" in seat.last_line


async def test_moving(sit: Sit) -> None:
    async with sit(size=(80, 24)) as seat:
        await seat.press("j", "down", "k")
        assert seat.here == 2
        await seat.press("G")
        assert seat.here == 30
        await seat.press("g", "g")
        assert seat.here == 1
        await seat.press("pagedown", "ctrl+d", "ctrl+u", "pageup")
        assert seat.here == 1
        await seat.press("number_sign", "1", "7", "enter")
        assert seat.here == 17
        await seat.press("number_sign", "9", "9", "enter")
        assert "#99 is not in this queue" in seat.last_line


async def test_a_sequence_shows_what_its_second_key_may_be(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("G", "g")
        assert "g first row" in seat.grid
        await seat.press("escape")
        assert seat.here == 30


async def test_filter_counts_while_it_is_typed_and_shows_its_rows_on_enter(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("slash")
        await seat.type("finding:CON001")
        assert "2 rows" in seat.grid
        await seat.press("enter")
        assert "row 1 of 2" in seat.grid
        assert "/ finding:CON001" in seat.grid


async def test_a_wrong_filter_points_at_the_place_and_the_last_good_one_stays(sit: Sit) -> None:
    async with sit(where="finding:CON001") as seat:
        await seat.press("slash", "ctrl+u")
        await seat.type("out~a colour:red")
        lines = seat.grid.splitlines()
        assert lines[2].index("▲") == lines[1].index("colour")
        assert "there is no field 'colour'" in lines[2]
        await seat.press("enter")
        assert "▲" in seat.grid.splitlines()[2]
        await seat.press("escape")
        assert "row 1 of 2" in seat.grid


async def test_a_filter_that_selects_nothing_says_so_and_can_be_changed(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("slash")
        await seat.type("status:rejected")
        await seat.press("enter")
        assert "no example matches the filter" in seat.grid
        await seat.press("a", "e", "j", "J", "right_square_bracket", "tab")
        await seat.press("slash", "ctrl+u", "enter")
        assert "row 1 of 30" in seat.grid


async def test_what_another_process_decides_is_seen(sit: Sit, refunds: Path) -> None:
    async with sit() as seat:
        with Workspace.open(refunds) as other:
            other.log.record([Change(1, "status", "rejected")], actor="bob")
        seat.queue._look_for_others()
        await seat.settle()
        assert "✗ rejected" in seat.grid
        assert "1 of 30 decided" in seat.grid


async def test_an_error_of_the_file_is_told_and_nothing_is_claimed(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    async with sit() as seat:

        def full(*_: Any, **__: Any) -> None:
            raise WorkspaceError("refunds.curator: the disk is full. Free space and try again.")

        monkeypatch.setattr(seat.workspace.log, "record", full)
        await seat.press("a")
        assert "not saved: refunds.curator: the disk is full" in seat.last_line
        assert "saved #" not in seat.grid
        assert seat.here == 1
        monkeypatch.undo()
        await seat.press("a")
        assert seat.status(1) == "accepted"


async def test_a_paste_decides_nothing(sit: Sit) -> None:
    from textual.events import Paste

    async with sit() as seat:
        seat.app.screen.post_message(Paste("aaaaxxxx"))
        await seat.settle()
        assert seat.status(1) == "pending"
        assert "ignored" in seat.last_line


async def test_an_empty_workspace_is_no_reason_to_crash(sit: Sit, tmp_path: Path) -> None:
    path = tmp_path / "empty.curator"
    Workspace.create(path).close()
    async with sit(path) as seat:
        await seat.press("a", "x", "space", "j", "e", "E", "u", "1", "0", "n", "J", "z", "tab", "R", "full_stop")
        assert "the workspace is empty" in seat.grid


async def test_in_a_text_the_keys_scroll_it_and_the_row_stays(sit: Sit) -> None:
    async with sit(size=(80, 24)) as seat:
        await seat.press("l", "j")
        assert seat.here == 1
        await seat.press("h", "j")
        assert seat.here == 2


async def test_progress_counts_what_is_decided(sit: Sit) -> None:
    async with sit() as seat:
        assert "0 of 30 decided" in seat.grid
        await seat.press("a", "x", "u")
        assert "1 of 30 decided" in seat.grid


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_leaving(sit: Sit, key: str) -> None:
    async with sit() as seat:
        await seat.pilot.press(key)
        assert seat.app._exit


async def test_ctrl_c_leaves_at_the_second_press(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("ctrl+c")
        assert "ctrl+c again leaves" in seat.last_line
        await seat.pilot.press("ctrl+c")
        assert seat.app._exit


async def test_keys_that_come_in_one_burst_reach_what_the_first_of_them_opens(sit: Sit) -> None:
    from textual.events import Key

    async with sit() as seat:
        await seat.press("G")
        for key in ("g", "g"):
            seat.app.post_message(Key(key, key))
        await seat.settle()
        assert seat.here == 1
        for key, letter in (("slash", "/"), *((letter, letter) for letter in "status"), ("colon", ":"), ("a", "a")):
            seat.app.post_message(Key(key, letter))
        await seat.settle()
        assert " / status:a" in seat.grid
        assert seat.status(1) == "pending"


async def test_rows_that_were_chosen_again_wait_until_the_note_is_written(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("n")
        await seat.type("ab")
        seat.queue.post_message(QueueScreen.Chosen("status:pending", array("q", [3, 4])))
        await seat.type("xa")
        assert [seat.status(seq) for seq in (1, 2, 3)] == ["pending"] * 3
        await seat.press("enter")
        assert seat.entry(1).state.note == "abxa"
        assert len(seat.queue.queue) == 2


async def test_rows_that_were_chosen_again_wait_until_the_editor_is_left(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("e", "X")
        seat.queue.post_message(QueueScreen.Chosen("status:rejected", array("q")))
        await seat.settle()
        await seat.press("ctrl+s")
        assert seat.status(1) == "accepted"
        assert "no example matches" in seat.grid


async def test_nothing_is_called_saved_in_a_workspace_that_was_replaced(sit: Sit, refunds: Path, fill: Any) -> None:
    other = fill([{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]}])
    async with sit() as seat:
        other.replace(refunds)
        await seat.press("a")
        assert "not saved" in seat.last_line
        assert "replaced" in seat.last_line
        assert "saved #" not in seat.grid
        assert seat.here == 1
        seat.queue._look_for_others()
        await seat.settle()
        assert "replaced" in seat.last_line


async def test_decisions_made_while_the_file_is_counted_are_counted_too(sit: Sit) -> None:
    async with sit() as seat:
        seat.queue._recount()
        await seat.pilot.press("a")
        seat.queue.post_message(QueueScreen.Tallied(30, 30, 0))  # what the count that was under way had seen
        await seat.settle()
        assert "1 of 30 decided" in seat.grid


async def test_the_finding_that_is_looked_at_is_set_off_also_where_another_marks_the_same(sit: Sit, fill: Any) -> None:
    path = fill([{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "TODO"}]}])
    with Workspace.open(path) as workspace:
        id = workspace.examples.entry(1).example.id
        run = workspace.findings.begin_run({"AAA001": ("error", "a"), "BBB001": ("warning", "b")}, {})
        where = (Span("messages[1].content", 0, 4),)
        run.add([Finding("AAA001", id, "a", evidence=where), Finding("BBB001", id, "b", evidence=where)])
        run.finish()
    async with sit(path) as seat:
        styles = []
        for _ in range(3):
            line = next(strip for strip in seat.strips if any(s.text == "TODO" for s in strip))
            styles.append(next(s.style for s in line if s.text == "TODO"))
            await seat.press("right_square_bracket")
        assert styles[0] != styles[1] == styles[2]


async def test_a_file_that_cannot_be_read_any_more_is_told_and_no_key_crashes(
    sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sit(size=(160, 50)) as seat:

        def gone(*_: Any, **__: Any) -> None:
            raise WorkspaceError("refunds.curator: the disk cannot be read")

        for store, names in (("examples", ("entries", "entry")), ("findings", ("of", "severities")), ("log", (
            "record", "undo", "redo", "next_undo", "history"
        ))):  # fmt: skip
            for name in names:
                monkeypatch.setattr(getattr(seat.workspace, store), name, gone)
        seat.queue.queue.forget()
        seat.queue._look_for_others()
        for key in ("j", "G", "a", "1", "n", "e", "E", "R", "u", "U", "right_curly_bracket", "r", "S", "z", "z", "tab"):
            await seat.press(key)
            assert "saved #" not in seat.grid
        assert "cannot be read" in seat.grid


async def test_a_message_that_needs_the_whole_line_gets_it(sit: Sit) -> None:
    async with sit(size=(80, 24)) as seat:
        await seat.press("a")
        assert "u undoes" in seat.last_line
        seat.queue.say("#5 was changed since by somebody else; their text stands, " + "x" * 10, "failed")
        await seat.settle()
        assert "x" * 10 in seat.last_line
        assert "undoes" not in seat.last_line


async def test_a_rating_and_a_text_are_asked_for(sit: Sit) -> None:
    settings = Settings(
        labels=(Label("worth", "rating", (), ("1",), most=5), Label("why", "text", (), ("2",))),
        review=Review(min_dwell_ms=0),
    )
    async with sit(settings=settings) as seat:
        await seat.press("1", "4", "enter")
        await seat.press("2")
        await seat.type("too long")
        await seat.press("enter")
        assert seat.entry(1).state.labels == {"worth": 4, "why": "too long"}
        await seat.press("1", "backspace", "9", "enter")
        assert "worth is a number from 1 to 5" in seat.last_line
        await seat.press("1", "backspace", "enter")
        assert seat.entry(1).state.labels == {"why": "too long"}
        await seat.press("u", "u", "u")
        assert seat.entry(1).state.labels == {}
