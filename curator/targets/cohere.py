"""Cohere's chat fine-tuning: roles called System, User and Chatbot."""

from typing import Any

from curator.targets.base import Shape
from curator.targets.chat import ChatRules
from curator.targets.chat_rules import keys_of
from curator.targets.chat_target import Row, chat_target
from curator.targets.packing import only, turns_in
from curator.targets.status import status

_NAMES = {"system": "System", "user": "User", "assistant": "Chatbot"}
_ROLES = {name: role for role, name in _NAMES.items()}


def pack(row: Row) -> Row:
    """The roles by Cohere's names."""
    return {"messages": [{"role": _NAMES[turn["role"]], "content": turn["content"]} for turn in row["messages"]]}


def unpack(row: Any) -> Row:
    """The roles by their usual names."""
    only(keys_of(row, ("messages",)))
    return {"messages": turns_in(row["messages"], "messages", ("role", "content"), _ROLES)}


COHERE = chat_target(
    name="cohere",
    title="Cohere chat fine-tuning",
    status=status("cohere"),
    format=Shape("cohere", "Cohere messages"),
    rules=ChatRules(
        who="Cohere",
        tools=False,
        names=False,
        filled=True,
        order="turns",
        least=2,
        marks=("<|START_OF_TURN_TOKEN|>", "<|END_OF_TURN_TOKEN|>", "<BOS_TOKEN>", "<EOS_TOKEN>"),
    ),
    pack=pack,
    unpack=unpack,
    told=(
        "A row has messages and nothing else; the roles are System, User and Chatbot.",
        "User and Chatbot take turns, from a user to the Chatbot; one system message, at the beginning.",
        "Content is text, never empty: tools, images, names and weights are left out.",
    ),
)
