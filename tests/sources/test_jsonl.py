"""JSON Lines: what each line becomes, and what a bad file is told."""

import gzip
import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from curator.errors import SourceError
from curator.sources import jsonl, lines, stored
from curator.sources.base import Reading, Row
from curator.sources.jsonl import SOURCE

TORTURE = Path(__file__).parent.parent / "data" / "json_torture.zip"


def reading(path: Path) -> Reading:
    (part,) = SOURCE.parts(str(path))
    return SOURCE.read(part)


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def rows(path: Path) -> list[Row]:
    return list(reading(path).rows)


def test_each_line_is_a_row_with_its_place(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", b'{"a": 1}\n\n{"a": "\xc3\xa9"}\n{"a": 3')
    first, blank, second, last = rows(path)
    assert (first.number, first.line, first.offset, first.raw, first.value) == (1, 1, 0, b'{"a": 1}', {"a": 1})
    assert blank.blank
    assert blank.value is None
    assert (second.number, second.offset, second.value) == (3, 10, {"a": "é"})
    assert last.reason == "not JSON: expected ',' at column 8, where the text ends"
    assert (last.number, last.offset, last.raw) == (4, 22, b'{"a": 3')


def test_one_bad_line_never_ends_the_reading(tmp_path: Path) -> None:
    bad = [b"{", b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":"\\ud800"}', b'{"a":"\xff"}', b"[1]", b"null", b"[" * 5000]
    path = write(tmp_path / "t.jsonl", b"".join(line + b'\n{"ok":1}\n' for line in bad))
    found = rows(path)
    assert [row.raw for row in found[::2]] == bad
    assert all(row.reason and row.value is None for row in found[::2])
    assert all(row.value == {"ok": 1} and not row.reason for row in found[1::2])
    assert found[8].reason == "not UTF-8: byte 0xff at column 7"


def test_line_separators_inside_text_do_not_cut_the_row(tmp_path: Path) -> None:
    row = {"t": "a\u2028b\u2029c\u0085d"}
    path = write(tmp_path / "t.jsonl", json.dumps(row, ensure_ascii=False).encode() + b"\n")
    assert [found.value for found in rows(path)] == [row]


def test_crlf_is_white_space_and_stays_in_the_raw_line(tmp_path: Path) -> None:
    first, blank, second = rows(write(tmp_path / "t.jsonl", b'{"a":1}\r\n\r\n{"a":2}\r\n'))
    assert (first.value, first.raw, second.value, second.offset) == ({"a": 1}, b'{"a":1}\r', {"a": 2}, 11)
    assert blank.blank


def test_a_byte_order_mark_is_skipped_on_the_first_line_only(tmp_path: Path) -> None:
    found = reading(write(tmp_path / "t.jsonl", b'\xef\xbb\xbf{"a":1}\n\xef\xbb\xbf{"a":2}\n\x1e{"a":3}\n'))
    first, second, third = found.rows
    assert (first.value, first.offset, first.raw) == ({"a": 1}, 3, b'{"a":1}')
    assert second.reason == "not JSON: a byte order mark at column 1"
    assert third.reason.startswith("not JSON: expected a value")
    assert found.notes == ["the file begins with a byte order mark, which was skipped"]


def test_a_line_that_is_too_long_is_refused_and_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (jsonl, lines):
        monkeypatch.setattr(module, "ROW_LIMIT", 100_000)
    monkeypatch.setattr(stored, "BLOCK", 4096)
    long = b'{"a": "' + b"x" * 300_000 + b'"}'
    path = write(tmp_path / "t.jsonl", b'{"a": 0}\n' + long + b"\nbad\n" + b'{"a": "' + b"y" * 90_000 + b'"}\n')
    first, refused, bad, second = rows(path)
    assert refused.reason == f"longer than 0 MB ({len(long)} bytes)"
    assert refused.raw == long[: lines.HEAD]
    assert bad.reason.startswith("not JSON")
    assert (first.value, second.number) == ({"a": 0}, 4)
    assert second.value == {"a": "y" * 90_000}
    assert second.offset == 9 + len(long) + 1 + 4


def test_a_line_of_five_megabytes_is_an_ordinary_row(tmp_path: Path) -> None:
    (row,) = rows(write(tmp_path / "t.jsonl", b'{"a": "' + b"x" * 5_000_000 + b'"}'))
    assert row.value == {"a": "x" * 5_000_000}


@pytest.mark.parametrize("ending", ["jsonl", "ndjson", "JSONL", "jsonl.gz", "jsonl.zst"])
def test_the_digest_is_that_of_the_stored_bytes(tmp_path: Path, ending: str) -> None:
    plain = b"".join(b'{"n": %d, "text": "row"}\n' % number for number in range(5000))
    packed = {"gz": gzip.compress, "zst": zstandard.compress}.get(ending.rpartition(".")[2], bytes)(plain)
    found = reading(write(tmp_path / f"t.{ending}", packed))
    assert [row.value["n"] for row in found.rows if row.value] == list(range(5000))
    assert found.digest == hashlib.sha256(packed).hexdigest()


def test_packed_members_may_follow_each_other(tmp_path: Path) -> None:
    gz = write(tmp_path / "t.jsonl.gz", gzip.compress(b'{"a":1}\n') + gzip.compress(b'{"a":2}\n') + b"\0" * 512)
    zst = write(tmp_path / "t.jsonl.zst", zstandard.compress(b'{"a":1}\n') + zstandard.compress(b'{"a":2}\n'))
    assert [row.value for row in rows(gz)] == [row.value for row in rows(zst)] == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("zst", zstandard.compress)])
def test_packed_data_that_ends_early_is_an_error(tmp_path: Path, ending: str, pack: Callable[[bytes], bytes]) -> None:
    plain = b"".join(b'{"n": %d}\n' % (number * 7919) for number in range(20_000))
    packed = pack(plain)
    for length in (len(packed) // 2, len(packed) - 1):
        with pytest.raises(SourceError, match="ends too early; copy or download the file again"):
            rows(write(tmp_path / f"t.jsonl.{ending}", packed[:length]))


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_what_is_not_packed_as_its_name_says_is_an_error(tmp_path: Path, ending: str) -> None:
    with pytest.raises(SourceError, match=r"is damaged or no (gzip|zstd) file"):
        rows(write(tmp_path / f"t.jsonl.{ending}", b'{"a": 1}\n'))


def test_a_decompression_bomb_is_refused_early(tmp_path: Path) -> None:
    for ending, bomb in (("gz", gzip.compress(b" " * 40_000_000)), ("zst", zstandard.compress(b" " * 40_000_000))):
        with pytest.raises(SourceError, match="as a decompression bomb does; if you trust it, unpack it yourself"):
            rows(write(tmp_path / f"t.jsonl.{ending}", bomb))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\x1f\x8b\x08\x00", "is packed with gzip"),
        (b"PK\x03\x04rest", "is a zip archive"),
        (b"PAR1....", "is a Parquet file"),
        (b"SQLite format 3\0....", "is an SQLite database"),
        (b"\x80\x04\x95\x0c\x00", "looks like a Python pickle"),
        ('{"a": 1}\n'.encode("utf-16"), "is UTF-16 text"),
        ('{"a": 1}\n'.encode("utf-16-le"), "looks like UTF-16 text"),
        (bytes(range(256)), "is a binary file"),
        (b"\0" * 4000, "is a binary file"),
    ],
)
def test_a_file_that_is_no_text_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        reading(write(tmp_path / "t.jsonl", content))


def test_a_single_nul_byte_costs_only_its_line(tmp_path: Path) -> None:
    first, second = rows(write(tmp_path / "t.jsonl", b'{"a": "\x00"}\n{"a": "plain text of some length"}\n'))
    assert first.reason == "not JSON: a raw control character in a string at column 8"
    assert second.value


def test_standard_input_is_read_like_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b'{"a": 1}\nbad\n'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    (part,) = SOURCE.parts("-")
    found = SOURCE.read(part)
    assert part.name == "stdin"
    assert [row.value for row in found.rows] == [{"a": 1}, None]
    assert found.digest == hashlib.sha256(content).hexdigest()


def test_a_file_that_grows_while_it_is_read_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "t.jsonl", b'{"a": 1}\n' * 3)
    found = reading(path)
    next(found.rows)
    with path.open("ab") as file:
        file.write(b'{"a": 2}\n')
    with pytest.raises(SourceError, match="changed while it was read"):
        list(found.rows)


def test_a_reading_may_be_dropped_at_any_time(tmp_path: Path) -> None:
    path = write(tmp_path / "t.jsonl", b'{"a": 1}\n' * 3)
    reading(path)
    next(reading(path).rows)


def suite(prefix: str) -> dict[str, bytes]:
    with zipfile.ZipFile(TORTURE) as archive:
        names = [name for name in archive.namelist() if f"/{prefix}" in name]
        return {name.rpartition("/")[2]: archive.read(name) for name in names}


def test_the_test_suite_comes_through_a_file(tmp_path: Path) -> None:
    files = {name: text for name, text in {**suite("y_"), **suite("n_"), **suite("i_")}.items() if b"\n" not in text}
    path = write(tmp_path / "t.jsonl", b"".join(b'{"v": ' + text + b"}\n" for text in files.values()))
    found = rows(path)
    assert len(found) == len(files) > 250
    for name, text, row in zip(files, files.values(), found, strict=True):
        assert bool(row.reason) == (row.value is None), name
        if name.startswith("y_") and "duplicated" not in name:
            assert row.value == {"v": json.loads(text)}, name
    refused = {name for name, row in zip(files, found, strict=True) if row.reason}
    wrapped_valid = {"n_structure_whitespace_U+2060_only.json", "n_structure_double_array.json"}
    assert {name for name in files if name.startswith("n_")} - refused <= wrapped_valid


def test_naughty_strings_come_back_as_they_were(tmp_path: Path) -> None:
    with zipfile.ZipFile(TORTURE) as archive:
        strings = json.loads(archive.read("blns/blns.json"))
    for ascii_only in (True, False):
        content = "".join(json.dumps({"text": text}, ensure_ascii=ascii_only) + "\n" for text in strings)
        assert [row.value for row in rows(write(tmp_path / "t.jsonl", content.encode()))] == [
            {"text": text} for text in strings
        ]
