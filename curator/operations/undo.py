"""Take back and do again, with what the checks say about a text that comes back, and curator.toml as it was."""

from curator.operations.check import recheck
from curator.operations.relabel import followed
from curator.workspace import Undone, Workspace


def undo(ws: Workspace, actor: str) -> Undone | None:
    """Takes back the last operation of `actor`; None when there is none left. Raises `ConflictError`."""
    return _checked(ws, ws.log.undo(actor))


def redo(ws: Workspace, actor: str) -> Undone | None:
    """Does again what `actor` took back last; None when there is nothing. Raises `ConflictError`."""
    return _checked(ws, ws.log.redo(actor))


def _checked(ws: Workspace, undone: Undone | None) -> Undone | None:
    if undone is not None and undone.edited and ws.findings.counts():
        recheck(ws, *undone.edited)
    return None if undone is None else followed(ws, undone)[0]
