"""JSON files: which rows each shape holds, and what a damaged one is told."""

import gzip
import hashlib
import json
import random
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator.errors import SourceError
from curator.sources import stored
from curator.sources.base import Row
from curator.sources.json_array import SOURCE
from curator.sources.json_scan import Scanner

MESSAGES = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]


def write(path: Path, content: Any) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content, indent=1).encode())
    return path


def rows(path: Path) -> list[Row]:
    return [row for part in SOURCE.parts(str(path)) for row in SOURCE.read(part).rows]


def values(path: Path) -> list[Any]:
    return [row.value for row in rows(path)]


def test_an_array_gives_a_row_for_each_element(tmp_path: Path) -> None:
    path = write(tmp_path / "train.json", b'[\n {"a": 1.50, "b": "x,]}"},\n {"a": 12345678901234567890123}\n]\n')
    (part,) = SOURCE.parts(str(path))
    reading = SOURCE.read(part)
    first, second = reading.rows
    assert (first.number, first.line, first.offset, first.raw) == (1, 2, 3, b'{"a":1.5,"b":"x,]}"}')
    assert (second.number, second.line, second.value) == (2, 3, {"a": 12345678901234567890123})
    assert reading.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert part.split == "train"


def test_one_bad_element_is_refused_alone(tmp_path: Path) -> None:
    content = b'[{"a": 1, "a": 2}, {"a": NaN}, 3, {"a" 1}, {"a": "\xff"}, {"a": 1} x, "a": 2, , {"ok": [1, {}]},]'
    found = rows(write(tmp_path / "t.json", content))
    assert [row.number for row in found] == list(range(1, 11))
    assert [row.reason for row in found] == [
        "the key 'a' appears twice",
        "NaN is not JSON",
        "a number, not an object of columns",
        "not JSON: expected ':' at column 6",
        "not UTF-8: byte 0xff at column 8",
        "not JSON: there is more after the end of the value at column 10",
        "not JSON: there is more after the end of the value at column 4",
        "nothing between two commas, or before the closing bracket",
        "",
        "nothing between two commas, or before the closing bracket",
    ]
    assert found[3].raw == b'{"a" 1}'


def test_the_rows_may_stand_under_a_key(tmp_path: Path) -> None:
    path = write(tmp_path / "t.json", {"version": "1.1", "data": [{"a": 1}, {"a": 2}], "note": [1]})
    (part,) = SOURCE.parts(str(path))
    reading = SOURCE.read(part)
    assert [row.value for row in reading.rows] == [{"a": 1}, {"a": 2}]
    assert part.name == str(path)
    assert reading.notes == ["beside 'data' the file holds 'version', 'note', which is not imported"]
    assert reading.digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_splits_under_keys_are_parts_of_their_own(tmp_path: Path) -> None:
    path = write(tmp_path / "all.json", {"train": [{"a": 1}, {"a": 2}], "test": [{"a": 3}], "dev": []})
    train, test, dev = SOURCE.parts(str(path))
    assert [part.name for part in (train, test, dev)] == [f"{path}:train", f"{path}:test", f"{path}:dev"]
    assert [part.split for part in (train, test, dev)] == ["train", "test", "validation"]
    assert [[row.value for row in SOURCE.read(part).rows] for part in (train, test, dev)] == [
        [{"a": 1}, {"a": 2}],
        [{"a": 3}],
        [],
    ]


def test_columns_of_equal_length_become_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "t.json", {"input": ["a", "b"], "output": ["1", None]})
    assert values(path) == [{"input": "a", "output": "1"}, {"input": "b", "output": None}]
    with pytest.raises(SourceError, match=r"the columns differ in length \(input 2, output 1\)"):
        rows(write(tmp_path / "u.json", {"input": ["a", "b"], "output": ["1"]}))


@pytest.mark.parametrize(
    "row",
    [
        {"messages": MESSAGES},
        {"messages": MESSAGES, "tools": [{"type": "function"}]},
        {"prompt": MESSAGES[:1], "completion": MESSAGES[1:]},
        {"prompt": "a", "completion": "b"},
        {"prompt": "a", "tags": [{"name": "x"}]},
        {},
    ],
)
def test_a_single_object_is_one_row(tmp_path: Path, row: dict[str, Any]) -> None:
    assert values(write(tmp_path / "t.json", row)) == [row]


def test_json_lines_under_a_wrong_name_are_read_as_such(tmp_path: Path) -> None:
    path = write(tmp_path / "t.json", b'{"a": 1}\nbad\n{"a": 2}\n')
    (part,) = SOURCE.parts(str(path))
    reading = SOURCE.read(part)
    assert [row.value for row in reading.rows] == [{"a": 1}, None, {"a": 2}]
    assert reading.notes == ["the file ends in .json but holds JSON Lines; it was read as such"]


def test_a_packed_array_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = write(tmp_path / "t.json.gz", gzip.compress(b'\xef\xbb\xbf[{"a": 1}]'))
    (part,) = SOURCE.parts(str(path))
    reading = SOURCE.read(part)
    assert [row.value for row in reading.rows] == [{"a": 1}]
    assert reading.notes == ["the file begins with a byte order mark, which was skipped"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'[{"a": 1}, {"a": 2', r"the array is not closed \(element 2 begins at byte 11\)"),
        (b'[{"a": 1}, {"a": "x', "the array is not closed"),
        (b'[{"a": 1},', "the array is not closed"),
        (b'[{"a": 1}', "the array is not closed"),
        (b"[", "the array is not closed"),
        (b'[{"a": 1}}', "the array is not closed"),
        (b'[{"a": 1}] [', "there is more after the end of the array"),
        (b'{"data": [{"a": 1}, ', "ends in the middle of an object"),
        (b'{"a": ', "ends in the middle of an object"),
        (b'{\n"a": 1}\n{\n"a": 2}\n', "there is more after the end of the object; write one object a line"),
        (b"hello", "not a JSON array or object"),
        (b"  \n ", "not a JSON array or object"),
        (b"", "is empty"),
    ],
)
def test_a_damaged_file_is_an_error(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        rows(write(tmp_path / "t.json", content))


def test_an_element_that_is_too_long_is_refused_alone(tmp_path: Path) -> None:
    long = b'{"a": "' + b"x" * (17 * 1024 * 1024) + b'"}'
    first, refused, last = rows(write(tmp_path / "t.json", b'[{"a":1}, ' + long + b', {"a":3}]'))
    assert refused.reason == f"longer than 16 MB ({len(long)} bytes)"
    assert refused.raw == long[:4096]
    assert (first.value, last.value) == ({"a": 1}, {"a": 3})


def test_memory_stays_flat_over_a_large_array(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    with path.open("wb") as file:
        file.write(b"[")
        for number in range(30_000):
            file.write(b'{"number": %d, "text": "%s"},\n' % (number, b"word " * 80))
        file.write(b'{"number": -1}]')
    tracemalloc.start()
    try:
        (part,) = SOURCE.parts(str(path))
        assert sum(1 for _ in SOURCE.read(part).rows) == 30_001
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024 < path.stat().st_size
    finally:
        tracemalloc.stop()


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=15,
)


@given(st.lists(st.dictionaries(st.text(max_size=4), JSON_VALUES, max_size=3), max_size=5), st.randoms(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_elements_are_found_wherever_the_blocks_are_cut(
    expected: list[Any], chance: random.Random, ascii_only: bool
) -> None:
    text = json.dumps(expected, indent=chance.choice([None, 1]), ensure_ascii=ascii_only).encode()
    cuts = sorted(chance.randrange(len(text)) for _ in range(8))
    blocks = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True) if a < b]
    scanner = Scanner(iter(blocks))
    scanner.take()
    found = []
    while scanner.peek() != b"]":
        piece = scanner.value()
        assert text[piece.offset :].startswith(piece.raw)
        assert piece.line == text.count(b"\n", 0, piece.offset) + 1
        found.append(json.loads(piece.raw))
        if scanner.peek() == b",":
            scanner.take()
    assert found == expected


def test_small_blocks_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "BLOCK", 3)
    expected = [{"a": 'back\\slash "quoted" \\', "b": {"c": [1, "]"]}}, {"ä": "\u2028"}]
    assert values(write(tmp_path / "t.json", expected)) == expected
    assert values(write(tmp_path / "u.json", {"x": 1, "data": expected})) == expected
