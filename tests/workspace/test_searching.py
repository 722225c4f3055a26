"""The word index, and long searches that are shown bit by bit and can be stopped."""

import pytest

from curator.errors import WorkspaceError
from curator.query import parse
from curator.workspace import Change, Workspace
from tests.workspace.filling import REFUNDS, fill


def found(ws: Workspace, text: str) -> list[int]:
    return list(ws.examples.ids(parse(text)))


def test_the_index_is_built_when_a_word_is_first_asked_for(ws: Workspace) -> None:
    assert ws.words.missing() == 3
    assert ws.examples.count(parse("parcel")) == 1
    assert ws.words.missing() == 0
    fill(ws, [("A parcel came", "Good.")], name="more.jsonl")
    assert found(ws, "parcel") == [2, 4]


def test_building_can_be_stopped_and_gone_on_with(ws: Workspace) -> None:
    fill(ws, [(f"number {n}", "x") for n in range(4_500)], name="more.jsonl")
    building = ws.words.build()
    first = next(building)
    assert (first.done, first.total) == (2_000, 4_503)
    building.close()
    assert ws.words.missing() == 2_503
    assert [step.done for step in ws.words.build()] == [2_000, 2_503]
    assert found(ws, '"number 4321"') == [4_325]


def test_the_index_follows_edits_and_their_undo(ws: Workspace) -> None:
    assert found(ws, "way") == [2]
    ws.log.record([Change(2, "messages[1].content", "At the depot.", 0)], actor="ana")
    assert (found(ws, "way"), found(ws, "depot")) == ([], [2])
    ws.log.undo("ana")
    assert (found(ws, "way"), found(ws, "depot")) == ([2], [])


def test_an_edit_before_the_index_came_to_it_is_indexed_once(ws: Workspace) -> None:
    ws.log.record([Change(2, "messages[1].content", "At the depot.", 0)], actor="ana")
    assert (found(ws, "way"), found(ws, "depot")) == ([], [2])


def test_retired_examples_are_not_found(ws: Workspace) -> None:
    assert found(ws, "parcel or return") == [1, 2]
    fill(ws, REFUNDS[1:], retire=True)
    assert found(ws, "parcel or return") == [2]
    assert ws.examples.count(parse("not zebra")) == 2


def test_a_search_that_is_shown_bit_by_bit_can_be_stopped(ws: Workspace) -> None:
    fill(ws, [(f"number {n}", "x") for n in range(100)], name="more.jsonl")
    search = ws.examples.found(parse("len(out)>0"))
    assert next(search) == 1
    ws.interrupt()
    with pytest.raises(WorkspaceError, match="was stopped"):
        list(search)
    assert len(list(ws.examples.found(parse("len(out)>0")))) == 103
