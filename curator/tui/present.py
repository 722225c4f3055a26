"""How domain values are told on the screen: rows of the list, blocks of text, lines of findings and history.

Pure functions; what they return may hold text from data, which the widgets make visible when they draw it.
"""

import json
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from curator.ends import is_judged, is_pair, named
from curator.model import Entry, Event, Example, Message, Severity, Span
from curator.rows import Card, Found
from curator.text import many
from curator.tui.side_by_side import sides
from curator.tui.veil import Veil
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.rows import SEVERITY_GLYPHS, STATUS_GLYPHS, RowView
from curator.tui.widgets.wrap import Block, Mark

HEAD = 600
"""Characters of a text that a row of the list may show: the widest screen, and then some."""


INSTRUCTION = 2
"""Blanks that a first line has at least to be an instruction: "Hello," and "Dear all." are none."""


def row_view(card: Card, veil: Veil, *, tagged: bool = False, marked: bool = False) -> RowView:
    """A row of the list: the last thing the model is told, in one line."""
    state = card.entry.state
    return RowView(
        card.entry.seq,
        state.status,
        [Severity(severity) for severity in card.severities],
        state.edited,
        state.route == "rag",
        told(card.entry.example, veil),
        tagged,
        marked,
    )


def told(example: Example, veil: Veil) -> str:
    """What a row of the list says: `head_of`, without an instruction that stands above the rest.

    Many rows share one, and a list of them would say the same in every line.
    """
    for message in reversed(example.input):
        if message.role != "system" and (text := message.text):
            above, _, below = text[:HEAD].partition("\n")
            instructs = above.rstrip().endswith((".", ":")) and above.count(" ") >= INSTRUCTION and below.strip()
            return beginning(text[len(above) :] if instructs else text, veil)
    return head_of(example, veil)


def head_of(example: Example, veil: Veil, most: int = HEAD) -> str:
    """The first words of the last message of the input; of the output when there is no input."""
    for message in reversed(example.input):
        if message.role != "system" and (text := message.text):
            return beginning(text, veil, most)
    return beginning(example.output_text, veil, most)


def beginning(text: str, veil: Veil, most: int = HEAD) -> str:
    """The first words of a text, on one line."""
    return " ".join(veil.head(text, most).split())


def input_blocks(example: Example, *, whole_system: bool) -> tuple[Block, ...]:
    """What the model is given. The system prompt is one line unless it is asked for."""
    end = example.output_index
    count = len(example.messages) if end is None else end
    blocks: list[Block] = []
    spoken = [i for i in range(count) if example.messages[i].role != "system"]
    for index in range(count):
        message = example.messages[index]
        if message.role == "system" and not whole_system:
            continue
        plain = message.role == "user" and len(spoken) == 1 and not blocks and not message.name
        blocks += _message(index, message, heading=not plain)
    if example.tools:
        blocks.append(Block("tools", many(len(example.tools), "tool"), _json(example.tools), "dim"))
    return tuple(blocks)


def system_blocks(example: Example) -> tuple[Block, ...]:
    """The system prompt, for a pane of its own."""
    return tuple(
        Block(f"messages[{index}].content", "", message.text)
        for index, message in enumerate(example.messages)
        if message.role == "system"
    )


def output_blocks(example: Example, *, pair: bool = True) -> tuple[Block, ...]:
    """What the model is taught to say, then alternatives and the reference; without `pair` no rejected end."""
    index = example.output_index
    blocks: list[Block] = []
    if index is not None:
        own = _message(index, example.messages[index], heading=False)
        blocks += [own[0]._replace(heading="CHOSEN"), *own[1:]] if is_pair(example) and own else own
        for after in range(index + 1, len(example.messages)):
            blocks += _message(after, example.messages[after], heading=True)
    for number, other in enumerate(example.alternatives if pair or not is_pair(example) else (), 1):
        score = "" if other.score is None else f" · score {other.score:g}"
        # An end that was liked or not is the output itself: it is not shown twice.
        text = "" if is_judged(example) else "\n\n".join(_spoken(message) for message in other.messages)
        blocks.append(Block(f"alternatives[{number - 1}]", f"{named(example, other).upper()}{score}", text))
    if example.reference is not None:
        text = example.reference if isinstance(example.reference, str) else _json(example.reference)
        blocks.append(Block("reference", "reference", text, "dim"))
    return tuple(blocks)


def rejected(example: Example, veil: Veil) -> tuple[list[Block], list[Mark]]:
    """The rejected end of a pair, with what it says in other words than the chosen one marked."""
    other = example.alternatives[0]
    chosen, said = example.output_text, "\n\n".join(_spoken(message) for message in other.messages)
    compared = sides(veil.part(chosen, 0, len(chosen)), veil.part(said, 0, len(said)), "words").right
    field = "alternatives[0]"
    return [Block(field, "REJECTED", compared.text)], [mark._replace(field=field) for mark in compared.marks]


def _message(index: int, message: Message, *, heading: bool) -> list[Block]:
    field = f"messages[{index}].content"
    name = f" {message.name}" if message.name else ""
    weight = " · not trained on" if message.role == "assistant" and message.weight == 0 else ""
    title = f"{message.role}{name}{weight}" if heading else ""
    blocks = []
    if message.text or not message.tool_calls:
        blocks.append(Block(field, title, message.text))
    for part in _other_parts(message):
        blocks.append(Block("", f"{message.role} {part.get('type', 'part')}", _json(part), "dim"))
    for call in message.tool_calls:
        blocks.append(Block(f"messages[{index}].tool_calls", f"{message.role} calls {call.name}", call.arguments))
    return blocks


def _spoken(message: Message) -> str:
    calls = [f"{call.name} {call.arguments}" for call in message.tool_calls]
    return "\n".join(part for part in (message.text, *map(_json, _other_parts(message)), *calls) if part)


def _other_parts(message: Message) -> list[dict[str, Any]]:
    """The parts that are not text, such as images: they are taught too, so they are shown."""
    parts = () if isinstance(message.content, str) else message.content
    return [part for part in parts if not isinstance(part.get("text"), str)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def marks_of(found: Sequence[Found], current: int | None) -> tuple[Mark, ...]:
    """The evidence of findings that are not stale, the current one set off and last: it lies on the others."""
    return tuple(
        Mark(span.field, span.start, span.end, "evidence-now" if index == current else "evidence")
        for index, item in sorted(enumerate(found), key=lambda each: each[0] == current)
        if not item.stale
        for span in item.finding.evidence
    )


def first_span(found: Found) -> Span | None:
    """Where to look first."""
    return next(iter(found.finding.evidence), None)


def finding_lines(found: Sequence[Found], current: int | None, width: int) -> tuple[list[Pieces], tuple[int, int]]:
    """The findings wrapped to `width`, and which lines the current one takes."""
    lines: list[Pieces] = []
    place = (0, 1)
    for index, item in enumerate(found):
        here = index == current
        severity = Severity(item.severity)
        code, message = item.finding.code, item.finding.message
        start = len(lines)
        indent = len(code) + 5
        wrapped = wrap(message[:2000], max(10, width - indent)) or [""]
        lines.append(
            [
                Piece("▸ " if here else "  ", "pointer"),
                Piece(SEVERITY_GLYPHS[severity] + " ", severity.value),
                Piece(f"{code} ", "bold"),
                Piece(wrapped[0]),
            ]
        )
        lines += [[Piece(" " * indent + part)] for part in wrapped[1:4]]
        if item.related:
            near = ", ".join(f"#{seq}" for seq in item.related[:6]) + (" …" if len(item.related) > 6 else "")
            lines.append([Piece(" " * indent + near, "dim")])
        if item.stale:
            lines.append([Piece(" " * indent + "found before the text was changed", "dim")])
        elif item.finding.fix is not None:
            lines.append([Piece(" " * indent + "has a fix: v shows it", "dim")])
        if here:
            place = (start, len(lines))
    return lines, place


def finding_summary(found: Sequence[Found], current: int | None) -> list[Piece]:
    """The findings as a few pieces of one line, the current one first."""
    order = list(range(len(found)))
    if current is not None:
        order = order[current:] + order[:current]
    pieces: list[Piece] = []
    for index in order:
        item = found[index]
        severity = Severity(item.severity)
        ink = "dim" if item.stale else "plain"
        pieces += [
            Piece("  ▸" if index == current else "  ", "pointer"),
            Piece(SEVERITY_GLYPHS[severity] + " ", severity.value),
            Piece(f"{item.finding.code} {item.finding.message[:200]}", ink),
        ]
    return pieces


def history_lines(events: Sequence[Event], entry: Entry, veil: Veil) -> list[Pieces]:
    """What happened to an example, newest first, and where it came from."""
    lines: list[Pieces] = []
    for event in reversed(events[-8:]):
        undone = "back to " if event.undoes is not None else ""
        lines.append(
            [Piece(f"{event.at[11:16]} ", "dim"), Piece(f"{event.actor} "), Piece(undone + _said(event, veil), "bold")]
        )
    origin = entry.example.provenance
    lines.append([Piece("import ", "dim"), Piece(f"{origin.source}:{origin.row}"), Piece(f" {origin.format}", "dim")])
    return lines


def _said(event: Event, veil: Veil) -> str:
    if event.field == "status":
        return f"{STATUS_GLYPHS.get(event.after, '')} {event.after}"
    if event.field == "labels":
        return "labels " + (labels_text(event.after) or "cleared")
    if event.field == "note":
        return f"note {veil.head(str(event.after), 60)}"
    if event.field in ("route", "split"):
        return f"{event.field} {event.after}"
    return f"edited {event.field.removesuffix('.content')}"


def labels_text(labels: Mapping[str, object] | None) -> str:
    """Labels in a line: a name, and its value where it is more than a yes."""
    return ", ".join(
        name if value is True else f"{name}: {' + '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in (labels or {}).items()
    )


def meta_lines(entry: Entry, width: int, veil: Veil) -> list[Pieces]:
    """Split, route and the columns that the format did not know."""
    example, state = entry.example, entry.state
    known = {
        "split": state.split or example.source_split or "",
        "route": "rag" if state.route == "rag" else "",
        "reviewer": state.reviewer or "",
        "labels": labels_text(state.labels),
    }
    pairs = [(name, value) for name, value in known.items() if value]
    pairs += [(name, veil.head(str(value), 200)) for name, value in list(example.metadata.items())[:20]]
    room = max((len(name[:16]) for name, _ in pairs), default=0) + 2
    lines: list[Pieces] = [[Piece(f"{name[:16]:<{room}}", "dim"), Piece(value)] for name, value in pairs]
    if state.note:
        lines += [[Piece(part)] for part in wrap("note: " + veil.head(state.note, 1000), max(10, width))]
    return lines


def describe(example: Example, *, brief: bool) -> str:
    """Size and shape of the input in a few words; unless `brief`, that there is a system prompt."""
    turns = sum(message.role == "user" for message in example.input)
    length = sum(len(message.text) for message in example.input if message.role != "system")
    system = "" if brief or not example.system else " · system"
    return f"{length:,} ch" + (f" · {turns} turns" if turns > 1 else "") + system
