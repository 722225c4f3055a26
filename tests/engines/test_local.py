"""The engine of one machine, on real workspaces."""

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from curator.checks.base import Check
from curator.engines import course, desk, local, pairs
from curator.engines.local import Outcome
from curator.engines.plan import Plan, plan
from curator.engines.problems import Problems
from curator.engines.recheck import recheck
from curator.errors import SettingsError
from curator.model import Example, Message
from curator.settings import Settings
from curator.workspace import Workspace
from curator.workspace.log import Change
from tests.engines import example_checks as made

Fill = Callable[..., Workspace]


def finish(steps: Generator[Any, None, Outcome]) -> Outcome:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            outcome: Outcome = stop.value
            return outcome


def only(*checks: Check) -> Plan:
    return plan(among=checks)


#: Checks of every shape that these rows are about; what others find in them is for the tests of the checks.
FEW = plan(selected=("TXT001", "TXT002", "TXT003", "TXT004", "TXT005", "CON001", "DUP001", "SPL001"))


def standing(ws: Workspace) -> list[tuple[str, int | None, str, tuple[int, ...]]]:
    return [(one.finding.code, one.seq, one.finding.message, one.related) for one in ws.findings.select()]


MIXED = [
    ("I was charged twice", "billing"),
    ("i was charged twice.", "technical"),
    ("Reset my password", "account"),
    ("reset my password", "Account"),
    ("Menu?", "Le cafÃ© est prÃªt."),
    ("When?", ""),
    ("Why?", "Because the"),
    *[(f"Question {n}?", f"This is the answer to question {n}, as you can see.") for n in range(40)],
]


def test_processes_find_what_one_process_finds(workspace: Fill) -> None:
    ws = workspace(*MIXED)
    alone = finish(local.run(ws, FEW, processes=0))
    first = standing(ws)
    together = finish(local.run(ws, FEW, processes=2, slice_size=5))
    assert standing(ws) == first
    assert alone == together == Outcome(len(MIXED), len(first))
    assert {code for code, *_ in first} == {"CON001", "DUP001", "TXT001", "TXT005"}


def test_every_shape_in_processes(workspace: Fill) -> None:
    ws = workspace(("a b", "x"), ("b c", "xx"), ("a d", "eight"), ("e", "y"), ("a", "seven"))
    checks = (
        made.raises_on_seven, made.shares_a_word, made.group_of_three, made.longest_output, made.longest_of_its_group,
    )  # fmt: skip
    outcome = finish(local.run(ws, only(*checks), processes=2, slice_size=2))
    assert standing(ws) == [
        ("ZZZ004", None, "5 of 5", ()),
        ("ZZZ003", 1, "The first of 3.", (3, 5)),
        ("ZZZ002", 2, "Shares a word.", (1,)),
        ("ZZZ001", 3, "Eight.", ()),
        ("ZZZ002", 3, "Shares a word.", (1,)),
        ("ZZZ005", 3, "The longest of 3.", ()),
        ("ZZZ002", 5, "Shares a word.", (1,)),
        ("ZZZ005", 5, "The longest of 3.", ()),
    ]
    assert [str(problem) for problem in outcome.problems] == [
        "ZZZ001: train.jsonl, row 5: the check failed with RuntimeError: seven is too much (example_checks.py, line 46)"
    ]


def test_clusters_are_stored(workspace: Fill) -> None:
    ws = workspace(("a b", "x"), ("b c", "x"), ("c d", "x"), ("e", "x"))
    finish(local.run(ws, only(made.shares_a_word)))
    assert ws.findings.clusters("similar") == [[1, 2, 3]]


def test_a_conflict_names_the_others_and_how_many_they_are(workspace: Fill) -> None:
    ws = workspace(*[("Same?", "yes")] * 30, ("Same?", "no"))
    finish(local.run(ws, plan(selected=["CON001"])))
    last = ws.findings.of(31)[0]
    assert last.related == tuple(range(1, 11))
    assert last.finding.message.endswith("31 examples are in this conflict.")
    assert last.finding.score > 0.9
    first = ws.findings.of(1)[0]
    assert (first.related, first.finding.score) == ((31,), pytest.approx(1 / 30, abs=0.003))
    assert ws.findings.clusters("conflict") == [list(range(1, 32))]


def test_in_a_large_block_no_conflicting_member_is_missed(workspace: Fill) -> None:
    ws = workspace(*[("Same?", "yes")] * 300, ("Same?", "no"), *[("Same?", "Yes.")] * 100)
    finish(local.run(ws, plan(selected=["CON001", "DUP001"])))
    counts = {count.code: count.examples for count in ws.findings.counts()}
    assert counts == {"CON001": 401, "DUP001": 399}
    assert ws.findings.of(2)[-1].related == (1,)


def test_a_conflict_between_two_late_examples_of_a_large_block_is_found(workspace: Fill) -> None:
    """Two answers that contradict each other, after 42 that contradict nothing."""
    shops = [("Same?", f"It depends on what shop number {n} has on its shelves that day.") for n in range(42)]
    for rows in ([*shops, ("Same?", "yes"), ("Same?", "no")], [("Same?", "no"), *shops, ("Same?", "yes")]):
        ws = workspace(*rows)
        finish(local.run(ws, plan(selected=["CON001"])))
        found = {rows[seq - 1][1] for _, seq, *_ in standing(ws) if seq}
        assert found >= {"yes", "no"}


def test_a_block_that_is_too_large_is_said_to_be(workspace: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "BLOCK", 80)
    ws = workspace(*[("Same?", f"answer {n}") for n in range(100)])
    outcome = finish(local.run(ws, plan(selected=["CON001"])))
    assert [problem.message for problem in outcome.problems] == [
        "100 examples share one key, and only the first 80 of them were compared",
        "80 examples share one key and are of 80 kinds, which CON001 compared with the 64 most frequent kinds, "
        "not all with all",
    ]
    assert ws.findings.counts()[0].examples == 80


def test_comparisons_grow_with_the_members_not_with_their_square(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def counted(*_: Any) -> None:
        nonlocal calls
        calls += 1

    monkeypatch.setattr(pairs.Comparing, "_asked", counted)
    chats = [(Message("user", "Same?"), Message("assistant", f"{n}")) for n in range(2_000)]
    rows = [Example(messages=messages, id=f"b2-{n}-1") for n, messages in enumerate(chats)]
    bound = replace(plan(selected=["CON001"]).bounds[0].check, takes=None)
    planned = plan(among=[bound])
    pairs.Comparing(planned, {}, Problems()).compare(planned.bounds[0], list(enumerate(rows)))
    assert calls <= pairs.LEADERS * len(rows)


def test_too_many_groups_to_hold_give_the_same_findings(workspace: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    ws = workspace(*[(f"{word} {n}", "x" * (n % 7)) for n in range(20) for word in ("a", "b", "c", f"only{n}")])
    finish(local.run(ws, only(made.longest_of_its_group), slice_size=8))
    before = standing(ws)
    monkeypatch.setattr(course, "PROFILES", 3)
    finish(local.run(ws, only(made.longest_of_its_group), slice_size=8))
    assert standing(ws) == before != []


def test_to_cancel_is_to_stop_iterating(workspace: Fill) -> None:
    ws = workspace(*MIXED)
    finish(local.run(ws, plan(selected=["TXT001"])))
    before = standing(ws)
    steps = local.run(ws, FEW, slice_size=4)
    for _ in range(4):
        next(steps)
    steps.close()
    assert standing(ws) == before


def test_progress_reaches_its_total(workspace: Fill) -> None:
    ws = workspace(*MIXED)
    steps = list(local.run(ws, FEW, slice_size=10))
    assert [step.done for step in steps if step.stage == "Reading"] == [0, 10, 20, 30, 40, len(MIXED)]
    assert all(step.total is None or step.done <= step.total for step in steps)


def test_an_empty_workspace(tmp_path: Any) -> None:
    with Workspace.create(tmp_path / "empty.curator") as ws:
        assert finish(local.run(ws, FEW)) == Outcome(0, 0)


def test_after_an_edit_one_example_is_checked_without_the_rest(workspace: Fill) -> None:
    ws = workspace(*MIXED)
    finish(local.run(ws, FEW))
    assert [one.finding.code for one in ws.findings.of(6)] == ["TXT001"]
    ws.log.record([Change(6, "messages[1].content", "As an AI, I know.", 0)], actor="ana")
    assert [found.code for found in recheck(ws, 6, FEW)] == ["TXT004"]
    assert [one.finding.code for one in ws.findings.of(6) if not one.stale] == ["TXT004"]


def test_an_assigned_split_counts(workspace: Fill) -> None:
    ws = workspace(("Same?", "yes"), ("same", "no"), ("Other?", "yes"))
    ws.log.record([Change(1, "split", "train"), Change(2, "split", "test"), Change(3, "split", "test")], actor="ana")
    finish(local.run(ws, plan(selected=["SPL"])))
    assert standing(ws) == [("SPL001", 2, "This input of test is in train too.", (1,))]


def test_a_copy_in_another_split_is_a_leak_and_no_copy(workspace: Fill) -> None:
    ws = workspace(("Same?", "yes"), ("same", "Yes."), ("Same?", "yes"), ("Other?", "yes"))
    ws.log.record([Change(seq, "split", split) for seq, split in ((1, "train"), (2, "test"), (3, "test"))], actor="ana")
    finish(local.run(ws, FEW))
    assert [(code, seq, related) for code, seq, _, related in standing(ws)] == [
        ("SPL001", 2, (1,)),
        ("DUP001", 3, (2,)),
        ("SPL001", 3, (1,)),
    ]


def test_in_a_large_block_copies_are_found_in_each_split(workspace: Fill) -> None:
    ws = workspace(*[("Same?", "yes")] * 100)
    splits = ((seq, "test" if seq % 2 else "train") for seq in range(1, 101))
    ws.log.record([Change(seq, "split", split) for seq, split in splits], actor="ana")
    finish(local.run(ws, plan(selected=["DUP"])))
    assert [(seq, related) for _, seq, _, related in standing(ws)] == [(seq, (2 - seq % 2,)) for seq in range(3, 101)]


def test_a_plan_takes_selections_and_options_from_settings() -> None:
    settings = Settings(
        select=("TXT00",), ignore=("TXT003", "TXT006", "TXT007", "TXT008", "TXT009"), checks={"refusal": {"within": 50}}
    )
    assert list(plan(settings).codes) == ["TXT001", "TXT002", "TXT004", "TXT005"]
    assert list(plan(settings, selected=["TXT003", "TXT004"]).codes) == ["TXT004"]
    assert plan(settings).options == {"refusal": {"within": 50}}


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (Settings(select=("TXX",)), "no check is called 'TXX' (did you mean 'TXT'?)"),
        (Settings(path=Path("curator.toml"), ignore=("X",)), "curator.toml: [checks]: ignore: no check is called 'X'"),
        (Settings(select=("quite else",)), "no check is called 'quite else'; there are CON, DUP, "),
        (Settings(checks={"refusals": {}}), "[checks.refusals]: there is no such check (did you mean 'refusal'?)"),
        (
            Settings(checks={"refusal": {"withn": 3}}),
            "[checks.refusal]: there is no option 'withn' (did you mean 'within'?)",
        ),
        (Settings(checks={"refusal": {"within": 3}}), "it may be a whole number from 20 to 100,000, and is 300"),
        (Settings(checks={"refusal": {"within": "far"}}), "option within = 'far' is not allowed"),
        (Settings(checks={"empty-output": {"x": 1}}), "it has no options"),
    ],
)
def test_what_a_plan_refuses(settings: Settings, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        plan(settings)
    assert sentence in str(refused.value)
