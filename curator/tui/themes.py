"""Colours. Blue is accepted and orange rejected, which most colour-blind eyes tell apart; glyphs say it again."""

from textual.theme import Theme

MONO = "curator-mono"

_DARK = {
    "rule": "#3d4552", "dim": "#8b95a5", "cursor": "#2a3442", "bar": "#4c9be8",
    "accepted": "#6cb6ff", "rejected": "#f0965a", "fix": "#e8cf5f", "pending": "#8b95a5",
    "finding-error": "#ff7b6b", "finding-warning": "#e8b339", "finding-info": "#7fb2e5",
    "evidence": "#5a4416", "evidence-now": "#f2c14e", "evidence-now-text": "#16181d",
    "key": "#9cdcfe", "heading": "#e6e9ef", "saved": "#7ccf8a", "failed": "#ff9e6b",
}  # fmt: skip
_LIGHT = {
    "rule": "#b9c0ca", "dim": "#5d6673", "cursor": "#d5e3f5", "bar": "#2f74c0",
    "accepted": "#0b5cad", "rejected": "#b04a00", "fix": "#7a5d00", "pending": "#5d6673",
    "finding-error": "#b3261e", "finding-warning": "#8a5a00", "finding-info": "#1f5f99",
    "evidence": "#f6dfa6", "evidence-now": "#8a5a00", "evidence-now-text": "#ffffff",
    "key": "#0b5cad", "heading": "#12161c", "saved": "#1d6b2c", "failed": "#b04a00",
}  # fmt: skip

THEMES = (
    Theme(
        "curator-dark", primary="#4c9be8", accent="#6cb6ff", warning="#e8b339", error="#ff7b6b", success="#7ccf8a",
        foreground="#d5dae2", background="#14171c", surface="#14171c", panel="#1c2128", variables=_DARK,
    ),
    Theme(
        "curator-light", primary="#2f74c0", accent="#0b5cad", warning="#8a5a00", error="#b3261e", success="#1d6b2c",
        foreground="#1f242c", background="#fbfbfa", surface="#fbfbfa", panel="#f0f1f3", dark=False, variables=_LIGHT,
    ),
    Theme(
        MONO, primary="#ffffff", accent="#ffffff", warning="#ffffff", error="#ffffff", success="#ffffff",
        foreground="#ffffff", background="#000000", surface="#000000", panel="#000000",
        variables=dict.fromkeys(_DARK, "#ffffff") | {"cursor": "#000000", "evidence": "#000000"},
    ),
)  # fmt: skip
