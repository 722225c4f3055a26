"""Prodigy's tasks: a text, a label or options, and whether the annotator took it."""

from typing import Any

from curator.errors import FormatError
from curator.formats.annotated import Answer, example_of, input_of, judgements_of, shape, told
from curator.formats.base import Format, Judgement
from curator.formats.inverse import inverse
from curator.formats.pairs import pair
from curator.formats.values import kind, listed, shown
from curator.model import Example

ANSWER = "answer"
_ANSWERS = ("accept", "reject", "ignore")
#: What is about the tool and not about the text. Spans mark places in a text, which is no pair.
_KEPT = ("meta", "spans", "tokens", "relations", "_timestamp", "_view_id", "_input_hash", "_task_hash", "_is_binary")
_WHO = ("_annotator_id", "_session_id")
_OWN = ("label", "options", "accept", "user_input")


def matches(row: dict[str, Any]) -> int:
    """96 for an answer of Prodigy beside one of its hashes, its options or its session."""
    told = ("_input_hash", "_task_hash", "options", "accept", *_WHO)
    return 96 if row.get(ANSWER) in _ANSWERS and any(name in row for name in told) else 0


def parse(row: dict[str, Any]) -> Example:
    """An example of a task. Hashes, spans and meta are metadata."""
    texts, answers, rest = _read(row)
    return example_of(texts, answers, rest)


def judgements(row: dict[str, Any]) -> tuple[Judgement, ...]:
    """The annotator accepted it, rejected it, or ignored it; the last is a label, and the example stays pending."""
    texts, answers, _ = _read(row)
    reviewer, said = _reviewer(row), row.get(ANSWER)
    (found,) = judgements_of(texts, answers) or (Judgement(reviewer),)
    if said == "ignore":
        return (Judgement(reviewer, None, {**found.labels, ANSWER: "ignore"}),)
    return (Judgement(reviewer, "accepted" if said == "accept" else "rejected", found.labels),)


def render(example: Example) -> dict[str, Any]:
    """A task with prompt and completion that was accepted; metadata are columns."""
    found = pair(example)
    if isinstance(found, str):
        raise FormatError(found)
    row = {"prompt": found[1], "completion": found[2], ANSWER: "accept", "_session_id": None}
    return {**({"system": found[0]} if found[0] else {}), **row, **example.metadata}


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    texts, answers, _ = _read(row)
    return (f"a task of Prodigy, accepted or rejected by `{ANSWER}`: {told(texts, answers)}",)


def _read(row: dict[str, Any]) -> tuple[dict[str, Any], list[Answer], dict[str, Any]]:
    said = row.get(ANSWER)
    if said not in _ANSWERS:
        raise FormatError(f"must be one of {listed(_ANSWERS)}, not {shown(str(said))}", ANSWER)
    reviewer, done = _reviewer(row), said == "accept"
    left = (*_KEPT, *_WHO, *_OWN, ANSWER)
    texts = {name: value for name, value in row.items() if name not in left and value is not None}
    rest = {name: row[name] for name in _KEPT if row.get(name) is not None}
    refused = said == "reject"
    answers = []
    chosen = _chosen(row)
    if chosen is not None:
        answers.append(Answer("accept", chosen, reviewer, done, refused))
    for name in ("label", "user_input"):
        if row.get(name) not in (None, "", []):
            answers.append(Answer(name, row[name], reviewer, done, refused))
    if not answers and shape(texts) is None:
        written = [name for name in texts if name != input_of(texts)]  # a field that the annotator filled
        answers += [Answer(name, texts.pop(name), reviewer, done, refused) for name in written]
    return texts, answers, rest


def _chosen(row: dict[str, Any]) -> Any:
    """The texts of the options that were accepted; their ids where they have no text."""
    accept, options = row.get("accept"), row.get("options")
    if accept is None:
        return None
    if type(accept) is not list:
        raise FormatError(f"must be a list, not {kind(accept)}", "accept")
    names: dict[Any, Any] = {}
    for option in options if type(options) is list else []:
        if type(option) is dict and isinstance(option.get("id"), str | int):
            names[option["id"]] = option.get("text") or option.get("label") or option["id"]
    found = [names.get(one, one) if isinstance(one, str | int) else one for one in accept]
    return found[0] if len(found) == 1 else found


def _reviewer(row: dict[str, Any]) -> str:
    return next((str(row[name]) for name in _WHO if row.get(name)), "prodigy")


PRODIGY = Format(
    name="prodigy",
    title="Prodigy tasks",
    columns=frozenset({ANSWER, *_KEPT, *_WHO, *_OWN}),
    matches=matches,
    parse=parse,
    holds=inverse(render, parse),
    render=render,
    readings=readings,
    sure=True,
    judgements=judgements,
)
