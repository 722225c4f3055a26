"""What an export and its manifest give back: the same examples, the same decisions, the same files again."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator.model import Entry, Example
from curator.operations.import_ import Imported, import_sources
from curator.targets.named import targets
from curator.workspace import Change, Workspace
from tests.conftest import Run
from tests.formats.strategies import calling, chats, pairs, preferences, using_tools
from tests.operations.export_case import rows_of, run_export

Fill = Callable[..., Workspace]
JSONL = [target.name for target in targets() if target.convert is None]

examples = st.lists(st.one_of(pairs(), chats(), calling(), using_tools(), preferences()), min_size=1, max_size=6)
notes = st.text(st.characters(codec="utf-8"), max_size=8)


@st.composite
def decisions(draw: st.DrawFn, count: int) -> list[tuple[str, Change]]:
    """What up to three people say, in turn, about this many examples."""
    said = st.one_of(
        st.tuples(st.just("status"), st.sampled_from(["accepted", "rejected", "fix", "pending"])),
        st.tuples(st.just("route"), st.sampled_from(["train", "rag"])),
        st.tuples(st.just("labels"), st.dictionaries(st.sampled_from("abc"), st.sampled_from(["x", 1, True]))),
        st.tuples(st.just("note"), notes),
        st.tuples(st.just("split"), st.sampled_from(["train", "validation", "test"])),
        st.tuples(st.just("messages[0].content"), notes),
    )
    turns = st.tuples(st.sampled_from(["ana", "bo", "cy"]), st.integers(1, count), said)
    return [(who, Change(seq, field, value)) for who, seq, (field, value) in draw(st.lists(turns, max_size=14))]


def fill(ws: Workspace, name: str, rows: list[Example]) -> None:
    """A source of these examples, each of them twice: copies have ids of their own."""
    load = ws.sources.begin(name, kind="jsonl", format="openai-chat", split=None)
    for number, example in enumerate([*rows, *rows], start=1):
        load.add(example, raw=b"{}", row=number)
    load.finish(digest="", layout={}, revision=None, blank=0, actor="ana")


def back(path: Path, folder: Path) -> tuple[Workspace, Imported]:
    """A new workspace into which an export was imported."""
    ws = Workspace.create(path)
    steps = import_sources(ws, [str(folder)], actor="dee")
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return ws, stop.value[0]


def standing(ws: Workspace, out: Path) -> dict[str, Any]:
    """What stands for each example that is in the files of an export, by id; the split that it was written into."""
    files = {
        row["id"]: row["file"] for row in rows_of(out / "provenance.jsonl") + rows_of(out / "rag_provenance.jsonl")
    }
    return {entry.example.id: _stands(entry, files) for entry in ws.examples.stream() if entry.example.id in files}


def _stands(entry: Entry, files: dict[str, str]) -> Any:
    state, example = entry.state, entry.example
    said = (state.status, state.route, state.labels, state.note, state.reviewer)
    return example, ws_text(example), said, state.split or files[example.id]


def ws_text(example: Example) -> str:
    """An example to the byte: 1 is not 1.0."""
    return repr(example)


def training(out: Path) -> dict[str, bytes]:
    """The files that are trained on or retrieved from."""
    beside = ("manifest.json", "left_out.jsonl", "provenance.jsonl", "rag_provenance.jsonl", "edits.jsonl", "CARD.md")
    return {file.name: file.read_bytes() for file in sorted(out.iterdir()) if file.name not in beside}


@settings(max_examples=60, deadline=None)
@given(to=st.sampled_from(JSONL), data=st.data())
def test_an_export_gives_back_what_was_exported(to: str, data: st.DataObject) -> None:
    rows = data.draw(examples)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Workspace.create(folder / "first.curator") as ws:
            fill(ws, "one.jsonl", rows)
            fill(ws, "two.jsonl", rows[:1])
            for who, change in data.draw(decisions(ws.examples.count())):
                say(ws, who, change)
            if not exported(ws, folder / "out", to):
                return
            ws2, imported = back(folder / "second.curator", folder / "out")
            with ws2:
                assert ws2.verify() == []
                assert same(standing(ws2, folder / "out"), standing(ws, folder / "out"))
                assert imported.counts.read == imported.counts.stored == ws2.examples.count()
                run_export(ws2, folder / "again", to=to)
                assert training(folder / "again") == training(folder / "out")


def say(ws: Workspace, who: str, change: Change) -> None:
    """Records what somebody says; of text, where there is text."""
    entry = ws.examples.entry(change.seq)
    if change.field.startswith("messages"):
        if isinstance(entry.example.messages[0].content, str):
            seen = Change(change.seq, change.field, change.after, revision=entry.state.revision)
            ws.log.record([seen], actor=who)
        return
    ws.log.record([change], actor=who)


def exported(ws: Workspace, out: Path, to: str) -> bool:
    """Whether the target takes any of it."""
    from curator.errors import TargetError

    try:
        run_export(ws, out, to=to)
    except TargetError:
        return False
    return True


def same(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """Equal, but for a split that nobody gave and that the file says now."""
    assert left.keys() == right.keys()
    for key, (*stands, split) in left.items():
        *stood, was = right[key]
        assert stands == stood
        assert split == was or f"{split}.jsonl" == was or was.endswith(".jsonl")
    return True


def pick(folder: Path, run: Run) -> Path:
    """An export of three pairs, of which one is rejected and one has an edited text."""
    rows = [{"prompt": f"Question {number}?", "completion": f"Answer {number}."} for number in range(3)]
    (folder / "pairs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    run("import", "pairs.jsonl")
    with Workspace.open(folder / "pairs.curator") as ws:
        ws.log.record([Change(1, "messages[1].content", "Better.", revision=0), Change(1, "note", "vague")], actor="bo")
        ws.log.record([Change(seq, "status", "accepted") for seq in (1, 2)], actor="ana")
        ws.log.record([Change(3, "status", "rejected")], actor="ana")
    run("export", "--to", "trl", "--out", "out")
    return folder / "out"


def test_the_command_says_what_came_back_and_what_did_not(folder: Path, run: Run) -> None:
    pick(folder, run)

    result = run("import", "out", "-w", "again.curator")

    assert result.exit_code == 0
    assert "out: read 2 = stored 2 + known 0 + rejected 0 + blank 0" in result.output
    assert "1 left out of the export are not in it, only their ids and reasons (left_out.jsonl)" in result.output
    with Workspace.open(folder / "again.curator") as ws:
        first, second = ws.examples.entries([1, 2])
        assert (first.example.output_text, first.state.note, first.state.status) == ("Better.", "vague", "accepted")
        assert ws.examples.original(1).output_text == "Answer 0."
        assert {event.field: event.actor for event in ws.log.history(1)}["messages[1].content"] == "bo"
        assert (second.state.reviewer, second.example.provenance.source) == ("ana", "pairs.jsonl")


def test_the_source_and_its_export_are_the_same_examples(folder: Path, run: Run) -> None:
    pick(folder, run)

    run("import", "out", "-w", "again.curator")
    result = run("import", "pairs.jsonl", "-w", "again.curator")

    assert "read 3 = stored 1 + known 2" in result.output
    with Workspace.open(folder / "again.curator") as ws:
        assert ws.verify() == []
        assert ws.examples.entry(1).example.output_text == "Better."


def test_what_was_decided_here_stands(folder: Path, run: Run) -> None:
    pick(folder, run)
    with Workspace.open(folder / "pairs.curator") as ws:
        ws.log.record([Change(2, "status", "rejected")], actor="cy")
        before = ws.log.last_seq()

    result = run("import", "out", "-w", "pairs.curator")

    assert "known 2" in result.output
    assert "2 were decided about here before: that stands" in result.output
    with Workspace.open(folder / "pairs.curator") as ws:
        assert ws.examples.entry(2).state.status == "rejected"
        assert [event.field for event in ws.log.history(2) if event.seq > before] == []


@pytest.mark.parametrize("name", ["train.jsonl", "provenance.jsonl", "left_out.jsonl"])
def test_files_that_are_not_those_of_the_manifest_are_refused(name: str, folder: Path, run: Run) -> None:
    out = pick(folder, run)
    with (out / name).open("ab") as file:
        file.write(b'{"messages": []}\n')

    result = run("import", "out", "-w", "again.curator")

    assert result.exit_code == 2
    assert f"{name}: has" in result.output
    assert "Nothing was imported" in result.output
    assert "curator import out --as-data" in result.output
    assert not (folder / "again.curator").exists()

    result = run("import", "out", "-w", "again.curator", "--as-data")
    with Workspace.open(folder / "again.curator") as ws:
        assert [source.name for source in ws.sources.list()] == ["out/train.jsonl"]
        assert ws.examples.count() == 2


def test_a_manifest_that_is_broken_is_no_reason_to_read_its_files_as_examples(folder: Path, run: Run) -> None:
    out = pick(folder, run)
    (out / "manifest.json").write_text("{")

    result = run("import", "out", "-w", "again.curator")

    assert result.exit_code == 2
    assert "manifest.json: is no manifest of an export" in result.output


def test_texts_before_edits_may_be_taken_away(folder: Path, run: Run) -> None:
    (pick(folder, run) / "edits.jsonl").unlink()

    result = run("import", "out", "-w", "again.curator")

    assert result.exit_code == 0
    assert "edits.jsonl is gone" in result.output
    with Workspace.open(folder / "again.curator") as ws:
        assert ws.examples.original(1).output_text == "Better."
        assert ws.examples.entry(1).state.note == "vague"
        assert ws.verify() == []


def test_an_option_that_reads_rows_is_refused(folder: Path, run: Run) -> None:
    pick(folder, run)

    result = run("import", "out", "-w", "again.curator", "--map", "input=a,output=b")

    assert result.exit_code == 2
    assert "--map has nothing to decide" in result.output


def test_a_folder_of_somebody_else_with_a_manifest_is_rows(folder: Path, run: Run) -> None:
    (folder / "set").mkdir()
    (folder / "set/manifest.json").write_text('{"name": "mine"}')
    (folder / "set/train.jsonl").write_text('{"prompt": "2+2?", "completion": "4"}\n')

    assert run("import", "set/train.jsonl", "-w", "again.curator").exit_code == 0
    with Workspace.open(folder / "again.curator") as ws:
        assert ws.examples.count() == 1


def test_provenance_that_the_manifest_does_not_name_is_refused(folder: Path, run: Run) -> None:
    out = pick(folder, run)
    manifest = json.loads((out / "manifest.json").read_bytes())
    del manifest["files"]["provenance.jsonl"]
    (out / "manifest.json").write_text(json.dumps(manifest))

    result = run("import", "out", "-w", "again.curator")

    assert result.exit_code == 2
    assert "provenance.jsonl: is not in the manifest, so nobody knows which example a row is" in result.output


def test_pairs_that_went_to_rag_come_back_with_their_route(folder: Path, run: Run) -> None:
    (folder / "facts.jsonl").write_text('{"prompt": "When do you open?", "completion": "We open at 9."}\n')
    run("import", "facts.jsonl")
    run("decide", "--where", "id:1", "--route", "rag", "--yes", "--as", "ben")
    run("export", "--to", "trl", "--out", "out")

    assert run("import", "out", "-w", "again.curator").exit_code == 0
    with Workspace.open(folder / "again.curator") as ws:
        assert (ws.examples.entry(1).state.route, ws.examples.entry(1).state.reviewer) == ("rag", "ben")


def test_an_export_inside_of_a_folder_is_its_training_files_with_what_was_decided(folder: Path, run: Run) -> None:
    out = pick(folder, run)
    (folder / "all").mkdir()
    out.rename(folder / "all/out")

    assert run("import", "all", "-w", "again.curator").exit_code == 0
    with Workspace.open(folder / "again.curator") as ws:
        assert [source.name for source in ws.sources.list()] == ["all/out/train.jsonl"]
        assert [ws.examples.entry(seq).state.status for seq in (1, 2)] == ["accepted", "accepted"]
