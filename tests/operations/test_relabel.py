"""The schema of labels is changed: digits stay with their values, and what was given stays with its rows."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from curator.errors import CuratorError, QueryError, SettingsError
from curator.operations import relabel
from curator.operations.import_ import import_sources
from curator.operations.undo import redo, undo
from curator.settings import load
from curator.workspace import Change, Workspace
from tests.conftest import Run

WRITTEN = """\
# agreed on with Bob
[labels.quality]
kind = "multi"
values = ["wrong", "", "style"]   # the second one is gone

[labels.tone]
values = ["warm", "cold"]

[labels.unsafe]
kind = "flag"
keys = ["9"]
"""


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    source = tmp_path / "train.jsonl"
    source.write_text("".join(json.dumps({"prompt": f"q {n}", "completion": f"a {n}"}) + "\n" for n in range(6)))
    (tmp_path / "curator.toml").write_text(WRITTEN)
    with Workspace.create(tmp_path / "w.curator") as workspace:
        for _ in import_sources(workspace, [str(source)], actor="ana"):
            pass
        workspace.log.record(
            [
                Change(1, "labels", {"quality": ["wrong", "style"], "unsafe": True}),
                Change(2, "labels", {"tone": "warm", "mood": "sour"}),
            ],
            actor="ana",
        )
        workspace.log.record([Change(3, "labels", {"quality": ["wrong"]})], actor="bob")
        yield workspace


def keys(ws: Workspace) -> dict[str, str]:
    return {key: f"{one.label} {one.value}" for key, one in load(ws.path.parent).bindings.items()}


def text(ws: Workspace) -> str:
    return relabel.place_of(ws).read_text()


def test_the_schema_says_how_many_rows_have_what(ws: Workspace) -> None:
    schema = relabel.schema(ws)
    told = [(label.name, slot.value, slot.key) for label in schema.labels for slot in label.slots]
    assert told == [
        ("quality", "wrong", "1"),
        ("quality", "", "2"),
        ("quality", "style", "3"),
        ("tone", "warm", "4"),
        ("tone", "cold", "5"),
        ("unsafe", "", "9"),
    ]
    assert schema.given == {
        ("quality", "wrong"): 2, ("quality", "style"): 1, ("tone", "warm"): 1, ("mood", "sour"): 1, ("unsafe", ""): 1,
    }  # fmt: skip
    assert schema.strays == [("mood", "sour", 1)]
    assert text(ws) == WRITTEN


def test_a_value_that_goes_leaves_its_digit_empty(ws: Workspace) -> None:
    before = keys(ws)
    relabel.edited(ws, relabel.without("quality", "wrong"))
    assert keys(ws) == {key: value for key, value in before.items() if key != "1"}
    assert "# the second one is gone" in text(ws)
    assert text(ws).startswith("# agreed on with Bob\n")
    relabel.edited(ws, relabel.with_value("quality", "rude"))
    assert keys(ws) == {**{key: value for key, value in before.items() if key != "1"}, "6": "quality rude"}
    relabel.edited(ws, relabel.without("quality", "rude"))
    with pytest.raises(SettingsError, match="'style' is the only value of quality: remove the label"):
        relabel.edited(ws, relabel.without("quality", "style"))


def test_labels_come_and_go(ws: Workspace) -> None:
    relabel.edited(ws, relabel.added("clarity", "rating", most=7))
    relabel.edited(ws, relabel.added("remark", "text"))
    relabel.edited(ws, relabel.added("length", "single", ["short", "long"]))
    assert keys(ws)["6"] == "clarity None"
    assert keys(ws)["8"] == "length short"
    labels = {label.name: label for label in load(ws.path.parent).labels}
    assert labels["clarity"].most == 7
    assert labels["length"].keys == ("8", "")  # there are nine digits
    relabel.edited(ws, relabel.without("tone", None))
    assert set(keys(ws)) == {"1", "3", "6", "7", "8", "9"}
    relabel.edited(ws, relabel.bound("length", "long", "2"))  # the place of a value that is gone
    assert keys(ws)["2"] == "length long"
    for digit, sentence in (("9", "has 2 for good"), ("x", "is no digit")):
        with pytest.raises(SettingsError, match=sentence):
            relabel.edited(ws, relabel.bound("length", "long", digit))
    with pytest.raises(SettingsError, match="there is a label 'remark' already"):
        relabel.edited(ws, relabel.added("remark", "text"))


def test_order_changes_and_digits_do_not(ws: Workspace) -> None:
    before = keys(ws)
    relabel.edited(ws, relabel.moved("tone", "cold", -1))
    relabel.edited(ws, relabel.moved("unsafe", None, -1))
    relabel.edited(ws, relabel.moved("quality", None, -1))
    assert keys(ws) == before
    assert [label.name for label in load(ws.path.parent).labels] == ["quality", "unsafe", "tone"]
    assert load(ws.path.parent).labels[2].values == ("cold", "warm")


def test_a_label_may_be_offered_for_some_rows(ws: Workspace) -> None:
    relabel.edited(ws, relabel.offered("tone", "len(out)>20"))
    assert load(ws.path.parent).labels[1].where == "len(out)>20"
    relabel.edited(ws, relabel.offered("tone", " "))
    assert "where" not in text(ws)
    with pytest.raises(QueryError):
        relabel.edited(ws, relabel.offered("tone", "len("))


def test_a_new_name_reaches_what_was_given_and_comes_back_by_undo(ws: Workspace) -> None:
    settings, event = relabel.rename(ws, "quality", "wrong", "incorrect", actor="ana")
    assert event == ws.log.last_seq()
    assert settings.bindings["1"].value == "incorrect"
    assert relabel.schema(ws).given[("quality", "incorrect")] == 2
    undo(ws, "ana")
    assert load(ws.path.parent).bindings["1"].value == "wrong"
    assert relabel.schema(ws).given[("quality", "wrong")] == 2
    redo(ws, "ana")
    assert load(ws.path.parent).bindings["1"].value == "incorrect"
    relabel.rename(ws, "quality", None, "flaws", actor="ana")
    assert [label.name for label in load(ws.path.parent).labels] == ["flaws", "tone", "unsafe"]
    assert ws.examples.entry(3).state.labels == {"flaws": ["incorrect"]}
    undo(ws, "ana")
    assert [label.name for label in load(ws.path.parent).labels] == ["quality", "tone", "unsafe"]
    assert ws.verify() == []


@pytest.mark.parametrize(("value", "to"), [("wrong", "style"), ("wrong", " "), (None, "tone"), (None, "mood")])
def test_a_name_that_is_taken_is_refused(ws: Workspace, value: str | None, to: str) -> None:
    before = ws.log.last_seq(), text(ws)
    with pytest.raises(CuratorError):
        relabel.rename(ws, "quality", value, to, actor="ana")
    assert (ws.log.last_seq(), text(ws)) == before


def test_nothing_is_renamed_when_the_file_cannot_be_written(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise SettingsError("curator.toml: cannot be written: no space left")

    monkeypatch.setattr("curator.settings_file._write", full)
    with pytest.raises(SettingsError, match="no space"):
        relabel.rename(ws, "quality", "wrong", "incorrect", actor="ana")
    assert ws.examples.entry(3).state.labels == {"quality": ["wrong"]}
    assert text(ws) == WRITTEN


def test_curator_undo_and_redo_let_the_file_follow(ws: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ws.path.parent)
    relabel.rename(ws, "quality", None, "flaws", actor="ana")
    flaws = text(ws)
    assert "rename label quality to flaws" in run("undo", "--as", "ana").output
    assert [label.name for label in load(ws.path.parent).labels] == ["quality", "tone", "unsafe"]
    run("redo", "--as", "ana")
    assert text(ws) == flaws


def test_a_file_that_cannot_follow_is_said(ws: Workspace) -> None:
    relabel.rename(ws, "quality", "wrong", "incorrect", actor="ana")
    relabel.place_of(ws).write_text("[labels")
    undone = undo(ws, "ana")
    assert undone is not None
    assert "rename quality wrong to incorrect, but not in curator.toml" in undone.label
    assert "this is not TOML" in undone.label
    assert ws.examples.entry(3).state.labels == {"quality": ["wrong"]}


def test_what_is_undone_leaves_a_file_alone_that_says_otherwise_by_now(ws: Workspace) -> None:
    relabel.rename(ws, "quality", "wrong", "incorrect", actor="ana")
    relabel.edited(ws, relabel.without("quality", "incorrect"))
    before = text(ws)
    undo(ws, "ana")
    assert text(ws) == before


def test_a_workspace_without_a_file_gets_one(ws: Workspace) -> None:
    relabel.place_of(ws).unlink()
    assert relabel.schema(ws).labels == ()
    relabel.edited(ws, relabel.added("quality", "multi", ["wrong", "rude"]))
    assert text(ws) == '[labels.quality]\nkind = "multi"\nvalues = ["wrong", "rude"]\nkeys = ["1", "2"]\n'
