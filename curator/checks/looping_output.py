"""TXT008: text that runs in circles."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated

from curator.checks.base import example_check, found
from curator.checks.options import Between
from curator.corpus import opening
from curator.model import Example, Finding, Severity, Span
from curator.text import shorten, words

# What people repeat on purpose, and texts that repeat by their kind.
_ASKED = re.compile(
    r"\brepeat|\btimes\b|\bsongs?\b|lyric|chorus|refrain|\bpoems?\b|\bverses?\b|\bhaiku|mantra|\bchant|rhyme|rhythm|"
    r"\bpattern|sequence|tongue.?twister|\bloop|\bprayer|onomatop|sound effect|\bwiederhol|\blied\b|gedicht|"
    r"\brépét|\brépèt|chanson|\bpoème|\brepit|\brepet|canci[oó]n|\bpoema|stutter|\brap\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"```|~~~|^\s*[{\[<|]|\|\s*$|^\s{4,}\S.*[=(;]|[;{}]\s*$", re.MULTILINE)
# Tags, syllables and laughs come in rows: "O O O B", "ha ha ha", "no, no, no".
_IN_ROWS = "ha hah haha he hehe ho la na no yes yeah oh ah wow bla blah beep per org loc misc pad inf nan"
_LAUGHS = frozenset(_IN_ROWS.split())
# A unit of this many words that comes twice in a row is a paragraph that was pasted or generated twice.
_LONG = 15
# Longer words than this are no words: a script without spaces, or one syllable that does not end.
_UNBROKEN = 40
_SENTENCE = re.compile(r"[^.!?\n\u3002\uff01\uff1f]+[.!?\u3002\uff01\uff1f]*")


@example_check("TXT008", Severity.WARNING)
def looping_output(example: Example, *, repeats: Annotated[int, Between(3, 100)] = 3) -> Iterator[Finding]:
    """An output that says the same words or sentences over and over, at least `repeats` times in a row.

    A single word counts from six times, shorter units from more than longer ones. Verse, songs, patterns and what
    the input asks to be repeated are left alone, and so are code, tables and values.

    Why: the model that wrote the data was caught in a loop; the tuned one learns to be.
    Fix: cut the text where it begins to repeat, or reject the example.
    Example:
        output "Please contact support. Please contact support. Please contact support. Please contact support."
    """
    for field, text in example.output_fields():
        seen = words(text)
        # A loop leaves few different words; nine in ten texts are done here.
        if len(seen) - len(set(seen)) < 5 and not _unbroken(text, seen):
            continue
        loop = _loop(text, seen, repeats)
        if loop is None or _CODE.search(text) or _meant(example, text[loop[0] : loop[1]]):
            continue
        start, end, unit, count = loop
        message = f'The output repeats "{shorten(unit)}" {count} times.'
        yield found(example, message, evidence=[Span(field, start, end, "the same again and again")])


def _unbroken(text: str, seen: Sequence[str]) -> bool:
    return len(text) > max(_UNBROKEN, 8 * len(seen)) and bool(seen) and max(map(len, seen)) > _UNBROKEN


def _loop(text: str, seen: Sequence[str], repeats: int) -> tuple[int, int, str, int] | None:
    """Where text repeats, what, and how often."""
    if _unbroken(text, seen):
        return _letters(text, max(seen, key=len))
    run = _run(seen)
    if run is not None:
        place, unit, count = run
        if _enough(seen[place : place + unit], count, repeats):
            located = _locate(text, seen, place, unit, count)
            if located is not None:
                return located
    return _sentences(text, repeats)


def _run(seen: Sequence[str]) -> tuple[int, int, int] | None:
    """The longest stretch in which each word is the one `unit` words before: its beginning, unit and repeats."""
    last: dict[tuple[str, str], int] = {}
    best = length = unit = 0
    ending = best_unit = 0
    for index in range(1, len(seen)):
        pair = (seen[index - 1], seen[index])
        distance = index - last.get(pair, index)
        last[pair] = index
        if unit and seen[index] == seen[index - unit]:
            length += 1
        else:
            unit, length = distance, int(distance > 0)
        if length > best:
            best, best_unit, ending = length, unit, index
    if not best_unit:
        return None
    total = best + 1 + best_unit  # the pairs that matched, the first word of the first, and the unit itself
    return ending + 1 - total, best_unit, total // best_unit


def _enough(unit: Sequence[str], count: int, repeats: int) -> bool:
    if not any(word.isalpha() and len(word) > 2 and word not in _LAUGHS for word in unit):
        return count >= 20 and len(unit) > 1 and any(map(str.isalpha, unit))
    if any(map(str.isdecimal, unit)) and len(unit) < 4:
        return False  # a sum, or a row of measurements
    if len(unit) == 1:
        return count >= max(6, repeats)
    if len(unit) >= _LONG:
        return count >= 2
    return count >= repeats and len(unit) * (count - 1) >= 8


def _locate(text: str, seen: Sequence[str], place: int, unit: int, count: int) -> tuple[int, int, str, int] | None:
    """The stretch as offsets of the text; None when a list of values is repeated, not a word."""
    folded = text.casefold()
    if len(folded) != len(text):
        return 0, len(text), " ".join(seen[place : place + unit]), count
    position, starts = 0, []
    for word in seen[: place + unit * count]:
        position = folded.index(word, position)
        starts.append(position)
        position += len(word)
    start, end = starts[place], position
    if unit == 1 and any(mark in text[start:end] for mark in ",;|\n\t/"):
        return None
    stop = starts[place + unit] if place + unit < len(starts) else end
    return start, end, text[start:stop].strip(), count


def _sentences(text: str, repeats: int) -> tuple[int, int, str, int] | None:
    """A sentence of at least four words that makes half of the text, with others in between."""
    found_at: dict[str, list[tuple[int, int]]] = {}
    total = 0
    for match in _SENTENCE.finditer(text):
        total += 1
        key = " ".join(match.group().casefold().split())
        if key.count(" ") >= 3:
            found_at.setdefault(key, []).append(match.span())
    for spans in found_at.values():
        if len(spans) >= max(3, repeats) and 2 * len(spans) >= total:
            start, end = spans[0][0], spans[-1][1]
            return start, end, text[slice(*spans[0])].strip(), len(spans)
    return None


def _letters(text: str, word: str) -> tuple[int, int, str, int] | None:
    """The same for a script without spaces: a run of letters that repeats a unit of up to 20."""
    start = text.casefold().find(word)
    if start < 0:
        return None
    run = _run(word)
    if run is None or run[1] > 20 or run[1] * run[2] < _UNBROKEN or run[2] < 4:
        return None
    place, unit, count = run
    begin = start + place
    return begin, min(len(text), begin + unit * count), word[place : place + unit], count


def _meant(example: Example, held: str) -> bool:
    """Whether repetition was asked for, or the input has this stretch itself."""
    given = opening(example)
    if _ASKED.search(given) or any(_ASKED.search(message.text) for message in example.input if message.role == "user"):
        return True
    return held[:60].casefold() in given.casefold()
