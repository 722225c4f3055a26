"""Home: what there is, what is open, the next step; and jobs, which go on wherever one is until a key stops them."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curator.model import Finding
from curator.operations.import_ import import_sources
from curator.operations.overview import Step
from curator.settings import Label, Review, Settings
from curator.tui.jobs import Job
from curator.tui.screens.clusters import ClustersScreen
from curator.tui.screens.confirm import ConfirmScreen
from curator.tui.screens.home import HomeScreen
from curator.workspace import Change, Workspace
from tests.conftest import chat, write_jsonl

Sit = Any
SIZES = [(80, 24), (100, 30), (160, 50)]

WORKS = """
import json, sys
print(json.dumps({"stage": "Reading examples", "done": 41, "total": 100}), flush=True)
sys.stdin.read()
sys.exit(130)
"""
FINDS = 'print(\'{"examples": 31, "found": 2, "problems": []}\')'
FAILS = 'print(\'{"error": "refunds.curator: the disk is full."}\'); raise SystemExit(2)'
SAYS_ODD = "print('{\"stage\": 1'); print('[]'); import sys; sys.exit(1)"


@pytest.fixture
def desk(refunds: Path) -> Path:
    """Thirty examples with findings of four checks, of which a conflict; a few are decided and labelled."""
    with Workspace.open(refunds) as workspace:
        ids = workspace.examples.ids_of(range(1, 31))
        codes = {
            "CON001": ("error", "conflicting-outputs"), "STY001": ("warning", "style"), "TXT008": ("info", "x"),
            "LAB005": ("info", "confusable-labels"), "TXT001": ("error", "empty-output"),
        }  # fmt: skip
        run = workspace.findings.begin_run(codes, whole=True)
        run.add([Finding("CON001", ids[0], "they disagree", related=(ids[1],))])
        run.add([Finding("STY001", ids[seq], "speaks of the customer") for seq in range(9)])
        run.add([Finding("TXT008", ids[3], "asks for German"), Finding("LAB005", None, "billing and bug")])
        run.add_edges([(1, 2, "conflict", "CON001")])
        run.finish()
        workspace.log.record([Change(seq, "status", "accepted") for seq in (3, 4, 6)], actor="bob")
        workspace.log.record([Change(5, "status", "rejected"), Change(7, "route", "rag")], actor="bob")
    return refunds


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts another script in the place of the check that a job runs."""
    from curator.tui import jobs

    start = jobs._start

    def put(script: str) -> None:
        monkeypatch.setattr(jobs, "_start", lambda _: start([sys.executable, "-c", script]))

    return put


async def ended(seat: Any) -> Job:
    """Waits until the job that was started has ended and the screen was told."""
    job: Job = seat.app.desk.jobs.job
    await seat.until(lambda: job.ending)
    await seat.settle()
    return job


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screens(sit: Sit, desk: Path, golden: Callable[[str, str], None], size: tuple[int, int]) -> None:
    async with sit(desk, size=size) as seat:
        await seat.press("g", "h")
        await seat.press("j")
        golden(f"home-{size[0]}x{size[1]}", seat.grid)


async def test_without_colours_it_says_the_same(sit: Sit, desk: Path, golden: Callable[[str, str], None]) -> None:
    async with sit(desk, size=(80, 24)) as seat:
        seat.app.dress(Review(theme="mono"))
        await seat.press("g", "h")
        await seat.press("j")
        golden("home-mono-80x24", seat.grid)
        assert not [
            segment
            for strip in seat.strips
            for segment in strip
            if segment.style and segment.style.color and not segment.style.color.is_default
        ]


async def test_home_says_what_there_is_and_what_is_open(sit: Sit, desk: Path) -> None:
    async with sit(desk) as seat:
        await seat.press("g", "h")
        assert isinstance(seat.app.screen, HomeScreen)
        grid = seat.grid
        assert "accepted" in grid
        assert "1 open conflict " in grid
        assert "1 with an error" in grid
        assert "25 to decide" in grid
        assert "n resolve 1 conflict" in grid
        assert "OUTPUTS THAT COME AGAIN" in grid
        assert "bug" in grid


async def test_the_findings_are_a_list_and_enter_shows_their_rows(sit: Sit, desk: Path) -> None:
    async with sit(desk) as seat:
        await seat.press("g", "h")
        codes = ("CON001", "STY001", "LAB005", "TXT008")
        assert [code for line in seat.grid.splitlines() for code in codes if code in line] == list(codes)
        assert "▸▲ CON001" in seat.grid
        await seat.press("j", "enter")
        assert seat.app.screen is seat.queue
        assert seat.queue.where == "finding:STY001"
        assert list(seat.queue.queue.seqs) == list(range(1, 10))


async def test_a_finding_about_the_whole_set_has_no_rows_to_show(sit: Sit, desk: Path) -> None:
    async with sit(desk) as seat:
        await seat.press("g", "h")
        await seat.press("j", "j")
        assert "the whole set" in next(line for line in seat.grid.splitlines() if "▸● LAB005" in line)
        await seat.press("enter")
        assert isinstance(seat.app.screen, HomeScreen)
        assert "is about the whole set" in seat.last_line


async def test_keys_and_clicks_move_the_cursor_and_stop_at_the_ends(sit: Sit, desk: Path) -> None:
    async with sit(desk) as seat:
        await seat.press("g", "h")
        await seat.press("k")
        assert seat.app.screen.cursor == 0
        await seat.press("pagedown")
        assert seat.app.screen.cursor == 3
        await seat.press("j", "home", "down", "up", "j")
        assert seat.app.screen.cursor == 1
        await seat.pilot.click("#found", offset=(3, 2))
        assert seat.app.screen.cursor == 2


async def test_n_starts_the_next_step(sit: Sit, desk: Path) -> None:
    with Workspace.open(desk) as workspace:
        workspace.log.record([Change(1, "status", "accepted"), Change(2, "status", "rejected")], actor="bob")
    async with sit(desk) as seat:
        await seat.press("g", "h")
        assert "n decide 2 rows with style (warning)" in seat.grid
        await seat.press("n")
        assert seat.app.screen is seat.queue
        assert seat.queue.where == "status:pending route:train finding:STY001"
        assert list(seat.queue.queue.seqs) == [8, 9]


async def test_the_next_step_may_be_in_another_place(sit: Sit, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step = Step("place", "look at the clusters", place="clusters")
    monkeypatch.setattr("curator.operations.overview.next_step", lambda _: step)
    async with sit(desk) as seat:
        await seat.press("g", "h")
        await seat.press("n")
        assert isinstance(seat.app.screen, ClustersScreen)
        assert len(seat.app.screen_stack) == 3


async def test_a_decision_that_is_taken_back_here_is_counted(sit: Sit, desk: Path) -> None:
    async with sit(desk) as seat:
        await seat.press("a", "g", "h")
        assert "24 to decide" in seat.grid
        await seat.press("u")
        assert "25 to decide" in seat.grid
        assert seat.status(1) == "pending"
        await seat.press("U")
        assert "24 to decide" in seat.grid


async def test_labels_that_people_gave_are_shown_by_name(sit: Sit, desk: Path) -> None:
    settings = Settings(labels=(Label("tone", "single", ("warm", "cold"), ("1", "2")),), review=Review(min_dwell_ms=0))
    async with sit(desk, settings=settings) as seat:
        await seat.press("1", "j", "2", "j", "1", "g", "h")
        assert "─ LABELS ─" in seat.grid
        assert "tone: warm" in seat.grid
        assert "67%" in seat.grid


async def test_hostile_and_secret_outputs_are_harmless(sit: Sit, fill: Any) -> None:
    rows = [chat(f"who? {n}", ("\x1b]0;x\x07[red]", "ana.lopez@acme-mail.com")[n % 2]) for n in range(8)]
    for size in ((80, 24), (100, 30)):
        async with sit(fill(rows), size=size) as seat:
            await seat.press("g", "h")
            assert "[red]" in seat.grid
            assert "\x1b" not in seat.grid
            assert "acme-mail" not in seat.grid


async def test_plots_are_loaded_when_home_is_wide_and_not_before(
    sit: Sit, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "curator.tui.widgets.plot", raising=False)
    async with sit(desk, size=(80, 24)) as seat:
        await seat.press("g", "h")
        assert "▁" in seat.grid
        assert "curator.tui.widgets.plot" not in sys.modules
        await seat.pilot.resize_terminal(100, 30)
        await seat.settle()
        await seat.until(lambda: "25┤" in seat.grid)  # its axis
        assert "curator.tui.widgets.plot" in sys.modules


async def test_a_theme_changes_the_plot_too(sit: Sit, desk: Path) -> None:
    async with sit(desk) as seat:
        await seat.press("g", "h")
        before = seat.grid
        await seat.app.run_action("app.theme")
        await seat.settle()
        assert seat.grid == before


# -- jobs ----------------------------------------------------------------------------------------------------------


async def test_a_check_of_everything_is_a_job_whose_findings_stand_when_it_ends(sit: Sit, desk: Path) -> None:
    with Workspace.open(desk) as workspace:
        write_jsonl(desk.parent / "more.jsonl", [chat("And this?", "")])
        for _ in import_sources(workspace, [str(desk.parent / "more.jsonl")], actor="ana"):
            pass
    async with sit(desk) as seat:
        await seat.press("g", "h")
        assert "n check 1 row that no check has seen" in seat.grid
        await seat.press("n")
        assert "s stop" in seat.grid
        job = await ended(seat)
        assert (job.ending, "31 rows checked" in job.words) == ("done", True)
        await seat.until(lambda: "TXT001" in seat.grid)
        assert "✓ 0 unchecked" in seat.grid
        assert seat.workspace.findings.of(31)[0].finding.code == "TXT001"


async def test_a_job_shows_its_progress_and_stops_with_a_key(sit: Sit, desk: Path, work: Callable[[str], None]) -> None:
    work(WORKS)
    async with sit(desk) as seat:
        await seat.press("g", "h")
        await seat.press("c")
        job = seat.app.desk.jobs.running
        await seat.until(lambda: job.progress is not None)
        seat.app.screen.draw()
        await seat.settle()
        assert "41% Reading examples" in seat.grid
        assert not seat.app.screen.possible("home.check")
        await seat.press("j", "s")
        assert (await ended(seat)).ending == "stopped"
        assert "stopped; the next check takes it up where it was" in seat.grid
        assert seat.app.screen.possible("home.check")


async def test_a_real_check_that_is_stopped_changes_nothing(sit: Sit, desk: Path) -> None:
    async with sit(desk) as seat:
        await seat.press("g", "h")
        await seat.press("c", "s")
        assert (await ended(seat)).ending == "stopped"
        assert [count.code for count in seat.workspace.findings.counts() if count.findings] == [
            "CON001", "STY001", "LAB005", "TXT008"
        ]  # fmt: skip


async def test_a_job_goes_on_in_the_queue_and_its_end_is_said_there(
    sit: Sit, desk: Path, work: Callable[[str], None]
) -> None:
    work("import sys; sys.stdin.readline(); " + FINDS)
    async with sit(desk) as seat:
        await seat.press("g", "h")
        await seat.press("c", "escape", "a")
        assert seat.status(1) == "accepted"
        job = seat.app.desk.jobs.running
        job._process.stdin.write(b"\n")
        job._process.stdin.flush()
        await ended(seat)
        assert re.search(r"check: 31 rows checked in 0:0\d: 2 findings · g h", seat.last_line)


@pytest.mark.parametrize(
    ("script", "said"),
    [(FAILS, "the disk is full"), (SAYS_ODD, "ended before it was done"), ("raise SystemExit(0)", "ended before")],
)
async def test_a_job_that_fails_says_why(
    sit: Sit, desk: Path, work: Callable[[str], None], script: str, said: str
) -> None:
    work(script)
    async with sit(desk) as seat:
        await seat.press("g", "h")
        await seat.press("c")
        assert (await ended(seat)).ending == "failed"
        assert said in seat.grid


async def test_a_job_whose_process_was_killed_is_no_job_that_hangs(
    sit: Sit, desk: Path, work: Callable[[str], None]
) -> None:
    work(WORKS)
    async with sit(desk) as seat:
        await seat.press("g", "h")
        await seat.press("c")
        seat.app.desk.jobs.running._process.kill()
        assert (await ended(seat)).ending == "failed"
        await seat.press("c", "s")
        assert (await ended(seat)).ending == "stopped"


@pytest.mark.parametrize("twice", [False, True], ids=["answered", "asked twice"])
async def test_leaving_asks_while_a_job_goes_on(sit: Sit, desk: Path, work: Callable[[str], None], twice: bool) -> None:
    work(WORKS)
    async with sit(desk) as seat:
        await seat.press("g", "h")
        await seat.press("c")
        job = seat.app.desk.jobs.running
        for key in ("ctrl+q", "escape", "q"):
            await seat.press(key)
            if key == "escape":
                assert isinstance(seat.app.screen, HomeScreen)
        await seat.press("q")  # the queue's own way out
        assert isinstance(seat.app.screen, ConfirmScreen)
        assert "y stops the check and leaves" in seat.grid
        await seat.press("escape")
        assert (seat.app.is_running, job.ending) == (True, None)
        await seat.press("ctrl+q", "ctrl+q" if twice else "y")
        await seat.until(lambda: not seat.app.is_running)
    assert job.ending == "stopped"
    assert job._process.poll() is not None


async def test_leaving_without_a_job_asks_nothing(sit: Sit, desk: Path) -> None:
    async with sit(desk) as seat:
        await seat.press("g", "h")
        await seat.press("ctrl+q")
        await seat.until(lambda: not seat.app.is_running)


def test_a_check_ends_when_whoever_started_it_is_gone(desk: Path) -> None:
    """As after `kill -9`: the pipe to its standard input ends, nobody tells it anything."""
    with subprocess.Popen(
        [sys.executable, "-m", "curator.tui.checking", str(desk)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 130
    with Workspace.open(desk) as workspace:
        assert workspace.verify() == []


@pytest.mark.skipif(not hasattr(os, "nice"), reason="no priorities here")
def test_a_check_gives_way_to_others(desk: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "curator.tui.checking", str(desk)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        nice = os.getpriority(os.PRIO_PROCESS, process.pid)  # also of one that has just ended: it is waited for below
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    assert nice == 10
