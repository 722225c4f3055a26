"""Folders that `datasets` wrote with `save_to_disk`: a data set, or several splits of one."""

import json
import os
from collections.abc import Iterator
from typing import Any, TypeGuard

from curator.errors import SourceError
from curator.sources.base import Part, Reading, Row, Source
from curator.sources.naming import split_of
from curator.sources.parquet import table_row
from curator.sources.plain import Plain
from curator.sources.stored import file_digest

_BATCH = 200


def accepts(location: str) -> bool:
    """Whether a folder holds what `save_to_disk` writes."""
    if not os.path.isdir(location):
        return False
    return _has(location, "dataset_dict.json") or (_has(location, "state.json") and _has(location, "dataset_info.json"))


def parts(location: str) -> list[Part]:
    """One part a split."""
    if not _has(location, "dataset_dict.json"):
        name = _read_json(os.path.join(location, "state.json")).get("_split")
        split = split_of(name) if isinstance(name, str) else None
        return [Part(location, location, split or split_of(location.rstrip("/")))]
    splits = _read_json(os.path.join(location, "dataset_dict.json")).get("splits")
    if not isinstance(splits, list) or not all(
        isinstance(name, str) and os.path.basename(name) == name for name in splits
    ):
        raise SourceError(f"{location}: dataset_dict.json names no splits; save the data set again")
    return [Part(location, f"{location}:{name}", split_of(name), name) for name in splits]


def read(part: Part) -> Reading:
    """The rows of one split. Raises `SourceError` when a file of it is missing or damaged."""
    folder = os.path.join(part.location, part.key) if part.key else part.location
    files = _files(folder)
    dataset = _load(folder)
    features = dataset.features.to_dict()
    reading = Reading(iter(()), layout={"features": features})
    plain = Plain(reading.notes, features, encoded=True)

    def rows() -> Iterator[Row]:
        try:
            for number, value in enumerate(stored_rows(dataset), 1):
                yield table_row(number, value, plain)
        except (OSError, ValueError) as error:  # pyarrow's errors are ValueErrors
            raise SourceError(f"{folder}: is damaged: {str(error)[:200]}") from None
        reading.digest = file_digest(files)

    reading.rows = rows()
    return reading


def stored_rows(dataset: Any) -> Iterator[dict[str, Any]]:
    """The rows of a data set as they are stored: images and sounds are not decoded, Json still is text."""
    for table in dataset.with_format("arrow").iter(batch_size=_BATCH):
        yield from table.to_pylist()


def quiet() -> Any:
    """`datasets`, imported without telemetry, progress bars and chatter on the terminal."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    import datasets

    datasets.disable_progress_bars()
    datasets.logging.set_verbosity(datasets.logging.CRITICAL)
    return datasets


def _load(folder: str) -> Any:
    datasets = quiet()
    try:
        return datasets.load_from_disk(folder, keep_in_memory=False)
    except Exception as error:  # damaged files make it raise almost anything
        raise SourceError(f"{folder}: cannot be loaded as a saved data set: {str(error)[:200]}") from None


def _files(folder: str) -> list[str]:
    state = _read_json(os.path.join(folder, "state.json"))
    _read_json(os.path.join(folder, "dataset_info.json"))
    entries = state.get("_data_files")
    names = [entry.get("filename") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    paths = [os.path.join(folder, name) for name in ("dataset_info.json", "state.json")]
    for name in names:
        if not _is_plain_name(name):
            raise SourceError(f"{folder}: state.json names a file outside of the folder; save the data set again")
        path = os.path.join(folder, name)
        if not os.path.isfile(path):
            raise SourceError(f"{path}: is missing; copy the whole folder that was saved")
        paths.append(path)
    return paths


def _read_json(path: str) -> dict[str, Any]:
    try:
        with open(path, encoding="utf-8") as file:
            value = json.load(file)
    except FileNotFoundError:
        raise SourceError(f"{path}: is missing; copy the whole folder that was saved") from None
    except OSError as error:
        raise SourceError(f"{path}: could not be read: {error.strerror or error}") from None
    except ValueError:
        raise SourceError(f"{path}: is no JSON; save the data set again") from None
    return value if isinstance(value, dict) else {}


def _is_plain_name(name: Any) -> TypeGuard[str]:
    return isinstance(name, str) and os.path.basename(name) == name and name not in ("", ".", "..")


def _has(folder: str, name: str) -> bool:
    return os.path.isfile(os.path.join(folder, name))


SOURCE = Source("saved", "data set saved by `datasets`", (), accepts, parts, read)
