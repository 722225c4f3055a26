"""What `curator check --judge` and `--probe` print: every suspect accounted for."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from curator.text import many

if TYPE_CHECKING:
    from curator.judge.probing import Probed
    from curator.judge.verdicts import Judgement
    from curator.model import Entry
    from curator.operations.judging import JudgingResult
    from curator.operations.second_reading import Doubt, Kept


def tell(
    judged: "Sequence[tuple[Doubt, Judgement]]",
    result: "JudgingResult",
    kept: "Kept",
    *,
    as_json: bool,
) -> None:
    """Every suspect accounted for: what was said, what could not be judged and why, and what was not."""
    from curator.cli.output import data, record, say
    from curator.judge.consent import dollars
    from curator.judge.verdicts import accounts
    from curator.text import visible

    if as_json:
        for doubt, one in judged:
            record(_line(doubt, one))
    counts = accounts([one for _, one in judged])
    told = data if not as_json else say
    told(f"{many(len(judged), 'question')}: " + ", ".join(f"{count:,} {name}" for name, count in counts.items()) + ".")
    for name in dict.fromkeys(one.rubric for one, _ in judged):
        of = [(doubt, one) for doubt, one in judged if doubt.rubric == name and one.outcome == "judged"]
        suspects = [one for doubt, one in of if doubt.codes]
        sample = [one for doubt, one in of if not doubt.codes]
        if suspects:
            told(f"  {name:<9}  {_share(suspects)} of the suspects {_AGAINST[name]}")
        if sample:
            told(f"  {name:<9}  {_share(sample)} of the sample that no check suspects {_AGAINST[name]}")
    for why, count in Counter(one.why for _, one in judged if one.outcome != "judged").most_common():
        told(visible(f"  {count:,} without a verdict: {why}", line=True))
    if result.addressed:
        rows = len({one.example_id for one in result.addressed})
        who = "row speaks to whoever reads it" if rows == 1 else "rows speak to whoever reads them"
        told(f"  {rows:,} {who} (TXT011).")
    if kept.rewrites or kept.dropped:
        were = "was" if kept.dropped == 1 else "were"
        dropped = f"; {kept.dropped:,} more {were} dropped: a check finds something new there" if kept.dropped else ""
        told(f"  {many(kept.rewrites, 'rewrite')} to look at: `i` takes one in `curator review`{dropped}.")
    if kept.edited:
        told(f"  {many(kept.edited, 'answer')} left out: the row was edited meanwhile.")
    told(f"It cost {dollars(result.cost)}. A model suggests, a person decides: `curator review --where finding:JDG`.")


_AGAINST = {
    "knowledge": "teach facts (JDG001)",
    "conflict": "cannot both be right (JDG002)",
    "output": "do not do what is asked (JDG003)",
}


def _share(judged: "Sequence[Judgement]") -> str:
    from curator.advice.intervals import wilson

    bad = sum(one.suspicious for one in judged)
    found = wilson(bad, len(judged))
    return f"{bad:,} of {len(judged):,} ({found.low:.0%} to {found.high:.0%})"


def _line(doubt: "Doubt", one: "Judgement") -> dict[str, Any]:
    texts = {entry.example.id: entry.example.output_text for entry in doubt.entries}
    return {
        "ids": list(one.ids), "rubric": one.rubric, "checks": list(doubt.codes), "outcome": one.outcome,
        "verdict": one.verdict, "suspicious": one.suspicious, "reason": one.reason, "why": one.why,
        "quotes": [{"id": name, "quote": texts[name][span.start : span.end]} for name, span in one.evidence],
        "rewrite": one.rewrite,
    }  # fmt: skip


def tell_probed(probed: "Sequence[tuple[Entry, Probed]]", kept: int, *, as_json: bool) -> None:
    """How many rows are known how well, with the caveat."""
    import msgspec

    from curator.cli.output import data, record, say
    from curator.judge.probing import CAVEAT

    told = data if not as_json else say
    if as_json:
        for _, one in probed:
            record(msgspec.to_builtins(one))
    for name, count in Counter(one.known for _, one in probed).most_common():
        told(f"  {count:>6,}  {name}")
    told(CAVEAT)
    told(f"{many(kept, 'row')} marked: `curator findings --select JDG007`, `curator review --where finding:JDG007`.")
