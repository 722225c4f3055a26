"""A prompt and a completion as text, under the names that data sets give the two columns."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import Any

from msgspec import Struct

from curator.errors import FormatError
from curator.formats.base import Format
from curator.formats.messages import looks_like_messages
from curator.formats.pairs import conversation, joined, pair, taken
from curator.formats.values import REFERENCE, listed, not_json, text_of
from curator.model import Example

#: Names of the input column, the surest first. `instruction` is missing: rows with it are Alpaca's.
PROMPTS = ("prompt", "question", "query", "input", "inputs", "problem", "text_input", "user")
#: Names of the output column, the surest first.
COMPLETIONS = (
    "completion",
    "response",
    "output",
    "answer",
    "target",
    "targets",
    "solution",
    "summary",
    "assistant",
)
#: Names that mean the input or the output only where no surer name is there: what is classified or summarised.
WEAK_PROMPTS = ("article", "dialogue", "document", "text", "sentence")
WEAK_COMPLETIONS = ("highlights", "label", "labels")
#: Names of the system column. Text there is the system message; an empty one stays metadata.
SYSTEMS = ("system", "system_prompt")
CONTEXT = "context"


class Layout(Struct, frozen=True):
    """Which columns a row is read from; `rest` are the metadata columns."""

    prompt: str
    completion: str
    optional: bool
    rest: tuple[str, ...]


@lru_cache(maxsize=512)
def layout(columns: tuple[str, ...]) -> Layout:
    """How a row with these columns is read; raises `FormatError` when a side has no column."""
    prompt = next((name for name in (*PROMPTS, *WEAK_PROMPTS) if name in columns), "")
    completion = next((name for name in (*COMPLETIONS, *WEAK_COMPLETIONS) if name in columns), "")
    if not completion and prompt == "prompt" and "text" in columns:
        completion = "text"
    if not prompt or not completion:
        side, names = ("input", PROMPTS) if not prompt else ("output", COMPLETIONS)
        known = f"(one of {', '.join(names)})"
        raise FormatError(f"no column for the {side} {known}; the columns are: {listed(columns)}")
    optional = any(name in columns for name in (*SYSTEMS, CONTEXT, REFERENCE))
    return Layout(prompt, completion, optional, tuple(c for c in columns if c not in (prompt, completion)))


def matches(row: dict[str, Any]) -> int:
    """50 for `prompt` and `completion`, 40 for other names, 35 for weak ones.

    0 beside an instruction, when a side is messages or an object, where a list would be the output, and where only
    the number of a class would: nobody but the user knows its name.
    """
    try:
        found = layout(tuple(row))
    except FormatError:
        return 0
    if "instruction" in row or looks_like_messages(row[found.prompt]) or looks_like_messages(row[found.completion]):
        return 0
    if type(row[found.prompt]) is dict:
        return 0
    if found.prompt in PROMPTS and found.completion in COMPLETIONS:
        return 50 if (found.prompt, found.completion) == ("prompt", "completion") else 40
    said = row[found.completion]
    number = found.completion == "label" and text_of(said).lstrip("-").isdecimal()
    return 0 if number or type(said) in (list, dict) else 35


def parse(row: dict[str, Any]) -> Example:
    """An example of a pair, its text kept exactly.

    A null completion is empty text. A number, true, a list or an object becomes its JSON text; text always
    stays itself, also when it looks like JSON. Text in `context` is joined to the prompt after a blank line.
    """
    found = layout(tuple(row))
    given = row[found.prompt]
    output = row[found.completion]
    if type(given) is not str:
        if given is None:
            raise FormatError("must be text, not null", found.prompt)
        given = text_of(given)
    if type(output) is not str:
        output = text_of(output)
    if found.optional:
        return _with_optional(row, found, given, output)
    if found.rest:
        return Example(messages=conversation("", given, output), metadata={name: row[name] for name in found.rest})
    return Example(messages=conversation("", given, output))


def holds(example: Example) -> str | None:
    """One user turn and one assistant turn of plain text, perhaps after a system message, and a reference."""
    found = pair(example)
    if isinstance(found, str):
        return found
    reason = taken(example.metadata, ("prompt", "completion", REFERENCE))
    if reason:
        return reason
    if _text(example.metadata, CONTEXT):
        return "its metadata has text in 'context', which would be joined to the prompt"
    if found[0] and "system" in example.metadata:
        return "its metadata has a column named 'system', where the system message goes"
    if not found[0] and (column := _system(example.metadata)):
        return f"its metadata has text in {column!r}, which would be read as the system message"
    return not_json(render(example))


def render(example: Example) -> dict[str, Any]:
    """The row: system (when there is one), prompt, completion, reference answer, then metadata as columns."""
    found = pair(example)
    if isinstance(found, str):
        raise FormatError(found)
    system, prompt, completion = found
    row: dict[str, Any] = {"system": system} if system else {}
    row |= {"prompt": prompt, "completion": completion}
    if example.reference is not None:
        row[REFERENCE] = example.reference
    row.update(example.metadata)
    return row


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """The pair of columns that is read, then the pairs that could be read instead."""
    found = layout(tuple(row))
    prompts = _present(row, PROMPTS) or [found.prompt]
    pairs = list(product(prompts, _present(row, COMPLETIONS) or [found.completion]))
    if found.completion in WEAK_COMPLETIONS:
        pairs += [(found.prompt, name) for name in WEAK_COMPLETIONS if name in row and name != found.completion]
    first = f"`{pairs[0][0]}` is the input and `{pairs[0][1]}` the output"
    for name, what in ((_system(row), "system message"), (CONTEXT if _text(row, CONTEXT) else "", "context")):
        first += f", `{name}` the {what}" if name else ""
    others = (f"`{given}` as input, `{out}` as output (--map input={given},output={out})" for given, out in pairs[1:])
    return (first, *others)


def _present(row: dict[str, Any], names: Sequence[str]) -> list[str]:
    return [name for name in names if name in row]


def _with_optional(row: dict[str, Any], found: Layout, given: str, output: str) -> Example:
    system = _system(row)
    used = {system, REFERENCE}
    if _text(row, CONTEXT):
        given = joined(given, row[CONTEXT])
        used.add(CONTEXT)
    return Example(
        messages=conversation(row[system] if system else "", given, output),
        reference=row.get(REFERENCE),
        metadata={name: row[name] for name in found.rest if name not in used},
    )


def _system(row: dict[str, Any]) -> str:
    return next((name for name in SYSTEMS if _text(row, name)), "")


def _text(row: dict[str, Any], column: str) -> bool:
    value = row.get(column)
    return type(value) is str and value != ""


PROMPT_COMPLETION = Format(
    name="prompt-completion",
    title="Prompt and completion",
    columns=frozenset({*PROMPTS, *COMPLETIONS, *WEAK_PROMPTS, *WEAK_COMPLETIONS, *SYSTEMS, CONTEXT, REFERENCE}),
    matches=matches,
    parse=parse,
    holds=holds,
    render=render,
    readings=readings,
)
