"""What the command line prints: data on stdout, narration on stderr, and never a byte that drives the terminal."""

import os
import sys
import time
from collections.abc import Generator
from typing import Any, NoReturn, TypeVar

from curator.errors import CuratorError
from curator.model import Progress
from curator.text import visible

Result = TypeVar("Result")


def data(text: str) -> None:
    """Prints a line of data to stdout, with what cannot be seen made visible."""
    _write(visible(text) + "\n")


def record(value: Any) -> None:
    """Prints a value to stdout as one line of JSON: exact, and in ASCII, so that nothing in it drives a terminal."""
    import json

    import msgspec

    text = json.dumps(msgspec.to_builtins(value))
    _write(text.replace("\x7f", "\\u007f") + "\n")  # DEL is the one control that JSON leaves as it is


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
    except BrokenPipeError:  # whoever read has enough
        raise
    except OSError as error:
        refuse_output(error)


def refuse_output(error: OSError) -> NoReturn:
    """Raises `CuratorError` for an output that cannot be written; what is still on its way to it is dropped."""
    drop_output()
    raise CuratorError(f"the output could not be written ({error.strerror}). It is not complete.") from error


def drop_output() -> None:
    """Lets what is still on its way to stdout go nowhere, so that leaving does not fail on it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def can_ask() -> bool:
    """Whether somebody sits at the other end of standard input."""
    return sys.stdin is not None and sys.stdin.isatty()


def has_terminal() -> bool:
    """Whether there is a terminal for keys and one to draw on: a screen reads the one and draws on standard error."""
    return can_ask() and sys.stderr is not None and sys.stderr.isatty()


def has_screen() -> bool:
    """Whether that terminal can be drawn on anywhere, and not only line by line."""
    return has_terminal() and os.environ.get("TERM") != "dumb"


def say(text: str) -> None:
    """Tells the user something, on stderr."""
    sys.stderr.write(visible(text) + "\n")


def place(row: int, line: int | None, offset: int | None) -> str:
    """Where a row stands: its line and byte, and its number where that is another one (a CSV has a header)."""
    more = [] if line in (None, row) else [f"row {row:,}"]
    more += [] if offset is None else [f"byte {offset:,}"]
    return f"{line or row}" + (f" ({', '.join(more)})" if more else "")


def progress(steps: Generator[Progress, None, Result]) -> Result:
    """Runs a long operation to its end, showing how far it is on a terminal, and returns its result."""
    live = sys.stderr.isatty()
    shown, at = "", 0.0
    while True:
        try:
            step = next(steps)
        except StopIteration as stop:
            if shown:
                sys.stderr.write("\r\x1b[K")
            result: Result = stop.value
            return result
        if live and time.monotonic() - at > 0.1:
            at = time.monotonic()
            share = f"{step.done / step.total:.0%}" if step.total else f"{step.done:,}"
            shown = f"{step.stage} {share}"
            sys.stderr.write(f"\r\x1b[K{visible(shown, line=True)}")
            sys.stderr.flush()
