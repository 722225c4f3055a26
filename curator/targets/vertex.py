"""Gemini on Google's agent platform (Vertex): contents of parts, the assistant called model."""

from typing import Any

from curator.targets.base import Shape
from curator.targets.chat import ChatRules
from curator.targets.chat_rules import keys_of
from curator.targets.chat_target import Row, chat_target
from curator.targets.limits import GIGABYTE, Limits
from curator.targets.packing import blocks_in, only, parted
from curator.targets.status import status

#: As published for Gemini 2.5 Flash; those of 3.5 may differ.
LIMITS = Limits(
    rows_recommended=100, rows_most=1_000_000, validation_most=5_000, bytes_most=GIGABYTE, row_tokens=131_072
)
_ROLES = {"user": "user", "model": "assistant"}


def pack(row: Row) -> Row:
    """The system text on top, each text as a part."""
    system, messages = parted(row["messages"])
    packed: Row = {"systemInstruction": {"role": "system", "parts": [{"text": system}]}} if system else {}
    packed["contents"] = [
        {"role": "model" if turn["role"] == "assistant" else turn["role"], "parts": [{"text": turn["content"]}]}
        for turn in messages
    ]
    return packed


def unpack(row: Any) -> Row:
    """The messages of a row, the system text first."""
    only(keys_of(row, ("contents",), ("systemInstruction",)))
    messages = blocks_in(row["contents"], "contents", "parts", _ROLES)
    if "systemInstruction" in row:
        told = blocks_in([row["systemInstruction"]], "systemInstruction", "parts", {"system": "system"})
        messages = [*told, *messages]
    return {"messages": messages}


VERTEX = chat_target(
    name="vertex",
    title="Gemini on Vertex, supervised tuning",
    status=status("vertex"),
    format=Shape("vertex", "Gemini contents"),
    rules=ChatRules(
        who="Gemini",
        tools=False,
        names=False,
        filled=True,
        order="turns",
        least=2,
        row_tokens=LIMITS.row_tokens,
        marks=("<start_of_turn>", "<end_of_turn>", "<bos>", "<eos>"),
    ),
    limits=LIMITS,
    pack=pack,
    unpack=unpack,
    told=(
        "A row has contents and, where the example has one, systemInstruction; nothing else. The assistant is model.",
        "User and model take turns, from a user to the model; one system message, at the beginning.",
        "Content is one text part, never empty: tools, images, names and weights are left out.",
        "Tune and call the model with thinking off, or at its lowest: the rows hold no thoughts.",
    ),
)
