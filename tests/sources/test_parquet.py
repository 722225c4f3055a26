"""Parquet: every value becomes a JSON value, and every change of type is told."""

import datetime
import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curator.errors import SourceError
from curator.sources.base import Reading
from curator.sources.parquet import SOURCE


def reading(path: Path) -> Reading:
    (part,) = SOURCE.parts(str(path))
    return SOURCE.read(part)


def write(path: Path, columns: dict[str, Any], **options: Any) -> Path:
    pq.write_table(pa.table(columns), path, **options)
    return path


def test_rows_come_with_their_digest_and_raw_json(tmp_path: Path) -> None:
    path = write(tmp_path / "train.parquet", {"q": ["ä", None, ""], "n": [1, 2**60, 3], "ok": [True, False, None]})
    found = reading(path)
    first, second, third = found.rows
    assert (first.number, first.raw) == (1, '{"q":"ä","n":1,"ok":true}'.encode())
    assert second.value == {"q": None, "n": 2**60, "ok": False}
    assert third.value == {"q": "", "n": 3, "ok": None}
    assert found.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.layout == {"schema": {"q": "string", "n": "int64", "ok": "bool"}}
    assert found.notes == []


def test_absent_fields_of_messages_are_left_out_again(tmp_path: Path) -> None:
    messages = [
        [
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": None, "tool_calls": [{"name": "f", "arguments": {"x": 1}}]},
            {"role": "assistant", "tool_calls": [{"name": "g", "arguments": {"y": 2}}]},
        ]
    ]
    found = reading(write(tmp_path / "t.parquet", {"messages": messages}))
    (row,) = found.rows
    assert row.value == {
        "messages": [
            {"role": "user", "content": "hi"},
            {"role": "assistant", "tool_calls": [{"name": "f", "arguments": {"x": 1}}]},
            {"role": "assistant", "tool_calls": [{"name": "g", "arguments": {"y": 2}}]},
        ]
    }
    assert found.notes[0] == (
        "column messages: empty fields of its objects left out (a table cannot tell absent from null)"
    )


def test_every_cast_is_told_once(tmp_path: Path) -> None:
    moment = datetime.datetime(2020, 1, 2, 3, 4, 5, 678000, datetime.UTC)
    found = reading(
        write(
            tmp_path / "t.parquet",
            {
                "at": pa.array([moment, moment], pa.timestamp("ms", "UTC")),
                "nano": pa.array([1, 2], pa.timestamp("ns")),
                "day": [moment.date(), None],
                "took": pa.array([1500, 2], pa.duration("ms")),
                "price": [Decimal("1.10"), Decimal("2.00")],
                "blob": [b"\x00\xff", b""],
                "score": [float("nan"), 0.5],
                "kind": pa.array(["a", "b"]).dictionary_encode(),
                "date_text": ["2020-01-01", "007"],
            },
        )
    )
    first, second = found.rows
    assert first.value == {
        "at": "2020-01-02T03:04:05.678000+00:00",
        "nano": "1970-01-01T00:00:00.000000001",
        "day": "2020-01-02",
        "took": 1.5,
        "price": "1.10",
        "blob": "AP8=",
        "score": None,
        "kind": "a",
        "date_text": "2020-01-01",
    }
    assert second.value is not None
    assert (second.value["date_text"], second.value["score"], second.value["kind"]) == ("007", 0.5, "b")
    assert found.notes == [
        "column at: timestamp written as ISO text",
        "column nano: timestamp written as ISO text",
        "column day: date written as ISO text",
        "column took: duration written as seconds",
        "column price: decimal written as text",
        "column blob: bytes written as base64",
        "column score: NaN or infinity written as null",
    ]


def test_what_datasets_wrote_about_the_columns_is_used(tmp_path: Path) -> None:
    features = {"label": {"names": ["no", "yes"], "_type": "ClassLabel"}, "tool": {"_type": "Json"}}
    schema = pa.schema(
        [("label", pa.int64()), ("tool", pa.string())],
        metadata={"huggingface": json.dumps({"info": {"features": features}})},
    )
    pq.write_table(
        pa.table({"label": [1, -1, 0], "tool": ['{"a": null}', "[1]", '{"a":1,"a":2}']}, schema), tmp_path / "t.parquet"
    )
    first, second, third = reading(tmp_path / "t.parquet").rows
    assert first.value == {"label": "yes", "tool": {"a": None}}
    assert second.value == {"label": None, "tool": [1]}
    assert third.reason == "tool: the key 'a' appears twice"


def test_several_row_groups_keep_counting(tmp_path: Path) -> None:
    path = write(tmp_path / "t.parquet", {"n": list(range(2500))}, row_group_size=700)
    assert [(row.number, row.value) for row in reading(path).rows] == [(n + 1, {"n": n}) for n in range(2500)]


def test_a_flipped_bit_is_found_by_the_page_checksum(tmp_path: Path) -> None:
    path = write(
        tmp_path / "t.parquet",
        {"text": [f"row number {n} with its own words" for n in range(500)]},
        write_page_checksum=True,
        compression="none",
        use_dictionary=False,
    )
    content = bytearray(path.read_bytes())
    content[content.index(b"row number 77 ") + 4] ^= 1
    path.write_bytes(content)
    with pytest.raises(SourceError, match="is damaged"):
        list(reading(path).rows)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b'{"a": 1}\n', "is damaged or no Parquet file"),
        (b"PAR1xxxxPAR1", "is damaged or no Parquet"),
    ],
)
def test_a_file_that_is_no_parquet_is_an_error(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "t.parquet").write_bytes(content)
    with pytest.raises(SourceError, match=words):
        reading(tmp_path / "t.parquet")


def test_a_truncated_file_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "t.parquet", {"n": list(range(1000))})
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(SourceError, match="is damaged"):
        reading(path)


def test_the_same_column_twice_is_an_error(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    pq.write_table(table, tmp_path / "t.parquet")
    with pytest.raises(SourceError, match="has the column 'a' twice"):
        reading(tmp_path / "t.parquet")


def test_classes_inside_a_sequence_of_objects_are_named(tmp_path: Path) -> None:
    kind = {"names": ["noun", "verb"], "_type": "ClassLabel"}
    features = {
        "words": {"_type": "Sequence", "feature": {"text": {"dtype": "string", "_type": "Value"}, "kind": kind}}
    }
    table = pa.table({"words": [{"text": ["run", "dog"], "kind": [1, 0]}]})
    told = {"huggingface": json.dumps({"info": {"features": features}})}
    pq.write_table(table.replace_schema_metadata(told), tmp_path / "t.parquet")
    (row,) = reading(tmp_path / "t.parquet").rows
    assert row.value == {"words": {"text": ["run", "dog"], "kind": ["verb", "noun"]}}
