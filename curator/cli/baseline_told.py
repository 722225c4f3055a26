"""What `curator baseline` prints and writes of a climb."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from curator.advice.intervals import Interval
    from curator.operations.baseline import BaselineResult, PromptResult
    from curator.operations.baseline_ladder import Ladder
    from curator.operations.baseline_report import Shortfall
    from curator.operations.baseline_set import Material

#: Parts of the rows that are listed; rows that a filter names.
_PARTS, _NAMED = 8, 200
_ENDED = {
    "suffices": "Prompting suffices",
    "short": "Prompting falls short",
    "undecided": "Undecided",
    "stopped": "Stopped before it was known",
}


def tell(found: "Material", result: "BaselineResult", event: int, *, as_json: bool) -> None:
    """Prints a climb: each prompt with its interval, what each rung gained, the verdict, where the best one fails."""
    from curator.cli.output import data, record
    from curator.judge.consent import dollars
    from curator.operations.baseline_report import shortfalls

    best = result.best
    parts = () if best is None else shortfalls(best, found.examples, found.clusters)
    if as_json:
        record(_record(found, result, parts, event))
        return
    rows = f"{len(found.rows):,} rows in {len(set(found.groups.values())):,} clusters"
    data(f"{result.model} on {found.eval_set.name} ({rows}), {found.metric.title}, target {result.target:.0%}")
    for one in result.results:
        failures = ", ".join(f"{count:,} {name}" for name, count in one.failures.items())
        data(
            f"  {one.prompt.name:<28} {share(one.interval)}  {one.reached:<9}  {one.asked:,} rows, {dollars(one.cost)}"
            + (f"; without an answer: {failures}" if failures else "")
        )
    if best is not None:
        data(f"  {best.prompt.name}, by other measures: {_also(found, best)}")
    for step in result.steps:
        gain = step.comparison
        data(f"  {step.prompt} over {step.over}: {100 * gain.gain:+.1f} points (p = {step.p:.3g} after Holm)")
    if result.spread is not None:
        data(f"  phrasings of P3 lie {100 * (result.spread[1] - result.spread[0]):.1f} points apart")
    data(f"{_ENDED[result.ended]}: {result.why}. It cost {dollars(result.cost)}{_noted(event)}.")
    for line in _left_out(found, result):
        data(line)
    if best is not None:
        _fails(found, best, parts)
    data("`curator assess` says what follows from it.")


def _noted(event: int) -> str:
    """Under which event it is kept; or that it was there before."""
    return f"; measured as #{event}" if event else "; the same was measured before"


def _also(found: "Material", best: "PromptResult") -> str:
    """The other measures of the task for a prompt, over the rows that have an answer."""
    from curator.advice.metrics import macro_f1
    from curator.operations.measured import conformity_of, form_of

    pairs = [(found.examples[row.key].output_text, row.text) for row in best.rows if row.score is not None]
    means = [
        f"{one.title} {sum(one.score(*pair) for pair in pairs) / len(pairs):.1%}" for one in found.metrics[1:] if pairs
    ]
    if found.task == "labels":
        means.append(f"macro-F1 {macro_f1([pair[0] for pair in pairs], [pair[1] for pair in pairs]):.1%}")
    held = conformity_of(form_of(found.outputs()), [row.text for row in best.rows if row.score is not None])
    if held is not None:
        means.append(f"the form of the set {held:.1%}")
    return ", ".join(means) or "none"


def share(found: "Interval") -> str:
    """A mean with its interval, in percent."""
    if not found.count:
        return "      not measured       "
    return f"{found.value:6.1%} ({found.low:.1%} to {found.high:.1%})"


def _left_out(found: "Material", result: "BaselineResult") -> list[str]:
    lines = []
    if found.eval_set.changed:
        anew = f"`curator eval-set create --like {found.eval_set.name} --name NAME`"
        lines += [
            f"{len(found.eval_set.changed):,} rows were changed since the set was frozen: not measured.",
            f"Where references were corrected, {anew} freezes them anew.",
        ]
    if found.eval_set.dropped:
        lines.append(
            f"{len(found.eval_set.dropped):,} rows of the set were rejected, marked to be fixed or routed to RAG since:"
            " not measured."
        )
    if result.unfit:
        reasons: dict[str, int] = {}
        for why in result.unfit.values():
            reasons[why] = reasons.get(why, 0) + 1
        lines += [f"{count:,} rows were not sent: {why}." for why, count in reasons.items()]
    if found.sources:
        lines.append(f"{len(found.sources):,} rows had a passage to answer from.")
    return lines


def _fails(found: "Material", best: "PromptResult", parts: "Sequence[Shortfall]") -> None:
    from curator.checks.sensitive_values import masked_text
    from curator.cli.output import data

    missed = [part for part in parts if part.keys]
    if not missed:
        return
    data(f"Where {best.prompt.name} falls short. Ask first whether the reference is wrong:")
    for part in missed[:_PARTS]:
        count, of = len(part.keys), part.missed.count
        data(
            masked_text(
                f"  {part.by} {part.name}: {count:,} of {of:,} ({part.missed.low:.0%} to {part.missed.high:.0%})"
            )
        )
    keys = list(dict.fromkeys(key for part in missed if part.by == "kind" for key in part.keys))
    data(f'  curator review --where "{where(found, keys[:_NAMED])}"')
    if len(keys) > _NAMED:
        data(f"  names the first {_NAMED} of {len(keys):,}; --json lists all")


def where(found: "Material", keys: Sequence[str]) -> str:
    """A filter for these rows of the eval set."""
    return f"id:{','.join(str(seq) for seq in sorted(found.seqs[key] for key in keys))}"


def _record(found: "Material", result: "BaselineResult", parts: "Sequence[Shortfall]", event: int) -> Mapping[str, Any]:
    import msgspec

    best = result.best
    return {
        "model": result.model,
        "eval_set": found.eval_set.name,
        "eval_digest": found.eval_set.digest,
        "rows": len(found.rows),
        "metric": found.metric.name,
        "target": result.target,
        "margin": result.margin,
        "ended": result.ended,
        "why": result.why,
        "cost": result.cost,
        "event": event,
        "best": None if best is None else best.prompt.name,
        "prompts": [
            {
                "name": one.prompt.name, "rung": one.prompt.rung, "reached": one.reached, "asked": one.asked,
                "mean": one.interval.value, "low": one.interval.low, "high": one.interval.high,
                "scored": one.interval.count, "cost": one.cost, "failures": one.failures,
            }
            for one in result.results
        ],
        "steps": msgspec.to_builtins(result.steps),
        "spread": result.spread,
        "short": [
            {
                "by": part.by, "name": part.name, "missed": len(part.keys), "of": part.missed.count,
                "seqs": sorted(found.seqs[key] for key in part.keys),
            }
            for part in parts
            if part.keys
        ],
        "not_sent": result.unfit,
        "changed": found.eval_set.changed,
        "dropped": found.eval_set.dropped,
        "passages": len(found.sources),
    }  # fmt: skip


def written(out: Path, found: "Material", ladder: "Ladder", result: "BaselineResult") -> None:
    """Writes the winning prompt, the eval set and every answer of it into a folder. Raises `CuratorError`."""
    import msgspec

    from curator.cli.output import say
    from curator.errors import CuratorError
    from curator.operations.baseline_report import winning

    best = result.best
    encode = msgspec.json.Encoder().encode
    rows = [
        {"id": key, "messages": msgspec.to_builtins(example.messages), "passage": found.sources.get(key, "")}
        for key, example in found.rows
    ]
    answers = [] if best is None else [
        {"id": row.key, "output": row.text, "score": row.score, "failure": row.failure, "why": row.why}
        for row in best.rows
    ]  # fmt: skip
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "eval.jsonl").write_bytes(b"".join(encode(row) + b"\n" for row in rows))
        (out / "answers.jsonl").write_bytes(b"".join(encode(row) + b"\n" for row in answers))
        if best is not None:
            (out / "prompt.json").write_text(winning(ladder, best), encoding="utf-8")
    except OSError as error:
        raise CuratorError(f"--out {out}: cannot be written: {error.strerror}.") from error
    say(f"{out}: prompt.json (the best prompt), eval.jsonl (the eval set), answers.jsonl (its answers).")
