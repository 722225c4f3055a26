"""Copying: the exact text, and a word on which way it went."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest

Sit = Any


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WAYLAND_DISPLAY", "DISPLAY", "SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/nowhere")


async def test_the_systems_tool_is_asked_first(sit: Sit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool, copied = tmp_path / "bin" / "xclip", tmp_path / "copied"
    tool.parent.mkdir()
    tool.write_text(f"#!/bin/sh\n/bin/cat > {copied}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tool.parent))
    monkeypatch.setenv("DISPLAY", ":0")
    async with sit() as seat:
        await seat.press("y", "o")
        assert "copied with xclip" in seat.last_line
        assert copied.read_text() == seat.entry(1).example.output_text
        monkeypatch.setenv("SSH_CONNECTION", "1 2 3 4")
        await seat.press("y", "i")
        assert "OSC 52" in seat.last_line


async def test_without_a_tool_the_terminal_is_asked(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    async with sit() as seat:
        written: list[str] = []
        monkeypatch.setattr(seat.app._driver, "write", written.append)
        await seat.press("y", "i")
        found = re.search(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", "".join(written))
        assert found is not None
        assert base64.b64decode(found[1]).decode() == seat.entry(1).example.input_text
        assert "sent to the terminal (OSC 52), which may ignore it" in seat.last_line


async def test_what_no_terminal_takes_is_not_sent(sit: Sit, fill: Any) -> None:
    path = fill([{"messages": [{"role": "user", "content": "x" * 80_000}, {"role": "assistant", "content": "y"}]}])
    async with sit(path) as seat:
        await seat.press("y", "i")
        assert "not copied: 80,000 characters are more than a terminal takes" in seat.last_line
