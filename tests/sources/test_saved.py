"""Folders saved by `datasets`: classes by name, messages as they were, text untouched."""

import datetime
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pytest

from curator.errors import SourceError
from curator.sources.base import Reading
from curator.sources.saved import SOURCE


@pytest.fixture(autouse=True)
def _no_bars() -> None:
    datasets.disable_progress_bars()


def save(
    path: Path, rows: list[dict[str, Any]], features: dict[str, Any] | None = None, split: str | None = None
) -> Path:
    made = datasets.Dataset.from_list(rows, datasets.Features(features) if features else None, split=split)
    made.save_to_disk(str(path))
    return path


def reading(path: Path) -> Reading:
    (part,) = SOURCE.parts(str(path))
    return SOURCE.read(part)


def values(path: Path) -> list[Any]:
    return [row.value for row in reading(path).rows]


def test_classes_get_their_names_and_text_stays(tmp_path: Path) -> None:
    features = {
        "text": datasets.Value("string"),
        "label": datasets.ClassLabel(names=["refund", "invoice"]),
        "tags": datasets.List(datasets.ClassLabel(names=["a", "b"])),
    }
    rows = [
        {"text": "007", "label": 1, "tags": [0, 1]},
        {"text": "2020-01-01", "label": -1, "tags": []},
        {"text": "NA", "label": None, "tags": None},
    ]
    found = reading(save(tmp_path / "set", rows, features))
    assert [row.value for row in found.rows] == [
        {"text": "007", "label": "invoice", "tags": ["a", "b"]},
        {"text": "2020-01-01", "label": None, "tags": []},
        {"text": "NA", "label": None, "tags": None},
    ]
    assert found.notes == [
        "column label: class number written as its name",
        "column tags: class number written as its name",
        "column label: class -1 (no label) written as null",
    ]
    assert len(found.digest) == 64
    assert found.layout["features"]["label"]["names"] == ["refund", "invoice"]


def test_messages_and_the_json_feature_come_back_as_they_were(tmp_path: Path) -> None:
    features = {
        "messages": datasets.List(
            {
                "role": datasets.Value("string"),
                "content": datasets.Value("string"),
                "tool_calls": datasets.List(datasets.Json()),
            }
        ),
        "tools": datasets.List(datasets.Json()),
    }
    row = {
        "messages": [
            {"role": "user", "content": "Weather?"},
            {"role": "assistant", "content": "", "tool_calls": [{"name": "f", "arguments": {"x": None, "id": 12345}}]},
        ],
        "tools": [{"name": "f", "parameters": {"a": 1}}, {"name": "g", "parameters": {"b": [None, "x"]}}],
    }
    filled = {**row, "messages": [{"tool_calls": None, **message} for message in row["messages"]]}
    assert values(save(tmp_path / "set", [filled], features)) == [row]


def test_typed_values_become_text_or_numbers(tmp_path: Path) -> None:
    features = {
        "at": datasets.Value("timestamp[s]"),
        "day": datasets.Value("date32"),
        "blob": datasets.Value("binary"),
        "half": datasets.Value("float32"),
        "small": datasets.Value("int8"),
        "long": datasets.Value("large_string"),
    }
    moment = datetime.datetime(2020, 1, 2, 3, 4, 5)
    row = {"at": moment, "day": moment.date(), "blob": b"\xff", "half": 0.5, "small": 3, "long": "x"}
    assert values(save(tmp_path / "set", [row], features)) == [
        {"at": "2020-01-02T03:04:05", "day": "2020-01-02", "blob": "/w==", "half": 0.5, "small": 3, "long": "x"}
    ]


def test_images_are_left_as_they_are_stored(tmp_path: Path) -> None:
    image = {"bytes": b"\xff", "path": "x.png"}
    made = datasets.Dataset(
        datasets.table.InMemoryTable(pa.table({"image": [image], "more": [[image]]})),
        info=datasets.DatasetInfo(
            features=datasets.Features({"image": datasets.Image(), "more": datasets.List(datasets.Image())})
        ),
    )
    made.save_to_disk(str(tmp_path / "set"))
    assert values(tmp_path / "set") == [{"image": (kept := {"bytes": "/w==", "path": "x.png"}), "more": [kept]}]


def test_a_dictionary_of_splits_is_a_part_for_each(tmp_path: Path) -> None:
    made = datasets.DatasetDict(
        {name: datasets.Dataset.from_list([{"a": name}]) for name in ("train_sft", "validation", "test")}
    )
    made.save_to_disk(str(tmp_path / "set"))
    parts = SOURCE.parts(str(tmp_path / "set"))
    assert [(part.name, part.split) for part in parts] == [
        (f"{tmp_path}/set:train_sft", "train"),
        (f"{tmp_path}/set:validation", "validation"),
        (f"{tmp_path}/set:test", "test"),
    ]
    assert [[row.value for row in SOURCE.read(part).rows] for part in parts] == [
        [{"a": "train_sft"}],
        [{"a": "validation"}],
        [{"a": "test"}],
    ]


def test_the_split_of_a_single_one_is_known(tmp_path: Path) -> None:
    (part,) = SOURCE.parts(str(save(tmp_path / "set", [{"a": 1}], split="test")))
    assert part.split == "test"


def test_a_missing_or_damaged_file_is_an_error(tmp_path: Path) -> None:
    path = save(tmp_path / "set", [{"a": number} for number in range(100)])
    (data,) = path.glob("data-*.arrow")
    whole = data.read_bytes()
    data.write_bytes(b"nonsense" * 10)
    with pytest.raises(SourceError, match=r"cannot be loaded as a saved data set|is damaged"):
        values(path)
    data.unlink()
    with pytest.raises(SourceError, match=r"\.arrow: is missing; copy the whole folder"):
        values(path)
    data.write_bytes(whole)
    (path / "state.json").write_text('{"_data_files": [{"filename": "../../secret"}]}')
    with pytest.raises(SourceError, match="names a file outside of the folder"):
        values(path)
    (path / "state.json").write_text("{")
    with pytest.raises(SourceError, match="is no JSON"):
        values(path)


def test_a_dictionary_that_points_outside_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dataset_dict.json").write_text('{"splits": ["../other"]}')
    with pytest.raises(SourceError, match="names no splits"):
        SOURCE.parts(str(tmp_path))


def test_other_folders_are_not_taken(tmp_path: Path) -> None:
    assert not SOURCE.accepts(str(tmp_path))
    assert not SOURCE.accepts(str(tmp_path / "missing"))
