"""Records of Argilla: of version 2 nested or flat, and of version 1's feedback and older data sets."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from curator.errors import FormatError
from curator.formats.annotated import Answer, example_of, judgements_of, told
from curator.formats.base import Format, Judgement
from curator.formats.inverse import inverse
from curator.formats.pairs import pair
from curator.formats.values import decoded, kind
from curator.model import Example

_RESPONSES, _USERS, _STATUSES = ".responses", ".responses.users", ".responses.status"
_SUGGESTION = "-suggestion"
_OLD = ("annotation", "annotation_agent", "prediction")
_OLD_LEFT = ("text", "inputs", "annotation", "annotation_agent", "metadata", "status", "prediction")


class Record(Struct, frozen=True):
    """A record of any version: its texts, what people said, and the rest."""

    texts: dict[str, Any]
    answers: tuple[Answer, ...]
    rest: dict[str, Any]


def _reader(row: dict[str, Any]) -> Callable[[dict[str, Any]], Record] | None:
    if type(row.get("fields")) is dict and ("responses" in row or "suggestions" in row):
        return _nested
    if any(name.endswith(_USERS) for name in row):
        return _flat
    if all(name in row for name in _OLD):
        return _older
    named = [name for name in row if f"{name}{_SUGGESTION}" in row]
    return _feedback if named else None


def matches(row: dict[str, Any]) -> int:
    """97 for a record of a version that is known."""
    return 97 if _reader(row) else 0


def parse(row: dict[str, Any]) -> Example:
    """An example of a record. What its fields and answers do not say is metadata."""
    record = _read(row)
    return example_of(record.texts, record.answers, record.rest)


def judgements(row: dict[str, Any]) -> tuple[Judgement, ...]:
    """What each user submitted or discarded."""
    record = _read(row)
    return judgements_of(record.texts, record.answers)


def render(example: Example) -> dict[str, Any]:
    """A record of version 2: fields, no answers, metadata."""
    found = pair(example)
    if isinstance(found, str):
        raise FormatError(found)
    fields = {"prompt": found[1], "completion": found[2]}
    row = {"fields": {"system": found[0], **fields} if found[0] else fields, "suggestions": {}, "responses": {}}
    return {**row, **({"metadata": example.metadata} if example.metadata else {})}


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    record = _read(row)
    return (f"a record of Argilla: {told(record.texts, record.answers)}",)


def _read(row: dict[str, Any]) -> Record:
    reader = _reader(row)
    if reader is None:
        raise FormatError("is no record of Argilla that is known: it has no fields with responses or suggestions")
    return reader(row)


def _nested(row: dict[str, Any]) -> Record:
    answers: list[Answer] = []
    responses = row.get("responses") or {}
    if (
        type(responses) is list
    ):  # version 1's API: [{"values": {"label": {"value": ...}}, "status": ..., "user_id": ...}]
        answers += _listed(responses)
    else:
        for question, said in _object(responses, "responses").items():
            for index, one in enumerate(said if type(said) is list else []):
                one = _object(one, f"responses.{question}[{index}]")
                user = one.get("user_id") or one.get("username")
                answers.append(_answer(question, one.get("value"), user, one.get("status")))
    suggestions = row.get("suggestions") or {}
    if type(suggestions) is dict:
        for question, one in suggestions.items():
            value = one.get("value") if type(one) is dict else one
            if value is not None:  # a table has every question in every record
                answers.append(Answer(question, value, done=False))
    metadata = _object(row.get("metadata") or {}, "metadata")
    left = ("fields", "responses", "metadata", "suggestions", "vectors")
    rest = {name: value for name, value in row.items() if name not in left and value is not None}
    if suggestions:
        rest["suggestions"] = suggestions
    return Record(_texts(row["fields"]), tuple(answers), {**rest, **metadata})


def _listed(responses: list[Any]) -> list[Answer]:
    answers = []
    for index, one in enumerate(responses):
        one = _object(one, f"responses[{index}]")
        values = _object(one.get("values") or {}, f"responses[{index}].values")
        user, status = one.get("user_id") or one.get("username"), one.get("status")
        for question, said in values.items():
            answers.append(_answer(question, said.get("value") if type(said) is dict else said, user, status))
        if not values:
            answers.append(_answer("", None, user, status))
    return answers


def _flat(row: dict[str, Any]) -> Record:
    questions = [name.removesuffix(_USERS) for name in row if name.endswith(_USERS)]
    suggested = [name.removesuffix(".suggestion") for name in row if name.endswith(".suggestion")]
    answers = []
    used: set[str] = set()
    for question in questions:
        values, users = (_list(row.get(f"{question}{part}")) for part in (_RESPONSES, _USERS))
        statuses = [*_list(row.get(f"{question}{_STATUSES}")), *[None] * len(values)]
        for value, user, status in zip(values, users, statuses, strict=False):
            answers.append(_answer(question, value, user, status))
        used.update(f"{question}{part}" for part in (_RESPONSES, _USERS, _STATUSES))
    for question in suggested:
        if row[f"{question}.suggestion"] is not None:
            answers.append(Answer(question, row[f"{question}.suggestion"], done=False))
    rest = {name: value for name, value in row.items() if name not in used and value is not None}
    told = ("id", "status", "_server_id", "external_id", "inserted_at", "updated_at")
    dotted = {name: rest.pop(name) for name in list(rest) if name in told or ".suggestion" in name}
    return Record(rest, tuple(answers), dotted)


def _feedback(row: dict[str, Any]) -> Record:
    questions = [name for name in row if f"{name}{_SUGGESTION}" in row]
    answers = []
    for question in questions:
        for index, one in enumerate(_list(row[question])):
            one = _object(one, f"{question}[{index}]")
            answers.append(_answer(question, one.get("value"), one.get("user_id"), one.get("status")))
        value = row.get(f"{question}{_SUGGESTION}")
        if value is not None:
            answers.append(Answer(question, value, done=False))
    metadata = row.get("metadata")
    if type(metadata) is str and metadata:
        metadata = decoded(metadata, "metadata")
    rest = {"external_id": row["external_id"]} if row.get("external_id") is not None else {}
    rest.update(_object(metadata or {}, "metadata"))
    about = tuple(f"{question}-" for question in questions)
    rest.update({name: value for name, value in row.items() if name.startswith(about) and value is not None})
    left = {*questions, "metadata", "external_id", *rest}
    texts = {name: value for name, value in row.items() if name not in left and not name.startswith(about)}
    return Record({name: value for name, value in texts.items() if value is not None}, tuple(answers), rest)


def _older(row: dict[str, Any]) -> Record:
    """Text classification and text to text: one annotation, by its agent; `Validated` or `Discarded`."""
    status = row.get("status")
    agent = row.get("annotation_agent") or "argilla"
    value = row.get("annotation")
    answers = []
    if value is not None or status == "Discarded":
        question = "label" if value is not None else ""
        done = status != "Default"
        answers.append(Answer(question, value, str(agent), done, status == "Discarded"))
    for guess in _list(row.get("prediction")):
        if type(guess) is dict:
            answers.append(Answer("label", guess.get("label", guess.get("text")), done=False))
    inputs = row.get("inputs")
    texts = {"text": row["text"]} if row.get("text") is not None else _object(inputs or {}, "inputs")
    rest = {name: item for name, item in row.items() if name not in _OLD_LEFT and item is not None}
    for name in ("prediction", "status"):
        if row.get(name) is not None:
            rest[name] = row[name]
    return Record(_texts(texts), tuple(answers), {**rest, **_object(row.get("metadata") or {}, "metadata")})


def _answer(question: str, value: Any, user: Any, status: Any) -> Answer:
    said = str(status or "submitted").lower()
    return Answer(question, value, f"{user or 'argilla'}", said in ("submitted", "validated"), said == "discarded")


def _texts(value: Any) -> dict[str, Any]:
    return {name: item for name, item in _object(value, "fields").items() if item is not None}


def _object(value: Any, field: str) -> dict[str, Any]:
    if type(value) is not dict:
        raise FormatError(f"must be an object, not {kind(value)}", field)
    return value


def _list(value: Any) -> list[Any]:
    return value if type(value) is list else []


ARGILLA = Format(
    name="argilla",
    title="Argilla records",
    columns=frozenset({"fields", "responses", "suggestions", "metadata", "status", *_OLD}),
    matches=matches,
    parse=parse,
    holds=inverse(render, parse),
    render=render,
    readings=readings,
    sure=True,
    judgements=judgements,
)
