"""An export is all or nothing, overwrites nothing, and can be proven later."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from curator.errors import TargetError
from curator.operations import export_files
from curator.operations.export import export
from curator.operations.verify import verify_export
from curator.targets.named import named
from curator.workspace import Workspace
from tests.cli.test_bad_input import program
from tests.operations.export_case import asked, run_export

Fill = Callable[..., Workspace]
TEN = [(f"Question {number}?", f"Answer {number}.") for number in range(1, 11)]

KILLED = """
import os, signal, sys
from pathlib import Path
from curator.operations import export_files
from curator.operations.export import export
from curator.targets.named import named
from curator.workspace import Workspace

steps, links = int(sys.argv[3]), int(sys.argv[4])
link = export_files._link
def counted(staged, final):
    global links
    if links == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    links -= 1
    link(staged, final)
export_files._link = counted
with Workspace.open(sys.argv[1]) as ws:
    shares = {"train": 0.5, "test": 0.5}
    out, force = Path(sys.argv[2]), "force" in sys.argv
    for _ in export(ws, named("trl"), out, include=("pending",), splits=shares, force=force):
        steps -= 1
        if steps == 0:
            os.kill(os.getpid(), signal.SIGKILL)
"""


def kill_export(ws: Workspace, out: Path, *, steps: int = 10**6, links: int = 10**6, force: bool = False) -> None:
    """An export in another process that dies after so many steps, or when so many files are in place."""
    words = [sys.executable, "-c", KILLED, str(ws.path), str(out), str(steps), str(links), "force" if force else ""]
    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL


def visible(out: Path) -> list[str]:
    """The files of a folder without what is staged."""
    return sorted(path.name for path in out.iterdir() if not path.name.startswith("."))


def everything(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()}


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5, 6])
def test_a_kill_while_writing_leaves_nothing_under_a_final_name(workspace: Fill, folder: Path, steps: int) -> None:
    ws = workspace(*[(f"Question {number}?", "Yes.") for number in range(300)])

    kill_export(ws, folder / "out", steps=steps)
    assert visible(folder / "out") == []

    run_export(ws, folder / "out")
    assert [name for name in os.listdir(folder / "out") if name.startswith(".")] == []
    assert verify_export(folder / "out") == []


@pytest.mark.parametrize("links", [0, 1, 3, 4])
def test_a_kill_while_files_are_put_in_place_leaves_whole_files_and_no_manifest(
    workspace: Fill, folder: Path, links: int
) -> None:
    ws = workspace(*TEN)

    kill_export(ws, folder / "out", links=links)
    assert len(visible(folder / "out")) == links
    assert "manifest.json" not in visible(folder / "out")

    result = run_export(ws, folder / "out")
    assert result.splits == {"train": 5, "test": 5}
    assert verify_export(folder / "out") == []


def test_a_kill_of_a_forced_export_loses_no_old_file(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)
    run_export(ws, folder / "out")
    old = (folder / "out/train.jsonl").read_bytes()

    kill_export(ws, folder / "out", links=1, force=True)
    run_export(ws, folder / "out", force=True)

    assert (folder / "out/train.jsonl.bak").read_bytes() == old
    assert verify_export(folder / "out") == []


def test_files_that_exist_are_refused(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)
    (folder / "out").mkdir()
    (folder / "out/validation.jsonl").write_text("mine\n")
    (folder / "out/notes.txt").write_text("mine too\n")

    with pytest.raises(TargetError, match=r"validation.jsonl: exists already.*--force.*validation.jsonl.bak"):
        run_export(ws, folder / "out")

    assert visible(folder / "out") == ["notes.txt", "validation.jsonl"]


def test_force_keeps_every_old_file(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)
    run_export(ws, folder / "out", splits={"train": 0.5, "test": 0.5})
    first = everything(folder / "out")
    second_result = run_export(ws, folder / "out", where="id:1,2,3", force=True)
    second = everything(folder / "out")
    run_export(ws, folder / "out", force=True)
    third = everything(folder / "out")

    assert "test.jsonl.bak" in second_result.kept
    assert all(second[f"{name}.bak"] == content for name, content in first.items())
    assert second["train.jsonl"] == third["train.jsonl.bak2"]
    assert third["train.jsonl.bak"] == first["train.jsonl"]
    assert verify_export(folder / "out") == []


def test_a_file_that_appears_meanwhile_is_not_overwritten(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)
    steps = export(ws, named("trl"), folder / "out", include=("pending",))
    next(steps)
    (folder / "out/left_out.jsonl").write_text("mine\n")

    with pytest.raises(TargetError, match=r"left_out.jsonl: another program made it meanwhile"):
        list(steps)

    assert everything(folder / "out") == {"left_out.jsonl": b"mine\n"}


def test_two_exports_into_one_folder_do_not_mix(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)
    first = export(ws, named("trl"), folder / "out", include=("pending",))
    next(first)

    with Workspace.open(ws.path) as other, pytest.raises(TargetError, match="another export is writing into it"):
        run_export(other, folder / "out")

    list(first)
    assert verify_export(folder / "out") == []


def test_stopping_an_export_leaves_nothing(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)
    steps = export(ws, named("trl"), folder / "out", include=("pending",), splits={"train": 0.5, "test": 0.5})
    next(steps)
    steps.close()

    assert not (folder / "out").exists()
    assert ws.status().by_split == {}


def test_a_full_disk_is_said_and_leaves_nothing(workspace: Fill, folder: Path) -> None:
    ws = workspace(*[(f"Question {number}?", "Yes. " * 400) for number in range(300)])
    ws.close()

    words = ("export", "-w", str(ws.path), "--to", "trl", "--out", "out", "--include", "pending")
    done = program(*words, cwd=folder, limit=200_000)

    assert done.returncode == 2
    assert b"the disk is full, or a limit on file sizes was reached" in done.stderr
    assert not (folder / "out").exists()


def test_a_folder_that_is_a_file_is_said(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)
    (folder / "out").write_text("a file")

    with pytest.raises(TargetError, match=r"out: is not a folder. Name a folder with --out"):
        run_export(ws, folder / "out")
    with pytest.raises(TargetError, match="is not a folder"):
        run_export(ws, folder / "out/deeper")


def test_a_folder_without_permission_is_said(workspace: Fill, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ws = workspace(*TEN)
    (folder / "out").mkdir()

    def refuse(**_: object) -> str:  # the superuser of a build machine would be let in
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(export_files.tempfile, "mkdtemp", refuse)
    with pytest.raises(TargetError, match="no permission to write there"):
        run_export(ws, folder / "out")


def test_a_file_system_without_links_works_as_well(
    workspace: Fill, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = workspace(*TEN)

    def refuse(staged: Path, final: Path) -> None:  # noqa: ARG001 - the signature of os.link
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(export_files.os, "link", refuse)
    run_export(ws, folder / "out")

    assert verify_export(folder / "out") == []
    assert [name for name in os.listdir(folder / "out") if name.startswith(".")] == []


def test_what_does_not_read_back_is_not_put_in_place(
    workspace: Fill, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = workspace(*TEN)

    def spoil(sheet: export_files.Sheet) -> None:
        sheet.close()
        assert sheet.path is not None
        sheet.path.write_bytes(sheet.path.read_bytes().replace(b"Answer 7", b"Answer 8"))

    monkeypatch.setattr(export_files.Sheet, "finish", spoil)
    with pytest.raises(TargetError, match=r"train.jsonl: reads back 10 rows that are not the 10"):
        run_export(ws, folder / "out")

    assert not (folder / "out").exists()


def test_a_target_that_writes_what_it_would_refuse_is_caught(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)
    broken = msgspec.structs.replace(named("trl"), render=lambda example: {"text": example.output_text})

    with pytest.raises(TargetError, match=r"train.jsonl:1: .*Nothing was put in place"):
        list(export(ws, broken, folder / "out", include=("pending",)))

    assert not (folder / "out").exists()


def test_an_unusual_character_comes_back_as_it_was(workspace: Fill, folder: Path) -> None:
    odd = "a\u2028b\u0085c\x00d\u202ee\U0001f600"
    ws = workspace((odd, "Yes."), *TEN)

    run_export(ws, folder / "out")

    lines = (folder / "out/train.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 11
    assert json.loads(lines[0])["messages"][0]["content"] == odd
    assert asked(folder / "out/train.jsonl")[0] == odd


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace(b"Answer 3", b"Answer 4"), "another content than when it was written"),
        (lambda text: text + b"{}\n", "has 11 rows; the manifest says 10"),
        (lambda text: None, "is missing; the manifest says 10 rows"),  # noqa: ARG005 - takes what the others take
    ],
)
def test_verify_finds_what_was_changed(
    workspace: Fill, folder: Path, change: Callable[[bytes], bytes | None], says: str
) -> None:
    run_export(workspace(*TEN), folder / "out")
    assert verify_export(folder / "out") == []

    train = folder / "out/train.jsonl"
    changed = change(train.read_bytes())
    train.unlink()
    if changed is not None:
        train.write_bytes(changed)

    assert verify_export(folder / "out") == [f"train.jsonl: {says}"] or says in verify_export(folder / "out")[0]


def test_verify_names_files_that_are_not_of_the_export(workspace: Fill, folder: Path) -> None:
    run_export(workspace(*TEN), folder / "out")
    (folder / "out/test.jsonl").write_text("{}\n")

    assert verify_export(folder / "out") == ["test.jsonl: is not in the manifest, so it is not part of this export"]


def test_verify_reads_no_file_outside_of_the_folder(folder: Path) -> None:
    files = {"../secret": {"rows": 0, "bytes": 0, "sha256": ""}}
    (folder / "manifest.json").write_text(json.dumps({"files": files}))

    assert verify_export(folder) == ["'../secret': the manifest names a file outside of its folder; it was not read"]


def test_verify_says_when_there_is_no_manifest(folder: Path) -> None:
    with pytest.raises(TargetError, match=r"has no manifest.json, so it is no export"):
        verify_export(folder)
    (folder / "manifest.json").write_text("[1]")
    with pytest.raises(TargetError, match=r"manifest.json: is no manifest of an export"):
        verify_export(folder)
