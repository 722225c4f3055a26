"""Three hundred hostile rows on a real terminal: what they hold is shown, and drives nothing."""

import json
import os
import re
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from curator.text import visible
from curator.tui.places import places
from curator.workspace import Change, Workspace
from tests.e2e.stream import ESC, out_of_place
from tests.e2e.test_pty import PATIENCE, Terminal
from tests.tui.hostile import FORBIDDEN, PAYLOADS, more_rows, rows

STORED = sum("\\udfff\\ud800" not in json.dumps(row) for row in rows())
"""A lone surrogate is no text, and import refuses it."""
QUIET = 0.02
"""Seconds without a byte after which the row under the cursor is taken to be drawn."""
_SEQUENCE = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]|[\r\n]+")
EVIL = PAYLOADS["title"]
CODES = ("CON001", "KNO001", "KNO002", "TXT005", "TXT006", "TXT007")


def curator(folder: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "curator", *words],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace where whatever can be named or said is hostile: rows, files, columns, labels, filters, reviewers.

    It was checked and judged by two people.
    """
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows()))
    (folder / f"with {EVIL}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in more_rows()))
    (folder / f"[red]{ESC}[2J.csv").write_text(f"{PAYLOADS['markup'].replace(',', ' ')},{EVIL}\n[/x],{ESC}[2J\n")
    (folder / "curator.toml").write_text(
        "[review]\nmin_dwell_ms = 0\n"  # one key after the other
        f"[labels.bad]\nvalues = [{json.dumps(PAYLOADS['clipboard'])}, {json.dumps(PAYLOADS['click'])}]\n"
        f"[filters]\nevil = {json.dumps('in~' + json.dumps('[/] ' + EVIL))}\n"
    )
    name = f"[red]{ESC}[2J.curator"
    curator(folder, "import", "*.jsonl", "-w", name)
    curator(folder, "check", "-w", name, *(word for code in CODES for word in ("--select", code)))
    with Workspace.open(folder / name) as ws:
        for who, status in ((f"[/]{EVIL}", "accepted"), (PAYLOADS["bidi"], "rejected")):
            ws.log.record([Change(STORED, "status", status), Change(STORED, "note", f"[/x] {EVIL}")], actor=who)
    return folder / name


@pytest.fixture
def program(hostile: Path) -> Iterator[Terminal]:
    one = Terminal(["review", "--as", EVIL], hostile.parent, (160, 50))
    yield one
    one.close()


def words(raw: bytes) -> str:
    """What a stream says, without styles and places."""
    return _SEQUENCE.sub(b"", raw).decode("utf-8", "replace")


def take(program: Terminal, seconds: float) -> bool:
    """Take what comes, without drawing it: that takes longer than the program. False when nothing does."""
    if not select.select([program.master], [], [], seconds)[0]:
        return False
    try:
        program.raw += os.read(program.master, 1 << 16)
    except OSError:  # the program has ended
        return False
    return True


def read_on(program: Terminal) -> None:
    """Take what comes until nothing does."""
    while take(program, QUIET):
        pass


def answers(program: Terminal, keys: str, text: str) -> None:
    """Press keys and wait for an answer with this text in it."""
    start = len(program.raw)
    program.press(keys)
    while text not in words(program.raw[start:]):
        assert take(program, PATIENCE), (keys, text, words(program.raw[-500:]))


def step(program: Terminal, keys: str, text: str) -> None:
    """The same, and wait until all is said: a key that follows an escape at once is another key."""
    answers(program, keys, text)
    read_on(program)


def test_there_are_three_hundred_rows_and_each_is_another() -> None:
    found = [json.dumps(row) for row in rows()]
    assert len(set(found)) == len(found)
    assert STORED >= 300


@pytest.mark.parametrize("name", [name for name, text in PAYLOADS.items() if FORBIDDEN & set(text)])
def test_a_payload_that_gets_through_would_be_seen(name: str) -> None:
    """Also where it says what Textual says: to clear, to ask, to set a mode, to colour."""
    opening, frame = f"{ESC}[?1049h", f"{ESC}[?2026h{ESC}[1;1H{ESC}[1;38;5;189m %s{ESC}[0m\r\n{ESC}[?2026l"
    closing = f"{ESC}[?1049l"
    assert out_of_place((opening + frame % "a" + frame % visible(PAYLOADS[name], line=True) + closing).encode()) == ""
    text = PAYLOADS[name].encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    for raw in (opening + frame % text + closing, opening + frame % "a" + text + frame % "a" + closing):
        assert out_of_place(raw.encode("utf-8", "surrogatepass")) != ""


def test_no_row_of_three_hundred_drives_the_terminal(program: Terminal) -> None:
    program.sees("row 1 of")
    for row in range(2, STORED + 1):
        answers(program, "j", f"row {row} of")
    program.press("q")
    assert program.end() == 0
    for shown in ("[INST] hi [/INST] list[int] <|im_end|>", "[@click=app.quit]x[/]", "[/foo] [bold red]x[/]"):
        assert shown.encode() in program.raw
    for name in ("clear", "mouse", "reset", "clipboard", "sixel", "bidi", "tags", "c1", "nul"):
        assert visible(PAYLOADS[name], line=True)[:30].encode() in program.raw, name
    assert out_of_place(program.raw) == ""


OVER_A_ROW = (
    ("v", "WHAT template-tokens"), ("n", "note #"), ("e", "CHANGES"), ("H", "▸ History"), ("L", "evil"),
    ("b", "▸ Bulk"), ("?", "type to search"), (":", "Search for"), ('/in~"[INST]"', "rows"), ("p", "PASSAGE"),
    ("A", "y do it"), ("o", "worst"), ("y", "copy"),
)  # fmt: skip
"""What is opened over a row, and a text by which it is known."""
BACK = (ESC, "? help")
PLACES: dict[str, tuple[tuple[str, str], ...]] = {
    "h": (("gh", "resolve "), ("j", "▸")),
    "f": (("gf", "output: "), ("j", "output: "), ("i[/x]\r", "ignored"), ("G", "[/x]")),
    "c": (("gc", "SAME INPUT"), ("m", "RIGHT ANSWER"), ("[/x]", "4 ch"), (ESC, "not stored"), BACK),
    "d": (("gd", "WHAT EACH SAYS"), ("1", "saved"), ("v", "ADJUDICATED")),
    "k": (("gk", "teach facts"), ("R", "TO RAG"), BACK),
    "t": (("gt", "event #"), ("j", "event #"), ("j", "event #")),
    "i": (
        ("gi", "IMPORTED BEFORE"),
        ("p*.csv\r", "WHICH READING"),
        ("\r", "PREVIEW"),
        ("n", "PROBLEMS"),
        ("n", "y imports"),
    ),
    "e": (("ge", "WHAT STAYS"), ("n", "TARGET"), ("n", "SPLIT"), ("n", "y writes")),
    "l": (("gl", "ABOUT IT"), ("j", "Digit 1"), ("e", "apply"), BACK),
    "v": (("gv", "HOW SURE"), ("j", "OVERTURN IT")),
    "s": (("gs", "WHAT IT DOES"), ("/evil\r", "filters.evil"), ("\r", "apply"), BACK),
}
"""Every place by the letter after g: keys that show more and more of it, and what they show."""


def test_no_screen_lets_them_through(program: Terminal) -> None:
    """Everything that opens over a row, and every place, with what is found in it."""
    program.sees("row 1 of")
    row = list(PAYLOADS).index("template") * 5 + 3  # where everything says it
    step(program, f"#{row}\r", f"row {row} of")
    step(program, "1", "label: bad")
    for keys, text in OVER_A_ROW:
        step(program, keys, text)
        step(program, ESC, "spc skip")
    assert set(PLACES) == {place.key for place in places().values()}
    for keys, text in (one for steps in PLACES.values() for one in steps):
        step(program, keys, text)
    step(program, "gq", f"row {row} of")
    step(program, "e", "CHANGES")
    step(program, PAYLOADS["markup"], "(+66)")
    os.kill(program.process.pid, 15)
    assert program.end() == 143
    assert out_of_place(program.raw) == ""


PRINTED = (
    "findings", "findings --json", "status", "status --json", "clusters", "clusters --json", "examples",
    "examples --json --where=-in~Long", "log", "log --json", "fix --diff", "verify",
    "export --to openai --out [red]out --include pending --where=-in~Long",
)  # fmt: skip
"""What prints something of a workspace."""


def printed(folder: Path, *commands: str) -> tuple[str, int]:
    """What a terminal is sent by these commands, one after the other in one process; and how many there were."""
    code = (
        "import shlex, sys\nfrom curator.cli import group\n"
        "for words in sys.argv[1:]:\n"
        "    print('RUNS', words, flush=True)\n"
        "    try: group(shlex.split(words))\n"
        "    except SystemExit as ended: assert ended.code in (None, 0, 1)\n"
    )
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code, *commands], stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "CURATOR_REVIEWER": EVIL},
    )  # fmt: skip
    os.close(theirs)
    said = b""
    with suppress(OSError):  # the end of what a terminal shows
        while part := os.read(ours, 1 << 16):
            said += part
    os.close(ours)
    process.wait()
    return said.decode("utf-8", "replace"), said.count(b"RUNS ")


def test_no_command_prints_what_drives_the_terminal(hostile: Path) -> None:
    """The one sequence that a command sends clears the line of its own progress."""
    said, count = printed(hostile.parent, *PRINTED)
    assert count == len(PRINTED), said[-2_000:]
    text = said.replace(f"\r{ESC}[K", "").replace("\r\n", "\n")
    assert sorted(FORBIDDEN & set(text) - {"\n"}) == []
    for shown in ("[INST] hi [/INST] list[int] <|im_end|>", "[@click=app.quit]x[/]", visible(EVIL, line=True)):
        assert shown in text


def test_no_row_drives_the_terminal_of_the_plain_review(hostile: Path) -> None:
    program = Terminal(["review", "--plain", "--as", EVIL], hostile.parent, (160, 50))
    try:
        answers(program, "", "Key for #1:")
        for row in range(2, STORED):  # the last one is decided, and passed over
            answers(program, "s\r", f"Key for #{row}:")
        program.press("q\r")
        assert program.end() == 0
    finally:
        program.close()
    text = program.raw.decode().replace("\r\n", "\n")
    assert sorted(FORBIDDEN & set(text) - {"\n"}) == []
    for shown in ("[INST] hi [/INST] list[int] <|im_end|>", "[@click=app.quit]x[/]", visible(PAYLOADS["clear"])):
        assert shown in text
