"""A server on loopback that speaks the part of the Hub's API that reading a data set needs."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"

Repositories = dict[str, dict[str, bytes]]


class Hub(BaseHTTPRequestHandler):
    """Data sets by name, each a mapping of file names to their bytes; one commit, called main."""

    repositories: ClassVar[Repositories] = {}
    gated: ClassVar[set[str]] = set()
    seen: ClassVar[list[str]] = []
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self._answer(body=True, form=self.rfile.read(length))

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, *, body: bool, form: bytes = b"") -> None:
        path = unquote(urlsplit(self.path).path)
        self.seen.append(f"{self.command} {path} {self.headers.get('Authorization', '')}".strip())
        pieces = path.strip("/").split("/")
        if pieces[:2] == ["api", "datasets"] and len(pieces) >= 4:
            self._api("/".join(pieces[2:4]), pieces[4:], form)
        elif pieces[:1] == ["datasets"] and "resolve" in pieces:
            self._file("/".join(pieces[1:3]), pieces[4], "/".join(pieces[5:]), body)
        else:
            self._refuse(404, "EntryNotFound")

    def _api(self, name: str, rest: list[str], form: bytes) -> None:
        if name not in self.repositories:
            self._refuse(401, "RepoNotFound")
            return
        kind, revision = rest[:2] if len(rest) >= 2 else ("revision", "main")
        if revision not in ("main", COMMIT):
            self._refuse(404, "RevisionNotFound")
            return
        files = self.repositories[name]
        if kind == "revision":
            siblings = [{"rfilename": file} for file in files]
            self._json({"id": name, "sha": COMMIT, "siblings": siblings, "private": False, "tags": []})
        elif kind == "tree":
            self._tree(name, "/".join(rest[2:]))
        elif kind == "paths-info":
            asked = parse_qs(form.decode()).get("paths", []) if b"=" in form else json.loads(form)["paths"]
            self._json([self._entry(name, file) for file in asked if file in files])
        else:
            self._refuse(404, "EntryNotFound")

    def _tree(self, name: str, folder: str) -> None:
        under = f"{folder}/" if folder else ""
        inside = [file for file in self.repositories[name] if file.startswith(under)]
        folders = {under + file[len(under) :].split("/")[0] for file in inside if "/" in file[len(under) :]}
        entries = [self._entry(name, file) for file in inside if "/" not in file[len(under) :]]
        if not inside:
            self._refuse(404, "EntryNotFound")
        else:
            self._json([*entries, *({"type": "directory", "path": path, "oid": "0" * 40} for path in folders)])

    def _entry(self, name: str, file: str) -> dict[str, object]:
        content = self.repositories[name][file]
        return {"type": "file", "path": file, "size": len(content), "oid": f"{len(content):040x}"}

    def _file(self, name: str, revision: str, file: str, body: bool) -> None:
        if name not in self.repositories:
            self._refuse(401, "RepoNotFound")
        elif name in self.gated:
            self._refuse(403, "GatedRepo")
        elif revision not in ("main", COMMIT):
            self._refuse(404, "RevisionNotFound")
        elif file not in self.repositories[name]:
            self._refuse(404, "EntryNotFound")
        else:
            self._send(self.repositories[name][file], body)

    def _send(self, content: bytes, body: bool) -> None:
        wanted = self.headers.get("Range", "")
        start, end = 0, len(content)
        if wanted.startswith("bytes="):
            first, _, last = wanted[6:].partition("-")
            start, end = int(first), int(last) + 1 if last else len(content)
        part = content[start:end]
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Content-Range", f"bytes {start}-{start + len(part) - 1}/{len(content)}")
        self.send_header("ETag", f'"{len(content):040x}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if body:
            self.wfile.write(part)

    def _json(self, value: object) -> None:
        content = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("X-Error-Message", code)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextlib.contextmanager
def serve(repositories: Repositories, gated: set[str]) -> Iterator[tuple[str, list[str]]]:
    """The address of a running server, and the requests it has seen."""
    handler = type("Served", (Hub,), {"repositories": repositories, "gated": gated, "seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", handler.seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
