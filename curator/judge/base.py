"""What a model is asked and what comes back, as values. No network, no file, no clock.

An answer that cannot be used is an answer too: it says why (`failure`), keeps what came, and counts as neither right
nor wrong wherever answers are scored.
"""

import json
from hashlib import sha256
from typing import Any, Literal, Protocol

from msgspec import Struct

Failure = Literal["refused", "truncated", "too long", "unreadable", "failed", "not asked"]
#: What each failure means, as it is shown.
FAILURES: dict[Failure, str] = {
    "refused": "the model declined to answer",
    "truncated": "the answer was cut off at its limit of tokens",
    "too long": "the input is longer than the model reads",
    "unreadable": "the answer has not the form that was asked for",
    "failed": "the service gave no answer",
    "not asked": "it was not asked",
}


class Turn(Struct, frozen=True):
    """One message of the conversation that is sent; the last one is always the user's (no model takes a prefill)."""

    role: Literal["user", "assistant"]
    text: str


class Question(Struct, frozen=True):
    """One call. `key` names it for ever (`key_of`): whoever has its answer need not ask again.

    The texts of `system` are sent as blocks of the system prompt. Unless `shared` is false, the first is the same in
    all questions of a kind, so that the service may keep it (prefix caching). `schema` is a closed JSON Schema that
    the answer has to have.
    `rows` are the ids of the examples whose text is in the question, `fields` the names of what is sent of them, as
    whoever agrees to it reads them.
    """

    key: str
    system: tuple[str, ...]
    messages: tuple[Turn, ...]
    max_tokens: int
    schema: dict[str, Any] | None = None
    rows: tuple[str, ...] = ()
    shared: bool = True
    fields: tuple[str, ...] = ()

    def texts(self) -> tuple[str, ...]:
        """Every text that is sent, the schema too."""
        schema = () if self.schema is None else (json.dumps(self.schema),)
        return (*self.system, *(turn.text for turn in self.messages), *schema)

    def most_tokens(self) -> int:
        """More input tokens than this it cannot be: no tokenizer makes more of a text than it has bytes.

        For each text and for the request there is a reserve for what the service puts around them.
        """
        texts = self.texts()
        return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts) + 16 * len(texts) + _AROUND


_AROUND = 600  # the words with which a service explains a schema to its model


class Usage(Struct, frozen=True, omit_defaults=True):
    """The tokens of a call as the service counts them. `input` leaves out those read from or written to its cache."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0

    @property
    def sent(self) -> int:
        """All input tokens."""
        return self.input + self.cache_read + self.cache_write


class Answer(Struct, frozen=True, omit_defaults=True):
    """What came back for a question. `parsed` is the JSON value where a schema was asked for; `stop` is the service's
    own word for why it stopped. `batch` says whether half the price was paid."""

    text: str = ""
    parsed: Any = None
    stop: str = ""
    usage: Usage = Usage()
    failure: Failure | None = None
    why: str = ""
    batch: bool = False

    @property
    def final(self) -> bool:
        """Whether it was an answer, if a useless one; what merely failed may be asked again."""
        return self.failure not in ("failed", "not asked")


def failed(why: str) -> Answer:
    """The answer of a call that never got one."""
    return Answer(failure="failed", why=why)


def not_asked(why: str) -> Answer:
    """The answer of a call that was not made."""
    return Answer(failure="not asked", why=why)


def answered(question: Question, text: str, stop: str, usage: Usage, *, why: str = "", batch: bool = False) -> Answer:
    """The answer that a service gave, with what is wrong with it. `why` is the service's reason for a refusal."""
    failure: Failure | None = _STOPS.get(stop)
    parsed = None
    if failure is None and question.schema is not None:
        try:
            parsed = json.loads(text)
        except (ValueError, RecursionError):
            failure = "unreadable"
    said = FAILURES[failure] if failure is not None else ""
    return Answer(text, parsed, stop, usage, failure, f"{said} ({why})" if why and said else said, batch)


_STOPS: dict[str, Failure] = {
    "refusal": "refused",
    "max_tokens": "truncated",
    "model_context_window_exceeded": "too long",
    "pause_turn": "unreadable",
    "tool_use": "unreadable",
}


def key_of(model: str, version: str, schema: dict[str, Any] | None, *row: str) -> str:
    """The key of a question: who is asked, by which version of the prompt, in which form, about what.

    The random name of the tag around the data is no part of it, so that the same question has the same key in every
    run.
    """
    parts = (model, version, "" if schema is None else json.dumps(schema, sort_keys=True), *row)
    digest = sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


class Trouble(Exception):
    """A call that got no answer. `again` says whether the same call may succeed later, `after` how many seconds the
    service wants to be left alone; `fatal` that no other call will succeed either, `unknown` that it knows no such
    thing. `paid` says whether the call may have been charged all the same."""

    def __init__(
        self, why: str, *, again: bool = False, after: float | None = None, fatal: bool = False,
        unknown: bool = False, paid: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(why)
        self.why, self.again, self.after = why, again, after
        self.fatal, self.unknown, self.paid = fatal, unknown, paid


class BatchState(Struct, frozen=True):
    """How far a batch is. `created` is a Unix time, `size` the number of its requests."""

    id: str
    ended: bool
    done: int
    size: int
    created: float


class Model(Struct, frozen=True):
    """A model that the service offers. None where it does not say."""

    id: str
    title: str
    active: bool
    max_input: int | None = None
    max_output: int | None = None
    structured: bool | None = None
    batch: bool | None = None
    retires: str | None = None


class Service(Protocol):
    """Whoever answers questions. Each call is one request; all of them raise `Trouble` and nothing else."""

    endpoint: str
    model: str

    def request(self, question: Question) -> dict[str, Any]:
        """The body of the request as it would be sent, without sending it."""

    def ask(self, question: Question) -> Answer:
        """Sends one question and waits for its answer."""

    def count(self, question: Question) -> int:
        """The input tokens of a question. It is sent to be counted."""

    def submit(self, questions: list[Question]) -> BatchState:
        """Sends a batch of questions with different keys."""

    def look(self, batch: str) -> BatchState:
        """How far a batch is."""

    def results(self, batch: str, questions: dict[str, Question]) -> dict[str, Answer]:
        """The answers of an ended batch by key, whatever their order; those of keys that were not asked are dropped."""

    def recent(self, since: float) -> list[BatchState]:
        """The batches made since a Unix time."""

    def close(self) -> None:
        """Lets go of its connections."""
