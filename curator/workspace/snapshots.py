"""Copies of the whole file, by SQLite's own backup: plain file calls on an open database drop its locks."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import apsw

from curator.errors import WorkspaceError
from curator.workspace.connection import Connection, said

#: Snapshots that are kept; older ones go.
KEPT = 5


def copy_to(connection: Connection, destination: Path) -> None:
    """Writes a consistent copy while others go on writing. It appears whole or not at all; never overwrites."""
    if destination.exists():
        raise WorkspaceError(f"{destination}: exists already. Choose another name; a backup never overwrites.")
    if not destination.parent.is_dir():
        raise WorkspaceError(f"{destination.parent}: there is no such folder. Make it first.")
    partial = destination.with_name(f".{destination.name}.{os.getpid()}.partial")
    try:
        target = apsw.Connection(str(partial))
        try:
            with target.backup("main", connection.sqlite, "main") as backup:
                while not backup.done:
                    backup.step(-1)
            target.execute("pragma journal_mode=delete").fetchone()
        finally:
            target.close()
        descriptor = os.open(partial, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.link(partial, destination)
    except FileExistsError as error:
        raise WorkspaceError(f"{destination}: exists already. Choose another name.") from error
    except OSError as error:
        raise WorkspaceError(f"{destination}: the copy could not be written ({error.strerror}).") from error
    except apsw.Error as error:
        raise said(error, destination) from error
    finally:
        partial.unlink(missing_ok=True)


def take(connection: Connection, reason: str) -> Path:
    """Copies the workspace into ``NAME.snapshots/`` and returns the copy; the newest few are kept.

    Raises `WorkspaceError` when there is no room for it: then nothing may be changed either.
    """
    folder = Path(f"{connection.path}.snapshots")
    size = connection.path.stat().st_size
    if shutil.disk_usage(connection.path.parent).free < size + 16 * 1024 * 1024:
        raise WorkspaceError(
            f"{folder}: no room for a snapshot of {size / 1e6:,.0f} MB before this change. Free space."
        )
    folder.mkdir(exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    destination = folder / f"{stamp}-{reason}.curator"
    copy_to(connection, destination)
    for old in sorted(folder.glob("*.curator"))[:-KEPT]:
        old.unlink()
    return destination
