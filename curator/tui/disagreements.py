"""Disagreements in words: a line a row, what each reviewer has said and when, how far reviewers agree."""

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from curator.errors import SettingsError
from curator.model import Entry, Status
from curator.settings import Settings
from curator.tui.present import head_of, input_blocks, labels_text, output_blocks
from curator.tui.veil import Veil
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.rows import STATUS_GLYPHS
from curator.tui.widgets.wrap import Block

if TYPE_CHECKING:  # loads numpy, which nobody needs before disagreements are asked for
    from curator.operations.agreement import Agreement, Measure
    from curator.workspace import Judgement

NAME = 14
"""Cells of a reviewer's name."""
DIGITS = 9
INKS = {"good": "accepted", "fair": "fix", "unsure": "fix", "poor": "failed"}
"""How it looks what an agreement is worth, beside the word for it."""


def line(entry: Entry, said: "Sequence[Judgement]", veil: Veil, *, here: bool) -> Pieces:
    """A row of the list: what was said of it as glyphs, in the order of the judgements, and its input."""
    people = "".join(STATUS_GLYPHS[one.status] for one in said if not one.adjudicated)
    settled = next((f" → {STATUS_GLYPHS[one.status]}" for one in said if one.adjudicated), "")
    return [
        Piece("▸" if here else " ", "pointer"),
        Piece(f" {people}{settled} ", "bold"),
        Piece(f" #{entry.seq}  ", "dim"),
        Piece(head_of(entry.example, veil, 400), "bold" if here else "plain"),
    ]


def sayings(said: "Sequence[Judgement]", veil: Veil) -> list[Pieces]:
    """What each has said, the key that takes it, and when."""
    lines: list[Pieces] = []
    for number, one in enumerate(said, 1):
        key = "  " if one.adjudicated or number > DIGITS else f"{number} "
        labels = veil.head(labels_text(one.labels), 200)
        rag = " → RAG" if one.route == "rag" else ""
        note = f"  “{veil.head(one.note, 200)}”" if one.note else ""
        name = f"{one.reviewer} adjudicated" if one.adjudicated else one.reviewer
        lines.append(
            [
                Piece(f" {key}", "key"),
                Piece(f"{name:<{NAME}} ", "bold" if one.adjudicated else "plain"),
                Piece(f"{STATUS_GLYPHS[one.status]} {one.status}{rag}", one.status),
                Piece(f"  {labels}" if labels else "", "plain"),
                Piece(f"  {one.at[:16].replace('T', ' ')}", "dim"),
                Piece(note, "dim"),
            ]
        )
    return lines


OWN = "accept, reject or fix, then labels: accept tone=warm unsafe=yes"
STATUSES: dict[str, Status] = {"accept": "accepted", "reject": "rejected", "fix": "fix"}


def as_line(labels: Mapping[str, Any]) -> str:
    """An answer of one's own as it is begun: accepted, with the labels that all gave."""
    given = [
        f"{name}={'yes' if value is True else value}"
        for name, held in labels.items()
        for value in (held if isinstance(held, list) else [held])
    ]
    return shlex.join(["accept", *given])


def read_own(text: str, settings: Settings) -> tuple[Status, dict[str, Any]]:
    """A status and labels as they are typed. Raises SettingsError that says what is wrong."""
    try:
        first, *rest = shlex.split(text) or [""]
    except ValueError:
        raise SettingsError("a quotation mark has no end") from None
    status = next((status for word, status in STATUSES.items() if first.lower() in (word, status)), None)
    if status is None:
        raise SettingsError(OWN)
    labels: dict[str, Any] = {}
    for one in rest:
        name, equals, value = one.partition("=")
        if not equals:
            raise SettingsError(f"{one}: write a label as NAME=VALUE")
        labels = settings.binding(name, value).added_to(labels)
    return status, labels


def pair(entry: Entry) -> tuple[Block, ...]:
    """The row itself."""
    output = [block._replace(heading=block.heading or "OUTPUT") for block in output_blocks(entry.example)]
    return (*input_blocks(entry.example, whole_system=False), *output)


def agreed(found: "Agreement | None", height: int) -> list[Pieces]:
    """How far reviewers agree, a line a measure; as many as there are lines."""
    if found is None:
        return [[Piece(" no row was judged by two reviewers yet", "dim")]]
    width = max(len(one.name[:24]) for one in found.measures)
    lines = [_measured(one, width) for one in found.measures]
    if len(lines) > height:
        more = len(lines) - height + 1
        lines = [*lines[: height - 1], [Piece(f" and {more:,} more: curator status", "dim")]]
    return lines


def _measured(one: "Measure", width: int) -> Pieces:
    rows = f"{one.share:.0%} of {one.rows:,} row{'' if one.rows == 1 else 's'} alike"
    if one.alpha is None:
        return [Piece(f" {one.name[:24]:<{width}}  "), Piece(f"alpha says nothing: {rows}", "dim")]
    between = "too few rows for an interval" if one.low is None else f"{one.low:.2f} to {one.high:.2f} in 95 of 100"
    return [
        Piece(f" {one.name[:24]:<{width}}  "),
        Piece(f"alpha {one.alpha:.2f} {one.word}", INKS[one.word]),
        Piece(f"  {between} · {rows}", "dim"),
    ]
