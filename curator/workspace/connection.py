"""One SQLite file, opened so that a commit is on the disk and a second writer waits instead of failing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import quote

import apsw
import msgspec

from curator.errors import WorkspaceError
from curator.workspace import schema
from curator.workspace.locks import FileLock

#: How long a statement waits for another process, in milliseconds. Writers queue at the lock file before that.
BUSY_MS = 60_000

Row = tuple[Any, ...]
#: What reading meets when the bytes of a text were changed: pages carry no checksum.
_DAMAGE = (msgspec.MsgspecError, UnicodeDecodeError)


class Statements(Protocol):
    """What a transaction needs of SQLite; its rows are tuples of whatever the columns hold."""

    def execute(self, statements: str, bindings: Any = None, /) -> Any:
        """Runs a statement; the cursor iterates over its rows."""

    def executemany(self, statements: str, sequence: Any, /) -> Any:
        """Runs a statement for each row of values."""

    def last_insert_rowid(self) -> int:
        """The number of the row that was inserted last."""

    def changes(self) -> int:
        """How many rows the last statement changed."""


def damaged(path: Path, what: str) -> WorkspaceError:
    """The sentence for a file that holds what nobody wrote."""
    return WorkspaceError(f"{path}: is damaged ({what}). Restore the newest file of {path}.snapshots/.")


@contextmanager
def decoding(path: Path) -> Iterator[None]:
    """Turns what is met when stored values are decoded that nobody wrote into a `WorkspaceError`."""
    try:
        yield
    except _DAMAGE as error:
        raise damaged(path, str(error)) from error


def said(error: apsw.Error, path: Path) -> WorkspaceError:
    """The sentence for what SQLite reports."""
    if isinstance(error, apsw.FullError):
        return WorkspaceError(f"{path}: the disk is full. Nothing of this change was kept; free space and try again.")
    if isinstance(error, apsw.NotADBError):
        return WorkspaceError(f"{path}: is no Curator workspace. Name a .curator file, or import to make a new one.")
    if isinstance(error, apsw.ReadOnlyError | apsw.PermissionsError):
        return WorkspaceError(f"{path}: cannot be written. Check the permissions of the file and of its folder.")
    if isinstance(error, apsw.CorruptError):
        return damaged(path, str(error))
    if isinstance(error, apsw.CantOpenError):
        return WorkspaceError(f"{path}: cannot be opened. Check that its folder exists and can be written.")
    if isinstance(error, apsw.InterruptError):
        return WorkspaceError(f"{path}: the query was stopped.")
    if isinstance(error, apsw.BusyError):
        return WorkspaceError(f"{path}: another program has kept it locked for a minute. Close it and try again.")
    if isinstance(error, apsw.IOError):
        return WorkspaceError(
            f"{path}: reading or writing failed ({error}). Check that the disk is not full and no limit on file sizes "
            "is reached, then try again; what was saved before is safe."
        )
    return WorkspaceError(f"{path}: reading or writing failed ({error}). Check the disk, then `curator verify`.")


def _unfit(error: Exception, path: Path) -> WorkspaceError:
    return WorkspaceError(f"{path}: a value cannot be stored or looked up ({error}). Nothing was changed; correct it.")


class Connection:
    """The connection of one thread. Reads go through `rows`, `row` and `value`; changes through `write`."""

    def __init__(self, path: Path, *, create: bool) -> None:
        self.path = path
        self.stopped = False
        self._lock = FileLock(path.with_name(f".{path.name}.lock"))
        flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
        try:
            self.sqlite = apsw.Connection(str(path), flags=flags)
            self.sqlite.set_busy_timeout(BUSY_MS)
            # Until the file is known to be ours, closing must not fold the log that lies beside it into it.
            self.sqlite.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, int(os.path.exists(f"{path}-wal")))
        except apsw.Error as error:
            raise said(error, path) from error

    def prepare(self) -> None:
        """Sets what durability needs. Only called once the file is known to be ours: it changes the file."""
        with self._lock:  # SQLite does not wait when two connections turn a new file to write-ahead at once
            self._set_pragmas()
        self.sqlite.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0)

    def _set_pragmas(self) -> None:
        # Each answer is compared: a pragma that fails silently would leave "saved" a lie.
        for pragma, wanted in (
            ("page_size=8192", None),  # a row of 1 kB: half the writes of 4096 (only a new file takes it)
            ("journal_mode=wal", "wal"),
            ("synchronous=full", None),
            ("synchronous", 2),
            ("fullfsync=1", None),
            ("checkpoint_fullfsync=1", None),
            ("trusted_schema=off", None),
            ("trusted_schema", 0),
            ("cell_size_check=on", None),
            ("mmap_size=0", None),
            ("cache_size=-16000", None),
            ("temp_store=memory", None),
        ):
            answer = self.row(f"pragma {pragma}")
            if wanted is not None and (answer is None or answer[0] != wanted):
                got = answer[0] if answer else "nothing"
                raise WorkspaceError(
                    f"{self.path}: SQLite answered {got!r} to {pragma!r}. Move the workspace to a local disk."
                )

    def rows(self, sql: str, parameters: tuple[Any, ...] | dict[str, Any] = ()) -> Iterator[Row]:
        """The rows of a query, as they come. Raises `WorkspaceError`.

        Take all of them before anybody else's code runs: a query that is left half read pins the moment it began
        in, and SQLite refuses to write on this connection once another process has committed after that moment.
        """
        try:
            yield from self.sqlite.execute(sql, parameters)
        except apsw.Error as error:
            raise said(error, self.path) from error
        except _DAMAGE as error:
            raise damaged(self.path, str(error)) from error
        except (UnicodeEncodeError, OverflowError) as error:
            raise _unfit(error, self.path) from error

    def row(self, sql: str, parameters: tuple[Any, ...] | dict[str, Any] = ()) -> Row | None:
        """The first row, or None."""
        return next(iter(list(self.rows(sql, parameters))), None)

    def value(self, sql: str, parameters: tuple[Any, ...] | dict[str, Any] = ()) -> Any:
        """The first column of the first row, or None."""
        row = self.row(sql, parameters)
        return None if row is None else row[0]

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything that is read inside is of one moment, whatever other processes commit meanwhile.

        Inside another snapshot it is of that one's moment.
        """
        if self.sqlite.in_transaction:
            yield
            return
        try:
            self.sqlite.execute("begin")
            try:
                yield
            finally:
                if self.sqlite.in_transaction:
                    self.sqlite.execute("rollback")
        except apsw.Error as error:
            raise said(error, self.path) from error

    @contextmanager
    def write(self) -> Iterator[Statements]:
        """One transaction: all of it is on the disk when this returns, or none of it is there.

        Raises `WorkspaceError`. When the commit itself failed the outcome is unknown: look before you repeat.
        """
        try:
            with self._lock:
                self.sqlite.execute("begin immediate")
                try:
                    yield cast(Statements, self.sqlite)
                    self.sqlite.execute("commit")
                except BaseException:
                    # After an I/O error SQLite has rolled back by itself; a blind rollback would hide the cause.
                    if self.sqlite.in_transaction:
                        self.sqlite.execute("rollback")
                    raise
        except apsw.Error as error:
            raise said(error, self.path) from error
        except _DAMAGE as error:
            raise damaged(self.path, str(error)) from error
        except (UnicodeEncodeError, OverflowError) as error:
            raise _unfit(error, self.path) from error

    def interrupt(self) -> None:
        """Stops the query that another thread runs on this connection."""
        self.stopped = True
        self.sqlite.interrupt()

    def abandon(self) -> None:
        """Closes a file that turned out not to be ours, leaving nothing beside it."""
        self.sqlite.close()

    def close(self) -> None:
        """Closes; the last one to leave folds the write-ahead log into the file."""
        with self._lock:
            self.sqlite.close()
        self._lock.close()


def open_connection(path: Path, *, create: bool = False) -> tuple[Connection, int]:
    """Opens a workspace file and checks that it is one of ours. Returns it with its schema version (0: new).

    Raises `WorkspaceError` when it is missing, no workspace, newer than this program, or holds foreign objects;
    then the file is left as it was, byte for byte.
    """
    try:
        fresh = _place(path, create=create)
        if not fresh:
            _look(path)
        connection = Connection(path, create=create)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise WorkspaceError(f"{path}: cannot be opened ({reason}). Check the name and the permissions.") from error
    try:
        version = _version(connection, path)
        if version == 0 and not create:
            raise WorkspaceError(f"{path}: is empty, no workspace. `curator import FILE -w {path}` fills a new one.")
        connection.prepare()
    except BaseException:
        connection.abandon()
        raise
    return connection, version


def _place(path: Path, *, create: bool) -> bool:
    """Whether the file is still to be made. Raises `WorkspaceError` for what cannot be a workspace."""
    if path.is_dir():
        raise WorkspaceError(f"{path}: is a folder, not a workspace. Name the .curator file in it.")
    if not path.exists():
        if not create:
            raise WorkspaceError(f"{path}: there is no such workspace. `curator import FILE -w {path}` makes one.")
        if not path.parent.is_dir():
            raise WorkspaceError(f"{path}: the folder {path.parent} does not exist. Make it first.")
        return True
    if not path.is_file():
        raise WorkspaceError(f"{path}: is not a regular file. Name a .curator file.")
    if not os.access(path, os.R_OK | os.W_OK):
        raise WorkspaceError(f"{path}: no permission to read and write it. Change its permissions or copy it.")
    return path.stat().st_size == 0


def _look(path: Path) -> None:
    """Refuses what is plainly another program's before it is opened for good.

    An ordinary open may replay the journal that the other program left. `immutable` takes no lock and replays
    nothing; plain file calls are no way either, they drop the locks of a workspace that this process has open.
    """
    uri = f"file:{quote(os.fsencode(path.absolute()))}?immutable=1"
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    try:
        sqlite = apsw.Connection(uri, flags=flags)
        try:
            application = sqlite.pragma("application_id")
            version = sqlite.pragma("user_version")
            if application == schema.APPLICATION_ID and version <= schema.VERSION:
                return
            objects = int(next(iter(sqlite.execute("select count(*) from sqlite_schema")))[0])
        finally:
            sqlite.close()
    except apsw.CorruptError:
        return  # the log beside it may hold the pages that are missing here
    except apsw.Error as error:
        raise said(error, path) from error
    _check_owner(path, application, version, objects)


def _check_owner(path: Path, application: int, version: int, objects: int) -> None:
    if application == 0 and version == 0 and objects == 0:
        return
    if application != schema.APPLICATION_ID:
        raise WorkspaceError(f"{path}: is a database of another program, no Curator workspace. It was not changed.")
    if version > schema.VERSION:
        raise WorkspaceError(
            f"{path}: was written by a newer Curator (schema {version}, this one knows "
            f"{schema.VERSION}). Update Curator; the file was not changed."
        )


def _version(connection: Connection, path: Path) -> int:
    application = connection.value("pragma application_id")
    version = int(connection.value("pragma user_version"))
    objects = connection.value("select count(*) from sqlite_schema")
    _check_owner(path, application, version, objects)
    if version:
        foreign, missing = schema.differences(connection.sqlite, version)
        if foreign:
            raise WorkspaceError(
                f"{path}: holds {foreign[0]}, which Curator never makes. It was not trusted; "
                "ask whoever gave you the file."
            )
        if missing:
            raise WorkspaceError(
                f"{path}: is damaged, it lacks {missing[0]}. Restore the newest file of {path}.snapshots/."
            )
    return version
