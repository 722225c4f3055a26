"""`curator assess`: should you fine-tune? The verdict, each line with its number, its source and what overturns it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from curator.cli.workspace_option import open_workspace, reviewer_option, who, workspace_option
from curator.errors import SettingsError

if TYPE_CHECKING:
    from curator.advice.prompts import Answer
    from curator.operations.assess import Assessment
    from curator.operations.economy import Costs

_MARKS = {
    "blocks": "x",
    "retrieval": ">",
    "prompt": "+",
    "for": "+",
    "against": "-",
    "open": "?",
    "fine": " ",
}


@click.command("assess")
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line: verdict, lines, evidence, signals.")
@click.option(
    "--prompts", type=click.Path(path_type=Path, dir_okay=False), default=None, metavar="FILE",
    help="Take in prompts that were tried, from a prompts.toml; the same name again is a new version.",
)  # fmt: skip
@click.option(
    "--tried", multiple=True, metavar="QUESTION=yes|no",
    help="Answer one of instructions, examples, phrasings, decomposed.",
)  # fmt: skip
@click.option("--note", default="", help="What shows it, for --tried.")
@click.option("--volume", type=float, default=None, help="How many calls you expect in all.")
@click.option("--model", default="", help="The model that would be prompted, for the break-even.")
@click.option("--tuned-price", default="", metavar="IN/OUT", help="Dollars a million tokens of the tuned model.")
@click.option("--tuning-cost", default="", metavar="LOW-HIGH", help="Dollars for labels, training, tests and hosting.")
@click.option("--eval-set", "eval_set", default="eval", show_default=True, help="The eval set that counts.")
@reviewer_option
def command(
    workspace: Path | None,
    as_json: bool,
    prompts: Path | None,
    tried: Sequence[str],
    note: str,
    volume: float | None,
    model: str,
    tuned_price: str,
    tuning_cost: str,
    eval_set: str,
    reviewer: str | None,
) -> None:
    """Says whether to fine-tune: not yet, retrieval, measure first, the prompt is enough, it may pay, or neither.

    Nothing is sent anywhere. It never says that fine-tuning may pay unless `curator baseline` has measured what
    prompting reaches. A prompts.toml holds [[prompt]] tables with name, prompt (or file), date, score, rows, note and
    tries = ["instructions", "examples", "phrasings", "decomposed"].
    """
    from curator.cli.output import progress, say
    from curator.operations.assess import assess
    from curator.operations.economy import assume
    from curator.operations.tried import answer, import_prompts

    answers, costs = _answers(tried, note), _costs(model, tuned_price, tuning_cost)
    with open_workspace(workspace) as ws:
        if prompts is not None:
            done = import_prompts(ws, prompts, actor=who(reviewer))
            kept = f"saved as #{done.saved.seq}" if done.saved.changes else "all known already"
            say(f"{prompts}: {done.prompts} prompts, {done.answers} answers, {kept}.")
        if answers or volume is not None:
            answer(ws, answers, volume=volume, actor=who(reviewer))
        if costs is not None:
            assume(ws, costs, actor=who(reviewer))
        found = progress(assess(ws, eval_set=eval_set))
    _print(found, as_json)


def _answers(tried: Sequence[str], note: str) -> "list[Answer]":
    from curator.advice.prompts import Answer, check_question

    found = []
    for text in tried:
        question, _, said = text.partition("=")
        check_question(question.strip())
        if said.strip().lower() not in ("yes", "no"):
            raise SettingsError(f"--tried {text}: say yes or no, as in --tried {question.strip()}=yes.")
        found.append(Answer(question.strip(), said.strip().lower() == "yes", note))
    return found


def _costs(model: str, tuned_price: str, tuning_cost: str) -> "Costs | None":
    from curator.operations.economy import Costs

    if not (model or tuned_price or tuning_cost):
        return None
    if not (model and tuned_price and tuning_cost):
        raise SettingsError("--model, --tuned-price and --tuning-cost are said together: the break-even needs all.")
    return Costs(model, *_two(tuned_price, "/", "--tuned-price"), *_two(tuning_cost, "-", "--tuning-cost"))


def _two(text: str, between: str, option: str) -> tuple[float, float]:
    first, _, second = text.partition(between)
    try:
        return float(first), float(second or first)
    except ValueError:
        raise SettingsError(f"{option} {text}: write two numbers, such as 3{between}6.") from None


def _print(found: "Assessment", as_json: bool) -> None:
    from curator.cli.output import data, record

    if as_json:
        record(as_data(found))
        return
    from curator.advice.evidence import WHERE

    verdict = found.verdict
    data(verdict.title)
    data(f"  {verdict.why}")
    data(f"  Next: {verdict.next}")
    sampled = (
        f", texts of a sample of {found.signals.sampled:,}" if found.signals.sampled < found.signals.usable else ""
    )
    data(f"  {verdict.confidence}; {found.signals.usable:,} of {found.signals.rows:,} rows to train on{sampled}.")
    data("")
    for line in verdict.lines:
        if line.bears in WHERE:
            continue
        data(f"{_MARKS[line.bears]} {line.says}: {line.number}")
        data(f"    from {line.source}")
        if line.bears != "fine":
            data(f"    to overturn: {line.overturn}")
    if verdict.missing:
        data("")
        data("Missing evidence:")
        for missing in verdict.missing:
            data(f"  {missing.name}: {missing.how}")
    data("")
    data("Where it could be trained:")
    for line in verdict.lines:
        if line.bears in WHERE:
            data(f"  {line.says}; {line.number}; {line.source}")


def as_data(found: "Assessment") -> dict[str, Any]:
    """An assessment as plain data."""
    import msgspec

    verdict = found.verdict
    plain: dict[str, Any] = msgspec.to_builtins(verdict)
    return {
        "verdict": verdict.kind,
        "title": verdict.title,
        **{key: value for key, value in plain.items() if key != "kind"},
        "signals": msgspec.to_builtins(found.signals),
        "measured": msgspec.to_builtins(found.measured),
        "today": found.today,
    }
