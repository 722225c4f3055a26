"""`curator review --plain`: the real program, keys as lines on its standard input, lines on its standard output."""

import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from curator.text import visible
from curator.tui.actions import QUEUE_ACTIONS, key_name
from curator.tui.plain.keys import KEYS, Keys
from curator.workspace import Change, Workspace
from tests.conftest import chat, write_jsonl
from tests.tui.test_hostile import FORBIDDEN, HOSTILE

PROGRAM = (sys.executable, "-m", "curator", "review", "--plain", "-w", "desk.curator")
SCHEMA = """
[labels.quality]
kind = "multi"
values = ["wrong", "bad format"]

[labels.clarity]
kind = "rating"
most = 3

[labels.remark]
kind = "text"
"""
EMAIL = "anna.lindqvist@mailbox.org"

Review = Callable[..., list[str]]


@pytest.fixture
def made(run: Any, folder: Path) -> Callable[..., Path]:
    """Makes a workspace of rows, checked."""

    def make(rows: Sequence[dict[str, Any]] = (), *, settings: str = "") -> Path:
        rows = rows or [chat(f"Question {n}?", f"Answer {n}.") for n in range(1, 6)]
        write_jsonl(folder / "desk.jsonl", rows)
        (folder / "curator.toml").write_text(settings)
        assert run("import", "desk.jsonl").exit_code == 0
        run("check", "--select", "TXT")
        return folder / "desk.curator"

    return make


@pytest.fixture
def review(folder: Path) -> Review:
    """What the program prints when these lines are typed."""

    def talk(*typed: str, more: Sequence[str] = (), **environment: str) -> list[str]:
        done = subprocess.run(
            [*PROGRAM, *more], cwd=folder, input="".join(f"{line}\n" for line in typed), text=True, encoding="utf-8",
            capture_output=True, check=False, timeout=60, env={**os.environ, "PYTHONUTF8": "1", **environment},
        )  # fmt: skip
        assert done.stderr == ""
        assert done.returncode == 0
        return done.stdout.splitlines()

    return talk


def states(path: Path) -> list[Any]:
    with Workspace.open(path) as ws:
        return [entry.state for entry in ws.examples.entries(range(1, ws.examples.count() + 1))]


def test_a_key_and_enter_decides_and_prints_the_next_pair(made: Any, review: Review) -> None:
    path = made()
    lines = review("a", "x", " ", "f", "q")
    saved = [line for line in lines if "saved #" in line]
    assert [line.split(",")[0] for line in saved] == ["accept #1", "reject #2", "needs fix #4"]
    assert [state.status for state in states(path)] == ["accepted", "rejected", "pending", "fix", "pending"]
    assert "skipped #3." in lines
    assert "  Question 5?" in lines
    assert lines[-1] == "3 decided in this session. All that was said to be saved is saved."


def test_the_keys_are_those_of_the_queue() -> None:
    queue = {action.name: action for action in QUEUE_ACTIONS}
    for key in KEYS:
        if key.name in queue and key.name not in ("review.skip", "edit.external"):  # s, and e for $EDITOR: added
            written = {key_name(typed).replace("g g", "gg") for typed in queue[key.name].keys}
            assert set(key.words) <= written, key


def test_a_line_is_one_key_or_none() -> None:
    keys = Keys({"review.accept": ("t", "f5"), "review.reject": ()})
    told = {
        "t": ("review.accept", ""), "f5": ("review.accept", ""), "a": None, "x": None, "aa": None, "ax": None,
        " ": ("review.skip", ""), "  a": None, "n good one": ("review.note", "good one"), "nx": None,
        "#12": ("list.goto", "12"), "/status:fix": ("filter.open", "status:fix"), "u 3": None,
    }  # fmt: skip
    assert {line: keys.find(line) for line in told} == told


def test_undo_and_redo_and_again(made: Any, review: Review) -> None:
    path = made()
    lines = review("x", ".", "u", "u", "U", "u", "u")
    assert [state.status for state in states(path)] == ["pending"] * 5
    assert "nothing to undo." in lines
    assert [line.split(" #")[0] for line in lines if line.startswith(("undid", "redid"))] == [
        "undid: reject", "undid: reject", "redid: reject", "undid: reject"
    ]  # fmt: skip


def test_labels_notes_and_routes(made: Any, review: Review) -> None:
    path = made(settings=SCHEMA)
    lines = review("1", "2", "1", "3 2", "3", "9", "4", "says too much", "n", "ask Ben", "R", "r", "gg")
    first = states(path)[0]
    assert first.labels == {"quality": ["bad format"], "clarity": 2, "remark": "says too much"}
    assert (first.note, first.route) == ("ask Ben", "rag")
    assert "clarity is a rating from 1 to 3. Nothing was changed." in lines
    assert "Labels: quality: bad format, clarity: 2, remark: says too much" in lines
    assert "Note: ask Ben" in lines
    review("gg", "n", "", "0", "n -")
    assert (states(path)[0].note, states(path)[0].labels) == ("", {})


def test_an_empty_answer_changes_nothing(made: Any, review: Review) -> None:
    path = made()
    assert review("n kept", "n", "", "/", "", "").count("Nothing was changed.") == 2
    assert states(path)[0].note == "kept"


def test_moving_and_choosing(made: Any, review: Review) -> None:
    path = made()
    lines = review("j", "k", "k", "#4", "#77", f"#{'9' * 5000}", "G", "a", "/status:accepted", "/ stat:x", "/ *", "gg")
    shown = [line.split(":")[1].split(",")[0] for line in lines if line.startswith("Row ")]
    assert shown == [" #1", " #2", " #1", " #4", " #5", " #5", " #1"]
    assert "No row above." in lines
    assert "#77 is not in this queue." in lines
    assert "1 row: status:accepted" in lines
    assert any(line.startswith("Not done: there is no field 'stat'") for line in lines)
    assert states(path)[4].status == "accepted"


def test_what_is_no_key_changes_nothing(made: Any, review: Review) -> None:
    path = made()
    assert "accept: no key. ? and Enter lists the keys." in review("accept", "", "axa", "?", "\x1b[A", "b")
    assert {state.status for state in states(path)} == {"pending"}


def test_random_lines_never_end_it(made: Any, review: Review) -> None:
    path = made([chat(f"Question {n}? {EMAIL}", f"Answer {n}.") for n in range(1, 30)], settings=SCHEMA)
    chance = random.Random(5)
    words = [" " if word == "space" else word for key in KEYS if key.name != "queue.leave" for word in key.words]
    words += ["", "y", "d", "2", "7", "#12", "/status:pending", "/*", "/ (", "n x", "\x1b", "\x00", "ü", "- -"]
    lines = review(*chance.choices(words, k=600), EDITOR="true")
    assert lines[-1].endswith("is saved.")
    with Workspace.open(path) as ws:
        assert ws.verify() == []


def test_an_empty_queue_answers_every_key(made: Any, review: Review) -> None:
    made(settings=SCHEMA)
    typed = [word for key in KEYS if key.name != "queue.leave" for word in key.words]
    lines = review(*(" " if word == "space" else word for word in typed), more=("--where", "status:fix"))
    assert "No rows. / and Enter chooses others." in lines


def test_findings_are_read_and_suggestions_taken(made: Any, review: Review) -> None:
    path = made([chat("Where is it?", "It is in the hall\u200b, I think it is.")])
    lines = review("v", "i", "u")
    assert any("TXT" in line and line.startswith("  ") for line in lines)
    with Workspace.open(path) as ws:
        fixes = [item for item in ws.findings.of(1) if item.finding.fix is not None]
    assert any("i takes it" in line for line in lines) == bool(fixes)


def test_secrets_are_masked_until_m(made: Any, review: Review) -> None:
    made([chat(f"Write to {EMAIL} now \u2022\u2022 please", f"I wrote to {EMAIL}.")])
    masked, shown = "\n".join(review("z", "v")), "\n".join(review("m"))
    assert EMAIL not in masked
    assert "[masked]" in masked
    assert "\u2022\u2022 please" in masked
    assert f"  I wrote to {EMAIL}." in shown


def test_hostile_rows_drive_nothing_and_say_nothing_of_ours(made: Any, review: Review) -> None:
    forged = "x\naccept #1, saved #999\nKey for #1:"
    texts = [*HOSTILE.values(), forged]
    path = made([chat(text, text, system=text) | {"meta " + text: text} for text in texts])
    with Workspace.open(path) as ws:
        for seq, text in enumerate(texts, 1):
            ws.log.record([Change(seq, "note", text), Change(seq, "labels", {text: text})], actor=text)
    lines = review(*["z", "v", "m", "n", "", "1", "j"] * len(texts), "\x1b]0;x\x07", "/ \x1b[2J")
    assert not FORBIDDEN & set("".join(lines))
    assert not any(line.startswith("accept #1, saved") for line in lines)
    for text in HOSTILE.values():
        assert set(visible(text).splitlines()) <= {line.removeprefix("  ") for line in lines}


def test_a_long_pair_is_cut_and_read_whole_when_asked_for(made: Any, review: Review) -> None:
    made([chat("word " * 50_000, "short")])
    lines = review()
    assert "(and 246,000 more characters: z reads the pair whole)" in lines
    assert sum(map(len, lines)) < 6_000
    assert sum(line.count("word") for line in review("z")) > 50_000


def test_what_was_said_to_be_saved_outlives_a_kill(made: Any, folder: Path) -> None:
    path = made([chat(f"Question {n}?", f"Answer {n}.") for n in range(1, 200)])
    with subprocess.Popen(PROGRAM, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write("a\n" * 150)
        program.stdin.flush()
        said: list[tuple[int, int]] = []
        for line in program.stdout:
            if found := re.fullmatch(r"accept #(\d+), saved #(\d+)\.\n", line):
                said.append((int(found[1]), int(found[2])))
            if len(said) == 40:
                break
        program.send_signal(signal.SIGKILL)
    with Workspace.open(path) as ws:
        assert ws.verify() == []
        assert ws.log.last_seq() >= said[-1][1]
        assert all(ws.examples.entry(seq).state.status == "accepted" for seq, _ in said)


def _editor(folder: Path, script: str) -> str:
    tool = folder / "editor.sh"
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(0o755)
    return str(tool)


def test_the_output_is_edited_in_the_readers_editor(made: Any, review: Review, folder: Path) -> None:
    path = made()
    write = _editor(folder, 'printf "Better.\\n" > "$1"')
    lines = review("e", "a", EDITOR=write)
    assert any("edited and accepted #1, saved #" in line for line in lines)
    assert any("{+Better" in line for line in lines)
    with Workspace.open(path) as ws:
        assert ws.examples.entry(1).example.output_text == "Better."
        assert ws.examples.entry(1).state.status == "accepted"
    assert any("undid" in line for line in review("u", EDITOR=write))
    with Workspace.open(path) as ws:
        assert ws.examples.entry(1).example.output_text == "Answer 1."


def test_an_edit_that_was_not_answered_is_kept_as_a_draft(made: Any, review: Review, folder: Path) -> None:
    path = made()
    write = _editor(folder, 'printf "Draft" > "$1"')
    assert not any("saved #" in line for line in review("e", EDITOR=write))  # no more lines: as after a hangup
    assert "A draft of this text was never saved:" in review("e", "y", "y", EDITOR="true")
    with Workspace.open(path) as ws:
        assert ws.examples.entry(1).example.output_text == "Draft"
    assert "The changes were dropped." in review("#2", "e", "d", EDITOR=write)
    with Workspace.open(path) as ws:
        assert ws.examples.entry(2).example.output_text == "Answer 2."


@pytest.mark.parametrize("editor", ["", "false", "/nowhere/at/all", "'"])
def test_an_editor_that_fails_is_said(made: Any, review: Review, editor: str) -> None:
    made()
    assert any(line.startswith("Not done: $EDITOR:") for line in review("e", EDITOR=editor, VISUAL=""))


def test_ascii_is_enough(made: Any, review: Review) -> None:
    made([chat("Grüße aus Köln", "ありがとう")])
    assert any("Gr\\xfc" in line for line in review("a", PYTHONUTF8="0", PYTHONIOENCODING="ascii", LC_ALL="C"))


def test_no_terminal_and_no_screen_are_pointed_here(made: Any, run: Any) -> None:
    made()
    refused = run("review")
    assert refused.exit_code == 2
    assert "curator review --plain" in refused.stderr


def on_a_terminal(folder: Path, *words: str, term: str) -> tuple[int, bytes]:
    """The exit code of a command, and what a terminal of that kind shows of it."""
    ours, theirs = os.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "curator", *words], cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs,
        check=False, timeout=60, env={**os.environ, "TERM": term},
    )  # fmt: skip
    os.close(theirs)
    said = b""
    with suppress(OSError):  # the end of what a terminal shows
        while part := os.read(ours, 65_536):
            said += part
    os.close(ours)
    return done.returncode, said


@pytest.mark.parametrize("words", [("review",), ("desk.curator",), ("keys", "--test")], ids=" ".join)
def test_a_dumb_terminal_is_told_what_it_can_do(made: Any, folder: Path, words: tuple[str, ...]) -> None:
    made()
    code, said = on_a_terminal(folder, *words, term="dumb")
    assert code == 2
    assert b"\x1b" not in said
    assert (b"curator review --plain" if words[0] != "keys" else b"has a screen") in said


def test_the_demo_stops_before_review_where_there_is_no_screen(folder: Path) -> None:
    code, said = on_a_terminal(folder, "demo", term="dumb")
    assert code == 0
    assert re.search(rb"curator review -w \S+ --plain", said)
    assert b"\x1b[?1049h" not in said


def test_textual_is_not_loaded(made: Any, folder: Path) -> None:
    made()
    code = (
        "import sys; from curator.cli import group; group(['review', '--plain'], standalone_mode=False); "
        "assert not {'textual', 'rich'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, input="m\nv\na\nu\n", text=True, check=False)
    assert done.returncode == 0


def test_keys_of_keys_toml_are_typed(made: Any, review: Review, folder: Path) -> None:
    path = made()
    (folder / "keys.toml").write_text('"review.accept" = ["w", "f5", "enter"]\n"pane.enter" = ["l"]\n')
    review("", "f5", "a")
    assert [state.status for state in states(path)][:2] == ["accepted", "pending"]
