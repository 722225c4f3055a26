"""Rows that want to drive the terminal: what they hold is shown, and nothing of it reaches the terminal."""

from pathlib import Path
from typing import Any

import pytest

from curator.model import Finding, Fix, Span
from curator.settings import Label, Settings
from curator.text import visible
from curator.tui.screens.queue import QueueScreen
from curator.tui.widgets.wall import TABLE
from curator.workspace import Change, Workspace

Sit = Any

HOSTILE = {
    "clipboard": "\x1b]52;c;aGFja2Vk\x07 and \x1b]52;c;aGFja2Vk\x1b\\",
    "title": "\x1b]0;owned\x07",
    "clear": "\x1b[2J\x1b[H",
    "c1": "\x9b31mred \x9d52;c;eA==\x9c",
    "markup": "[INST] hi [/INST] list[int] [/foo] [link=http://x] [@click=app.quit]x[/] $var {x}",
    "bidi": "a\u202eb\u2066c\u2069 \u200f",
    "invisible": "zero\u200bwidth\ufeff \U000e0041\U000e0042 \u00ad",
    "lines": "a\rb\u2028c\u2029d\x85e\x0bf\x0cg",
    "nul": "a\x00b\x7fc\x08d",
    "private": "\U000f001b \ue000",
}
FORBIDDEN = frozenset(chr(code) for code, shown in TABLE.items() if shown is None and not 0xD800 <= code < 0xE000)


def _row(text: str) -> dict[str, Any]:
    messages = [
        {"role": "system", "content": text},
        {"role": "user", "content": text},
        {"role": "assistant", "content": text},
    ]
    return {"messages": messages, "meta " + text: text}


def _poisoned(fill: Any) -> Path:
    """A workspace where everything that can hold text holds one of these."""
    texts = list(HOSTILE.values())
    path: Path = fill([_row(text) for text in texts])
    with Workspace.open(path) as workspace:
        run = workspace.findings.begin_run({"TXT001": ("error", "x")}, {})
        for seq, text in enumerate(texts, 1):
            example = workspace.examples.entry(seq).example
            where, fix = (Span("messages[1].content", 0, 3, text),), Fix({"messages[1].content": text[1:]})
            rule = "".join(texts)  # the group of all these rows
            run.add([Finding("TXT001", example.id, f"found {text}", evidence=where, fix=fix, rule=rule)])
            workspace.log.record([Change(seq, "note", text), Change(seq, "labels", {text: text})], actor=text)
            workspace.drafts.save(seq, "messages[2].content", "draft " + text, "ana")
        run.finish()
    return path


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_nothing_of_a_row_drives_the_terminal(sit: Sit, fill: Any, size: tuple[int, int]) -> None:
    labels = tuple(Label(text, "flag", (), (str(n),)) for n, text in enumerate(list(HOSTILE.values())[:9], 1))
    async with sit(_poisoned(fill), size=size, settings=Settings(labels=labels)) as seat:
        for name in HOSTILE:
            looks = (
                ("right_square_bracket",),
                ("1",),
                ("n",),
                ("escape", "e"),
                ("y",),
                ("escape", "escape"),
                ("v",),
                ("escape",),
            )
            looks += (("A",), ("escape", "F"), ("escape", "f1"))
            for keys in looks:
                await seat.press(*keys)
                drawn = "".join(segment.text for strip in seat.strips for segment in strip)
                assert not FORBIDDEN & set(drawn), (name, keys)
            await seat.press("escape", "j")


async def test_every_character_of_a_row_can_be_seen(sit: Sit, fill: Any) -> None:
    async with sit(_poisoned(fill), size=(160, 50)) as seat:
        for name, text in HOSTILE.items():
            await seat.press("tab", "z")
            assert visible(text) in seat.grid, name
            await seat.press("z", "h", "j")


async def test_markup_is_text_also_in_messages(sit: Sit, fill: Any) -> None:
    async with sit(fill([_row("hi")])) as seat:
        seat.app.screen.say("[/foo] [@click=app.quit]x[/] \x1b[2J", "failed")
        await seat.settle()
        assert "[/foo] [@click=app.quit]x[/] ␛[2J" in seat.last_line


async def test_a_hostile_file_name_and_filter_are_text(sit: Sit, fill: Any, tmp_path: Path) -> None:
    path = fill([_row("hi")])
    evil = tmp_path / "[red]\x1b[2J.curator"
    path.rename(evil)
    async with sit(evil, where='in~"\x1b[31m[/x]"') as seat:
        assert "[red]␛[2J" in seat.grid
        assert "␛[31m[/x]" in seat.grid


async def test_the_second_wall_drops_what_a_widget_lets_through(sit: Sit) -> None:
    from textual.content import Content
    from textual.widgets import Static

    async with sit() as seat:
        await seat.app.screen.mount(Static(Content("raw \x1b]52;c;eA==\x07 \u202e end")))
        await seat.settle()
        assert "raw ]52;c;eA==  end" in seat.grid


async def test_a_fault_of_the_program_prints_no_rows(
    sit: Sit, fill: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(self: QueueScreen, what: str) -> None:
        held = [str(entry) for entry in self.desk.workspace.examples.stream()]  # a traceback with locals would print it
        raise RuntimeError(f"{what} of {len(held)} rows \x1b[2J")

    async def review() -> None:
        async with sit(fill([_row("the patient is Ida Holm")])) as seat:
            await seat.press("1")

    monkeypatch.setattr(QueueScreen, "action_label", fail)
    with pytest.raises(RuntimeError):
        await review()
    printed = capsys.readouterr().err
    assert "1 of 1 rows ␛[2J" in printed
    assert "Every decision that was shown as saved is on the" in printed
    assert "Ida Holm" not in printed
