"""Records of delimited text: which bytes belong to one, and which quote was never closed."""

import csv
from collections import deque
from collections.abc import Iterator

from msgspec import Struct

from curator.sources.base import ROW_LIMIT
from curator.sources.lines import Lines

#: Bytes that may be read twice because a quote stayed open. Then an open quote is searched for over less.
_PATIENCE = 64 * 1024 * 1024
_IMPATIENT_SPAN = 64 * 1024


class Record(Struct, frozen=True, gc=False):
    """One record: its fields, or the reason why there are none, or blank. `line` and `offset` say where."""

    raw: bytes
    fields: list[str]
    offset: int
    line: int
    reason: str = ""
    blank: bool = False


class _Line(Struct, frozen=True, gc=False):
    raw: bytes
    offset: int
    number: int
    cut: int


class _Open(Exception):
    """A quote stays open over more than one record may hold."""


class Records:
    """Iterates the records of `lines`.

    A quote that is not closed costs its own line alone: reading goes on with the next line. `width` is the
    number of fields a record should have, once the header is known: it tells an open quote that happens to
    be closed by a later one from a record that is merely ragged.
    """

    def __init__(self, lines: Lines, delimiter: str) -> None:
        csv.field_size_limit(ROW_LIMIT)  # of the whole process; the standard 128 kB is too short for documents
        self.width = 0
        self._delimiter = delimiter
        self._lines = lines
        self._source = self._numbered()
        self._again: deque[_Line] = deque()
        self._span: list[_Line] = []
        self._patience = _PATIENCE
        self._reader = csv.reader(self._feed(), delimiter=delimiter, strict=True)

    def __iter__(self) -> Iterator[Record]:
        while True:
            self._span = []
            try:
                fields = next(self._reader)
            except StopIteration:
                return
            except (csv.Error, _Open) as error:
                self._reader = csv.reader(self._feed(), delimiter=self._delimiter, strict=True)
                yield self._failed(str(error))
            else:
                yield self._good(fields)

    def _good(self, fields: list[str]) -> Record:
        span = self._span
        first = span[0]
        if len(span) > 1 and self.width and len(fields) != self.width and self._stands_alone(span[1]):
            return self._failed("")
        raw = first.raw if len(span) == 1 else b"\n".join(line.raw for line in span)
        if any(line.cut for line in span):
            cut = sum(line.cut or len(line.raw) for line in span)
            return Record(raw, [], first.offset, first.number, f"longer than {ROW_LIMIT // 1024**2} MB ({cut} bytes)")
        if not fields:
            return Record(raw, [], first.offset, first.number, blank=True)
        if not raw.isascii():
            try:
                raw.decode("utf-8")
            except UnicodeDecodeError as error:
                line = first.number + raw.count(b"\n", 0, error.start)
                reason = f"not UTF-8: byte 0x{raw[error.start]:02x} in line {line}; save the file as UTF-8"
                return Record(raw, [], first.offset, first.number, reason)
        return Record(raw, fields, first.offset, first.number)

    def _failed(self, why: str) -> Record:
        """The first line alone is given up; the others are read again."""
        span = self._span
        first = span[0]
        reason = "a bare CR in a field without quotes" if why.startswith("new-line") else f"not CSV: {why}"
        if len(span) > 1 or "unexpected end" in why:
            reason = f"a quote that is opened in line {first.number} is not closed properly"
            self._patience -= sum(len(line.raw) for line in span[1:])
            self._again.extendleft(reversed(span[1:]))
        return Record(first.raw, [], first.offset, first.number, reason)

    def _stands_alone(self, line: _Line) -> bool:
        try:
            fields = next(csv.reader([_text(line)], delimiter=self._delimiter, strict=True), [])
        except csv.Error:
            return False
        return len(fields) == self.width

    def _feed(self) -> Iterator[str]:
        size = 0
        while True:
            size = 0 if not self._span else size + len(self._span[-1].raw) + 1
            if size > (ROW_LIMIT if self._patience > 0 else _IMPATIENT_SPAN):
                raise _Open
            line = self._again.popleft() if self._again else next(self._source, None)
            if line is None:
                return
            self._span.append(line)
            yield _text(line)

    def _numbered(self) -> Iterator[_Line]:
        offset = self._lines.start
        for number, _ in enumerate(self._lines, 1):
            raw, cut = self._lines.raw, self._lines.cut
            yield _Line(raw, offset, number, cut)
            offset += (cut or len(raw)) + 1


def _text(line: _Line) -> str:
    # a byte that is no UTF-8 must not stop the search for the end of the record; `_good` refuses it afterwards
    return line.raw.decode("utf-8", "surrogateescape") + "\n"
