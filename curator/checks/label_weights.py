"""What the labels of a group, as they are, bear out: how much each view counts, and how often labels are mixed up."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from curator.checks.label_views import Floats, Numbers

#: Sentences, words, and names of labels, as they are weighed without data, and how sharp cosines are as log odds.
PRIOR = (1.0, 0.5, 0.5)
_SHARPNESS = 12.0
#: So many rows the prior is worth.
_PRIOR_ROWS = 30
#: Share of another label than the given one, before anything is known.
_NOISE = 0.05
_NOISE_ROWS = 30


def means(values: "Floats", codes: "Numbers", labels: int) -> "Floats":
    """The mean of the values of each label's rows, 0 for a label without rows."""
    import numpy as np

    sums = np.bincount(codes, weights=values, minlength=labels)
    return (sums / np.maximum(np.bincount(codes, minlength=labels), 1)).astype(np.float32)


def fitted(views: list["Floats"], codes: "Numbers") -> "Floats":
    """Weights of the views by Newton's method: the likelihood of the labels, and a prior. None is negative."""
    import numpy as np

    prior = np.asarray(PRIOR[: len(views)]) * _SHARPNESS
    stacked = np.stack(views, axis=-1).astype(np.float64)
    rows = np.arange(len(codes))
    own = stacked[rows, codes]
    pull = _PRIOR_ROWS / prior**2

    def cost(weights: Any) -> float:
        odds = stacked @ weights
        top = odds.max(axis=1, keepdims=True)
        total = np.log(np.exp(odds - top).sum(axis=1)) + top[:, 0]
        return float((total - own @ weights).sum() + (pull * (weights - prior) ** 2).sum() / 2)

    weights, now = prior.copy(), cost(prior)
    for _ in range(25):
        shares = _softmax(stacked @ weights)
        usual = np.einsum("nk,nkf->nf", shares, stacked)
        slope = (usual - own).sum(axis=0) + pull * (weights - prior)
        bend = np.einsum("nk,nkf,nkg->fg", shares, stacked, stacked, optimize=True) - usual.T @ usual + np.diag(pull)
        step, size = np.linalg.solve(bend, slope), 1.0
        while size > 1e-3 and cost(np.maximum(weights - size * step, 0)) > now:
            size /= 2
        weights = np.maximum(weights - size * step, 0)
        before, now = now, cost(weights)
        if before - now < 1e-6 * abs(before):
            break
    return weights.astype(np.float32)


def habits(odds: "Floats", codes: "Numbers", sizes: "Numbers") -> "Floats":
    """Half the log of how often each label [first] is given as each label [second]."""
    import numpy as np

    labels = len(sizes)
    start = np.tile(_NOISE * sizes / sizes.sum(), (labels, 1)) + (1 - _NOISE) * np.eye(labels)
    rates = start
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    held = codes[order][starts]
    for _ in range(10):
        shares = _softmax(odds + np.log(rates[:, codes].T))
        counts = np.zeros((labels, labels))
        counts[:, held] = np.add.reduceat(shares[order], starts, axis=0).T
        rates = (counts + _NOISE_ROWS * start) / (counts.sum(axis=1, keepdims=True) + _NOISE_ROWS)
    return (np.log(rates) / 2).astype(np.float32)


def _softmax(odds: Any) -> Any:
    import numpy as np

    raised = np.exp(odds - odds.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)
