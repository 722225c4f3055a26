"""Claude by way of the `anthropic` package: the only module that knows it, and it loads it when the first call is made.

What this holds to, read in version 2.12: no `temperature` (newer models answer 400), no prefill, answers of a form by
``output_config.format``, content blocks picked by their type. The package's own retries are off, because it obeys
``retry-after`` without a limit. Redirects are not followed and the results of a batch are fetched from the endpoint
that was shown, not from an address in an answer: rows and key go nowhere else.
"""

import json
import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from curator.errors import JudgeError
from curator.judge.base import Answer, BatchState, Model, Question, Trouble, Usage, answered, failed

if TYPE_CHECKING:
    from anthropic import Anthropic

ENDPOINT = "https://api.anthropic.com"
#: Statuses after which no other call with this key and model will succeed.
_FATAL = {401: "the key was not accepted", 402: "the account cannot pay", 403: "the key may not do this"}
_BUSY = {408, 409, 429, 529}


class Manners(Struct, frozen=True):
    """How a model is asked. `effort` is sent where it takes one, `thinking_off` where thinking can be turned off,
    and a first system block of `cache_from` characters and more is marked to be kept (None: never)."""

    effort: str | None = None
    thinking_off: bool = False
    cache_from: int | None = None


class Claude:
    """A `Service`. Without `key` and `base_url` the environment is asked, as the package does."""

    def __init__(
        self, model: str, manners: Manners | None = None, *, key: str | None = None, base_url: str | None = None,
        timeout: float = 300.0,
    ) -> None:  # fmt: skip
        self.model = model
        self.endpoint = (base_url or os.environ.get("ANTHROPIC_BASE_URL") or ENDPOINT).rstrip("/")
        self._manners = manners or Manners()
        self._key = key
        self._timeout = timeout
        self._made: Anthropic | None = None
        self._lock = Lock()

    def request(self, question: Question) -> dict[str, Any]:
        """The body of the request as it would be sent, without sending it."""
        body = self._counted(question)
        body["max_tokens"] = question.max_tokens
        return body

    def ask(self, question: Question) -> Answer:
        """Sends one question and waits for its answer."""
        with self._troubles() as client:
            message = client.messages.create(**self.request(question), timeout=self._timeout)
            return answer_of(question, message.model_dump(mode="json", warnings=False))

    def count(self, question: Question) -> int:
        """The input tokens of a question. It is sent to be counted, for which nothing is charged."""
        with self._troubles() as client:
            return int(client.messages.count_tokens(**self._counted(question)).input_tokens)

    def submit(self, questions: list[Question]) -> BatchState:
        """Sends a batch of questions with different keys."""
        with self._troubles() as client:
            requests: Any = [{"custom_id": one.key, "params": self.request(one)} for one in questions]
            return _state(client.messages.batches.create(requests=requests))

    def look(self, batch: str) -> BatchState:
        """How far a batch is."""
        with self._troubles() as client:
            return _state(client.messages.batches.retrieve(batch))

    def results(self, batch: str, questions: dict[str, Question]) -> dict[str, Answer]:
        """The answers of an ended batch by key; those of keys that were not asked are dropped."""
        import httpx2

        with self._troubles() as client:
            response = client.get(f"/v1/messages/batches/{batch}/results", cast_to=httpx2.Response)
            return dict(_results(response.text, questions))

    def recent(self, since: float) -> list[BatchState]:
        """The batches made since a Unix time, newest first."""
        found = []
        with self._troubles() as client:
            for batch in client.messages.batches.list(limit=100):
                if batch.created_at.timestamp() < since:
                    break
                found.append(_state(batch))
        return found

    def models(self) -> list[Model]:
        """The models that this key may use."""
        with self._troubles() as client:
            return [_model(one.model_dump(mode="json", warnings=False)) for one in client.models.list(limit=100)]

    def close(self) -> None:
        """Lets go of the connections."""
        if self._made is not None:
            self._made.close()
            self._made = None

    def _counted(self, question: Question) -> dict[str, Any]:
        """The part of the request that costs input tokens."""
        manners = self._manners
        system: list[dict[str, Any]] = [{"type": "text", "text": text} for text in question.system if text.strip()]
        if system and question.shared and len(system[0]["text"]) >= (manners.cache_from or math.inf):
            system[0]["cache_control"] = {"type": "ephemeral"}
        body: dict[str, Any] = {"model": self.model}
        if system:
            body["system"] = system
        body["messages"] = [{"role": turn.role, "content": turn.text} for turn in question.messages]
        output: dict[str, Any] = {}
        if manners.effort is not None:
            output["effort"] = manners.effort
        if question.schema is not None:
            output["format"] = {"type": "json_schema", "schema": question.schema}
        if output:
            body["output_config"] = output
        if manners.thinking_off:
            body["thinking"] = {"type": "disabled"}
        return body

    def _client(self) -> "Anthropic":
        with self._lock:
            if self._made is None:
                import httpx2
                from anthropic import Anthropic, AnthropicError, DefaultHttpxClient

                # No redirects: rows go to the endpoint that was shown. No tracing: it can carry the content along.
                http = DefaultHttpxClient(follow_redirects=False, timeout=httpx2.Timeout(self._timeout, connect=10.0))
                try:
                    self._made = Anthropic(
                        api_key=self._key, base_url=self.endpoint, max_retries=0, timeout=self._timeout,
                        http_client=http, open_telemetry=False,
                    )  # fmt: skip
                except (AnthropicError, ValueError) as error:
                    http.close()
                    raise JudgeError(f"{self.endpoint}: no client could be made: {error}") from error
            return self._made

    @contextmanager
    def _troubles(self) -> "Iterator[Anthropic]":
        """The client, with everything that it raises told as `Trouble`."""
        client = self._client()
        import anthropic
        import httpx2

        try:
            yield client
        except anthropic.APIStatusError as error:
            raise _trouble(error, self.model) from error
        except (anthropic.APIConnectionError, httpx2.TransportError) as error:
            cause = error.__cause__ or error
            why = f"{self.endpoint}: no answer ({type(cause).__name__}: {cause})"
            # A call that was sent and timed out may have been answered, and charged, all the same.
            raise Trouble(why, again=True, paid=not isinstance(cause, httpx2.ConnectError)) from error
        except anthropic.CredentialsError as error:
            raise Trouble(f"no key: {error}", fatal=True) from error
        except (anthropic.AnthropicError, ValueError, KeyError, AttributeError) as error:
            raise Trouble(
                f"{self.endpoint}: answered something else than this program reads ({error})", paid=True
            ) from error
        except TypeError as error:  # the package's word for a missing key, and for a wrong argument
            if "authentication" not in str(error):
                raise
            raise Trouble("no key: set ANTHROPIC_API_KEY", fatal=True) from error


def answer_of(question: Question, message: dict[str, Any], *, batch: bool = False) -> Answer:
    """The answer in a message of the API, a batch's or one alone. Raises ValueError when it is none."""
    if not isinstance(message.get("content"), list) or not message.get("stop_reason"):
        raise ValueError("no message with content and a reason to stop")
    text = "".join([block.get("text") or "" for block in message["content"] if block.get("type") == "text"])
    details = message.get("stop_details") or {}
    why = ": ".join([str(details[name]) for name in ("category", "explanation") if details.get(name)])
    counted = message.get("usage") or {}
    usage = Usage(
        input=counted.get("input_tokens") or 0,
        output=counted.get("output_tokens") or 0,
        cache_read=counted.get("cache_read_input_tokens") or 0,
        cache_write=counted.get("cache_creation_input_tokens") or 0,
    )
    return answered(question, text, str(message.get("stop_reason")), usage, why=why, batch=batch)


def _results(lines: str, questions: dict[str, Question]) -> Iterator[tuple[str, Answer]]:
    for line in lines.split("\n"):
        if not line.strip():
            continue
        try:
            one = json.loads(line)
            question = questions.get(one["custom_id"])
            if question is not None:
                yield question.key, _result(question, one["result"])
        except (ValueError, KeyError, TypeError):
            continue  # the question whose line it was is missing, and asked again


def _result(question: Question, result: dict[str, Any]) -> Answer:
    kind = result["type"]
    if kind == "succeeded":
        return answer_of(question, result["message"], batch=True)
    if kind == "errored":
        error = (result.get("error") or {}).get("error") or {}
        return failed(f"{error.get('type', 'error')}: {error.get('message', 'no reason given')}")
    return failed(f"{kind} before it was answered")


def _trouble(error: Any, model: str) -> Trouble:
    """What a status means: whether to try again, or to stop altogether."""
    status: int = error.status_code
    said = str(error.api_message or error.message)[:300]
    if status in _FATAL:
        return Trouble(f"{_FATAL[status]} ({status}: {said})", fatal=True)
    if status == 404:
        return Trouble(f"there is no model or address like this: {model} (404: {said})", fatal=True, unknown=True)
    if 300 <= status < 400:
        return Trouble(f"the endpoint sends elsewhere ({status}), where nobody agreed to send rows", fatal=True)
    after = _seconds(error.response.headers.get("retry-after"), lambda: datetime.now().timestamp())
    return Trouble(f"{status}: {said}", again=status in _BUSY or status >= 500, after=after, paid=status == 504)


def _seconds(header: str | None, now: Callable[[], float]) -> float | None:
    """The seconds that a ``retry-after`` asks for, written as a number or as a date."""
    if header is None:
        return None
    try:
        return float(header)
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now())
    except ValueError:
        return None


def _state(batch: Any) -> BatchState:
    counts = batch.request_counts
    done = counts.succeeded + counts.errored + counts.canceled + counts.expired
    ended = batch.processing_status == "ended"
    return BatchState(batch.id, ended, done, done + counts.processing, batch.created_at.timestamp())


def _model(info: dict[str, Any]) -> Model:
    can = info.get("capabilities") or {}
    return Model(
        id=info["id"],
        title=info.get("display_name") or info["id"],
        active=info.get("lifecycle", "active") == "active",
        max_input=info.get("max_input_tokens"),
        max_output=info.get("max_tokens"),
        structured=(can.get("structured_outputs") or {}).get("supported"),
        batch=(can.get("batch") or {}).get("supported"),
        retires=info.get("retires_at"),
    )
