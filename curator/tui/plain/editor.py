"""Editing a text in the reader's own editor from a program that has no screen."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from curator.errors import WorkspaceError
from curator.text import shorten

TERMINAL = "/dev/tty"


def edit(text: str, name: str) -> str:
    """The text as it is saved in $VISUAL or $EDITOR. Every byte is kept.

    A newline that the editor adds to the end of a text without one is taken off again. Raises
    `WorkspaceError` when there is no editor, it fails, or what it wrote is no UTF-8.
    """
    try:
        command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    except ValueError as error:
        raise WorkspaceError(f"$EDITOR: is no command ({error}). Set $EDITOR.") from None
    if not command:
        raise WorkspaceError("$EDITOR: is not set. Set it to your editor, such as `export EDITOR=nano`.")
    with tempfile.TemporaryDirectory(prefix="curator-") as folder:
        path = Path(folder, f"{name}.txt")
        path.write_bytes(text.encode())
        try:
            code = _run([*command, str(path)])
        except OSError as error:
            raise WorkspaceError(
                f"$EDITOR: {shorten(command[0])} cannot be started ({error.strerror}). Set $EDITOR."
            ) from None
        if code != 0:
            raise WorkspaceError(f"$EDITOR: {shorten(command[0])} ended with {code}; the text was left as it was.")
        try:
            edited = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            raise WorkspaceError(f"$EDITOR: what it wrote cannot be read ({error}). Save as UTF-8.") from None
    return edited[:-1] if edited.endswith("\n") and not text.endswith("\n") else edited


def _run(command: list[str]) -> int:
    """The exit code of the editor. The lines that we read are not its own: it is given the terminal, if there is one.

    ctrl+c is the editor's while it has the terminal.
    """
    stdin: int | None = None
    opened = None
    if not os.isatty(0):
        try:
            opened = os.open(TERMINAL, os.O_RDONLY)
        except OSError:
            stdin = subprocess.DEVNULL
        else:
            stdin = opened
    try:
        process = subprocess.Popen(command, stdin=stdin)
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue
    finally:
        if opened is not None:
            os.close(opened)
