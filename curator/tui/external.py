"""Editing a text in the reader's own editor: from the screen, which is handed over meanwhile, or from plain lines."""

import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from curator.errors import WorkspaceError
from curator.text import shorten

if TYPE_CHECKING:
    from textual.app import App

TERMINAL = "/dev/tty"
UNSET = "is not set. Set it to your editor, such as `export EDITOR=nano`."


def edit(app: "App[None]", text: str, name: str) -> str:
    """The text as it is saved in $VISUAL, $EDITOR or vi, given the terminal meanwhile. Every byte is kept.

    A newline that the editor adds to the end of a text without one is taken off again. Raises
    `WorkspaceError` when there is no editor, it fails, or what it wrote is no UTF-8.
    """
    from textual.app import SuspendNotSupported  # plain lines do without Textual

    def run(command: list[str]) -> tuple[int, str]:
        try:
            with app.suspend():
                # Nothing may be raised in here: the screen is only taken back when the block ends by itself.
                return _run(command)
        except SuspendNotSupported:
            raise WorkspaceError("$EDITOR: this terminal cannot be handed over. Edit here with e.") from None

    return _edited(text, name, _command("vi"), run)


def edit_plainly(text: str, name: str) -> str:
    """The same without a screen. Whoever has set no editor is not put into vi.

    The lines that are read as keys are not the editor's: it gets the terminal, if there is one.
    """

    def run(command: list[str]) -> tuple[int, str]:
        with _terminal() as stdin:
            return _run(command, stdin)

    return _edited(text, name, _command(""), run)


def _command(default: str) -> list[str]:
    try:
        command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or default)
    except ValueError as error:
        raise WorkspaceError(f"$EDITOR: is no command ({error}). Set $EDITOR.") from None
    if not command:
        raise WorkspaceError(f"$EDITOR: {UNSET}")
    return command


def _edited(text: str, name: str, command: list[str], run: Callable[[list[str]], tuple[int, str]]) -> str:
    with tempfile.TemporaryDirectory(prefix="curator-") as folder:
        path = Path(folder, f"{name}.txt")
        path.write_bytes(text.encode())
        code, failure = run([*command, str(path)])
        if failure:
            raise WorkspaceError(f"$EDITOR: {shorten(command[0])} cannot be started ({failure}). Set $EDITOR.")
        if code != 0:
            raise WorkspaceError(f"$EDITOR: {shorten(command[0])} ended with {code}; the text was left as it was.")
        try:
            edited = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            raise WorkspaceError(f"$EDITOR: what it wrote cannot be read ({error}). Save as UTF-8.") from None
    return edited[:-1] if edited.endswith("\n") and not text.endswith("\n") else edited


def _run(command: list[str], stdin: int | None = None) -> tuple[int, str]:
    """The exit code of the reader's own command, or why it could not be started."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl+c is the editor's while it has the terminal
    try:
        return subprocess.run(command, stdin=stdin, check=False, preexec_fn=_listen).returncode, ""
    except OSError as error:
        return 1, error.strerror or str(error)
    finally:
        signal.signal(signal.SIGINT, before)


def _listen() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def _terminal() -> Iterator[int | None]:
    """What an editor reads: the terminal, also where our own lines come from somewhere else; nothing without one."""
    if os.isatty(0):
        yield None
        return
    try:
        opened = os.open(TERMINAL, os.O_RDONLY)
    except OSError:
        yield subprocess.DEVNULL
        return
    try:
        yield opened
    finally:
        os.close(opened)
