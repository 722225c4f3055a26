"""Bars with axes, drawn by plotext: 18 ms to load, 4 ms to draw. Only numbers may enter: it returns escapes."""

from collections.abc import Mapping, Sequence

from rich.segment import Segment
from textual.color import Color
from textual.strip import Strip
from textual_plotext import PlotextPlot

from curator.tui.glyphs import drawn


class BarPlot(PlotextPlot, can_focus=False):
    """Bars side by side, with an axis of counts and ticks under some of them."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.theme = "clear"
        self._shown: tuple[Sequence[int], Mapping[int, int]] = ((), {})

    def show(self, bars: Sequence[int], ticks: Mapping[int, int]) -> None:
        """Draw bars of these heights; `ticks` are the places of those that are named, each with its number."""
        if (bars, ticks) != self._shown:
            self._shown = (bars, ticks)
            self._build()

    def on_mount(self) -> None:
        super().on_mount()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._build())

    def render_line(self, y: int) -> Strip:
        """A line of the plot, all of which is ours."""
        return Strip([Segment(drawn(text), style) for text, style, _ in super().render_line(y)])

    def _build(self) -> None:
        bars, ticks = self._shown
        ink = Color.parse(self.app.theme_variables["bar"]).rgb
        self.plt.clear_figure()
        self.plt.bar(list(range(len(bars))), list(bars), width=1, marker="hd", color=ink)
        self.plt.xticks(list(ticks), [brief(number) for number in ticks.values()])
        heights = [0, max(bars, default=0) // 2, max(bars, default=0)]
        self.plt.yticks([float(height) for height in heights], [f"{height:,}" for height in heights])
        self.refresh()


def brief(number: int) -> str:
    """A round number in a few characters: 1k, 10k, 1M."""
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        if number >= unit:
            return f"{number // unit}{name}"
    return str(number)
