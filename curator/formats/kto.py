"""Answers that were liked or not: a prompt and a completion, or one conversation, beside a label of yes or no."""

from typing import Any

from msgspec.structs import replace

from curator.errors import FormatError
from curator.formats.base import Format
from curator.formats.inverse import inverse
from curator.formats.messages import LIST_COLUMNS, looks_like_messages, read_tools, render_message
from curator.formats.preference import read_end, read_list
from curator.formats.prompt_completion import COMPLETIONS, PROMPTS
from curator.formats.values import REFERENCE, SYSTEM_COLUMNS, listed, missing, shown
from curator.model import Alternative, Example, Message

LABEL = "label"

_LIKED: dict[Any, bool] = {
    **dict.fromkeys((True, 1, "1", "true", "True", "desirable", "liked"), True),
    **dict.fromkeys((False, 0, "0", "false", "False", "undesirable", "disliked"), False),
}


def _liked(value: Any) -> bool | None:
    return _LIKED.get(value) if isinstance(value, bool | int | str) else None


def _columns(row: dict[str, Any]) -> tuple[str, str]:
    """The columns of the prompt, empty when the completion is a whole conversation, and of the completion."""
    prompt = next((name for name in PROMPTS if name in row), "")
    completion = next((name for name in COMPLETIONS if name in row), "")
    if not completion or not (prompt or looks_like_messages(row[completion])):
        prompt = ""
        completion = next((name for name in (*COMPLETIONS, *LIST_COLUMNS) if looks_like_messages(row.get(name))), "")
    return prompt, completion


def matches(row: dict[str, Any]) -> int:
    """96 for a label of true or false, 20 for one of 0 or 1 (which may mean something else), beside the columns."""
    if LABEL not in row or _liked(row[LABEL]) is None or "instruction" in row:
        return 0
    _, completion = _columns(row)
    return 0 if not completion else 96 if type(row[LABEL]) is bool else 20


def parse(row: dict[str, Any]) -> Example:
    """An example whose output is the answer that was judged; an alternative with the same messages says how."""
    prompt, completion = _columns(row)
    if not completion:
        raise FormatError(f"no column for the answer that was liked or not; the columns are: {listed(row)}")
    if LABEL not in row:
        raise missing(LABEL, row)
    liked = _liked(row[LABEL])
    if liked is None:
        raise FormatError(f"must be true or false, not {shown(str(row[LABEL]))}", LABEL)
    kept: set[str] = set()
    messages = read_end(row[completion], completion, kept)
    if prompt and row[prompt] is None:
        raise FormatError("must be text or messages, not null", prompt)
    if prompt:
        given = row[prompt]
        before = [Message("user", given)] if type(given) is str else read_list(given, prompt, kept)
        messages = [*before, *messages]
    used = {prompt, completion, LABEL, "tools", REFERENCE} - kept
    if messages[0].role != "system":
        system = next((name for name in SYSTEM_COLUMNS if type(row.get(name)) is str and row[name]), "")
        messages = [*([Message("system", row[system])] if system else []), *messages]
        used.add(system)
    example = Example(
        messages=tuple(messages),
        tools=read_tools(row.get("tools"), "tools"),
        reference=row.get(REFERENCE),
        metadata={name: value for name, value in row.items() if name not in used},
    )
    index = example.output_index
    if not index:
        raise FormatError("has no message before its answer" if index == 0 else "has no answer", completion)
    return replace(example, alternatives=(Alternative(example.messages[index:], preferred=liked),))


def render(example: Example) -> dict[str, Any]:
    """The row: prompt, completion, label, tools, reference answer, then metadata as columns."""
    index = example.output_index
    if not index or len(example.alternatives) != 1 or example.alternatives[0].messages != example.messages[index:]:
        raise FormatError("it has no one output that was judged: this format needs that")
    row: dict[str, Any] = {
        "prompt": [render_message(message) for message in example.messages[:index]],
        "completion": [render_message(message) for message in example.messages[index:]],
        LABEL: example.alternatives[0].preferred,
    }
    if example.tools:
        row["tools"] = list(example.tools)
    if example.reference is not None:
        row[REFERENCE] = example.reference
    return {**row, **example.metadata}


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    prompt, completion = _columns(row)
    after = f" after `{prompt}`" if prompt else ""
    return (f"`{LABEL}` says whether `{completion}`{after} was liked",)


KTO = Format(
    name="kto",
    title="Liked or not",
    columns=frozenset({*PROMPTS, *COMPLETIONS, *LIST_COLUMNS, *SYSTEM_COLUMNS, LABEL, "tools", REFERENCE}),
    matches=matches,
    parse=parse,
    holds=inverse(render, parse),
    render=render,
    readings=readings,
)
