"""The bytes of one file as they lie on the disk: hashed while they are read, unpacked, flat in memory."""

import hashlib
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterator

from curator.errors import SourceError
from curator.sources.looks import what_it_is

#: Bytes a read. Large enough that hashing and splitting cost little a call, small enough to stay in cache.
BLOCK = 1 << 20

#: A packed file that unpacks to more than this many times its size is refused, once it has given `FREE`
#: bytes. Real JSON Lines pack 3:1 to 30:1, gzip reaches 1030:1 only on one repeated byte. There is no
#: absolute limit: rows are streamed, so a large honest file needs no more memory than a small one.
RATIO_LIMIT = 200
FREE = 10 * 1024 * 1024

#: Compressed bytes a step. A hostile zstd frame gives 32 kB for each byte, so a step stays under 64 MB.
_ZSTD_STEP = 2048


class Stored:
    """One regular file, or standard input for ``-``.

    Opening reads the first block, so that a missing, empty or binary file is told at once. Iterate `blocks`
    to the end; then `digest` is the SHA-256 of the bytes as they are stored (packed, for a packed file).
    Raises `SourceError` for everything that can be wrong with a file, also while it is read.
    `read` gives the bytes instead, block by block, for what lies elsewhere.
    """

    def __init__(self, location: str, read: Callable[[], bytes] | None = None) -> None:
        self.location = location
        self.name = "standard input" if location == "-" else location
        self._hash = hashlib.sha256()
        self._fd = -1
        self._count = 0
        self._read: Callable[[], bytes]
        if read is not None:
            self._read = read
        elif location == "-":
            self._read = _standard_input()
        else:
            self._fd = open_regular(location)
            self._before = os.fstat(self._fd)
            self._read = self._read_file
        self._unpacked = self._unpack()
        self.head = self._first()

    def __del__(self) -> None:
        self.close()

    @property
    def digest(self) -> str:
        """The SHA-256 of all bytes read so far, in hexadecimal."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Let go of the file; harmless when that was done already."""
        if getattr(self, "_fd", -1) >= 0:
            os.close(self._fd)
            self._fd = -1

    def blocks(self) -> Iterator[bytes]:
        """Every block, unpacked, the first one included."""
        yield self.head
        yield from self._unpacked
        self.close()

    def drain(self) -> None:
        """Read what is left, so that the digest is that of the whole file."""
        for _ in self._unpacked:
            pass
        self.close()

    def _first(self) -> bytes:
        try:
            head = next(self._unpacked, b"")
            if not head:
                raise SourceError(f"{self.name}: is empty; there is nothing to import")
            looks = what_it_is(head)
            if looks:
                raise SourceError(f"{self.name}: {looks}")
        except BaseException:
            self.close()
            raise
        return head

    def _read_file(self) -> bytes:
        return os.read(self._fd, BLOCK)

    def _stored(self) -> Iterator[bytes]:
        while True:
            try:
                block = self._read()
            except OSError as error:
                raise SourceError(f"{self.name}: could not be read: {error.strerror or error}") from error
            if not block:
                break
            self._hash.update(block)
            self._count += len(block)
            yield block
        if self._fd >= 0:
            after = os.fstat(self._fd)
            if (after.st_size, after.st_mtime_ns) != (self._before.st_size, self._before.st_mtime_ns):
                raise SourceError(f"{self.name}: changed while it was read; import it again when it is complete")

    def _unpack(self) -> Iterator[bytes]:
        lower = self.location.lower()
        if lower.endswith(".gz"):
            return self._limited(_gunzip(self._stored(), self.name))
        if lower.endswith(".zst"):
            return self._limited(_unzstd(self._stored(), self.name))
        return self._stored()

    def _limited(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        out = 0
        for block in blocks:
            out += len(block)
            if out > FREE and out > RATIO_LIMIT * self._count:
                raise SourceError(
                    f"{self.name}: unpacks to more than {RATIO_LIMIT} times its size, as a decompression bomb"
                    " does; if you trust it, unpack it yourself and import the result"
                )
            if block:
                yield block


def open_regular(path: str) -> int:
    """A file descriptor for reading a regular file; never hangs on a pipe or a device."""
    try:
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise SourceError(f"{path}: there is no such file") from None
    except PermissionError:
        raise SourceError(f"{path}: you may not read it; ask its owner, or try chmod u+r on it") from None
    except OSError as error:
        raise SourceError(f"{path}: could not be opened: {error.strerror or error}") from error
    mode = os.fstat(fd).st_mode
    if not stat.S_ISREG(mode):
        os.close(fd)
        raise SourceError(not_regular(path, mode))
    return fd


def not_regular(path: str, mode: int) -> str:
    """The sentence for something that is no regular file."""
    if stat.S_ISDIR(mode):
        return f"{path}: is a folder, not a file"
    kind = "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
    return f"{path}: is {kind}, not a file; to read from a pipe give - and send it to standard input"


def file_digest(paths: list[str]) -> str:
    """The SHA-256 over whole files, one after another, for containers that are not read front to back."""
    digest = hashlib.sha256()
    for path in paths:
        fd = open_regular(path)
        try:
            while block := os.read(fd, BLOCK):
                digest.update(block)
        except OSError as error:
            raise SourceError(f"{path}: could not be read: {error.strerror or error}") from error
        finally:
            os.close(fd)
    return digest.hexdigest()


def _standard_input() -> Callable[[], bytes]:
    stream = sys.stdin
    if stream is None or stream.closed:
        raise SourceError("standard input: is closed; name a file instead of -")
    if stream.isatty():
        raise SourceError("standard input: is your keyboard; send rows into it, as in: curator import - < train.jsonl")
    return lambda: stream.buffer.read(BLOCK)


def _gunzip(blocks: Iterator[bytes], name: str) -> Iterator[bytes]:
    unpack = zlib.decompressobj(wbits=31)
    inside = False
    try:
        for packed in blocks:
            while packed:
                if unpack.eof:  # members may follow each other
                    unpack, inside = zlib.decompressobj(wbits=31), False
                if not inside:  # zero bytes may pad the end
                    packed = packed.lstrip(b"\0")
                    inside = bool(packed)
                yield unpack.decompress(packed, BLOCK)
                packed = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
        if inside and not unpack.eof:
            yield unpack.flush()
    except zlib.error as error:
        raise SourceError(f"{name}: is damaged or no gzip file ({error}); nothing of it can be trusted") from None
    if inside and not unpack.eof:
        raise SourceError(f"{name}: the gzip data ends too early; copy or download the file again")


def _unzstd(blocks: Iterator[bytes], name: str) -> Iterator[bytes]:
    import zstandard

    def frame() -> "zstandard.ZstdDecompressionObj":
        return zstandard.ZstdDecompressor().decompressobj()

    unpack = frame()
    inside = False
    try:
        for block in blocks:
            for start in range(0, len(block), _ZSTD_STEP):
                packed = block[start : start + _ZSTD_STEP]
                while packed:
                    if unpack.eof:
                        unpack = frame()
                    yield unpack.decompress(packed)
                    inside = not unpack.eof
                    packed = unpack.unused_data if unpack.eof else b""
    except zstandard.ZstdError as error:
        raise SourceError(f"{name}: is damaged or no zstd file ({error}); nothing of it can be trusted") from None
    if inside:
        raise SourceError(f"{name}: the zstd data ends too early; copy or download the file again")
