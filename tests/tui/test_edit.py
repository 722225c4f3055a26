"""Editing in place: what is saved, what is kept through a crash, what is refused."""

from pathlib import Path
from typing import Any

import pytest
from textual.widgets import TextArea

from curator.model import Finding, Span
from curator.tui.screens.edit import EditScreen
from curator.tui.screens.queue import QueueScreen
from curator.workspace import Change, Workspace
from tests.tui.conftest import said

Sit = Any
OUTPUT = "messages[2].content"


async def test_save_stores_the_text_accepts_and_goes_on_as_one_operation(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("e", "home")
        await seat.type("Yes: ")
        await seat.press("ctrl+s")
        assert seat.entry(1).example.output_text.startswith("Yes: {")
        assert (seat.status(1), seat.here) == ("accepted", 2)
        assert "edit and accept #1" in seat.grid
        await seat.press("u")
        assert seat.entry(1).example.output_text.startswith("{")
        assert seat.status(1) == "pending"


async def test_f2_saves_and_stays(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("e", "home", "X", "f2")
        assert seat.entry(1).example.output_text.startswith("X{")
        assert (seat.status(1), seat.here) == ("pending", 1)
        assert "✎ edited" in seat.grid


async def test_several_messages_are_saved_together(sit: Sit) -> None:
    async with sit(where="id:5") as seat:
        await seat.press("e", "D", "shift+tab", "C", "shift+tab", "shift+tab", "A", "ctrl+s")
        texts = [message.text for message in seat.entry(5).example.messages]
        assert [text[0] for text in texts] == ["A", "O", "C", "D"]
        await seat.press("u")
        assert [message.text[0] for message in seat.entry(5).example.messages] == ["H", "O", "M", "W"]


async def test_changes_are_shown_word_by_word(sit: Sit) -> None:
    async with sit(where="id:3") as seat:
        await seat.press("e", "ctrl+right", "ctrl+w")
        await seat.type("An")
        seat.app.screen.show_state()
        await seat.settle()
        assert "[-The-]{+An+}" in seat.grid
        assert "● unsaved" in seat.grid


async def test_leaving_asks_once_and_keeps_the_draft(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("e", "home", "X", "escape")
        assert "esc again leaves" in seat.grid
        await seat.press("escape")
        assert seat.app.screen is seat.queue
        assert seat.workspace.drafts.load(1, OUTPUT, "ana").startswith("X{")
        assert seat.entry(1).example.output_text.startswith("{")


async def test_a_draft_is_kept_half_a_second_after_the_last_key(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curator.tui.screens.edit.DRAFT_AFTER", 0.001)
    async with sit() as seat:
        await seat.press("e", "home", "X")
        with Workspace.open(seat.workspace.path) as other:
            await seat.until(lambda: other.drafts.load(1, OUTPUT, "ana"))
            assert other.drafts.load(1, OUTPUT, "ana").startswith("X{")


async def test_a_draft_is_offered_and_never_taken_silently(sit: Sit, refunds: Path) -> None:
    with Workspace.open(refunds) as workspace:
        workspace.drafts.save(4, "messages[1].content", "from before the crash", "ana")
    async with sit(where="id:4") as seat:
        await seat.press("e")
        assert "[-Ihre Rechnung ist beigefügt.-]{+from before the crash+}" in seat.grid
        assert isinstance(seat.app.screen, EditScreen)
        assert seat.app.screen.area.text == "Ihre Rechnung ist beigefügt."
        assert "y take draft" in seat.footer
        await seat.press("y", "ctrl+s")
        assert seat.entry(4).example.output_text == "from before the crash"
        assert seat.workspace.drafts.load(4, "messages[1].content", "ana") is None


async def test_a_draft_can_be_thrown_away(sit: Sit, refunds: Path) -> None:
    with Workspace.open(refunds) as workspace:
        workspace.drafts.save(1, OUTPUT, "from before the crash", "ana")
    async with sit() as seat:
        await seat.press("e", "n", "home", "Z", "f2")
        assert seat.entry(1).example.output_text.startswith("Z{")
        assert seat.workspace.drafts.load(1, OUTPUT, "ana") is None


async def test_the_draft_of_another_reviewer_is_not_offered(sit: Sit, refunds: Path) -> None:
    with Workspace.open(refunds) as workspace:
        workspace.drafts.save(1, OUTPUT, "bob's", "bob")
    async with sit() as seat:
        await seat.press("e")
        assert "draft" not in seat.grid.lower()


async def test_a_conflict_shows_both_texts_and_the_next_save_decides(sit: Sit, refunds: Path) -> None:
    async with sit(where="id:4") as seat:
        await seat.press("e", "home", "X")
        with Workspace.open(refunds) as other:
            other.log.record([Change(4, "messages[1].content", "Die Rechnung.", 0)], actor="bob")
        await seat.press("ctrl+s")
        assert "somebody saved another text" in seat.grid
        assert "[-Die-]" in seat.grid
        assert seat.entry(4).example.output_text == "Die Rechnung."
        await seat.press("ctrl+s")
        assert seat.entry(4).example.output_text.startswith("XIhre")


@pytest.mark.parametrize(
    "text",
    [
        "a\r\nb\nc\rd",
        "one\u2028two\u2029three\x85four",
        "\x1b[31mred\x07 \x00 \x7f\x9b",
        "x\x0by\x0cz\x1cw",
        "\ufeff\u200b\u202e",
    ],
)
async def test_an_edit_keeps_the_characters_that_a_text_area_would_change(sit: Sit, fill: Any, text: str) -> None:
    path = _with_output(fill, text)
    async with sit(path, where="id:1") as seat:
        await seat.press("e", "home", "X", "f2")
        assert seat.entry(1).example.output_text == "X" + text


async def test_opening_and_leaving_changes_nothing(sit: Sit) -> None:
    async with sit() as seat:
        before = seat.workspace.log.last_seq()
        await seat.press("e", "escape")
        assert seat.app.screen is seat.queue
        assert seat.workspace.log.last_seq() == before


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x" * 6_000, "a line of 6,000 characters"),
        ("long\n" * 50_000, "250,000 characters"),
        ("\U000f001b", "private characters"),
    ],
)
async def test_what_a_text_area_cannot_hold_is_sent_to_the_editor(sit: Sit, fill: Any, text: str, why: str) -> None:
    path = _with_output(fill, text)
    async with sit(path) as seat:
        await seat.press("e", "home", "X")
        assert why in seat.grid
        assert "ctrl+o" in seat.footer
        await seat.press("ctrl+s", "escape")
        assert seat.entry(1).example.output_text == text


async def test_the_editor_needs_a_terminal_that_can_be_handed_over(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("E")
        assert "cannot be handed over" in seat.grid


async def test_a_text_from_the_editor_is_shown_before_it_is_saved(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curator.tui.external.edit", lambda _app, text, _name: text.upper())
    async with sit(where="id:3") as seat:
        await seat.press("E")
        assert "{+" in seat.grid
        assert seat.entry(3).example.output_text.startswith("The app")
        await seat.press("ctrl+s")
        assert seat.entry(3).example.output_text.startswith("THE APP")


async def test_what_others_saved_while_the_editor_was_open_is_a_conflict(
    sit: Sit, refunds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edited(_app: Any, text: str, _name: str) -> str:
        with Workspace.open(refunds) as other:
            other.log.record([Change(3, "messages[1].content", "theirs", 0)], actor="bob")
        return text.upper()

    monkeypatch.setattr("curator.tui.external.edit", edited)
    async with sit(where="id:3") as seat:
        await seat.press("E", "ctrl+s")
        assert "somebody saved another text" in seat.grid
        assert seat.entry(3).example.output_text == "theirs"


async def test_a_text_from_the_editor_is_a_draft_at_once(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curator.tui.external.edit", lambda _app, text, _name: text.upper())
    async with sit(where="id:3") as seat:
        await seat.press("E")
        assert (seat.workspace.drafts.load(3, "messages[1].content", "ana") or "").startswith("THE APP")


async def test_an_output_with_parts_is_not_given_to_the_editor(
    sit: Sit, fill: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curator.tui.external.edit", lambda _app, text, _name: text.upper())
    image = {"type": "image_url", "image_url": {"url": "http://x/out.png"}}
    parts = [{"type": "text", "text": "a cat"}, image]
    path = fill([{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": parts}]}])
    async with sit(path) as seat:
        assert "http://x/out.png" in seat.grid
        await seat.press("E")
        assert isinstance(seat.app.screen, QueueScreen)
        assert "not plain text" in seat.last_line


async def test_an_edit_marks_older_findings_as_such(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("e", "home", "X", "f2")
        await seat.press("left_square_bracket")
        assert "found before the text was changed" in seat.grid


def _with_output(fill: Any, text: str) -> Path:
    row = {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": text}]}
    path: Path = fill([row])
    return path


async def test_what_an_edit_mends_is_found_no_more_and_found_again_when_it_is_undone(sit: Sit, fill: Any) -> None:
    from curator.operations.check import check

    path = _with_output(fill, "")
    with Workspace.open(path) as workspace:
        for _ in check(workspace):
            pass
        assert workspace.findings.of(1)
    async with sit(path) as seat:
        assert "▲" in seat.grid.splitlines()[2]
        await seat.press("e", "ctrl+k")
        await seat.type("It is on its way.")
        await seat.press("f2")
        await seat.until(lambda: not seat.workspace.findings.of(1))
        await seat.until(lambda: "TXT" not in seat.grid)
        await seat.press("u")
        await seat.until(lambda: "▲" in seat.grid.splitlines()[2])


async def test_on_a_tiny_terminal_the_text_and_the_keys_are_left(sit: Sit) -> None:
    async with sit(size=(40, 10)) as seat:
        await seat.press("e", "home", "X", "escape")
        assert "ctrl+s" in seat.footer
        assert "not saved" in seat.last_line
        assert "OUTPUT" in seat.grid


CARD = "4111 1111 1111 1111"


async def test_what_is_only_read_beside_the_typing_is_masked(sit: Sit, fill: Any) -> None:
    rows = [
        {"role": "user", "content": f"My card is {CARD}."},
        {"role": "assistant", "content": f"You said {CARD}, thanks."},
    ]
    async with sit(fill([{"messages": rows}])) as seat:
        await seat.press("e", "home", "X")
        seat.app.screen.show_state()
        await seat.settle()
        typed = [line for line in seat.grid.splitlines() if CARD in line]
        assert len(typed) == 1  # in the area itself
        assert "My card is 411• ••••" in seat.grid
        assert "{+XYou+} said 411" in seat.grid


async def test_a_change_within_a_masked_value_is_said_and_not_shown(sit: Sit, fill: Any) -> None:
    async with sit(_with_output(fill, f"It is {CARD}.")) as seat:
        await seat.press("e", "end", *["backspace"] * 3)
        await seat.type("29.")  # the number of another card
        seat.app.screen.show_state()
        await seat.settle()
        assert "● unsaved" in seat.grid
        assert "within what is masked" in seat.grid
        assert "[-" not in seat.grid


async def test_a_text_that_cannot_be_edited_in_place_is_masked(sit: Sit, fill: Any) -> None:
    path = _with_output(fill, f"{CARD}\n" + "x" * 6_000)
    async with sit(path) as seat:
        await seat.press("e")
        assert "a line of 6,000 characters" in seat.grid
        assert CARD not in seat.grid


async def test_what_a_finding_is_about_is_selected_and_written_over(sit: Sit) -> None:
    async with sit(where="id:1") as seat:
        await seat.press("e")
        area = seat.app.screen.query_one(TextArea)
        assert area.selected_text == '"escalate": true'
        await seat.type('"escalate": false')
        await seat.press("ctrl+s")
        assert seat.entry(1).example.output_text.endswith('late.", "escalate": false}')


async def test_of_a_long_text_that_is_all_of_it_nothing_is_written_over(sit: Sit) -> None:
    async with sit(where="id:3") as seat:
        await seat.press("e")
        assert seat.app.screen.query_one(TextArea).selected_text == ""


PARAGRAPH = "You can return it within thirty days of delivery, unused, in its box. " * 3


async def test_keys_that_delete_go_by_paragraphs_however_the_screen_wraps_them(sit: Sit, fill: Any) -> None:
    async with sit(fill([said("May I return it?", f"{PARAGRAPH}\nBye.")]), size=(80, 24)) as seat:
        await seat.press("e", "ctrl+k")
        area = seat.app.screen.query_one(TextArea)
        assert area.text == "\nBye."
        await seat.press("ctrl+end", "left", "ctrl+u")
        assert area.text == "\n."
        await seat.press("ctrl+home", "ctrl+k")
        assert area.text == "."
        await seat.press("ctrl+z", "ctrl+z", "ctrl+z")
        assert area.text == f"{PARAGRAPH}\nBye."


async def test_what_breaks_off_is_gone_on_with_at_its_end(sit: Sit, fill: Any) -> None:
    path = fill([said("May I return it?", "Yes, within thirty days, as long as we")])
    with Workspace.open(path) as workspace:
        run = workspace.findings.begin_run({"TXT003": ("warning", "truncated-output")}, {})
        known = workspace.examples.entry(1).example.id
        run.add([Finding("TXT003", known, "It breaks off.", evidence=(Span("messages[1].content", 36, 38),))])
        run.finish()
    async with sit(path) as seat:
        await seat.press("e")
        await seat.type(" agreed.")
        await seat.press("ctrl+s")
        assert seat.entry(1).example.output_text == "Yes, within thirty days, as long as we agreed."


async def test_ctrl_c_says_what_becomes_of_what_was_typed(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("e", "home", "ctrl+c")
        assert "ctrl+c again leaves; everything is saved" in seat.grid
        await seat.press("X", "ctrl+c")
        assert "ctrl+c again leaves; what is typed is kept as a draft" in seat.grid


async def test_that_it_is_not_saved_is_said_no_longer_once_it_is_taken_back(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("e", "X", "escape")
        assert "not saved" in seat.grid
        await seat.until(lambda: "● unsaved" in seat.grid)
        await seat.press("ctrl+z")
        await seat.until(lambda: "no changes" in seat.grid)
        assert "not saved" not in seat.grid


async def test_help_lists_the_keys_of_the_text(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("e", "f1")
        assert "delete to the end of the paragraph" in seat.grid
        await seat.press("escape", "escape", "question_mark")
        assert "end of the paragraph" not in seat.grid


async def test_what_comes_before_has_the_lines_that_it_needs(sit: Sit, fill: Any) -> None:
    asked = "".join(f"Line {number} of the draft.\n" for number in range(1, 6)) + "Order Q-20815."
    async with sit(fill([said(asked, "Thank you.")]), size=(80, 24)) as seat:
        await seat.press("e")
        assert "Order Q-20815." in seat.grid


async def test_a_draft_is_offered_over_the_text_that_stands(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("e", "home", "X", "escape", "escape", "e")
        assert "a draft of this text was never saved" in seat.grid
        assert "(+1)" not in seat.grid
