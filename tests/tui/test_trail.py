"""The line at the top of a screen: a place follows the workspace, what is opened over a place follows the place."""

from typing import Any

import pytest

Sit = Any
SIZES = [(80, 24), (100, 30), (160, 50)]
WAYS = {
    (): "refunds ▸ Queue",
    ("question_mark",): "refunds ▸ Queue ▸ Keys",
    ("v",): "refunds ▸ Queue ▸ Finding of #1",
    ("e",): "refunds ▸ Queue ▸ Edit #1 OUTPUT",
    ("e", "f1"): "refunds ▸ Queue ▸ Edit #1 OUTPUT ▸ Keys",
    ("A",): "refunds ▸ Queue ▸ accept 2 rows with CON001",
    ("b",): "refunds ▸ Queue ▸ Bulk",
    ("g", "h"): "refunds ▸ Home",
    ("g", "f"): "refunds ▸ Findings",
    ("g", "f", "question_mark"): "refunds ▸ Findings ▸ Keys",
    ("g", "v"): "refunds ▸ Verdict",
    ("g", "s"): "refunds ▸ Settings",
    ("g", "e"): "refunds ▸ Export ▸ 1 rows",
    ("g", "i"): "refunds ▸ Import ▸ 1 source",
    ("H",): "refunds ▸ History of #1",
    ("g", "c"): "refunds ▸ Conflicts",
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_each_screen_says_where_it_is_by_one_rule_at_every_size(sit: Sit, size: tuple[int, int]) -> None:
    for keys, way in WAYS.items():
        async with sit(size=size) as seat:
            await seat.press(*keys)
            head = seat.grid.splitlines()[0].strip()
            assert head == way or head.startswith((f"{way}  ", f"{way} ▸ ")), keys
