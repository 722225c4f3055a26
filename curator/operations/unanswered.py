"""Baselines of which no answer could be used: nothing was measured, but it was tried, and that is kept."""

from typing import TYPE_CHECKING

import msgspec

from curator.advice.signals import Unanswered
from curator.workspace import Saved, Stated, Workspace
from curator.workspace.stating import ANSWER

if TYPE_CHECKING:  # loads what asks models, which nobody needs who only reads what was measured
    from curator.operations.baseline import BaselineResult

#: The answer that holds the last one.
TRIED = "baseline without an answer"


def unanswered(result: "BaselineResult", *, day: str, eval_digest: str) -> Unanswered | None:
    """What is to be said of a climb without a single score; None where there is one, or nobody was asked."""
    asked = [row for one in result.results for row in one.rows if row.failure != "not asked"]
    if result.best is not None or not asked:
        return None
    failures: dict[str, int] = {}
    for row in asked:
        failures[str(row.failure)] = failures.get(str(row.failure), 0) + 1
    return Unanswered(result.model, len(asked), failures, day, eval_digest)


def keep_unanswered(ws: Workspace, found: Unanswered, *, actor: str) -> Saved:
    """Keeps that a baseline was tried. Raises `WorkspaceError`."""
    return ws.log.state([Stated(ANSWER, TRIED, msgspec.to_builtins(found))], actor=actor)


def unanswered_of(ws: Workspace, eval_digest: str) -> Unanswered | None:
    """The last one on this eval set."""
    said = ws.stated.one(ANSWER, TRIED)
    found = None if said is None else msgspec.convert(said.body, Unanswered)
    return found if found is not None and found.eval_digest == eval_digest else None
