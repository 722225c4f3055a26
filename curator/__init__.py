"""Curator: check, review and export fine-tuning data. From Python: ``import curator; ws = curator.open(path)``."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from curator.workspace import Workspace

__version__ = "0.1.0"


def open(path: str | Path) -> "Workspace":
    """Opens a workspace file. Raises `WorkspaceError` when it is missing, damaged or newer than this program."""
    from curator.workspace import Workspace

    return Workspace.open(Path(path))
