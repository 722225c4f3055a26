"""Data sets on the Hugging Face Hub, streamed at a pinned revision: hf:ORG/NAME[@REVISION][:CONFIG][/SPLIT].

`datasets` finds the configuration, the splits and their files. Files of text (JSON, JSON Lines, CSV) are then
read by our own readers, because a columnar reader changes values in silence; the rest is streamed by `datasets`.
No script of a data set is ever run. HF_TOKEN is used when it is set.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import msgspec

from curator.errors import SourceError
from curator.sources import csv, json_array, jsonl
from curator.sources.base import Part, Reading, Row, Source
from curator.sources.hub_errors import explain
from curator.sources.naming import has_ending, split_of
from curator.sources.parquet import table_row
from curator.sources.plain import Plain
from curator.sources.saved import quiet, stored_rows
from curator.sources.stored import BLOCK, Stored

_ADDRESS = re.compile(
    r"hf:(?P<repo>[\w.-]+/[\w.-]+)(?:@(?P<revision>refs/convert/\w+|refs/pr/\d+|[^/:@]+))?"
    r"(?::(?P<config>[^/:]+))?(?:/(?P<split>[^/:]+))?"
)

_FORM = "write it as hf:ORG/NAME[@REVISION][:CONFIG][/SPLIT], as in hf:HuggingFaceH4/no_robots/train"


class Address(msgspec.Struct, frozen=True):
    """A data set on the Hub, or one configuration or split of it."""

    repo: str
    revision: str | None = None
    config: str | None = None
    split: str | None = None


def parse_address(location: str) -> Address:
    """The pieces of an ``hf:`` address. Raises `SourceError` when it is none."""
    found = _ADDRESS.fullmatch(location)
    if not found:
        raise SourceError(f"{location}: is no address of a data set; {_FORM}")
    return Address(**found.groupdict())


def accepts(location: str) -> bool:
    """Whether the location is an ``hf:`` address."""
    return location.startswith("hf:")


def parts(location: str) -> list[Part]:
    """One part a split, of the configuration that is named or else of the data set's default one.

    The revision is resolved to a commit here, so that all parts are read from the same one.
    """
    address = parse_address(location)
    commit = _commit(address)
    builder = _builder(address.repo, commit, address.config)
    config, splits = builder.config.name, _splits(builder)
    if address.split:
        if address.split not in splits:
            raise SourceError(f"{location}: has no split {address.split!r}; there are: {', '.join(splits)}")
        splits = [address.split]
    if not splits:
        raise SourceError(f"{location}: holds no data that can be read")
    asked = f":{address.config}" if address.config else ""
    return [
        Part(
            f"hf:{address.repo}@{commit}{asked}/{split}",
            f"hf:{address.repo}:{config}/{split}",
            split_of(split),
            f"{config}/{split}",
        )
        for split in splits
    ]


def read(part: Part) -> Reading:
    """The rows of one split. Raises `SourceError`, also when the connection is lost on the way."""
    address = parse_address(part.location)
    commit = address.revision or ""
    builder = _builder(address.repo, commit, address.config)
    split = address.split or ""
    files = [str(path) for path in (builder.config.data_files or {}).get(split, [])]
    text_reader = _text_reader(builder, files)
    reading = _files(files, text_reader, part) if text_reader else _streamed(builder, split, part)
    reading.revision = commit
    reading.layout.setdefault("files", [path.split(f"@{commit}/")[-1] for path in files])
    return reading


def _streamed(builder: Any, split: str, part: Part) -> Reading:
    try:
        dataset = builder.as_streaming_dataset(split=split)
    except Exception as error:  # the library raises what its many readers raise
        raise SourceError(explain(error, part.name)) from None
    features = dataset.features.to_dict() if dataset.features else {}
    reading = Reading(iter(()), layout={"features": features})
    plain = Plain(reading.notes, features, encoded=True)

    def rows() -> Iterator[Row]:
        try:
            for number, value in enumerate(stored_rows(dataset), 1):
                yield table_row(number, value, plain)
        except Exception as error:
            raise SourceError(explain(error, part.name)) from None

    reading.rows = rows()
    return reading


TextReader = Callable[[Stored], Reading]


def _text_reader(builder: Any, files: list[str]) -> TextReader | None:
    """Our own reader for the files, when they are text and the data set's card asks for nothing special."""
    if not files or not _is_default(builder.config):
        return None
    kind = type(builder.config).__name__
    if kind == "CsvConfig" and all(has_ending(path, csv.SUFFIXES) for path in files):
        return csv.read_stored
    if kind == "JsonConfig" and all(has_ending(path, (*jsonl.SUFFIXES, *json_array.SUFFIXES)) for path in files):
        return _read_json
    return None


def _read_json(stored: Stored) -> Reading:
    start = stored.head[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"["):
        return json_array.read_stored(stored)
    return jsonl.read_stored(stored)


def _is_default(config: Any) -> bool:
    own = {"name", "version", "data_dir", "data_files", "description"}
    usual = type(config)()
    return all(value == getattr(usual, key) for key, value in vars(config).items() if key not in own)


def _files(files: list[str], read_one: TextReader, part: Part) -> Reading:
    reading = Reading(iter(()))
    first = read_one(_remote(files[0], part))
    reading.layout = first.layout
    reading.notes = first.notes

    def rows() -> Iterator[Row]:
        base = 0
        for index, path in enumerate(files):
            one = first if index == 0 else read_one(_remote(path, part))
            last = 0
            for row in one.rows:
                last = row.number
                if base:
                    row = msgspec.structs.replace(row, number=base + row.number)
                yield row
            base += last

    reading.rows = rows()
    return reading


def _remote(path: str, part: Part) -> Stored:
    from datasets import config
    from huggingface_hub import HfFileSystem

    try:
        stream = HfFileSystem(endpoint=config.HF_ENDPOINT).open(path, "rb", block_size=0)
    except Exception as error:
        raise SourceError(explain(error, part.name)) from None

    def read_block() -> bytes:
        try:
            return bytes(stream.read(BLOCK))
        except Exception as error:
            raise SourceError(explain(error, part.name)) from None

    return Stored(path, read_block)


def _commit(address: Address) -> str:
    quiet()
    from huggingface_hub import HfApi

    location = f"hf:{address.repo}" + (f"@{address.revision}" if address.revision else "")
    try:
        info = HfApi().dataset_info(address.repo, revision=address.revision, timeout=30)
    except Exception as error:
        raise SourceError(explain(error, location)) from None
    if not info.sha:
        raise SourceError(f"{location}: the Hub named no revision for it; try again later")
    return str(info.sha)


@lru_cache(maxsize=8)
def _builder(repo: str, commit: str, config: str | None) -> Any:
    """What `datasets` knows about a data set at a commit; it asks the Hub a dozen questions, so ask once."""
    datasets = quiet()
    try:
        # the prefix keeps a folder of that name beside us from being taken for the data set
        return datasets.load_dataset_builder(f"hf://datasets/{repo}", config, revision=commit)
    except Exception as error:
        raise SourceError(explain(error, f"hf:{repo}")) from None


def _splits(builder: Any) -> list[str]:
    named = builder.config.data_files or builder.info.splits or {}
    return [str(name) for name in named]


SOURCE = Source("hub", "Hugging Face Hub", (), accepts, parts, read)
