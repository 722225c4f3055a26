"""What a group of up to a hundred rows says against each of its labels, added up as one number.

No label of a small group has a sharp centre, and no weights can be learned from ten rows. So each row is compared
with the label that fits it best besides its own, by signs that say little alone and much together: both centres, by
sentences and by words; what the names of both labels say; the nearest rows of both; how near the nearest row of its
own label is; and how well the others of its own label hang together, for a row is far from a loose label anyhow.

The weights are those of a logistic regression over groups of 10 to 29 rows drawn from CLINC150, Banking77 and the
intents of two retail bots, some with one label moved to another of the group, rounded; each source was left out once
and they held. Up to a hundred rows they serve as well.
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
#: Centres by sentences, by words, names, nearest rows, the own label's nearest row, and how it hangs together.
WEIGHTS = (2.7, 2.9, 4.0, 3.0, -2.0, 2.0)
# From so many letters on, words that begin alike are taken for forms of one word.
_STEM = 5


def evidence(found: Doubt) -> "Floats":
    """How much speaks against the label of each labelled row, as weighed log odds; -inf where nothing can be said."""
    import numpy as np

    signs = compared(found)
    total: Floats = (signs @ np.asarray(WEIGHTS, np.float32)).astype(np.float32)
    total[np.isnan(signs).any(axis=1) | _named_by_its_label(found)] = -np.inf
    return total


def compared(found: Doubt) -> "Floats":
    """The signs of each row as [rows, signs], in the order of `WEIGHTS`; nan where its label has no other row."""
    import numpy as np

    labelled = found.labelled
    rows, codes = np.arange(len(labelled.rows)), labelled.codes
    sentences, names = Sentences(labelled), name_vectors(labelled)
    by_sentence, by_word = sentences.cosines(rows), Words(labelled).cosines(rows)
    by_name = np.zeros_like(by_sentence) if names is None else sentences.to_names(rows, names)
    points = sentences.centred(rows)
    pairs = points @ points.T
    np.fill_diagonal(pairs, np.nan)
    signs = np.full((len(rows), len(WEIGHTS)), np.nan, np.float32)
    fit = by_sentence[rows, codes]
    for row in rows:
        given, other = codes[row], found.other[row]
        mates = np.flatnonzero((codes == given) & (rows != row))
        if not len(mates):
            continue
        theirs, own = (np.sort(pairs[row, some])[::-1] for some in (np.flatnonzero(codes == other), mates))
        signs[row] = (
            *(view[row, other] - view[row, given] for view in (by_sentence, by_word, by_name)),
            (theirs[0] + theirs[:2].mean() - own[0] - own[:2].mean()) / 2,
            own[0],
            fit[mates].mean(),
        )
    return signs


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
