"""Was prompting exhausted? Four questions, and the prompts that were tried, read from a `prompts.toml`.

[[prompt]]
name = "v3"                       # 1 to 60 characters; the same name again is a new version
prompt = "You sort tickets ..."   # the text, or file = "v3.txt" beside this file
date = 2026-11-02
score = 0.82                      # what it reached, 0 to 1; leave it out when nobody measured it
rows = 120                        # on how many rows
note = "confuses billing and refunds"
tries = ["instructions", "examples"]

[tried.decomposed]                # an answer for which no prompt was kept
tried = false
note = "one step only, so far"
"""

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from curator.advice.signals import Tried
from curator.errors import SettingsError

#: The four questions, by name, as a person is asked.
QUESTIONS = {
    "instructions": "Did you try detailed instructions with examples of what is right and what is wrong?",
    "examples": "Did you try several few-shot examples?",
    "phrasings": "Did you try different phrasings and structures?",
    "decomposed": "Did you try to take the task apart into steps?",
}
#: What each is called in a line.
SHORT = {
    "instructions": "detailed instructions with examples",
    "examples": "several few-shot examples",
    "phrasings": "different phrasings and structures",
    "decomposed": "the task taken apart",
}
#: The rungs of the ladder that answer a question.
RUNG_OF = {"instructions": "P1", "examples": "P2", "phrasings": "P3", "decomposed": "P4"}
_PROMPT_KEYS = {"name", "prompt", "file", "date", "score", "rows", "note", "tries"}
_ANSWER_KEYS = {"tried", "note"}


class Prompt(Struct, frozen=True):
    """A prompt that somebody tried: its text, when, what it reached on how many rows, which questions it answers."""

    name: str
    text: str
    date: str = ""
    score: float | None = None
    rows: int | None = None
    note: str = ""
    tries: tuple[str, ...] = ()


class Answer(Struct, frozen=True):
    """What somebody says to one of the questions."""

    question: str
    tried: bool
    note: str = ""


def read(text: str, where: str, beside: Callable[[str], str]) -> tuple[list[Prompt], list[Answer]]:
    """The prompts and answers of a file. `beside(name)` reads a file that it names; raises `SettingsError`."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{where}: this is not TOML: {error}") from None
    _only(document, {"prompt", "tried"}, where)
    listed, tried = document.get("prompt", []), document.get("tried", {})
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise SettingsError(f"{where}: prompts stand in tables [[prompt]].")
    if not isinstance(tried, dict) or not all(isinstance(one, dict) for one in tried.values()):
        raise SettingsError(f"{where}: answers stand in tables such as [tried.examples].")
    prompts = [_prompt(one, f"{where}: prompt {number}", beside) for number, one in enumerate(listed, 1)]
    names = [one.name for one in prompts]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SettingsError(f"{where}: two prompts are called {twice!r}. Give each version of a day its own name.")
    return prompts, [_answer(question, one, f"{where}: tried.{question}") for question, one in tried.items()]


def _prompt(table: Mapping[str, Any], where: str, beside: Callable[[str], str]) -> Prompt:
    _only(table, _PROMPT_KEYS, where)
    name, file = table.get("name"), table.get("file")
    if not isinstance(name, str) or not name.strip():
        raise SettingsError(f'{where}: needs a name, such as name = "v1".')
    where = f"{where} ({name})"
    if (file is None) == ("prompt" not in table):
        raise SettingsError(f"{where}: needs its text as prompt, or a file that holds it.")
    said = beside(str(file)) if file is not None else table["prompt"]
    if not isinstance(said, str) or not said.strip():
        raise SettingsError(f"{where}: the prompt is empty.")
    score, rows, tries = table.get("score"), table.get("rows"), table.get("tries", [])
    if score is not None and (isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1):
        raise SettingsError(f"{where}: score must be a number from 0 to 1, not {score!r}.")
    if rows is not None and (isinstance(rows, bool) or not isinstance(rows, int) or rows < 1):
        raise SettingsError(f"{where}: rows must be a whole number from 1 on, not {rows!r}.")
    if not isinstance(tries, list) or any(one not in QUESTIONS for one in tries):
        raise SettingsError(f"{where}: tries must be a list of {', '.join(QUESTIONS)}.")
    return Prompt(
        name.strip(), said, _day(table.get("date", ""), where), None if score is None else float(score), rows,
        str(table.get("note", "")), tuple(dict.fromkeys(tries)),
    )  # fmt: skip


def _day(value: Any, where: str) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(value).isoformat() if value else ""
    except (TypeError, ValueError):
        raise SettingsError(f"{where}: date must be a day such as 2026-11-02, not {value!r}.") from None


def _answer(question: str, table: Mapping[str, Any], where: str) -> Answer:
    check_question(question)
    _only(table, _ANSWER_KEYS, where)
    if not isinstance(table.get("tried"), bool):
        raise SettingsError(f"{where}: tried must be true or false.")
    return Answer(question, table["tried"], str(table.get("note", "")))


def check_question(question: str) -> None:
    """Raises `SettingsError` for what is none of the four questions."""
    if question not in QUESTIONS:
        raise SettingsError(f"{question!r} is none of the questions: {', '.join(QUESTIONS)}.")


def _only(table: Mapping[str, Any], keys: set[str], where: str) -> None:
    unknown = next((key for key in table if key not in keys), None)
    if unknown is not None:
        raise SettingsError(f"{where}: {unknown!r} is not known here. Use {', '.join(sorted(keys))}.")


def tried(prompts: Mapping[str, Prompt], answers: Mapping[str, Tried]) -> dict[str, Tried]:
    """What stands for each question: the answer that was given, and the prompts that were kept for it.

    A prompt that tries something answers its question with yes, unless somebody said no.
    """
    found = {}
    for question in QUESTIONS:
        kept = tuple(name for name, prompt in prompts.items() if question in prompt.tries)
        said = answers.get(question)
        stands = said.tried if said is not None else True if kept else None
        found[question] = Tried(
            stands, said.note if said else "", said.by if said else "", said.at if said else "", kept
        )
    return found


def best(prompts: Mapping[str, Prompt]) -> Prompt | None:
    """The prompt with the highest score; None when no score was kept."""
    scored = [prompt for prompt in prompts.values() if prompt.score is not None]
    return max(scored, key=lambda one: one.score or 0.0, default=None)
