"""One act for many rows: the same as row by row, what people decided is kept, and what speaks against it."""

import random
from collections.abc import Callable, Generator
from typing import Any

import pytest

from curator.errors import UndoRefusedError, WorkspaceError
from curator.model import Finding, Progress
from curator.operations.bulk import Bulk, Preview, carry_out, preview, without
from curator.operations.decide import Decision
from curator.settings import Binding
from curator.workspace import Change, Workspace

Filling = Callable[..., Workspace]
GOOD, BAD = Binding("quality", "single", "good"), Binding("quality", "single", "bad")
TAG = Binding("tags", "multi", "late")


def to_the_end(steps: Generator[Progress, None, Any]) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            return ended.value


def look(ws: Workspace, bulk: Bulk, seqs: list[int]) -> Preview:
    seen: Preview = to_the_end(preview(ws, bulk, seqs))
    return seen


def act(ws: Workspace, bulk: Bulk, seqs: list[int], actor: str = "ana") -> Any:
    return to_the_end(carry_out(ws, bulk, seqs, actor=actor))


def statuses(ws: Workspace) -> list[str]:
    return [entry.state.status for entry in ws.examples.stream(None)]


@pytest.fixture
def ws(workspace: Filling) -> Workspace:
    """Eight rows; bob has accepted #2 with a label, rejected #3, and written a note on #4."""
    filled = workspace(*((f"q{n}", f"a{n}") for n in range(1, 9)))
    filled.log.record([Change(2, "status", "accepted"), Change(2, "labels", {"quality": "good"})], actor="bob")
    filled.log.record([Change(3, "status", "rejected"), Change(4, "note", "look again")], actor="bob")
    return filled


ALL = list(range(1, 9))


def test_what_people_decided_is_kept(ws: Workspace) -> None:
    rejecting = Bulk(Decision(status="rejected"))
    seen = look(ws, rejecting, ALL)
    assert (seen.matched, list(seen.change), seen.kept, seen.same) == (8, [1, 4, 5, 6, 7, 8], 1, 1)
    assert seen.statuses == {"pending": 6, "accepted": 1, "rejected": 1}
    stored = act(ws, rejecting, ALL)
    assert stored.examples == 6
    assert statuses(ws) == ["rejected", "accepted", *["rejected"] * 6]
    assert ws.examples.entry(4).state.note == "look again"  # what bob said of it is said still
    assert ws.verify() == []


def test_it_is_overwritten_when_that_is_asked_for(ws: Workspace) -> None:
    act(ws, Bulk(Decision(status="fix"), overwrite=True), ALL)
    assert statuses(ws) == ["fix"] * 8
    assert ws.examples.entry(2).state.labels == {"quality": "good"}
    assert ws.verify() == []


def test_it_is_one_step_to_undo(ws: Workspace) -> None:
    before = [entry.state for entry in ws.examples.stream(None)]
    act(ws, Bulk(Decision(status="accepted", note="batch 7"), GOOD, overwrite=True), ALL)
    after = [entry.state for entry in ws.examples.stream(None)]
    assert ws.log.next_undo("ana") == "accept and label and note 8 examples"
    ws.log.undo("ana")
    assert [entry.state for entry in ws.examples.stream(None)] == before
    ws.log.redo("ana")
    assert [entry.state for entry in ws.examples.stream(None)] == after
    assert ws.verify() == []


@pytest.mark.parametrize(
    ("bulk", "changed"),
    [
        (Bulk(Decision(route="rag")), [1, 2, 4, 5, 6, 7, 8]),
        (Bulk(Decision(route="rag"), overwrite=True), ALL),
        (Bulk(Decision(note="hm")), [1, 2, 3, 5, 6, 7, 8]),
        (Bulk(binding=GOOD), [1, 3, 4, 5, 6, 7, 8]),
        (Bulk(binding=BAD), [1, 3, 4, 5, 6, 7, 8]),
        (Bulk(binding=BAD, overwrite=True), ALL),
        (Bulk(binding=TAG), ALL),
    ],
)
def test_each_act_keeps_its_own(ws: Workspace, bulk: Bulk, changed: list[int]) -> None:
    assert list(look(ws, bulk, ALL).change) == changed
    assert act(ws, bulk, ALL).examples == len(changed)
    assert list(look(ws, bulk, ALL).change) == []
    assert ws.verify() == []


def test_a_multi_label_stands_beside_the_others(ws: Workspace) -> None:
    ws.log.record([Change(1, "labels", {"tags": ["odd"]})], actor="bob")
    act(ws, Bulk(binding=TAG), [1, 2])
    assert ws.examples.entry(1).state.labels == {"tags": ["odd", "late"]}
    assert ws.examples.entry(2).state.labels == {"quality": "good", "tags": ["late"]}


def test_it_is_what_row_by_row_would_have_done(workspace: Filling) -> None:
    chance = random.Random(7)
    ws = workspace(*((f"q{n}", f"a{n}") for n in range(1, 31)))
    acts = [
        Bulk(Decision(status=chance.choice(["accepted", "rejected", "fix"])), overwrite=chance.random() < 0.6)
        for _ in range(8)
    ] + [Bulk(Decision(route="rag")), Bulk(Decision(route="train", note="n")), Bulk(binding=GOOD), Bulk(binding=TAG)]
    chance.shuffle(acts)
    for one in acts:
        seqs = sorted(chance.sample(range(1, 31), 12))
        seen = look(ws, one, seqs)
        actor = chance.choice(["ana", "bob", "cem"])
        held = {entry.seq: entry.state for entry in ws.examples.stream(None)}
        if seen.change:
            act(ws, one, seqs, actor)
        for entry in ws.examples.stream(None):
            was, now = held[entry.seq], entry.state
            if entry.seq not in seen.change:
                assert now == was
                continue
            assert now.status == (one.decision.status or was.status)
            assert now.route == (one.decision.route or was.route)
            assert now.note == (one.decision.note or was.note)
            assert now.labels == (one.binding.added_to(was.labels) if one.binding else was.labels)
        assert ws.verify() == []
        if chance.random() < 0.4:
            ws.log.undo(actor)
            assert ws.verify() == []


def test_slices_make_no_difference(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curator.workspace.bulk.SLICE", 3)
    act(ws, Bulk(Decision(status="accepted"), GOOD), ALL)
    assert statuses(ws) == ["accepted", "accepted", "rejected", *["accepted"] * 5]
    assert ws.verify() == []


def test_nothing_is_changed_when_it_is_stopped_on_the_way(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curator.workspace.bulk.SLICE", 2)
    before, last = statuses(ws), ws.log.last_seq()
    steps = carry_out(ws, Bulk(Decision(status="accepted")), ALL, actor="ana")
    while next(steps).done < 4:
        pass
    steps.close()
    assert (statuses(ws), ws.log.last_seq()) == (before, last)
    act(ws, Bulk(Decision(status="accepted")), ALL)
    assert ws.verify() == []


def test_nothing_to_change_is_said(ws: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="nothing is left to change"):
        act(ws, Bulk(Decision(status="rejected")), [3])


def test_rows_that_are_gone_are_left_alone(ws: Workspace) -> None:
    assert look(ws, Bulk(Decision(status="accepted")), [1, 99]).matched == 1


# -- what speaks against it --------------------------------------------------------------------------------------


def objections(ws: Workspace, bulk: Bulk, seqs: list[int] = ALL) -> dict[str, tuple[str, list[int]]]:
    return {one.kind: (one.text, list(one.rows)) for one in look(ws, bulk, seqs).objections}


def tied(ws: Workspace, kind: str, *pairs: tuple[int, int], severity: str = "error") -> None:
    run = ws.findings.begin_run({"CON001": (severity, "conflicting-outputs")})
    ids = dict(enumerate(ws.examples.ids_of(ALL), 1))
    run.add(Finding("CON001", ids[left], "m", related=(ids[right],)) for left, right in pairs)
    run.add_edges((left, right, kind, "CON001") for left, right in pairs)
    run.finish()


def test_accepting_says_which_rows_have_an_open_error(ws: Workspace) -> None:
    tied(ws, "similar", (5, 6))
    found = objections(ws, Bulk(Decision(status="accepted")))
    assert found["errors"] == ("1 row with an open error would be accepted", [5])
    assert "errors" not in objections(ws, Bulk(Decision(status="rejected")))
    assert "errors" not in objections(ws, Bulk(Decision(status="accepted")), list(without(ALL, [5])))


def test_rows_in_conflict_are_no_duplicates(ws: Workspace) -> None:
    tied(ws, "conflict", (5, 6), (7, 3))
    text, rows = objections(ws, Bulk(Decision(status="accepted")))["conflicts"]
    assert (text, rows) == ("3 rows contradict another row; in 1 group several would be accepted", [5, 6, 7])
    text, rows = objections(ws, Bulk(Decision(status="rejected")))["conflicts"]
    assert (text, rows) == ("3 rows contradict another row: they are conflicts, not duplicates", [5, 6, 7])


def test_a_group_of_duplicates_keeps_a_row(ws: Workspace) -> None:
    tied(ws, "same", (1, 5), (6, 7), (3, 8))
    text, rows = objections(ws, Bulk(Decision(status="rejected")))["groups"]
    assert (text, rows) == ("3 groups of duplicates would lose all rows; d keeps one of each", [1, 6, 8])
    assert "groups" not in objections(ws, Bulk(Decision(status="rejected")), list(without(ALL, rows)))


def test_the_last_accepted_row_of_a_label_and_the_balance_are_told(ws: Workspace) -> None:
    ws.log.record([Change(5, "status", "accepted"), Change(5, "labels", {"quality": "bad"})], actor="bob")
    found = objections(ws, Bulk(Decision(status="rejected"), overwrite=True), [2])
    assert found["last"] == ("no accepted row with quality: good would be left; there is 1 now", [])
    assert found["balance"][0] == "labels of accepted rows: quality: bad 50% → 100%, quality: good 50% → 0%"
    assert "balance" not in objections(ws, Bulk(Decision(status="rejected")), [1])
    relabelled = objections(ws, Bulk(binding=BAD, overwrite=True), [2])
    assert "quality: bad 50% → 100%" in relabelled["balance"][0]


def test_the_sample_is_the_same_for_a_seed(ws: Workspace) -> None:
    def shown(seed: int) -> list[int]:
        found = to_the_end(preview(ws, Bulk(Decision(status="accepted")), ALL, seed=seed))
        return [entry.seq for entry in found.sample]

    assert shown(1) == shown(1)
    assert sorted(shown(1)) == sorted(shown(2)) == [1, 4, 5, 6, 7, 8]
    assert shown(1) != shown(5)


def test_many_events_are_taken_back_as_one_by_one(workspace: Filling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curator.workspace.bulk_undo.MANY", 1)
    monkeypatch.setattr("curator.workspace.bulk_undo.SLICE", 3)
    chance = random.Random(11)
    ws = workspace(*((f"q{n}", f"a{n}") for n in range(1, 13)))
    acts = [Bulk(Decision(status=status), overwrite=True) for status in ("accepted", "rejected", "fix")]
    acts += [Bulk(Decision(route="rag", note='say "hm"\n')), Bulk(binding=GOOD), Bulk(binding=TAG)]
    kept: dict[str, list[list[Any]]] = {"ana": [], "bob": []}
    for _ in range(40):
        actor = chance.choice(["ana", "bob"])
        turn = chance.random()
        states = [entry.state for entry in ws.examples.stream(None)]
        if turn < 0.5:
            one, seqs = chance.choice(acts), sorted(chance.sample(range(1, 13), 7))
            if look(ws, one, seqs).change:
                act(ws, one, seqs, actor)
                kept = {name: [] for name in kept}
                kept[actor].append(states)
        else:
            try:
                undone = ws.log.undo(actor) if turn < 0.8 else ws.log.redo(actor)
            except UndoRefusedError:
                undone = None
            if undone is not None and turn < 0.8 and kept[actor]:
                assert [entry.state for entry in ws.examples.stream(None)] == kept[actor].pop()
            elif undone is not None:
                kept = {name: [] for name in kept}
        assert ws.verify() == []


def test_taking_back_very_many_is_refused_like_one(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curator.workspace.bulk_undo.MANY", 1)
    act(ws, Bulk(Decision(status="accepted")), ALL)
    before = [entry.state for entry in ws.examples.stream(None)]
    ws.log.undo("ana")
    ws.log.redo("ana")
    assert [entry.state for entry in ws.examples.stream(None)] == before
    ws.log.record([Change(5, "status", "rejected")], actor="ana")
    ws.log.pass_over("ana")  # the newer decision stays, so the older one cannot be taken back
    with pytest.raises(WorkspaceError, match="was changed since"):
        ws.log.undo("ana")
    assert ws.verify() == []
