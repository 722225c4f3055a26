"""`curator baseline`: what prompting alone reaches on the eval set; answers of other models on the same rows."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from curator.cli.sending import Asking, asking_options, price_of
from curator.cli.workspace_option import open_workspace, who, workspace_option
from curator.errors import SettingsError

if TYPE_CHECKING:
    from curator.advice.prices import Prices
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
@click.option("--target", type=click.FloatRange(0, 1), default=0.9, show_default=True, help="The score that is enough.")
@click.option("--margin", type=click.FloatRange(0, 1), default=0.02, show_default=True, help="So much less will do.")
@click.option("--rungs", default="P0,P1,P2,P3,P4", show_default=True, metavar="P0,P1,…", help="Only these rungs.")
@click.option("--with-passage", is_flag=True, help="Give each row the passage of another row that holds its answer.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write prompt, eval set and answers here."
)
@click.option("--outputs", type=click.Path(path_type=Path, dir_okay=False), help="Score these answers instead.")
@click.option("--as", "name", default="", metavar="NAME", help="With --outputs: the model that gave them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    workspace: Path | None, list_models: bool, eval_set: str, target: float, margin: float, rungs: str,
    with_passage: bool, out: Path | None, outputs: Path | None, name: str, as_json: bool, **asked: Any,
) -> None:  # fmt: skip
    """Measures what prompting reaches: rung after rung, until it is known.

    P0 the input alone, P1 a description of the task and of the answer, P2 examples, P3 other wordings, P4 notes first.
    Rows of the eval set are sent to the model, and nothing before a yes to what is shown: where to, which rows and
    fields, how many tokens, what it costs at the most, the first request whole. Answers are kept: after a stop or a
    kill the same command goes on and pays for none of them twice. With --outputs nothing is sent at all: the answers
    in FILE ({"id": …, "output": …} a line) are scored on the same rows and held against the best prompt.
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
                ws, outputs, name, prices, model=asking.model, eval_set=eval_set, as_json=as_json, enough=enough
            )  # fmt: skip
        else:
            _climb(
                ws, prices, asking, enough, eval_set=eval_set, passages=with_passage, out=out, as_json=as_json
            )  # fmt: skip


def _climb(
    ws: "Workspace", prices: "Prices", asking: Asking, enough: Enough, *, eval_set: str, passages: bool,
    out: Path | None, as_json: bool,
) -> None:  # fmt: skip
    from curator.cli.baseline_told import tell, written
    from curator.cli.output import data, progress, say
    from curator.cli.sending import agreed, session_of
    from curator.operations.baseline import climb
    from curator.operations.baseline_set import material
    from curator.operations.measured import keep, of_climb
    from curator.operations.service import service_of
    from curator.workspace.answers import AnswerStores

    if out is not None and out.exists() and any(out.iterdir()):
        raise SettingsError(f"--out {out}: the folder holds files already. Name one that is empty or not there yet.")
    found = progress(material(ws, eval_set, passages=passages))
    with AnswerStores(ws.path) as stores:
        ladder = ladder_of(found, asking.model, prices, allow_secrets=asking.allow_secrets)
        prompts = _chosen(ladder, enough.rungs)
        service = service_of(asking.model, prices)
        prepared = ladder.prepared(service, stores(), prices, prompts=prompts, batches=asking.batches)
        if asking.dry_run:
            data(prepared.plan.text())
            say("Nothing was sent.")
            return
        consent = agreed(prepared, yes=asking.yes)
        if consent is None:
            raise SystemExit(1)
        session = session_of(service, stores, prices, prepared, consent, asking)
        try:
            result = progress(
                climb(ladder, session, found.score, target=enough.target, margin=enough.margin, prompts=prompts)
            )
        finally:
            service.close()
    measured = of_climb(
        result, metric=found.metric.title, day=date.today().isoformat(), eval_digest=found.eval_set.digest,
        with_source=bool(found.sources),
    )  # fmt: skip
    saved = keep(ws, measured, actor=who(None))
    tell(found, result, saved.seq, as_json=as_json)
    if out is not None:
        written(out, found, ladder, result)


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
