"""Colours that can be read, and nothing that is said by colour alone."""

import re
from typing import Any

import pytest
from textual.color import Color
from textual.theme import Theme

from curator.settings import THEMES as SETTINGS
from curator.settings import Review, Settings
from curator.settings import Theme as Named
from curator.tui.glyphs import drawn, use_ascii
from curator.tui.themes import MONO, THEMES, named
from curator.tui.widgets.rows import SEVERITY_GLYPHS, STATUS_GLYPHS

Sit = Any
TEXT = (
    "dim", "accepted", "rejected", "fix", "pending", "finding-error", "finding-warning", "finding-info",
    "key", "heading", "saved", "failed",
)  # fmt: skip


def contrast(one: str, other: str) -> float:
    """How far two colours are apart, from 1 to 21, as WCAG counts it."""

    def light(colour: str) -> float:
        parts = [part / 255 for part in Color.parse(colour).rgb]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_and_white_are_as_far_apart_as_can_be() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [theme for theme in THEMES if theme.name != MONO], ids=lambda theme: theme.name)
def test_every_text_can_be_read_on_whatever_it_lies_on(theme: Theme) -> None:
    least = 7 if "contrast" in theme.name else 4.5
    colours = theme.variables
    grounds = [theme.background, theme.panel, colours["cursor"]]
    pairs = [(colours[ink], ground) for ink in TEXT for ground in grounds]
    pairs += [(theme.foreground, ground) for ground in (*grounds, colours["evidence"])]
    pairs += [(colours["evidence-now-text"], colours["evidence-now"])]
    found = [(text, ground, round(contrast(text, ground), 2)) for text, ground in pairs]
    assert [pair for pair in found if pair[2] < least] == []


@pytest.mark.parametrize("theme", [theme for theme in THEMES if theme.name != MONO], ids=lambda theme: theme.name)
def test_frames_and_bars_can_be_seen(theme: Theme) -> None:
    bar = contrast(theme.variables["bar"], theme.background)
    assert bar >= 3
    if "contrast" in theme.name:
        assert contrast(theme.variables["rule"], theme.background) >= 4.5


def test_the_settings_name_every_theme() -> None:
    assert [named(name) for name in SETTINGS] == [theme.name for theme in THEMES]


@pytest.mark.parametrize("keys", [(), ("1", "a"), ("e", "x"), ("v",), ("question_mark",), ("g", "f"), ("g", "h")])
async def test_nothing_is_said_by_colour_alone(sit: Sit, keys: tuple[str, ...]) -> None:
    """Every theme draws the same words and glyphs, and without colours none is sent."""
    async with sit() as seat:
        await seat.press(*keys)
        grids = []
        for _ in THEMES:
            if hasattr(seat.app.screen, "show_state"):
                seat.app.screen.show_state()  # the changes, which follow the typing a moment later
                await seat.settle()
            grids.append(re.sub(r"#\d+", "#", seat.grid))
            colours = {seg.style.color for strip in seat.strips for seg in strip if seg.style} - {None}
            assert (seat.app.theme == MONO) == all(colour.is_default for colour in colours)
            seat.app.action_app("theme")
            await seat.settle()
        assert len(set(grids)) == 1


async def test_no_color_is_heeded_whatever_the_settings_say(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with sit(settings=Settings(review=Review(theme="contrast"))) as seat:
        assert seat.app.theme == MONO


@pytest.mark.parametrize("name", SETTINGS)
async def test_the_theme_of_the_settings_is_worn(sit: Sit, name: Named) -> None:
    async with sit(settings=Settings(review=Review(theme=name))) as seat:
        assert seat.app.theme == named(name)


@pytest.mark.parametrize("glyphs", ["unicode", "ascii"])
async def test_without_colours_each_status_severity_and_change_is_another_text(sit: Sit, glyphs: Any) -> None:
    """What a decision, a finding, a change and the cursor say is in the bare text of the screen."""
    settings = Settings(review=Review(min_dwell_ms=0, theme="mono", glyphs=glyphs))
    try:
        async with sit(settings=settings) as seat:
            for marks in (SEVERITY_GLYPHS, STATUS_GLYPHS):
                assert len({drawn(mark) for mark in marks.values()}) == len(marks)
            statuses = []
            for key, word in (("j", "pending"), ("a", "accepted"), ("x", "rejected"), ("f", "fix")):
                await seat.press("g", "g", key, "g", "g")
                pointed = [line for line in seat.grid.splitlines() if line[1:2] == drawn("▸")]
                assert len(pointed) == 1  # the cursor
                statuses.append(pointed[0][2])
                assert f"{pointed[0][2]} {word} " in seat.grid
            assert len(set(statuses)) == 4
            marks = {line[8:10].strip(): line[4:6].strip() for line in seat.grid.splitlines()}
            assert (marks["1"], marks["2"], marks["4"]) == (drawn("▲■"), drawn("▲"), drawn("●"))
            await seat.press("e", "N", "o")
            seat.app.screen.show_state()
            await seat.settle()
            assert "{+No" in seat.grid
    finally:
        use_ascii(False)
