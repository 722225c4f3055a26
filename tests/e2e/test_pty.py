"""The real program in a real terminal of ours: real keys, real bytes."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pyte
import pytest

from curator.text import visible
from curator.workspace import Workspace

ASKED, ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
SIZES = [(80, 24), (160, 50)]
PATIENCE = 30.0
"""Seconds until a screen that does not come is a failure; what comes is seen at once."""

ALLOWED = (
    rb"\x1b\[[0-9;:]*m",  # colours
    rb"\x1b\[\d+;\d+H",  # go to
    rb"\x1b\[\?(?:1|7|25|47|1000|1002|1003|1004|1006|1015|1016|1048|1049|2004|2026|2027|2031|2048)[hl]",  # modes
    rb"\x1b\[\?(?:2026|2027|2031|2048|1016)\$p",  # questions about modes
    rb"\x1b\[[<>=]?\d*(?:;\d+)?u",  # keyboard protocol
    rb"\x1b\[\?996n|\x1b\[6n|\x1b\[c|\x1b\[>c|\x1b\[16t|\x1b\[14t",  # questions about the terminal
    rb"\x1b\[>\d*q",
    rb"\x1b\]22;default\x07",  # the pointer's shape
    rb"\x1b\[[234]?J|\x1b\[H|\x1b\[K",
)


class Terminal:
    """A terminal that remembers every byte and answers what it is asked."""

    def __init__(self, words: list[str], folder: Path, size: tuple[int, int], **environment: str) -> None:
        columns, rows = size
        self.raw = b""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        # the size is that of the terminal: workers of a test run may carry another one in their environment
        inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        settings = inherited | {"TERM": "xterm-256color", "PYTHONPATH": str(Path(__file__).parents[2])} | environment
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "curator", *words],
            stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=settings, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(slave)
        self.master = master

    def read(self, seconds: float = 0.05) -> bool:
        """Take what has come; False when the other side is gone."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:
            return False
        if not data:
            return False
        self.raw += data
        # pyte knows neither the keyboard protocol nor questions about modes, and would print their letters
        self._stream.feed(re.sub(rb"\x1b\[[<>=][\d;]*[uq]|\x1b\[\?\d+\$p", b"", data))
        if ASKED in data:
            os.write(self.master, ANSWER)
        return True

    def until(self, holds: Callable[[str], object]) -> str:
        """Read until the screen is as it should be."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            alive = self.read()
            if holds(self.text):
                return self.text
            if not alive:
                break
        raise AssertionError(f"the screen never came to hold; it is\n{self.text}")

    def sees(self, text: str) -> str:
        """Wait until a text is on the screen."""
        return self.until(lambda screen: text in screen)

    def press(self, keys: str) -> None:
        """Send keys."""
        os.write(self.master, keys.encode())

    @property
    def text(self) -> str:
        """The screen."""
        return "\n".join(self.screen.display)

    def end(self) -> int:
        """Wait until the program has ended; its exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read()
        return self.process.wait(timeout=1)

    def close(self) -> None:
        """Let go, whatever state the program is in."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        with suppress(OSError):
            os.close(self.master)


Open = Callable[..., Terminal]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Open]:
    """Opens the program: `terminal("review", size=(80, 24))`."""
    opened: list[Terminal] = []

    def start(*words: str, size: tuple[int, int] = (80, 24), **environment: str) -> Terminal:
        opened.append(Terminal(list(words), tmp_path, size, **environment))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


HOSTILE = [
    "\x1b]52;c;aGFja2Vk\x07 clipboard \x1b]52;c;aGFja2Vk\x1b\\",
    "\x1b]0;owned\x07 title \x1b[2J\x1b[H clear \x1bc reset",
    "\x9b31m c1 \x9d52;c;eA==\x9c \x90+q\x9c",
    "[INST] hi [/INST] list[int] [/foo] [@click=app.quit]x[/]",
    "a\u202eb\u2066c\u2069 bidi \u200b\ufeff \U000e0041\U000e0042",
    "nul \x00 del \x7f bs \x08 cr \r vt \x0b ff \x0c so \x0e end",
]


@pytest.fixture
def refunds(tmp_path: Path) -> Path:
    """A workspace made by the command line."""
    rows = [{"prompt": f"Why is refund {n} late?", "completion": f"It takes {n} days."} for n in range(1, 9)]
    rows += [{"prompt": text, "completion": text, "note": text} for text in HOSTILE]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = subprocess.run(
        [sys.executable, "-m", "curator", "import", "train.jsonl", "-w", "refunds.curator"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return tmp_path / "refunds.curator"


def statuses(path: Path) -> list[str]:
    with Workspace.open(path) as workspace:
        return [entry.state.status for entry in workspace.examples.stream()]


@pytest.mark.parametrize("size", SIZES)
def test_reviewing_with_real_keys(terminal: Open, refunds: Path, size: tuple[int, int]) -> None:
    program = terminal("review", "--as", "ana", size=size)
    program.sees("row 1 of 14")
    program.press("a")
    program.sees("accept #1")
    time_to_read(program)
    program.press("x")
    program.sees("reject #2")
    program.press("u")
    program.sees("undid: reject #2")
    program.press("n")
    program.sees("note #2")
    program.press("ask eve\r")
    program.sees("note: ask eve")
    program.press("/status:accepted")
    program.sees("  1 row ")
    program.press("\r")
    program.sees("row 1 of 1")
    program.press("q")
    assert program.end() == 0
    assert statuses(refunds)[:3] == ["accepted", "pending", "pending"]


def time_to_read(program: Terminal) -> None:
    """Let the time pass within which a key counts as held, or as meant for the screen that was there before."""
    deadline = time.monotonic() + 0.5
    while time.monotonic() < deadline:
        program.read(0.02)


@pytest.mark.parametrize("size", SIZES)
def test_editing_in_place_and_leaving_the_terminal_as_it_was(
    terminal: Open, refunds: Path, size: tuple[int, int]
) -> None:
    program = terminal("review", size=size)
    program.sees("row 1 of 14")
    program.press("e")
    program.sees("CHANGES")
    program.press("Well: ")
    program.sees("{+Well: +}")
    program.press("\x13")
    program.sees("edit and accept #1")
    program.press("\x11")
    assert program.end() == 0
    assert b"\x1b[?1049l" in program.raw
    with Workspace.open(refunds) as workspace:
        assert workspace.examples.entry(1).example.output_text == "Well: It takes 1 days."
        assert workspace.verify() == []


def test_editing_in_the_readers_own_editor(terminal: Open, refunds: Path, tmp_path: Path) -> None:
    editor = tmp_path / "editor.sh"
    editor.write_text("#!/bin/sh\nprintf 'from the editor\\n' > \"$1\"\n")
    editor.chmod(0o755)
    program = terminal("review", EDITOR=str(editor), VISUAL="")
    program.sees("row 1 of 14")
    program.press("E")
    program.sees("{+from the editor+}")
    program.press("\x13")
    program.sees("edit and accept #1")
    with Workspace.open(refunds) as workspace:
        assert workspace.examples.entry(1).example.output_text == "from the editor"


def test_an_editor_that_is_not_there_is_told_and_the_screen_comes_back(terminal: Open, refunds: Path) -> None:
    program = terminal("review", "-w", refunds.name, VISUAL="", EDITOR="no-such-editor --wait")
    program.sees("row 1 of 14")
    program.press("E")
    program.sees("no-such-editor cannot be started")
    program.press("a")
    program.sees("accept #1")
    program.press("q")
    assert program.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_half_typed_edit_survives_being_told_to_end(terminal: Open, refunds: Path, number: signal.Signals) -> None:
    program = terminal("review", "--as", "ana")
    program.sees("row 1 of 14")
    program.press("e")
    program.sees("CHANGES")
    program.press("half typ")
    program.sees("half typIt")
    os.kill(program.process.pid, number)
    program.end()
    with Workspace.open(refunds) as workspace:
        assert workspace.drafts.load(1, "messages[1].content", "ana") == "half typIt takes 1 days."
        assert workspace.examples.entry(1).example.output_text == "It takes 1 days."


def test_a_half_typed_edit_survives_the_terminal_going_away(terminal: Open, refunds: Path) -> None:
    program = terminal("review", "--as", "ana")
    program.sees("row 1 of 14")
    program.press("e")
    program.sees("CHANGES")
    program.press("half typ")
    program.sees("half typIt")
    os.close(program.master)
    program.process.wait(timeout=PATIENCE)
    with Workspace.open(refunds) as workspace:
        assert workspace.drafts.load(1, "messages[1].content", "ana") == "half typIt takes 1 days."


def test_what_the_screen_called_saved_survives_a_kill(terminal: Open, refunds: Path) -> None:
    program = terminal("review")
    program.sees("row 1 of 14")
    program.press("x")
    program.sees("saved #")
    os.kill(program.process.pid, signal.SIGKILL)
    program.process.wait()
    assert statuses(refunds)[0] == "rejected"


@pytest.mark.usefixtures("refunds")
@pytest.mark.parametrize("size", SIZES)
def test_no_byte_of_a_row_drives_the_terminal(terminal: Open, size: tuple[int, int]) -> None:
    program = terminal("review", size=size)
    program.sees("row 1 of 14")
    title = visible("\x1b]0;owned\x07 title", line=True)
    seen = ""
    while title not in seen:  # words with a digit are dotted until the masks are loaded
        program.press("G")
        program.sees("row 14 of 14")
        for number in range(13, 8, -1):
            program.press("k")
            program.sees(f"row {number} of 14")
            seen += program.text
    for keys, text in (
        ("e", "CHANGES"),
        ("\x1b", f"row {9} of 14"),
        ("?", "type to search"),
        ("\x1b", "row 9"),
        ("z", "row 9"),
    ):
        program.press(keys)
        program.sees(text)
    program.press("q")
    assert program.end() == 0
    assert foreign(program.raw) == []
    assert "[INST] hi [/INST] list[int] [/foo]" in seen
    assert title in seen


def foreign(raw: bytes) -> list[bytes]:
    """What is in the stream and neither text nor a sequence of Textual's own."""
    rest = re.sub(b"|".join(ALLOWED), b"", raw)
    text = rest.decode("utf-8", "backslashreplace")
    allowed = {"\n", "\r"}
    return sorted({c.encode() for c in text if c not in allowed and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0)}) + [
        match.group()[:20] for match in re.finditer(rb"\x1b[^\x1b]{0,20}", rest)
    ]


@pytest.mark.usefixtures("refunds")
def test_no_colour_is_sent_when_none_is_wanted(terminal: Open) -> None:
    program = terminal("review", NO_COLOR="1")
    program.sees("row 1 of 14")
    program.press("q")
    program.end()
    assert not re.search(rb"\x1b\[[0-9;]*[34]8;[25];", program.raw)


def test_a_workspace_that_is_none_is_told_in_a_sentence(terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "no.curator").write_bytes(b"not a database at all, but long enough to look at" * 40)
    program = terminal("review", "-w", "no.curator")
    assert program.end() == 2
    assert "no Curator workspace" in program.text.replace("\n", "")
    assert "Traceback" not in program.text


@pytest.mark.usefixtures("refunds")
def test_a_filter_that_does_not_parse_is_told_before_the_screen_opens(terminal: Open) -> None:
    program = terminal("review", "--where", "colour:red")
    assert program.end() == 2
    assert "colour" in program.text
    assert "Traceback" not in program.text
