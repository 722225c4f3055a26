"""The words of the domain: what an example is, what is found in it, what people decide about it.

The types are frozen msgspec structs, not dataclasses: on one chat row of 400 bytes a struct is built in
0.06 us against 0.53, decoded in 0.37 us against 2.25, and leaves unset fields out when it is stored.
That is what lets a million pairs be imported within three times a bare parse-and-insert loop. The same
definition validates what comes from outside (`msgspec.convert`), so there are no twins. `gc=False`: these values are
trees, and the cycle collector takes a quarter of the time of reading them when it looks. An example alone has a
`__dict__` beside its fields (`dict=True`, which the collector has to see): what checks ask about it all the time is
kept there, as no part of its value. It is not compared, hashed, stored, pickled or copied.
"""

from enum import StrEnum
from functools import cache
from typing import Any, Literal

from msgspec import Struct

from curator.memo import worked_out

Role = Literal["system", "user", "assistant", "tool"]
Status = Literal["pending", "accepted", "rejected", "fix"]
Route = Literal["train", "rag"]
Split = Literal["train", "validation", "test"]
ActorKind = Literal["person", "fix", "import", "model"]

ROLES: tuple[Role, ...] = ("system", "user", "assistant", "tool")
STATUSES: tuple[Status, ...] = ("pending", "accepted", "rejected", "fix")
ROUTES: tuple[Route, ...] = ("train", "rag")
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
#: How the codes begin of the checks that find facts taught: what a route to RAG, or a passage, answers.
KNOWLEDGE = "KNO"
#: How the codes begin of what a model said as a second reader: no run of checks says it again, so none replaces it.
JUDGED = "JDG"


class ToolCall(Struct, frozen=True, gc=False, omit_defaults=True):
    """A call that the model is taught to make. `arguments` is JSON text, exactly as it is trained on."""

    name: str
    arguments: str
    id: str | None = None


@cache
def content_field(index: int) -> str:
    """The name of the text of the message with this index, as spans and fixes use it."""
    return f"messages[{index}].content"


class Message(Struct, frozen=True, gc=False, omit_defaults=True):
    """One role and its content.

    `content` is text, or a tuple of parts in the provider's own shape when some of it is not text
    (an image, a file); targets that cannot hold such parts refuse them. `weight` 0 keeps a message out
    of the loss; None means the trainer's default.
    """

    role: Role
    content: str | tuple[dict[str, Any], ...] = ""
    name: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    weight: float | int | None = None

    @property
    def text(self) -> str:
        """The text of the message; parts that are not text are left out."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(str(part["text"]) for part in self.content if isinstance(part.get("text"), str))


class Alternative(Struct, frozen=True, gc=False, omit_defaults=True):
    """Another end of the same conversation: chosen or rejected, liked or not, or ranked by a score.

    `messages` follow on the example's input; they are not a whole conversation.
    """

    messages: tuple[Message, ...]
    preferred: bool | None = None
    score: float | None = None


class Provenance(Struct, frozen=True, gc=False, omit_defaults=True):
    """Where an example came from. `row` counts from 1, as in the source (the line of a JSONL file)."""

    source: str = ""
    row: int = 0
    format: str = ""


class Example(Struct, frozen=True, dict=True, omit_defaults=True, kw_only=True):
    """One input-output pair, the unit of everything. Always messages, whatever the row looked like.

    A format leaves `id`, `provenance` and `source_split` unset; import gives them once and they are never
    recomputed. `reference` is what a grader compares with, where the row has one. `metadata` holds every
    column that the format does not know.
    """

    messages: tuple[Message, ...]
    tools: tuple[dict[str, Any], ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    reference: Any = None
    metadata: dict[str, Any] = {}
    id: str = ""
    provenance: Provenance = Provenance()
    source_split: Split | None = None

    @worked_out
    def output_index(self) -> int | None:
        """The index of the last assistant message, or None when there is none."""
        messages = self.messages
        last = len(messages) - 1
        if last >= 0 and messages[last].role == "assistant":  # nearly always, and asked for all the time
            return last
        return next((index for index in range(last, -1, -1) if messages[index].role == "assistant"), None)

    @worked_out
    def system(self) -> str:
        """What the system messages say, joined by a newline; empty without one."""
        return "\n".join([message.text for message in self.messages if message.role == "system"])

    @worked_out
    def input(self) -> tuple[Message, ...]:
        """What the model is given: every message before the last assistant message."""
        index = self.output_index
        return self.messages if index is None else self.messages[:index]

    @worked_out
    def output(self) -> Message | None:
        """What the model is taught to produce: the last assistant message."""
        index = self.output_index
        return None if index is None else self.messages[index]

    @worked_out
    def outputs(self) -> tuple[Message, ...]:
        """Every assistant message that is trained on (weight not 0)."""
        return tuple([message for message in self.messages if message.role == "assistant" and message.weight != 0])

    @worked_out
    def input_text(self) -> str:
        """The text of the input without system messages, turns joined by a blank line."""
        return "\n\n".join([message.text for message in self.input if message.role != "system"])

    @worked_out
    def output_text(self) -> str:
        """The text of the last assistant message; empty without one."""
        output = self.output
        return "" if output is None else output.text

    def output_fields(self) -> tuple[tuple[str, str], ...]:
        """The field name and text of every output, for checks that put spans on them.

        ``(("messages[2].content", "..."),)``. Of a message whose content is parts, its text.
        """
        return self._output_fields

    @worked_out
    def _output_fields(self) -> tuple[tuple[str, str], ...]:
        return tuple(
            [
                (content_field(index), message.text)
                for index, message in enumerate(self.messages)
                if message.role == "assistant" and message.weight != 0
            ]
        )


class Severity(StrEnum):
    """The weight of a check's code."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """3 for error, 2 for warning, 1 for info: higher is worse."""
        return {"error": 3, "warning": 2, "info": 1}[self.value]


class Span(Struct, frozen=True, gc=False, omit_defaults=True):
    """A piece of evidence: characters `start` to `end` of `field`, and why they count."""

    field: str
    start: int
    end: int
    why: str = ""


class Fix(Struct, frozen=True, gc=False):
    """A proposed change: the new text of each field it touches. Safe means it cannot change the meaning."""

    changes: dict[str, str]
    safe: bool = False


class Finding(Struct, frozen=True, gc=False, omit_defaults=True):
    """One problem. `example_id` is None for the whole set. `score` is 0 to 1 and only ranks.

    Findings of a check that share a `rule` (a short text: "starts with 'Answer:'") have the same difference, and
    can be decided together.
    """

    code: str
    example_id: str | None
    message: str
    score: float = 1.0
    evidence: tuple[Span, ...] = ()
    related: tuple[str, ...] = ()
    fix: Fix | None = None
    rule: str = ""


class State(Struct, frozen=True, gc=False, omit_defaults=True):
    """What stands for an example now: each part as it was said last, its split, and the revision of its text.

    `reviewer` is who gave the status; while it waits, who said the rest.
    `revision` is the seq of the event that last changed the text, 0 for the text as imported. `edited` is whether the
    text differs from the one that was imported: an edit may have been undone.
    """

    status: Status = "pending"
    labels: dict[str, Any] = {}
    note: str = ""
    route: Route = "train"
    reviewer: str | None = None
    split: Split | None = None
    revision: int = 0
    edited: bool = False

    @property
    def decided(self) -> bool:
        """Whether somebody has said what becomes of it: by a status, or by a route to RAG."""
        return self.status != "pending" or self.route == "rag"


class Entry(Struct, frozen=True, gc=False):
    """An example as it stands: `example` carries the edited text, `seq` is its place in the workspace."""

    seq: int
    example: Example
    state: State


class Event(Struct, frozen=True, omit_defaults=True):
    """One change, never altered. `before` and `after` are JSON values; `undoes` names the event it inverts."""

    seq: int
    op: str
    batch: str
    actor_kind: ActorKind
    actor: str
    at: str
    version: str
    field: str
    before: Any = None
    after: Any = None
    example: int | None = None
    source: str | None = None
    undoes: int | None = None


class Progress(Struct, frozen=True, omit_defaults=True):
    """How far a long operation is: `done` of `total` (None when it cannot be known) in `stage`."""

    stage: str
    done: int
    total: int | None = None
