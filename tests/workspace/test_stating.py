"""What is stated about the whole set: kept as events, versioned, taken back and done again."""

from pathlib import Path

import pytest

from curator.errors import WorkspaceError
from curator.workspace import Stated, Workspace
from curator.workspace.stating import ANSWER, PROMPT


def prompts(ws: Workspace) -> dict[str, object]:
    return {name: one.body["score"] for name, one in ws.stated.all(PROMPT).items()}


def test_a_statement_stands_until_another_takes_its_place(ws: Workspace) -> None:
    ws.log.state([Stated(PROMPT, "v1", {"text": "Sort it.", "score": 0.5})], actor="ana")
    ws.log.state([Stated(PROMPT, "v1", {"text": "Sort it.", "score": 0.6})], actor="bob")
    assert prompts(ws) == {"v1": 0.6}
    said = ws.stated.one(PROMPT, "v1")
    assert said is not None
    assert (said.actor, said.body) == ("bob", {"text": "Sort it.", "score": 0.6})
    assert ws.stated.all(ANSWER) == {}


def test_each_version_stays_in_the_log(ws: Workspace) -> None:
    for score in (0.5, 0.6):
        ws.log.state([Stated(PROMPT, "v1", {"score": score})], actor="ana")
    newest, before = ws.log.tail(2)
    assert (newest.before["score"], newest.after["score"]) == (0.5, 0.6)
    assert (before.before, before.source) == (None, "v1")


def test_saying_the_same_again_is_no_event(ws: Workspace) -> None:
    said = Stated(PROMPT, "v1", {"score": 0.5})
    assert ws.log.state([said], actor="ana").changes == 1
    assert ws.log.state([said], actor="bob").changes == 0
    assert ws.log.state([Stated(PROMPT, "v2", None)], actor="bob").changes == 0


def test_undo_takes_the_last_version_back_and_redo_brings_it_again(ws: Workspace) -> None:
    ws.log.state([Stated(PROMPT, "v1", {"score": 0.5})], actor="ana")
    ws.log.state([Stated(PROMPT, "v1", {"score": 0.6}), Stated(PROMPT, "v2", {"score": 0.7})], actor="ana")
    undone = ws.log.undo("ana")
    assert undone is not None
    assert (undone.label, undone.seqs) == ("prompt v1 again and prompt v2", ())
    assert prompts(ws) == {"v1": 0.5}
    ws.log.redo("ana")
    assert prompts(ws) == {"v1": 0.6, "v2": 0.7}
    ws.log.undo("ana")
    ws.log.undo("ana")
    assert prompts(ws) == {}
    assert ws.verify() == []


def test_a_statement_is_there_when_the_file_is_opened_again(path: Path) -> None:
    with Workspace.create(path) as ws:
        ws.log.state([Stated(ANSWER, "examples", {"tried": True})], actor="ana")
    with Workspace.open(path) as ws:
        assert ws.stated.all(ANSWER)["examples"].body == {"tried": True}


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Stated("status", "v1", {}), "is nothing that can be stated"),
        (Stated(PROMPT, "", {}), "a name has 1 to 60 characters"),
        (Stated(PROMPT, "two\nlines", {}), "a name has 1 to 60 characters"),
        (Stated(PROMPT, "x" * 61, {}), "a name has 1 to 60 characters"),
        (Stated(PROMPT, "v1", {"score": {1, 2}}), "holds what is no JSON"),
    ],
)
def test_what_cannot_be_stated_is_refused_and_nothing_is_stored(ws: Workspace, asked: Stated, why: str) -> None:
    before = ws.log.last_seq()
    with pytest.raises(WorkspaceError, match=why):
        ws.log.state([Stated(PROMPT, "v0", {}), asked], actor="ana")
    assert (ws.log.last_seq(), ws.stated.all(PROMPT)) == (before, {})
