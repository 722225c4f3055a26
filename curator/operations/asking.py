"""Asking a model, after a yes: every answer kept the moment it arrives, never more spent than was shown.

A run is resumed by running it again: questions that have an answer are not sent, batches that are under way are waited
for. What a kill can lose is the answers of the few calls that are in the air at that moment, and nothing of a batch.
"""

import math
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Lock

from msgspec import Struct

from curator.advice.costs import bound_of, paid
from curator.advice.prices import Prices
from curator.errors import JudgeError
from curator.judge.base import Answer, Question, Service, Trouble, failed, not_asked
from curator.judge.cached import divided
from curator.judge.consent import Consent, Plan, dollars
from curator.judge.keeping import Kept
from curator.judge.retrying import Pacing, Retries
from curator.model import Progress

#: Calls in a row that get no answer before the run is given up.
_HOPELESS = 5

Answers = dict[str, Answer]
Steps = Generator[Progress, None, Answers]


class Stops(Struct, frozen=True):
    """When to stop before everything is asked: at a cost in US dollars, or after so many seconds.

    Raises `JudgeError` for a number that is no limit.
    """

    budget: float | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        for name, limit in (("budget", self.budget), ("seconds", self.seconds)):
            if limit is not None and not 0 <= limit < math.inf:
                raise JudgeError(f"{name}: {limit} is no limit; name a number from 0 on.")


class Purse:
    """The money of a run. What a call may cost is taken before it is sent, and put back when its price is known.

    `lost` is the part of what was spent that went, perhaps, for answers that never came.
    """

    def __init__(self, most: float) -> None:
        self.most, self.spent, self.lost, self._held = most, 0.0, 0.0, 0.0
        self._lock = Lock()

    def take(self, amount: float) -> bool:
        """Sets an amount aside; False when there is not so much left."""
        with self._lock:
            if self.spent + self._held + amount > self.most * (1 + 1e-9):
                return False
            self._held += amount
            return True

    def settle(self, taken: float, cost: float, *, lost: float = 0.0) -> None:
        """Pays what a call has cost from what was set aside for it; and `lost`, what may have been charged besides."""
        with self._lock:
            self._held -= taken
            self.spent += cost + lost
            self.lost += lost


class Session:
    """The questions of one plan, asked of one service. Usable several times, for questions that follow from answers.

    `keep` gives something to keep answers in for each thread. Raises `JudgeError` when nobody agreed to the plan.
    """

    def __init__(
        self, service: Service, keep: Callable[[], Kept], prices: Prices, plan: Plan, consent: Consent, *,
        stops: Stops | None = None, retries: Retries | None = None, poll: float = 2.0,
    ) -> None:  # fmt: skip
        if not consent.allows(plan) or (service.endpoint, service.model) != (plan.endpoint, plan.model):
            raise JudgeError("Nobody agreed to this plan: nothing was sent.")
        price = prices.of(service.model)
        if price is None or plan.bound is None:
            raise JudgeError(
                f"No price of {service.model} is known, so no limit can be held. Write [models.{service.model}] with "
                "input and output, in dollars a million tokens, into prices.toml beside the workspace."
            )
        self.service, self.prices, self.price, self.plan = service, prices, price, plan
        self.stops, self.poll = stops or Stops(), poll
        self.pacing = Pacing(retries, seconds=self.stops.seconds)
        self.purse = Purse(plan.bound if self.stops.budget is None else min(plan.bound, self.stops.budget))
        self._keep, self._kept = keep, keep()
        self._in_row, self._any, self._given_up = 0, False, ""
        self._fatal = ""

    @property
    def kept(self) -> Kept:
        """What keeps the answers, for the thread that runs this."""
        return self._kept

    @property
    def late(self) -> bool:
        """Whether the time is over, or the service wants to be left alone until it is."""
        return self.pacing.over

    @property
    def share(self) -> float | None:
        """The share of the price that is paid: that of batches, when it asks by them."""
        return self.prices.limits.batch_share if self.plan.batches else None

    def bound(self, question: Question) -> float:
        """What a question costs at the most."""
        return bound_of(question, self.price, batch_share=self.share)

    def cost(self, answer: Answer) -> float:
        """What an answer has cost."""
        return paid(answer.usage, self.price, batch_share=self.prices.limits.batch_share if answer.batch else None)

    def ask(self, questions: Sequence[Question], stage: str = "asking") -> Steps:
        """Answers of all these questions by key, in any order; each has one, if only that it was not asked.

        To cancel is to stop iterating; then calls in the air are waited for, since they are paid for. Raises
        `JudgeError` when no call can succeed: the key is wrong, the model unknown.
        """
        self._check(questions)
        found = self._kept.known([one.key for one in questions])
        fresh = divided(questions, found)
        yield Progress(stage, len(questions) - len(fresh), len(questions))
        if fresh:
            from curator.operations import asking_batches

            earlier = yield from asking_batches.earlier(self, fresh, stage)
            found |= {key: one for key, one in earlier.items() if one.failure != "failed"}
            fresh = [one for one in fresh if one.key not in found]
        if fresh and self.plan.batches:
            found |= yield from asking_batches.by_batches(self, fresh, stage)
        elif fresh:
            found |= yield from self._one_by_one(fresh, stage)
        if self._fatal:
            raise JudgeError(f"{self.service.endpoint}: {self._fatal}. Nothing more was sent; answers so far are kept.")
        return {one.key: found.get(one.key) or not_asked(self._why_not()) for one in questions}

    @property
    def closed(self) -> bool:
        """Whether nothing new is to be sent."""
        return bool(self._given_up) or self.pacing.stopped or self.late

    def why_stopped(self) -> str:
        """Why not everything was asked; empty when nothing stood against it."""
        if self._given_up:
            return self._given_up
        return "the time is over" if self.late else ""

    def give_up(self, why: str) -> None:
        """Begins nothing new; what is in the air comes home."""
        self._given_up = self._given_up or why

    def fail(self, trouble: Trouble) -> None:
        """Stops everything: no call will succeed."""
        self._fatal = self._fatal or trouble.why
        self.give_up(trouble.why)
        self.pacing.stop()

    def out_of_money(self) -> None:
        """Stops at the limit."""
        self.give_up(f"the limit of {dollars(self.purse.most)} is reached")

    def _why_not(self) -> str:
        return self.why_stopped() or "the run was stopped"

    def _check(self, questions: Sequence[Question]) -> None:
        rows = set(self.plan.rows)
        strange = next((row for one in questions for row in one.rows if row not in rows), None)
        if strange is not None:
            raise JudgeError(f"Row {strange} is not among those that were agreed to. Nothing was sent.")

    def _one_by_one(self, fresh: list[Question], stage: str) -> Steps:
        waiting, running, found = deque(fresh), dict[Future[Answer], Question](), Answers()
        places = self.prices.limits.concurrency
        pool = ThreadPoolExecutor(places, thread_name_prefix="asking")
        try:
            while waiting or running:
                while waiting and len(running) < places and not self.closed:
                    if not self.purse.take(self.bound(waiting[0])):
                        self.out_of_money()
                        break
                    question = waiting.popleft()
                    running[pool.submit(self._one, question)] = question
                if not running:
                    break
                done, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
                found |= {running.pop(one).key: one.result() for one in done}
                yield Progress(stage, len(found), len(fresh))
        finally:
            if running:  # cancelled: nothing new begins, those that wait to try again give up
                self.pacing.stop()
            pool.shutdown(wait=True)
        return found

    def _one(self, question: Question) -> Answer:
        """One call, in a thread of the pool: its answer is on the disk before anybody hears of it."""
        bound = taken = self.bound(question)

        def hear(trouble: Trouble) -> None:
            nonlocal taken
            if trouble.paid:  # perhaps it was charged: count it, and set as much aside for asking again
                self.purse.settle(taken, 0.0, lost=taken)
                taken = bound if self.purse.take(bound) else 0.0
                if not taken:
                    self.out_of_money()
                    raise Trouble(f"{trouble.why}; nothing was left to ask again") from trouble

        try:
            answer = self.pacing.call(lambda: self.service.ask(question), trouble=hear)
        except Trouble as trouble:
            self.purse.settle(taken, 0.0)
            self._count(trouble)
            return failed(trouble.why) if not self.pacing.stopped else not_asked(trouble.why)
        self.purse.settle(taken, self.cost(answer))
        self._in_row, self._any = 0, True
        self._keep().keep(self.service.model, {question.key: answer}, {question.key: self.cost(answer)})
        return answer

    def _count(self, trouble: Trouble) -> None:
        """Gives up when calls keep failing: nobody wants to wait an hour for a service that is down."""
        self._in_row += 1
        if trouble.fatal:
            self.fail(trouble)
        elif not self.late and self._in_row >= _HOPELESS and (trouble.again or not self._any):
            self.give_up(f"{self._in_row} calls in a row got no answer (the last: {trouble.why})")
            self.pacing.stop()
