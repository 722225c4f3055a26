"""Makes the README's pictures: real screens over the sample data, as SVG files.

    python -m tests.pictures [FOLDER]

The same program makes the same files: no date, no path and no clock is in them, and no font is loaded from elsewhere.
"""

import asyncio
import html
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from curator.operations.demo import demo
from curator.settings import Review, load
from curator.tui.app import CuratorApp
from curator.workspace import Workspace

FOLDER = Path(__file__).parents[1] / ".github" / "pictures"
SIZE = (110, 30)
CELL = 12.2
"""How wide a character is in a picture."""


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


async def taken(path: Path, picture: Picture) -> str:
    """The picture of a workspace, as the text of an SVG file."""
    settings = replace(load(path.parent), review=Review(min_dwell_ms=0))
    with Workspace.open(path) as workspace:
        app = CuratorApp(workspace, where=picture.where, reviewer="ana", settings=settings)
        async with app.run_test(size=SIZE) as pilot:
            for key in ("", *picture.keys):
                if key:
                    await pilot.press(key)
                while True:  # what was put off until after a refresh may ask for more
                    await app.workers.wait_for_complete()
                    await pilot.pause(0.02)
                    if all(worker.is_finished for worker in app.workers):
                        break
            return _still(app.export_screenshot(title=picture.title))


def _still(svg: str) -> str:
    """Without the fonts that it would load."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", "ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono")
    return re.sub(r"[ \t]+\n", "\n", svg)


def text_of(svg: str) -> str:
    """The screen that a picture shows, line by line."""
    lines: dict[float, str] = {}
    pieces = re.findall(r'<text class="\S+-r\d+" x="([\d.]+)" y="([\d.]+)" .*?>(.*?)</text>', svg)
    for x, y, said in sorted(pieces, key=lambda piece: (float(piece[1]), float(piece[0]))):
        line = lines.get(float(y), "")
        lines[float(y)] = line.ljust(round(float(x) / CELL)) + html.unescape(said).replace("\xa0", " ")
    return "\n".join(line.rstrip() for line in lines.values())


def make(folder: Path) -> list[Path]:
    """Write every picture into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary, "made")
        for _ in demo(made, actor="ana"):
            pass
        for picture in PICTURES:  # a copy each: decisions that one shows are not in another
            copy = Path(temporary, picture.name)
            shutil.copytree(made, copy)
            svg = asyncio.run(taken(next(copy.glob("*.curator")), picture))
            (folder / f"{picture.name}.svg").write_text(svg, encoding="utf-8")
    return [folder / f"{picture.name}.svg" for picture in PICTURES]


if __name__ == "__main__":
    for written in make(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER):
        print(f"{written}  {written.stat().st_size:,} bytes")
