"""Rows that reviewers have judged differently, and what one of them, or somebody else, decides between them."""

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from curator.model import Status
from curator.workspace import Judgement, Workspace
from curator.workspace.adjudicating import adjudication


class Disagreements(Struct, frozen=True):
    """The numbers of the rows that are judged differently: those that are open, and those that were adjudicated."""

    open: "array[int]"
    adjudicated: "array[int]"


def disagreements(ws: Workspace) -> Disagreements:
    """Gathers the rows on which status or labels of reviewers differ. Goes over all judgements: for a thread."""
    return Disagreements(ws.judgements.different(), ws.judgements.different(adjudicated=True))


def taken(one: Judgement, *, by: str) -> dict[str, Any]:
    """The adjudication that says what a reviewer has said."""
    value: dict[str, Any] = adjudication(by, status=one.status, labels=one.labels, note=one.note, route=one.route)
    return value


def agreed(said: Sequence[Judgement]) -> dict[str, Any]:
    """The labels that all reviewers gave."""
    people = [one for one in said if not one.adjudicated]
    return {
        name: value
        for name, value in (people[0].labels if people else {}).items()
        if all(name in one.labels and one.labels[name] == value for one in people)
    }


def decided(
    said: Sequence[Judgement], status: Status, *, by: str, labels: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The adjudication of a status, with these labels or those that all reviewers gave, and the route that stands."""
    labels = agreed(said) if labels is None else labels
    route = said[-1].route if said else "train"
    value: dict[str, Any] = adjudication(by, status=status, labels=labels, route=route)
    return value
