"""Pairs that were routed to RAG become documents of a vector store, and the questions that its retrieval is tried with.

Both are flat JSON, a line each: text, and values beside it. No value is an object, so that any loader takes them.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from curator.checks.knowledge import Neighbours, verdicts
from curator.knowledge.grounded import asked_in
from curator.knowledge.lexicon import YES
from curator.knowledge.payload import stems
from curator.model import Entry, Example, content_field
from curator.text import fingerprint, normalise

#: Characters of a question that make the title of its document.
_TITLE = 120
#: Turns of a conversation, and characters of each answer in it, that stand above an answer that needs them.
_TURNS, _TURN = 8, 1_000
# A turn that only asks back states nothing.
_ASKS_BACK = re.compile(r"[^.!?]*\?\W*")
# The band of what may be a fact.
_LOOK = "look"
# What tags of the knowledge checks are called on one document.
_KINDS = {
    "links and contacts": "contact",
    "prices": "price",
    "rates": "rate",
    "times": "time",
    "recent dates": "date",
    "versions": "version",
}
_TAG = re.compile(r"(\w+)(?: \((.*)\))?")
# A sentence ends so, perhaps in quotes or brackets.
_ENDS = re.compile("[.!?\u2026\u3002\uff01\uff1f][\"'\u201d\u2019\u00bb)\\]]*\\Z")
# "It is covered.": what it is stands in the question.
_POINTS_BACK = re.compile(
    r"\W*(?:it|they|that|those|this|these|he|she|there|then|so|because|same|es|sie|er|das|dies\w*|dort|dann|weil|il|elle|"
    r"ils|elles|cela|ça|c'est|ce|ces|parce|él|ella|ellos|ellas|eso|esto|porque|det|den|de|han|hon|där|då)\b",
    re.IGNORECASE,
)
#: An answer that takes up this share of what the question is about says of itself what it is about.
_ABOUT = 0.5


class Documents:
    """Makes documents of the facts that a pair states, and a query of each. Those with the same text are one document.

    Of each document it holds 16 bytes and its name.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, str] = {}

    def of(self, entry: Entry) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        """The first document of a pair, None when an earlier one has its text; and the query that should find it."""
        return self.all_of(entry)[0]

    def all_of(self, entry: Entry) -> list[tuple[dict[str, Any] | None, dict[str, Any]]]:
        """A document, None when an earlier one has its text, with the query that should find it; for each fact.

        Raises `ValueError`, with what is missing, for a pair without a question or without an answer.
        """
        made: list[tuple[dict[str, Any] | None, dict[str, Any]]] = []
        names: dict[bytes, str] = {}
        for document, query in rag_documents(entry):
            key = fingerprint(normalise(document["text"]))
            first = self._known.get(key) or names.get(key)
            names[key] = first or document["id"]
            asked = {
                "query": query,
                "document_id": names[key],
                "id": entry.example.id,
                "source": document["source"],
                "in_text": query in document["text"],
            }
            made.append((None if first else document, asked))
        return made

    def keep(self, document: Mapping[str, Any]) -> None:
        """The document is written: pairs with its text belong to it from now on."""
        self._known[fingerprint(normalise(document["text"]))] = document["id"]


def rag_documents(entry: Entry) -> list[tuple[dict[str, Any], str]]:
    """A pair as documents for a vector store, each with the question that it answers.

    A document is what one turn of the assistant states; turns that state nothing make none ("You're welcome!"), unless
    all are such: then the last one does.

    The text has to be understood where nobody sees the question. So it is the answer alone when that is a sentence that
    says what it is about ("Express delivery is 9.90 euros."), and the question with the answer when it is not ("Yes.",
    "At ten.", "It is 9.90 euros."); in a conversation all that was said before it. The question is not put before an
    answer that does without: it would make the retrieval test find its own words. The title is what was asked, always.
    Raises `ValueError` with what is missing.
    """
    example, provenance = entry.example, entry.example.provenance
    if not example.output_text.strip():
        raise ValueError("output")
    made: list[tuple[dict[str, Any], str]] = []
    for index, tags in _stating(example):
        said = _said_before(example, index)
        answer = example.messages[index].text.strip()
        query = _asking(said, answer)
        if not query:
            continue
        before = [] if stands_alone(query, answer) else [text for _, text in said]
        document = {
            "id": f"{example.id}/{index}" if made else example.id,
            "text": "\n".join([*before, answer]),
            "title": query.partition("\n")[0][:_TITLE],
            "source": f"{provenance.source}:{provenance.row}",
            "tags": [*_knowledge_tags(tags), *_labels(entry.state.labels)],
        }
        made.append((document, query))
    if not made:
        raise ValueError("input")
    return made


def _stating(example: Example) -> list[tuple[int, Sequence[str]]]:
    """The turns of the assistant that state facts, with the tags of the knowledge checks; without any, the last one.

    A doubtful one (`KNO003`) counts where no other is sure.
    """
    judged = {answer.field: verdict for answer, verdict in verdicts(example, Neighbours())}
    found = [
        (index, judged[field])
        for index in range(len(example.messages))
        if (field := content_field(index)) in judged and judged[field].band
        if not _ASKS_BACK.fullmatch(example.messages[index].text)
    ]
    sure = [one for one in found if one[1].band != _LOOK] or found
    if sure:
        return [(index, verdict.tags) for index, verdict in sure]
    last = example.output_index or 0
    return [(last, judged[field].tags if (field := content_field(last)) in judged else ())]


def _said_before(example: Example, index: int) -> list[tuple[str, str]]:
    """What user and assistant say before a turn, role and text, the latest turns; of the user, what is asked."""
    turns: list[tuple[str, str]] = [
        (message.role, asked_in(message.text) if message.role == "user" else message.text.strip()[:_TURN])
        for message in example.messages[:index]
        if message.role in ("user", "assistant")
    ]
    return [turn for turn in turns if turn[1]][-_TURNS:]


def _asking(said: Sequence[tuple[str, str]], answer: str) -> str:
    """The turn of the user that asks for what an answer states: the last one, if it asks; else the nearest to it."""
    asked = [text for role, text in said if role == "user"]
    if not asked or "?" in asked[-1]:
        return asked[-1] if asked else ""
    told = stems(answer)
    return max(reversed(asked), key=lambda text: 2 * len(stems(text) & told) + ("?" in text))


def stands_alone(question: str, answer: str) -> bool:
    """Whether an answer can be read without its question: a sentence that takes up what it was asked about."""
    if not _ENDS.search(answer) or YES.match(answer) or _POINTS_BACK.match(answer):
        return False
    asked = stems(question)
    return len(answer.split()) >= 4 and len(asked & stems(answer)) >= max(1.0, _ABOUT * len(asked))


def _knowledge_tags(said: Sequence[str]) -> list[str]:
    """What the knowledge checks say of a turn: whether its facts change, of which kind they are, whose they are."""
    tags: list[str] = []
    for text in said:
        match = _TAG.fullmatch(text)
        if match is not None:
            kinds = [kind for kind in (match[2] or "").split(", ") if kind]
            tags += [match[1], *(_KINDS.get(kind, kind) for kind in kinds)]
    return tags


def _labels(labels: Mapping[str, Any]) -> list[str]:
    return [name if value is True else f"{name}={_shown(value)}" for name, value in sorted(labels.items())]


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
