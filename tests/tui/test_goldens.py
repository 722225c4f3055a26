"""The screens as text at three sizes. CURATOR_UPDATE_GOLDENS=1 writes them anew; look at the difference."""

from collections.abc import Callable
from typing import Any

import pytest

from curator.tui.cards import CheckCard

Sit = Any
SIZES = [(80, 24), (100, 30), (160, 50)]
SCREENS: dict[str, tuple[str, ...]] = {
    "queue": ("x", "right_square_bracket"),
    "queue-labels": ("1", "6", "R", "k"),
    "queue-text": ("tab", "tab"),
    "filter": ("slash", "o", "u", "t", "colon"),
    "edit": ("e", "home", "N", "o", "comma", "space"),
    "help": ("question_mark",),
    "card": ("v",),
    "group": ("A",),
}
CONFLICTING = CheckCard(
    "conflicting-outputs",
    "The same input with outputs that contradict each other.",
    "what a model learns from them is chance.",
    "keep one answer and reject the others.",
    'input "2 + 2?"\noutput "4"\noutput "5"',
)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
async def test_screens(
    sit: Sit, golden: Callable[[str, str], None], name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curator.tui.groups.check_cards", lambda: {"CON001": CONFLICTING})
    async with sit(size=size) as seat:
        await seat.press(*SCREENS[name])
        if name == "edit":
            seat.app.screen.show_state()
        await seat.settle()
        golden(f"{name}-{size[0]}x{size[1]}", _timeless(seat.grid))


def _timeless(grid: str) -> str:
    """The grid without the time of day that history shows."""
    import re

    return re.sub(r"\b\d\d:\d\d\b", "hh:mm", grid)


async def test_no_colours_when_none_are_wanted(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with sit() as seat:
        for strip in seat.strips:
            for segment in strip:
                if segment.style is not None:
                    assert segment.style.color is None or segment.style.color.is_default
                    assert segment.style.bgcolor is None or segment.style.bgcolor.is_default
        cursor = next(strip for strip in seat.strips if "▸·" in "".join(part.text for part in strip))
        assert any(segment.style is not None and segment.style.reverse for segment in cursor)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_line_is_as_wide_as_the_terminal(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as seat:
        for keys in ((), ("z",), ("z", "slash"), ("escape", "e"), ("escape", "question_mark")):
            await seat.press(*keys)
            for strip in seat.app.screen._compositor.render_strips():
                assert strip.cell_length == size[0]
