"""Copies of the whole file, by SQLite's own backup: plain file calls on an open database drop its locks."""

import os
import shutil
import sys
from contextlib import suppress
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
        _sync_folder(destination.parent)
    except FileExistsError as error:
        raise WorkspaceError(f"{destination}: exists already. Choose another name.") from error
    except OSError as error:
        raise WorkspaceError(
            f"{destination}: the copy could not be written ({error.strerror}). Check permissions and free space."
        ) from error
    except apsw.Error as error:
        raise said(error, destination) from error
    finally:
        partial.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """The new name survives a power cut only once its folder is on the disk too."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def take(connection: Connection, reason: str) -> Path:
    """Copies the workspace into ``NAME.snapshots/`` and returns the copy; the newest few are kept.

    Raises `WorkspaceError` when there is no room for it: then nothing may be changed either.
    """
    folder = Path(f"{connection.path}.snapshots")
    size = int(connection.value("pragma page_count")) * int(connection.value("pragma page_size"))
    try:
        if shutil.disk_usage(connection.path.parent).free < size + 16 * 1024 * 1024:
            raise WorkspaceError(
                f"{folder}: no room for a snapshot of {size / 1e6:,.0f} MB before this change. Free space."
            )
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise WorkspaceError(
            f"{folder}: no snapshot can be put there ({error.strerror}). Nothing was changed; check the permissions."
        ) from error
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    destination = folder / f"{stamp}-{reason}.curator"
    copy_to(connection, destination)
    for old in sorted(folder.glob("*.curator"))[:-KEPT]:
        with suppress(OSError):  # another process may have been faster; too many copies harm nobody
            old.unlink()
    return destination
