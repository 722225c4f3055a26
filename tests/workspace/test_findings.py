"""Runs of checks: what they replace, what an edit makes stale, what an abandoned one leaves."""

from pathlib import Path
from typing import Any

import apsw
import pytest

from curator.errors import WorkspaceError
from curator.model import Finding, Fix, Span
from curator.query import parse
from curator.workspace import Change, FindingCount, StoredFinding, Workspace
from tests.workspace.filling import REFUNDS, fill

TXT = {"TXT001": ("error", "empty-output")}
DUP = {"DUP001": ("warning", "exact-duplicate")}
ANSWER = "messages[1].content"


def run(ws: Workspace, codes: dict[str, tuple[str, str]], *findings: Finding) -> None:
    started = ws.findings.begin_run(codes)
    started.add(findings)
    started.finish()


def on(ws: Workspace, seq: int, code: str = "TXT001", related: tuple[int, ...] = (), **more: Any) -> Finding:
    return Finding(
        code, ws.examples.ids_of([seq])[0], "is odd", related=tuple(ws.examples.ids_of(related)), **more
    )  # fmt: skip


def stored(ws: Workspace) -> list[tuple[int | None, str]]:
    return [(found.seq, found.finding.code) for found in ws.findings.select()]


def edit(ws: Workspace, seq: int, text: str) -> None:
    ws.log.record([Change(seq, ANSWER, text, ws.examples.entry(seq).state.revision)], actor="ana")


def test_a_finding_comes_back_as_it_was_found(ws: Workspace) -> None:
    finding = on(
        ws, 2, related=(1, 3), score=0.25, evidence=(Span(ANSWER, 0, 2, "why"),), fix=Fix({ANSWER: "No."}, safe=True)
    )
    run(ws, TXT, finding)
    assert ws.findings.of(2) == [
        StoredFinding(finding, severity="error", check="empty-output", stale=False, seq=2, related=(1, 3))
    ]
    assert ws.findings.of(1) == []
    assert ws.findings.severities([1, 2, 3]) == {2: ("error",)}


def test_a_run_replaces_the_findings_of_its_codes_only(ws: Workspace) -> None:
    run(ws, TXT | DUP, on(ws, 1), on(ws, 2), on(ws, 3, "DUP001", related=(1,)))
    run(ws, TXT, on(ws, 3))
    assert stored(ws) == [(3, "DUP001"), (3, "TXT001")]
    run(ws, DUP)
    assert stored(ws) == [(3, "TXT001")]
    assert ws.findings.counts() == [
        FindingCount("TXT001", "empty-output", "error", findings=1, examples=1),
        FindingCount("DUP001", "exact-duplicate", "warning", findings=0, examples=0),
    ]


def test_a_whole_run_retires_the_codes_that_it_does_not_know(ws: Workspace) -> None:
    run(ws, TXT | DUP, on(ws, 1), on(ws, 3, "DUP001", related=(1,)))
    whole = ws.findings.begin_run(TXT, whole=True)
    whole.add([on(ws, 2)])
    assert stored(ws) == [(1, "TXT001"), (3, "DUP001")]
    whole.finish()
    assert stored(ws) == [(2, "TXT001")]
    assert [count.code for count in ws.findings.counts()] == ["TXT001"]
    assert list(ws.examples.ids(parse("finding:DUP001"))) == []


def test_a_run_is_invisible_until_it_has_finished(ws: Workspace) -> None:
    run(ws, TXT, on(ws, 1))
    started = ws.findings.begin_run(TXT)
    started.add([on(ws, 2)])
    assert stored(ws) == [(1, "TXT001")]
    with Workspace.open(ws.path) as other:
        assert stored(other) == [(1, "TXT001")]
        assert list(other.examples.ids(parse("finding:TXT001"))) == [1]
    started.finish()
    assert stored(ws) == [(2, "TXT001")]


def test_an_abandoned_run_leaves_nothing(ws: Workspace, path: Path) -> None:
    run(ws, TXT, on(ws, 1))
    started = ws.findings.begin_run(TXT | DUP)
    started.add([on(ws, 2), on(ws, 3)])
    started.add_edges([(1, 2, "same", "DUP001")])
    started.abandon()
    started.abandon()
    assert stored(ws) == [(1, "TXT001")]
    assert ws.findings.clusters() == []
    backup = path.with_name("copy.curator")
    ws.backup(backup)
    sqlite = apsw.Connection(str(backup))
    counts = [
        sqlite.execute(f"select count(*) from {name}").fetchone()[0] for name in ("run", "finding", "edge", "member")
    ]
    sqlite.close()
    assert counts == [1, 1, 0, 1]


def test_abandoning_after_the_end_takes_nothing_away(ws: Workspace) -> None:
    started = ws.findings.begin_run(TXT)
    started.add([on(ws, 1)])
    started.finish()
    started.abandon()
    assert stored(ws) == [(1, "TXT001")]


def test_a_finding_of_another_code_or_example_is_refused(ws: Workspace) -> None:
    started = ws.findings.begin_run(TXT)
    with pytest.raises(WorkspaceError, match="no code of this run"):
        started.add([on(ws, 1, "DUP001")])
    with pytest.raises(WorkspaceError, match="no code of this run"):
        started.add_edges([(1, 2, "same", "DUP001")])
    with pytest.raises(WorkspaceError, match="no such example"):
        started.add([Finding("TXT001", f"b2-{bytes(16).hex()}-1", "is odd")])
    with pytest.raises(WorkspaceError, match="no example id"):
        started.add([Finding("TXT001", "row 7", "is odd")])
    started.abandon()


def test_an_edit_makes_a_finding_stale_and_its_undo_makes_it_stand_again(ws: Workspace) -> None:
    run(ws, TXT, on(ws, 1), on(ws, 2, related=(1,)), on(ws, 3))
    edit(ws, 1, "Better")
    assert stored(ws) == [(3, "TXT001")]
    assert [found.stale for found in ws.findings.of(1)] == [True]
    assert ws.findings.counts()[0].findings == 1
    assert list(ws.examples.ids(parse("finding:TXT001"))) == [3]
    ws.log.undo("ana")
    assert stored(ws) == [(1, "TXT001"), (2, "TXT001"), (3, "TXT001")]
    ws.log.redo("ana")
    assert stored(ws) == [(3, "TXT001")]


def test_a_decision_makes_no_finding_stale(ws: Workspace) -> None:
    run(ws, TXT, on(ws, 1))
    ws.log.record([Change(1, "status", "accepted"), Change(1, "note", "x")], actor="ana")
    assert stored(ws) == [(1, "TXT001")]


def test_what_was_edited_while_the_checks_ran_is_stale(ws: Workspace) -> None:
    edit(ws, 2, "Edited before")
    started = ws.findings.begin_run(TXT)
    started.add([on(ws, 1), on(ws, 2)])
    edit(ws, 1, "Edited meanwhile")
    started.add([on(ws, 3)])
    started.finish()
    assert stored(ws) == [(2, "TXT001"), (3, "TXT001")]


def test_findings_of_one_example_are_renewed_after_an_edit(ws: Workspace) -> None:
    run(ws, TXT | DUP, on(ws, 1), on(ws, 1, "DUP001"), on(ws, 2))
    edit(ws, 1, "Better")
    ws.findings.replace_for([1], ["TXT001"], [on(ws, 1)])
    assert [(found.finding.code, found.stale) for found in ws.findings.of(1)] == [("TXT001", False), ("DUP001", True)]
    ws.log.undo("ana")
    assert [(found.finding.code, found.stale) for found in ws.findings.of(1)] == [("DUP001", False), ("TXT001", True)]


def test_findings_of_the_whole_set_come_first(ws: Workspace) -> None:
    run(ws, TXT | DUP, on(ws, 1), Finding("DUP001", None, "a third are copies"))
    assert stored(ws) == [(None, "DUP001"), (1, "TXT001")]
    assert [found.seq for found in ws.findings.select(["TXT"])] == [1]
    assert [found.seq for found in ws.findings.select(["exact-duplicate"])] == [None]
    assert [found.seq for found in ws.findings.select(query=parse("yes"))] == [1]
    assert list(ws.findings.select(["%", "_"])) == []


def test_many_findings_come_in_the_order_of_their_examples(ws: Workspace) -> None:
    fill(ws, [(f"q{n}", "a") for n in range(1_300)], name="many.jsonl")
    sets = [Finding("DUP001", None, f"set {n}") for n in range(600)]
    run(ws, TXT | DUP, *(on(ws, seq) for seq in range(1_303, 0, -1)), *sets, on(ws, 7), on(ws, 7, "DUP001"))
    found = ws.findings.select()
    seqs = [next(found).seq for _ in range(501)]
    ws.log.record([Change(1, "status", "accepted")], actor="ana")
    seqs += [stored.seq for stored in found]
    assert seqs == [None] * 600 + sorted([*range(1, 1_304), 7, 7])
    assert len(ws.findings.of_many(range(1, 1_304))) == 1_303
    assert len(ws.findings.severities(range(1, 40_000))) == 1_303


def test_retired_examples_have_no_findings(ws: Workspace) -> None:
    run(ws, TXT | DUP, on(ws, 1), on(ws, 2))
    started = ws.findings.begin_run(DUP)
    started.add_edges([(1, 2, "same", "DUP001")])
    started.finish()
    fill(ws, REFUNDS[1:], retire=True)
    assert stored(ws) == [(2, "TXT001")]
    assert ws.findings.counts()[0].findings == 1
    assert ws.findings.clusters() == []


def test_edges_join_into_clusters(ws: Workspace) -> None:
    fill(ws, [(f"q{n}", "a") for n in range(5)], name="more.jsonl")
    started = ws.findings.begin_run(DUP)
    started.add_edges([(7, 8, "same", "DUP001"), (3, 1, "same", "DUP001"), (5, 3, "conflict", "DUP001")])
    assert ws.findings.clusters() == []
    started.finish()
    assert ws.findings.clusters() == [[1, 3, 5], [7, 8]]
    assert ws.findings.clusters("same") == [[1, 3], [7, 8]]
    run(ws, DUP)
    assert ws.findings.clusters() == []


SPL = {"SPL001": ("error", "split-leak")}


def test_another_split_makes_a_leak_stale_until_the_next_run(ws: Workspace) -> None:
    run(ws, TXT | SPL, on(ws, 1), on(ws, 2, "SPL001", related=(1,)), on(ws, 3, "SPL001"))
    ws.log.record([Change(1, "split", "test")], actor="ana")
    assert stored(ws) == [(1, "TXT001"), (3, "SPL001")]
    assert [found.stale for found in ws.findings.of(2)] == [True]
    ws.log.undo("ana")
    assert stored(ws) == [(1, "TXT001"), (3, "SPL001")]
    run(ws, SPL, on(ws, 2, "SPL001", related=(1,)))
    assert stored(ws) == [(1, "TXT001"), (2, "SPL001")]
    ws.log.redo("ana")
    assert stored(ws) == [(1, "TXT001")]


def test_a_text_that_comes_back_brings_no_leak_of_other_splits_back(ws: Workspace) -> None:
    run(ws, TXT | SPL, on(ws, 1), on(ws, 1, "SPL001"))
    ws.log.record([Change(1, "split", "test")], actor="bo")
    edit(ws, 1, "Better")
    ws.log.undo("ana")
    assert stored(ws) == [(1, "TXT001")]


def test_a_split_that_was_assigned_while_the_checks_ran_makes_a_leak_stale(ws: Workspace) -> None:
    started = ws.findings.begin_run(TXT | SPL)
    started.add([on(ws, 1), on(ws, 1, "SPL001"), on(ws, 2, "SPL001")])
    ws.log.record([Change(1, "split", "test")], actor="ana")
    started.finish()
    assert stored(ws) == [(1, "TXT001"), (2, "SPL001")]


def test_that_nothing_was_checked_is_known(ws: Workspace) -> None:
    assert not ws.checked()
    ws.findings.begin_run({"TXT001": ("error", "empty-output")}).finish()
    assert ws.checked()
