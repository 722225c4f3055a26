"""Probing whether a model knows what rows teach: five answers each, five more where none was right."""

from collections.abc import Generator, Sequence

from curator.advice.prices import Prices
from curator.judge.base import Answer, Question, Service
from curator.judge.keeping import Kept
from curator.judge.probing import ASKED, Probe, Probed, probed, questions_of
from curator.model import Progress
from curator.operations.asking import Session
from curator.operations.asking_plan import Later, Prepared, later_of, prepare


def prepared(
    probes: Sequence[Probe], service: Service, kept: Kept, prices: Prices, *, allow_secrets: bool = False,
    batches: bool | None = None,
) -> Prepared:  # fmt: skip
    """The plan of probing all of these, as if each needed the second round. Nothing is sent."""
    asked = _round(probes, service.model, prices, range(ASKED))
    price = prices.of(service.model)
    later = Later()
    if price is not None:
        by_batches = 2 * len(asked) > prices.limits.batch_from if batches is None else batches
        share = prices.limits.batch_share if by_batches else None
        again = _round(probes, service.model, prices, range(ASKED, 2 * ASKED))
        later = later_of(len(again), price, again, extra_bytes=0, share=share)
    return prepare(
        service, kept, prices, asked, purpose="probing what the model knows",
        examples={one.example.id: one.example for one in probes}, allow_secrets=allow_secrets, batches=batches,
        later=later, output=20.0,
    )  # fmt: skip


def probe(probes: Sequence[Probe], session: Session, prices: Prices) -> Generator[Progress, None, tuple[Probed, ...]]:
    """Asks, and says of each row how well it is known. Raises `JudgeError` when no call can succeed."""
    out = set(session.plan.left_out)
    let = [one for one in probes if one.example.id not in out]
    answers = yield from _answers(let, session, prices, range(ASKED))
    lost = [one for one in let if probed(one, answers[one.example.id]).known == "unknown"]
    more = yield from _answers(lost, session, prices, range(ASKED, 2 * ASKED))
    return tuple(probed(one, [*answers.get(one.example.id, ()), *more.get(one.example.id, ())]) for one in probes)


def _answers(
    probes: Sequence[Probe], session: Session, prices: Prices, rounds: range
) -> Generator[Progress, None, dict[str, list[Answer]]]:
    asked = _round(probes, session.service.model, prices, rounds)
    found = yield from session.ask(asked, "probing")
    by_row: dict[str, list[Answer]] = {}
    for question in asked:
        by_row.setdefault(question.rows[0], []).append(found[question.key])
    return by_row


def _round(probes: Sequence[Probe], model: str, prices: Prices, rounds: range) -> list[Question]:
    price = prices.of(model)
    thinking = 0 if price is None else price.thinking_tokens
    return [question for one in probes for question in questions_of(one, model, rounds, thinking=thinking)]
