"""A check that hangs is stopped; a run that was killed is taken up again."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from curator.checks.base import Check
from curator.engines import local
from curator.engines.journal import Journal, journal_path
from curator.engines.plan import plan
from curator.model import Progress
from curator.workspace import Workspace
from curator.workspace.log import Change
from tests.conftest import chat, write_jsonl
from tests.engines import example_checks as made
from tests.engines.test_local import FEW, finish, only, standing

Fill = Callable[..., Workspace]

ROWS = [("one", "eight"), ("two", "sleep"), ("three", "loop"), ("four", "eight"), ("five", "eight")]


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("check", [made.sleeps, made.loops, made.backtracks], ids=lambda check: check.name)
def test_a_check_that_hangs_is_stopped_and_the_others_go_on(workspace: Fill, check: Check, processes: int) -> None:
    ws = workspace(*ROWS)
    outcome = finish(local.run(ws, only(check, made.raises_on_seven), processes=processes, patience=0.4))
    assert [(code, seq) for code, seq, *_ in standing(ws)] == [("ZZZ001", 1), ("ZZZ001", 4), ("ZZZ001", 5)]
    (problem,) = outcome.problems
    assert (problem.code, problem.where.split(", ")[1]) == (check.code, "row 2" if check is made.sleeps else "row 3")
    assert "did not come back from this row and was stopped" in problem.message


def test_a_check_that_hangs_is_stopped_in_a_thread_too(workspace: Fill) -> None:
    ws = workspace(*ROWS)
    problems: list[Any] = []
    thread = threading.Thread(
        target=lambda: problems.extend(finish(local.run(ws, only(made.loops), patience=0.4)).problems)
    )
    thread.start()
    thread.join()
    assert [problem.code for problem in problems] == ["ZZZ007"]


@pytest.mark.parametrize(
    "check",
    [made.learns_for_ever, made.key_for_ever, made.when_for_ever, made.group_for_ever, made.merges_for_ever],
    ids=lambda check: check.name,
)
@pytest.mark.parametrize("processes", [0, 2])
def test_whatever_of_a_check_hangs_is_stopped(workspace: Fill, check: Check, processes: int) -> None:
    ws = workspace(*ROWS)
    planned = only(check, made.raises_on_seven)
    outcome = finish(local.run(ws, planned, processes=processes, slice_size=2, patience=0.4))
    assert {problem.code for problem in outcome.problems} == {check.code}
    assert [seq for code, seq, *_ in standing(ws) if code == "ZZZ001"] == [1, 4, 5]


def test_a_check_that_will_not_be_told_ends_its_process_and_no_other_check(workspace: Fill) -> None:
    ws = workspace(*ROWS)
    outcome = finish(local.run(ws, only(made.will_not_be_told, made.raises_on_seven), patience=0.2, slice_size=2))
    assert [(code, seq) for code, seq, *_ in standing(ws)] == [("ZZZ001", 1), ("ZZZ001", 4), ("ZZZ001", 5)]
    assert [problem.code for problem in outcome.problems] == ["ZZZ014"]


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (made.wrong_key, "ValueError: a key has 16 bytes"),
        (made.wrong_edge, "ValueError: an edge between other examples than were given"),
        (made.wrong_score, "ValueError: a finding with the score nan; it is 0 to 1"),
        (made.leaves, "SystemExit: 3"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_check_that_gives_what_it_may_not_is_named_and_the_run_goes_on(
    workspace: Fill, check: Check, said: str
) -> None:
    ws = workspace(*ROWS)
    outcome = finish(local.run(ws, only(check, made.raises_on_seven), processes=0))
    assert [seq for code, seq, *_ in standing(ws) if code == "ZZZ001"] == [1, 4, 5]
    assert [problem.code for problem in outcome.problems] == [check.code]
    assert said in outcome.problems[0].message


def test_a_summary_that_cannot_be_sent_is_a_problem_of_its_check(workspace: Fill) -> None:
    ws = workspace(("one", "eight"), ("two", "unpackable"))
    outcome = finish(local.run(ws, only(made.merges_for_ever, made.raises_on_seven), processes=0))
    assert [problem.code for problem in outcome.problems] == ["ZZZ013"]
    assert [seq for _, seq, *_ in standing(ws)] == [1]


def test_the_journal_of_other_data_with_as_many_rows_is_not_taken_up(
    folder: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "ALONE", 10)
    for wrong in (True, False):
        for path in folder.glob("rows.curator*"):
            if not path.name.endswith("-check"):
                path.unlink()
        chats = [chat(f"Question {n}?", "" if wrong else f"Answer {n}.") for n in range(40)]
        write_jsonl(folder / "rows.jsonl", chats)
        assert run("import", "rows.jsonl").exit_code == 0
        with Workspace.open(folder / "rows.curator") as ws:
            steps = local.run(ws, plan(selected=["TXT001"]), processes=0, slice_size=5)
            if wrong:
                for _ in range(5):
                    next(steps)
                steps.close()
                assert journal_path(ws.path).exists()
            else:
                finish(steps)
                assert standing(ws) == []


def test_an_edit_while_a_run_goes_on_is_checked_at_its_end(workspace: Fill) -> None:
    ws = workspace(*[(f"Question {n}?", f"Answer {n}.") for n in range(6)])
    steps = local.run(ws, FEW, processes=0, slice_size=2)
    for _ in range(4):
        next(steps)
    ws.log.record([Change(2, "messages[1].content", "As an AI, I cannot answer that.", 0)], actor="ana")
    finish(steps)
    assert [one.finding.code for one in ws.findings.of(2) if not one.stale] == ["TXT004"]


def test_a_decision_while_a_run_goes_on_does_no_harm(workspace: Fill) -> None:
    ws = workspace(*[(f"I want my {word} back, please", word) for word in ("invoice", "parcel", "refund") * 6])
    steps = local.run(ws, plan(selected=["LAB"]), processes=0, slice_size=5)
    for _ in range(3):
        next(steps)
    ws.log.record([Change(seq, "status", "rejected") for seq in (2, 18)], actor="ana")
    assert finish(steps).problems == ()


KILLED = """
import os, signal, sys
from pathlib import Path
from curator.engines import local
from curator.engines.plan import plan
from curator.workspace import Workspace

local.ALONE = 10
steps = local.run(Workspace.open(Path(sys.argv[1])), plan(selected=sys.argv[3].split(",")), processes=0, slice_size=20)
for number, step in enumerate(steps):
    if number == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
"""


def rows(count: int) -> Iterator[tuple[str, str]]:
    for number in range(count):
        yield (f"Question {number % 50} of the day?", f"Answer {number % 53}, as you know{'.' if number % 9 else ''}")


@pytest.mark.parametrize("after", [1, 4, 9, 14, 20])
def test_a_killed_run_is_taken_up_where_it_was(workspace: Fill, after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ws = workspace(*rows(200))
    finish(local.run(ws, FEW, slice_size=20))
    whole = standing(ws)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(ws.path), str(after), ",".join(FEW.codes)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert journal_path(ws.path).exists()
    assert standing(ws) == whole

    monkeypatch.setattr(local, "ALONE", 10)
    steps = local.run(ws, FEW, slice_size=20)
    said = [step.stage for step in steps if isinstance(step, Progress)]
    assert "Taking up the run that was stopped" in said
    assert standing(ws) == whole
    assert not journal_path(ws.path).exists()


def test_a_journal_answers_what_it_knows_and_asks_for_the_rest(tmp_path: Path) -> None:
    class Workers:
        broken = False
        ended: ClassVar[set[str]] = set()
        asked: ClassVar[list[int]] = []

        def teach(self, learned: Any) -> None: ...

        def map(self, _method: str, calls: Any) -> Iterator[bytes]:
            for (number,) in calls:
                self.asked.append(number)
                yield b"%d" % (number * number)

    path = tmp_path / "journal"
    with Journal(path, b"plan") as journal:
        answers = journal.map(Workers(), "square", "square", [(number,) for number in range(3)])
        assert list(answers) == [b"0", b"1", b"4"]
    with path.open("ab") as file:
        file.write(b"half a frame")
    Workers.asked.clear()
    with Journal(path, b"plan") as journal:
        assert journal.known == 3
        answers = journal.map(Workers(), "square", "square", [(number,) for number in range(5)])
        assert list(answers) == [b"0", b"1", b"4", b"9", b"16"]
        assert Workers.asked == [3, 4]
    with Journal(path, b"plan") as journal:
        assert journal.known == 5
    with Journal(path, b"another plan") as journal:
        assert journal.known == 0


def test_two_runs_at_once_do_not_share_a_journal(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal", b"plan") as first, Journal(tmp_path / "journal", b"plan") as second:
        assert first.known == second.known == 0
        second.remove()
        assert os.path.exists(tmp_path / "journal")


@pytest.mark.parametrize("processes", [1, 2])
def test_a_check_that_ends_its_process_is_named_with_the_row_and_the_others_go_on(
    workspace: Fill, processes: int
) -> None:
    ws = workspace(("one", "eight"), ("two", "leave"), ("three", "eight"))
    outcome = finish(local.run(ws, only(made.ends_its_process, made.raises_on_seven), processes=processes))
    assert [(code, seq) for code, seq, *_ in standing(ws) if code == "ZZZ001"] == [("ZZZ001", 1), ("ZZZ001", 3)]
    (problem,) = outcome.problems
    assert (problem.code, problem.where.split(", ")[1]) == ("ZZZ040", "row 2")
    assert "ended its process at this row" in problem.message


def test_a_finding_about_what_is_not_there_is_the_problem_of_its_check(workspace: Fill) -> None:
    ws = workspace(("one", "eight"), ("two", "nine"), ("three", "ten"), ("four", "twelve"), ("five", "eight"))
    outcome = finish(local.run(ws, only(made.speaks_of_nobody)))
    assert [(code, seq) for code, seq, *_ in standing(ws)] == [("ZZZ041", 4)]
    said = [str(problem) for problem in outcome.problems]
    assert re.search(r"row 1: .* 'nosuch' is no example id.* \(also \S+, row 3; \S+, row 5\)$", said[0])
    assert "evidence at 0 to 99999" in said[1]


def test_an_error_names_the_line_of_a_check_from_elsewhere(workspace: Fill) -> None:
    ws = workspace(("one", "seven"), ("two", "seven"))
    (problem,) = finish(local.run(ws, only(made.raises_on_seven))).problems
    assert re.search(r"seven is too much \(example_checks\.py, line \d+\) \(also \S+, row 2\)", str(problem))
