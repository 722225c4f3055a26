"""Raw lines of a stream of bytes: cut at LF alone, never longer in memory than a row may be."""

from collections.abc import Iterable, Iterator

from curator.sources.base import ROW_LIMIT

#: What is kept of a line that is too long, in bytes.
HEAD = 4096

BOM = b"\xef\xbb\xbf"


class Lines:
    """Iterates the lines of `blocks` without their LF (a CR before it stays).

    After each step `raw` is the line. A line above `ROW_LIMIT` comes as empty bytes: then `cut` is its
    length in bytes (else 0) and `raw` holds its first `HEAD` bytes. `start` is the offset of the first line:
    3 when a byte order mark was skipped (`bom`).
    """

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self.raw = b""
        self.cut = 0
        self.bom = False
        first = next(self._blocks, b"")
        while 0 < len(first) < len(BOM) and (more := next(self._blocks, b"")):
            first += more
        if first.startswith(BOM):
            self.bom = True
            first = first[len(BOM) :]
        self._first = first

    @property
    def start(self) -> int:
        """The offset of the first line."""
        return len(BOM) if self.bom else 0

    def __iter__(self) -> Iterator[bytes]:
        kept: list[bytes] = []  # the beginning of a line that is not complete
        length = 0
        for block in self._all():
            pieces = block.split(b"\n")
            if len(pieces) > 1:
                kept.append(pieces[0])
                yield self._close(kept, length + len(pieces[0]))
                self.cut = 0
                for piece in pieces[1:-1]:
                    self.raw = piece
                    yield piece
                kept, length = [], 0
            tail = pieces[-1]
            length += len(tail)
            if length <= ROW_LIMIT:
                kept.append(tail)
            elif len(kept) != 1 or len(kept[0]) != HEAD:
                kept = [b"".join([*kept, tail])[:HEAD]]
        if length:
            yield self._close(kept, length)

    def _all(self) -> Iterator[bytes]:
        yield self._first
        self._first = b""
        yield from self._blocks

    def _close(self, kept: list[bytes], length: int) -> bytes:
        if length > ROW_LIMIT:
            self.raw = b"".join(kept)[:HEAD]
            self.cut = length
            return b""
        self.cut = 0
        self.raw = kept[0] if len(kept) == 1 else b"".join(kept)
        return self.raw
