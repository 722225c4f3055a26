"""Plots as inline SVG: no script, no font, no picture from elsewhere. Only numbers and escaped words enter them."""

import math
from collections.abc import Sequence
from html import escape

from curator.advice.curve import Curve
from curator.advice.intervals import Interval, wilson
from curator.advice.measured import Measured
from curator.advice.signals import Economy, Topic

WIDTH = 640
_LEFT, _RIGHT, _ROW = 190, 24, 30


def ladder(measured: Sequence[Measured]) -> str:
    """What each rung reaches, with its interval, against the target."""
    rows = [(f"{one.rung} {one.name}" if not one.tuned else f"tuned {one.model}", one.interval) for one in measured]
    target = measured[0].target
    height = _ROW * len(rows) + 46
    parts = [_axis(height), _upright(target, height, f"target {target:.0%}")]
    for place, (name, found) in enumerate(rows):
        parts.append(_interval(place, name, found))
    return _svg("What each rung of prompting reaches, with its 95 % interval", height, parts)


def topics(found: Sequence[Topic]) -> str:
    """How much of each cluster is nothing but facts."""
    height = _ROW * len(found) + 46
    parts = [_axis(height), _upright(0.8, height, "80 %")]
    for place, one in enumerate(found):
        y, share = 20 + _ROW * place, one.share or 0.0
        parts.append(_label(place, f"{_short(one.name)} ({one.rows:,})"))
        parts.append(f'<rect x="{_LEFT}" y="{y - 8}" width="{_x(share) - _LEFT:.1f}" height="16" class="bar"/>')
    return _svg("Clusters of rows that teach facts: their share of all rows about the same", height, parts)


def learning(curve: Curve) -> str:
    """The errors that were measured, the law fitted to them, and where it leads with twice as many rows."""
    height, bottom, top = 280, 236, 20
    low, high = math.log10(min(curve.sizes)), math.log10(max(2 * curve.rows, max(curve.sizes)))
    most = max(0.05, *curve.errors, curve.high) * 1.05

    def at(rows: float, error: float) -> tuple[float, float]:
        share = (math.log10(rows) - low) / (high - low)
        return _LEFT - 130 + share * (WIDTH - _LEFT + 130 - _RIGHT), bottom - error / most * (bottom - top)

    steps = [10 ** (low + (high - low) * step / 60) for step in range(61)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(rows, min(most, curve.at(round(rows)))) for rows in steps))
    parts = [f'<polyline points="{line}" class="line"/>']
    for rows, error in zip(curve.sizes, curve.errors, strict=True):
        x, y = at(rows, error)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" class="dot"/>')
    x, under = at(2 * curve.rows, curve.low)
    parts.append(
        f'<line x1="{x:.1f}" y1="{under:.1f}" x2="{x:.1f}" y2="{at(2 * curve.rows, curve.high)[1]:.1f}" class="band"/>'
    )
    for rows in sorted({curve.sizes[0], curve.rows, 2 * curve.rows}):
        parts.append(_text(at(rows, 0)[0], bottom + 20, f"{rows:,}", "middle"))
    for share in (0.0, most / 2, most):
        y = at(10**low, share)[1]
        parts.append(f'<line x1="60" y1="{y:.1f}" x2="{WIDTH - _RIGHT}" y2="{y:.1f}" class="grid"/>')
        parts.append(_text(52, y + 4, f"{share:.0%}", "end"))
    parts.append(_text(WIDTH / 2, bottom + 38, "rows to learn from", "middle"))
    return _svg("Error of something light against the rows it learned from", height, parts)


def economy(found: Economy) -> str:
    """From how many calls on tuning pays, and how many are expected, by powers of ten."""
    ends = [end for end in (found.best, found.worst, found.volume or 0) if 0 < end < math.inf]
    if not ends:
        return ""
    low, high = math.floor(math.log10(min(ends))), math.ceil(math.log10(max(ends)) + 0.01)

    def at(calls: float) -> float:
        share = (math.log10(calls) - low) / max(1, high - low)
        return 40 + max(0.0, min(1.0, share)) * (WIDTH - 80)

    parts = []
    if 0 < found.best < math.inf:
        to = at(found.worst) if found.worst < math.inf else WIDTH - 20
        parts.append(
            f'<rect x="{at(found.best):.1f}" y="30" width="{max(2, to - at(found.best)):.1f}" height="24" class="bar"/>'
        )
        parts.append(_text(at(found.best), 22, "tuning may pay from here", "start"))
    if found.volume:
        x = at(found.volume)
        parts.append(f'<line x1="{x:.1f}" y1="24" x2="{x:.1f}" y2="66" class="target"/>')
        parts.append(_text(x, 80, f"{found.volume:,.0f} calls expected", "middle"))
    for power in range(low, high + 1):
        parts.append(_text(at(10**power), 104, f"{10**power:,.0f}" if power < 7 else f"10^{power}", "middle"))
    return _svg("Calls from which tuning pays, from the best case to the worst", 116, parts)


def widths(rows: int) -> str:
    """How wide the interval of 90 % is with so many rows, half as many, and four times as many."""
    sizes = [size for size in (max(1, rows // 2), rows, 2 * rows, 4 * rows) if size]
    height = _ROW * len(sizes) + 46
    parts = [_axis(height)]
    for place, size in enumerate(sizes):
        parts.append(
            _interval(
                place, f"{size:,} rows" + (" (this set)" if size == rows else ""), wilson(round(0.9 * size), size)
            )
        )
    return _svg("The interval of a share of 90 %, by the rows it is measured on", height, parts)


def _interval(place: int, name: str, found: Interval) -> str:
    y = 20 + _ROW * place
    return (
        _label(place, name)
        + f'<line x1="{_x(found.low):.1f}" y1="{y}" x2="{_x(found.high):.1f}" y2="{y}" class="band"/>'
        f'<circle cx="{_x(found.value):.1f}" cy="{y}" r="5" class="dot"/>'
    )


def _label(place: int, name: str) -> str:
    return _text(_LEFT - 10, 24 + _ROW * place, _short(name), "end")


def _axis(height: int) -> str:
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = _x(share)
        parts.append(f'<line x1="{x:.1f}" y1="6" x2="{x:.1f}" y2="{height - 30}" class="grid"/>')
        parts.append(_text(x, height - 12, f"{share:.0%}", "middle"))
    return "".join(parts)


def _upright(share: float, height: int, words: str) -> str:
    x = _x(share)
    line = f'<line x1="{x:.1f}" y1="2" x2="{x:.1f}" y2="{height - 30}" class="target"/>'
    return line + _text(x - 4, height - 34, words, "end")


def _x(share: float) -> float:
    return _LEFT + max(0.0, min(1.0, share)) * (WIDTH - _LEFT - _RIGHT)


def _short(name: str) -> str:
    return name if len(name) <= 30 else name[:29] + "…"


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(title: str, height: int, parts: Sequence[str]) -> str:
    inner = "".join(parts)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title>{inner}</svg>"
    )
