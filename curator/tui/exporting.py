"""An export in words: which rows, for whom, in which splits, what would be refused, what was written."""

import shlex
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from curator.model import Split
from curator.text import many
from curator.tui.veil import EXACT
from curator.tui.widgets.ink import Piece, Pieces, clipped, width_of
from curator.tui.widgets.wrap import Block

if TYPE_CHECKING:  # loads the targets, which nobody needs before something is exported
    from curator.operations.export import ExportResult
    from curator.operations.preview_export import Issue, Numbers, Previewed
    from curator.targets.base import Target

INCLUDES = (
    ("accepted", "accepted", "what somebody has accepted; always exported"),
    ("pending", "pending", "what nobody has decided about yet, without an open error"),
    ("flagged", "pending, with an open error", "what a check calls surely wrong, exported in spite of it"),
)
"""What can be included, what its line says, and what that means."""
SPLITTINGS: tuple[tuple[str, dict[Split, float] | None, str], ...] = (
    ("as they are", None, "all is train, but for what was held out: by its source, or by an export before"),
    ("train 90  validation 10", {"train": 0.9, "validation": 0.1}, "the usual one: a tenth tells when to stop"),
    ("train 80  validation 10  test 10", {"train": 0.8, "validation": 0.1, "test": 0.1}, "a test set as well"),
    ("train 90  test 10", {"train": 0.9, "test": 0.1}, "a test set, and nothing to stop by"),
)
"""The ways to deal out rows that are offered."""
KEYS = 4
"""Problems whose rows a digit opens."""
LEFT = {
    "rejected": "rejected",
    "fix": "need a fix",
    "pending": "pending",
    "accepted": "accepted",
    "error": "pending, with an open error",
    "filter": "not selected by the filter",
    "eval": "kept for an eval set",
    "target": "refused by the target",
    "rag": "routed to RAG without a text",
}


def include_lines(include: Collection[str], numbers: "Numbers | None", where: str) -> list[Pieces]:
    """What is included, a line each, and the filter."""
    lines: list[Pieces] = []
    for name, label, _ in INCLUDES:
        on = name in include
        count = "" if numbers is None else f"{numbers.flagged if name == 'flagged' else _of(numbers, name):,}"
        lines.append(
            [
                Piece(" "),
                Piece("[x] " if on else "[ ] ", "key" if on else "dim"),
                Piece(f"{count:>9}  ", "bold" if on else "dim"),
                Piece(label, "plain" if on else "dim"),
            ]
        )
    lines.append(
        [Piece(" "), Piece("filter  ", "dim"), Piece(EXACT.head(where, 300) if where else "none: all of them")]
    )
    return lines


def _of(numbers: "Numbers", name: str) -> int:
    count = numbers.statuses.get(name, 0)
    return count - numbers.flagged if name == "pending" else count


def include_blocks(at: int, numbers: "Numbers | None") -> list[Block]:
    """What the line under the cursor means, and what is never exported."""
    meaning = INCLUDES[at][2] if at < len(INCLUDES) else "only what a filter selects; enter or / types one"
    never = "Rows that were rejected, or need a fix, stay behind always"
    if numbers is not None:
        never += f": {numbers.statuses['rejected']:,} rejected, {numbers.statuses['fix']:,} need a fix"
    left = f"{never}. What is routed to RAG goes into files of its own. left_out.jsonl says of every row why."
    return [Block("", "THIS LINE", f"{meaning[:1].upper()}{meaning[1:]}."), Block("", "WHAT STAYS BEHIND", left)]


def target_lines(targets: "Sequence[Target]", chosen: "Target | None") -> list[Pieces]:
    """The targets, a line each; what closes is said."""
    return [
        [
            Piece(" "),
            Piece("● " if target is chosen else "  ", "key"),
            Piece(target.title, "bold" if target is chosen else "plain"),
            Piece("" if target.status.state == "open" else f"  {target.status.state}", "warning"),
        ]
        for target in targets
    ]


def target_blocks(target: "Target") -> list[Block]:
    """What a target takes, and whether it still takes anything."""
    status = target.status
    until = f", until {status.until}" if status.until else ""
    size = f"\nA file may have {target.max_bytes:,} bytes." if target.max_bytes else ""
    told = f"{status.state}{until}, as of {status.verified_on}. {status.note}".strip()
    return [
        Block("", target.title, f"{target.name} · rows as {target.format.title}{size}"),
        Block("", "WHAT IT TAKES", "\n".join(target.rules)),
        Block("", "STATUS", told),
    ]


def split_lines(splits: Mapping[Split, float] | None, seed: int, by: str) -> list[Pieces]:
    """The ways to deal out rows, one's own, the seed, and the column whose rows stay together."""
    known = [shares for _, shares, _ in SPLITTINGS]
    lines: list[Pieces] = [
        [
            Piece(" "),
            Piece("● " if shares == splits else "  ", "key"),
            Piece(name, "bold" if shares == splits else "plain"),
        ]
        for name, shares, _ in SPLITTINGS
    ]
    own = splits not in known
    told = f": {shares_of(splits)}" if own else " …"
    lines.append(
        [Piece(" "), Piece("● " if own else "  ", "key"), Piece(f"other shares{told}", "bold" if own else "plain")]
    )
    lines.append([Piece(" "), Piece("  "), Piece(f"seed {seed}", "dim" if splits is None else "plain")])
    together = f"together by {EXACT.head(by, 40)}" if by else "together by …"
    return [*lines, [Piece(" "), Piece("● " if by else "  ", "key"), Piece(together, "bold" if by else "plain")]]


def shares_of(splits: Mapping[Split, float] | None) -> str:
    """Shares as they are typed."""
    return ",".join(f"{name}={share:g}" for name, share in (splits or {}).items())


def split_blocks(at: int) -> list[Block]:
    """What the line under the cursor means, and how rows are dealt out."""
    if at < len(SPLITTINGS):
        meaning = SPLITTINGS[at][2]
    else:
        meaning = (
            "shares such as train=0.7,validation=0.3",
            "decides which rows go where",
            "a metadata key whose rows are never parted: a document, a conversation, a customer",
        )[min(at - len(SPLITTINGS), 2)]
    how = (
        "Rows with the same or a near input, and rows of one cluster, are never parted. A split that was dealt once is "
        "remembered: the next export deals out what is new, and u takes it back."
    )
    return [Block("", "THIS LINE", f"{meaning[:1].upper()}{meaning[1:]}."), Block("", "HOW ROWS ARE DEALT OUT", how)]


def checked_title(seen: "Previewed | None", target: "Target", running: bool) -> Pieces:
    """What is checked, and how far that is."""
    far = ""
    if running and seen is not None and seen.total:
        far = f" {seen.done / seen.total:.0%} …"
    return [Piece("CHECK", "title"), Piece(f"  {target.name}{far}", "dim")]


def checked_lines(seen: "Previewed | None", running: bool, width: int) -> list[Pieces]:
    """What would be written, what would stay behind and why, what the splits share."""
    if seen is None:
        return [[Piece(" looking …" if running else " not looked at yet", "dim")]]
    if seen.empty:
        return [[Piece(" ▲ ", "error"), Piece("nothing is selected", "failed")]]
    parts = ", ".join(f"{split} {count:,}" for split, count in seen.splits.items())
    rag = f"  RAG {seen.documents:,}" if seen.documents else ""
    lines: list[Pieces] = [
        [Piece(" ✓ ", "accepted"), Piece(f"{seen.exported:,} exported", "bold"), Piece(f"  {parts}{rag}", "dim")]
    ]
    for number, issue in enumerate(seen.issues, 1):
        told: Pieces = [
            Piece(" ▲ " if issue.left else " ■ ", "error" if issue.left else "warning"),
            Piece(f"{len(issue.seqs):,} ", "bold"),
            Piece(EXACT.head(issue.text, 200)),
        ]
        key = [Piece(f"{number} ", "key"), Piece("opens", "dim")] if number <= KEYS else []
        lines.append([*clipped(told, width - width_of(key) - 1), *key])
    lines += [[Piece(" ▲ ", "error"), Piece(EXACT.head(text, 300))] for text in seen.problems]
    if seen.whole and seen.compared and all(issue.left for issue in seen.issues) and not seen.problems:
        lines.append([Piece(" ✓ ", "accepted"), Piece("no input is in two splits, and no pair is there twice")])
    return lines


def issue_lines(seen: "Previewed | None") -> list[Pieces]:
    """What is wrong, a line each."""
    if seen is None:
        return []
    lines: list[Pieces] = []
    for number, issue in enumerate(seen.issues, 1):
        key = f"{number} " if number <= KEYS else "  "
        lines.append(
            [
                Piece(" "),
                Piece(key, "key"),
                Piece(f"{len(issue.seqs):>7,} ", "bold"),
                Piece(EXACT.head(issue.text, 300)),
            ]
        )
    return lines


def check_blocks(
    seen: "Previewed | None", issue: "Issue | None", target: "Target", out: Path, there: Sequence[str]
) -> list[Block]:
    """What the last key writes and where, what the line under the cursor means, what else is to know."""
    if seen is None:
        return [Block("", "EXPORT", "Looking at the rows …")]
    if seen.empty:
        return [Block("", "NOTHING TO EXPORT", "No row is selected: go back to the first step and include more.")]
    blocks = []
    names = [*(name for name in target.files.values() if name in seen.files), *seen.files]
    told = [f"{name}  {many(seen.files[name])}" for name in dict.fromkeys(names) if seen.files[name]]
    where = f"y writes into {out}, for {target.title}."
    if there:
        where += f" There are files already ({', '.join(there[:3])}): it asks first, and keeps them as .bak."
    blocks.append(Block("", "EXPORT", f"{where} o names another folder."))
    blocks.append(Block("", "FILES", "\n".join([*told, "manifest.json"])))
    if issue is not None:
        stay = "They stay behind." if issue.left else "They are exported all the same."
        blocks.append(Block("", many(len(issue.seqs)).upper(), f"{issue.text}\n{stay} enter shows them in the queue."))
    if seen.problems:
        blocks.append(Block("", "THE SET AS A WHOLE", "\n".join(seen.problems), "failed"))
    shared = [
        f"{one.rows:,} of {one.of:,} {one.split} rows ({one.share:.1%}) have {one.shares} as {one.other}"
        for one in seen.overlaps
        if one.shares != "the same source"  # mostly the one file that all of them came in
    ]
    if shared:
        blocks.append(Block("", "WHAT SPLITS SHARE", "\n".join(shared)))
    behind = [f"{count:,} {LEFT.get(kind, kind)}" for kind, count in sorted(seen.left.items())]
    if behind:
        blocks.append(Block("", "STAYS BEHIND", "\n".join(behind)))
    return [*blocks, *([Block("", "NOTES", "\n".join(seen.notes), "dim")] if seen.notes else [])]


def written_lines(done: "ExportResult") -> list[Pieces]:
    """The files that were written, a line each."""
    lines: list[Pieces] = [
        [Piece(" "), Piece(f"{name} ", "bold"), Piece(many(count), "saved")] for name, count in done.files.items()
    ]
    return [*lines, [Piece(" "), Piece("manifest.json", "bold")]]


def written_blocks(done: "ExportResult") -> list[Block]:
    """Where the files are, what stayed behind, what is to know."""
    blocks = [
        Block("", "WRITTEN INTO", f"{done.out}\ncurator verify {shlex.quote(done.out)} proves it again, any time.")
    ]
    behind = [f"{count:,} {LEFT.get(kind, kind)}" for kind, count in done.left_out.items()]
    if behind:
        blocks.append(Block("", "STAYED BEHIND", "\n".join([*behind, "left_out.jsonl says of every row why."])))
    if done.kept:
        blocks.append(Block("", "KEPT WHAT WAS THERE", "\n".join(done.kept)))
    if done.problems:
        blocks.append(Block("", "THE SET AS A WHOLE", "\n".join(done.problems), "failed"))
    return [*blocks, *([Block("", "NOTES", "\n".join(done.notes), "dim")] if done.notes else [])]


def parting(parted: Sequence[str]) -> list[Block]:
    """What is asked before rows of one cluster are written into different splits."""
    told = (
        "Rows that belong together were given different splits before. y writes them so all the same: what is "
        "measured on one split was then trained on with another."
    )
    return [Block("", "CLUSTERS ARE PARTED", told), Block("", "THESE", "\n".join(parted))]


def overwrite(out: Path, there: Sequence[str]) -> list[Block]:
    """What is asked before files are replaced."""
    told = f"{out} holds files of an export already. y writes the new ones; the old ones are kept beside them as .bak."
    return [Block("", "FILES EXIST", told), Block("", "THERE ARE", "\n".join(there))]
