"""Grounding from the queue: a passage is pasted or taken, stored as an edit, and the finding is looked at again."""

import threading
from pathlib import Path
from typing import Any

import pytest
from textual import events

from curator.operations.check import check
from curator.tui.desk import WorkspaceDesk
from curator.tui.screens.ground import GroundScreen
from curator.workspace import Change, Workspace
from tests.tui.conftest import said

Sit = Any
PASSAGE = "Standard parcels are free. Express delivery is 9.90 euros and takes one working day."
ROWS = [
    said("What does express delivery cost?", "Express delivery is 9.90 euros."),
    said("Who founded Quillfern?", "Quillfern was founded by Mara Lindqvist in 2011."),
    said(f"Article: {PASSAGE}\n\nQuestion: What does a standard parcel cost?", "Nothing."),
    said("Article: Late parcels cost 9.90 euros more.\n\nQuestion: What does a late parcel cost?", "9.90 euros more."),
]


@pytest.fixture
def desk(fill: Any) -> Path:
    """A checked workspace in which two pairs teach facts; a third has the passage for the first."""
    path: Path = fill(ROWS)
    with Workspace.open(path) as workspace:
        for _ in check(workspace, select=("KNO",)):
            pass
    return path


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of a test come faster than anybody reads."""
    monkeypatch.setattr("curator.tui.screens.ground.SEEN_AFTER", 0.0)


def given(seat: Any, seq: int) -> str:
    return str(seat.entry(seq).example.input_text)


def codes(seat: Any, seq: int) -> list[str]:
    return [one.finding.code for one in seat.workspace.findings.of(seq) if not one.stale]


async def test_a_passage_of_another_row_is_taken_with_one_key(sit: Sit, desk: Path) -> None:
    async with sit(desk) as seat:
        assert codes(seat, 1) == ["KNO001"]
        await seat.press("p")
        assert isinstance(seat.app.screen, GroundScreen)
        assert "▸100% #3  Article: Standard parcels are free." in seat.grid
        assert "every marked fact" in seat.grid
        await seat.press("enter")
        assert seat.app.screen is seat.queue
        assert given(seat, 1) == f"Context:\nArticle: {PASSAGE}\n\nQuestion:\nWhat does express delivery cost?"
        assert codes(seat, 1) == []
        assert "ground #1: KNO001 is gone" in seat.last_line
        assert (seat.status(1), seat.here) == ("pending", 1)
        await seat.press("u")
        assert given(seat, 1) == "What does express delivery cost?"
        assert codes(seat, 1) == ["KNO001"]


async def test_a_pair_that_teaches_facts_is_offered_its_remedies(sit: Sit, desk: Path) -> None:
    async with sit(desk, size=(80, 24)) as seat:
        assert "R →RAG  p ground" in seat.grid.splitlines()[-1]
        await seat.press("v")
        assert "R →RAG  p ground" in seat.grid.splitlines()[-1]
        await seat.press("R")
        assert seat.app.screen is seat.queue
        assert (seat.entry(1).state.route, seat.here) == ("rag", 2)
        await seat.press("k", "v", "p")
        assert isinstance(seat.app.screen, GroundScreen)
        await seat.press("enter")
        assert seat.entry(1).state.route == "train"
        await seat.press("G")
        assert "R →RAG  p ground" not in seat.grid.splitlines()[-1]  # nothing was found here


async def test_an_edit_that_was_undone_is_no_edit(sit: Sit, desk: Path) -> None:
    async with sit(desk, size=(80, 24)) as seat:
        await seat.press("p", "enter")
        assert "✎ edited" in seat.grid
        await seat.press("u")
        assert "✎ edited" not in seat.grid


async def test_a_passage_is_typed_and_stored(sit: Sit, desk: Path) -> None:
    async with sit(desk, where="id:2") as seat:
        await seat.press("p")
        assert "none holds the facts" in seat.grid
        await seat.type("Mara Lindqvist founded Quillfern in 2011.")
        await seat.until(lambda: "every marked fact" in seat.grid)
        await seat.press("ctrl+s")
        assert given(seat, 2).startswith("Context:\nMara Lindqvist founded Quillfern in 2011.\n\nQuestion:\nWho")
        assert "KNO001 is gone" in seat.last_line
        event = seat.workspace.log.tail(1)[0]
        assert (event.actor, event.actor_kind, event.field) == ("ana", "person", "messages[0].content")


async def test_a_pasted_passage_goes_into_the_text_wherever_the_keys_go(sit: Sit, desk: Path) -> None:
    async with sit(desk) as seat:
        await seat.press("p")
        seat.app.screen.post_message(events.Paste("Express is 9.90 euros.\nStandard is free."))
        await seat.settle()
        await seat.press("ctrl+s")
        assert given(seat, 1).startswith("Context:\nExpress is 9.90 euros.\nStandard is free.\n\nQuestion:")


async def test_a_passage_without_the_facts_says_what_is_missing_and_the_finding_stays(sit: Sit, desk: Path) -> None:
    async with sit(desk, where="id:2") as seat:
        await seat.press("p")
        await seat.type("The page turns slowly in the cold, and that is no defect of the tablet.")
        await seat.until(lambda: 'does not hold "Mara Lindqvist", "2011"' in seat.grid)
        await seat.press("ctrl+s")
        assert codes(seat, 2) == ["KNO001"]
        assert "KNO001 stays" in seat.last_line


async def test_another_passage_is_chosen_and_shortened_first(sit: Sit, desk: Path) -> None:
    async with sit(desk) as seat:
        await seat.press("p", "j", "e")
        assert seat.app.screen.area.text == "Article: Late parcels cost 9.90 euros more."
        await seat.press("end", "backspace", "ctrl+s")
        assert given(seat, 1).startswith("Context:\nArticle: Late parcels cost 9.90 euros more\n\nQuestion:")


async def test_leaving_changes_nothing_and_asks_when_something_was_typed(sit: Sit, desk: Path) -> None:
    async with sit(desk, where="id:2") as seat:
        before = seat.workspace.log.last_seq()
        await seat.press("p", "escape")
        assert seat.app.screen is seat.queue
        await seat.press("p", "X", "escape")
        assert "esc again leaves" in seat.grid
        await seat.press("escape")
        assert seat.app.screen is seat.queue
        assert seat.workspace.log.last_seq() == before


async def test_a_pair_that_somebody_changed_meanwhile_is_not_overwritten(sit: Sit, desk: Path) -> None:
    async with sit(desk) as seat:
        await seat.press("p")
        with Workspace.open(desk) as other:
            other.log.record([Change(1, "messages[0].content", "What is it?", 0)], actor="bob")
        await seat.press("enter")
        assert "somebody changed this pair" in seat.grid
        assert "What is it?" in seat.grid
        assert given(seat, 1) == "What is it?"
        await seat.press("enter")
        assert given(seat, 1) == f"Context:\nArticle: {PASSAGE}\n\nQuestion:\nWhat is it?"


async def test_a_pair_that_takes_no_passage_says_why(sit: Sit, fill: Any) -> None:
    row = {"messages": [{"role": "system", "content": "Greet."}, {"role": "assistant", "content": "Hello."}]}
    async with sit(fill([row])) as seat:
        await seat.press("p")
        assert "takes no passage: it has no turn of a user" in seat.last_line


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (160, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_screen(sit: Sit, desk: Path, golden: Any, size: tuple[int, int]) -> None:
    async with sit(desk, size=size) as seat:
        await seat.press("p")
        golden(f"ground-{size[0]}x{size[1]}", seat.grid)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (45, 15)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_its_footer_shows_keys_that_work_and_help_lists_them(sit: Sit, desk: Path, size: tuple[int, int]) -> None:
    async with sit(desk, size=size) as seat:
        await seat.press("p")
        assert "ctrl+s store" in seat.footer
        for strip in seat.app.screen._compositor.render_strips():
            assert strip.cell_length == size[0]
        await seat.press("f1")
        assert "type to search" in seat.grid
        assert "take the passage over" in seat.grid or size[0] < 80
        await seat.press("escape", "escape")
        assert seat.app.screen is seat.queue


async def test_a_pasted_passage_survives_a_conflict(sit: Sit, desk: Path) -> None:
    async with sit(desk, where="id:2") as seat:
        await seat.press("p")
        await seat.type("It was Mara.")
        with Workspace.open(desk) as other:
            other.log.record([Change(2, "messages[0].content", "Who was it?", 0)], actor="bob")
        await seat.press("ctrl+s")
        assert seat.app.screen.area.text == "It was Mara."
        await seat.press("ctrl+s")
        assert given(seat, 2) == "Context:\nIt was Mara.\n\nQuestion:\nWho was it?"


async def test_a_passage_that_was_never_stored_is_there_when_the_screen_opens_again(sit: Sit, desk: Path) -> None:
    async with sit(desk, where="id:2") as seat:
        await seat.press("p")
        seat.app.screen.area.post_message(events.Paste("It was Mara."))
        await seat.settle()
        seat.app._told_to_end()  # SIGTERM, SIGHUP
        assert seat.workspace.drafts.load(2, "passage", "ana") == "It was Mara."
    async with sit(desk, where="id:2") as seat:
        await seat.press("p")
        assert "was never stored" in seat.grid
        assert seat.app.screen.area.text == "It was Mara."
        await seat.press("ctrl+s")
        assert given(seat, 2).startswith("Context:\nIt was Mara.\n\n")
        assert seat.workspace.drafts.load(2, "passage", "ana") is None


async def test_a_draft_is_kept_soon_after_the_last_key(sit: Sit, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curator.tui.screens.ground.DRAFT_AFTER", 0.001)
    async with sit(desk, where="id:2") as seat:
        await seat.press("p", "X")
        with Workspace.open(desk) as other:
            await seat.until(lambda: other.drafts.load(2, "passage", "ana") == "X")
        await seat.press("backspace")
        with Workspace.open(desk) as other:
            await seat.until(lambda: other.drafts.load(2, "passage", "ana") is None)


async def test_the_list_does_not_take_the_keys_from_who_types(
    sit: Sit, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = threading.Event()
    passages = WorkspaceDesk.passages

    def late(self: WorkspaceDesk, seq: int) -> Any:
        look.wait(60)
        return passages(self, seq)

    monkeypatch.setattr(WorkspaceDesk, "passages", late)
    for key in ("X", "right"):
        look.clear()
        async with sit(desk) as seat:
            await seat.pilot.press("p")
            await seat.until(lambda seat=seat: isinstance(seat.app.screen, GroundScreen))
            await seat.pilot.press(key)
            look.set()
            await seat.settle()
            assert "PASSAGES OF OTHER ROWS  2" in seat.grid
            assert seat.app.focused is seat.app.screen.area
            await seat.press("ctrl+u", "escape", "escape", "escape")


async def test_a_passage_is_not_stored_before_it_can_have_been_seen(
    sit: Sit, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curator.tui.screens.ground.SEEN_AFTER", 1e9)
    async with sit(desk) as seat:
        await seat.press("p", "enter", "ctrl+s")
        assert isinstance(seat.app.screen, GroundScreen)
        assert "read it first" in seat.grid
        await seat.press("j", "enter")  # chosen by hand
        assert given(seat, 1).startswith("Context:\nArticle: Late parcels")


async def test_a_finding_whose_check_is_off_is_not_said_to_be_gone(sit: Sit, desk: Path) -> None:
    (desk.parent / "curator.toml").write_text('[checks]\nignore = ["KNO"]\n', encoding="utf-8")
    async with sit(desk) as seat:
        await seat.press("p", "enter")
        assert "ground #1: KNO001 was not checked again" in seat.last_line


async def test_a_passage_that_bears_nothing_out_warns_and_is_no_cure(sit: Sit, fill: Any) -> None:
    path = fill([said("Is the Sleeve covered by the warranty?", "Sleeves are not covered by the warranty.")])
    with Workspace.open(path) as workspace:
        for _ in check(workspace, select=("KNO",)):
            pass
    async with sit(path) as seat:
        await seat.press("p")
        await seat.type("The page turns slowly in the cold.")
        await seat.until(lambda: "only 0% of what is said" in seat.grid)
        assert [piece.ink for piece in seat.app.screen.message] == ["fix"]
        await seat.press("ctrl+s")
        assert "is gone" not in seat.last_line
        assert "KNO001 stays: the passage does not hold what is said" in seat.last_line


async def test_a_second_passage_may_stand_in_the_place_of_the_first(sit: Sit, desk: Path) -> None:
    async with sit(desk) as seat:
        await seat.press("p")
        assert "replace" not in seat.grid
        await seat.press("tab")
        await seat.type("Express delivery was 7.90 euros.")
        await seat.press("ctrl+s", "p")
        assert "of #3: enter puts it below the passage above, ctrl+r in its place" in seat.grid
        await seat.press("tab")
        await seat.type(PASSAGE)
        assert "ctrl+r puts it in its place" in seat.grid
        await seat.press("ctrl+r")
        assert given(seat, 1) == f"Context:\n{PASSAGE}\n\nQuestion:\nWhat does express delivery cost?"
        await seat.press("u")
        assert "7.90" in given(seat, 1)


async def test_a_passage_of_a_row_that_needs_a_fix_says_so(sit: Sit, desk: Path) -> None:
    with Workspace.open(desk) as workspace:
        workspace.log.record([Change(3, "status", "fix"), Change(4, "status", "rejected")], actor="ana")
    async with sit(desk) as seat:
        await seat.press("p")
        assert "▸100% #3 fix  Article: Standard parcels" in seat.grid
        assert "#4" not in seat.grid


async def test_a_missing_fact_is_masked_as_it_stands_in_its_sentence(sit: Sit, fill: Any) -> None:
    path = fill([said("Which card is on file?", "The card on file is 4111 1111 1111 1111.")])
    async with sit(path) as seat:
        await seat.press("p")
        await seat.type("Nothing.")
        await seat.until(lambda: "does not hold" in seat.grid)
        assert "1111" not in seat.grid
