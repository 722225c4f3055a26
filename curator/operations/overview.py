"""What is in a workspace, what is still open in it, how long its outputs are, and the one best next step."""

from collections import Counter
from collections.abc import Generator, Sequence
from math import log10
from typing import Literal

from msgspec import Struct

from curator.model import KNOWLEDGE, Progress
from curator.operations.conflicts import at_once
from curator.text import many
from curator.workspace import Summary, Workspace
from curator.workspace.counts import CodeCount, LabelCount, Open, Said

#: Bars for lengths up to ten times as long.
PER_DECADE = 8
#: Different short outputs above which they are no set of labels; above that they are not even counted.
SET, TRACKED = 1_000, 20_000
#: The share of all outputs that those of a set of labels have.
SHARE = 0.2


class Lengths(Struct, frozen=True):
    """How long outputs are, in characters. `bars` count on a scale of logarithms, each up to 10^(1/8) times as long.

    The first bar begins at `10 ** (first / 8)`; empty outputs are in none.
    """

    outputs: int = 0
    median: int = 0
    p95: int = 0
    longest: int = 0
    empty: int = 0
    first: int = 0
    bars: tuple[int, ...] = ()


class Balance(Struct, frozen=True):
    """Labels that people gave (`labels`) or, without any, outputs that come again (`outputs`): how often each.

    `of` is the number of examples that have one.
    """

    kind: Literal["labels", "outputs", ""] = ""
    of: int = 0
    rows: tuple[LabelCount, ...] = ()


class Step(Struct, frozen=True):
    """What is best done next: run the `checks`, look at the `rows` of a filter, or go to another `place`."""

    kind: Literal["checks", "rows", "place"]
    words: str
    where: str = ""
    place: str = ""


class Figures(Struct, frozen=True):
    """A workspace in numbers that take no look at its texts."""

    summary: Summary
    codes: tuple[CodeCount, ...]
    open: Open

    @property
    def checked(self) -> bool:
        """Whether any check was ever run."""
        return bool(self.codes)

    @property
    def decided(self) -> int:
        """How many examples somebody has decided: by a status, or by a route to RAG."""
        return self.summary.examples - self.open.pending

    @property
    def next(self) -> Step | None:
        """The one best next step; None when everything is decided and nothing of it accepted."""
        return next_step(self)


class Texts(Struct, frozen=True):
    """What a walk over all texts shows."""

    lengths: Lengths
    balance: Balance


def figures(ws: Workspace) -> Figures:
    """Counts of examples, decisions, findings and what is open, all of one moment. Well under a second at a million."""
    with ws.moment():
        return Figures(ws.status(), tuple(ws.counts.by_code()), ws.counts.open(at_once(ws).left))


def texts(ws: Workspace) -> Generator[Progress, None, Texts]:
    """Lengths of outputs, and how the labels are spread. A million outputs take two to three seconds."""
    lengths: Counter[int] = Counter()
    short: Counter[str] | None = Counter()
    total, done = ws.examples.count(), 0
    for window in ws.counts.windows():
        part = ws.counts.outputs(window)
        short = _add(part, lengths, short)
        done += window[1] - window[0] + 1
        yield Progress("Measuring outputs", min(done, total), total)
    return Texts(measured(lengths), _balance(ws, short, lengths.total()))


def _add(part: Sequence[Said], lengths: Counter[int], short: Counter[str] | None) -> Counter[str] | None:
    for one in part:
        lengths[one.length] += one.times
        if short is not None and one.text:
            short[one.text] += one.times
    return None if short is not None and len(short) > TRACKED else short


def measured(lengths: Counter[int]) -> Lengths:
    """What is to be shown of so many outputs of each length."""
    total = lengths.total()
    if not total:
        return Lengths()
    bars: Counter[int] = Counter()
    for length, count in lengths.items():
        if length:
            bars[int(PER_DECADE * log10(length) + 1e-9)] += count
    first, last = min(bars, default=0), max(bars, default=-1)
    return Lengths(
        outputs=total,
        median=_quantile(lengths, 0.5),
        p95=_quantile(lengths, 0.95),
        longest=max(lengths),
        empty=lengths[0],
        first=first,
        bars=tuple(bars[place] for place in range(first, last + 1)),
    )


def _quantile(lengths: Counter[int], share: float) -> int:
    """The shortest length that at least such a share of outputs does not exceed."""
    wanted, seen = share * lengths.total(), 0
    for length in sorted(lengths):
        seen += lengths[length]
        if seen >= wanted:
            return length
    return 0


def _balance(ws: Workspace, short: Counter[str] | None, outputs: int) -> Balance:
    given = ws.counts.labels()
    if given:
        return Balance("labels", ws.counts.labelled(), tuple(given))
    again = [] if short is None else [(text, count) for text, count in short.most_common() if count > 1]
    of = sum(count for _, count in again)
    if not again or len(again) > SET or of < SHARE * outputs:
        return Balance()
    return Balance("outputs", outputs, tuple(LabelCount("", text, count) for text, count in again))


def next_step(found: Figures) -> Step | None:
    """The one best next step: first what everything else rests upon, then the worst that is open."""
    left, examples = found.open, found.summary.examples
    if not examples:
        return Step("place", "import pairs: there are none yet", place="import")
    if not found.checked or left.unchecked:
        return Step("checks", f"check {many(left.unchecked)} that no check has seen")
    if left.conflicts:
        return Step("place", f"resolve {many(left.conflicts, 'conflict')}", "status:pending finding:CON", "conflicts")
    worst = next((code for code in found.codes if code.open and code.severity in ("error", "warning")), None)
    if worst is not None:
        words = f"decide {many(worst.open)} with {worst.check} ({worst.severity})"
        # What a route to RAG does not answer is open in a routed pair too.
        answered = worst.code.startswith(KNOWLEDGE) or worst.severity != "error"
        routed = " route:train" if answered else ""
        return Step("rows", words, f"status:pending{routed} finding:{worst.code}")
    if left.stale:
        are = "finding is about a text that was" if left.stale == 1 else "findings are about texts that were"
        return Step("checks", f"check again: {left.stale:,} {are} changed since")
    if left.pending:
        where = "status:pending route:train"
        return Step("rows", f"decide {many(left.pending)} that nobody has decided", where)
    if left.fix:
        return Step("rows", f"mend {many(left.fix)} that wait for a fix", "status:fix")
    ready = found.summary.by_status.get("accepted", 0) + found.summary.by_status.get("pending", 0)
    return Step("place", f"export {many(ready)}", place="export") if ready else None
