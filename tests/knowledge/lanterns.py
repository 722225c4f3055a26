"""The questions of a lantern maker's customers among other work: what the tests of clusters look at.

Rows 1 to 6 are about Glimmerhold and its tariff "tidewick pass", 7 to 11 were asked of one system prompt and share no
term, 12 and 13 share nothing with any. 14 to 25 classify tickets; two of them name Glimmerhold too. 26 is a definition.
"""

from typing import Any

from curator.model import Entry, Example, Finding, Span, content_field
from curator.workspace import Workspace
from tests.conftest import chat

SYSTEM = "You are the desk of a mountain hut."

ABOUT_GLIMMERHOLD = [
    ("What does the tidewick pass cost at Glimmerhold?", "The Tidewick Pass is 31 euros a month."),
    ("Does Glimmerhold repair old wicks?", "Glimmerhold repairs any wick sold after 2011."),
    ("Who may use a tidewick pass of Glimmerhold?", "Anyone over 16 may use the Tidewick Pass."),
    ("Can a tidewick pass be paused?", "No, a Tidewick Pass cannot be paused."),
    ("Where is Glimmerhold?", "At 4 Cinder Lane, where the Tidewick Pass is sold."),
    ("Is the shop of Glimmerhold open on Sundays?", "Glimmerhold is closed on Sundays."),
]
ASKED_OF_THE_HUT = [
    ("May I bring my dog?", "Dogs sleep in the barn."),
    ("Where can I leave boots?", "Under the stairs."),
    ("How much is soup?", "Soup is 7 francs."),
    ("When are the lights switched off?", "At ten."),
    ("Do you take cards?", "Cash alone."),
]
ALONE = [
    ("Who founded Vennmark Rail?", "Odile Marchetti."),
    ("Which river runs through Pellworth?", "The Aven."),
]
SUSPECTS = range(1, 14)
DEFINITION = 26


def rows() -> list[dict[str, Any]]:
    """The rows, in the order of their numbers."""
    tickets = [f"Classify: billing or bug. Ticket {n}: the page stays empty." for n in range(1, 11)]
    tickets += [f"Classify: billing or bug. Glimmerhold writes for the {n} time." for n in ("third", "last")]
    return [
        *(chat(*pair) for pair in ABOUT_GLIMMERHOLD),
        *(chat(*pair, system=SYSTEM) for pair in ASKED_OF_THE_HUT),
        *(chat(*pair) for pair in ALONE),
        *(chat(ticket, "bug") for ticket in tickets),
        chat("What is a tidewick pass?", "A kind of season ticket."),
    ]


def suspect(ws: Workspace) -> None:
    """Stores what the knowledge checks would find."""
    codes = {
        "KNO001": ("error", "teaches-facts"),
        "KNO002": ("warning", "likely-teaches-facts"),
        "KNO003": ("info", "may-teach-facts"),
    }
    run = ws.findings.begin_run(codes, {})
    by_code = [(seq, "KNO001" if seq % 2 else "KNO002") for seq in SUSPECTS]
    run.add([finding(ws.examples.entry(seq), code) for seq, code in [*by_code, (DEFINITION, "KNO003")]])
    run.finish()


def finding(entry: Entry, code: str) -> Finding:
    return Finding(
        code, entry.example.id, "States what its input does not hold.", 0.9, evidence=tuple(_evidence(entry.example))
    )


def _evidence(example: Example) -> list[Span]:
    index, text = example.output_index, example.output_text
    assert index is not None
    found = [(name, text.find(name)) for name in ("Tidewick Pass", "Cinder Lane", "Odile Marchetti")]
    why = "name that the input does not hold"
    return [Span(content_field(index), at, at + len(name), why) for name, at in found if at >= 0]
