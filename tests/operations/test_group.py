"""A group of findings with one difference: who belongs to it, what is kept, what is done in one step."""

from collections.abc import Callable
from pathlib import Path

import pytest

from curator.errors import WorkspaceError
from curator.model import Finding, Fix
from curator.operations.fix import Proposed, diff
from curator.operations.group import Group, decide_group, fix_group, group_fixes, members
from curator.query import parse
from curator.workspace import Change, Workspace
from tests.conftest import Run, chat, write_jsonl

Filling = Callable[..., Workspace]
ANSWER, LONGER = "starts with 'Answer:'", "starts with 'Answer: the'"
QUOTED = 'starts with "a\\b", then c'


def found_in(ws: Workspace, *found: tuple[int, str, str, str | None]) -> None:
    """Stores findings: number of the example, code, rule, and the output that a fix would write."""
    ids = {entry.seq: entry.example.id for entry in ws.examples.stream(None)}
    run = ws.findings.begin_run({"FMT004": ("warning", "format-drift"), "STY001": ("warning", "voice-break")}, {})
    run.add(
        [
            Finding(code, ids[seq], "m", rule=rule, fix=None if new is None else Fix({"messages[1].content": new}))
            for seq, code, rule, new in found
        ]
    )
    run.finish()


def test_a_group_is_one_code_with_exactly_one_rule(workspace: Filling) -> None:
    ws = workspace(*((f"q{n}", f"Answer: {n}") for n in range(1, 7)))
    found_in(
        ws,
        (1, "FMT004", ANSWER, None),
        (2, "FMT004", LONGER, None),
        (3, "STY001", ANSWER, None),
        (4, "FMT004", "", None),
        (5, "FMT004", ANSWER, None),
        (6, "FMT004", QUOTED, None),
    )
    assert list(members(ws, Group("FMT004", ANSWER)).all) == [1, 5]
    assert list(members(ws, Group("FMT004", LONGER)).all) == [2]
    assert list(members(ws, Group("FMT004")).all) == [4]
    assert list(members(ws, Group("FMT004", QUOTED)).all) == [6]
    assert list(ws.examples.ids(parse("finding:FMT004/Answer"))) == [1, 2, 5]
    assert list(ws.examples.ids(parse('finding!="FMT004/"'))) == [1, 2, 3, 5, 6]
    assert list(ws.examples.ids(parse("finding=format-drift/"))) == [4]


def test_a_decision_keeps_what_people_have_decided(workspace: Filling) -> None:
    ws = workspace(*((f"q{n}", f"Answer: {n}") for n in range(1, 5)))
    found_in(ws, *((n, "FMT004", ANSWER, None) for n in range(1, 5)))
    ws.log.record([Change(2, "status", "rejected")], actor="bob")
    group = Group("FMT004", ANSWER)
    seen = members(ws, group)
    assert (list(seen.open), seen.kept, [entry.seq for entry in seen.decided]) == ([1, 3, 4], 1, [2])
    for _ in decide_group(ws, group, "accepted", seen.open, actor="ana"):
        pass
    assert [entry.state.status for entry in ws.examples.stream(None)] == [
        "accepted", "rejected", "accepted", "accepted"
    ]  # fmt: skip
    undone = ws.log.undo("ana")
    assert undone is not None
    assert undone.seqs == (4, 3, 1)


def test_a_fix_takes_the_rule_it_was_asked_for(workspace: Filling) -> None:
    ws = workspace(("q1", "Answer: one"), ("q2", "Answer: two"), ("q3", "three"))
    found_in(ws, (1, "FMT004", ANSWER, "one"), (1, "FMT004", "no stop", "One."), (2, "FMT004", ANSWER, "two"))
    group = Group("FMT004", ANSWER)
    assert [(one.seq, one.after) for one in group_fixes(ws, group)] == [(1, "one"), (2, "two")]
    for _ in fix_group(ws, group, [1, 2], actor="ana"):
        pass
    assert [entry.example.output_text for entry in ws.examples.stream(None)] == ["one", "two", "three"]


@pytest.mark.parametrize("seen", [[], [1]])
def test_a_group_that_has_grown_is_left_alone(workspace: Filling, seen: list[int]) -> None:
    ws = workspace(("q1", "Answer: one"), ("q2", "Answer: two"))
    found_in(ws, (1, "FMT004", ANSWER, "one"), (2, "FMT004", ANSWER, "two"))
    group, before = Group("FMT004", ANSWER), ws.log.last_seq()
    for steps in (decide_group(ws, group, "accepted", seen, actor="ana"), fix_group(ws, group, seen, actor="ana")):
        with pytest.raises(WorkspaceError, match="meanwhile, so nothing was changed"):
            list(steps)
    assert ws.log.last_seq() == before


# -- what is shown of secrets and personal data ----------------------------------------------------------------------


def change(before: str, after: str) -> Proposed:
    return Proposed(1, "SAF001", "a.jsonl:1", "messages[1].content", before, after, False, 0)


def test_a_diff_shows_no_personal_data_on_either_side() -> None:
    shown = diff(change("Hello.\nAsk maren.loewe@gmail.com now \nBye.", "Hello.\nAsk maren.loewe@gmail.com now\nBye."))
    assert shown.splitlines() == [
        "--- a.jsonl:1 messages[1].content",
        "+++ SAF001 fixed",
        "@@ -1,3 +1,3 @@",
        " Hello.",
        "-Ask mar•••••••••••••••••• now ",
        "+Ask mar•••••••••••••••••• now",
        " Bye.",
    ]


def test_a_diff_shows_that_something_within_a_masked_value_changes() -> None:
    shown = diff(change("maren.loewe@gmail.com", "maren.loewf@gmail.com")).splitlines()
    assert [line[0] for line in shown[3:]] == ["-", "+"]


@pytest.mark.parametrize(
    ("before", "after"),
    [("a\nb\nc\nd", "a\nb\nc"), ("a", "a\nb"), ("", "x"), ("a\nb\nc\nd\ne\nf\ng", "A\nb\nc\nd\ne\nf\nG")],
)
def test_a_diff_is_written_as_difflib_writes_it(before: str, after: str) -> None:
    from difflib import unified_diff

    names = ("a.jsonl:1 messages[1].content", "SAF001 fixed")
    expected = unified_diff(before.split("\n"), after.split("\n"), *names, n=1, lineterm="")
    assert diff(change(before, after)).splitlines() == list(expected)


def test_lists_mask_and_json_does_not(run: Run, folder: Path) -> None:
    mail = "maren.loewe@gmail.com"
    write_jsonl(folder / "desk.jsonl", [chat(f"I am {mail}, where is it?", "On its way.")])
    run("import", "desk.jsonl")
    with Workspace.open(folder / "desk.curator") as ws:
        ws.log.record([Change(1, "messages[1].content", f"Sent to {mail}.", revision=0)], actor="ana")
        revision = ws.examples.entry(1).state.revision
    for command in ("log", "examples"):
        assert mail not in run(command).stdout
        assert "mar•••" in run(command).stdout
        assert mail in run(command, "--json").stdout
    with Workspace.open(folder / "desk.curator") as ws:
        ws.log.record([Change(1, "messages[1].content", f"{mail}!", revision=revision)], actor="bob")
    refused = run("undo", "--as", "ana")
    assert refused.exit_code == 2
    assert mail not in refused.output
    assert "mar•••" in refused.output
