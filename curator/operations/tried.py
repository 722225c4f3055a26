"""What people say of prompting, kept in the workspace: prompts with their scores, answers to the four questions."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from curator.advice import prompts as advice
from curator.advice.prompts import Answer, Prompt, check_question
from curator.advice.signals import Tried
from curator.errors import SettingsError, SourceError
from curator.workspace import Saved, Stated, Workspace
from curator.workspace.stating import ANSWER, PROMPT

#: The answer that holds how many calls are expected.
VOLUME = "volume"
#: Bytes of a file of prompts: a larger one is something else.
_LARGEST = 4_000_000


class Imported(Struct, frozen=True):
    """What a `prompts.toml` brought: how many prompts and answers it holds, and what was stored of them."""

    prompts: int
    answers: int
    saved: Saved


def import_prompts(ws: Workspace, path: Path, *, actor: str) -> Imported:
    """Takes in the prompts and answers of a file, as one operation; what is known already is no event.

    Raises `SettingsError` that names the place in the file, `SourceError` when it cannot be read.
    """
    kept, answers = advice.read(_text(path), str(path), lambda name: _text(path.parent / name))
    asked = [Stated(PROMPT, one.name, _body(one)) for one in kept]
    asked += [Stated(ANSWER, one.question, {"tried": one.tried, "note": one.note}) for one in answers]
    return Imported(len(kept), len(answers), ws.log.state(asked, actor=actor))


def keep_prompt(ws: Workspace, prompt: Prompt, *, actor: str) -> Saved:
    """Keeps one prompt: the same name again is a new version."""
    return ws.log.state([Stated(PROMPT, prompt.name, _body(prompt))], actor=actor)


def answer(ws: Workspace, answers: Sequence[Answer], *, volume: float | None = None, actor: str) -> Saved:
    """Answers some of the four questions, and says how many calls are expected, as one operation."""
    asked = []
    for one in answers:
        check_question(one.question)
        asked.append(Stated(ANSWER, one.question, {"tried": one.tried, "note": one.note}))
    if volume is not None:
        if not 0 <= volume < 1e15:
            raise SettingsError(f"{volume:g} is no number of calls.")
        asked.append(Stated(ANSWER, VOLUME, {"calls": volume}))
    return ws.log.state(asked, actor=actor)


def prompts(ws: Workspace) -> dict[str, Prompt]:
    """The prompts that are kept, by name."""
    return {
        name: msgspec.convert({**one.body, "name": name, "date": one.body.get("date") or one.at[:10]}, Prompt)
        for name, one in ws.stated.all(PROMPT).items()
    }


def tried(ws: Workspace) -> dict[str, Tried]:
    """What stands for each of the four questions."""
    said = {
        name: Tried(one.body["tried"], one.body["note"], one.actor, one.at)
        for name, one in ws.stated.all(ANSWER).items()
        if name in advice.QUESTIONS
    }
    return advice.tried(prompts(ws), said)


def volume_of(ws: Workspace) -> float | None:
    """How many calls are expected; None while nobody has said."""
    said = ws.stated.one(ANSWER, VOLUME)
    return None if said is None else float(said.body["calls"])


def _body(prompt: Prompt) -> dict[str, object]:
    found: dict[str, object] = msgspec.to_builtins(prompt)
    del found["name"]
    return {**found, "tries": list(prompt.tries)}


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise SourceError(f"{path}: has more than {_LARGEST // 1_000_000} MB, which is no file of prompts.")
        return data.decode("utf-8-sig")
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: byte {error.start} is no UTF-8. Save it as UTF-8.") from error
