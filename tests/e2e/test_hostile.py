"""Three hundred hostile rows on a real terminal: what they hold is shown, and drives nothing."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from curator.text import visible
from tests.e2e.test_pty import Terminal, foreign
from tests.tui.hostile import ESC, FORBIDDEN, PAYLOADS, rows

STORED = sum("\\udfff\\ud800" not in json.dumps(row) for row in rows())
"""A lone surrogate is no text, and import refuses it."""
QUIET = 0.02
"""Seconds without a byte after which the row under the cursor is taken to be drawn."""


def curator(folder: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "curator", *words],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose name, labels, filters, notes and rows are hostile, checked."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows()))
    (folder / "curator.toml").write_text(
        f"[labels.bad]\nvalues = [{json.dumps(PAYLOADS['clipboard'])}, {json.dumps(PAYLOADS['click'])}]\n"
        f"[filters]\nevil = {json.dumps('in~' + json.dumps('[/] ' + PAYLOADS['title']))}\n"
    )
    name = "[red]\x1b[2J.curator"
    curator(folder, "import", "train.jsonl", "-w", name)
    curator(folder, "check", "-w", name, *(word for code in (5, 6, 7) for word in ("--select", f"TXT00{code}")))
    return folder / name


@pytest.fixture
def program(hostile: Path) -> Iterator[Terminal]:
    one = Terminal(["review", "--as", PAYLOADS["title"]], hostile.parent, (160, 50))
    yield one
    one.close()


def step(program: Terminal, keys: str, text: str) -> None:
    program.press(keys)
    program.sees(text)


def unharmed(program: Terminal) -> None:
    """Whatever was sent is text, or a sequence of Textual's own."""
    assert foreign(program.raw) == []
    assert not FORBIDDEN & set(program.raw.decode("utf-8", "replace")) - set("\n\r\x1b\x07")


def test_there_are_three_hundred_rows_and_each_is_another() -> None:
    found = [json.dumps(row) for row in rows()]
    assert len(set(found)) == len(found) > 300


def test_no_row_of_three_hundred_drives_the_terminal(program: Terminal) -> None:
    program.sees(f"row 1 of {STORED}")
    for _ in range(STORED):
        program.press("j")
        while select.select([program.master], [], [], QUIET)[0]:  # no emulator: it takes longer than the program
            program.raw += os.read(program.master, 1 << 16)
    program.press("q")
    assert program.end() == 0
    for shown in ("[INST] hi [/INST] list[int] <|im_end|>", "[@click=app.quit]x[/]", "[/foo] [bold red]x[/]"):
        assert shown.encode() in program.raw
    for name in ("clear", "mouse", "reset", "clipboard", "sixel", "bidi", "tags", "c1", "nul"):
        assert visible(PAYLOADS[name], line=True)[:30].encode() in program.raw, name
    unharmed(program)


def test_no_screen_lets_them_through(program: Terminal) -> None:
    """The finding's card, the edit, the help and every place."""
    program.sees(f"row 1 of {STORED}")
    row = list(PAYLOADS).index("template") * 5 + 3  # where everything says it
    step(program, f"#{row}\r", f"row {row} of")
    step(program, "1", "label: bad")
    for keys, text in (
        ("v", "WHAT template-tokens"), ("n", "note #"), ("e", "CHANGES"), ("H", "▸ History"), ("L", "evil"),
        ("b", "▸ Bulk"), ("?", "type to search"), (":", "Search for"), ('/in~"[INST]"', "2 rows"),
    ):  # fmt: skip
        step(program, keys, text)
        program.press(ESC)
        program.until(lambda screen, text=text: text not in screen)
    for key, text in zip("kfthei", ("Clusters", "Findings", "History", "Home", "Export", "Import"), strict=True):
        step(program, f"g{key}", f"▸ {text}")
    step(program, "gq", f"row {row} of")
    step(program, "e", "CHANGES")
    step(program, PAYLOADS["markup"], "(+66)")
    unharmed(program)
    os.kill(program.process.pid, 15)
    assert program.end() == 143
    unharmed(program)
