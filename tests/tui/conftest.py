"""The real program over a real workspace file, driven by keys, looked at as a grid of characters."""

import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import textual._wait
from rich.segment import Segment
from textual.pilot import Pilot

from curator.model import Entry, Finding, Span
from curator.operations.import_ import import_sources
from curator.settings import Label, Review, Settings
from curator.tui.app import CuratorApp
from curator.tui.screens.queue import QueueScreen
from curator.workspace import Workspace

GOLDENS = Path(__file__).parents[1] / "goldens"

REFUND = (
    "Customer asks why the refund for order 5512 has not arrived after 9 days. Reply in one short paragraph, no "
    "greeting, JSON with keys answer, escalate."
)
SYSTEM = "You are the support assistant of Acme. Follow policy v7 and answer in JSON."
SETTINGS = Settings(
    labels=(
        Label("quality", "multi", ("wrong answer", "bad format", "style drift"), ("1", "2", "3")),
        Label("tone", "single", ("warm", "cold"), ("4", "5")),
        Label("unsafe", "flag", (), ("6",)),
    ),
    review=Review(min_dwell_ms=0),
)


def said(*pair: str, system: str = "", **metadata: Any) -> dict[str, Any]:
    """A chat row from what user and assistant say in turn."""
    messages = [{"role": "system", "content": system}] if system else []
    messages += [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(pair)]
    return {"messages": messages, **metadata}


ROWS = [
    said(REFUND, '{"answer": "Refunds take 5-7 days. Yours is late.", "escalate": true}', system=SYSTEM, lang="en"),
    said(REFUND, '{"answer": "Refunds take 10 days. Please wait.", "escalate": false}', system=SYSTEM),
    said('Summarise the ticket in two lines: "app crashes on login"', "The app crashes.\nNo workaround is known."),
    said('Translate to German: "Your invoice is attached."', "Ihre Rechnung ist beigefügt."),
    said("Hello, can you help me?", "Of course. What is it about?", "My parcel is lost.", "Which order is it?"),
    *(said(f"Classify: billing | bug | other. Ticket {n}: the page does not load.", "bug") for n in range(6, 31)),
]


class Seat:
    """A reviewer at the program: presses keys, sees a grid of characters, may look into the file."""

    def __init__(self, app: CuratorApp, pilot: "Pilot[None]", workspace: Workspace) -> None:
        self.app = app
        self.pilot = pilot
        self.workspace = workspace

    async def press(self, *keys: str) -> None:
        """Press keys, each done with before the next; a text of several letters is typed."""
        for key in keys:
            await self.pilot.press(key)
            if self._working:
                await self.settle()
        await self.settle()

    @property
    def _working(self) -> bool:
        return any(not worker.is_finished for worker in self.app.workers)

    async def type(self, text: str) -> None:
        """Type a text, letter by letter."""
        names = {" ": "space", "\n": "enter"}
        await self.press(*(names.get(letter, letter) for letter in text))

    async def settle(self) -> None:
        """Wait until workers are done and their messages handled."""
        while True:
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()
            await self.pilot.pause()  # what was put off until after the refresh
            if not self._working:
                return

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for a timer's effect; fails when it does not come."""
        for _ in range(2_000):
            if holds():
                return
            await self.pilot.pause()
        raise AssertionError("it never came to hold")

    @property
    def strips(self) -> list[list[Segment]]:
        """What the terminal is given, line by line."""
        return [list(strip) for strip in self.app.screen._compositor.render_strips()]

    @property
    def grid(self) -> str:
        """The screen as text."""
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in self.strips)

    @property
    def queue(self) -> QueueScreen:
        """The queue's screen, wherever it is on the stack."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, QueueScreen))

    @property
    def here(self) -> int:
        """The number of the example under the cursor."""
        return self.queue.queue.here.entry.seq

    def entry(self, seq: int) -> Entry:
        """An example as it stands in the file."""
        return self.workspace.examples.entry(seq)

    def status(self, seq: int) -> str:
        """The status of an example in the file."""
        return self.entry(seq).state.status

    @property
    def last_line(self) -> str:
        """The status line."""
        return self.grid.splitlines()[-2 if self.app.size.height < 30 else -3]

    @property
    def footer(self) -> str:
        """The line of keys."""
        return self.grid.splitlines()[-1]


Sit = Callable[..., AbstractAsyncContextManager[Seat]]
Fill = Callable[[Sequence[dict[str, Any]]], Path]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pilot waits 20 ms and more a key by default; the machine needs one."""
    monkeypatch.setattr(textual._wait, "SLEEP_GRANULARITY", 0.002)
    monkeypatch.setattr(textual._wait, "SLEEP_IDLE", 0.001)
    monkeypatch.setattr("curator.tui.screens.choosing.COUNT_AFTER", 0)
    monkeypatch.setattr("curator.tui.screens.saving.LOAD_AFTER", 0)


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """Writes a workspace file with these rows."""
    import json

    def make(rows: Sequence[dict[str, Any]]) -> Path:
        folder = tmp_path / f"workspace-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        source = folder / "train.jsonl"
        source.write_text("".join(json.dumps(row) + "\n" for row in rows))
        path = folder / "refunds.curator"
        with Workspace.create(path) as workspace:
            for _ in import_sources(workspace, [str(source)], actor="ana"):
                pass
        return path

    return make


@pytest.fixture
def refunds(fill: Fill) -> Path:
    """Thirty examples, of which the first four have findings."""
    path = fill(ROWS)
    with Workspace.open(path) as workspace:
        ids = [entry.example.id for entry in workspace.examples.entries([1, 2, 3, 4])]
        codes = {"CON001": ("error", "conflicting-outputs"), "STY001": ("warning", "style"), "TXT008": ("info", "x")}
        run = workspace.findings.begin_run(codes, {})
        disagree = "2 outputs for one input: they disagree on escalate (true / false)"
        run.add(
            [
                Finding("CON001", ids[0], disagree, evidence=(Span("messages[2].content", 52, 68),), related=(ids[1],)),
                Finding("CON001", ids[1], disagree, related=(ids[0],)),
                Finding("STY001", ids[0], "speaks of the customer", evidence=(Span("messages[1].content", 0, 13),)),
                Finding("TXT008", ids[3], "asks for German", evidence=(Span("messages[0].content", 13, 19),)),
            ]
        )
        run.add_edges([(1, 2, "conflict", "CON001")])
        run.finish()
    return path


@pytest.fixture
def sit(refunds: Path) -> Sit:
    """Opens the program: ``async with sit(size=(80, 24)) as seat``."""

    @asynccontextmanager
    async def open_seat(
        path: Path = refunds,
        size: tuple[int, int] = (100, 30),
        where: str = "",
        reviewer: str = "ana",
        settings: Settings = SETTINGS,
        keys: dict[str, tuple[str, ...]] | None = None,
    ) -> AsyncIterator[Seat]:
        with Workspace.open(path) as workspace:
            app = CuratorApp(workspace, where=where, reviewer=reviewer, settings=settings, keys=keys)
            async with app.run_test(size=size) as pilot:
                seat = Seat(app, pilot, workspace)
                await seat.settle()
                yield seat

    return open_seat


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compares a grid with its golden file; CURATOR_UPDATE_GOLDENS=1 writes the file."""

    def compare(name: str, grid: str) -> None:
        path = GOLDENS / f"{name}.txt"
        if os.environ.get("CURATOR_UPDATE_GOLDENS"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(grid + "\n", encoding="utf-8")
        assert grid + "\n" == path.read_text(encoding="utf-8")

    return compare
