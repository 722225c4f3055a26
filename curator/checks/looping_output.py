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
# A text of so many words, and more, that has hardly any different ones goes round with small changes.
_FEW_WORDS, _MANY_WORDS, _DIFFERENT = 24, 150, 0.3
# What stands between numbers that are a sum, and between values of code or of markup that may well be the same.
_SUM = re.compile(r"\d\W?\s*\w{0,12}\s*[-/+=*\u00d7]\s*\W?\d|\b(?:plus|minus|times|mal|más)\b")
_DATA = re.compile(r"[<|{}]|\[\s*[\d\"']")
_MARKS = re.compile(r"([!?])\1{14,}")
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
        if len(seen) - len(set(seen)) < 5 and not _unbroken(text, seen) and "!!!!!" not in text and "?????" not in text:
            continue
        loop = _loop(text, seen, repeats)
        if (
            loop is None
            or _meant(example, text[loop[0] : loop[1]])
            or (_CODE.search(text) and not _in_code(loop, text))
        ):
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
    marks = _MARKS.search(text)
    if marks:
        return *marks.span(), marks.group(1), marks.end() - marks.start()
    return _sentences(text, repeats) or _circling(text, seen)


def _circling(text: str, seen: Sequence[str]) -> tuple[int, int, str, int] | None:
    """A text that says a few words over and over, in ever new order: no unit, and no end."""
    different = set(seen)
    if not _FEW_WORDS <= len(seen) <= _MANY_WORDS or len(different) > _DIFFERENT * len(seen):
        return None
    if sum(word.isalpha() for word in seen) < 0.95 * len(seen) or not different.isdisjoint(_LAUGHS):
        return None
    # Labels for many items and lists of values have no sentence.
    if sum(len(word) > 2 for word in different) < 4 or text.count(",") * 3 > len(seen) or "\t" in text:
        return None
    most = max(sorted(different), key=seen.count)
    return 0, len(text.rstrip()), most, seen.count(most)


def _in_code(loop: tuple[int, int, str, int], text: str) -> bool:
    """Whether whole statements repeat; cells and values of code and markup do by their nature."""
    start, end, unit, count = loop
    return count >= 5 and len(words(unit)) >= 3 and not _DATA.search(text[start:end]) and "```" not in text


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
        return count >= 5  # whether it is a sum, or a row of measurements, is told from the marks in between
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
    numbers = sum(map(str.isdecimal, seen[place : place + unit]))
    if numbers and unit < 4 and _is_data(text[start:end], unit - numbers, text[:start].strip()):
        return None
    stop = starts[place + unit] if place + unit < len(starts) else end
    return start, end, text[start:stop].strip(), count


def _is_data(held: str, letters: int, before: str) -> bool:
    """Whether numbers with the same unit are a sum or measurements: marks in between, or nothing before them."""
    return bool(_SUM.search(held)) or not before or (letters < 2 and any(mark in held for mark in ",;|\n\t/:"))


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
