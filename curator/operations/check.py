"""Check the examples of a workspace, and keep what is found standing after an edit."""

from collections.abc import Generator, Sequence
from typing import Literal

from msgspec import Struct

from curator.engines import local
from curator.engines.answers import ENGINE, Problem
from curator.engines.plan import plan
from curator.engines.recheck import recheck as check_again
from curator.model import Finding, Progress, Severity
from curator.settings import Settings, load
from curator.workspace import FindingCount, Workspace


class CheckResult(Struct, frozen=True):
    """What a run found: per code that was run what stands now, and what kept checks from their work."""

    examples: int
    counts: tuple[FindingCount, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def unfinished(self) -> tuple[Problem, ...]:
        """The problems because of which a check has not looked at everything."""
        return tuple(problem for problem in self.problems if problem.code != ENGINE)

    def found(self, severity: Severity) -> int:
        """The number of findings at or above a severity."""
        return sum(count.findings for count in self.counts if Severity(count.severity).rank >= severity.rank)


def check(
    ws: Workspace,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    settings: Settings | None = None,
    engine: Literal["local", "ray"] = "local",
    address: str | None = None,
) -> Generator[Progress, None, CheckResult]:
    """Runs checks over all examples; their findings replace those of their earlier runs, in one commit at the end.

    `select` and `ignore` take codes, beginnings of codes, and names; without `settings`, the curator.toml
    beside the workspace is read. Without both, what checks have found that are ignored by the settings, or gone,
    stands no more. To cancel is to stop iterating: then earlier findings stay as they were.
    A run over many examples that was killed or cancelled is taken up where it was by the next one like it.
    `engine` "ray" runs the checks on the Ray cluster at `address`, or on a Ray of this machine; it finds the same.
    Raises SettingsError for checks or options that do not exist, and for a cluster that does not answer.
    """
    planned = plan(settings if settings is not None else load(ws.path.parent), selected=select, ignored=ignore)
    whole = not select and not ignore
    if engine == "ray":
        from curator.engines import cluster  # needs the extra

        outcome = yield from cluster.run(ws, planned, address=address, whole=whole)
    else:
        outcome = yield from local.run(ws, planned, whole=whole)
    counts = tuple(count for count in ws.findings.counts() if count.code in planned.codes)
    return CheckResult(outcome.examples, counts, outcome.problems)


def recheck(ws: Workspace, *seqs: int, settings: Settings | None = None) -> list[Finding]:
    """Runs the checks that need nothing but the example itself, after a text was changed. Takes milliseconds each."""
    planned = plan(settings if settings is not None else load(ws.path.parent))
    return [finding for seq in seqs for finding in check_again(ws, seq, planned)]
