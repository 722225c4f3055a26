"""What the command line prints: data on stdout, narration on stderr, and never a byte that drives the terminal."""

import sys
from collections.abc import Generator
from typing import TypeVar

from curator.model import Progress
from curator.text import visible

Result = TypeVar("Result")


def data(text: str) -> None:
    """Prints a line of data to stdout. JSON is passed as it is: it has no raw control characters of its own."""
    sys.stdout.write(visible(text) + "\n")


def say(text: str) -> None:
    """Tells the user something, on stderr."""
    sys.stderr.write(visible(text) + "\n")


def progress(steps: Generator[Progress, None, Result]) -> Result:
    """Runs a long operation to its end, showing how far it is on a terminal, and returns its result."""
    live = sys.stderr.isatty()
    shown = ""
    while True:
        try:
            step = next(steps)
        except StopIteration as stop:
            if shown:
                sys.stderr.write("\r\x1b[K")
            result: Result = stop.value
            return result
        if live:
            share = f"{step.done / step.total:.0%}" if step.total else f"{step.done:,}"
            shown = f"{step.stage} {share}"
            sys.stderr.write(f"\r\x1b[K{visible(shown, line=True)}")
            sys.stderr.flush()
