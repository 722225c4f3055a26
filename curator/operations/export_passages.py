"""Rows that were written from one passage: what is asked of it in one split is answered by what another has learned."""

import re
from array import array
from collections.abc import Iterator

from curator.model import Example
from curator.text import fingerprint, worded

#: A paragraph of so many characters and words is a passage; a shorter one is a heading, or what is asked.
LONG, WORDS = 80, 15
# A passage that more rows share is an instruction: more than one in five, and in any set more than this.
_MOST, _ONE_IN = 200, 5
# Paragraphs of one row that are looked at, the longest: a row may be a book.
_LOOKED_AT = 8
_PARTS = re.compile(r"\n\s*\n")
# "Context:" above a passage, on its line or before it, is no part of it.
_HEADING = re.compile(r"\A[^\n:]{1,40}:[ \t]*\n?")


class Passages:
    """The passages of rows, by number; a million rows with one each take 16 megabytes."""

    def __init__(self) -> None:
        self._passages, self._places = array("Q"), array("q")
        self.rows = 0

    def add(self, example: Example) -> None:
        """Notes the passages of the next row."""
        for text in passages(example):
            self._passages.append(int.from_bytes(fingerprint("passage", worded(text))[:8], "big") | 1)
            self._places.append(self.rows)
        self.rows += 1

    def shared(self) -> "array[int]":
        """For each row the number of the passage that it shares with others, 0 for none; of several, the commonest.

        A passage that a large part of all rows has is an instruction, and counts for none.
        """
        import numpy as np

        of_row = array("Q", bytes(8 * self.rows))
        if not self._passages:
            return of_row
        named, places = np.frombuffer(self._passages, dtype=np.uint64), np.frombuffer(self._places, dtype=np.int64)
        numbers, counts = np.unique(named, return_counts=True)
        most = min(_MOST, max(2, self.rows // _ONE_IN))
        count = counts[np.searchsorted(numbers, named)]
        kept = np.flatnonzero((count > 1) & (count <= most))
        for at in kept[np.lexsort((named[kept], count[kept]))]:
            of_row[int(places[at])] = int(named[at])
        return of_row


def passages(example: Example) -> Iterator[str]:
    """The paragraphs of an input that are long enough to be answered from, without the heading above them."""
    found: list[str] = []
    for message in example.input:
        if message.role == "assistant" or len(message.text) < LONG:
            continue
        for part in _PARTS.split(message.text):
            text = _HEADING.sub("", part.strip())
            if len(text) >= LONG and text.count(" ") >= WORDS - 1:
                found.append(text)
    yield from sorted(dict.fromkeys(found), key=len, reverse=True)[:_LOOKED_AT]
