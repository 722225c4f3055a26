"""Finds the values of a large JSON text without holding it: where each begins and ends, not what is in it."""

import re
from collections.abc import Iterator

from msgspec import Struct

from curator.sources.base import ROW_LIMIT
from curator.sources.lines import BOM, HEAD

# From here to the next bracket, over whole strings; possessive, so that nothing is kept for going back.
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_TO_BRACKET = re.compile(rb'[^"\[\]{}]*+(?:' + _STRING + rb'[^"\[\]{}]*+)*+', re.DOTALL)
_TO_MARK = re.compile(rb'[^",:\[\]{}]*+(?:' + _STRING + rb'[^",:\[\]{}]*+)*+', re.DOTALL)
_IN_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_SPACE = re.compile(rb"[ \t\r\n]*+")

_QUOTE = b'"'


class Piece(Struct, frozen=True):
    """The bytes of one value with the space around it taken off. `cut` is its length when it is too long.

    `closed` is false when the text ended inside it.
    """

    raw: bytes
    offset: int
    line: int
    cut: int
    closed: bool


class Scanner:
    """Walks over a JSON text. `offset` and `line` say where it stands."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._buffer = b""
        self._position = 0
        self.offset = 0
        self.line = 1
        self.bom = False
        while len(self._buffer) < len(BOM) and (block := next(blocks, b"")):
            self._buffer += block
        if self._buffer.startswith(BOM):
            self.bom = True
            self._position = self.offset = len(BOM)

    def peek(self) -> bytes:
        """The next byte that is no white space, without taking it; empty at the end."""
        while True:
            found = _SPACE.match(self._buffer, self._position)
            if found:
                self._advance(found.end())
            if self._position < len(self._buffer):
                return self._buffer[self._position : self._position + 1]
            if not self._refill():
                return b""

    def take(self) -> bytes:
        """Take the byte that `peek` shows."""
        byte = self.peek()
        if byte:
            self._advance(self._position + 1)
        return byte

    def value(self, *, alone: bool = False) -> Piece:
        """Everything up to the ``,``, ``:``, ``]`` or ``}`` that ends it, or, `alone`, to its own last bracket."""
        self.peek()
        offset, line = self.offset, self.line
        kept: list[bytes] = []
        length, closed = 0, False
        for piece in self._pieces(alone):
            if piece is None:
                closed = True
                break
            length += len(piece)
            if length <= ROW_LIMIT:
                kept.append(piece)
            elif len(kept) != 1 or len(kept[0]) != HEAD:
                kept = [b"".join([*kept, piece])[:HEAD]]
        raw = b"".join(kept)
        cut = length if length > ROW_LIMIT else 0
        return Piece(raw[:HEAD] if cut else raw.strip(b" \t\r\n"), offset, line, cut, closed)

    def rest(self) -> Iterator[bytes]:
        """Everything from here to the end."""
        yield self._buffer[self._position :]
        yield from self._blocks

    def _pieces(self, alone: bool) -> Iterator[bytes | None]:
        """The bytes of the value block by block; None when its end was found."""
        depth, in_string, escaped = 0, False, False
        while True:
            if self._position >= len(self._buffer) and not self._refill():
                return
            start = at = self._position
            buffer, size = self._buffer, len(self._buffer)
            end = -1
            while at < size:
                if in_string:
                    at, in_string, escaped = _through_string(buffer, at, escaped)
                    continue
                found = (_TO_BRACKET if depth else _TO_MARK).match(buffer, at)
                at = found.end() if found else at
                if at >= size:
                    break
                mark = buffer[at : at + 1]
                if mark == _QUOTE:
                    in_string, at = True, at + 1
                elif mark in (b"[", b"{"):
                    depth, at = depth + 1, at + 1
                elif depth == 0:
                    end = at
                    break
                else:
                    depth, at = depth - 1, at + 1
                    if alone and depth == 0:
                        end = at
                        break
            self._advance(at)
            yield buffer[start:at]
            if end >= 0:
                yield None

    def _advance(self, position: int) -> None:
        self.line += self._buffer.count(b"\n", self._position, position)
        self.offset += position - self._position
        self._position = position

    def _refill(self) -> bool:
        self._buffer, self._position = next(self._blocks, b""), 0
        return bool(self._buffer)


def _through_string(buffer: bytes, at: int, escaped: bool) -> tuple[int, bool, bool]:
    """Where a string that was open at `at` leaves us, whether still inside, and whether after a backslash."""
    found = _IN_STRING.match(buffer, at + escaped)
    at = found.end() if found else at
    if at >= len(buffer):
        return len(buffer), True, False
    if buffer[at : at + 1] == _QUOTE:
        return at + 1, False, False
    return len(buffer), True, True  # the backslash is the last byte of the block
