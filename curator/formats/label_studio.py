"""Tasks of Label Studio: JSON with every annotation, and JSON-MIN with one annotation a row."""

from typing import Any

from curator.errors import FormatError
from curator.formats.annotated import Answer, example_of, input_of, judgements_of, shape, told
from curator.formats.base import Format, Judgement
from curator.formats.inverse import inverse
from curator.formats.pairs import pair
from curator.formats.values import kind
from curator.model import Example

#: The values of controls that say something about a text, by the type of the control.
_SAID = ("choices", "text", "rating", "number", "taxonomy", "pairwise", "datetime", "ranker")
#: Columns of JSON-MIN that are about the annotation.
_ABOUT = ("annotation_id", "annotator", "created_at", "updated_at", "lead_time", "id")


def matches(row: dict[str, Any]) -> int:
    """97 for a task with data and annotations, 96 for the columns of JSON-MIN."""
    if type(row.get("data")) is dict and type(row.get("annotations", row.get("completions"))) is list:
        return 97
    return 96 if "annotation_id" in row and "annotator" in row else 0


def parse(row: dict[str, Any]) -> Example:
    """An example of a task. Its numbers, times and predictions are metadata."""
    texts, answers, rest = _read(row)
    return example_of(texts, answers, rest)


def judgements(row: dict[str, Any]) -> tuple[Judgement, ...]:
    """What each annotator said; one who skipped a task has said that."""
    texts, answers, _ = _read(row)
    return judgements_of(texts, answers)


def render(example: Example) -> dict[str, Any]:
    """A task with data and no annotation; metadata are columns of its data."""
    found = pair(example)
    if isinstance(found, str):
        raise FormatError(found)
    data = {"prompt": found[1], "completion": found[2]}
    return {"data": {**({"system": found[0]} if found[0] else {}), **data, **example.metadata}, "annotations": []}


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    texts, answers, _ = _read(row)
    return (f"a task of Label Studio: {told(texts, answers)}",)


def _read(row: dict[str, Any]) -> tuple[dict[str, Any], list[Answer], dict[str, Any]]:
    if "annotation_id" in row and "annotations" not in row:
        return _short(row)
    data = _object(row.get("data"), "data")
    name = "annotations" if "annotations" in row else "completions"
    annotations = row.get(name)
    if type(annotations) is not list:
        raise FormatError(f"must be a list, not {kind(annotations)}", name)
    answers: list[Answer] = []
    for index, one in enumerate(annotations):
        answers += _annotation(_object(one, f"{name}[{index}]"), f"{name}[{index}]")
    rest = {key: value for key, value in row.items() if key not in ("data", name) and value not in (None, [], {})}
    return {key: value for key, value in data.items() if value is not None}, answers, rest


def _annotation(one: dict[str, Any], field: str) -> list[Answer]:
    reviewer = _reviewer(one.get("completed_by"))
    if one.get("was_cancelled") or one.get("skipped"):
        return [Answer("skipped", True, reviewer, done=False)]
    result = one.get("result")
    if type(result) is not list:
        raise FormatError(f"must be a list, not {kind(result)}", f"{field}.result")
    said: dict[str, Any] = {}
    for number, region in enumerate(result):
        region = _object(region, f"{field}.result[{number}]")
        value = region.get("value")
        key = next((key for key in _SAID if type(value) is dict and key in value), None)
        whole = type(value) is dict and not {"start", "x"} & value.keys()
        if key is not None and whole and type(region.get("from_name")) is str:
            said[region["from_name"]] = _plain(value[key] if value else None)
        elif region.get("type") == "pairwise" and type(value) is dict:
            said[str(region.get("from_name"))] = value.get("selected")
    if one.get("ground_truth"):
        said["ground_truth"] = True
    return [Answer(question, value, reviewer) for question, value in said.items()]


def _short(row: dict[str, Any]) -> tuple[dict[str, Any], list[Answer], dict[str, Any]]:
    """JSON-MIN puts texts and what was said of them side by side: the sides of a pair are told by their names only."""
    rest = {name: row[name] for name in _ABOUT if row.get(name) is not None}
    own = {name: value for name, value in row.items() if name not in _ABOUT and value is not None}
    given = {name: value for name, value in own.items() if type(value) is str}
    texts = _pair(given)
    if not texts:
        try:
            first = input_of(given)
        except FormatError:
            first = next(iter(given), "")  # the columns of the task stand before those of its controls
        texts = {first: own[first]} if first else {}
    reviewer = _reviewer(row.get("annotator"))
    answers = []
    for name, value in own.items():
        if name in texts:
            continue
        if type(value) is dict and len(value) == 1:
            value = next(iter(value.values()))
        answers.append(Answer(name, _plain(value), reviewer))
    return texts, answers, rest


def _pair(texts: dict[str, Any]) -> dict[str, Any]:
    """The columns that make an input and an output, without those that could as well be answers; none without both."""
    found = shape(texts)
    for name in list(texts) if found else ():
        fewer = {column: value for column, value in texts.items() if column != name}
        if name not in ("system", "system_prompt", "context") and shape(fewer) is found:
            texts = fewer
    return texts if found else {}


def _plain(value: Any) -> Any:
    """One choice or one text stands alone, as JSON-MIN has it; several stay a list."""
    return value[0] if type(value) is list and len(value) == 1 and type(value[0]) in (str, int, float) else value


def _reviewer(value: Any) -> str:
    if type(value) is dict:
        value = value.get("email") or value.get("username") or value.get("id")
    return value if type(value) is str and value else f"label-studio:{'?' if value is None else value}"


def _object(value: Any, field: str) -> dict[str, Any]:
    if type(value) is not dict:
        raise FormatError(f"must be an object, not {kind(value)}", field)
    return value


LABEL_STUDIO = Format(
    name="label-studio",
    title="Label Studio tasks",
    columns=frozenset({"data", "annotations", "completions", *_ABOUT}),
    matches=matches,
    parse=parse,
    holds=inverse(render, parse),
    render=render,
    readings=readings,
    sure=True,
    judgements=judgements,
)
