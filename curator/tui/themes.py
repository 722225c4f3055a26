"""Colours. Blue is accepted and orange rejected, which most colour-blind eyes tell apart; glyphs say it again.

Text has a contrast of 4.5 to 1 on whatever it lies on, of 7 to 1 in the themes of high contrast.
"""

from textual.theme import Theme

MONO = "curator-mono"

_DARK = {
    "rule": "#3d4552", "dim": "#97a1b1", "cursor": "#2a3442", "bar": "#4c9be8",
    "accepted": "#6cb6ff", "rejected": "#f0965a", "fix": "#e8cf5f", "pending": "#97a1b1",
    "finding-error": "#ff7b6b", "finding-warning": "#e8b339", "finding-info": "#7fb2e5",
    "evidence": "#5a4416", "evidence-now": "#f2c14e", "evidence-now-text": "#16181d",
    "key": "#9cdcfe", "heading": "#e6e9ef", "saved": "#7ccf8a", "failed": "#ff9e6b",
}  # fmt: skip
_LIGHT = {
    "rule": "#b9c0ca", "dim": "#565f6c", "cursor": "#d5e3f5", "bar": "#2f74c0",
    "accepted": "#0b5cad", "rejected": "#a34300", "fix": "#7a5d00", "pending": "#565f6c",
    "finding-error": "#b3261e", "finding-warning": "#8a5a00", "finding-info": "#1f5f99",
    "evidence": "#f6dfa6", "evidence-now": "#8a5a00", "evidence-now-text": "#ffffff",
    "key": "#0b5cad", "heading": "#12161c", "saved": "#1d6b2c", "failed": "#a34300",
}  # fmt: skip
_CONTRAST = {
    "rule": "#a8a8a8", "dim": "#d0d0d0", "cursor": "#24324a", "bar": "#8ec9ff",
    "accepted": "#8ec9ff", "rejected": "#ffb27a", "fix": "#ffe873", "pending": "#d0d0d0",
    "finding-error": "#ffaea3", "finding-warning": "#ffd057", "finding-info": "#a8d4ff",
    "evidence": "#4d3800", "evidence-now": "#ffd54a", "evidence-now-text": "#000000",
    "key": "#9fe3ff", "heading": "#ffffff", "saved": "#98f0a8", "failed": "#ffb999",
}  # fmt: skip
_CONTRAST_LIGHT = {
    "rule": "#595959", "dim": "#3b3b3b", "cursor": "#d7e6fa", "bar": "#00448a",
    "accepted": "#003f80", "rejected": "#7a2e00", "fix": "#4f3c00", "pending": "#3b3b3b",
    "finding-error": "#8a0f0a", "finding-warning": "#583900", "finding-info": "#0c4270",
    "evidence": "#ffe9b3", "evidence-now": "#4f3700", "evidence-now-text": "#ffffff",
    "key": "#003f80", "heading": "#000000", "saved": "#0a4a18", "failed": "#7a2e00",
}  # fmt: skip
# The palette of Okabe and Ito, whose colours no kind of colour blindness confuses. Their vermillion is lightened a
# little, to be read on the line of the cursor.
_SKY, _ORANGE, _VERMILLION, _YELLOW, _GREEN = "#56b4e9", "#e69f00", "#f0703c", "#f0e442", "#2fc598"
_OKABE_ITO = {
    "rule": "#4a4a4a", "dim": "#a0a0a0", "cursor": "#242c38", "bar": _SKY,
    "accepted": _SKY, "rejected": _VERMILLION, "fix": _YELLOW, "pending": "#a0a0a0",
    "finding-error": _VERMILLION, "finding-warning": _ORANGE, "finding-info": _SKY,
    "evidence": "#4f3a00", "evidence-now": _YELLOW, "evidence-now-text": "#000000",
    "key": _SKY, "heading": "#ffffff", "saved": _GREEN, "failed": _VERMILLION,
}  # fmt: skip


def _of(name: str, colours: dict[str, str], text: str, background: str, panel: str, *, dark: bool = True) -> Theme:
    return Theme(
        name, primary=colours["bar"], accent=colours["accepted"], warning=colours["finding-warning"],
        error=colours["finding-error"], success=colours["saved"], foreground=text, background=background,
        surface=background, panel=panel, dark=dark, variables=colours,
    )  # fmt: skip


_WHITE = dict.fromkeys(_DARK, "#ffffff")

THEMES = (
    _of("curator-dark", _DARK, "#d5dae2", "#14171c", "#1c2128"),
    _of("curator-light", _LIGHT, "#1f242c", "#fbfbfa", "#f0f1f3", dark=False),
    _of(MONO, _WHITE | {"cursor": "#000000", "evidence": "#000000"}, "#ffffff", "#000000", "#000000"),
    _of("curator-contrast", _CONTRAST, "#ffffff", "#000000", "#0c0c0c"),
    _of("curator-contrast-light", _CONTRAST_LIGHT, "#000000", "#ffffff", "#f7f7f7", dark=False),
    _of("curator-colour-blind", _OKABE_ITO, "#e6e6e6", "#101010", "#181818"),
)


def named(name: str) -> str:
    """The theme that a setting means: ``contrast`` is ``curator-contrast``."""
    return f"curator-{name}"
