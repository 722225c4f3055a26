"""Colours that can be read, and nothing that is said by colour alone."""

from typing import Any

import pytest
from textual.color import Color
from textual.theme import Theme

from curator.tui.themes import MONO, THEMES

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
