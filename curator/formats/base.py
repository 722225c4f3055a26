"""What a format is: the shape of a row, between a mapping of columns and an example."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from curator.model import Example, Status


class Judgement(Struct, frozen=True):
    """What somebody decided about a row elsewhere, in an annotation tool: their name, a status, labels, a note."""

    reviewer: str
    status: Status | None = None
    labels: dict[str, Any] = {}
    note: str = ""


def no_readings(_row: dict[str, Any]) -> tuple[str, ...]:
    """The readings of a format that has nothing to say about its columns."""
    return ()


class Format(Struct, frozen=True):
    """A row shape. One module of `formats/` holds one of these.

    `columns` are the columns that it understands; every other one becomes metadata.
    `matches(row)` is 0 when the row does not have this shape, else how specific the match is (1 to 100).
    `parse(row)` gives an example without id, provenance and source split; it raises `FormatError` that names
    the field. It never changes a value and never drops one: what it does not know goes to metadata.
    `holds(example)` is None when the format can carry the example whole, else the reason why it cannot.
    `render(example)` is the inverse: for every example that it holds, `parse(render(example))` equals it in
    messages, tools, alternatives, reference and metadata.
    `readings(row)` says for people how a matching row is read, by naming its columns; sentences after the
    first are other ways in which it could be read, each with the `--map` that chooses it.
    `sure` says that no other format is a reading of rows that match: their columns are those of one tool.
    `judgements(row)` is there in the formats of annotation tools: what people decided about a row that was parsed.
    """

    name: str
    title: str
    columns: frozenset[str]
    matches: Callable[[dict[str, Any]], int]
    parse: Callable[[dict[str, Any]], Example]
    holds: Callable[[Example], str | None]
    render: Callable[[Example], dict[str, Any]]
    readings: Callable[[dict[str, Any]], tuple[str, ...]] = no_readings
    judgements: Callable[[dict[str, Any]], tuple[Judgement, ...]] | None = None
    sure: bool = False
