"""The engine of one machine: passes over the examples, in its processes when there are many.

Memory holds keys (24 bytes an example and key), what was learned, MinHash and vector of every variable text (450 bytes
each, however many examples have it), and the blocks at hand, never the examples.
"""

from collections.abc import Generator, Sequence
from threading import current_thread, main_thread

from msgspec import Struct

from curator.engines.answers import ENGINE, Problem
from curator.engines.course import Course
from curator.engines.crew import Crew, crew, processors
from curator.engines.desk import Desk
from curator.engines.guard import PATIENCE, watching
from curator.engines.journal import Journal, identity, journal_path
from curator.engines.plan import Plan
from curator.engines.recheck import recheck
from curator.model import Progress
from curator.workspace import Workspace

#: With more examples than this, the start of more processes (half a second each) and a journal are worth it.
ALONE = 5_000
#: Examples that were edited while a run went on, and are checked again at its end; more stay marked as stale.
EDITED = 200
#: Examples of one task.
SLICE = 5_000


class Outcome(Struct, frozen=True):
    """What a run came to: the examples it saw, the findings it stored, and what stood in the way of checks."""

    examples: int
    findings: int
    problems: tuple[Problem, ...] = ()


def run(
    workspace: Workspace,
    plan: Plan,
    *,
    whole: bool = False,
    processes: int | None = None,
    slice_size: int = SLICE,
    patience: float = PATIENCE,
) -> Generator[Progress, None, Outcome]:
    """Run a plan over all examples and make its findings stand. To cancel is to stop iterating: then nothing changes.

    A run over many examples that was killed or cancelled is taken up where it was by the next one of the same plan.
    With `whole` the plan is all that there is to check: what checks outside of it had found stands no more.
    A check may take `patience` seconds over one example. `processes` (0: only this one) is for tests; by default it
    follows the number of examples and processors.
    """
    ids = workspace.examples.ids()
    if processes is None:
        processes = processors() if len(ids) > ALONE and plan.portable else 0
        if not processes and plan.portable and (plan.foreign or current_thread() is not main_thread()):
            processes = 1  # in its main thread whatever hangs can be stopped
    parts = [(ids[at] - 1, ids[min(at + slice_size, len(ids)) - 1]) for at in range(0, len(ids), slice_size)]
    desk = Desk(workspace.examples, plan)
    with watching(patience), crew(desk, workspace.path, plan, processes, patience) as workers:
        return (yield from follow(workspace, plan, workers, parts, whole=whole))


def _ended(code: str, where: str) -> Problem:
    """What is said of a check that ended with a process: at a row where it ended that, else because it hung."""
    if where:
        return Problem(code, where, "the check ended its process at this row; it checked no other row")
    return Problem(
        code, "", "the check did not come back from a row, and its process was ended; it checked no other row"
    )


def follow(
    workspace: Workspace, plan: Plan, workers: Crew, parts: Sequence[tuple[int, int]], *, whole: bool = False
) -> Generator[Progress, None, Outcome]:
    """The course of a run over these parts (numbers from, excluded, to), whoever the workers are."""
    ids = workspace.examples.ids()
    newest = workspace.log.tail(1)
    state = repr((newest and (newest[-1].op, newest[-1].seq), parts)).encode() + ids.tobytes()
    storing = workspace.findings.begin_run(plan.codes, plan.options, whole=whole)
    finished = False
    path = journal_path(workspace.path) if len(ids) > ALONE else None
    try:
        with Journal(path, identity(plan, state), workspace.path.stat().st_mode & 0o777) as journal:
            course = Course(plan, workers, journal, storing, workspace.examples, parts, len(ids))
            if journal.known:
                yield Progress("Taking up the run that was stopped", 0, len(ids))
            yield from course.steps()
            if workers.broken:
                course.problems.extend([Problem(ENGINE, "", "a process died; the rest was done in one process")])
            course.problems.extend([_ended(code, where) for code, where in sorted(workers.ended.items())])
            edited = storing.finish()
            finished = True
            journal.remove()
    finally:
        if not finished:
            storing.abandon()
    for seq in edited[:EDITED]:
        recheck(workspace, seq, plan)
    return Outcome(len(ids), course.stored, tuple(course.problems))
