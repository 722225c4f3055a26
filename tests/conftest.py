"""What most tests begin with: files on disk, a workspace filled from them, the command line."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from curator.cli import group
from curator.workspace import Workspace

Pair = tuple[str, str]


def chat(*pair: str, system: str = "") -> dict[str, Any]:
    """A chat row from what user and assistant say in turn."""
    roles = ("user", "assistant")
    messages = [{"role": "system", "content": system}] if system else []
    messages += [{"role": roles[index % 2], "content": text} for index, text in enumerate(pair)]
    return {"messages": messages}


def write_jsonl(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """A JSON Lines file."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CURATOR_REVIEWER", "ana")
    return tmp_path


Run = Callable[..., Result]


@pytest.fixture
def run(folder: Path) -> Run:  # noqa: ARG001 - the commands run in the folder that it makes
    """Runs a `curator` command in the folder: `run("import", "train.jsonl")`."""

    def call(*words: str, stdin: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(group, words, input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


@pytest.fixture
def workspace(folder: Path) -> Iterator[Callable[..., Workspace]]:
    """Fills a workspace from pairs: `workspace(("2+2?", "4"), ("2+2?", "5"))`."""
    from curator.operations.import_ import import_sources

    opened: list[Workspace] = []

    def fill(*pairs: Pair, name: str = "train.jsonl") -> Workspace:
        write_jsonl(folder / name, [chat(*pair) for pair in pairs])
        ws = opened[0] if opened else Workspace.open_or_create(folder / "work.curator")
        if not opened:
            opened.append(ws)
        for _ in import_sources(ws, [str(folder / name)], actor="ana"):
            pass
        return ws

    yield fill
    for ws in opened:
        ws.close()
