"""Findings that people set aside: they count nowhere, are listed with who and why, and come back."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from curator.errors import WorkspaceError
from curator.model import Finding
from curator.operations.triage import dismiss, ignore, lift, sample, threshold, triage, wilson
from curator.query import parse
from curator.workspace import Change, Workspace
from tests.conftest import Run, chat, write_jsonl

Filling = Callable[..., Workspace]
CODES = {"FMT004": ("error", "format-drift"), "STY001": ("warning", "voice-break")}
ANSWER, SURE = "starts with 'Answer:'", "starts with 'Sure'"
OUTPUT = "messages[1].content"


def find(ws: Workspace, *found: tuple[int, str, str, float]) -> None:
    """A run that finds these: the example's number, code, rule, score."""
    ids = {entry.seq: entry.example.id for entry in ws.examples.stream(None)}
    run = ws.findings.begin_run(CODES, {})
    run.add([Finding(code, ids[seq], f"m{seq}", score=score, rule=rule) for seq, code, rule, score in found])
    run.finish()


FOUND = (
    (1, "FMT004", ANSWER, 0.9),
    (2, "FMT004", ANSWER, 0.2),
    (3, "FMT004", SURE, 0.4),
    (3, "STY001", "", 0.5),
    (4, "STY001", "", 0.6),
)


@pytest.fixture
def ws(workspace: Filling) -> Workspace:
    """Five rows, of which four have findings: three errors, two warnings."""
    filled = workspace(*((f"q{n}", f"Answer: {n}") for n in range(1, 6)))
    find(filled, *FOUND)
    return filled


def standing(ws: Workspace) -> list[tuple[int | None, str]]:
    return [(one.seq, one.finding.code) for one in ws.findings.select()]


def test_an_ignored_rule_counts_nowhere(ws: Workspace) -> None:
    ignore(ws, "FMT004", ANSWER, reason="the customer wants it so", actor="ana")
    assert standing(ws) == [(3, "FMT004"), (3, "STY001"), (4, "STY001")]
    assert [(one.code, one.findings, one.examples) for one in ws.findings.counts()] == [
        ("FMT004", 1, 1),
        ("STY001", 2, 2),
    ]
    assert ws.findings.of(1) == []
    assert ws.findings.severities([1, 2, 3]) == {3: ("error", "warning")}
    assert list(ws.examples.ids(parse("finding:FMT004"))) == [3]
    assert list(ws.examples.ids(parse("sev:error"))) == [3]
    assert [one.seq for one in ws.findings.select(ignored=True)] == [1, 2, 3, 3, 4]
    assert [one.ignored for one in ws.findings.select(ignored=True)] == [True, True, False, False, False]
    assert ws.verify() == []


def test_it_is_listed_with_who_when_and_why_until_it_is_lifted(ws: Workspace) -> None:
    ignore(ws, "FMT004", ANSWER, reason="the customer wants it so", actor="ana")
    (held,) = ws.findings.ignored()
    assert (held.code, held.rule, held.rows, held.actor, held.reason) == (
        "FMT004", ANSWER, 2, "ana", "the customer wants it so",
    )  # fmt: skip
    event = ws.log.tail(1)[0]
    assert (event.field, event.source, event.at) == ("ignored", f"FMT004/{ANSWER}", held.at)
    lift(ws, held, actor="bob")
    assert ws.findings.ignored() == []
    assert len(standing(ws)) == 5
    with pytest.raises(WorkspaceError, match="not ignored any more"):
        lift(ws, held, actor="bob")
    assert ws.verify() == []


def test_a_check_is_ignored_as_a_whole(ws: Workspace) -> None:
    ignore(ws, "FMT004", reason="no format is asked for", actor="ana")
    assert standing(ws) == [(3, "STY001"), (4, "STY001")]
    with pytest.raises(WorkspaceError, match="say why"):
        ignore(ws, "STY001", reason=" ", actor="ana")


def test_what_the_next_run_finds_is_ignored_too(ws: Workspace) -> None:
    ignore(ws, "FMT004", ANSWER, reason="so be it", actor="ana")
    find(ws, *FOUND, (5, "FMT004", ANSWER, 0.7))
    assert [seq for seq, code in standing(ws) if code == "FMT004"] == [3]
    assert ws.findings.ignored()[0].rows == 3


def test_an_edit_leaves_ignored_findings_ignored(ws: Workspace) -> None:
    ignore(ws, "FMT004", ANSWER, reason="so be it", actor="ana")
    ws.log.record([Change(1, OUTPUT, "Answer: one", 0)], actor="ana")
    assert ws.findings.of(1) == []
    again = [one.finding for one in ws.findings.select(stale=True, ignored=True) if one.seq == 1]
    ws.findings.replace_for([1], ["FMT004"], again)
    assert ws.findings.of(1) == []
    ws.log.undo("ana")
    ws.log.undo("ana")
    assert [one.finding.rule for one in ws.findings.of(1)] == [ANSWER]


def test_a_threshold_leaves_out_what_scores_lower(ws: Workspace) -> None:
    threshold(ws, "FMT004", 0.5, actor="ana")
    assert [seq for seq, code in standing(ws) if code == "FMT004"] == [1]
    threshold(ws, "FMT004", 0.3, actor="ana")
    assert [seq for seq, code in standing(ws) if code == "FMT004"] == [1, 3]
    assert [(one.score, one.rows) for one in ws.findings.ignored()] == [(0.3, 1)]
    threshold(ws, "FMT004", 0, actor="ana")
    assert len(standing(ws)) == 5
    with pytest.raises(WorkspaceError, match="up to 1"):
        threshold(ws, "FMT004", 2, actor="ana")


def test_one_finding_is_said_to_be_none(ws: Workspace) -> None:
    dismiss(ws, 1, [("FMT004", ANSWER)], reason="it quotes the customer", actor="ana")
    assert [seq for seq, code in standing(ws) if code == "FMT004"] == [2, 3]
    assert ws.log.history(1)[-1].field == "ignored"
    assert ws.log.next_undo("ana") == f"no finding: FMT004/{ANSWER} #1"


def test_undo_and_redo_bring_the_same_state_back(ws: Workspace) -> None:
    ignore(ws, "FMT004", ANSWER, reason="so be it", actor="ana")
    held = ws.findings.ignored()
    threshold(ws, "STY001", 0.55, actor="ana")
    assert standing(ws) == [(3, "FMT004"), (4, "STY001")]
    ws.log.undo("ana")
    assert ws.findings.ignored() == held
    ws.log.undo("ana")
    assert (ws.findings.ignored(), len(standing(ws))) == ([], 5)
    ws.log.redo("ana")
    assert ws.findings.ignored() == held
    lift(ws, held[0], actor="ana")
    ws.log.undo("ana")
    assert ws.findings.ignored() == held
    assert ws.verify() == []


def test_undo_is_refused_when_somebody_has_changed_it_since(ws: Workspace) -> None:
    ignore(ws, "FMT004", ANSWER, reason="so be it", actor="ana")
    lift(ws, ws.findings.ignored()[0], actor="bob")
    with pytest.raises(WorkspaceError, match="was changed since"):
        ws.log.undo("ana")


def test_precision_is_what_people_decided_in_the_rows_with_the_finding(ws: Workspace) -> None:
    def judged() -> tuple[int, int]:
        rule = next(one for one in triage(ws).checks[0].rules if one.rule == ANSWER)
        return rule.precision.real, rule.precision.decided

    assert judged() == (0, 0)
    ws.log.record([Change(1, "status", "accepted")], actor="ana")
    assert judged() == (0, 1)
    ws.log.record([Change(2, "status", "rejected")], actor="ana")
    assert judged() == (1, 2)
    ws.log.record([Change(1, OUTPUT, "1", 0)], actor="ana")  # the text is another one: it was real
    assert judged() == (2, 2)
    ws.findings.replace_for([1], ["FMT004"], [])  # it was checked again, and the finding is gone
    assert judged() == (2, 2)
    find(ws, *FOUND[1:])
    assert judged() == (2, 2)
    dismiss(ws, 2, [("FMT004", ANSWER)], reason="no", actor="ana")
    find(ws, *FOUND[1:], (5, "FMT004", ANSWER, 0.7))
    assert judged() == (1, 2)


@pytest.mark.parametrize(
    ("real", "decided", "low", "high"),
    [(41, 44, 0.818, 0.977), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (0, 0, 0.0, 1.0), (1, 2, 0.095, 0.905)],
)
def test_the_interval_is_wilsons(real: int, decided: int, low: float, high: float) -> None:
    assert wilson(real, decided) == (pytest.approx(low, abs=0.001), pytest.approx(high, abs=0.001))


def test_triage_counts_by_check_and_rule_the_worst_first(ws: Workspace) -> None:
    found = triage(ws)
    assert [(check.whole.code, check.whole.rows, [rule.rows for rule in check.rules]) for check in found.checks] == [
        ("FMT004", 3, [2, 1]),
        ("STY001", 2, [2]),
    ]
    assert [entry.seq for entry in sorted(sample(ws, "FMT004", ANSWER), key=lambda entry: entry.seq)] == [1, 2]
    assert len(sample(ws, "FMT004", None, count=2, seed=3)) == 2


def test_of_a_hundred_thousand_rules_the_first_are_told(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curator.workspace.rules.RULES", 1)
    rules = triage(ws).checks[0].rules
    assert [(rule.rule, rule.rows, rule.others) for rule in rules] == [(ANSWER, 2, 0), (None, 1, 1)]


# -- on the command line -----------------------------------------------------------------------------------------


@pytest.fixture
def checked(run: Run, folder: Path) -> Run:
    rows = [
        chat("What is 2+2?", ""),
        chat("What is 2+3?", ""),
        *(chat(f"What is {n}+1?", f"{n + 1}") for n in range(9)),
    ]
    write_jsonl(folder / "train.jsonl", rows)
    run("import", "train.jsonl")
    run("check", "--select", "TXT001")
    return run


def test_a_check_is_ignored_from_the_command_line_and_comes_back(checked: Run) -> None:
    assert len(checked("findings").stdout.splitlines()) == 2
    said = checked("ignore", "TXT001", "--reason", "empty on purpose")
    assert (said.exit_code, "2 row(s) set aside" in said.stderr) == (0, True)
    assert checked("findings").stdout == ""
    assert [line.endswith("(ignored)") for line in checked("findings", "--ignored").stdout.splitlines()] == [True] * 2
    assert all(json.loads(line)["ignored"] for line in checked("findings", "--ignored", "--json").stdout.splitlines())
    assert "by ana on" in checked("ignore").stdout
    assert "empty on purpose" in checked("ignore").stdout
    assert "TXT001" not in checked("status").stdout
    assert checked("check", "--select", "TXT001", "--fail-on", "error").exit_code == 0
    assert checked("undo").exit_code == 0
    assert len(checked("findings").stdout.splitlines()) == 2
    checked("redo")
    assert "listed again" in checked("ignore", "empty-output", "--stop").stderr
    assert len(checked("findings").stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("TXT001",), "say why"),
        (("TXT9", "--reason", "x"), "no check that was run here"),
        (("TXT001/nothing like it", "--reason", "x"), "nothing was found by this rule"),
        (("TXT001", "--stop"), "is not ignored"),
        (("TXT001", "--below", "7"), "up to 1"),
    ],
)
def test_what_cannot_be_ignored_is_said(checked: Run, words: tuple[str, ...], sentence: str) -> None:
    said = checked("ignore", *words)
    assert (said.exit_code, sentence in said.stderr) == (2, True), said.stderr


def test_an_ignored_error_keeps_no_row_out_of_an_export(run: Run, folder: Path) -> None:
    write_jsonl(
        folder / "train.jsonl", [chat("What is 2+2?", "TODO"), *(chat(f"{n}+1?", f"{n + 1}") for n in range(9))]
    )
    run("import", "train.jsonl")
    run("check", "--select", "TXT002")
    run("export", "--to", "alpaca", "--out", "first", "--include", "pending")
    assert len((folder / "first/train.jsonl").read_text().splitlines()) == 9
    run("ignore", "TXT002", "--reason", "a list of things to do")
    run("export", "--to", "alpaca", "--out", "second", "--include", "pending")
    assert len((folder / "second/train.jsonl").read_text().splitlines()) == 10
