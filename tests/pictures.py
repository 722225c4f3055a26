"""Makes the README's pictures: real screens over the sample data, as SVG files.

    python -m tests.pictures [FOLDER]

The same program makes the same files: no date, no path and no clock is in them.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from curator.operations.demo import demo
from curator.settings import Settings, load
from curator.tui.app import CuratorApp
from curator.workspace import Workspace

FOLDER = Path(__file__).parents[1] / "sample_data" / "pictures"
SIZE = (120, 36)


class Picture(NamedTuple):
    """A file, the filter that review is opened with, the keys that are pressed, and what the picture is called."""

    name: str
    where: str
    keys: tuple[str, ...]
    title: str


PICTURES = (
    Picture("queue", "order:priority", ("a", "x", "j", "j", "right_square_bracket"), "curator review"),
    Picture("findings", "", ("g", "f", "j"), "curator review, g f: what was found"),
    Picture("conflicts", "", ("g", "c"), "curator review, g c: outputs that disagree"),
)


async def taken(workspace: Workspace, picture: Picture, settings: Settings) -> str:
    """The picture, as the text of an SVG file."""
    app = CuratorApp(workspace, where=picture.where, reviewer="ana", settings=settings)
    async with app.run_test(size=SIZE) as pilot:
        for key in (*picture.keys, ""):
            await pilot.pause(0.5)  # for the guard against held keys, and what is read in the background
            await app.workers.wait_for_complete()
            if key:
                await pilot.press(key)
        await pilot.pause(0.5)
        return _still(app.export_screenshot(title=picture.title))


def _still(svg: str) -> str:
    """Without the fonts that it would load, and without the times that the screens show."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", "ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono")
    return re.sub(r"[ \t]+\n", "\n", svg)


def make(folder: Path) -> list[Path]:
    """Write every picture into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for picture in PICTURES:  # a workspace each: decisions that one shows are not in another
        with tempfile.TemporaryDirectory() as temporary:
            steps = demo(Path(temporary) / "demo", actor="ana")
            while True:
                try:
                    next(steps)
                except StopIteration as ended:
                    path: Path = ended.value.workspace
                    break
            with Workspace.open(path) as workspace:
                svg = asyncio.run(taken(workspace, picture, load(path.parent)))
        found.append(folder / f"{picture.name}.svg")
        found[-1].write_text(svg, encoding="utf-8")
    return found


if __name__ == "__main__":
    for made in make(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER):
        print(f"{made}  {made.stat().st_size:,} bytes")
