"""Editing a text in the reader's own editor."""

import os
import shlex
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
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with tempfile.TemporaryDirectory(prefix="curator-") as folder:
        path = Path(folder, f"{name}.txt")
        path.write_bytes(text.encode())
        try:
            with app.suspend():
                done = subprocess.run([*command, str(path)], check=False)  # the reader's own command
        except SuspendNotSupported:
            raise WorkspaceError("$EDITOR: this terminal cannot be handed over. Edit here with e.") from None
        except OSError as error:
            raise WorkspaceError(
                f"$EDITOR: {shorten(command[0])} cannot be started ({error.strerror}). Set $EDITOR."
            ) from None
        if done.returncode != 0:
            raise WorkspaceError(
                f"$EDITOR: {shorten(command[0])} ended with {done.returncode}; the text was left as it was."
            )
        try:
            edited = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            raise WorkspaceError(f"$EDITOR: what it wrote cannot be read ({error}). Save as UTF-8.") from None
    if edited.endswith("\n") and not text.endswith("\n"):
        edited = edited[:-1]
    return edited
