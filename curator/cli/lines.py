"""A conversation on standard input and output, a line at a time, for whatever is at their other ends."""

import sys

from curator.cli.output import can_ask, data, refuse_output
from curator.text import visible


class Lines:
    """Prints and reads lines. Nothing that it prints drives a terminal; what it reads may be anything."""

    def __init__(self) -> None:
        for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "backslashreplace")):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors=errors)
        self._live = can_ask()

    def write(self, line: str) -> None:
        """Prints a line, at once."""
        data(line)
        self._flush()

    def ask(self, prompt: str) -> str | None:
        """Prints a prompt and reads a line; None at the end, or when ctrl+c was pressed.

        Whoever types ends the line of the prompt with Enter; for a pipe it is ended here.
        """
        if self._live:
            sys.stdout.write(visible(prompt, line=True))
        else:
            data(prompt.rstrip())
        self._flush()
        try:
            line = sys.stdin.readline() if sys.stdin is not None else ""
        except KeyboardInterrupt:
            line = ""
        if not line and self._live:
            data("")
        return line.rstrip("\r\n") if line else None

    def _flush(self) -> None:
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            refuse_output(error)
