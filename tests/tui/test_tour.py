"""The README's tour of a minute: its keys are pressed on the demo, and each does what stands beside it.

`CURATOR_UPDATE=1 python -m pytest tests/tui/test_tour.py` writes the tour into the README anew.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from curator.operations.demo import demo
from curator.settings import Review, load
from curator.tui.app import CuratorApp
from curator.workspace import Workspace
from tests.pictures import PICTURES
from tests.tui.conftest import Seat

README = Path(__file__).parents[2] / "README.md"
ANSWER = "Up to eight people can write in one notebook."


class Stop(NamedTuple):
    """What is typed (keys, and texts in quotes), what is said of it, and what holds then."""

    typed: str
    said: str
    holds: Callable[[Seat], object]


TOUR = (
    Stop("g h", "Home: what there is, what was found, what is open, and the one best next step.",
         lambda seat: "n resolve 3 conflicts" in seat.grid),
    Stop("n", "That step: two outputs for one input side by side, their words compared.",
         lambda seat: "[-true-]" in seat.grid and "{+false+}" in seat.grid),
    Stop("1", "A is right: the other row is rejected. It is on the disk when it says *saved*.",
         lambda seat: seat.status(28) == "rejected" and "A is right: 1 row changed · saved" in seat.grid),
    Stop("u", "Undone, as everything can be, to the first key that you ever pressed. `U` does it again.",
         lambda seat: seat.status(28) == "pending" and "undid: reject #28" in seat.grid),
    Stop("esc", "Back to the queue: a row at a time, what is wrong with it below.",
         lambda seat: seat.app.screen is seat.queue),
    Stop('/ space "finding:TXT002" enter', "Only rows where a placeholder was left in; `tab` completes what you type.",
         lambda seat: list(seat.queue.queue.seqs) == [23, 35, 87, 131] and seat.here == 23),
    Stop("x", "The first is rejected, and the next one is there.",
         lambda seat: seat.status(23) == "rejected" and seat.here == 35),
    Stop(f'e ctrl+k "{ANSWER}" ctrl+s', "The second is answered by you, saved and accepted.",
         lambda seat: seat.status(35) == "accepted" and ANSWER in str(seat.entry(35).example.messages[-1].content)),
    Stop("g f", "Findings by check and rule; `enter` shows their rows, `i` ignores a rule for good.",
         lambda seat: "▸  ▲ CON001 conflicting-outputs" in seat.grid),
    Stop("g k", "Rows that teach facts, in clusters: `R` sends one to the search index instead of the training file.",
         lambda seat: "10 of 149 rows teach facts" in seat.grid),
    Stop("g e", "Export: what, for whom, split how, with the target's own check; nothing is written before you say so.",
         lambda seat: "1  accepted" in seat.grid and "WHAT IS EXPORTED" in seat.grid),
    Stop("esc ?", "Every key there is; `:` finds any of them by a word.", lambda seat: "Queue ▸ Keys" in seat.grid),
    Stop("esc q", "Out. `curator demo` opens it again where you left.", lambda seat: not seat.app.is_running),
)  # fmt: skip
NAMES = {"esc": "escape", "/": "slash", "?": "question_mark"}


def table() -> str:
    """The tour as the README has it."""
    rows = []
    for stop in TOUR:
        parts = re.findall(r'"[^"]+"|\S+', stop.typed)
        typed = " ".join(f"`{part.strip(chr(34))}`" for part in parts)
        rows.append(f"| {typed} | {stop.said} |")
    return "\n".join(["| Press | And see |", "| --- | --- |", *rows])


async def test_each_stop_does_what_stands_beside_it(tmp_path: Path) -> None:
    for _ in demo(tmp_path / "demo", actor="ana"):
        pass
    settings = replace(load(tmp_path / "demo"), review=Review(min_dwell_ms=0))
    with Workspace.open(next((tmp_path / "demo").glob("*.curator"))) as workspace:
        app = CuratorApp(workspace, where="order:priority", reviewer="ana", settings=settings)
        async with app.run_test(size=(100, 30)) as pilot:
            seat = Seat(app, pilot, workspace)
            await seat.settle()
            for stop in TOUR:
                for part in re.findall(r'"[^"]+"|\S+', stop.typed):
                    if part.startswith('"'):
                        await seat.type(part.strip('"'))
                    else:
                        await seat.press(NAMES.get(part, part))
                assert stop.holds(seat), f"{stop.typed}: {stop.said}\n{seat.grid}"


def test_the_readme_has_the_tour_and_the_pictures() -> None:
    text = README.read_text(encoding="utf-8")
    pattern = re.compile(r"(<!-- tour -->\n)(.*?)(<!-- /tour -->)", re.DOTALL)
    if os.environ.get("CURATOR_UPDATE"):
        text = pattern.sub(lambda match: match[1] + table() + "\n" + match[3], text)
        README.write_text(text, encoding="utf-8")
    found = pattern.search(text)
    assert found is not None
    assert found[2] == table() + "\n"
    assert all(f"(.github/pictures/{picture.name}.svg)" in text for picture in PICTURES)
