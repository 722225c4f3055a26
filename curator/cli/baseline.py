"""`curator baseline`: what prompting alone reaches on the eval set; answers of other models on the same rows."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from curator.cli.sending import Amount, Asking, asked_of, asking_options, price_of
from curator.cli.workspace_option import open_workspace, who, workspace_option
from curator.errors import JudgeError, SettingsError
from curator.text import many

if TYPE_CHECKING:
    from collections.abc import Generator

    from curator.advice.prices import Prices
    from curator.advice.signals import Unanswered
    from curator.judge.base import Service
    from curator.judge.keeping import Kept
    from curator.model import Progress
    from curator.operations.asking import Session
    from curator.operations.asking_plan import Prepared
    from curator.operations.baseline import BaselineResult
    from curator.operations.baseline_ladder import Ladder
    from curator.operations.baseline_prompts import Prompt
    from curator.operations.baseline_set import Material
    from curator.workspace import Workspace


class Enough(Struct, frozen=True):
    """What the options say of what is measured and of what is enough."""

    target: float
    margin: float
    rungs: str


@click.command("baseline")
@workspace_option
@asking_options
@click.option("--list-models", is_flag=True, help="List models: those with a price, and what your key may use.")
@click.option("--eval-set", "eval_set", default="eval", show_default=True, help="The eval set that is measured on.")
@click.option("--target", type=Amount(0, 1), default=0.9, show_default=True, help="The score that is enough.")
@click.option("--margin", type=Amount(0, 1), default=0.02, show_default=True, help="So much less will do.")
@click.option("--rungs", default="P0,P1,P2,P3,P4", show_default=True, metavar="P0,P1,…", help="Only these rungs.")
@click.option("--with-passage", is_flag=True, help="Give each row the passage of another row that holds its answer.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write prompt, eval set and answers here."
)
@click.option("--outputs", type=click.Path(path_type=Path, dir_okay=False), help="Score these answers instead.")
@click.option("--as", "name", default="", metavar="NAME", help="With --outputs: the model that gave them.")
@click.option("--prefer", default="", metavar="NAME", help="Then let this model read both answers, in both orders.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; with --prefer another one.")
def command(
    workspace: Path | None, list_models: bool, eval_set: str, target: float, margin: float, rungs: str,
    with_passage: bool, out: Path | None, outputs: Path | None, name: str, prefer: str, as_json: bool, **asked: Any,
) -> None:  # fmt: skip
    """Measures what prompting reaches: rung after rung, until it is known.

    P0 the input alone, P1 a description of the task and of the answer, P2 examples, P3 other wordings, P4 notes first.
    Rows of the eval set are sent to the model, and nothing before a yes to what is shown: where to, which rows and
    fields, how many tokens, what it costs at the most, the first request whole. Answers are kept: after a stop or a
    kill the same command goes on and pays for none of them twice. With --outputs nothing is sent at all: the answers
    in FILE ({"id": …, "output": …} a line) are scored on the same rows and held against the best prompt. Where words
    can be measured badly only, --prefer lets a model read two answers to each row, in both orders: those of the best
    prompt and the references, or those in FILE and the best prompt's. That takes a yes of its own.
    """
    from curator.advice.prices import load

    asking, enough = Asking(**asked), Enough(target, margin, rungs)
    with open_workspace(workspace) as ws:
        prices = load(ws.path.parent)
        if list_models:
            _list(prices)
        elif outputs is not None:
            from curator.cli.baseline_outputs import scored

            scored(
                ws, outputs, name, prices, asking, eval_set=eval_set, prefer=prefer, as_json=as_json, enough=enough
            )  # fmt: skip
        else:
            _climb(
                ws, prices, asking, enough, eval_set=eval_set, passages=with_passage, out=out, prefer=prefer,
                as_json=as_json,
            )  # fmt: skip


def _climb(
    ws: "Workspace", prices: "Prices", asking: Asking, enough: Enough, *, eval_set: str, passages: bool,
    out: Path | None, prefer: str, as_json: bool,
) -> None:  # fmt: skip
    from curator.cli.baseline_told import tell, written
    from curator.cli.output import progress
    from curator.operations.baseline import climb
    from curator.operations.baseline_set import material
    from curator.operations.measured import form_of, keep, of_climb
    from curator.operations.unanswered import keep_unanswered, unanswered

    if out is not None and out.exists() and any(out.iterdir()):
        raise SettingsError(f"--out {out}: the folder holds files already. Name one that is empty or not there yet.")
    found = progress(material(ws, eval_set, passages=passages))
    ladder = ladder_of(found, asking.model, prices, allow_secrets=asking.allow_secrets)
    prompts = _chosen(ladder, enough.rungs)

    def plan(service: "Service", kept: "Kept") -> "Prepared":
        return ladder.prepared(service, kept, prices, prompts=prompts, batches=asking.batches)

    def ask(session: "Session") -> "Generator[Progress, None, BaselineResult]":
        return climb(ladder, session, found.score, target=enough.target, margin=enough.margin, prompts=prompts)

    result = asked_of(ws, asking, prices, plan, ask)
    measured = of_climb(
        result, metric=found.metric.title, day=date.today().isoformat(), eval_digest=found.eval_set.digest,
        with_source=bool(found.sources), largest=prices.largest(asking.model), form=form_of(found.outputs()),
    )  # fmt: skip
    tried = unanswered(result, day=date.today().isoformat(), eval_digest=found.eval_set.digest)
    saved = keep(ws, measured, actor=who(None)) if tried is None else keep_unanswered(ws, tried, actor=who(None))
    tell(found, result, saved.seq, as_json=as_json)
    if result.best is None:
        raise _nothing(f"{asking.model} on {found.eval_set.name}", tried, result.why)
    if out is not None:
        written(out, found, ladder, result)
    if prefer:
        from curator.cli.baseline_preferred import against_references

        against_references(ws, found, result.best, prices, asking, prefer, as_json=as_json)


def _nothing(what: str, tried: "Unanswered | None", why: str) -> JudgeError:
    """What is said of a climb without a single score."""
    said = f"none of {many(tried.asked, 'answer')} could be used ({tried.reasons})" if tried else why
    return JudgeError(
        f"{what}: nothing was measured: {said}. Ask another model (--list-models), or run it again where the service "
        "or a limit stood in the way: no answer is paid for twice."
    )


def ladder_of(found: "Material", model: str, prices: "Prices", *, allow_secrets: bool) -> "Ladder":
    """The ladder of a model. Raises `SettingsError` without a model or a price of it."""
    from curator.operations.baseline_ladder import Ladder

    return Ladder(found.ladder_rows(), found.pool, model, price_of(model, prices), allow_secrets=allow_secrets)


def _chosen(ladder: "Ladder", rungs: str) -> "list[Prompt]":
    wanted = [part.strip().upper() for part in rungs.split(",") if part.strip()]
    chosen = [prompt for prompt in ladder.prompts if prompt.rung in wanted]
    unknown = [name for name in wanted if name not in ("P0", "P1", "P2", "P3", "P4")]
    if unknown or not chosen:
        raise SettingsError(f"--rungs {rungs}: name some of P0, P1, P2, P3, P4, with commas between them.")
    return chosen


def _list(prices: "Prices") -> None:
    import os

    from curator.cli.output import data, say
    from curator.judge.base import Trouble
    from curator.operations.service import service_of

    for name, price in prices.models.items():
        data(f"{name}: ${price.input:g} in, ${price.output:g} out a million tokens ({prices.dated()})")
    if not os.environ.get("ANTHROPIC_API_KEY"):
        say("Without ANTHROPIC_API_KEY nobody was asked which models there are.")
        return
    service = service_of(next(iter(prices.models)), prices)
    try:
        for one in service.models():
            known = "" if prices.of(one.id) else ", no price known"
            data(f"{one.id}: {one.title}, {'active' if one.active else 'retired or retiring'}{known}")
    except Trouble as trouble:
        say(f"The models could not be asked for: {trouble.why}.")
    finally:
        service.close()
