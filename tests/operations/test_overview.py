"""What is in a workspace, what is open in it, and what is best done next."""

import json
from collections import Counter
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from curator.model import Finding, Progress
from curator.operations.import_ import Options, import_sources
from curator.operations.overview import Lengths, Step, Texts, figures, measured, texts
from curator.workspace import Change, Workspace
from curator.workspace.counts import LabelCount, Open
from tests.conftest import Run, chat, write_jsonl

Fill = Callable[..., Workspace]
T = TypeVar("T")

FACTS = {"KNO001": ("error", "knowledge"), "STY001": ("warning", "style")}
CODES = {"CON001": ("error", "conflicting-outputs"), "STY001": ("warning", "style"), "DUP009": ("info", "twins")}
ROWS = [("2+2?", "4"), ("2+2?", "5"), ("3+3?", "6"), ("4+4?", "8"), ("5+5?", "four")]


def through(steps: Generator[Progress, None, T]) -> T:
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            result: T = ended.value
            return result


def check(ws: Workspace, *found: tuple[str, int], tie: tuple[int, int] = (1, 2)) -> None:
    """A run of all codes that finds something in these examples; conflicts tie two of them."""
    ids = dict(enumerate(ws.examples.ids_of(range(1, ws.examples.count() + 1)), start=1))
    run = ws.findings.begin_run(CODES, whole=True)
    run.add(
        Finding(code, ids[seq], "is odd", related=(ids[tie[1]],) if code == "CON001" else ()) for code, seq in found
    )
    run.add_edges([(*tie, "conflict", "CON001")])
    run.finish()


def decide(ws: Workspace, status: str, *seqs: int) -> None:
    ws.log.record([Change(seq, "status", status) for seq in seqs], actor="ana")


def test_what_is_open_under_each_check_is_what_is_pending(workspace: Fill) -> None:
    ws = workspace(*ROWS)
    check(ws, ("CON001", 1), ("STY001", 1), ("STY001", 3), ("STY001", 4), ("DUP009", 5))
    decide(ws, "accepted", 3)
    found = figures(ws)
    assert [(code.code, code.examples, code.open) for code in found.codes] == [
        ("CON001", 1, 1),
        ("STY001", 3, 2),
        ("DUP009", 1, 1),
    ]
    assert found.open == Open(unchecked=0, stale=0, conflicts=1, errors=1, passed=0, pending=4, fix=0)
    assert (found.decided, found.summary.by_status["accepted"]) == (1, 1)


def test_a_conflict_is_open_while_two_of_its_rows_that_contradict_each_other_would_be_trained_on(
    workspace: Fill,
) -> None:
    ws = workspace(*ROWS)
    check(ws, ("CON001", 1), ("CON001", 2))  # each of its rows has a finding, and it is one conflict
    assert (figures(ws).open.conflicts, figures(ws).open.errors) == (1, 2)
    decide(ws, "accepted", 1, 2)
    assert (figures(ws).open.conflicts, figures(ws).open.errors) == (1, 0)
    decide(ws, "rejected", 1)
    assert figures(ws).open.conflicts == 0


def test_what_was_accepted_in_spite_of_an_error_is_said(workspace: Fill) -> None:
    ws = workspace(*ROWS)
    check(ws, ("CON001", 1))
    decide(ws, "accepted", 1)
    assert figures(ws).open.passed == 1


def test_a_route_to_rag_is_a_decision_and_answers_what_says_that_facts_are_taught(workspace: Fill) -> None:
    ws = workspace(*ROWS)
    ids = dict(enumerate(ws.examples.ids_of(range(1, 6)), start=1))
    run = ws.findings.begin_run(FACTS, whole=True)
    run.add([Finding("KNO001", ids[seq], "States 4.") for seq in (1, 2, 3)] + [Finding("STY001", ids[1], "is odd")])
    run.finish()
    decide(ws, "accepted", 2)
    before = figures(ws)
    assert (before.open.errors, before.open.passed, before.open.pending) == (2, 1, 4)
    assert before.next == Step(
        "rows", "decide 2 rows with knowledge (error)", "status:pending route:train finding:KNO001"
    )
    ws.log.record([Change(seq, "route", "rag") for seq in (1, 2, 3)], actor="ana")
    found = figures(ws)
    assert (found.open.errors, found.open.passed, found.open.pending, found.decided) == (0, 0, 2, 3)
    assert [(code.code, code.examples, code.open) for code in found.codes] == [("KNO001", 3, 0), ("STY001", 1, 0)]
    assert found.next == Step("rows", "decide 2 rows that nobody has decided", "status:pending route:train")
    assert ws.findings.rules.decided() == {("KNO001", ""): (3, 3)}  # the route says that they were right


def test_examples_of_a_later_import_are_unchecked(workspace: Fill, folder: Path) -> None:
    ws = workspace(*ROWS)
    assert (figures(ws).open.unchecked, figures(ws).checked) == (5, False)
    check(ws)
    assert figures(ws).open.unchecked == 0
    write_jsonl(folder / "more.jsonl", [chat("6+6?", "12"), chat("7+7?", "14")])
    through(import_sources(ws, [str(folder / "more.jsonl")], actor="ana"))
    assert figures(ws).open.unchecked == 2
    decide(ws, "accepted", 6)
    assert figures(ws).open.unchecked == 2


def test_a_text_that_was_changed_makes_findings_out_of_date(workspace: Fill) -> None:
    ws = workspace(*ROWS)
    check(ws, ("STY001", 4))
    ws.log.record([Change(4, "messages[1].content", "eight", 0)], actor="ana")
    assert figures(ws).open.stale == 1
    assert [code.open for code in figures(ws).codes] == [0, 0, 0]


def test_what_was_retired_is_counted_nowhere(workspace: Fill, folder: Path) -> None:
    ws = workspace(*ROWS)
    check(ws, ("STY001", 5), ("CON001", 1), tie=(1, 5))
    write_jsonl(folder / "train.jsonl", [chat(*pair) for pair in ROWS[1:4]])
    through(import_sources(ws, [str(folder / "train.jsonl")], Options(retire=True), actor="ana"))
    found = figures(ws)
    assert (found.summary.examples, found.open.pending, found.open.conflicts, found.open.errors) == (3, 3, 0, 0)
    assert [code.findings for code in found.codes] == [0, 0, 0]
    assert through(texts(ws)).lengths.outputs == 3


def test_the_next_step_is_the_one_on_which_the_others_rest(workspace: Fill) -> None:
    ws = workspace(*ROWS)
    assert figures(ws).next == Step("checks", "check 5 rows that no check has seen")
    check(ws, ("CON001", 1), ("STY001", 3))
    conflicts = Step("place", "resolve 1 conflict", "status:pending finding:CON", "conflicts")
    assert figures(ws).next == conflicts
    decide(ws, "accepted", 1)
    decide(ws, "rejected", 2)
    style = Step("rows", "decide 1 row with style (warning)", "status:pending route:train finding:STY001")
    assert figures(ws).next == style
    decide(ws, "fix", 3)
    assert figures(ws).next == Step("rows", "decide 2 rows that nobody has decided", "status:pending route:train")
    decide(ws, "accepted", 4, 5)
    assert figures(ws).next == Step("rows", "mend 1 row that wait for a fix", "status:fix")
    decide(ws, "rejected", 3)
    assert figures(ws).next == Step("place", "export 3 rows", place="export")
    decide(ws, "rejected", 1, 4, 5)
    assert figures(ws).next is None


def test_an_empty_workspace_wants_an_import(folder: Path) -> None:
    with Workspace.create(folder / "empty.curator") as ws:
        assert figures(ws).next == Step("place", "import pairs: there are none yet", place="import")
        assert through(texts(ws)) == Texts(Lengths(), through(texts(ws)).balance)


def test_lengths_are_counted_on_a_scale_of_logarithms() -> None:
    found = measured(Counter({0: 1, 10: 6, 13: 1, 14: 1, 1_000: 1}))
    assert (found.outputs, found.median, found.p95, found.longest, found.empty) == (10, 10, 1_000, 1_000, 1)
    assert found.first == 8
    assert (found.bars[0], found.bars[1], found.bars[-1], sum(found.bars)) == (7, 1, 1, 9)
    assert len(found.bars) == 17


def test_outputs_are_measured_as_they_stand_wherever_they_are(workspace: Fill, folder: Path) -> None:
    ws = workspace(("a", "one"), ("b", "héllo"), ("c", ""))
    called = {"role": "assistant", "content": "let me look", "tool_calls": [], "weight": 1}
    parts = {"role": "assistant", "content": [{"type": "text", "text": "in parts"}]}
    rows: list[dict[str, Any]] = [
        {"messages": [{"role": "user", "content": "d"}, called, {"role": "user", "content": "thanks a lot, really"}]},
        {"messages": [{"role": "user", "content": "e"}, parts]},
    ]
    (folder / "more.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    through(import_sources(ws, [str(folder / "more.jsonl")], actor="ana"))
    assert through(texts(ws)).lengths.outputs == 5
    lengths = Counter(length for window in ws.counts.windows() for length, _, _ in ws.counts.outputs(window))
    assert lengths == Counter({3: 1, 5: 1, 0: 1, 11: 1, 8: 1})
    ws.log.record([Change(1, "messages[1].content", "x" * 40, 0)], actor="ana")
    assert through(texts(ws)).lengths.longest == 40


def test_outputs_that_come_again_are_the_labels_until_people_give_some(workspace: Fill) -> None:
    ws = workspace(*((f"ticket {n}", "bug" if n % 3 else "billing") for n in range(9)), ("why?", "because"))
    balance = through(texts(ws)).balance
    assert (balance.kind, balance.of) == ("outputs", 10)
    assert balance.rows == (LabelCount("", "bug", 6), LabelCount("", "billing", 3))
    ws.log.record([Change(1, "labels", {"tone": "warm", "flaws": ["long", "late"], "unsafe": True})], actor="ana")
    ws.log.record([Change(2, "labels", {"tone": "warm"})], actor="ana")
    balance = through(texts(ws)).balance
    assert (balance.kind, balance.of) == ("labels", 2)
    assert balance.rows == (
        LabelCount("tone", "warm", 2),
        LabelCount("flaws", "late", 1),
        LabelCount("flaws", "long", 1),
        LabelCount("unsafe", "", 1),
    )


def test_answers_that_differ_are_no_labels(workspace: Fill) -> None:
    ws = workspace(*((f"question {n}", f"answer {n}") for n in range(20)), ("a", "yes"), ("b", "yes"))
    assert through(texts(ws)).balance.kind == ""


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_windows_take_each_example_once(workspace: Fill, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    ws = workspace(*ROWS)
    monkeypatch.setattr("curator.workspace.counts.WINDOW", size)
    assert through(texts(ws)).lengths.outputs == 5


def test_status_prints_what_home_shows(workspace: Fill, run: Run) -> None:
    ws = workspace(*ROWS)
    check(ws, ("CON001", 1), ("STY001", 3))
    decide(ws, "accepted", 3)
    said = run("status").stdout
    assert "error     CON001 conflicting-outputs: 1 example, 1 open" in said
    assert "open      1 open conflict, 1 pending with an error, 4 to decide" in said
    assert "length    of outputs: median 1, 95% 4, longest 4 characters" in said
    assert "next      resolve 1 conflict" in said
    told = json.loads(run("status", "--json").stdout)
    assert told["examples"] == 5
    assert told["open"] == {
        "unchecked": 0, "stale": 0, "conflicts": 1, "errors": 1, "passed": 0, "pending": 4, "fix": 0
    }  # fmt: skip
    assert told["findings"][0]["open"] == 1
    assert told["lengths"]["median"] == 1
    assert told["next"]["where"] == "status:pending finding:CON"


def test_status_masks_a_value_that_comes_again(workspace: Fill, run: Run) -> None:
    workspace(*((f"whose? {n}", "ana.lopez@acme-mail.com") for n in range(5)))
    assert "acme-mail" not in run("status").stdout


def test_a_free_text_is_counted_as_given(workspace: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    ws = workspace(*ROWS)
    for seq in range(1, 6):
        labels = {"remark": f"because of {seq}", "tone": "warm", "unsafe": True}
        ws.log.record([Change(seq, "labels", labels if seq > 2 else {"remark": f"so {seq}"})], actor="ana")
    monkeypatch.setattr("curator.workspace.counts.VALUES", 4)
    assert ws.counts.labels() == [
        LabelCount("remark", "", 5),
        LabelCount("tone", "warm", 3),
        LabelCount("unsafe", "", 3),
    ]
