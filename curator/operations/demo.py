"""The demo: a copy of the sample data in a folder that the user keeps, imported and checked."""

from collections.abc import Generator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from msgspec import Struct

from curator.errors import SourceError, WorkspaceError
from curator.model import Progress
from curator.operations.check import CheckResult, check
from curator.operations.import_ import import_sources
from curator.workspace import Summary, Workspace

#: Where the copy goes, unless the user names another folder.
FOLDER = Path("curator-demo")
#: The workspace within it.
WORKSPACE = "support-desk.curator"
#: What a workspace that was deleted leaves behind.
LOCKS = f".{WORKSPACE}."
#: The sample's files that are data; the others say what it is and how to review it.
DATA = (".jsonl", ".csv")


class DemoResult(Struct, frozen=True):
    """The demo as it stands. `reused` says that the workspace was there before, with all that was decided in it."""

    folder: Path
    workspace: Path
    reused: bool
    checked: CheckResult
    summary: Summary


def demo(folder: Path = FOLDER, *, actor: str) -> Generator[Progress, None, DemoResult]:
    """Copies the sample to `folder`, imports it and checks it. A demo that is there already is checked again.

    Raises `WorkspaceError` when the folder holds anything else, which is left as it is, and when it cannot be written.
    """
    path = folder / WORKSPACE
    reused = path.exists()
    if not reused:
        _copy(sample(), folder)
    with Workspace.open_or_create(path) as ws:
        known = {source.name for source in ws.sources.list()}
        wanted = sorted(name for name in sample() if name.endswith(DATA) and name not in known)
        yield from import_sources(ws, [str(folder / name) for name in wanted], actor=actor)
        checked = yield from check(ws)
        return DemoResult(folder, path, reused, checked, ws.status())


def sample() -> dict[str, Traversable]:
    """The files of the sample by name: those of the installed package, else those of the checkout around it."""
    package = resources.files("curator")
    for place in (package / "sample_data", Path(str(package)).parent / "sample_data"):
        if place.is_dir():
            return {file.name: file for file in place.iterdir() if file.is_file() and not file.name.startswith(".")}
    raise SourceError("the sample data is missing from this installation. Install finetune-curator again.")


def _copy(files: dict[str, Traversable], folder: Path) -> None:
    """Writes what is missing of the sample. Whatever else is there, the folder is somebody's and stays untouched."""
    try:
        items = folder.iterdir() if folder.exists() else ()
        there = {item.name: item for item in items if not item.name.startswith(LOCKS)}
        for name, item in sorted(there.items()):
            if name not in files or not item.is_file() or item.read_bytes() != files[name].read_bytes():
                raise WorkspaceError(
                    f"{folder}: is in use: {name} is not from the sample, and nothing is overwritten. "
                    "Name a folder that is new or empty with --folder."
                )
        folder.mkdir(parents=True, exist_ok=True)
        for name in sorted(files.keys() - there.keys()):
            with (folder / name).open("xb") as copy:
                copy.write(files[name].read_bytes())
    except OSError as error:
        raise WorkspaceError(
            f"{error.filename or folder}: cannot be written: {error.strerror}. Name another folder with --folder."
        ) from error
