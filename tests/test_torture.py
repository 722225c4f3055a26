"""Every awkward text there is, through import, edit and export: what goes in comes out, or is refused with a reason."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from curator.workspace import Change, Workspace
from tests.conftest import Run, chat, write_jsonl

TORTURE = Path(__file__).parent / "data" / "json_torture.zip"


def torture() -> Iterator[tuple[str, bytes]]:
    """The files of the JSON test suite: y_ must parse, n_ must not, i_ may."""
    with zipfile.ZipFile(TORTURE) as archive:
        for name in archive.namelist():
            if "test_parsing" in name and name.endswith(".json"):
                yield name.rpartition("/")[2], archive.read(name)


def naughty() -> list[str]:
    """The big list of naughty strings."""
    with zipfile.ZipFile(TORTURE) as archive:
        strings: list[str] = json.loads(archive.read("blns/blns.json"))
    return strings


def texts() -> list[str]:
    """Every text that is one: naughty strings, and the torture files that are UTF-8."""
    found = naughty()
    for _, content in torture():
        try:
            found.append(content.decode())
        except UnicodeDecodeError:
            continue
    return found


@pytest.fixture
def written(run: Run, folder: Path) -> list[str]:
    """All the texts as outputs of an imported file; each has an input of its own."""
    outputs = [text for text in texts() if text.strip()]
    write_jsonl(folder / "torture.jsonl", [chat(f"Text {n}?", text) for n, text in enumerate(outputs)])
    assert run("import", "torture.jsonl").exit_code == 0
    return outputs


def exported(folder: Path, out: str) -> dict[str, str]:
    """Input to output of what was written."""
    lines = (folder / out / "train.jsonl").read_bytes().split(b"\n")[:-1]
    rows = [json.loads(line) for line in lines]
    return {row["messages"][0]["content"]: row["messages"][1]["content"] for row in rows}


def test_texts_come_out_as_they_went_in(written: list[str], run: Run, folder: Path) -> None:
    assert len(written) > 800
    run("decide", "--where", "", "--accept", "--yes")
    assert run("export", "--to", "trl", "--out", "out").exit_code == 0
    assert exported(folder, "out") == {f"Text {n}?": text for n, text in enumerate(written)}


def test_edited_texts_come_out_as_they_were_typed(written: list[str], run: Run, folder: Path) -> None:
    moved = written[1:] + written[:1]
    with Workspace.open(folder / "torture.curator") as ws:
        changes = [Change(n, "messages[1].content", text, revision=0) for n, text in enumerate(moved, start=1)]
        ws.log.record(changes, actor="ana")
        assert ws.verify() == []
    run("decide", "--where", "", "--accept", "--yes")
    assert run("export", "--to", "trl", "--out", "out").exit_code == 0
    assert exported(folder, "out") == {f"Text {n}?": text for n, text in enumerate(moved)}
    with Workspace.open(folder / "torture.curator") as ws:
        ws.log.undo("ana")  # the decision
        ws.log.undo("ana")  # the edits
        assert [entry.example.output_text for entry in ws.examples.stream()] == written


def test_each_torture_file_as_a_line_is_stored_or_refused_with_a_reason(run: Run, folder: Path) -> None:
    files = [(name, content) for name, content in torture() if b"\n" not in content and content.strip()]
    good = json.dumps({"prompt": "a", "completion": "b"}).encode()
    wrapped = [b'{"prompt": "p", "completion": "c", "extra": ' + content + b"}" for _, content in files]
    (folder / "lines.jsonl").write_bytes(b"\n".join([good, *wrapped]) + b"\n")
    result = run("import", "lines.jsonl", "--json")
    counts = json.loads(result.stdout)
    assert counts["read"] == len(files) + 1 == counts["stored"] + counts["known"] + counts["rejected"] + counts["blank"]
    with Workspace.open(folder / "lines.curator") as ws:
        refused = {row.row: row for row in ws.sources.rejected()}
        for number, (name, _) in enumerate(files, start=2):
            if name.startswith("y_") and "duplicated_key" not in name:
                assert number not in refused, (name, refused[number].reason)
            elif name.startswith("n_"):
                assert number in refused, name
                assert refused[number].reason, name
        rows = {row.row: row.raw for row in refused.values()}
        for number, line in enumerate(wrapped, start=2):
            if number in rows:
                assert rows[number] == line
        by_row = {entry.example.provenance.row: entry for entry in ws.examples.stream()}
        for number, (name, content) in enumerate(files, start=2):
            if number in by_row and name.startswith("y_"):
                assert by_row[number].example.metadata["extra"] == json.loads(content), name
