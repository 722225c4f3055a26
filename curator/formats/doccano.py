"""doccano's exports for text classification and for sequence to sequence: a text and a list of labels or texts."""

from typing import Any

from curator.errors import FormatError
from curator.formats.annotated import Answer, example_of, judgements_of
from curator.formats.base import Format, Judgement
from curator.formats.inverse import inverse
from curator.formats.pairs import pair
from curator.formats.values import kind, missing
from curator.model import Example

TEXTS = ("text", "data")
LABELS = ("label", "labels", "cats")
#: Who confirmed a text, where the export says it.
_WHO = ("annotation_approver", "annotator", "username", "user")


def _columns(row: dict[str, Any]) -> tuple[str, str]:
    text = next((name for name in TEXTS if type(row.get(name)) is str), "")
    return text, next((name for name in LABELS if type(row.get(name)) is list), "")


def matches(row: dict[str, Any]) -> int:
    """65 for a text and a list of texts as its labels, or of marked places, which are refused by name."""
    text, label = _columns(row)
    return 65 if text and label and all(type(one) in (str, list) for one in row[label]) else 0


def parse(row: dict[str, Any]) -> Example:
    """An example whose output is the labels, joined by a comma. Other columns are metadata."""
    text, label = _columns(row)
    if not text or not label:
        raise missing("label" if text else "text", row)
    for index, one in enumerate(row[label]):
        if type(one) is list:
            raise FormatError(
                "is a marked place in the text: sequence labelling has no output text", f"{label}[{index}]"
            )
        if type(one) is not str:
            raise FormatError(f"must be text, not {kind(one)}", f"{label}[{index}]")
    rest = {name: value for name, value in row.items() if name not in (text, label) and not _empty(name, value)}
    return example_of({"text": row[text]}, _answers(row), rest)


def judgements(row: dict[str, Any]) -> tuple[Judgement, ...]:
    """Who labelled or confirmed a text, where the export says it, has accepted it."""
    return judgements_of({"text": ""}, [answer for answer in _answers(row) if _who(row)])


def render(example: Example) -> dict[str, Any]:
    """A row with text and label; metadata are columns."""
    found = pair(example)
    if isinstance(found, str):
        raise FormatError(found)
    if found[0]:
        raise FormatError("it has a system message")
    return {"text": found[1], "label": [found[2]], **example.metadata}


def readings(row: dict[str, Any]) -> tuple[str, ...]:
    """How a row is read, for people."""
    text, label = _columns(row)
    return (f"`{text}` is the input and the list `{label}`, joined by commas, the output",)


def _answers(row: dict[str, Any]) -> list[Answer]:
    _, label = _columns(row)
    value = row[label]
    return [Answer("label", value[0] if len(value) == 1 else value, _who(row))]


def _who(row: dict[str, Any]) -> str:
    return next((row[name] for name in _WHO if type(row.get(name)) is str and row[name]), "")


def _empty(name: str, value: Any) -> bool:
    return name == "Comments" and value == []


DOCCANO = Format(
    name="doccano",
    title="doccano texts and labels",
    columns=frozenset({*TEXTS, *LABELS, *_WHO}),
    matches=matches,
    parse=parse,
    holds=inverse(render, parse),
    render=render,
    readings=readings,
    judgements=judgements,
)
