"""The Hugging Face Hub, as far as a server on loopback can stand in for it; the real one is not asked."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curator.errors import SourceError
from curator.sources.hub import Address, parse_address
from tests.sources.hub_server import COMMIT, serve

#: Reads each location in a process of its own, since the Hub's address is read at import.
READER = """
import json, sys
from curator.errors import SourceError
from curator.sources.location import find
answers = []
for location in sys.argv[1:]:
    try:
        parts = []
        for source, part in find(location):
            reading = source.read(part)
            rows = [[row.number, row.value, row.reason] for row in reading.rows]
            parts.append({"name": part.name, "split": part.split, "revision": reading.revision,
                          "notes": reading.notes, "layout": reading.layout, "rows": rows})
        answers.append(parts)
    except SourceError as error:
        answers.append(str(error))
print(json.dumps(answers))
"""


def parquet(columns: dict[str, Any], features: dict[str, Any]) -> bytes:
    table = pa.table(columns).replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


LABELS = {
    "text": {"dtype": "string", "_type": "Value"},
    "label": {"names": ["no", "yes"], "_type": "ClassLabel"},
}

CARD = b"""---
configs:
- config_name: one
  data_files: one.csv
- config_name: two
  data_files: two.csv
---
"""

REPOSITORIES = {
    "org/chats": {
        "train.jsonl": b'{"id": 12345678901234567890123, "date": "2020-01-01"}\n{"a":1,"a":2}\n{"id": "007"}\n',
        "test.jsonl": b'{"id": "t"}\n',
    },
    "org/labels": {"data/train-00000-of-00001.parquet": parquet({"text": ["a", "b"], "label": [1, -1]}, LABELS)},
    "org/tables": {"README.md": CARD, "one.csv": b"id,label\n007,NA\n", "two.csv": b"id,label\n1,x\n"},
    "org/gated": {"train.jsonl": b'{"a": 1}\n'},
    "org/script": {"script.py": b"print('never run')\n"},
    "org/nothing": {"notes.weird": b"x"},
}

LOCATIONS = [
    "hf:org/chats",
    "hf:org/chats@main:default/test",
    "hf:org/labels",
    "hf:org/tables:one",
    "hf:org/tables",
    "hf:org/tables:three",
    "hf:org/chats/dev",
    "hf:org/chats@no-such-branch",
    "hf:org/missing",
    "hf:org/gated",
    "hf:org/script",
    "hf:org/nothing",
]


def ask(endpoint: str, home: Path, *locations: str, **environment: str) -> list[Any]:
    done = subprocess.run(
        [sys.executable, "-c", READER, *locations],
        env={**os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        cwd=home,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    home = tmp_path_factory.mktemp("home")
    with serve(REPOSITORIES, {"org/gated"}) as (endpoint, seen):
        found = dict(zip(LOCATIONS, ask(endpoint, home, *LOCATIONS, HF_TOKEN="hf_of_a_test"), strict=True))
        yield {**found, "seen": seen, "endpoint": endpoint}


def test_text_files_are_read_by_our_own_readers(answers: dict[str, Any]) -> None:
    train, test = sorted(answers["hf:org/chats"], key=lambda part: str(part["split"]), reverse=True)
    assert train["name"] == "hf:org/chats:default/train"
    assert train["split"] == "train"
    assert train["revision"] == COMMIT
    assert train["layout"] == {"files": ["train.jsonl"]}
    assert train["rows"] == [
        [1, {"id": 12345678901234567890123, "date": "2020-01-01"}, ""],
        [2, None, "the key 'a' appears twice"],
        [3, {"id": "007"}, ""],
    ]
    assert test["rows"] == [[1, {"id": "t"}, ""]]


def test_one_split_may_be_named(answers: dict[str, Any]) -> None:
    (test,) = answers["hf:org/chats@main:default/test"]
    assert (test["name"], test["rows"]) == ("hf:org/chats:default/test", [[1, {"id": "t"}, ""]])


def test_parquet_is_streamed_and_classes_get_their_names(answers: dict[str, Any]) -> None:
    (part,) = answers["hf:org/labels"]
    assert part["rows"] == [[1, {"text": "a", "label": "yes"}, ""], [2, {"text": "b", "label": None}, ""]]
    assert part["notes"][0] == "column label: class number written as its name"
    assert part["layout"]["files"] == ["data/train-00000-of-00001.parquet"]


def test_csv_keeps_its_text(answers: dict[str, Any]) -> None:
    (part,) = answers["hf:org/tables:one"]
    assert part["name"] == "hf:org/tables:one/train"
    assert part["rows"] == [[1, {"id": "007", "label": "NA"}, ""]]


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("hf:org/tables", "name one of its configurations, as in hf:org/tables:CONFIG; there are: one, two"),
        ("hf:org/tables:three", "name one of its configurations"),
        ("hf:org/chats/dev", "has no split 'dev'; there are: "),
        ("hf:org/chats@no-such-branch", "has no such revision; look at "),
        ("hf:org/missing", "does not exist on the Hub, or is private; check the name"),
        ("hf:org/gated", "is gated; accept its terms at "),
        ("hf:org/script", "comes as a program, which is never run; try hf:org/script@refs/convert/parquet"),
        ("hf:org/nothing", "holds no files that can be read"),
    ],
)
def test_what_goes_wrong_is_explained(answers: dict[str, Any], location: str, words: str) -> None:
    assert isinstance(answers[location], str)
    assert words in answers[location]
    assert answers[location].startswith("hf:org/")


def test_the_token_of_the_environment_is_used_and_nothing_is_reported_home(answers: dict[str, Any]) -> None:
    assert any("Bearer hf_of_a_test" in request for request in answers["seen"])
    assert not any("telemetry" in request for request in answers["seen"])


def test_no_network_is_explained(tmp_path: Path) -> None:
    closed, offline = (
        ask("http://127.0.0.1:9", tmp_path, "hf:org/chats")[0],
        ask("http://127.0.0.1:9", tmp_path, "hf:org/chats", HF_HUB_OFFLINE="1")[0],
    )
    assert "the Hub cannot be reached; check the network" in closed
    assert "switched off by HF_HUB_OFFLINE" in offline


@pytest.mark.parametrize(
    ("location", "address"),
    [
        ("hf:a/b", Address("a/b")),
        ("hf:a/b@main", Address("a/b", "main")),
        ("hf:a/b@v1:c/train", Address("a/b", "v1", "c", "train")),
        ("hf:a/b:c", Address("a/b", None, "c")),
        ("hf:a/b/test", Address("a/b", None, None, "test")),
        ("hf:a/b@refs/convert/parquet/train", Address("a/b", "refs/convert/parquet", None, "train")),
        ("hf:a/b@refs/pr/3:x", Address("a/b", "refs/pr/3", "x")),
    ],
)
def test_an_address_has_its_pieces(location: str, address: Address) -> None:
    assert parse_address(location) == address


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(SourceError, match="is no address of a data set"):
        parse_address("hf:only-a-name")
