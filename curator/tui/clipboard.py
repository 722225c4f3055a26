"""Copying a text: by the system's own tool where there is one, else by asking the terminal (OSC 52)."""

import os
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from textual.app import App

#: Terminals drop a longer sequence: xterm's own limit, in characters of base64.
LONGEST = 74_994
#: Seconds that a tool is given.
PATIENCE = 2.0
_TOOLS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
    ("", ("pbcopy",)),
    ("", ("clip.exe",)),
)


def copy(app: App[Any], text: str) -> str:
    """Put a text, exactly as it is, where it can be pasted from. Says which way it went; never raises.

    Over SSH the tools of this machine would fill a clipboard that nobody sits at, so the terminal is asked.
    """
    data = text.encode("utf-8", "surrogatepass")
    for tool in _tools(os.environ):
        try:
            subprocess.run(
                tool,
                input=text.encode("utf-16-le", "surrogatepass") if tool[0] == "clip.exe" else data,  # Windows' own
                env={**os.environ, "LC_CTYPE": "UTF-8"} if tool[0] == "pbcopy" else None,  # without it: MacRoman
                timeout=PATIENCE,
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except (OSError, subprocess.SubprocessError):
            continue
        return f"copied with {tool[0]}"
    sent = b64encode(data).decode("ascii")
    if len(sent) > LONGEST:
        return f"not copied: {len(text):,} characters are more than a terminal takes; E opens it in $EDITOR"
    driver = app._driver  # App.copy_to_clipboard raises on half a character
    if driver is None:
        return "not copied: there is no terminal"
    driver.write(f"\x1b]52;c;{sent}\a")
    return "sent to the terminal (OSC 52), which may ignore it"


def _tools(environment: Mapping[str, str]) -> list[tuple[str, ...]]:
    if "SSH_CONNECTION" in environment or "SSH_TTY" in environment:
        return []
    return [
        tool for needed, tool in _TOOLS if (not needed or environment.get(needed)) and shutil.which(tool[0]) is not None
    ]
