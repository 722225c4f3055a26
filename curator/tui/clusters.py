"""Clusters of knowledge in words: the lines of their list, the sample of one, what is asked before one is routed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from curator.model import Entry
from curator.text import many
from curator.tui.cards import listed
from curator.tui.present import beginning
from curator.tui.veil import Veil
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.rows import STATUS_GLYPHS
from curator.tui.widgets.wrap import Block

if TYPE_CHECKING:  # loads the word table, which nobody needs before clusters are asked for
    from curator.operations.clusters import Clusters, Listed, Preview

BAR = 8
"""Cells of the bar that shows a share."""
EXCERPT = 400
"""Characters of an input or an output that a sample shows."""
LINE = 30
"""Terms that a line of the list may show."""


def lines(found: "Clusters", veil: Veil) -> list[Pieces]:
    """A line for each cluster: its size, how much of what it is about is knowledge, whether it is in RAG, its terms."""
    digits = max((len(f"{len(one.cluster.members):,}") for one in found.listed), default=1)
    return [_line(one, digits, veil) for one in found.listed]


def pointed(line: Pieces) -> Pieces:
    """The line under the cursor."""
    return [Piece("▸", "pointer"), *line[1:-1], line[-1]._replace(ink="bold")]


def _line(one: "Listed", digits: int, veil: Veil) -> Pieces:
    cluster, share = one.cluster, one.cluster.share
    full = 0 if share is None else max(1, round(share * BAR))
    routed = one.routed == len(cluster.members)
    about = ", ".join(cluster.terms[:LINE]) or one.name
    return [
        Piece(" "),
        Piece(f"{len(cluster.members):>{digits},} ", "dim" if routed else "bold"),
        Piece("█" * full, "bar"),
        Piece(("░" if share is not None else " ") * (BAR - full), "rule"),
        Piece(f" {'' if share is None else f'{share:.0%}':>4} ", "dim" if routed else "plain"),
        Piece("→ " if one.routed else "  ", "saved"),
        Piece(veil.head(about, 600), "dim" if routed else "plain"),
    ]


def told(one: "Listed") -> str:
    """A cluster in a line of words: what its numbers mean."""
    cluster, size = one.cluster, len(one.cluster.members)
    if cluster.kind == "others":
        return f"{many(size)} that share neither a recurring term nor an instruction"
    shared = "hold these terms" if cluster.kind == "terms" else "were asked of the same instruction"
    parts = [f"of {many(cluster.rows)} that {shared}, {size:,} teach facts"]
    if cluster.weak:
        parts.append(f"{len(cluster.weak):,} may")
    if one.routed:
        parts.append(f"{one.routed:,} in RAG")
    return " · ".join(parts)


def sample(one: "Listed", entries: Sequence[Entry], veil: Veil) -> list[Block]:
    """What a cluster is about, and some of its pairs."""
    cluster = one.cluster
    blocks = [Block("", told(one), veil.head(", ".join(cluster.terms) or one.about, 2_000))]
    for entry in entries:
        state = entry.state
        place = f"{entry.example.provenance.source}:{entry.example.provenance.row}"
        route = " → RAG" if state.route == "rag" else ""
        heading = f"#{entry.seq}  {place} · {STATUS_GLYPHS[state.status]} {state.status}{route}"
        given = next((m.text for m in reversed(entry.example.input) if m.role != "system" and m.text), "")
        taught = beginning(entry.example.output_text, veil, EXCERPT)
        blocks.append(Block("", heading, f"input: {beginning(given, veil, EXCERPT)}\noutput: {taught}"))
    return blocks


def question(one: "Listed", seen: "Preview", veil: Veil) -> list[Block]:
    """How many pairs would go to RAG, which stay as they are, and three of those that would go."""
    count = len(seen.seqs)
    by = ", ".join(f"{number:,} {status}" for status, number in seen.statuses.items() if number)
    effect = [
        f"y routes {many(count)} to RAG: {by}. Their status stays." if count else "None of its rows is left to route."
    ]
    effect += [f"{many(number)} {status}: kept as {'it is' if number == 1 else 'they are'}." for status, number in
               (("rejected", seen.kept["rejected"]), ("in need of a fix", seen.kept["fix"])) if number]  # fmt: skip
    if seen.already:
        effect.append(f"{many(seen.already)} in RAG already.")
    if count:
        effect.append("It is one step: u takes all of it back.")
    about = veil.head(", ".join(one.cluster.terms[:LINE]) or one.about, 600)
    blocks = [Block("", "ROUTE A CLUSTER TO RAG", "\n".join(effect)), Block("", "WHAT THEY SHARE", about or "nothing")]
    if count:
        blocks.append(Block("", f"{many(count)} TO RAG".upper(), listed(seen.first, count, veil)))
    return blocks
