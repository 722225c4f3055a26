"""What would be sent, shown before it is; and the yes without which nothing is.

A `Plan` says where the data would go, which rows and fields, how many tokens, what it costs at the most, what secrets
were found, and how the first request reads. A `Consent` is made from the text of a plan that was shown, and is good
for that plan alone.
"""

import json
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from curator.errors import JudgeError
from curator.text import visible


class Plan(Struct, frozen=True):
    """What would be sent. `bound` is a cost in US dollars that the run stops before it exceeds; `expected` a guess.

    `rows` are the ids of the examples of which text is sent, `left_out` those kept back because they hold secrets.
    `counted` says whether the service counted the tokens of a sample; without, they are estimated on this machine.
    `known` calls have been answered before and cost nothing. `bound` is None when no price is known. `first` is the
    first request, `more` are others that show the fields which it does not have.
    """

    purpose: str
    endpoint: str
    model: str
    rows: tuple[str, ...]
    fields: tuple[str, ...]
    calls: int
    known: int
    batches: bool
    input_tokens: int
    expected: float | None
    bound: float | None
    prices: str
    first: dict[str, Any]
    counted: bool = False
    later: int = 0
    secrets: dict[str, int] = {}
    left_out: tuple[str, ...] = ()
    personal: dict[str, int] = {}
    more: tuple[dict[str, Any], ...] = ()

    @property
    def digest(self) -> str:
        """The plan as a fingerprint: whatever changes in it asks for a new yes."""
        return sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()

    def text(self) -> str:
        """The plan as it is shown: plain text, a line a thing; then the first request, and those with other fields."""
        how = "message batches, half the price, up to 24 hours" if self.batches else "one call after another"
        tokens = "counted by the service on a sample" if self.counted else "estimated on this machine, nothing sent"
        known = f" ({self.known:,} answered before are not sent)" if self.known else ""
        later = f" At most {self.later:,} of them follow from earlier answers." if self.later else ""
        lines = [
            f"Purpose   {self.purpose}",
            f"Endpoint  {self.endpoint}",
            f"Model     {self.model}",
            f"Rows      {len(self.rows):,}; fields: {', '.join(self.fields)}",
            f"Calls     at most {self.calls:,} by {how}{known}.{later}",
            f"Tokens    about {self.input_tokens:,} in ({tokens})",
            f"Cost      {self._cost()}",
            f"Secrets   {self._secrets()}",
            f"Personal  {_kinds(self.personal) or 'none found'}",
            "First request, as it would be sent:",
            json.dumps(self.first, ensure_ascii=False, indent=2),
        ]
        for one in self.more:
            lines += [
                "A later request, with fields that those before do not have:",
                json.dumps(one, ensure_ascii=False, indent=2),
            ]
        return visible("\n".join(lines))

    def _cost(self) -> str:
        if self.bound is None or self.expected is None:
            return f"unknown: no price of {self.model} ({self.prices})"
        return f"about {dollars(self.expected)}, never more than {dollars(self.bound)} ({self.prices})"

    def _secrets(self) -> str:
        if not self.secrets:
            return "none found"
        rows = len(self.left_out)
        kept = f"{rows:,} rows with them are left out" if rows else "SENT, because you allowed it"
        return f"{_kinds(self.secrets)}; {kept}"


class Consent(Struct, frozen=True):
    """A yes to one plan. Made by `given` alone."""

    digest: str

    @classmethod
    def given(cls, plan: Plan, *, seen: str) -> "Consent":
        """The yes of somebody who was shown `seen`, which has to be the text of the plan. Raises `JudgeError`."""
        if seen != plan.text():
            raise JudgeError("What was shown is not what would be sent. Show the plan again and ask.")
        return cls(plan.digest)

    def allows(self, plan: Plan) -> bool:
        """Whether this is the yes to that plan."""
        return self.digest == plan.digest


def dollars(amount: float) -> str:
    """An amount of US dollars: two digits after the point, more below a cent."""
    if 0 < amount < 0.01:
        return f"${amount:.6f}".rstrip("0")
    return f"${amount:,.2f}"


def _kinds(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items()))
