"""Standard streams that are closed, full or no terminal: a sentence or nothing, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Run, chat, write_jsonl

#: A row on whose input the commands below work.
ROWS = [chat("Where is my parcel?", "On its way."), chat("Do you ship to Norway?", "Yes.")]


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[bytes]:
    """The real program as a shell starts it, with `curator` standing for it."""
    command = command.replace("curator", f"{sys.executable} -m curator", 1)
    return subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, check=False, timeout=60)


@pytest.fixture
def filled(run: Run, folder: Path) -> Path:
    write_jsonl(folder / "train.jsonl", ROWS)
    assert run("import", "train.jsonl").exit_code == 0
    return folder


@pytest.mark.parametrize("command", ["status", "examples --json", "findings", "checks"])
def test_a_closed_standard_output_is_no_traceback(filled: Path, command: str) -> None:
    done = shell(filled, f"curator {command} >&-")
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
@pytest.mark.parametrize("command", ["status", "examples --json", "checks --json"])
def test_output_that_finds_no_room_is_said_and_exits_2(filled: Path, command: str) -> None:
    done = shell(filled, f"curator {command} >/dev/full")
    assert b"Traceback" not in done.stderr
    assert b"curator: the output could not be written (No space left on device)" in done.stderr
    assert done.returncode == 2


def test_a_closed_standard_input_decides_nothing(filled: Path) -> None:
    done = shell(filled, "curator decide --where status:pending --accept <&-")
    assert b"add --yes" in done.stderr
    assert done.returncode == 2


def test_the_demo_needs_no_standard_input(tmp_path: Path) -> None:
    done = shell(tmp_path, "curator demo <&-")
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0


def test_an_example_is_one_line_whatever_its_source_is_called(run: Run, folder: Path) -> None:
    write_jsonl(folder / "new\nline.jsonl", ROWS)
    assert run("import", "new\nline.jsonl").exit_code == 0
    assert len(run("examples").stdout.splitlines()) == len(ROWS)


def test_the_next_command_can_be_pasted(run: Run, folder: Path) -> None:
    write_jsonl(folder / "my file.jsonl", ROWS)
    assert "Next: curator check -w 'my file.curator'" in run("import", "my file.jsonl").stderr


def test_a_mapping_that_names_a_side_twice_stores_nothing(run: Run, folder: Path) -> None:
    (folder / "data.csv").write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    refused = run("import", "data.csv", "--map", "input=a,input=b,output=c")
    assert refused.exit_code == 2
    assert "input is named twice" in refused.stderr


def test_a_mapping_to_what_does_not_exist_says_so(run: Run, folder: Path) -> None:
    (folder / "data.csv").write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    refused = run("import", "data.csv", "--map", "inptu=a,output=c")
    assert refused.exit_code == 2
    assert "'inptu' cannot be mapped (did you mean 'input'?)" in refused.stderr
