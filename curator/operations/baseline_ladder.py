"""The ladder as questions: every prompt with every row, and what sending all of it would cost at the most."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from msgspec import Struct

from curator.advice.prices import Price, Prices
from curator.errors import JudgeError
from curator.judge.base import Answer, Question, Service, Turn, key_of
from curator.judge.keeping import Kept
from curator.model import Example
from curator.operations.asking_plan import Later, Prepared, later_of, prepare, real_secrets
from curator.operations.baseline_prompts import Form, Prompt, form_of, prompts_of, shown_of
from curator.operations.baseline_shots import Shots, shown
from curator.tokens import estimate

VERSION = "baseline-1"
#: Bytes of the notes of a first step that the second is given.
NOTES_BYTES = 4_000
_NOTES_TOKENS = 400
_LEAST_TOKENS, _MOST_TOKENS = 256, 8_192
_ANSWER = "Now give the answer in the form that was described, and nothing else."
_SOURCE = "<source>\n{}\n</source>\nAnswer from this source.\n\n"


class Row(Struct, frozen=True):
    """A row that is measured: what names it, the example, and the passage that its answer is in, if one is known.

    Rows of one `cluster` are near copies; a row without one stands alone.
    """

    key: str
    example: Example
    source: str = ""
    cluster: str = ""


class Ladder:
    """The prompts and the rows, in an order that depends on the rows' keys alone: any first part of them stands for
    all. `unfit` are rows that cannot be sent as text, each with the reason; they are in no question."""

    def __init__(
        self, rows: Sequence[Row], pool: Sequence[Example], model: str, price: Price, *,
        shots: Sequence[int] = (3, 8, 20), seed: int = 7, allow_secrets: bool = False,
    ) -> None:  # fmt: skip
        self.model = model
        reasons = {row.key: unfit(row.example) for row in rows}
        self.unfit = {key: why for key, why in reasons.items() if why}
        fit = [row for row in rows if not reasons[row.key]]
        self.rows = sorted(fit, key=lambda row: sha256(f"{seed}:{row.key}".encode()).digest())
        if not self.rows:
            raise JudgeError("The eval set holds no row that can be sent as text. Make one with `curator eval-set`.")
        # An example with a secret is never shown to a model unless rows with secrets may be.
        shown_ones = [one for one in pool if allow_secrets or not real_secrets(one)]
        self._shots = Shots(shown_ones, [row.example for row in rows], seed=seed)
        self._allow_secrets = allow_secrets
        self.form: Form = form_of(self._shots.pool)
        self.prompts = prompts_of(self.form, pool=len(self._shots.pool), shots=shots)
        self._tokens = _answer_tokens(self._shots.pool or [row.example for row in rows], price)
        # Rows with a system prompt of their own share no prefix that would be worth keeping.
        self._shared = 10 * len({row.example.system for row in self.rows}) <= len(self.rows)
        self._thinking = price.thinking_tokens
        self._drawn: dict[int, list[Example]] = {}

    def question(self, prompt: Prompt, row: Row) -> Question:
        """The question of one row; of a prompt with notes that for the notes."""
        tokens = _NOTES_TOKENS + self._thinking if prompt.notes else self._tokens
        return self._made(prompt, row, _turns(row), tokens, prompt.notes)

    def after(self, prompt: Prompt, row: Row, notes: Answer) -> Question:
        """The question that follows on the notes."""
        noted = notes.text.encode("utf-8", "replace")[:NOTES_BYTES].decode("utf-8", "ignore").strip() or "(nothing)"
        turns = (*_turns(row), Turn("assistant", noted), Turn("user", _ANSWER))
        return self._made(prompt, row, turns, self._tokens)

    def questions(self, prompt: Prompt, rows: Sequence[Row] | None = None) -> list[Question]:
        """The questions of these rows, else of all."""
        return [self.question(prompt, row) for row in (self.rows if rows is None else rows)]

    def prepared(
        self, service: Service, kept: Kept, prices: Prices, *, prompts: Sequence[Prompt] | None = None,
        batches: bool | None = None,
    ) -> Prepared:  # fmt: skip
        """The plan of measuring these prompts, all of them with all rows. Most runs stop long before."""
        used = self.prompts if prompts is None else prompts
        asked = [one for prompt in used for one in self.questions(prompt)]
        noted = [row for prompt in used if prompt.notes for row in self.rows]
        price = prices.of(self.model)
        later = Later()
        if noted and price is not None:
            by_batches = len(asked) + len(noted) > prices.limits.batch_from if batches is None else batches
            share = prices.limits.batch_share if by_batches else None
            like = [self.after(prompt, row, Answer()) for prompt in used if prompt.notes for row in self.rows]
            later = later_of(len(noted), price, like, extra_bytes=NOTES_BYTES, share=share)
        examples = {row.key: row.example for row in self.rows} | {one.id: one for one in self._shots.pool if one.id}
        return prepare(
            service, kept, prices, asked, purpose=f"baseline: {len(used)} prompts on {len(self.rows):,} rows",
            examples=examples, allow_secrets=self._allow_secrets, batches=batches, later=later,
            output=self._tokens / 4,
        )  # fmt: skip

    def _made(self, prompt: Prompt, row: Row, turns: tuple[Turn, ...], tokens: int, notes: str = "") -> Question:
        """A question. What is the same for all rows stands first, so that the service may keep it."""
        examples = self._examples(prompt, row.example)
        given = "" if prompt.rung == "P0" else prompt.system
        told = "\n\n".join(part for part in (row.example.system, given) if part)
        block = shown(examples)
        parts = (told, block) if prompt.nearest else ("\n\n".join(part for part in (told, block) if part),)
        system = tuple(part for part in (*parts, notes) if part)
        said = [part for turn in turns for part in (turn.role, turn.text)]
        key = key_of(self.model, f"{VERSION} {tokens}", None, *system, "", *said)
        used = dict.fromkeys((row.key, *(one.id for one in examples if one.id)))
        fields = (
            *(("system",) if row.example.system else ()),
            "input (all turns)",
            *(("source passage",) if row.source else ()),
            *(shown_of(self.form) if given else ()),
            *(("input and output of examples from the pool",) if examples else ()),
        )
        return Question(key, system, turns, tokens, None, tuple(used), self._shared, fields)

    def _examples(self, prompt: Prompt, example: Example) -> list[Example]:
        if prompt.nearest:
            return self._shots.nearest(example, prompt.shots)
        if prompt.shots not in self._drawn:
            self._drawn[prompt.shots] = self._shots.drawn(prompt.shots)
        return self._drawn[prompt.shots]


def unfit(example: Example) -> str:
    """Why an example cannot be sent as text; empty when it can."""
    given = [message for message in example.input if message.role != "system"]
    if example.output is None or not example.output_text.strip():
        return "it has no output to compare with"
    if any(message.role == "tool" or message.tool_calls for message in given) or example.tools:
        return "its input holds tools"
    if any(not isinstance(message.content, str) for message in given):
        return "its input holds more than text"
    if not given or given[-1].role != "user" or any(not message.text.strip() for message in given):
        return "its input does not end with a user's text, or has an empty turn"
    return ""


def rows_of(
    examples: Sequence[tuple[str, Example]], sources: Mapping[str, str] | Callable[[str], str] | None = None,
    clusters: Mapping[str, str] | None = None,
) -> list[Row]:  # fmt: skip
    """Rows to be measured; `sources` gives the passage that an answer is in, by key, `clusters` the cluster."""
    passage = sources if callable(sources) else (sources or {}).get
    cluster = (clusters or {}).get
    return [Row(key, example, passage(key) or "", cluster(key) or "") for key, example in examples]


def _turns(row: Row) -> tuple[Turn, ...]:
    given = [message for message in row.example.input if message.role != "system"]
    turns = [Turn("assistant" if message.role == "assistant" else "user", message.text) for message in given]
    if row.source:
        turns[-1] = Turn("user", _SOURCE.format(row.source) + turns[-1].text)
    return tuple(turns)


def _answer_tokens(examples: Sequence[Example], price: Price) -> int:
    """The limit of an answer: half as much again as nearly all outputs have, and room for thinking."""
    sizes = sorted(estimate(example.output_text) for example in examples[:2_000])
    longest = sizes[min(len(sizes) - 1, len(sizes) * 99 // 100)] if sizes else 0
    return min(max(_LEAST_TOKENS, round(1.5 * longest * price.tokens) + 64), _MOST_TOKENS) + price.thinking_tokens
