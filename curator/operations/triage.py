"""What was found, seen from the checks: how often each rule strikes, how often it was right, and what is set aside."""

import math
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from curator.errors import WorkspaceError
from curator.model import Entry
from curator.operations.fix import Proposed, fixes
from curator.operations.group import Group
from curator.query import parse
from curator.workspace import Ignored, RuleCount, Saved, SetAside, Workspace

#: Rows of a rule that are shown as its sample.
SHOWN = 6
#: The quantile of the normal distribution for an interval of 95%.
_Z = 1.959964


class Precision(Struct, frozen=True):
    """How often a finding was right, by what people decided in the rows that have it.

    Real: the row was rejected, marked as in need of a fix, its text was changed and the finding went away, or it was
    routed to RAG and the finding says that it teaches facts. Not real: the row was accepted with the finding in its
    text, or somebody said that it is none. Rows that nobody has decided say nothing.
    """

    real: int
    decided: int

    @property
    def share(self) -> float:
        """The share of real ones; 0 without any decision."""
        return self.real / self.decided if self.decided else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share lies with 95% confidence: Wilson's score interval, honest for few decisions too."""
        return wilson(self.real, self.decided)


class Ruled(Struct, frozen=True):
    """A rule of a check, or a check as a whole when `rule` is None: what stands, and how often it was right."""

    code: str
    check: str
    severity: str
    rule: str | None
    rows: int
    fixes: int
    precision: Precision
    others: int = 0

    @property
    def where(self) -> str:
        """The filter for its rows: exactly this rule, or the check."""
        return f"finding:{self.code}" if self.rule is None else Group(self.code, self.rule).where


class Checked(Struct, frozen=True):
    """A check, and its rules, those with the most rows first."""

    whole: Ruled
    rules: tuple[Ruled, ...]


class Triage(Struct, frozen=True):
    """All that was found, the worst check first; what is set aside, the newest first; and whether a check ever ran."""

    checks: tuple[Checked, ...]
    ignored: tuple[Ignored, ...]
    ran: bool

    @property
    def open(self) -> int:
        """Findings that are listed, by row and check."""
        return sum(check.whole.rows for check in self.checks)


def wilson(real: int, decided: int) -> tuple[float, float]:
    """The interval that holds a share with 95% confidence, after E. B. Wilson (1927); all of it without a decision."""
    if not decided:
        return 0.0, 1.0
    share, square = real / decided, _Z * _Z
    middle = share + square / (2 * decided)
    spread = _Z * math.sqrt(share * (1 - share) / decided + square / (4 * decided * decided))
    scale = 1 + square / decided
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def triage(ws: Workspace) -> Triage:
    """What stands by check and rule. Reads all findings once."""
    with ws.moment():
        decided = ws.findings.rules.decided()
        found = []
        for check in ws.findings.rules.counts():
            head = (check.code, check.check, check.severity)
            rules = tuple(_ruled(head, one, decided) for one in check.rules)
            own = [seen for (code, _), seen in decided.items() if code == check.code]
            precision = Precision(sum(real for real, _ in own), sum(count for _, count in own))
            fixes = sum(one.fixes for one in check.rules)
            found.append(Checked(Ruled(*head, None, check.rows, fixes, precision), rules))
        return Triage(tuple(found), tuple(ws.findings.ignored()), ws.checked())


def _ruled(head: tuple[str, str, str], one: RuleCount, decided: dict[tuple[str, str], tuple[int, int]]) -> Ruled:
    known = (0, 0) if one.rule is None else decided.get((head[0], one.rule), (0, 0))
    return Ruled(*head, one.rule, one.rows, one.fixes, Precision(*known), one.others)


def sample(ws: Workspace, code: str, rule: str | None, *, count: int = SHOWN, seed: int = 0) -> list[Entry]:
    """Some rows with a finding of this rule, or of the check, the same for the same seed."""
    return ws.examples.entries(ws.findings.rules.sample(code, rule, count, seed))


def ignore(ws: Workspace, code: str, rule: str | None = None, *, reason: str, actor: str) -> Saved:
    """Sets a rule of a check aside, or with `rule` None the check: its findings count nowhere until that is lifted.

    Raises `WorkspaceError` without a reason.
    """
    return ws.log.set_aside([SetAside(code, rule, reason=reason)], actor=actor)


def dismiss(ws: Workspace, seq: int, findings: Sequence[tuple[str, str]], *, reason: str, actor: str) -> Saved:
    """Says that findings of one example, named by code and rule, are none."""
    return ws.log.set_aside([SetAside(code, rule, seq, reason=reason) for code, rule in findings], actor=actor)


def threshold(ws: Workspace, code: str, score: float, *, actor: str, reason: str = "") -> Saved:
    """Leaves findings of a check whose score is below `score` out of every list; 0 takes the threshold away."""
    asked = SetAside(code, score=score or None, reason=reason if score else None, field="threshold")
    return ws.log.set_aside([asked], actor=actor)


def give_reason(ws: Workspace, ignored: Ignored, reason: str, *, actor: str) -> Saved:
    """Says anew why something is set aside. Raises `WorkspaceError` when somebody has lifted it meanwhile."""
    if not any(replace(one, rows=ignored.rows) == ignored for one in ws.findings.ignored()):
        raise WorkspaceError(f"{ignored.code}: it is not ignored any more, or somebody has given another reason.")
    asked = replace(ignored.lifted(), score=ignored.score, reason=reason)
    return ws.log.set_aside([asked], actor=actor)


def lift(ws: Workspace, ignored: Ignored, *, actor: str) -> Saved:
    """Lists again what was set aside. Raises `WorkspaceError` when somebody else has lifted it meanwhile."""
    saved = ws.log.set_aside([ignored.lifted()], actor=actor)
    if not saved.changes:
        raise WorkspaceError(f"{ignored.code}: is not ignored any more.")
    return saved


def safe_fixes(ws: Workspace, code: str, rule: str | None = None) -> list[Proposed]:
    """The fixes that cannot change a meaning, in the rows of a rule, or of a check, that nobody has decided."""
    found = fixes(ws, (code,), False, parse("status:pending"), rule=rule)
    return [one for one in found if one.code == code]


def below(ws: Workspace, code: str, score: float) -> int:
    """How many standing findings of a check a threshold would leave out."""
    return ws.findings.rules.below(code, score)
