"""From somebody's own CSV to a validated training file, as a newcomer goes: real terminal, real keys, real files."""

import json
from pathlib import Path

import pytest

from curator.workspace import Workspace
from tests.e2e.test_pty import SIZES, Open, Terminal, terminal, time_to_read

__all__ = ["terminal"]  # a fixture

CSV = """question,answer,topic
Where is my parcel?,"It left on Monday, so it should reach you by Thursday.",delivery
Where is my parcel?,We do not track parcels.,delivery
Can I return opened shoes?,"Yes, within 30 days, as long as they were not worn outside.",returns
Do you ship to Norway?,TODO,delivery
How do I change my e-mail address?,"Open Settings, choose Account, and type the new address.",account
"""


def ran(program: Terminal) -> str:
    """What a command printed; it did what it was asked."""
    assert program.end() == 0, program.text
    while program.read(0.1) and not program.text.strip():
        pass
    return program.text


@pytest.mark.parametrize("size", SIZES)
def test_a_csv_becomes_a_training_file(terminal: Open, tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "desk.csv").write_text(CSV, encoding="utf-8")
    assert "stored 5" in ran(terminal("import", "desk.csv", size=size))
    assert "CON006" in ran(terminal("check", "--ignore", "KNO", size=size))

    program = terminal("review", "--as", "ana", size=size)
    program.sees("row 1 of 5")
    program.sees("CON006")
    program.press("a")  # the first answer is the right one
    program.sees("accept #1")
    time_to_read(program)
    program.press("x")
    program.sees("reject #2")
    time_to_read(program)
    program.press("a")
    program.sees("accept #3")
    time_to_read(program)
    program.press("e")  # the TODO is written out
    program.sees("TODO")
    program.press("\x05" + "\x7f" * 4 + "Yes, in four days.")
    program.sees("Yes, in four days.")
    program.press("\x13")
    program.sees("accept #4")
    time_to_read(program)
    program.press("x")
    program.sees("reject #5")
    program.press("u")
    program.sees("undid: reject #5")
    time_to_read(program)
    program.press("a")
    program.sees("accept #5")
    program.press("q")
    assert program.end() == 0

    assert "train.jsonl" in ran(terminal("export", "--to", "trl", "--out", "out", size=size))
    rows = [json.loads(line) for line in (tmp_path / "out" / "train.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["messages"][1]["content"][:9] for row in rows] == ["It left o", "Yes, with", "Yes, in f", "Open Sett"]
    assert "agrees" in ran(terminal("verify", "out", size=size))
    with Workspace.open(tmp_path / "desk.curator") as ws:
        assert ws.verify() == []
        assert [entry.state.status for entry in ws.examples.stream()] == ["accepted", "rejected"] + ["accepted"] * 3
        assert {entry.state.reviewer for entry in ws.examples.stream()} == {"ana"}
