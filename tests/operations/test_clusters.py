"""Clusters of a real workspace, and a cluster routed to RAG in one step."""

from collections.abc import Generator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from curator.errors import WorkspaceError
from curator.model import Progress
from curator.operations import clusters as clusters_of
from curator.operations.clusters import Clusters, Listed, clusters, counted, preview, route, where
from curator.operations.import_ import import_sources
from curator.operations.undo import redo, undo
from curator.query import parse
from curator.workspace import Change, Workspace
from tests.conftest import write_jsonl
from tests.knowledge import lanterns

T = TypeVar("T")


def ended(steps: Generator[Progress, None, T]) -> T:
    """What a long operation returns."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: T = stop.value
            return result


@pytest.fixture
def ws(folder: Path) -> Any:
    """The lantern maker's rows, with what the knowledge checks find in them."""
    source = write_jsonl(folder / "train.jsonl", lanterns.rows())
    with Workspace.create(folder / "lanterns.curator") as workspace:
        for _ in import_sources(workspace, [str(source)], actor="ana"):
            pass
        lanterns.suspect(workspace)
        yield workspace


def found_in(ws: Workspace) -> Clusters:
    return ended(clusters(ws))


def named(ws: Workspace, name: str) -> Listed:
    return next(one for one in found_in(ws).listed if name in one.name)


def test_what_teaches_facts_is_gathered_by_terms_then_by_system_prompt(ws: Workspace) -> None:
    found = found_in(ws)
    assert (found.suspects, found.examples, found.checked) == (13, 26, True)
    glimmer, hut, others = found.listed
    assert glimmer.cluster.members == (1, 2, 3, 4, 5, 6)
    assert {"glimmerhold", "tidewick pass"} <= set(glimmer.cluster.terms)
    assert (glimmer.cluster.weak, glimmer.cluster.rows) == ((26,), 9)  # with two tickets and a definition
    assert (hut.cluster.members, hut.name) == ((7, 8, 9, 10, 11), f'asked of "{lanterns.SYSTEM}"')
    assert (others.cluster.members, others.name) == ((12, 13), "others")


def test_the_order_of_the_rows_in_the_file_changes_nothing(ws: Workspace, folder: Path) -> None:
    backwards = write_jsonl(folder / "train.jsonl", lanterns.rows()[::-1])
    with Workspace.create(folder / "backwards.curator") as other:
        for _ in import_sources(other, [str(backwards)], actor="ana"):
            pass
        ids = {entry.example.id: entry.seq for entry in other.examples.stream()}
        run = other.findings.begin_run({"KNO001": ("error", "teaches-facts"), "KNO003": ("info", "may-teach-facts")})
        for stored in ws.findings.select(("KNO",)):
            code = "KNO003" if stored.finding.code == "KNO003" else "KNO001"
            run.add([lanterns.finding(other.examples.entry(ids[stored.finding.example_id or ""]), code)])
        run.finish()
        here, there = found_in(ws), found_in(other)
        assert [(one.cluster.terms, len(one.cluster.members), one.cluster.rows) for one in there.listed] == [
            (one.cluster.terms, len(one.cluster.members), one.cluster.rows) for one in here.listed
        ]


def test_a_cluster_goes_to_rag_as_one_step(ws: Workspace, folder: Path) -> None:
    glimmer = named(ws, "glimmerhold").cluster
    ws.log.record([Change(1, "status", "accepted"), Change(1, "note", "as of May")], actor="bob")
    ws.log.record([Change(2, "status", "rejected")], actor="bob")
    ws.log.record([Change(3, "status", "fix"), Change(4, "route", "rag")], actor="bob")
    seen = preview(ws, glimmer)
    assert list(seen.seqs) == [1, 5, 6]
    assert (seen.statuses, seen.kept, seen.already) == ({"pending": 2, "accepted": 1}, {"rejected": 1, "fix": 1}, 1)
    assert {entry.seq for entry in seen.first} == {1, 5, 6}
    assert ended(route(ws, glimmer, seen, actor="ana")).pairs == 3
    assert list(ws.examples.ids(parse("route:rag"))) == [1, 4, 5, 6]
    assert (standing := ws.examples.entry(1).state).reviewer == "bob"
    assert (standing.status, standing.note) == ("accepted", "as of May")  # as bob has left it
    assert list((folder / "lanterns.curator.snapshots").iterdir())
    assert undo(ws, "ana") is not None
    assert list(ws.examples.ids(parse("route:rag"))) == [4]
    assert ws.examples.entry(1).state.reviewer == "bob"
    assert redo(ws, "ana") is not None
    assert counted(ws, found_in(ws)).listed[0].routed == 4


def test_what_changed_since_it_was_seen_is_not_routed(ws: Workspace) -> None:
    glimmer = named(ws, "glimmerhold").cluster
    ws.log.record([Change(2, "status", "rejected")], actor="bob")
    seen = preview(ws, glimmer)
    ws.log.record([Change(2, "status", "pending")], actor="bob")
    with pytest.raises(WorkspaceError, match="1 more of these pairs can be routed by now"):
        ended(route(ws, glimmer, seen, actor="ana"))
    ws.log.record([Change(2, "status", "rejected"), Change(5, "status", "rejected")], actor="bob")
    assert ended(route(ws, glimmer, seen, actor="ana")).pairs == 4
    with pytest.raises(WorkspaceError, match="none of these pairs is left to route"):
        ended(route(ws, glimmer, preview(ws, glimmer), actor="ana"))


def test_a_filter_shows_the_rows_of_a_cluster(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in found_in(ws).listed:
        assert tuple(ws.examples.ids(parse(where(one)))) == one.cluster.members
    monkeypatch.setattr(clusters_of, "NAMED", 0)  # as for a cluster of many thousands
    for one in found_in(ws).listed[:2]:
        assert tuple(ws.examples.ids(parse(where(one)))) == one.cluster.members


def test_a_finding_that_its_text_has_left_behind_counts_no_more(ws: Workspace) -> None:
    ws.log.record([Change(6, "messages[1].content", "Ask the desk.", 0)], actor="ana")
    assert 6 not in named(ws, "glimmerhold").cluster.members


def test_without_findings_there_is_nothing_to_gather(workspace: Any) -> None:
    empty = found_in(workspace(("2 + 2?", "4")))
    assert (empty.listed, empty.suspects, empty.checked) == ((), 0, False)


def test_the_instruction_above_an_input_makes_no_term(workspace: Any) -> None:
    asked = "Answer for the Tarnbeck hire desk."
    pairs = [(f"{asked}\n\n{word}?", said) for word, said in zip("dogs boots soup lamps".split(), "abcd", strict=True)]
    ws = workspace(*pairs)
    run = ws.findings.begin_run({"KNO001": ("error", "teaches-facts")})
    run.add([lanterns.finding(entry, "KNO001") for entry in ws.examples.stream()])
    run.finish()
    (hire,) = found_in(ws).listed
    assert (hire.cluster.kind, hire.name, hire.cluster.share) == ("asked", f'asked of "{asked}"', 1.0)


def test_pairs_that_were_edited_and_not_checked_again_are_counted(ws: Workspace) -> None:
    ws.log.record([Change(seq, "messages[0].content", "Where is it?", 0) for seq in (1, 20)], actor="ana")
    found = found_in(ws)
    assert (found.suspects, found.unchecked) == (12, 1)
