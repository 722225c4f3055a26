"""What a run would send and cost, worked out on this machine: the plan that is shown before anything is asked."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from curator.advice.costs import Guess, bound_of, estimated, guess, ratio_of, sample, total
from curator.advice.prices import Price, Prices
from curator.checks.personal_data import contact_data
from curator.checks.samples import is_sample
from curator.checks.secret_shapes import secret_places, secrets
from curator.checks.sensitive import Place
from curator.errors import JudgeError
from curator.judge.base import Question, Service, Trouble
from curator.judge.cached import divided
from curator.judge.consent import Consent, Plan
from curator.judge.keeping import Kept
from curator.judge.retrying import Pacing
from curator.masking import masked
from curator.model import Example

#: Answers known for so many of the questions tell how many tokens the model makes of a text.
_ENOUGH = 5


class Prepared(Struct, frozen=True):
    """A plan, and the questions that it lets through: those whose rows hold secrets are not among them."""

    plan: Plan
    questions: tuple[Question, ...]


class Later(Struct, frozen=True):
    """Questions that follow from answers to others, and so are not known yet: how many, what each has at the most, and
    about how many input tokens in all."""

    calls: int = 0
    bound: float = 0.0
    input_tokens: int = 0
    expected: float = 0.0


def prepare(
    service: Service, kept: Kept, prices: Prices, questions: Sequence[Question], *, purpose: str,
    examples: Mapping[str, Example] | None = None, allow_secrets: bool = False,
    batches: bool | None = None, later: Later | None = None, output: float | None = None,
) -> Prepared:  # fmt: skip
    """The plan of a run. Nothing is sent.

    `examples` are those whose text is in the questions, by id: rows in which a secret is found are left out unless
    `allow_secrets`. `batches` says how to ask, else the number of calls does. `output` is the likely length of an
    answer in tokens. Raises `JudgeError` when there is nothing to ask.
    """
    found, left_out = _secrets(questions, examples or {})
    held = () if allow_secrets else left_out
    let = tuple(one for one in questions if not set(one.rows) & set(held) and (allow_secrets or not _holds(one)))
    if not let:
        raise JudgeError("There is nothing to ask" + (": every row holds a secret." if questions else "."))
    known = kept.known([one.key for one in let])
    under_way = {key for sent in kept.open(service.endpoint, service.model) if sent.batch for key in sent.keys}
    fresh = [one for one in divided(let, known) if one.key not in under_way]
    more = later or Later()
    by_batches = len(fresh) + more.calls > prices.limits.batch_from if batches is None else batches
    price = prices.of(service.model)
    answered = [(one, known[one.key].usage.sent) for one in let if one.key in known and known[one.key].usage.sent]
    ratio = ratio_of(answered) if len(answered) >= _ENOUGH else (price or _FREE).tokens
    share = prices.limits.batch_share if by_batches else None
    first, *more_shown = _shown(fresh or let)
    cost = guess(fresh, price or _FREE, batch_share=share, ratio=ratio, output=output)
    plan = Plan(
        purpose=purpose,
        endpoint=service.endpoint,
        model=service.model,
        rows=tuple(sorted({row for one in let for row in one.rows})),
        fields=tuple(dict.fromkeys(name for one in let for name in one.fields)),
        calls=len(fresh) + more.calls,
        known=len(let) - len(fresh),
        batches=by_batches,
        input_tokens=cost.input_tokens + more.input_tokens,
        expected=None if price is None else cost.expected + more.expected,
        bound=None if price is None else cost.bound + more.bound,
        prices=prices.dated(),
        first=_veiled(service.request(first)),
        later=more.calls,
        secrets=found,
        left_out=tuple(sorted(held)),
        personal=_personal(let),
        more=tuple(_veiled(service.request(one)) for one in more_shown),
    )
    return Prepared(plan, let)


def count(service: Service, kept: Kept, prices: Prices, prepared: Prepared, consent: Consent) -> Prepared:
    """The same plan with its tokens counted by the service, on a sample of the questions that are sent for it.

    That sends rows, so it takes the yes to the plan; counting costs nothing. What the run costs at the most does not
    change. Raises `JudgeError`.
    """
    plan = prepared.plan
    if not consent.allows(plan):
        raise JudgeError("Nobody agreed to this plan: nothing was sent.")
    fresh = divided(prepared.questions, kept.known([one.key for one in prepared.questions]))
    size = prices.limits.count_sample
    some = sample(fresh, size)
    pacing = Pacing()
    try:
        tokens = [pacing.call(partial(service.count, one)) for one in some]
    except Trouble as trouble:
        raise JudgeError(f"{service.endpoint}: tokens could not be counted: {trouble.why}.") from trouble
    ratio = ratio_of(list(zip(some, tokens, strict=True)))
    price = prices.of(service.model)
    share = prices.limits.batch_share if plan.batches else None
    ours: Guess = guess(fresh, price or _FREE, batch_share=share, ratio=ratio)
    before: Guess = guess(fresh, price or _FREE, batch_share=share, ratio=(price or _FREE).tokens)
    others = (plan.input_tokens - before.input_tokens) * ratio / (price or _FREE).tokens
    found = max(0, round(total(fresh, tokens, size) + others))
    expected = None if plan.expected is None else plan.expected + ours.expected - before.expected
    return Prepared(replace(plan, input_tokens=found, expected=expected, counted=True), prepared.questions)


def later_of(count: int, price: Price, like: Sequence[Question], *, extra_bytes: int, share: float | None) -> Later:
    """What `count` questions at the most will be like these, each longer by up to `extra_bytes` of an answer."""
    if not like or not count:
        return Later()
    rate, _ = price.rates(extra_bytes)
    factor = 1.0 if share is None else share
    bounds = sorted((bound_of(one, price, batch_share=share) for one in like), reverse=True)
    tokens = [estimated(one, price.tokens) for one in like]
    mean = sum(tokens) / len(tokens)
    likely = guess(like, price, batch_share=share, ratio=price.tokens).expected / len(like)
    bound = sum(bounds[place % len(bounds)] for place in range(count)) + count * extra_bytes * rate * factor
    return Later(count, bound, round(count * mean), count * likely)


def real_secrets(example: Example) -> list[Place]:
    """The secrets in any text of an example, documented samples apart."""
    return [place for place in secret_places(example) if not is_sample(place)]


_FREE = Price(0.0, 0.0, tokens=1.35)
_ESCAPED = re.compile(r"\\(?:[nrt\"]|u003[ce])")


def _secrets(questions: Sequence[Question], examples: Mapping[str, Example]) -> tuple[dict[str, int], tuple[str, ...]]:
    """How many secrets of which kind the rows of these questions hold, and which rows those are."""
    kinds: Counter[str] = Counter()
    rows: list[str] = []
    for row in dict.fromkeys(row for one in questions for row in one.rows):
        example = examples.get(row)
        places = [] if example is None else real_secrets(example)
        if places:
            kinds.update(hit.kind for _, _, hit in places)
            rows.append(row)
    for one in questions:
        if not set(one.rows) & set(rows):
            kinds.update(hit.kind for _, text, hit in _in_texts(one))
            if _holds(one):
                rows.extend(one.rows)
    return dict(kinds), tuple(dict.fromkeys(rows))


def _holds(question: Question) -> bool:
    """Whether a question holds a secret in any of its texts: the last look before it is sent."""
    return bool(_in_texts(question))


def _in_texts(question: Question) -> list[Place]:
    found = [(-1, text, hit) for text in question.texts() for hit in secrets(text)]
    return [place for place in found if not is_sample(place)]


def _personal(questions: Sequence[Question]) -> dict[str, int]:
    """How many different addresses and numbers of people stand in all that is sent, by kind."""
    texts = dict.fromkeys(text for one in questions for text in one.texts())
    # What is sent as JSON is looked at as it reads: "\\n" would end in the number that it stands before.
    plain = (_ESCAPED.sub(" ", text) for text in texts)
    found = {(hit.kind, text[hit.start : hit.end]) for text in plain for hit in contact_data(text)}
    return dict(Counter(kind for kind, _ in found))


def _veiled(value: Any) -> Any:
    """A request as it may be shown: secrets that were allowed are sent, but not printed."""
    if isinstance(value, dict):
        return {key: _veiled(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_veiled(one) for one in value]
    if not isinstance(value, str):
        return value
    return masked(value, [(hit.start, hit.end) for hit in secrets(value) if not is_sample((-1, value, hit))])


def _shown(questions: Sequence[Question]) -> list[Question]:
    """The questions that are shown of some: the first, then as few as have the fields that those before do not."""
    kinds: dict[tuple[str, ...], list[Question]] = {}
    for one in questions:
        kinds.setdefault(one.fields, []).append(one)
    found = [_first(questions)]
    seen = set(found[0].fields)
    while kinds:
        most = max(kinds, key=lambda fields: len(set(fields) - seen))
        if set(most) <= seen:
            break
        found.append(_first(kinds.pop(most)))
        seen |= set(most)
    return found


def _first(questions: Sequence[Question]) -> Question:
    """The first of some questions without a secret, that may be printed as it is."""
    return next((one for one in questions if not _holds(one)), questions[0])
