"""What a group of up to a hundred rows says against each of its labels, added up as one number.

No label of a small group has a sharp centre, and no weights can be learned from ten rows. So each row is compared
with the label that fits it best besides its own, by signs that say little alone and much together: both centres, by
sentences and by words; what the names of both labels say, in cosines and against what they say of the other rows;
and how near the nearest row of its own label is.

The weights are those of a logistic regression, rounded: over groups of 10 to 29 rows drawn from CLINC150, Banking77
and the intents of two retail bots, and nine groups written by hand, some with one label moved to another of the
group.
"""

from typing import TYPE_CHECKING

from curator.checks.label_doubt import Doubt
from curator.checks.label_views import Sentences, Words, name_vectors
from curator.tasks import spelt_out
from curator.text import words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from curator.checks.label_views import Floats

#: Rows up to which all pairs are looked at.
SMALL = 100
#: Centres by sentences, by words, names, names against the group's, nearest row of the own label.
WEIGHTS = (3.5, 3.2, 1.6, 1.0, -3.6)
#: Log odds without any sign.
START = -3.6
# Below this spread, differences of names within a group are not blown up.
_SPREAD = 0.1
# From so many letters on, words that begin alike are taken for forms of one word.
_STEM = 5


def evidence(found: Doubt) -> "Floats | None":
    """Log odds against the label of each candidate of a small group; -inf where nothing can be said.

    None for a large group, whose labels have centres of their own, and for vectors without texts.
    """
    import numpy as np

    space = found.labelled.space
    if len(found.labelled.rows) > SMALL or not space.texts:
        return None
    if "evidence" not in space.shared:
        total: Floats = (_signs(found) @ np.asarray(WEIGHTS, np.float32) + START).astype(np.float32)
        total[np.isnan(total) | _named_by_its_label(found)] = -np.inf
        space.shared["evidence"] = total[found.candidates]
    told: Floats = space.shared["evidence"]
    return told


def _signs(found: Doubt) -> "Floats":
    """The signs of each row as [rows, signs], in the order of `WEIGHTS`; nan where its label has no other row."""
    import numpy as np

    labelled = found.labelled
    rows, codes = np.arange(len(labelled.rows)), labelled.codes
    sentences, names = Sentences(labelled), name_vectors(labelled)
    points = sentences.centred(rows)
    mates = codes[:, None] == codes[None, :]
    np.fill_diagonal(mates, False)
    nearest = np.where(mates, points @ points.T, -np.inf).max(axis=1)
    views = [sentences.cosines(rows), Words(labelled).cosines(rows)]
    views.append(np.zeros_like(views[0]) if names is None else sentences.to_names(rows, names))
    centres, bags, named = (view[rows, found.other] - view[rows, codes] for view in views)
    judged = mates.any(axis=1)
    signs = np.stack([centres, bags, named, _against_the_rest(named, judged), nearest], axis=1)
    signs[~judged] = np.nan
    return signs.astype(np.float32)


def _against_the_rest(values: "Floats", judged: "NDArray[np.bool_]") -> "Floats":
    """How far each value lies above the others, in their standard deviations."""
    import numpy as np

    others = judged.astype(np.float64)[None, :] * ~np.eye(len(values), dtype=bool)
    count = np.maximum(others.sum(axis=1), 1)
    means = others @ values / count
    spread = np.sqrt(np.maximum(others @ np.square(values) / count - means**2, 0))
    above: Floats = ((values - means) / (spread + _SPREAD)).astype(np.float32)
    return above


def _named_by_its_label(found: Doubt) -> "NDArray[np.bool_]":
    """Rows that use a word of their own label's name which is not in the name of the other label."""
    import numpy as np

    labelled = found.labelled
    names = [frozenset(words(spelt_out(name))) for name in labelled.names]
    said = np.zeros(len(labelled.rows), bool)
    for row, place in enumerate(labelled.rows.tolist()):
        own = names[int(labelled.codes[row])] - names[int(found.other[row])]
        said[row] = any(_same_word(word, name) for word in words(labelled.space.texts[place]) for name in own)
    return said


def _same_word(word: str, name: str) -> bool:
    if len(name) < 3:
        return False
    return word == name or (len(word) >= _STEM and len(name) >= _STEM and word[:_STEM] == name[:_STEM])
