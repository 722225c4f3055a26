"""`curator baseline --outputs`: the answers of any model, a tuned one too, on the same rows as the prompts."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from curator.cli.workspace_option import who
from curator.errors import SettingsError

if TYPE_CHECKING:
    from curator.advice.measured import Measured
    from curator.advice.prices import Prices
    from curator.cli.baseline import Enough
    from curator.cli.sending import Asking
    from curator.operations.baseline_outputs import OutputsResult
    from curator.operations.baseline_set import Material
    from curator.operations.measured import Rung
    from curator.workspace import Workspace


def scored(
    ws: "Workspace", path: Path, name: str, prices: "Prices", asking: "Asking", *, eval_set: str, prefer: str,
    as_json: bool, enough: "Enough",
) -> None:  # fmt: skip
    """Scores a file of answers, keeps what it reaches, sends nothing but for `prefer`. Raises `CuratorError`."""
    from curator.cli.output import progress
    from curator.operations.baseline_outputs import score_outputs
    from curator.operations.baseline_set import material
    from curator.operations.measured import best_prompt, keep, of_outputs

    if not name:
        raise SettingsError("--outputs: name the model that gave them, with --as NAME.")
    found = progress(material(ws, eval_set))
    digest = found.eval_set.digest
    best = best_prompt(ws, digest, metric=found.metric.title, model=asking.model)
    against = None if best is None else best.scored()
    result = score_outputs(path, found.rows, found.score, name=name, best=against, clusters=found.groups)
    measured = of_outputs(
        result, target=enough.target, margin=enough.margin, metric=found.metric.title, day=date.today().isoformat(),
        eval_digest=digest,
    )  # fmt: skip
    saved = keep(ws, [measured], actor=who(None))
    _tell(found, result, measured, best, saved.seq, as_json=as_json)
    if prefer and best is not None:
        from curator.cli.baseline_preferred import against_prompt

        against_prompt(ws, found, result, best, prices, asking, prefer, as_json=as_json)


def _tell(
    found: "Material", result: "OutputsResult", measured: "Measured", best: "Rung | None", event: int, *, as_json: bool
) -> None:
    import msgspec

    from curator.cli.baseline_told import share
    from curator.cli.output import data, record, say

    against = result.against
    if as_json:
        record({
            "name": result.name, "metric": found.metric.name, "rows": len(found.rows), "event": event,
            "mean": result.interval.value, "low": result.interval.low, "high": result.interval.high,
            "scored": result.interval.count, "failures": result.failures, "reached": measured.reached,
            "missing": len(result.missing), "unknown": result.unknown, "twice": result.twice,
            "best_prompt": None if best is None else best.prompt, "against": msgspec.to_builtins(against),
        })  # fmt: skip
        return
    data(f"{result.name} on {found.eval_set.name} ({len(found.rows):,} rows), {found.metric.title}")
    data(f"  {result.name:<28} {share(result.interval)}")
    if result.unanswered:
        wrong, right = share(result.pessimist).strip(), share(result.optimist).strip()
        data(f"  {result.unanswered}: {wrong} if they are wrong, {right} if they are right")
    if best is None or against is None:
        say("No prompt was measured on this eval set, so there is nothing to hold it against: `curator baseline`.")
    else:
        data(f"  {best.prompt:<28} {share(best.interval)}")
        counted = ", those without an answer being wrong" if result.unanswered else ""
        paid = "It did pay" if against.gain > 0 and against.p <= 0.05 else "It did not surely pay"
        data(f"  {100 * against.gain:+.1f} points on {against.count:,} rows{counted} (p = {against.p:.3g}). {paid}.")
    for count, what in (
        (len(result.missing), "rows have no answer in the file"),
        (result.unknown, "lines are about no row of the eval set"),
        (result.twice, "lines are about a row that had one already"),
    ):
        if count:
            say(f"{count:,} {what}.")
    kept = f"Kept as #{event}" if event else "The same was kept before"
    data(f"{kept}; `curator assess` says what follows from it.")
