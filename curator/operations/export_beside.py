"""What an export has besides lines of JSON: files made of them, and files that lie beside them."""

from pathlib import Path

from curator.errors import TargetError
from curator.operations.export_card import with_card
from curator.operations.export_files import Folder, Sheet
from curator.operations.export_rows import Rows
from curator.targets.base import Target, Written
from curator.targets.jsonl import reread


def finished(target: Target, rows: Rows, folder: Folder, card: str) -> list[str]:
    """Makes the final files of proven drafts, proves them too, and adds files beside, whose names it returns.

    Those are the files of the target and the card of the data set.

    Raises `OSError` or `TargetError`.
    """
    found = {split: rows.sheets[name] for split, name in target.files.items() if name in rows.sheets}
    if target.convert is not None:
        for sheet in found.values():
            assert sheet.path is not None
            draft, final = sheet.path, folder.staging / sheet.name
            target.convert(draft, final)
            _prove(target, sheet, draft, final)
            draft.unlink()
            sheet.became(final)
    written = Written(
        folder.staging,
        {split: sheet.name for split, sheet in found.items()},
        {split: sheet.rows for split, sheet in found.items()},
    )
    extras = with_card(target.extras(written) if found else {}, card)
    for name, data in extras.items():
        beside = folder.sheet(name)
        beside.write(data.splitlines(keepends=True))
        beside.finish()
        rows.sheets[name] = beside
    return list(extras)


def _prove(target: Target, sheet: Sheet, draft: Path, final: Path) -> None:
    """Reads the final file back, row by row against the draft that is proven already."""
    assert target.read is not None
    number = 0
    with draft.open("rb") as lines:
        for row in target.read(final):
            number += 1
            if reread(lines.readline()) != row:
                raise TargetError(
                    f"{sheet.name}:{number}: reads back other than it was meant. Nothing was put in place."
                )
    if number != sheet.rows:
        raise TargetError(f"{sheet.name}: reads back {number:,} rows of {sheet.rows:,}. Nothing was put in place.")
