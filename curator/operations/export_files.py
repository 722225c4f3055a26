"""The files of an export: staged beside their place, synced, and put in place together, or not at all."""

import errno
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from curator.errors import TargetError

MANIFEST = "manifest.json"
_STAGING = ".curator-export-"
#: Bytes read at once.
_BLOCK = 1 << 20


class Sheet:
    """One file being written: counts its rows and remembers the checksum of what was meant.

    Without a path nothing is written, and only the counting is done. `mark` stands at its beginning and is no row.
    """

    def __init__(self, name: str, path: Path | None, mark: bytes = b"") -> None:
        self.name = name
        self.path = path
        self.mark = mark
        self.rows = 0
        self.size = 0
        self._digest = hashlib.sha256()
        self._file = None if path is None else path.open("xb", buffering=0)
        self._put(mark)

    @property
    def sha256(self) -> str:
        """The checksum of everything that was meant to be written so far."""
        return self._digest.hexdigest()

    def write(self, lines: list[bytes]) -> None:
        """Adds rows, a line each, at once. Raises `OSError`."""
        if not lines:
            return
        self.rows += len(lines)
        self._put(b"".join(lines))

    def _put(self, data: bytes) -> None:
        block = memoryview(data)
        self.size += len(block)
        self._digest.update(block)
        while self._file is not None and block:
            block = block[self._file.write(block) :]

    def became(self, path: Path) -> None:
        """Takes a file that was made of this one in its place, as the disk has it. Raises `OSError`."""
        self._digest, self.size, self.path = hashlib.sha256(), 0, path
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                self.size += len(block)
                self._digest.update(block)
            os.fsync(file.fileno())

    def finish(self) -> None:
        """Makes sure that the disk has it all."""
        if self._file is not None:
            os.fsync(self._file.fileno())
            self.close()

    def close(self) -> None:
        """Lets go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


class Folder:
    """The folder of an export, held by one process at a time inside `with`.

    Every file is written into a staging folder in it, so that a kill leaves nothing under a final name; what
    such a kill has left is cleared away by the next export. `names` are all that an export of this kind may
    write: when one of them is there already it raises `TargetError`, unless `force` keeps the old files as .bak.
    """

    def __init__(self, path: Path, names: Collection[str], *, force: bool = False) -> None:
        self.path = path
        self._names = names
        self._force = force
        self._made = False
        self._lock: int | None = None
        self._staging: Path | None = None
        self._sheets: list[Sheet] = []

    def __enter__(self) -> Self:
        try:
            self._made = not self.path.exists()
            self.path.mkdir(parents=True, exist_ok=True)
            self._hold()
            self._clear()
            taken = self._taken()
            if taken and not self._force:
                raise TargetError(
                    f"{self.path / taken[0]}: exists already. Name another folder with --out, or add --force, which "
                    f"keeps what is there as {_spare(self.path / taken[0]).name}."
                )
            self._staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=self.path))
        except OSError as error:
            self._leave()
            raise said(error, self.path) from error
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()
        if isinstance(error, OSError):
            raise said(error, self.path) from error

    @property
    def staging(self) -> Path:
        """Where files lie until they are put in place."""
        if self._staging is None:
            raise TargetError(f"{self.path}: is not open for an export.")
        return self._staging

    def sheet(self, name: str, *, draft: bool = False, mark: bytes = b"") -> Sheet:
        """A new file of this export, staged; as a draft it is what its final file is made of."""
        sheet = Sheet(name, self.staging / (f"{name}.draft" if draft else name), mark)
        self._sheets.append(sheet)
        return sheet

    def restart(self) -> None:
        """Forgets every file that was staged so far. Raises `OSError`."""
        for sheet in self._sheets:
            sheet.close()
            if sheet.path is not None:
                sheet.path.unlink()
        self._sheets.clear()

    def place(self, names: Iterable[str]) -> list[str]:
        """Puts staged files in place, in this order, and makes the disk keep that. Returns what was kept as .bak.

        When one of them cannot be put there, none stays. Raises `OSError` or `TargetError`.
        """
        assert self._staging is not None
        kept: list[tuple[Path, Path]] = []
        placed: list[Path] = []
        try:
            for name in self._taken() if self._force else ():
                old = self.path / name
                spare = _spare(old)
                old.rename(spare)
                kept.append((old, spare))
            for name in names:
                _link(self._staging / name, self.path / name)
                placed.append(self.path / name)
            _sync(self.path)
            if self._made:
                _sync(self.path.absolute().parent)
        except BaseException as error:
            for path in placed:
                path.unlink(missing_ok=True)
            for old, spare in kept:
                spare.rename(old)
            if isinstance(error, FileExistsError):
                raise TargetError(
                    f"{error.filename2}: another program made it meanwhile. Nothing was put there."
                ) from error
            raise
        return [spare.name for _, spare in kept]

    def _taken(self) -> list[str]:
        return [name for name in self._names if os.path.lexists(self.path / name)]

    def _hold(self) -> None:
        """Keeps other exports out of the folder. The lock is on the folder itself, so that no file of it is left."""
        if sys.platform == "win32":
            return
        import fcntl

        self._lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TargetError(
                f"{self.path}: another export is writing into it. Wait for that one, or name another folder with --out."
            ) from None
        except OSError as error:
            if error.errno not in (errno.ENOTSUP, errno.ENOSYS, errno.ENOLCK):  # some network folders have no locks
                raise

    def _clear(self) -> None:
        """Removes what exports that never finished have left: staged files, and what of them was put in place.

        Files are put in place as second links, the manifest last: so a staged file that is also in place
        without its manifest belongs to an export that was killed in between.
        """
        for staging in self.path.glob(f"{_STAGING}*"):
            if staging.is_symlink() or not staging.is_dir():
                continue
            if not _same(staging / MANIFEST, self.path / MANIFEST):
                for file in staging.iterdir():
                    if _same(file, self.path / file.name):
                        (self.path / file.name).unlink()
            shutil.rmtree(staging)

    def _leave(self) -> None:
        for sheet in self._sheets:
            sheet.close()
        if self._staging is not None:
            shutil.rmtree(self._staging, ignore_errors=True)
            self._staging = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if self._made:
            with suppress(OSError):  # not empty: then it has its purpose
                self.path.rmdir()


def said(error: OSError, path: Path) -> TargetError:
    """The sentence for what the system reports about an export's files."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return TargetError(
            f"{path}: the disk is full, or a limit on file sizes was reached. Nothing was put there; free space "
            "and export again."
        )
    if isinstance(error, FileExistsError | NotADirectoryError):
        return TargetError(f"{path}: is not a folder. Name a folder with --out; it is made when it is missing.")
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return TargetError(f"{path}: no permission to write there. Change its permissions, or name another folder.")
    return TargetError(f"{path}: cannot be written ({error.strerror or error}). Nothing was put there.")


def _spare(path: Path) -> Path:
    """A free name for an old file: train.jsonl.bak, then train.jsonl.bak2. What is kept is never overwritten."""
    number = 1
    while os.path.lexists(spare := path.with_name(f"{path.name}.bak{number if number > 1 else ''}")):
        number += 1
    return spare


def _link(staged: Path, final: Path) -> None:
    try:
        os.link(staged, final)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS):
            raise
        # A file system without links: the folder is ours alone, so only a foreign program could come in between.
        if os.path.lexists(final):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(staged), None, str(final)) from None
        staged.rename(final)


def _same(first: Path, second: Path) -> bool:
    try:
        return os.path.samestat(first.lstat(), second.lstat())
    except OSError:
        return False


def _sync(folder: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
