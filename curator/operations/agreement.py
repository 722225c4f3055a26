"""How far reviewers agree who judged the same rows: Krippendorff's alpha of the status and of each label.

``agreement(workspace) -> Agreement | None``: None while no row was judged by two. It reads what was said once, counted
by SQL, and takes its time over many different labels only: for a worker's thread. Where only one has judged, it reads
nothing. Adjudications are no judgements of a reviewer and are left out.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from curator.settings import Settings, load
from curator.workspace import Workspace
from curator.workspace.judgements import Together

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Times that the rows are drawn anew for the interval, and the seed of the draws: the same rows, the same interval.
DRAWS, SEED = 1_000, 7
#: Rows from which on an interval is worth the name.
ENOUGH = 10
#: Values of a label that are told apart; one with more is free text in disguise.
VALUES = 64
#: Agreement from which on conclusions are usually drawn, by Krippendorff's own advice; below the least none.
FIT, LEAST = 0.8, 0.667

Level = Literal["nominal", "ordinal"]
_ABSENT = "\0none"
Counts = Counter[tuple[Any, ...]]


class Measure(Struct, frozen=True):
    """The agreement on one thing. `alpha` is None where all said the same of every row: there was nothing to tell.

    `share` is how many rows were judged alike, `low` and `high` hold alpha in 95 of 100 draws (where no row is judged
    differently, what 95 of 100 such samples leave open).
    """

    name: str
    level: Level
    rows: int
    share: float
    alpha: float | None
    low: float | None
    high: float | None

    @property
    def word(self) -> str:
        """What that is worth: good, fair, poor, or unsure where it may as well be poor; "" without an alpha."""
        if self.alpha is None:
            return ""
        if self.alpha < LEAST:
            return "poor"
        if self.low is None or self.low < LEAST:
            return "unsure"
        return "good" if self.alpha >= FIT else "fair"


class Agreement(Struct, frozen=True):
    """The agreement of so many reviewers on rows that two or more of them judged: on the status, then on labels."""

    rows: int
    reviewers: int
    measures: tuple[Measure, ...]

    @property
    def status(self) -> Measure:
        """The agreement on the status."""
        return self.measures[0]


def why_none(workspace: Workspace) -> str:
    """Why there is no agreement to tell where there is none; "" while fewer than two have judged anything."""
    people = workspace.judgements.people()
    return f"{people} reviewers, no row in common" if people > 1 else ""


def agreement(workspace: Workspace, settings: Settings | None = None) -> Agreement | None:
    """How far reviewers agree; None while no row was judged by two. Without `settings`, curator.toml is read."""
    together = workspace.judgements.together() if workspace.judgements.people() > 1 else ()
    if not together:
        return None
    free = {label.name for label in (settings or load(workspace.path.parent)).labels if label.kind == "text"}
    measures = [_measure("status", "nominal", _statuses(together))]
    measures += [_measure(name, level, counts) for name, level, counts in _labels(together, free) if counts]
    return Agreement(sum(one.examples for one in together), workspace.judgements.reviewers(), tuple(measures))


def _statuses(together: Sequence[Together]) -> Counts:
    found: Counts = Counter()
    for one in together:
        found[tuple(sorted(status for status, _ in one.said))] += one.examples
    return found


def _labels(together: Sequence[Together], free: set[str]) -> Iterator[tuple[str, Level, Counts]]:
    """Each label that somebody gave: a yes and each value of several as yes or no, one value as it is."""
    kinds: dict[str, type] = {}
    several: dict[str, set[str]] = {}
    for one in together:
        for _, labels in one.said:
            for name, value in labels.items():
                kinds.setdefault(name, type(value))
                if isinstance(value, list):
                    several.setdefault(name, set()).update(map(str, value))
    for name in sorted(set(kinds) - free):
        if name in several:
            for value in sorted(several[name]):
                yield f"{name}: {value}", "nominal", _counted(together, name, value)
        elif kinds[name] is bool:
            yield name, "nominal", _counted(together, name, None)
        elif kinds[name] in (int, float):
            yield name, "ordinal", _given(together, name, missing=None)
        else:
            yield name, "nominal", _given(together, name, missing=_ABSENT)


def _counted(together: Sequence[Together], name: str, value: str | None) -> Counts:
    found: Counts = Counter()
    for one in together:
        held = (labels.get(name) for _, labels in one.said)
        said = sorted(bool(h) if value is None else isinstance(h, list) and value in map(str, h) for h in held)
        found[tuple(said)] += one.examples
    return found


def _given(together: Sequence[Together], name: str, missing: Any) -> Counts:
    """One value each. A label that nobody gave to a row was not asked for; a rating that one left out is none."""
    found: Counts = Counter()
    for one in together:
        given: list[Any] = [labels.get(name, missing) for _, labels in one.said]
        said: list[Any]
        if missing is None:
            said = sorted(value for value in given if isinstance(value, int | float))
        else:
            said = sorted(map(str, given)) if any(value != missing for value in given) else []
        if len(said) > 1:
            found[tuple(said)] += one.examples
    return found


def _measure(name: str, level: Level, counts: Counts) -> Measure:
    rows = sum(counts.values())
    share = sum(number for said, number in counts.items() if len(set(said)) == 1) / rows
    values = sorted({value for said in counts for value in said})
    if not 1 < len(values) <= VALUES:
        return Measure(name, level, rows, share, None, None, None)
    import krippendorff  # with numpy 50 ms, which nobody needs before two have judged
    import numpy as np

    profiles = np.array([[said.count(value) for value in values] for said in counts], dtype=np.float64)
    times = np.array(list(counts.values()))
    whole = np.repeat(profiles, times, axis=0)
    alpha = float(krippendorff.alpha(value_counts=whole, value_domain=range(len(values)), level_of_measurement=level))
    low, high = _interval(profiles, times, level)
    return Measure(name, level, rows, share, alpha, low, high)


def _interval(
    profiles: "NDArray[np.float64]", times: "NDArray[np.int64]", level: Level
) -> tuple[float | None, float | None]:
    """Between which alphas 95 of 100 draws of the rows lie; none where rows are few or most draws tell nothing."""
    import numpy as np

    rows = int(times.sum())
    if rows < ENOUGH:
        return None, None
    if bool(((profiles > 0).sum(axis=1) == 1).all()):
        return _without_a_difference(profiles, times, level)
    draws = np.random.default_rng(SEED).multinomial(rows, times / rows, size=DRAWS)
    drawn = alphas(draws, profiles, level)
    drawn = drawn[~np.isnan(drawn)]
    if len(drawn) < DRAWS / 2:
        return None, None
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(low), float(high)


def _without_a_difference(
    profiles: "NDArray[np.float64]", times: "NDArray[np.int64]", level: Level
) -> tuple[float | None, float | None]:
    """Where all rows are judged alike, every draw is: what is left open is the share of rows that might not be."""
    if level == "ordinal":
        return None, None
    rows = int(times.sum())
    shares = (profiles * times[:, None]).sum(axis=0)
    shares /= shares.sum()
    return float(max(-1.0, 1 - (1 - 0.05 ** (1 / rows)) / (1 - (shares**2).sum()))), 1.0


def alphas(draws: "NDArray[np.int64]", profiles: "NDArray[np.float64]", level: Level) -> "NDArray[np.float64]":
    """Alpha of each draw: how often each profile (how often each value was said of a row) was drawn. NaN for none."""
    import numpy as np

    size = profiles.shape[1]
    pairs = profiles[:, :, None] * profiles[:, None, :] - profiles[:, :, None] * np.eye(size)
    pairs /= profiles.sum(axis=1)[:, None, None] - 1
    observed = (draws @ pairs.reshape(len(profiles), -1)).reshape(-1, size, size)
    said = observed.sum(axis=2)
    if level == "ordinal":
        ranks = np.cumsum(said, axis=1) - said / 2
        apart = (ranks[:, :, None] - ranks[:, None, :]) ** 2
    else:
        apart = np.broadcast_to(1 - np.eye(size), observed.shape)
    expected = np.einsum("bi,bj,bij->b", said, said, apart) / (said.sum(axis=1) - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: NDArray[np.float64] = np.where(
            expected > 0, 1 - np.einsum("bij,bij->b", observed, apart) / expected, np.nan
        )
    return found
