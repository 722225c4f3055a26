"""From what a user names (a file, a folder, a pattern, ``-``, ``hf:``) to the parts that are read."""

import difflib
import glob
import os
import stat

from curator.errors import SourceError
from curator.registry import discover
from curator.sources.base import Part, Source
from curator.sources.naming import split_of
from curator.sources.stored import not_regular

# Two names without their endings have so much in common that one may be meant by the other.
_ALIKE = 0.7
_READ = "Curator reads .jsonl, .ndjson, .json, .csv, .tsv (each also .gz and .zst), .parquet, and hf:ORG/NAME"

_UNREADABLE = {
    ".pkl": "a pickle can run code when it is opened; write it as JSON Lines first",
    ".pickle": "a pickle can run code when it is opened; write it as JSON Lines first",
    ".pt": "a PyTorch file can run code when it is opened; write it as JSON Lines first",
    ".xlsx": "workbooks change values on their own; save the sheet as CSV (UTF-8)",
    ".xls": "workbooks change values on their own; save the sheet as CSV (UTF-8)",
    ".arrow": "Arrow files are read only as the folder that `save_to_disk` wrote; name that folder, or save Parquet",
    ".feather": "Arrow files are not read; save it as Parquet",
    ".zip": "archives are not opened; unpack it and name the folder",
    ".tar": "archives are not opened; unpack it and name the folder",
    ".tgz": "archives are not opened; unpack it and name the folder",
    ".bz2": "unpack it first, or pack it with gzip or zstd",
    ".xz": "unpack it first, or pack it with gzip or zstd",
    ".7z": "archives are not opened; unpack it and name the folder",
    ".db": "write the table to JSON Lines or CSV first",
    ".sqlite": "write the table to JSON Lines or CSV first",
    ".curator": "this is a workspace, not a source; open it with -w",
    ".txt": "a text file has no columns; if it holds one JSON object a line, give it a name that ends in .jsonl",
    ".py": "data set scripts are programs and are never run; load the data and save it as Parquet or JSON Lines",
    ".yaml": "write it as JSON or JSON Lines first",
    ".yml": "write it as JSON or JSON Lines first",
    ".xml": "write it as JSON or JSON Lines first",
}


def sources() -> tuple[Source, ...]:
    """Every kind of container, plug-ins included."""
    return discover("curator.sources", Source)


def find(location: str, notes: list[str] | None = None) -> list[tuple[Source, Part]]:
    """What there is to import behind a location, in the order of its names.

    `notes` receives a sentence for every file of a folder or pattern that is passed over. Raises
    `SourceError` with what, where and what to do when there is nothing that can be read.
    """
    known = sources()
    passed = notes if notes is not None else []
    if location == "-" or location.startswith("hf:"):
        return _parts(_source(location, known), location)
    if "://" in location:
        raise SourceError(f"{location}: addresses are not fetched; download the file, or give hf:ORG/NAME")
    path = os.path.expanduser(location)
    if not os.path.lexists(path) and glob.has_magic(path):
        return _pattern(path, known, passed)
    mode = _mode(path)
    if stat.S_ISDIR(mode):
        return _folder(path, known, passed)
    if not stat.S_ISREG(mode):
        raise SourceError(not_regular(path, mode))
    return _parts(_source(path, known), path)


def _parts(source: Source | None, location: str) -> list[tuple[Source, Part]]:
    if source is None:
        raise SourceError(f"{location}: {_why_not(location)}")
    return [(source, part) for part in source.parts(location)]


def _source(location: str, known: tuple[Source, ...]) -> Source | None:
    return next((source for source in known if source.accepts(location)), None)


def _mode(path: str) -> int:
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        raise SourceError(_missing(path)) from None
    except NotADirectoryError:
        raise SourceError(f"{path}: a part of this path is a file, not a folder") from None
    except PermissionError:
        raise SourceError(f"{path}: you may not look into its folder; ask its owner") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{path!r}: is no path that can be opened: {error}") from None


def _alike(one: str, other: str) -> bool:
    """Whether two names are alike without their endings."""
    stem, meant = (os.path.splitext(name)[0].casefold() for name in (one, other))
    return difflib.SequenceMatcher(None, stem, meant).ratio() >= _ALIKE


def _missing(path: str) -> str:
    folder, name = os.path.split(path.rstrip(os.sep))
    if os.path.islink(path):
        return f"{path}: is a link to a file that is not there"
    try:
        beside = [one for one in os.listdir(folder or ".") if ".curator" not in one]
    except OSError:
        return f"{path}: there is no folder {folder!r}"
    near = [one for one in difflib.get_close_matches(name, beside, 3, 0.6) if _alike(one, name)]
    hint = f"; did you mean {os.path.join(folder, near[0])}?" if near else "; check the name and the folder"
    return f"{path}: there is no such file{hint}"


def _why_not(path: str) -> str:
    ending = os.path.splitext(path)[1].lower()
    if ending in _UNREADABLE:
        return f"files that end in {ending} are not imported: {_UNREADABLE[ending]}"
    stated = f"the ending {ending} is unknown" if ending else "the name has no ending"
    return f"{stated}. {_READ}; JSON Lines of any name come through: curator import - < FILE"


def _pattern(path: str, known: tuple[Source, ...], passed: list[str]) -> list[tuple[Source, Part]]:
    matched = sorted(
        name for name in glob.glob(path, recursive=True) if not os.path.isdir(name) or _is_set(name, known)
    )
    if not matched:
        raise SourceError(f"{path}: no file matches this pattern")
    return _several(path, matched, known, passed)


def _folder(path: str, known: tuple[Source, ...], passed: list[str]) -> list[tuple[Source, Part]]:
    if _is_set(path, known):
        return _parts(_source(path, known), path)
    found: list[str] = []

    def refuse(error: OSError) -> None:
        raise SourceError(f"{error.filename}: this folder cannot be listed: {error.strerror}") from None

    for folder, folders, files in os.walk(path, onerror=refuse):
        visible = sorted(name for name in folders if not name.startswith("."))
        sets = [name for name in visible if _is_set(os.path.join(folder, name), known)]
        folders[:] = [name for name in visible if name not in sets]
        found += [os.path.join(folder, name) for name in [*sets, *files] if not name.startswith(".")]
    return _several(path, sorted(found), known, passed)


def _several(path: str, names: list[str], known: tuple[Source, ...], passed: list[str]) -> list[tuple[Source, Part]]:
    found: list[tuple[Source, Part]] = []
    for name in names:
        source = _source(name, known)
        if not os.path.exists(name):
            passed.append(f"{name}: passed over: is a link to a file that is not there")
        elif source is None:
            passed.append(f"{name}: passed over: {_why_not(name).split('. ')[0]}")
        elif not os.path.isdir(name) and not os.path.isfile(name):
            passed.append(f"{name}: passed over: is a pipe or a device")
        else:
            found += [(source, _in_folder(part, path)) for part in source.parts(name)]
    if not found:
        raise SourceError(f"{path}: holds nothing that can be imported. {_READ}")
    return found


def _in_folder(part: Part, top: str) -> Part:
    """A file that states no split takes that of a folder between it and the one the user named."""
    if part.split or glob.has_magic(top):
        return part
    between = os.path.dirname(os.path.relpath(part.location, top))
    stated = [split for folder in between.split(os.sep) if (split := split_of(folder))]
    return Part(part.location, part.name, stated[-1], part.key, part.format) if stated else part


def _is_set(path: str, known: tuple[Source, ...]) -> bool:
    """Whether a folder is one unit for some source, such as a saved data set."""
    return os.path.isdir(path) and _source(path, known) is not None
