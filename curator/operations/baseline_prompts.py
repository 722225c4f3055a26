"""The prompts of the ladder, made from the data alone: what the task is, which form the answers have, examples of it.

They are made from the pool, never from the rows that are measured.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from curator.corpus import opening
from curator.model import Example
from curator.tasks import Outputs, Task
from curator.text import many, words

#: Labels that are listed in a prompt; of more the most frequent ones.
_LABELS = 300
#: Values of a field that are listed as the only ones, when there are no more and each was seen twice.
_VALUES = 12
#: Pool rows that the form of the answers is read from.
_READ = 2_000

Rung = Literal["P0", "P1", "P2", "P3", "P4"]
RUNGS: tuple[Rung, ...] = ("P0", "P1", "P2", "P3", "P4")


class Form(Struct, frozen=True):
    """What the pool teaches: the task, the instruction that many rows share, and how the outputs look."""

    task: Task
    instruction: str
    labels: tuple[str, ...] = ()
    schema: dict[str, Any] | None = None
    length: tuple[int, int, int] = (0, 0, 0)
    habits: tuple[str, ...] = ()


class Prompt(Struct, frozen=True):
    """One way to ask. `system` stands before everything, the same for all rows; `shots` examples follow, drawn once or
    the nearest to each row; `notes` asks for notes in a call of its own first."""

    name: str
    rung: Rung
    system: str = ""
    shots: int = 0
    nearest: bool = False
    notes: str = ""


def form_of(pool: Sequence[Example]) -> Form:
    """What the outputs of these examples have in common."""
    some = pool[:_READ]
    usual = Outputs()
    for example in some:
        usual.add(example)
    texts = [example.output_text.strip() for example in some if example.output_text.strip()]
    lengths = sorted(len(words(text)) for text in texts) or [0]
    written = Counter(usual.written) if usual.task == "labels" else Counter[str]()
    best: dict[str, str] = {}
    for label, _ in written.most_common():
        best.setdefault(label.casefold(), label)
    return Form(
        task=usual.task,
        instruction=_shared_instruction(some),
        labels=tuple(sorted(list(best.values())[:_LABELS])),
        schema=schema_of(texts) if usual.task == "json" else None,
        length=(lengths[len(lengths) // 10], lengths[len(lengths) // 2], lengths[-1 - len(lengths) // 10]),
        habits=_habits(texts),
    )


def prompts_of(form: Form, *, pool: int, shots: Sequence[int] = (3, 8, 20)) -> tuple[Prompt, ...]:
    """The rungs in order. Few-shot ones only as far as the pool has examples: the smallest number drawn once, the
    larger ones nearest."""
    told = described(form)
    found = [Prompt("P0 input only", "P0"), Prompt("P1 description and contract", "P1", told)]
    fitting = [count for count in shots if 4 * count <= pool]
    for place, count in enumerate(fitting):
        kind = "nearest" if place else "random"
        found.append(Prompt(f"P2 {count} examples, {kind}", "P2", told, count, nearest=bool(place)))
    few = fitting[min(1, len(fitting) - 1)] if fitting else 0
    for name, text in zip(("terse", "role and rules", "tagged"), phrasings(form), strict=True):
        found.append(Prompt(f"P3 {name}", "P3", text, few, nearest=few > 0))
    found.append(Prompt("P4 notes, then answer", "P4", told, few, nearest=few > 0, notes=_NOTES[form.task]))
    return tuple(found)


def described(form: Form) -> str:
    """The generated description of the task and its output contract."""
    return f"{_task(form)}\n\n{contract(form)}"


def contract(form: Form) -> str:
    """What an answer has to look like, as sentences."""
    lines = list(_FORMS[form.task])
    if form.labels:
        lines.append("The labels are:\n" + "\n".join(f"- {label}" for label in form.labels))
    if form.schema is not None:
        lines.append("The JSON fits this schema:\n" + json.dumps(form.schema, ensure_ascii=False))
    if form.task in ("prose", "mixed", "extraction"):
        low, middle, high = form.length
        lines.append(f"Most answers have {low} to {high} words, half of them {middle} or fewer.")
    lines += form.habits
    return "Form of the answer:\n" + "\n".join(lines)


def shown_of(form: Form) -> tuple[str, ...]:
    """The names of what the description shows of rows of the pool, as whoever agrees to sending it reads them."""
    return (
        *((f"list of {many(len(form.labels), 'label')}: outputs of the pool",) if form.labels else ()),
        *(("names and frequent values of the fields of JSON outputs of the pool",) if form.schema is not None else ()),
        *(("the instruction that rows of the pool share",) if form.instruction else ()),
    )


def phrasings(form: Form) -> tuple[str, str, str]:
    """The same said in three ways: tersely, as a role with rules, and in tags with steps."""
    said, form_said = _task(form), contract(form)
    lines = form_said.split("\n")[1:]
    rules = "\n".join(f"{place}. {line}" if not line.startswith("- ") else line for place, line in enumerate(lines, 1))
    return (
        f"{said}\n{form_said}\nNothing but the answer.",
        f"You do this work every day and never depart from its rules. {said}\n\nRules:\n{rules}\n"
        "Anything beside the answer counts as a mistake.",
        f"<task>\n{said}\n</task>\n<form>\n{form_said}\n</form>\n<steps>\nRead all of the input. Decide. Check the "
        "answer against the form. Write the answer only.\n</steps>",
    )


def schema_of(texts: Sequence[str]) -> dict[str, Any]:
    """A JSON Schema of these texts as observed: types, keys that are always there, texts of a closed set."""
    values = []
    for text in texts:
        try:
            values.append(json.loads(text.strip().removeprefix("```json").removesuffix("```")))
        except (ValueError, RecursionError):
            continue
    return _schema(values, 0)


def _schema(values: list[Any], depth: int) -> dict[str, Any]:
    kinds = Counter(_kind(value) for value in values)
    schema: dict[str, Any] = {"type": sorted(kinds) if len(kinds) > 1 else next(iter(kinds), "object")}
    objects = [value for value in values if isinstance(value, dict)]
    if objects and depth < 6:
        keys = Counter(key for value in objects for key in value)
        schema["properties"] = {
            key: _schema([value[key] for value in objects if key in value], depth + 1)
            for key, _ in keys.most_common(60)
        }
        schema["required"] = [key for key, count in keys.items() if count >= 0.98 * len(objects)]
        schema["additionalProperties"] = False
    lists = [item for value in values if isinstance(value, list) for item in value[:50]]
    if lists and depth < 6:
        schema["items"] = _schema(lists, depth + 1)
    texts = Counter(value for value in values if isinstance(value, str))
    if texts and len(texts) <= _VALUES and min(texts.values()) >= 2 and set(kinds) <= {"string", "null"}:
        schema["enum"] = sorted(texts) + ([None] if "null" in kinds else [])
    return schema


def _kind(value: Any) -> str:
    names = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _shared_instruction(examples: Sequence[Example]) -> str:
    """The first line of the openings, when most rows share it: the rows say themselves what is to be done."""
    heads = Counter(opening(example).strip().partition("\n")[0] for example in examples)
    head, count = heads.most_common(1)[0] if heads else ("", 0)
    return head if head and count >= 0.8 * len(examples) and len(examples) >= 5 else ""


def _task(form: Form) -> str:
    said = _TASKS[form.task]
    return f"{said} The rows begin with this instruction: {form.instruction}" if form.instruction else said


def _habits(texts: Sequence[str]) -> tuple[str, ...]:
    """What nine answers in ten have in common, as sentences."""
    if len(texts) < 5:
        return ()
    most = 0.9 * len(texts)
    tests = (
        ("Answers are in lower case.", lambda text: text == text.lower() and text != text.upper()),
        ("Answers end with a full stop.", lambda text: text.endswith(".")),
        ("Answers do not end with a full stop.", lambda text: not text.endswith(".")),
        ("Answers are a single line.", lambda text: "\n" not in text),
        ("Answers are lists whose items begin with a hyphen.", lambda text: text.startswith("- ")),
        ("Answers have no Markdown.", lambda text: not any(mark in text for mark in ("**", "```", "\n# ", "\n- "))),
    )
    return tuple(said for said, test in tests if sum(map(test, texts)) >= most)


_TASKS: dict[Task, str] = {
    "labels": "Read the input and say which one of a fixed set of labels it has.",
    "extraction": "Read the input and give the one value that it asks for, as the input has it.",
    "json": "Read the input and answer with one JSON value.",
    "code": "Read the input and answer with the code that it asks for.",
    "prose": "Read the input and write the answer to it.",
    "mixed": "Read the input and answer it.",
}
_FORMS: dict[Task, tuple[str, ...]] = {
    "labels": ("Exactly one label, written as in the list, and nothing else.",),
    "extraction": ("The value only: no sentence around it, no explanation.",),
    "json": ("One JSON value and nothing else: no code fence, no text before or after it.",),
    "code": ("The code only, without an explanation.",),
    "prose": ("The answer only, without a word about it.",),
    "mixed": ("The answer only, without a word about it.",),
}
_FIRST = "This is the first of two steps: do not give the answer yet. In at most 120 words, note "
_NOTES: dict[Task, str] = {
    "labels": _FIRST + "what in the input speaks for which labels, and what tells the two likeliest apart.",
    "extraction": _FIRST + "what is asked for, and every passage of the input that could be it, letter by letter.",
    "json": _FIRST + "for each field the passage of the input that it comes from, or that there is none.",
    "code": _FIRST + "what the code has to do, its cases, and what is easily got wrong.",
    "prose": _FIRST + "what the answer has to say, in which order, and in which tone.",
    "mixed": _FIRST + "what is asked for, what the input gives, and what the answer has to hold.",
}
