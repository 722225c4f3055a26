"""Conflicts in words: what stands above a variant and under it, what each key would do, what was done."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from curator.text import many
from curator.tui.diff import changes
from curator.tui.present import input_blocks
from curator.tui.side_by_side import MODES, Mode, Sides, sides
from curator.tui.veil import Veil
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.rows import STATUS_GLYPHS
from curator.tui.widgets.wrap import Block, Mark

if TYPE_CHECKING:  # loads the checks, which nobody needs before conflicts are asked for
    from curator.operations.conflicts import Conflict, Variant
    from curator.operations.resolve import Effect, Resolution

NAMED = 4
"""Rows, sources or deciders that a line names."""
WHOLE = 200_000
"""Characters of an output or an input that are made ready to be compared; of a longer one the beginning."""
NEVER = "A majority is not the truth: choose by policy, not by count."


def letter(number: int) -> str:
    """The name of a variant."""
    return chr(ord("A") + number) if number < 26 else f"variant {number + 1:,}"


def other_mode(mode: Mode) -> Mode:
    """The next way to compare."""
    return MODES[(MODES.index(mode) + 1) % len(MODES)]


# -- two variants side by side -----------------------------------------------------------------------------------


def compared(conflict: "Conflict", left: int, right: int, mode: Mode, veil: Veil) -> Sides:
    """Two outputs with what differs marked. The veil lies over both, or the marks would show what it hides."""
    texts = [conflict.variants[number].text for number in (left, right)]
    return sides(veil.part(texts[0], 0, WHOLE), veil.part(texts[1], 0, WHOLE), mode)


def asked(conflict: "Conflict", veil: Veil, *, whole: bool) -> tuple[list[Block], str]:
    """The input of the first variant as blocks, and what is said above it."""
    first = conflict.variants[0].first.example
    blocks = [block._replace(text=veil.part(block.text, 0, WHOLE)) for block in input_blocks(first, whole_system=whole)]
    return blocks, "SAME INPUT" if conflict.same_input else f"INPUT OF {letter(0)}"


def unlike(conflict: "Conflict", number: int, veil: Veil) -> tuple[list[Block], list[Mark]]:
    """What a variant is asked, where that is not the input above: how it differs, with a little around it."""
    from curator.operations.conflicts import given

    here, above = (given(conflict.variants[n].first.example) for n in (number, 0))
    if here == above:
        return [], []
    found = changes(veil.part(above, 0, WHOLE), veil.part(here, 0, WHOLE))
    block = Block("given", f"ITS INPUT IS NOT THAT OF {letter(0)}", found.text or "…", "dim")
    return [block], [mark._replace(field="given") for mark in found.marks]


def heading(one: "Variant", number: int, key: str) -> Pieces:
    """The line above a variant: its letter, its key, how many rows say it and which."""
    numbers = " ".join(f"#{seq}" for seq in one.seqs[:NAMED]) + (" …" if len(one.seqs) > NAMED else "")
    pieces = [Piece(letter(number), "title"), Piece(f"  {many(len(one.seqs))}", "bold"), Piece(f"  {numbers}", "dim")]
    if one.live == 0:
        pieces.append(Piece("  none is trained on", "rejected"))
    return [Piece(f"{key} ", "key"), *pieces] if key else pieces


def facts(one: "Variant", *, brief: bool, veil: Veil) -> list[Pieces]:
    """Where a variant's rows are from, and what people have decided about them."""
    sources = _some([f"{veil.head(name, 60)} {count:,}" for name, count in one.sources.most_common()])
    decided = _some(
        [
            f"{STATUS_GLYPHS[status]} {count:,} {status}{f' {veil.head(by, 40)}' if by else ''}"
            for (status, by), count in one.decided.most_common()
        ]
    )
    if brief:
        return [[Piece(f" {decided}"), Piece(f" · {sources}", "dim")]]
    return [[Piece(" source   ", "dim"), Piece(sources)], [Piece(" decided  ", "dim"), Piece(decided)]]


def _some(parts: Sequence[str]) -> str:
    more = f", {len(parts) - NAMED:,} more" if len(parts) > NAMED else ""
    return ", ".join(parts[:NAMED]) + more


# -- what the keys would do --------------------------------------------------------------------------------------


def says(conflict: "Conflict", effects: Sequence[tuple[str, "Effect"]], *, accept: bool) -> list[Pieces]:
    """How many say what, that this decides nothing, and what each key would do."""
    sizes = [f"{letter(number)} {len(one.seqs):,}" for number, one in enumerate(conflict.variants[:NAMED])]
    more = f" and {len(conflict.variants) - NAMED:,} more" if len(conflict.variants) > NAMED else ""
    lines: list[Pieces] = [[Piece(f" {', '.join(sizes)}{more}. ", "bold"), Piece(NEVER, "dim")]]
    what = "what is right is accepted too (a: leave it)" if accept else "what is right stays as it is (a: accept it)"
    told: list[Piece] = [Piece(" ")]
    for key, effect in effects:
        told += [Piece(f"{key} ", "key"), Piece(f"{effect_of(effect)} · ")]
    lines.append(
        [*told, Piece("one step", "dim")] if len(told) > 1 else [Piece(" resolved: nothing is left to do", "dim")]
    )
    over: Counter[tuple[str, str]] = Counter()
    for _, effect in effects:
        over |= effect.over
    decided = _some([f"{count:,} {status} by {by}" for (status, by), count in over.most_common()])
    kept = f" · goes over {decided}" if decided else ""
    lines.append([Piece(f" {what[0].upper()}{what[1:]}{kept}", "dim")])
    return lines


def effect_of(effect: "Effect") -> str:
    """What a resolution does, in a few words: ``rejects 2``."""
    become = effect.become
    parts = [
        f"{word} {become[name]:,}"
        for name, word in (("written", "writes"), ("rejected", "rejects"), ("accepted", "accepts"), ("fix", "→ fix"),
                           ("rag", "→ RAG"))
        if become[name]
    ]  # fmt: skip
    return ", ".join(parts) or "nothing"


def done(resolution: "Resolution", count: int) -> str:
    """What was done, as the status line says it."""
    what = {
        "right": f"{letter(resolution.variant)} is right",
        "write": "one answer written",
        "both": "all right: the input lacks context",
        "reject": "all rejected",
        "rag": "to RAG",
    }[resolution.kind]
    return f"{what}: {many(count)} changed"
