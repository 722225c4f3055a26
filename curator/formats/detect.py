"""Which format the rows of a source have, and why."""

import shlex
from collections.abc import Sequence
from functools import cache
from typing import Any

from msgspec import Struct

from curator.errors import FormatError
from curator.formats.base import Format
from curator.formats.columns import write_map
from curator.formats.prompt_completion import COMPLETIONS, PROMPTS
from curator.formats.values import listed, nearest
from curator.registry import discover

#: How many rows are looked at. Enough for files that begin unusually, and still read in a moment.
ROWS = 200

# Columns that could be an input or an output but are as often something else: only for the example `--map`.
_INPUTS = (*PROMPTS, "instruction", "article", "dialogue", "document", "context", "text", "sentence", "source")
_OUTPUTS = (*COMPLETIONS, "answers", "highlights", "label", "category", "reply", "chosen", "target_text")


class Detected(Struct, frozen=True):
    """A format, a sentence that says which columns decided, and the other ways to read the rows."""

    format: Format
    why: str
    also: tuple[str, ...] = ()


# A name of a column has fewer blanks.
_NAME = 4


@cache
def formats() -> tuple[Format, ...]:
    """Every format, those of extensions too, in the order of their names."""
    return tuple(sorted(discover("curator.formats", Format), key=lambda one: one.name))


def format_named(name: str) -> Format | None:
    """The format of exactly that name, or None."""
    return next((one for one in formats() if one.name == name), None)


def named(name: str) -> Format:
    """The format of that name (``openai-chat``); raises `FormatError` that lists the names."""
    known = {one.name: one for one in formats()}
    found = known.get(name.strip().lower().replace("_", "-"))
    if found is None:
        raise FormatError(f"{name!r} is not a format{nearest(name, known)}; the formats are: {listed(known)}")
    return found


def detect(rows: Sequence[dict[str, Any]]) -> Detected:
    """The format that fits most of the first `ROWS` rows, and of several the most specific one.

    Raises `FormatError` when none fits; it lists the columns and shows a `--map` with some of them.
    """
    rows = rows[:ROWS]
    if not rows:
        raise FormatError("there are no rows to tell the format from")
    fits: list[tuple[int, int, Format, dict[str, Any]]] = []
    for one in formats():
        scores = [one.matches(row) for row in rows]
        count = sum(score > 0 for score in scores)
        if count:
            fits.append((count, sum(scores), one, rows[next(n for n, score in enumerate(scores) if score)]))
    if not fits:
        raise _none(rows)
    fits.sort(key=lambda fit: (-fit[0], -fit[1], fit[2].name))
    count, _, best, row = fits[0]
    reading = best.readings(row)
    first = reading[0] if reading else f"the columns are {listed(row)}"
    others = [] if best.sure and count == len(rows) else fits[1:]
    also = [*reading[1:], *(_other(fit, len(rows)) for fit in others)]
    return Detected(best, f"{best.name}: {first} ({_share(count, len(rows))})", tuple(also))


def _other(fit: tuple[int, int, Format, dict[str, Any]], total: int) -> str:
    count, _, one, row = fit
    reading = one.readings(row)
    what = f": {reading[0]}" if reading else ""
    return f"{one.name}{what} (--format {one.name}; {_share(count, total)})"


def _share(count: int, total: int) -> str:
    rows = "row" if total == 1 else "rows"
    return f"{'all ' if total > 1 else ''}{total} {rows} looked at" if count == total else f"{count} of {total} {rows}"


def _sentence(name: str) -> bool:
    """Whether a column is called what no column is: a sentence."""
    return name.rstrip()[-1:] in (".", "?", "!") or name.count(" ") >= _NAME


def _none(rows: Sequence[dict[str, Any]]) -> FormatError:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if not columns:
        return FormatError("no format fits: the rows have no columns")
    if len(columns) == 1:
        return FormatError(
            f"no format fits: {listed(columns)} is the only column, and an example needs an input and an output"
        )
    seen = f"no format fits; the columns are: {listed(columns)}"
    if {"message_id", "parent_id"} <= set(columns):
        return FormatError(
            f"{seen}. Each row is one message of a tree: join the messages of a path into one row with messages "
            "(role and content) first"
        )
    if sum(map(_sentence, columns)) * 2 > len(columns):
        return FormatError(
            f"{seen}. They read like a row: put a first line with names above them, such as input,output"
        )
    seen += ". Say which is which"
    output = _pick(columns, _OUTPUTS) or _longest(rows, columns)[-1]
    rest = [name for name in columns if name != output]
    mapping = write_map({"input": _pick(rest, _INPUTS) or _longest(rows, rest)[0], "output": output})
    return FormatError(f"{seen}, for example --map {shlex.quote(mapping)}")


def _longest(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> list[str]:
    """The two columns with the longest texts, in the order they stand: more likely a question and its answer."""
    length = {column: sum(len(str(row.get(column, ""))) for row in rows) for column in columns}
    two = sorted(columns, key=lambda column: -length[column])[:2]
    return [column for column in columns if column in two]


def _pick(columns: Sequence[str], names: Sequence[str]) -> str:
    """The column with the first of these names, in any case; empty when there is none."""
    by_name = {column.lower(): column for column in columns}
    return next((by_name[name] for name in names if name in by_name), "")
