"""Wrapping of text that may be huge, hostile, or both: in slices, on demand, with offsets kept.

A `Sheet` lays blocks of text out in lines of a width. It makes text visible one slice at a time, so that a
megabyte costs what is looked at, and it maps offsets of the source onto what is shown, so that evidence can
be marked.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from curator.text import visible
from curator.tui.glyphs import drawn

SLICE = 16_384
"""Characters made visible and wrapped at once: about 4 ms. Four times a large screen of text."""

TAB = "→   "


Part = Callable[[str, int, int], str]
"""How characters `start` to `end` of a text may be shown: as many characters, some of them dots."""


def plainly(text: str, start: int, end: int) -> str:
    """Characters `start` to `end` as they are."""
    return text[start:end]


class Block(NamedTuple):
    """A piece of a conversation: the field it stands for, a heading of ours, and its text from the data."""

    field: str
    heading: str
    text: str
    ink: str = "plain"


class Mark(NamedTuple):
    """Characters `start` to `end` of a field to be drawn in another ink."""

    field: str
    start: int
    end: int
    ink: str = "evidence"


class Slice(NamedTuple):
    """A stretch of a block's source: what of it may be seen, and how that is shown."""

    block: int
    start: int
    end: int
    seen: str
    shown: str


class Row(NamedTuple):
    """A line on the sheet: characters of a slice, or a heading when `slice` is -1."""

    slice: int
    start: int
    end: int
    block: int


def shown_form(text: str) -> str:
    """How text from data is drawn in a pane. Character by character, so that prefixes map onto prefixes."""
    return visible(text).replace("\t", drawn(TAB))


def wrapped(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Start and end of each line of `text` in `width` cells, broken at spaces where there are any."""
    start = 0
    while True:
        end = text.find("\n", start)
        stop = len(text) if end < 0 else end
        yield from _paragraph(text, start, stop, width)
        if end < 0:
            return
        start = end + 1


def _paragraph(text: str, start: int, stop: int, width: int) -> Iterator[tuple[int, int]]:
    narrow = text[start:stop].isascii()
    while True:
        fits = min(stop, start + width) if narrow else _fitting(text, start, stop, width)
        if fits >= stop:
            yield start, stop
            return
        cut = text.rfind(" ", start, fits + 1)
        if cut <= start:
            yield start, fits
            start = fits
        else:
            yield start, cut
            start = cut + 1


def _fitting(text: str, start: int, stop: int, width: int) -> int:
    """The end of the longest piece from `start` that fits into `width` cells; at least one character."""
    cells = 0
    for index in range(start, stop):
        cells += cell_len(text[index])
        if cells > width:
            return max(index, start + 1)
    return stop


class Sheet:
    """Blocks laid out in lines of `width` cells, as far down as somebody has looked.

    `part` gives what of a text may be seen; it is asked for what is looked at.
    """

    def __init__(self, blocks: Sequence[Block], width: int, part: Part = plainly) -> None:
        self.blocks = blocks
        self._part = part
        self.width = max(1, width)
        self.rows: list[Row] = []
        self.slices: list[Slice] = []
        self._first: list[int] = []  # the first line of each slice
        self._next = self._lay_out()
        self.done = False

    def reach(self, count: int) -> None:
        """Lay out until there are `count` lines, or all of them."""
        while len(self.rows) < count and not self.done:
            self._advance()

    def row_of(self, field: str, offset: int) -> int | None:
        """The line that shows character `offset` of `field`; None when the sheet has no such field."""
        block = next((index for index, block in enumerate(self.blocks) if block.field == field), None)
        if block is None:
            return None
        while not self.done and not any(s.block == block and offset < s.end for s in reversed(self.slices)):
            self._advance()
        for number, piece in enumerate(self.slices):
            if piece.block == block and (piece.start <= offset < piece.end or offset >= piece.end == self._end(block)):
                return self._row_in(number, self.place(piece, min(offset, piece.end)))
        return next((i for i, row in enumerate(self.rows) if row.block == block), None)

    def place(self, piece: Slice, offset: int) -> int:
        """Where character `offset` of the source is in the shown form of `piece`."""
        inside = min(max(offset, piece.start), piece.end) - piece.start
        if len(piece.shown) == piece.end - piece.start:
            return inside
        return len(shown_form(piece.seen[:inside]))

    def marks_in(self, row: Row, marks: Sequence[Mark]) -> list[tuple[int, int, str]]:
        """The parts of `row` that the marks cover, as characters of the slice's shown form, and their inks."""
        if row.slice < 0 or not marks:
            return []
        piece = self.slices[row.slice]
        field = self.blocks[piece.block].field
        found = []
        for mark in marks:
            if mark.field != field or mark.end <= piece.start or mark.start >= piece.end:
                continue
            start, end = max(self.place(piece, mark.start), row.start), min(self.place(piece, mark.end), row.end)
            if start < end:
                found.append((start, end, mark.ink))
        return found

    def _end(self, block: int) -> int:
        return len(self.blocks[block].text)

    def _row_in(self, number: int, place: int) -> int | None:
        """The line of slice `number` that holds character `place` of its shown form."""
        found = None
        for index in range(self._first[number], len(self.rows)):
            row = self.rows[index]
            if row.slice != number or row.start > place:
                break
            found = index
        return found

    def _advance(self) -> None:
        try:
            self.rows.extend(next(self._next))
        except StopIteration:
            self.done = True

    def _lay_out(self) -> Iterator[list[Row]]:
        for index, block in enumerate(self.blocks):
            head = [Row(-1, 0, 0, index)] if block.heading else []
            gap = [Row(-1, 0, 0, -1)] if index and block.heading else []
            rows = gap + head
            start = 0
            while True:
                stop = self._slice_end(block.text, start)
                seen = self._part(block.text, start, stop)
                piece = Slice(index, start, stop, seen, shown_form(seen))
                self.slices.append(piece)
                self._first.append(len(self.rows) + len(rows))
                shown = piece.shown[:-1] if stop < len(block.text) and piece.shown.endswith("\n") else piece.shown
                number = len(self.slices) - 1
                rows += [Row(number, a, b, index) for a, b in wrapped(shown, self.width)]
                yield rows
                rows = []
                if stop >= len(block.text):
                    break
                start = stop

    @staticmethod
    def _slice_end(text: str, start: int) -> int:
        """A line's end within the slice where there is one, so that no line is broken for our convenience."""
        if len(text) - start <= SLICE:
            return len(text)
        newline = text.rfind("\n", start, start + SLICE)
        return newline + 1 if newline > start else start + SLICE
