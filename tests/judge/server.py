"""A server on loopback that speaks the Messages, Batches, Models and token-count APIs, and remembers what it was sent.

What it answers is a function of the request (`brain`). It counts tokens in a way of its own: one for every four bytes
of the text that it was sent, and ten. Whoever tests may break anything: statuses to answer first, results that are
missing or invented, connections that end.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: A brain says what the model writes, or a whole answer: {"text":, "stop_reason":, "output_tokens":, "details":}.
Brain = Callable[[dict[str, Any]], str | dict[str, Any]]
Status = tuple[int, dict[str, str]]


def text_of(body: dict[str, Any]) -> str:
    """All text of a request, the schema too."""
    system = body.get("system", [])
    parts = [system] if isinstance(system, str) else [block["text"] for block in system]
    parts += [turn["content"] for turn in body["messages"]]
    form = body.get("output_config", {}).get("format")
    return "\n".join([*parts, json.dumps(form["schema"])] if form else parts)


def asked(body: dict[str, Any]) -> str:
    """What the user says last."""
    return str(body["messages"][-1]["content"])


def tokens_of(body: dict[str, Any]) -> int:
    return len(text_of(body).encode()) // 4 + 10


class Claude:
    """The state of a server, which its handlers share."""

    def __init__(self, brain: Brain, *, models: tuple[str, ...] = ("claude-haiku-5-5",)) -> None:
        self.brain = brain
        self.models = models
        self.received: list[bytes] = []
        self.paths: list[str] = []
        self.calls: list[dict[str, Any]] = []
        self.answered: Counter[str] = Counter()
        self.first: list[Status] = []
        self.first_listed: list[Status] = []
        self.forgets = False
        self.always: Callable[[dict[str, Any]], Status | None] = lambda _: None
        self.hold_after: int | None = None
        self.batches: dict[str, dict[str, Any]] = {}
        self.looks_to_end = 1
        self.edit: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = lambda results: results
        self.drop_batch_answer = False
        self.stall_batch = 0.0
        self.spoil = False
        self.cost = 0.0
        self.lock = threading.Lock()

    def saw(self, canary: str) -> bool:
        """Whether a text was in anything that was sent: paths, headers and bodies."""
        return any(canary.encode() in one or json.dumps(canary)[1:-1].encode() in one for one in self.received)

    def message(self, body: dict[str, Any]) -> dict[str, Any]:
        said = self.brain(body)
        answer: dict[str, Any] = said if isinstance(said, dict) else {"text": said}
        text = answer.get("text", "")
        written = answer.get("output_tokens", max(1, len(text) // 4))
        usage = {"input_tokens": tokens_of(body), "output_tokens": min(written, body["max_tokens"])}
        with self.lock:
            self.calls.append(body)
            self.answered[asked(body)] += 1
        return {
            "id": "msg_1", "type": "message", "role": "assistant", "model": body["model"],
            "content": [{"type": "thinking", "thinking": "hm", "signature": "s"}, {"type": "text", "text": text}],
            "stop_reason": answer.get("stop_reason", "end_turn"), "stop_sequence": None,
            "stop_details": answer.get("details"), "usage": usage,
        }  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    claude: Claude

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._remember(b"")
        path = self.path.partition("?")[0]
        pieces = path.strip("/").split("/")
        if path == "/v1/models":
            data = [
                {
                    "type": "model", "id": name, "display_name": name.title(), "lifecycle": "active",
                    "created_at": "2026-10-07T00:00:00Z", "max_input_tokens": 200_000, "max_tokens": 64_000,
                    "capabilities": {"structured_outputs": {"supported": True}, "batch": {"supported": True}},
                }
                for name in self.claude.models
            ]  # fmt: skip
            self._json(200, {"data": data, "has_more": False, "first_id": None, "last_id": None})
        elif path == "/v1/messages/batches" and self.claude.first_listed:
            status, headers = self.claude.first_listed.pop(0)
            self._error(status, "api_error", "as the test wants it", headers)
        elif path == "/v1/messages/batches":
            found = [self._batch(name) for name in reversed(self.claude.batches)]
            self._json(200, {"data": found, "has_more": False, "first_id": None, "last_id": None})
        elif pieces[:3] == ["v1", "messages", "batches"] and pieces[3] in self.claude.batches:
            self._one_batch(pieces)
        else:
            self._error(404, "not_found_error", "nothing here")

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._remember(data)
        body = json.loads(data)
        if self.path == "/v1/messages/count_tokens":
            self._json(200, {"input_tokens": tokens_of(body)})
        elif self.path == "/v1/messages/batches":
            self._create(body)
        elif self.path == "/v1/messages":
            self._message(body)
        else:
            self._error(404, "not_found_error", "nothing here")

    def _message(self, body: dict[str, Any]) -> None:
        claude = self.claude
        refused = _refused(body)
        if refused:
            self._error(400, "invalid_request_error", refused)
            return
        with claude.lock:
            status = claude.first.pop(0) if claude.first else claude.always(body)
            held = claude.hold_after is not None and len(claude.calls) >= claude.hold_after
        if status is not None:
            self._error(status[0], "api_error", "as the test wants it", status[1])
        elif held:
            time.sleep(60)
        elif claude.spoil:
            self._json(200, {"hello": "this is no message"})
        else:
            self._json(200, claude.message(body))

    def _create(self, body: dict[str, Any]) -> None:
        claude = self.claude
        with claude.lock:
            status = claude.first.pop(0) if claude.first else None
        if status is not None:
            self._error(status[0], "api_error", "as the test wants it", status[1])
            return
        results = []
        for one in body["requests"]:
            answer = {"type": "succeeded", "message": claude.message(one["params"])}
            results.append({"custom_id": one["custom_id"], "result": answer})
        name = f"msgbatch_{len(claude.batches)}"
        made = {"size": len(results), "results": claude.edit(list(reversed(results))), "looks": 0, "at": time.time()}
        claude.batches[name] = made
        if claude.drop_batch_answer:
            claude.drop_batch_answer = False
            self.close_connection = True
            return
        time.sleep(claude.stall_batch)  # it is made, and nobody has been told
        self._json(200, self._batch(name))
        if claude.forgets:
            del claude.batches[name]

    def _one_batch(self, pieces: list[str]) -> None:
        batch = self.claude.batches[pieces[3]]
        if len(pieces) == 5:
            lines = "".join(json.dumps(one) + "\n" for one in batch["results"])
            self._send(200, lines.encode(), "application/x-jsonl")
        else:
            batch["looks"] += 1
            self._json(200, self._batch(pieces[3]))

    def _batch(self, name: str) -> dict[str, Any]:
        batch = self.claude.batches[name]
        ended = batch["looks"] >= self.claude.looks_to_end
        counts = Counter(one["result"]["type"] for one in batch["results"])
        done = {kind: counts[kind] if ended else 0 for kind in ("succeeded", "errored", "canceled", "expired")}
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(batch["at"]))
        return {
            "id": name, "type": "message_batch", "processing_status": "ended" if ended else "in_progress",
            "request_counts": {**done, "processing": batch["size"] - sum(done.values())},
            "created_at": at, "expires_at": at, "ended_at": at if ended else None,
            # Another host: whoever fetches this sends its key there.
            "results_url": "http://127.0.0.1:9/elsewhere" if ended else None,
        }  # fmt: skip

    def _remember(self, data: bytes) -> None:
        with self.claude.lock:
            self.claude.paths.append(f"{self.command} {self.path}")
            self.claude.received.append(f"{self.path}\n{self.headers}".encode() + data)

    def _error(self, status: int, kind: str, said: str, headers: dict[str, str] | None = None) -> None:
        self._json(status, {"type": "error", "error": {"type": kind, "message": said}}, headers)

    def _json(self, status: int, value: object, headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(value).encode(), "application/json", headers)

    def _send(self, status: int, data: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def _refused(body: dict[str, Any]) -> str:
    """What the API answers 400 to."""
    for name in ("temperature", "top_p", "top_k"):
        if name in body:
            return f"`{name}` is deprecated for this model"
    if body["messages"][-1]["role"] != "user":
        return "prefill is not supported"
    form = body.get("output_config", {}).get("format")
    if form is not None and form["schema"].get("additionalProperties") is not False:
        return "output_config.format.schema: additionalProperties must be false"
    return ""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that was killed is no error of the server."""


@contextmanager
def serving(claude: Claude) -> Iterator[str]:
    """Serves, and gives the address."""
    server = Server(("127.0.0.1", 0), type("Bound", (Handler,), {"claude": claude}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
