"""Checks of every shape for the tests of the engine. Other processes import them from here."""

import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Annotated

from msgspec import Struct

from curator.checks.base import example_check, found, group_check, pair_check, profile_check, set_check, space_check
from curator.checks.options import Between
from curator.corpus import Edge, fingerprint
from curator.model import Example, Finding, Severity, Span


def words(example: Example) -> tuple[bytes, ...]:
    """One key for each word of the input: blocks that overlap."""
    return tuple(fingerprint(word) for word in sorted(set(example.input_text.split())))


def first_word(example: Example) -> bytes:
    return fingerprint(example.input_text.split()[0])


class Lengths(Struct):
    """The longest output."""

    longest: int = 0
    count: int = 0

    def add(self, example: Example) -> None:
        self.longest = max(self.longest, len(example.output_text))
        self.count += 1

    def merge(self, other: "Lengths") -> None:
        self.longest = max(self.longest, other.longest)
        self.count += other.count


@example_check("ZZZ001", Severity.INFO)
def raises_on_seven(example: Example) -> Iterator[Finding]:
    """Fails on outputs that say seven."""
    if "seven" in example.output_text:
        raise RuntimeError("seven is too much")
    if "eight" in example.output_text:
        yield found(example, "Eight.")


@pair_check("ZZZ002", Severity.INFO, block=words)
def shares_a_word(left: Example, right: Example) -> Edge | None:
    """Two inputs share a word."""
    return Edge(left.id, right.id, "similar", message="Shares a word.")


@group_check("ZZZ003", Severity.INFO, block=first_word)
def group_of_three(examples: Sequence[Example], *, size: Annotated[int, Between(2, 10)] = 3) -> Iterator[Finding]:
    """A group of three or more."""
    if len(examples) >= size:
        yield found(examples[0], f"The first of {len(examples)}.", related=[one.id for one in examples[1:]])


@set_check("ZZZ004", Severity.INFO, learn=Lengths)
def longest_output(lengths: Lengths) -> Iterator[Finding]:
    """Says how long the longest output is."""
    yield Finding(code="", example_id=None, message=f"{lengths.longest} of {lengths.count}")


@profile_check("ZZZ005", Severity.INFO, learn=Lengths, by=first_word, at_least=2)
def longest_of_its_group(example: Example, usual: Lengths) -> Iterator[Finding]:
    """The longest output of its group."""
    if len(example.output_text) == usual.longest:
        yield found(example, f"The longest of {usual.count}.")


@example_check("ZZZ006", Severity.INFO)
def sleeps(example: Example) -> Iterator[Finding]:
    """Sleeps for an hour."""
    if "sleep" in example.output_text:
        time.sleep(3_600)
    yield from ()


@example_check("ZZZ007", Severity.INFO)
def loops(example: Example) -> Iterator[Finding]:
    """Never comes back, and takes every exception for its own."""
    while "loop" in example.output_text:
        with suppress(Exception):
            sum(range(100))
    yield from ()


@example_check("ZZZ008", Severity.INFO)
def backtracks(example: Example) -> Iterator[Finding]:
    """A regular expression that takes the age of the universe."""
    if "loop" in example.output_text:
        re.match(r"(?:a+)+$", "a" * 64 + "b")
    yield from ()


class Endless(Struct):
    """Learns one row for ever."""

    count: int = 0

    def add(self, example: Example) -> None:
        while "loop" in example.output_text:
            pass
        self.count += 1

    def merge(self, other: "Endless") -> None:
        self.count += other.count


@set_check("ZZZ009", Severity.INFO, learn=Endless)
def learns_for_ever(_: Endless) -> Iterator[Finding]:
    """Learns one row for ever."""
    yield from ()


def endless_key(example: Example) -> bytes:
    """A key that is never done."""
    while "sleep" in example.output_text:
        pass
    return b"0" * 16


@group_check("ZZZ010", Severity.INFO, block=endless_key)
def key_for_ever(_: Sequence[Example]) -> Iterator[Finding]:
    """Groups by a key that is never done."""
    yield from ()


class Slow(Struct):
    """Comes back from everything but from being merged, being asked about, or being packed."""

    count: int = 0
    packed: int = 0

    def add(self, example: Example) -> None:
        self.count += 1
        self.packed = 2**70 if "unpackable" in example.output_text else self.packed

    def merge(self, other: "Slow") -> None:
        while self.count and other.count:
            pass


def one_group(_: Example) -> bytes:
    return b"1" * 16


def asked_for_ever(usual: Slow) -> bool:
    while usual.count:
        pass
    return True


@space_check("ZZZ011", Severity.INFO, learn=Slow, by=one_group, when=asked_for_ever, at_least=1)
def when_for_ever(_: object) -> Iterator[Finding]:
    """Decides for ever whether to look."""
    yield from ()


@profile_check("ZZZ012", Severity.INFO, learn=Lengths, by=endless_key, at_least=1)
def group_for_ever(example: Example, _: Lengths) -> Iterator[Finding]:
    """Groups by a key that is never done."""
    if "eight" in example.output_text:
        yield found(example, "Eight.")


@set_check("ZZZ013", Severity.INFO, learn=Slow)
def merges_for_ever(_: Slow) -> Iterator[Finding]:
    """Merges for ever."""
    yield from ()


@example_check("ZZZ014", Severity.INFO)
def will_not_be_told(example: Example) -> Iterator[Finding]:
    """Never comes back, and takes everything that is raised in it for its own."""
    while "loop" in example.output_text:
        try:
            sum(range(100))
        except BaseException:
            continue
    yield from ()


def short_key(_: Example) -> bytes:
    return b"abc"


@group_check("ZZZ015", Severity.INFO, block=short_key)
def wrong_key(_: Sequence[Example]) -> Iterator[Finding]:
    """Groups by a key that is none."""
    yield from ()


@pair_check("ZZZ016", Severity.INFO, block=one_group)
def wrong_edge(left: Example, right: Example) -> Edge | None:
    """Ties examples that it was not asked about."""
    return Edge(left.id, "b2-0-1", "same", message=right.id)


@example_check("ZZZ017", Severity.INFO)
def wrong_score(example: Example) -> Iterator[Finding]:
    """Gives a score that is no number."""
    yield found(example, "A score that is no number.", score=float("nan"))


@example_check("ZZZ018", Severity.INFO)
def leaves(example: Example) -> Iterator[Finding]:
    """Ends the program, from within a check."""
    if "eight" in example.output_text:
        raise SystemExit(3)
    yield from ()


@example_check("ZZZ040", Severity.INFO)
def ends_its_process(example: Example) -> Iterator[Finding]:
    """Takes its process with it."""
    if "leave" in example.output_text:
        os._exit(3)
    if "eight" in example.output_text:
        yield found(example, "Eight.")


@example_check("ZZZ041", Severity.INFO)
def speaks_of_nobody(example: Example) -> Iterator[Finding]:
    """A finding about what is not there."""
    if "eight" in example.output_text:
        yield found("nosuch", "Eight.")
    if "nine" in example.output_text:
        yield found(example, "Nine.", evidence=[Span("messages[1].content", 0, 99_999)])
    if "ten" in example.output_text:
        yield found(example, "Ten.", evidence=[Span("summary", 0, 1)])
    if "twelve" in example.output_text:
        yield found(example, "Twelve.", evidence=[Span("messages[1].content", 0, 6)])


@example_check("ZZZ042", Severity.INFO)
def talks(example: Example) -> Iterator[Finding]:
    """Prints."""
    print("noise", example.output_text)
    yield from ()
