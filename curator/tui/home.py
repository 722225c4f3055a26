"""Home in words: the lines of its panels. Pure functions of what an overview holds."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from curator.model import Severity, Status
from curator.tui.disagreements import INKS
from curator.tui.jobs import Job, clock
from curator.tui.veil import Veil
from curator.tui.widgets.ink import Piece, Pieces, width_of
from curator.tui.widgets.rows import SEVERITY_GLYPHS, STATUS_GLYPHS

if TYPE_CHECKING:
    from curator.operations.agreement import Agreement
    from curator.operations.overview import Balance, Figures, Lengths, Step
    from curator.workspace.counts import CodeCount

WORDS: dict[Status, str] = {"accepted": "accepted", "rejected": "rejected", "fix": "needs fix", "pending": "pending"}
EIGHTHS = " ▁▂▃▄▅▆▇█"
Ticks = Mapping[int, int]
"""Which bars are named, each with the length at which it begins."""
NAME = 24
"""Cells that the name of a label may take."""


def meter(share: float, cells: int) -> list[Piece]:
    """A bar that is filled by a share of 0 to 1; what is there at all shows."""
    full = min(cells, max(round(share * cells), 1 if share > 0 else 0))
    return [Piece("█" * full, "bar"), Piece("░" * (cells - full), "rule")]


def _percent(count: int, of: int) -> str:
    """A share that is neither rounded to nothing nor to everything."""
    share = count / of if of else 0.0
    return "<1%" if 0 < share < 0.01 else ">99%" if 0.99 < share < 1 else f"{share:.0%}"


# -- status --------------------------------------------------------------------------------------------------------


def status(found: "Figures", width: int) -> list[Pieces]:
    """A line for each status with its bar, and one for what else is set."""
    total = found.summary.examples
    digits = len(f"{total:,}")
    cells = max(4, width - digits - 21)
    lines: list[Pieces] = []
    for name, word in WORDS.items():
        count = found.summary.by_status.get(name, 0)
        bar = meter(count / total if total else 0, cells)
        numbers = [Piece(f"  {count:>{digits},}"), Piece(f" {_percent(count, total):>4}", "dim")]
        lines.append([Piece(f" {STATUS_GLYPHS[name]} ", name), Piece(f"{word:<10}"), *bar, *numbers])
    return [*lines, [Piece(f" {_beside(found)}", "dim")]]


def status_brief(found: "Figures", width: int) -> list[Pieces]:
    """The same in two lines; the shares give way where there is no room."""
    total = found.summary.examples
    for shares in (True, False):
        line: list[Piece] = []
        for name, word in WORDS.items():
            count = found.summary.by_status.get(name, 0)
            share = f" {_percent(count, total)}" if shares else ""
            line += [Piece(f" {STATUS_GLYPHS[name]} ", name), Piece(f"{word} {count:,}"), Piece(f"{share} ", "dim")]
        if width_of(line) <= width:
            break
    decided = f" {_percent(found.decided, total)} decided"
    bar = meter(found.decided / total if total else 0, max(4, width // 3))
    return [line, [Piece(" "), *bar, Piece(decided), Piece(f" · {_beside(found)}", "dim")]]


def _beside(found: "Figures") -> str:
    summary = found.summary
    splits = [f"{split} {count:,}" for split, count in summary.by_split.items()]
    return " · ".join([f"→ RAG {summary.by_route.get('rag', 0):,}", f"edited {summary.edited:,}", *splits])


def agreed(found: "Agreement | None", why_none: str, width: int) -> list[Pieces]:
    """How far reviewers agree on the status, or why that cannot be told; nothing where one reviews alone."""
    if found is None:
        return [[Piece(f" agreement: {why_none}", "dim")]] if why_none else []
    one = found.status
    of = Piece(f"{found.reviewers} reviewers, {one.share:.0%} of {one.rows:,} rows alike", "dim")
    if one.alpha is None:
        return [[Piece(" agreement: "), of]]
    between = f" ({one.low:.2f} to {one.high:.2f})" if one.low is not None else ""
    line = [Piece(" agreement: "), Piece(f"alpha {one.alpha:.2f} {one.word}", INKS[one.word]), Piece(between, "dim")]
    whole = [*line, Piece(" · ", "dim"), of]
    return [whole] if width_of(whole) <= width else [line, [Piece(" "), of]]


# -- findings ------------------------------------------------------------------------------------------------------


def findings(codes: "Sequence[CodeCount]", width: int) -> list[Pieces]:
    """A line a check that found something: what it is called, on how many rows, how many of them are open."""
    digits = max((len(f"{code.examples:,}") for code in codes), default=1)
    name = max(10, width - digits * 2 - 23)
    return [_finding(code, digits, name) for code in codes]


def _finding(code: "CodeCount", digits: int, name: int) -> Pieces:
    glyph = Piece(f"{SEVERITY_GLYPHS[Severity(code.severity)]} ", code.severity)
    called = [Piece(" "), glyph, Piece(f"{code.code:<7}", "dim"), Piece(f" {code.check[:name]:<{name}} ")]
    if not code.examples:
        return [*called, Piece("the whole set", "dim")]
    left = Piece(f"{code.open:>{digits},} open", "bold") if code.open else Piece(" " * digits + " ✓   ", "accepted")
    return [*called, Piece(f"{code.examples:>{digits},}"), Piece(" · ", "dim"), left]


def pointed(line: Pieces) -> Pieces:
    """The line under the cursor."""
    return [Piece("▸", "pointer"), *line[1:]]


# -- lengths and labels --------------------------------------------------------------------------------------------


def lengths(found: "Lengths") -> Pieces:
    """The figures under the plot."""
    if not found.outputs:
        return [Piece(" no outputs", "dim")]
    empty = [Piece(f"  ▲ {found.empty:,} empty", "warning")] if found.empty else []
    figures = f"median {found.median:,}  95% {found.p95:,}  longest {found.longest:,}"
    return [Piece(f" {figures}"), *empty]


def lengths_brief(found: "Lengths") -> Pieces:
    """The plot as one line of blocks, with its figures."""
    most = max(found.bars, default=0)
    blocks = "".join(EIGHTHS[max(1, round(count / most * 8)) if count else 0] for count in found.bars[-40:])
    return [Piece(f" {blocks}", "bar"), *lengths(found)]


def ticks(found: "Lengths") -> Ticks:
    """The bars at which a length is ten times the last tick, by their place."""
    from curator.operations.overview import PER_DECADE

    places = range(found.first, found.first + len(found.bars))
    return {place - found.first: 10 ** (place // PER_DECADE) for place in places if place % PER_DECADE == 0}


def labels(found: "Balance", width: int, height: int, veil: Veil) -> list[Pieces]:
    """A line a label with its bar; the last one says how many there are beyond."""
    if not found.rows:
        return [[Piece(" no labels yet, and outputs that are no set of labels", "dim")]]
    shown = found.rows[: height if len(found.rows) <= height else height - 1]
    names = [_named(row.label, row.value, veil) for row in shown]
    room = min(max(map(len, names), default=0), NAME, max(6, width // 3))
    digits = max((len(f"{row.count:,}") for row in shown), default=1)
    cells = max(4, width - room - digits - 10)
    lines: list[Pieces] = [
        [
            Piece(f" {name[: room - 1] + '…' if len(name) > room else name:<{room}} "),
            *meter(row.count / found.rows[0].count, cells),
            Piece(f"  {row.count:>{digits},}"),
            Piece(f" {_percent(row.count, found.of):>4}", "dim"),
        ]
        for name, row in zip(names, shown, strict=True)
    ]
    more = len(found.rows) - len(shown)
    return [*lines, [Piece(f" and {more:,} more", "dim")]] if more else lines


def labels_brief(found: "Balance", veil: Veil) -> Pieces:
    """The same in a line."""
    if not found.rows:
        return [Piece(" no labels yet", "dim")]
    pieces: list[Piece] = [Piece(" ")]
    for row in found.rows[:8]:
        pieces += [Piece(_named(row.label, row.value, veil)), Piece(f" {_percent(row.count, found.of)}  ", "dim")]
    return pieces


def _named(label: str, value: str, veil: Veil) -> str:
    return " ".join(veil.head(": ".join(filter(None, (label, value))), 60).split())


# -- what is open, what is next, what goes on ----------------------------------------------------------------------


def still_open(found: "Figures", width: int) -> list[Pieces]:
    """What stands between now and an export, each with its count; ticked where there is none. As few lines as fit."""
    left = found.open
    conflicts = "open conflict" if left.conflicts == 1 else "open conflicts"
    counts = [
        (left.unchecked, "unchecked"), (left.conflicts, conflicts),
        (left.errors, "with an error"), (left.pending, "to decide"), (left.fix, "to fix"),
    ]  # fmt: skip
    parts: list[Pieces] = []
    for count, word in counts:
        mark = Piece(" ✓ ", "accepted") if not count else Piece(" · ", "pending")
        parts.append([mark, Piece(f"{count:,} {word} ", "plain" if count else "dim")])
    stale = "finding out of date" if left.stale == 1 else "findings out of date"
    for count, word in ((left.passed, "accepted with an error"), (left.stale, stale)):
        if count:
            parts.append([Piece(" ■ ", "warning"), Piece(f"{count:,} {word} ")])
    lines: list[list[Piece]] = [[]]
    for part in parts:
        if lines[-1] and width_of([*lines[-1], *part]) > width:
            lines.append([])
        lines[-1] += part
    return list(lines)


def next_line(step: "Step | None") -> Pieces:
    """The one best next step and its key."""
    if step is None:
        return [Piece(" nothing is left to do", "dim")]
    return [Piece(" n ", "key"), Piece(step.words, "bold")]


def job_line(job: Job | None, width: int) -> Pieces:
    """The job that goes on, or how the last one ended."""
    if job is None:
        return [Piece(" c ", "key"), Piece("check all rows; no job is under way", "dim")]
    if job.ending is not None:
        mark = Piece(" ✓ ", "accepted") if job.ending == "done" else Piece(" ▲ ", "warning")
        return [mark, Piece(f"{job.name}: {job.words}")]
    if job.stopping:
        return [Piece(" ▸ ", "pointer"), Piece(f"{job.name} is being stopped …")]
    share, progress = job.share, job.progress
    pieces = [Piece(" ▸ ", "pointer"), Piece(f"{job.name} ", "bold")]
    if share is not None:
        pieces += [*meter(share, max(6, width // 6)), Piece(f" {share:.0%} ")]
    pieces.append(Piece("starting" if progress is None else progress.stage))
    return [*pieces, Piece(f"  {clock(job.seconds)}  ", "dim"), Piece("s ", "key"), Piece("stop", "dim")]
