"""From what a user names to what is read."""

import os
import stat
from pathlib import Path

import pytest

from curator.errors import SourceError
from curator.model import Split
from curator.sources.location import find, sources
from curator.sources.naming import split_of


def write(path: Path, content: bytes = b'{"a": 1}\n') -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def found(location: str | Path, notes: list[str] | None = None) -> list[tuple[str, str]]:
    return [(source.name, part.location) for source, part in find(str(location), notes)]


def test_every_container_is_known() -> None:
    assert {source.name for source in sources()} >= {"jsonl", "json", "csv", "parquet", "saved", "hub"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.jsonl", "jsonl"),
        ("a.NDJSON", "jsonl"),
        ("a.jsonl.zst", "jsonl"),
        ("a.json", "json"),
        ("a.tsv.gz", "csv"),
        ("a.csv", "csv"),
        ("a.parquet", "parquet"),
    ],
)
def test_a_file_is_known_by_its_ending(tmp_path: Path, name: str, kind: str) -> None:
    path = write(tmp_path / name, b'[{"a": 1}]')
    assert found(path) == [(kind, str(path))]


def test_standard_input_is_json_lines() -> None:
    ((source, part),) = find("-")
    assert (source.name, part.name) == ("jsonl", "stdin")


def test_a_folder_is_walked_in_order_and_says_what_it_passes_over(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.csv", ".hidden.jsonl", ".git/x.jsonl", "sub/c.parquet", "model.pkl", "README.md"):
        write(tmp_path / name)
    (tmp_path / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    notes: list[str] = []
    assert found(tmp_path, notes) == [
        ("csv", f"{tmp_path}/a.csv"),
        ("jsonl", f"{tmp_path}/b.jsonl"),
        ("parquet", f"{tmp_path}/sub/c.parquet"),
    ]
    assert notes == [
        f"{tmp_path}/README.md: passed over: the ending .md is unknown",
        f"{tmp_path}/gone.jsonl: passed over: is a link to a file that is not there",
        f"{tmp_path}/model.pkl: passed over: files that end in .pkl are not imported: "
        "a pickle can run code when it is opened; write it as JSON Lines first",
    ]


def test_a_saved_data_set_inside_a_folder_is_one_unit(tmp_path: Path) -> None:
    for name in ("dataset_info.json", "state.json"):
        write(tmp_path / "saved" / name, b"{}")
    write(tmp_path / "t.jsonl")
    assert found(tmp_path) == [("saved", f"{tmp_path}/saved"), ("jsonl", f"{tmp_path}/t.jsonl")]


def test_a_folder_may_have_the_name_of_a_file(tmp_path: Path) -> None:
    write(tmp_path / "data.jsonl" / "part.jsonl")
    assert found(tmp_path / "data.jsonl") == [("jsonl", f"{tmp_path}/data.jsonl/part.jsonl")]


def test_a_pattern_gives_its_matches_in_order(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl", "a.txt", "deep/er/c.jsonl", "odd[1].jsonl"):
        write(tmp_path / name)
    notes: list[str] = []
    assert [path for _, path in found(tmp_path / "a*", notes)] == [f"{tmp_path}/a.jsonl"]
    assert len(notes) == 1
    assert len(found(tmp_path / "**/*.jsonl")) == 4
    assert found(tmp_path / "odd[1].jsonl") == [("jsonl", f"{tmp_path}/odd[1].jsonl")]
    with pytest.raises(SourceError, match="no file matches this pattern"):
        find(str(tmp_path / "*.csv"))


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train.jsonl", "train"),
        ("train-00000-of-00002.parquet", "train"),
        ("my_training_data.csv", "train"),
        ("data.val.jsonl", "validation"),
        ("valid.jsonl", "validation"),
        ("DEV.jsonl", "validation"),
        ("test_sft.jsonl", "test"),
        ("eval.jsonl", "test"),
        ("latest.jsonl", None),
        ("train_and_test.jsonl", None),
        ("trainer.jsonl", None),
        ("folder/test/data.jsonl", None),
    ],
)
def test_a_name_may_state_a_split(name: str, split: Split | None) -> None:
    assert split_of(name) == split


def test_a_folder_inside_may_state_the_split(tmp_path: Path) -> None:
    top = tmp_path / "test"
    for name in ("train/0.jsonl", "dev/train.jsonl", "x.jsonl"):
        write(top / name)
    assert [part.split for _, part in find(str(top))] == ["train", "train", None]


def test_a_missing_file_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl")
    with pytest.raises(SourceError, match=r"tarin\.jsonl: there is no such file; did you mean .*/train\.jsonl\?"):
        find(str(tmp_path / "tarin.jsonl"))
    with pytest.raises(SourceError, match="there is no folder"):
        find(str(tmp_path / "nowhere" / "x.jsonl"))
    with pytest.raises(SourceError, match="a part of this path is a file"):
        find(str(tmp_path / "train.jsonl" / "x.jsonl"))
    with pytest.raises(SourceError, match="no path that can be opened"):
        find("a\0b.jsonl")


def test_a_folder_with_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "notes.md")
    with pytest.raises(SourceError, match=r"holds nothing that can be imported\. Curator reads \.jsonl"):
        find(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.pkl", "a pickle can run code when it is opened"),
        ("a.xlsx", r"save the sheet as CSV \(UTF-8\)"),
        ("a.arrow", "the folder that `save_to_disk` wrote"),
        ("a.zip", "unpack it and name the folder"),
        ("a.txt", "give it a name that ends in .jsonl"),
        ("a.foo", "the ending .foo is unknown. Curator reads"),
        ("plain", "the name has no ending. Curator reads"),
        ("w.curator", "this is a workspace, not a source"),
    ],
)
def test_an_ending_that_is_not_read_says_what_to_do(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        find(str(write(tmp_path / name)))


def test_pipes_and_devices_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.jsonl")
    with pytest.raises(SourceError, match="is a pipe, not a file; to read from a pipe give - "):
        find(str(tmp_path / "p.jsonl"))
    with pytest.raises(SourceError, match="is a device, not a file"):
        find("/dev/zero")
    write(tmp_path / "t.jsonl")
    notes: list[str] = []
    assert found(tmp_path, notes) == [("jsonl", f"{tmp_path}/t.jsonl")]
    assert notes == [f"{tmp_path}/p.jsonl: passed over: is a pipe or a device"]


def test_a_file_that_becomes_a_pipe_does_not_hang(tmp_path: Path) -> None:
    path = write(tmp_path / "t.jsonl")
    ((source, part),) = find(str(path))
    path.unlink()
    os.mkfifo(path)
    assert stat.S_ISFIFO(path.stat().st_mode)
    with pytest.raises(SourceError, match="is a pipe, not a file"):
        source.read(part)


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ((source, part),) = find(str(write(tmp_path / "t.jsonl")))

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(SourceError, match="you may not read it; ask its owner"):
        source.read(part)


@pytest.mark.parametrize("location", ["https://example.org/a.jsonl", "s3://bucket/a.jsonl"])
def test_addresses_are_not_fetched(location: str) -> None:
    with pytest.raises(SourceError, match="addresses are not fetched; download the file"):
        find(location)


@pytest.mark.parametrize("location", ["hf:", "hf:name", "hf:a/b/c/d", "hf:a/b@", "hf:../x/y:"])
def test_an_address_of_the_hub_must_have_its_form(location: str) -> None:
    with pytest.raises(SourceError, match=r"write it as hf:ORG/NAME\[@REVISION\]\[:CONFIG\]\[/SPLIT\]"):
        find(location)
