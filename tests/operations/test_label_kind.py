"""A label gets another kind: what fits goes with it, the rest stays, and one undo takes all of it back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from curator.errors import CuratorError, SettingsError, UndoRefusedError
from curator.operations import label_kind, relabel
from curator.operations.import_ import import_sources
from curator.operations.undo import redo, undo
from curator.settings import load
from curator.workspace import Change, Workspace

WRITTEN = """\
# agreed on with Bob
[labels.quality]
kind = "multi"
values = ["wrong", "", "style"]   # the second one is gone
keys = ["1", "2", "3"]

[labels.tone]
values = ["warm", "cold"]
keys = ["4", "5"]

[labels.unsafe]
kind = "flag"
keys = ["9"]

[labels.clarity]
kind = "rating"
keys = ["6"]

[labels.remark]
kind = "text"
keys = ["7"]
"""
SAID: dict[int, dict[str, Any]] = {
    1: {"quality": ["wrong", "style"], "unsafe": True, "clarity": 5, "remark": "curt"},
    2: {"quality": ["wrong"], "tone": "warm", "clarity": 2, "remark": "3"},
    3: {"quality": ["style"], "tone": "cold", "remark": "curt"},
    4: {"tone": "warm", "clarity": 2, "remark": "odd"},
}


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    source = tmp_path / "train.jsonl"
    source.write_text("".join(json.dumps({"prompt": f"q {n}", "completion": f"a {n}"}) + "\n" for n in range(6)))
    (tmp_path / "curator.toml").write_text(WRITTEN)
    with Workspace.create(tmp_path / "w.curator") as workspace:
        for _ in import_sources(workspace, [str(source)], actor="ana"):
            pass
        workspace.log.record([Change(seq, "labels", labels) for seq, labels in SAID.items()], actor="ana")
        workspace.log.record([Change(3, "labels", {**SAID[3], "tone": "warm"})], actor="bob")
        yield workspace


def stored(ws: Workspace) -> list[Any]:
    return [list(ws._connection.rows(f"select * from {table} order by 1, 2")) for table in ("judgement", "state")]


def given(ws: Workspace, name: str) -> list[Any]:
    """What stands of a label in the first four rows."""
    return [ws.examples.entry(seq).state.labels.get(name) for seq in range(1, 5)]


def keys(ws: Workspace, name: str) -> dict[str, Any]:
    return {key: one.value for key, one in load(ws.path.parent).bindings.items() if one.label == name}


def turn(ws: Workspace, name: str, *asked: Any) -> label_kind.Turning:
    turning = label_kind.preview(ws, name, *asked)
    label_kind.carry_out(ws, turning, actor="ana")
    return turning


def test_one_value_becomes_one_of_several_in_what_everybody_gave(ws: Workspace) -> None:
    found = turn(ws, "tone", "multi")
    assert (found.fitting, found.staying) == (4, 0)
    assert given(ws, "tone") == [None, ["warm"], ["warm"], ["warm"]]
    cold = next(one for one in ws.judgements.of([3])[3] if one.reviewer == "ana")
    assert cold.labels["tone"] == ["cold"]
    assert keys(ws, "tone") == {"4": "warm", "5": "cold"}
    assert ws.verify() == []


def test_several_values_have_no_place_in_one_and_stay(ws: Workspace) -> None:
    found = turn(ws, "quality", "single")
    assert found.fits == ((["wrong"], "wrong", 1), (["style"], "style", 1))
    assert found.stays == ((["wrong", "style"], 1),)
    assert given(ws, "quality") == [["wrong", "style"], "wrong", "style", None]
    assert keys(ws, "quality") == {"1": "wrong", "3": "style"}  # the place of what is gone stays empty
    assert "# the second one is gone" in relabel.place_of(ws).read_text()


def test_numbers_become_values_and_back(ws: Workspace) -> None:
    turn(ws, "clarity", "single")
    assert given(ws, "clarity") == ["5", "2", None, "2"]
    assert keys(ws, "clarity") == {"6": "1", "8": "2"}  # there are nine digits
    found = turn(ws, "clarity", "rating", (), 3)
    assert found.stays == (("5", 1),)
    assert given(ws, "clarity") == ["5", 2, None, 2]
    assert load(ws.path.parent).labels[3].most == 3
    assert ws.verify() == []


def test_a_scale_may_become_shorter(ws: Workspace) -> None:
    found = turn(ws, "clarity", "rating", (), 3)
    assert (found.fits, found.stays) == (((2, 2, 2),), ((5, 1),))
    assert ws.log.next_undo("ana") == "make label clarity rating 1-3, rating 1-5 before"
    undo(ws, "ana")
    assert load(ws.path.parent).labels[3].most == 5


def test_what_was_written_becomes_values_where_it_is_little(ws: Workspace) -> None:
    turn(ws, "remark", "single")
    assert load(ws.path.parent).labels[4].values == ("curt", "3", "odd")
    assert keys(ws, "remark")["7"] == "curt"
    assert given(ws, "remark") == ["curt", "3", "curt", "odd"]


def test_values_may_be_named(ws: Workspace) -> None:
    found = turn(ws, "remark", "multi", ["curt", "stiff"])
    assert (found.fitting, found.staying) == (2, 2)
    assert given(ws, "remark") == [["curt"], "3", ["curt"], "odd"]
    assert [stray for stray in relabel.schema(ws).strays if stray[0] == "remark"] == [
        ("remark", "3", 1),
        ("remark", "odd", 1),
    ]


def test_many_texts_are_not_made_values_of_their_own_accord(ws: Workspace) -> None:
    relabel.edited(ws, relabel.added("why", "text"))
    with pytest.raises(SettingsError, match="none was given yet"):
        label_kind.preview(ws, "why", "single")
    ws.log.record([Change(1, "labels", {"why": "a"})], actor="ana")
    for number in range(12):
        ws.log.record([Change(1, "labels", {"why": f"because {number}"})], actor=f"rev {number}")
    with pytest.raises(SettingsError, match="13 texts were given"):
        label_kind.preview(ws, "why", "single")


def test_yes_becomes_a_value_and_a_value_yes(ws: Workspace) -> None:
    turn(ws, "unsafe", "single", ["yes", "no"])
    assert given(ws, "unsafe") == ["yes", None, None, None]
    assert keys(ws, "unsafe")["9"] == "yes"
    turn(ws, "unsafe", "flag")
    assert given(ws, "unsafe") == [True, None, None, None]
    assert keys(ws, "unsafe") == {"9": True}
    turn(ws, "unsafe", "text")
    assert given(ws, "unsafe") == ["yes", None, None, None]


EVERY = [
    ("quality", "single"), ("quality", "text"), ("quality", "flag"), ("quality", "rating"), ("tone", "multi"),
    ("tone", "text"), ("tone", "rating"), ("unsafe", "single"), ("unsafe", "multi"), ("unsafe", "text"),
    ("clarity", "single"), ("clarity", "multi"), ("clarity", "text"), ("clarity", "flag"), ("remark", "single"),
    ("remark", "multi"), ("remark", "rating"), ("remark", "flag"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), EVERY)
def test_undo_brings_back_the_file_and_everything_that_was_given(ws: Workspace, name: str, kind: str) -> None:
    before, schema = stored(ws), relabel.schema(ws)
    turn(ws, name, kind)
    after, turned = stored(ws), relabel.schema(ws)
    assert turned != schema
    assert ws.verify() == []
    undo(ws, "ana")
    assert (stored(ws), relabel.schema(ws)) == (before, schema)
    redo(ws, "ana")
    assert (stored(ws), relabel.schema(ws)) == (after, turned)
    undo(ws, "ana")
    assert (stored(ws), relabel.schema(ws)) == (before, schema)
    assert ws.verify() == []


def test_two_values_never_become_one(ws: Workspace) -> None:
    ws.log.record([Change(5, "labels", {"tone": ["warm"]})], actor="ana")  # as a program may have written it
    before = stored(ws)
    found = turn(ws, "tone", "multi")
    assert ("warm", 3) in found.stays
    undo(ws, "ana")
    assert stored(ws) == before


def test_a_label_that_was_used_meanwhile_is_not_taken_back(ws: Workspace) -> None:
    turn(ws, "clarity", "text")
    ws.log.record([Change(5, "labels", {"clarity": 4})], actor="bob")
    with pytest.raises(UndoRefusedError):
        undo(ws, "ana")
    assert load(ws.path.parent).labels[3].kind == "text"


def test_a_digit_that_another_label_got_meanwhile_stays_there(ws: Workspace) -> None:
    turn(ws, "tone", "text")
    relabel.edited(ws, relabel.added("length", "single", ["short", "long", "endless"]))
    assert keys(ws, "length") == {"5": "short", "8": "long"}
    undo(ws, "ana")
    assert keys(ws, "length") == {"5": "short", "8": "long"}
    assert keys(ws, "tone") == {"4": "warm"}
    assert load(ws.path.parent).labels[1].keys == ("4", "")


def test_nothing_is_changed_when_the_file_cannot_be_written(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise SettingsError("curator.toml: cannot be written: no space left")

    before = stored(ws)
    turning = label_kind.preview(ws, "tone", "multi")
    monkeypatch.setattr("curator.settings_file._write", full)
    with pytest.raises(SettingsError, match="no space"):
        label_kind.carry_out(ws, turning, actor="ana")
    assert stored(ws) == before
    assert relabel.place_of(ws).read_text() == WRITTEN


def test_a_label_that_changed_since_it_was_looked_at_is_refused(ws: Workspace) -> None:
    turning = label_kind.preview(ws, "tone", "multi")
    relabel.edited(ws, relabel.with_value("tone", "flat"))
    before = stored(ws)
    with pytest.raises(CuratorError, match="tone was changed meanwhile"):
        label_kind.carry_out(ws, turning, actor="ana")
    assert stored(ws) == before


def test_the_same_kind_again_is_refused(ws: Workspace) -> None:
    for name, kind in (("tone", "single"), ("clarity", "rating"), ("unsafe", "flag")):
        with pytest.raises(SettingsError, match=f"{name} is {kind} already"):
            label_kind.preview(ws, name, kind)  # type: ignore[arg-type]
