"""Pairs that were routed to RAG become documents of a vector store, and the questions that its retrieval is tried with.

Both are flat JSON, a line each: text, and values beside it. No value is an object, so that any loader takes them.
"""

import re
from collections.abc import Mapping
from typing import Any

from curator.checks.knowledge import alone
from curator.knowledge.grounded import question_of
from curator.knowledge.lexicon import YES
from curator.knowledge.payload import stems
from curator.model import Entry, Example
from curator.text import fingerprint, normalise

#: Characters of a question that make the title of its document.
_TITLE = 120
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
    """Makes a document of each fact, and a query of each pair. Pairs that come to the same text are one document.

    Of each document it holds 16 bytes and its name.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, str] = {}

    def of(self, entry: Entry) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        """The document of a pair, None when an earlier one has its text; and the query that should find it.

        Raises `ValueError`, with what is missing, for a pair without a question or without an answer.
        """
        document = rag_document(entry)
        query = question_of(entry.example)
        if document is None or not query:
            raise ValueError("output" if document is None else "input")
        key = fingerprint(normalise(document["text"]))
        first = self._known.get(key)
        name = first or entry.example.id
        asked = {
            "query": query,
            "document_id": name,
            "id": entry.example.id,
            "source": document["source"],
            "in_text": query in document["text"],
        }
        return (document if first is None else None), asked

    def keep(self, document: Mapping[str, Any]) -> None:
        """The document is written: pairs with its text belong to it from now on."""
        self._known[fingerprint(normalise(document["text"]))] = document["id"]


def rag_document(entry: Entry) -> dict[str, Any] | None:
    """A pair as a document for a vector store; None without text in its output.

    The text has to be understood where nobody sees the question. So it is the answer alone when that is a sentence that
    says what it is about ("Express delivery is 9.90 euros."), and the question with the answer when it is not ("Yes.",
    "At ten.", "It is 9.90 euros."). The question is not put before an answer that does without: it would make the
    retrieval test find its own words. The title is what was asked, always.
    """
    example = entry.example
    answer = example.output_text.strip()
    if not answer:
        return None
    question = question_of(example)
    provenance = example.provenance
    return {
        "id": example.id,
        "text": answer if not question or stands_alone(question, answer) else f"{question}\n{answer}",
        "title": question.partition("\n")[0][:_TITLE],
        "source": f"{provenance.source}:{provenance.row}",
        "tags": [*_knowledge_tags(example), *_labels(entry.state.labels)],
    }


def stands_alone(question: str, answer: str) -> bool:
    """Whether an answer can be read without its question: a sentence that takes up what it was asked about."""
    if not _ENDS.search(answer) or YES.match(answer) or _POINTS_BACK.match(answer):
        return False
    asked = stems(question)
    return len(answer.split()) >= 4 and len(asked & stems(answer)) >= max(1.0, _ABOUT * len(asked))


def _knowledge_tags(example: Example) -> list[str]:
    """What the knowledge checks say of the pair: whether its facts change, of which kind they are, whose they are."""
    tags: list[str] = []
    for text in alone(example).tags:
        match = _TAG.fullmatch(text)
        if match is not None:
            kinds = [kind for kind in (match[2] or "").split(", ") if kind]
            tags += [match[1], *(_KINDS.get(kind, kind) for kind in kinds)]
    return tags


def _labels(labels: Mapping[str, Any]) -> list[str]:
    return [name if value is True else f"{name}={_shown(value)}" for name, value in sorted(labels.items())]


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
