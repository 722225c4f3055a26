"""The options that many commands share: which workspace, and who is acting."""

import getpass
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from curator.errors import WorkspaceError

if TYPE_CHECKING:
    from curator.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])


def workspace_option(function: F) -> F:
    """Adds `-w/--workspace FILE`."""
    return click.option(
        "-w",
        "--workspace",
        "workspace",
        type=click.Path(path_type=Path),
        help="The workspace file. Without it, the only *.curator file of this folder.",
    )(function)


def reviewer_option(function: F) -> F:
    """Adds `--as REVIEWER`."""
    return click.option(
        "--as", "reviewer", default=None, help="Who is acting. Default: $CURATOR_REVIEWER, or your user name."
    )(function)


def who(reviewer: str | None) -> str:
    """The name that events carry: the option, else $CURATOR_REVIEWER, else the user's name."""
    if reviewer:
        return reviewer
    named = os.environ.get("CURATOR_REVIEWER")
    if named:
        return named
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no user name in a bare container
        return "reviewer"


def find_workspace(path: Path | None) -> Path:
    """The workspace that is meant. Raises `WorkspaceError` when there is none, or more than one to choose from."""
    if path is not None:
        return path
    found = sorted(Path().glob("*.curator"))
    if len(found) == 1:
        return found[0]
    if not found:
        raise WorkspaceError(
            "there is no *.curator file in this folder. `curator import FILE` makes one, or name it with -w."
        )
    names = ", ".join(str(name) for name in found)
    raise WorkspaceError(f"there are {len(found)} workspaces in this folder ({names}). Name one with -w.")


def open_workspace(path: Path | None) -> "Workspace":
    """Opens the workspace that is meant. Raises `WorkspaceError`."""
    from curator.workspace import Workspace

    return Workspace.open(find_workspace(path))
