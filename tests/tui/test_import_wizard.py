"""The import wizard: a path, columns, what is wrong with the rows, and only then an import; two readings are asked."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from curator.model import Progress
from curator.tui.screens.import_ import ImportScreen

Sit = Any
SIZES = [(80, 24), (100, 30), (160, 50)]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with sources, which is the current one, so that paths are short."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.chdir(folder)
    rows = "".join(f"Where is order {n}?,It is on its way.,You are polite.,en\n" for n in range(1, 13))
    (folder / "tickets.csv").write_text(f"question,answer,system,lang\n{rows}")
    (folder / "both.csv").write_text("question,prompt,answer\n" + "".join(f"q{n},p{n},a{n}\n" for n in range(5)))
    (folder / "foreign.csv").write_text("frage,antwort,quelle\n" + "".join(f"f{n},a{n},x\n" for n in range(5)))
    chat = [{"messages": [{"role": "user", "content": f"u{n}"}, {"role": "assistant", "content": f"a{n}"}]}
            for n in range(4)]  # fmt: skip
    wrong = [{"messages": [{"role": "asistant", "content": "x"}]}, {"messages": []}, "no object"]
    (folder / "chat.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in [*chat, *wrong]) + "\n{bad\n")
    (folder / "more").mkdir()
    (folder / "notes.txt").write_text("nothing")
    return folder


async def choose(seat: Any, path: str) -> None:
    """Go to the wizard and name a source."""
    await seat.press("g", "i")
    await seat.press("p")
    await seat.type(f"{path}\n")


def count(seat: Any) -> int:
    return int(seat.workspace.examples.count())


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.usefixtures("data")
async def test_screens(sit: Sit, golden: Callable[[str, str], None], size: tuple[int, int]) -> None:
    name = f"{size[0]}x{size[1]}"
    async with sit(size=size) as seat:
        await seat.press("g", "i")
        golden(f"import-source-{name}", seat.grid)
        await seat.press("p")
        await seat.type("tickets.csv\n")
        golden(f"import-columns-{name}", seat.grid)
        await seat.press("j", "enter")
        golden(f"import-column-{name}", seat.grid)
        await seat.press("escape", "n", "n")
        golden(f"import-summary-{name}", seat.grid)
        await seat.press("y")
        golden(f"import-done-{name}", seat.grid)
        await seat.press("b", "p", "ctrl+u")
        await seat.type("chat.jsonl\n")
        await seat.press("n")
        golden(f"import-problems-{name}", seat.grid)
        await seat.press("b", "b", "p", "ctrl+u")
        await seat.type("both.csv\n")
        golden(f"import-question-{name}", seat.grid)


@pytest.mark.usefixtures("data")
async def test_screen_without_colours(sit: Sit, golden: Callable[[str, str], None]) -> None:
    async with sit(size=(80, 24)) as seat:
        for _ in range(10):
            if seat.app.has_class("-mono"):
                break
            seat.app.action_app("theme")
            await seat.settle()
        await choose(seat, "tickets.csv")
        golden("import-columns-mono-80x24", seat.grid)


@pytest.mark.usefixtures("data")
async def test_nothing_is_imported_before_the_last_key(sit: Sit) -> None:
    async with sit() as seat:
        await choose(seat, "tickets.csv")
        for key in ("n", "n"):
            assert count(seat) == 30
            await seat.press(key)
        assert "y imports tickets.csv" in seat.grid
        assert count(seat) == 30
        await seat.press("y")
        assert count(seat) == 42
        assert f"12 stored · 0 known · 0 rejected · 0 blank · saved #{seat.workspace.log.last_seq()}" in seat.last_line
        await seat.press("enter")
        assert seat.app.screen is seat.queue
        assert seat.queue.where == "id>=31 id<=42"
        assert list(seat.queue.queue.seqs) == list(range(31, 43))
        assert seat.entry(31).example.system == "You are polite."
        assert seat.entry(31).example.metadata == {"lang": "en"}


@pytest.mark.usefixtures("data")
async def test_the_same_again_is_known(sit: Sit) -> None:
    async with sit() as seat:
        for _ in range(2):
            await choose(seat, "tickets.csv")
            await seat.press("n", "n", "y", "escape")
        assert count(seat) == 42
        await choose(seat, "tickets.csv")
        await seat.press("n", "n", "y")
        assert "0 stored · 12 known" in seat.last_line
        await seat.press("enter")
        assert list(seat.queue.queue.seqs) == list(range(31, 43))


@pytest.mark.usefixtures("data")
async def test_two_readings_are_asked(sit: Sit) -> None:
    async with sit() as seat:
        await choose(seat, "both.csv")
        assert "WHICH READING?" in seat.grid
        assert not seat.app.screen.possible("import.next")
        await seat.press("escape", "n")  # to leave the question is no answer
        assert "say first how its rows are read" in seat.last_line
        await seat.press("j", "enter")
        assert "question             → input" in seat.grid
        await seat.press("n", "n", "y")
        assert seat.entry(31).example.input_text == "q0"
        assert seat.entry(31).example.metadata == {"prompt": "p0"}


async def test_a_mapping_is_offered_for_the_same_columns(sit: Sit, data: Path) -> None:
    (data / "later.csv").write_text("frage,antwort,quelle\nnew,newer,y\n")
    async with sit() as seat:
        await choose(seat, "foreign.csv")
        assert "No format fits" in seat.grid  # a guess is offered, and not taken
        await seat.press("escape", "j", "enter", "j", "enter")
        assert "no column is the input yet" in seat.last_line
        await seat.press("k", "enter", "home", "enter")
        await seat.press("n", "n", "y")
        assert seat.entry(31).example.output_text == "a0"
        await seat.press("escape")
        await choose(seat, "later.csv")
        assert "as ../data/foreign.csv was mapped" in seat.grid
        await seat.press("enter", "n", "n", "y")
        assert seat.entry(36).example.input_text == "new"


async def test_columns_are_made_the_ends_of_a_pair(sit: Sit, data: Path) -> None:
    (data / "ends.csv").write_text("frage,gut,schlecht\nIst offen?,Bis 20 Uhr.,Nein.\n")
    async with sit() as seat:
        await choose(seat, "ends.csv")
        await seat.press("escape", "home", "enter", "home", "enter")  # frage is the input
        await seat.press("j", "enter", "home", *"jjjjj", "enter")
        assert "no column is the rejected yet" in seat.last_line
        await seat.press("j", "enter", "home", *"jjjjjj", "enter")
        assert "REJECTED" in seat.grid
        await seat.press("n", "n", "y")
        example = seat.entry(31).example
        assert (example.input_text, example.output_text) == ("Ist offen?", "Bis 20 Uhr.")
        assert example.alternatives[0].messages[0].text == "Nein."


@pytest.mark.usefixtures("data")
async def test_where_a_column_goes_is_changed_and_previewed(sit: Sit) -> None:
    async with sit(size=(160, 50)) as seat:
        await choose(seat, "tickets.csv")
        assert "Where is order 1?" in seat.grid
        await seat.press("right_square_bracket")
        assert "Where is order 2?" in seat.grid
        await seat.press("left_square_bracket", "j", "j", "enter", "G", "enter")  # system goes to metadata
        assert "system: You are polite." in seat.grid
        assert "\n│ SYSTEM" not in seat.grid
        await seat.press("n", "n", "y")
        assert seat.entry(31).example.system == ""
        assert seat.entry(31).example.metadata == {"system": "You are polite.", "lang": "en"}


@pytest.mark.usefixtures("data")
async def test_rows_that_cannot_be_stored_are_counted_and_shown(sit: Sit) -> None:
    async with sit() as seat:
        await choose(seat, "chat.jsonl")
        assert "9 rows, all of them" in seat.grid
        assert "✓ 4 good" in seat.grid
        assert "· 1 blank" in seat.grid
        await seat.press("n")
        assert "'asistant' is not a role" in seat.grid
        assert "chat.jsonl:5" in seat.grid
        await seat.press("n", "y")
        assert "4 stored · 0 known · 4 rejected · 1 blank" in seat.last_line
        assert len(list(seat.workspace.sources.rejected())) == 4


@pytest.mark.usefixtures("data")
async def test_the_first_rows_are_tried_and_w_tries_them_all(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curator.operations.rehearse_import.FIRST", 5)
    async with sit() as seat:
        await choose(seat, "tickets.csv")
        assert "5 rows, the first of them" in seat.grid
        await seat.press("w")
        assert "12 rows, all of them" in seat.grid
        assert not seat.app.screen.possible("import.whole")


async def test_a_file_is_picked_and_a_folder_gone_into(sit: Sit, data: Path) -> None:
    (data / "more" / "inner.csv").write_text("prompt,completion\na,b\n")
    async with sit() as seat:
        await seat.press("g", "i")
        assert [name in seat.grid for name in ("chat.jsonl", "more/", "notes.txt")] == [True, True, False]
        await seat.press("j", "j", "j", "enter")
        assert ["inner.csv" in seat.grid, "chat.jsonl" in seat.grid] == [True, False]
        await seat.press("k", "enter")  # and up again
        assert "chat.jsonl" in seat.grid
        await seat.press("k", "enter")
        assert ["data/" in seat.grid, "workspace-0/" in seat.grid] == [True, True]
        await seat.press("enter", "G", "enter")
        assert "../data/tickets.csv" in seat.grid


@pytest.mark.usefixtures("data")
async def test_a_path_is_completed(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("g", "i")
        await seat.press("p")
        await seat.type("ti")
        await seat.press("tab")
        assert " import tickets.csv" in seat.grid
        await seat.press("ctrl+u")
        await seat.pilot.press("t", "i", "tab")  # sooner than the folder is read
        await seat.settle()
        assert " import tickets.csv" in seat.grid
        await seat.press("ctrl+u", "down", "down", "enter")
        assert "../data/chat.jsonl" in seat.grid
        await seat.press("b", "p", "ctrl+u", "down", "down", "down", "down", "enter")
        assert " import more/" in seat.grid


async def test_a_home_folder_is_meant_by_its_sign(sit: Sit, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(data))
    async with sit() as seat:
        await seat.press("g", "i")
        await seat.press("p")
        await seat.type("~/ti")
        await seat.press("tab", "enter")
        assert "tickets.csv · " in seat.grid


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("tickts.csv", "there is no such file; did you mean tickets.csv?"),
        ("notes.txt", "files that end in .txt are not imported"),
        ("-", "standard input is the keyboard here"),
        ("more", "holds nothing that can be imported"),
    ],
)
@pytest.mark.usefixtures("data")
async def test_what_cannot_be_imported_is_said_in_a_sentence(sit: Sit, typed: str, said: str) -> None:
    async with sit(size=(160, 50)) as seat:
        await choose(seat, typed)
        assert said in seat.last_line
        await seat.press("p")
        assert f" import {typed}" in seat.grid  # to be mended
        await seat.press("escape", "escape")
        assert seat.app.screen is seat.queue


async def test_several_sources_are_read_each_in_its_way(sit: Sit, data: Path) -> None:
    folder = data / "more"
    (folder / "dev.csv").write_text("prompt,completion\na,b\n")
    (folder / "train.csv").write_text("text,label\ngood,1\nbad,0\n")
    async with sit(size=(160, 50)) as seat:
        await choose(seat, "more")
        assert "more/dev.csv · 1 of 2" in seat.grid
        await seat.press("n")
        assert "more/train.csv · 2 of 2" in seat.grid  # nobody has said yet which column is which
        assert "say first how its rows are read" in seat.last_line
        await seat.press("enter", "left_curly_bracket", "right_curly_bracket", "n", "n")
        assert "more/dev.csv prompt-completion  validation" in seat.grid
        await seat.press("y")
        assert count(seat) == 33
        assert [seat.entry(seq).example.source_split for seq in (31, 32)] == ["validation", "train"]


@pytest.mark.usefixtures("data")
async def test_a_split_is_given_to_all_rows(sit: Sit) -> None:
    async with sit() as seat:
        await choose(seat, "tickets.csv")
        await seat.press("n", "n", "s", "s")
        assert "s sets it: validation" in seat.grid
        await seat.press("y")
        assert seat.entry(31).example.source_split == "validation"


@pytest.mark.usefixtures("data")
async def test_a_stopped_import_leaves_nothing(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: Any, **__: Any) -> Iterator[Progress]:
        while True:
            yield Progress("importing tickets.csv", 1)
            time.sleep(0.001)

    async with sit() as seat:
        await choose(seat, "tickets.csv")
        await seat.press("n", "n")
        with monkeypatch.context() as patched:
            patched.setattr("curator.operations.preview_import.import_sources", endless)
            await seat.pilot.press("y")
            screen = seat.app.screen
            assert isinstance(screen, ImportScreen)
            assert not screen.possible("place.close")
            await seat.pilot.press("x")
            await seat.settle()
        assert "stopped: of the source it was at nothing was kept" in seat.last_line
        assert count(seat) == 30
        await seat.press("y")
        assert count(seat) == 42


async def test_text_from_files_does_not_drive_the_terminal(sit: Sit, data: Path) -> None:
    (data / "\x1b[2Jevil.csv").write_text('prompt,completion,"\x1b]0;owned\x07"\n[bold]x[/]\x9b31m,\u202ey,z\n')
    async with sit() as seat:
        await seat.press("g", "i")
        for keys in (("enter",), ("j", "j", "enter"), ("escape", "n"), ("n",), ("y",)):
            await seat.press(*keys)
            shown = "".join(segment.text for strip in seat.strips for segment in strip)
            assert not [letter for letter in shown if not letter.isprintable()]
        assert count(seat) == 31


async def test_secrets_in_rows_are_masked(sit: Sit, data: Path) -> None:
    (data / "mail.csv").write_text("prompt,completion\nWho?,Write to odile.marchetti@glimmerhold-lanterns.com.\n")
    async with sit(size=(160, 50)) as seat:
        await choose(seat, "mail.csv")
        assert "Write to" in seat.grid
        assert "odile.marchetti@" not in seat.grid


@pytest.mark.parametrize("size", [*SIZES, (50, 12), (39, 9)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.usefixtures("data")
async def test_every_line_is_as_wide_as_the_terminal(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as seat:
        for keys in (("g", "i"), ("p", *"both.csv", "enter"), ("enter",), ("f", "escape", "n"), ("n",), ("y",)):
            await seat.press(*("full_stop" if key == "." else key for key in keys))
            for strip in seat.app.screen._compositor.render_strips():
                assert strip.cell_length == size[0]


@pytest.mark.usefixtures("data")
async def test_help_names_the_keys(sit: Sit) -> None:
    async with sit() as seat:
        await choose(seat, "tickets.csv")
        await seat.press("question_mark")
        assert "read the rows as another format" in seat.grid
