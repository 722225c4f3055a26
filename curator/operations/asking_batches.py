"""Asking by message batches: half the price, answers within a day, and nothing lost by a kill.

What is about to be sent is noted before it is sent, and the name of the batch before it is waited for. A program that
was killed in between finds the batch again among those that the service lists.
"""

from collections.abc import Generator, Iterator, Sequence
from itertools import chain

import msgspec

from curator.judge.base import Answer, BatchState, Question, Trouble, failed, not_asked
from curator.judge.cached import adopted, looked_at
from curator.judge.keeping import Sent
from curator.model import Progress
from curator.operations.asking import Answers, Session, Steps
from curator.text import many

#: How often what expired, was canceled or got lost is asked again in a run.
_ROUNDS = 3
#: The longest that is waited between two looks at a batch, in seconds.
_LONGEST = 60.0
_LOST = "the service has no answer to it that can be read, and may have charged it"
_UNMADE = "the service made no batch of it"
_UNSURE = (
    "a batch of {} may have been made although no answer came, and the list of batches could not be read ({}). Run it "
    "again: the batch is looked for before anything is sent twice"
)
_NEVER = ("invalid_request_error", "not_found_error", "request_too_large")


def by_batches(session: Session, questions: list[Question], stage: str) -> Steps:
    """Answers of these questions by key, as far as there is time and money."""
    found = Answers()
    for _ in range(_ROUNDS):
        left = {one.key: one for one in questions if one.key not in found or not _settled(found[one.key])}
        if not left or session.closed:
            break
        sent = _send(session, list(left.values()))
        if not sent:
            break
        known = [one for one in sent if one.batch is not None]
        found |= yield from _collect(session, known, left, stage, len(questions))
        for one in sent:
            if one.batch is None:
                session.pacing.rest(session.poll)  # what is being made may be listed a little later
                found |= yield from _doubtful(session, one, left, stage, len(questions), charged=True)
    return found


def _settled(answer: Answer) -> bool:
    """Whether asking again is no use: there is an answer, or the service refuses the request as it is."""
    return answer.final or answer.why.startswith(_NEVER)


def earlier(session: Session, questions: list[Question], stage: str) -> Steps:
    """The answers of batches that were under way when the program last ended."""
    wanted = {one.key: one for one in questions}
    found = Answers()
    for sent in session.kept.open(session.service.endpoint, session.service.model):
        if not wanted.keys() & set(sent.keys):
            continue
        if sent.batch is None:
            found |= yield from _doubtful(session, sent, wanted, stage, len(questions), charged=False)
        else:
            found |= yield from _collect(session, [sent], wanted, stage, len(questions), charged=False)
    return found


def _doubtful(
    session: Session, sent: Sent, wanted: dict[str, Question], stage: str, total: int, *, charged: bool
) -> Steps:
    """The answers of a batch that may have been made although nobody was told: none where it was not.

    The service does not say what is in a batch before it has ended. Those that may be it are waited for, one after
    another, until one bears its keys. Where they cannot be listed it stays noted, and nothing more is sent.
    """
    strange = {one.batch for one in session.kept.open(sent.endpoint, sent.model) if one.batch}
    while True:
        try:
            candidate = session.pacing.call(lambda: adopted(session.service, session.kept, sent, strange))
        except Trouble as trouble:
            if charged:
                session.purse.settle(sent.bound, 0.0, lost=sent.bound)
            why = _UNSURE.format(many(len(sent.keys), "question"), trouble.why)
            _fail(session, Trouble(why, again=trouble.again, fatal=True))
            return Answers()
        if candidate is None or candidate.batch is None:
            if charged:
                session.purse.settle(sent.bound, 0.0)
            return {key: failed(_UNMADE) for key in sent.keys if key in wanted}
        strange.add(candidate.batch)
        answers = yield from _collect(session, [candidate], wanted, stage, total, charged=charged, guessed=True)
        if answers or session.closed:
            return answers


def _send(session: Session, questions: list[Question]) -> list[Sent]:
    """Sends questions in as many batches as it takes, as far as the money goes."""
    sent: list[Sent] = []
    for chunk in _chunks(session, questions):
        bound = sum(session.bound(one) for one in chunk)
        if session.closed:
            break
        short = not session.purse.take(bound)
        if short:
            chunk, bound = _affordable(session, chunk)
        if not chunk:
            session.out_of_money()
            break
        keys = [one.key for one in chunk]
        noted = session.kept.sending(session.service.endpoint, session.service.model, keys, bound)
        try:
            state = session.pacing.call(lambda some=chunk: _submitted(session, some))  # type: ignore[misc]
        except Trouble as trouble:
            if trouble.paid:  # perhaps it was made: it stays noted, and what it may cost set aside
                sent.append(noted)
                break
            session.purse.settle(bound, 0.0)
            session.kept.done(noted.number)
            _fail(session, trouble)
            break
        session.kept.sent(noted.number, state.id)
        sent.append(msgspec.structs.replace(noted, batch=state.id))
        if short:
            session.out_of_money()
    return sent


def _submitted(session: Session, chunk: list[Question]) -> BatchState:
    """Sends a batch; where it may have been made although no answer came, it is not sent again before it was looked
    for."""
    try:
        return session.service.submit(chunk)
    except Trouble as trouble:
        if trouble.paid:
            raise Trouble(trouble.why, paid=True) from trouble
        raise


def _fail(session: Session, trouble: Trouble) -> None:
    """Ends the run; where only its time is over, without an error: the next run goes on."""
    if not (session.late and trouble.again):
        session.fail(trouble)


def _affordable(session: Session, chunk: list[Question]) -> tuple[list[Question], float]:
    """As many of the first questions as there is money for, and what was set aside for them."""
    some, bound = list[Question](), 0.0
    for one in chunk:
        cost = session.bound(one)
        if not session.purse.take(cost):
            break
        some.append(one)
        bound += cost
    return some, bound


def _chunks(session: Session, questions: Sequence[Question]) -> Iterator[list[Question]]:
    limits = session.prices.limits
    chunk, size = list[Question](), 0
    for one in questions:
        weight = len(msgspec.json.encode(session.service.request(one))) + 100
        if chunk and (len(chunk) >= limits.batch_requests or size + weight > limits.batch_bytes):
            yield chunk
            chunk, size = [], 0
        chunk.append(one)
        size += weight
    if chunk:
        yield chunk


def _collect(
    session: Session, sent: list[Sent], wanted: dict[str, Question], stage: str, total: int, *,
    charged: bool = True, guessed: bool = False,
) -> Generator[Progress, None, Answers]:  # fmt: skip
    """Waits for batches and keeps their answers. `charged`: their money was set aside in this run.

    What is not ended when the time is over stays noted: the next run waits on.
    """
    found, open_, pause = Answers(), list(sent), session.poll
    done: dict[int, int] = {}
    while open_:
        for one in list(open_):
            try:
                state = session.pacing.call(lambda one=one: looked_at(session.service, one))  # type: ignore[misc]
                if state is None or state.ended:
                    found |= _taken(session, one, state, wanted, charged=charged, guessed=guessed)
                    open_.remove(one)
                done[one.number] = 0 if state is None else state.done
            except Trouble as trouble:
                _fail(session, trouble)
        yield Progress(stage, min(total, sum(done.values())), total)
        if open_ and (session.pacing.stopped or session.late):
            break
        if open_:
            session.pacing.rest(pause)
            pause = min(pause * 1.5, _LONGEST)
    under_way = set(chain.from_iterable(one.keys for one in open_)) & wanted.keys()
    return found | {key: not_asked("its batch is under way; the next run waits on") for key in under_way - found.keys()}


def _read(answer: Answer, wanted: bool) -> Answer:
    """The answer to a question whose form is not known in this run: its JSON value if it is one, else its text."""
    return answer if wanted or answer.failure != "unreadable" else Answer(
        answer.text, None, answer.stop, answer.usage, batch=answer.batch
    )  # fmt: skip


def _taken(
    session: Session, sent: Sent, state: BatchState | None, wanted: dict[str, Question], *, charged: bool, guessed: bool
) -> Answers:
    """Keeps the answers of an ended batch; strange ones are dropped. Requests without an answer have failed.

    What the service says to have failed is not charged. What is missing, cannot be read, or went with the whole batch
    may have been: it counts as if it had cost the most.
    """
    answers = Answers()
    if state is not None:
        # All answers of the batch were paid for, also those that this run does not ask about.
        every = {key: wanted.get(key) or Question(key, (), (), 0, {}) for key in sent.keys}
        answers = session.pacing.call(lambda: session.service.results(state.id, every))
    if guessed and not answers:
        return Answers()  # somebody else's
    final = {key: _read(one, key in wanted) for key, one in answers.items() if one.final}
    costs = {key: session.cost(one) for key, one in final.items()}
    session.kept.keep(session.service.model, final, costs)
    if charged:
        lost = sum(session.bound(wanted[key]) for key in sent.keys if key not in answers)
        session.purse.settle(sent.bound, sum(costs.values()), lost=lost)
    session.kept.done(sent.number)
    return {key: answers.get(key) or failed(_LOST) for key in sent.keys if key in wanted}
