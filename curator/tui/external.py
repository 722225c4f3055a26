"""Editing a text in the reader's own editor."""

import os
import shlex
import signal
import subprocess
import tempfile
from pathlib import Path

from textual.app import App, SuspendNotSupported

from curator.errors import WorkspaceError
from curator.text import shorten


def edit(app: App[None], text: str, name: str) -> str:
    """The text as it is saved in $VISUAL or $EDITOR, given the terminal meanwhile. Every byte is kept.

    A newline that the editor adds to the end of a text without one is taken off again. Raises
    `WorkspaceError` when there is no editor, it fails, or what it wrote is no UTF-8.
    """
    try:
        command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    except ValueError as error:
        raise WorkspaceError(f"$EDITOR: is no command ({error}). Set $EDITOR.") from None
    if not command:
        raise WorkspaceError("$EDITOR: is empty. Set $EDITOR.")
    with tempfile.TemporaryDirectory(prefix="curator-") as folder:
        path = Path(folder, f"{name}.txt")
        path.write_bytes(text.encode())
        try:
            with app.suspend():
                # Nothing may be raised in here: the screen is only taken back when the block ends by itself.
                code, failure = _run([*command, str(path)])
        except SuspendNotSupported:
            raise WorkspaceError("$EDITOR: this terminal cannot be handed over. Edit here with e.") from None
        if failure:
            raise WorkspaceError(f"$EDITOR: {shorten(command[0])} cannot be started ({failure}). Set $EDITOR.")
        if code != 0:
            raise WorkspaceError(f"$EDITOR: {shorten(command[0])} ended with {code}; the text was left as it was.")
        try:
            edited = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            raise WorkspaceError(f"$EDITOR: what it wrote cannot be read ({error}). Save as UTF-8.") from None
    if edited.endswith("\n") and not text.endswith("\n"):
        edited = edited[:-1]
    return edited


def _run(command: list[str]) -> tuple[int, str]:
    """The exit code of the reader's own command, or why it could not be started."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl+c is the editor's while it has the terminal
    try:
        return subprocess.run(command, check=False, preexec_fn=_listen).returncode, ""
    except OSError as error:
        return 1, error.strerror or str(error)
    finally:
        signal.signal(signal.SIGINT, before)


def _listen() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
