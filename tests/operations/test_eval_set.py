"""Eval sets: chosen by cluster, frozen, hashed, and never in a training file."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from curator.errors import WorkspaceError
from curator.model import Progress
from curator.operations.eval_set import EvalSet, HeldOut, create, names, refreeze, show
from curator.workspace import Change, Workspace
from tests.operations.export_case import asked, decide, find_error, rows_of, run_export
from tests.workspace.filling import fill

T = TypeVar("T")
TOWNS = ("Graz", "Linz", "Wels", "Steyr", "Krems", "Hallein", "Bludenz", "Lienz", "Zwettl", "Imst")


def ended(steps: Generator[Progress, None, T]) -> T:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: T = stop.value
            return result


def freeze(ws: Workspace, name: str = "eval", rows: int | None = None, seed: int = 7) -> EvalSet:
    return ended(create(ws, name, rows=rows, seed=seed, actor="ana")).eval_set


def tickets(count: int) -> list[tuple[str, str]]:
    return [(f"Ticket {n}: the parcel to {TOWNS[n % 10]} is late", ("late", "lost")[n % 2]) for n in range(count)]


@pytest.fixture
def ws(workspace: Any) -> Workspace:
    """Forty tickets, and three wordings of one more that count as the same input."""
    filled: Workspace = workspace(
        *tickets(40), ("Where is it?", "lost"), ("where is it", "late"), ("WHERE IS IT", "lost")
    )
    return filled


def test_rows_are_chosen_by_cluster_and_stay_together(ws: Workspace) -> None:
    for seed in range(12):
        found = freeze(ws, f"seed {seed}", 20, seed)
        mates = {41, 42, 43} & set(found.seqs)
        assert mates in (set(), {41, 42, 43})
        if mates:
            groups = {group for seq, group in zip(found.seqs, found.groups, strict=True) if seq in mates}
            assert len(groups) == 1
        ws.log.undo("ana")
    assert names(ws) == []


def test_what_findings_tie_together_is_one_cluster(ws: Workspace) -> None:
    find_error(ws, 1, conflicts_with=2)
    for seed in range(12):
        chosen = set(freeze(ws, f"seed {seed}", 20, seed).seqs)
        assert chosen & {1, 2} in (set(), {1, 2})
        ws.log.undo("ana")


def test_the_same_seed_chooses_the_same_rows_in_whatever_order_they_come(tmp_path: Path) -> None:
    chosen = []
    for turn, pairs in enumerate((tickets(40), tickets(40)[::-1])):
        with Workspace.create(tmp_path / f"{turn}.curator") as ws:
            fill(ws, pairs)
            found = freeze(ws, rows=15)
            chosen.append({ws.examples.entry(seq).example.input_text for seq in found.seqs})
    assert chosen[0] == chosen[1]


def test_a_set_is_frozen_and_says_what_was_changed_since(ws: Workspace) -> None:
    found = freeze(ws, rows=10)
    assert show(ws) == found
    with pytest.raises(WorkspaceError, match="it is frozen"):
        freeze(ws, rows=12)
    seq = found.seqs[3]
    ws.log.record([Change(seq, "messages[1].content", "stolen", 0)], actor="ana")
    again = show(ws)
    assert (again.changed, again.digest, again.seqs) == ((seq,), found.digest, found.seqs)
    ws.log.undo("ana")
    assert show(ws).changed == ()
    assert ws.verify() == []


def test_rows_that_people_reject_or_route_are_no_longer_measured(ws: Workspace) -> None:
    found = freeze(ws, rows=12)
    rejected, routed, fixing, changed = found.seqs[:4]
    ws.log.record([Change(rejected, "status", "rejected"), Change(fixing, "status", "fix")], actor="ana")
    ws.log.record([Change(routed, "route", "rag")], actor="ana")
    ws.log.record([Change(changed, "messages[1].content", "stolen", 0)], actor="ana")
    again = show(ws)
    assert (again.changed, again.dropped) == ((changed,), tuple(sorted((rejected, routed, fixing))))
    assert again.facts.dropped == 3
    ws.log.record([Change(changed, "status", "rejected")], actor="ana")
    assert (show(ws).changed, len(show(ws).dropped)) == ((), 4)  # it is out either way


def test_a_set_whose_references_were_corrected_is_frozen_anew(ws: Workspace) -> None:
    found = freeze(ws, rows=12)
    changed, rejected = found.seqs[:2]
    ws.log.record([Change(changed, "messages[1].content", "stolen", 0)], actor="ana")
    ws.log.record([Change(rejected, "status", "rejected")], actor="ana")
    made = refreeze(ws, "eval", "corrected", actor="ana").eval_set
    assert made.seqs == tuple(seq for seq in found.seqs if seq != rejected)
    assert set(made.groups) <= set(found.groups)
    assert made.digest != found.digest
    assert (show(ws, "corrected").changed, show(ws).changed) == ((), (changed,))
    with pytest.raises(WorkspaceError, match="it is frozen"):
        refreeze(ws, "eval", "corrected", actor="ana")
    with pytest.raises(WorkspaceError, match="no eval set 'nosuch'"):
        refreeze(ws, "nosuch", "other", actor="ana")


def test_undo_gives_the_set_up_and_redo_brings_the_same(ws: Workspace) -> None:
    found = freeze(ws, rows=10)
    undone = ws.log.undo("ana")
    assert undone is not None
    assert undone.label == "freeze eval set eval"
    with pytest.raises(WorkspaceError, match="curator eval-set create"):
        show(ws)
    ws.log.redo("ana")
    assert show(ws) == found


def test_a_second_set_shares_no_row_and_no_input_with_the_first(ws: Workspace) -> None:
    first, second = freeze(ws, rows=20), freeze(ws, "final", 20)
    assert not set(first.seqs) & set(second.seqs)
    assert {41, 42, 43} <= set(first.seqs) or not {41, 42, 43} & set(first.seqs)
    assert names(ws) == ["eval", "final"]


def test_what_nobody_would_train_on_is_not_measured_on(ws: Workspace) -> None:
    decide(ws, "status", "rejected", *range(1, 11))
    decide(ws, "route", "rag", *range(11, 21))
    chosen = freeze(ws, rows=23).seqs
    assert min(chosen) > 20
    with pytest.raises(WorkspaceError, match="there are 0 rows"):
        freeze(ws, "more", 1)


def test_held_out_rows_come_first(ws: Workspace) -> None:
    decide(ws, "split", "test", 3, 7, 9)
    decide(ws, "split", "validation", 12)
    assert {3, 7, 9, 12} <= set(freeze(ws, rows=4).seqs)


def test_how_many_rows_there_are_unless_somebody_says(tmp_path: Path) -> None:
    for count, wanted in ((40, 20), (260, 100), (700, 140), (2_000, 300)):
        with Workspace.create(tmp_path / f"{count}.curator") as ws:
            fill(ws, tickets(count))
            assert len(freeze(ws).seqs) == wanted


def test_it_says_how_wide_its_interval_is_and_how_many_rows_halve_it(ws: Workspace) -> None:
    found = freeze(ws, rows=20)
    assert found.interval.count == found.clusters
    assert found.rows_for_half == 4 * len(found.seqs)


def test_a_large_cluster_does_not_become_the_measure(workspace: Any) -> None:
    ws = workspace(*tickets(30), *(("Is it late" + " " * n, str(n)) for n in range(9)))
    done = ended(create(ws, rows=31, actor="ana"))
    assert (len(done.eval_set.seqs), done.passed) == (30, 9)
    assert not set(done.eval_set.seqs) & set(range(31, 40))


# -- held out --------------------------------------------------------------------------------------------------------


def test_no_row_of_an_eval_set_is_written_into_a_training_file(ws: Workspace, tmp_path: Path) -> None:
    found = freeze(ws, rows=15)
    inputs = {ws.examples.entry(seq).example.input_text for seq in found.seqs}
    run_export(ws, tmp_path / "out", splits={"train": 0.8, "validation": 0.2})
    written = asked(tmp_path / "out" / "train.jsonl") + asked(tmp_path / "out" / "validation.jsonl")
    assert len(written) == 43 - len(found.seqs)
    assert not inputs & set(written)
    reasons = {row["id"]: row["reason"] for row in rows_of(tmp_path / "out" / "left_out.jsonl")}
    ids = ws.examples.ids_of(found.seqs)
    assert all("kept for the eval set eval" in reasons[one] for one in ids)


def test_a_row_that_comes_later_with_the_same_input_is_held_out_too(workspace: Any, tmp_path: Path) -> None:
    ws = workspace(*tickets(20))
    first = ws.examples.entry(freeze(ws, rows=5).seqs[0]).example.input_text
    workspace((first.upper(), "lost"), ("Something new", "late"), name="more.jsonl")
    held = HeldOut(ws)
    assert [held.of(entry) for entry in ws.examples.entries([21, 22])] == ["eval", None]
    run_export(ws, tmp_path / "out")
    assert first.upper() not in asked(tmp_path / "out" / "train.jsonl")
    assert "Something new" in asked(tmp_path / "out" / "train.jsonl")


def test_what_a_later_finding_ties_to_a_member_is_held_out(ws: Workspace) -> None:
    member = freeze(ws, rows=5).seqs[0]
    free = next(seq for seq in range(1, 41) if HeldOut(ws).of(ws.examples.entry(seq)) is None)
    find_error(ws, free, conflicts_with=member)
    assert HeldOut(ws).of(ws.examples.entry(free)) == "eval"


def test_without_an_eval_set_nothing_is_held_out(ws: Workspace) -> None:
    held = HeldOut(ws)
    assert not held
    assert held.of(ws.examples.entry(1)) is None


# -- the command -----------------------------------------------------------------------------------------------------


def test_the_command_makes_and_shows_a_set(ws: Workspace, run: Any) -> None:
    made = run("eval-set", "create", "--rows", "20", "--seed", "3")
    assert made.exit_code == 0
    assert "eval: 20 rows" in made.stdout or "eval: 2" in made.stdout
    assert "fewer than 100 rows: too few to measure a baseline on" in made.stdout
    assert "`curator undo` takes it back." in made.stderr
    line = json.loads(run("eval-set", "show", "--json").stdout)
    assert (line["rows"], line["members"]) == (len(show(ws).seqs), list(show(ws).seqs))
    ws.log.record([Change(line["members"][0], "messages[1].content", "stolen", 0)], actor="ana")
    assert f"1 changed since it was frozen: #{line['members'][0]}" in run("eval-set", "show").stdout


def test_the_command_says_how_to_go_on_from_a_corrected_reference(ws: Workspace, run: Any) -> None:
    seq, other = freeze(ws, rows=12).seqs[:2]
    ws.log.record([Change(seq, "messages[1].content", "stolen", 0)], actor="ana")
    ws.log.record([Change(other, "status", "rejected")], actor="ana")
    shown = run("eval-set", "show").stdout
    assert "`curator eval-set create --like eval --name NAME` freezes them anew" in shown
    assert "1 rejected, marked to be fixed or routed to RAG since: not measured" in shown
    assert run("eval-set", "create", "--like", "eval", "--name", "corrected").exit_code == 0
    assert json.loads(run("eval-set", "show", "--name", "corrected", "--json").stdout)["changed"] == []
    refused = run("eval-set", "create", "--like", "eval", "--name", "again", "--rows", "5")
    assert (refused.exit_code, "leave --rows out" in refused.stderr) == (2, True)


@pytest.mark.usefixtures("ws")
def test_the_command_says_what_it_could_not_do(run: Any) -> None:
    assert run("eval-set", "show").exit_code == 2
    too_many = run("eval-set", "create", "--rows", "44")
    assert (too_many.exit_code, "there are 43 rows that could be measured on" in too_many.stderr) == (2, True)
