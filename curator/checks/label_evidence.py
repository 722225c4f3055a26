"""What a group of up to a hundred rows says against each of its labels, added up as one number.

No label of a small group has a sharp centre, and no weights can be learned from ten rows. So each row is compared
with the label that fits it best besides its own, by signs that say little alone and much together: the centres of
both, by sentences and by words; the nearest row of each; what the names of both say, as a whole and word by word; and
how near the row's words come to those of each label's other rows.

The weights are those of two logistic regressions: one of labels by `VIEWS`, one of wrong labels by `SIGNS`. They were
fitted on groups of 15 to 60 rows of CLINC150 (intents, and its domains as broad labels), Banking77, two retail bots
and the intents of dialogues, with and without a label for all sorts, some with 3 to 10 of 100 labels moved to another
one of the group; `tests/benchmarks/measures/labels.py` measures the outcome.
"""

from typing import TYPE_CHECKING, NamedTuple

from curator.checks.label_doubt import Doubt
from curator.checks.label_views import Sentences, Words, name_vectors
from curator.checks.label_words import Meanings, named_by_its_label
from curator.tasks import spelt_out
from curator.text import words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from curator.checks.label_views import Floats, Numbers

#: Rows up to which all pairs are looked at.
SMALL = 100
#: Centre by sentences, by words, name as a whole, nearest row, nearest word to the name, three nearest, words to words.
VIEWS = (2.6, 2.8, 2.9, 2.1, 0.6, 1.4, 1.8)
#: The margin of the other label, the same against the group, its name, its name against the group, its centre, the
#: nearest row of the own label and of the other, the words near the own label's name.
SIGNS = (0.66, 0.26, -1.7, 0.73, 1.06, -0.52, -1.45, -2.2)
#: Log odds without any sign.
START = -3.45
# What is labelled so may be about anything: it has no centre, and no name that says what it is about.
_ALL_SORTS = frozenset(
    "other others misc miscellaneous general generic none null unknown unclear undefined else rest default fallback "
    "oos out of scope no intent uncategorized uncategorised unclassified various varied neither anything something any "
    "all "
    "sonstiges sonstige andere anderes allgemein unbekannt autre autres divers aucun inconnu otro otros ninguno "
    "desconocido altro altri outro outros overig overige n/a".split()
)
_KINDS = frozenset("question questions inquiry enquiry inquiries query queries request requests topic topics".split())
# Below this spread, differences within a group are not blown up.
_SPREAD = 0.1


class Against(NamedTuple):
    """What speaks against labels: of each candidate, log odds and the label that fits better; and whether inputs tell.

    `told` is how far the own labels of rows stand above the middle of all labels by how well they fit, in standard
    errors: where labels are a matter of tone, urgency or truth, it is about 0.
    """

    odds: "Floats"
    other: "Numbers"
    told: float

    def of(self, candidate: int) -> tuple[float, int]:
        """The odds and the better label of the candidate with this number."""
        return float(self.odds[candidate]), int(self.other[candidate])


def evidence(found: Doubt) -> Against | None:
    """What speaks against the labels of the candidates of a small group; odds of -inf where nothing can be said.

    None for a large group, whose labels have centres of their own, and for vectors without texts.
    """
    import numpy as np

    space = found.labelled.space
    if len(found.labelled.rows) > SMALL or not space.texts:
        return None
    if "evidence" not in space.shared:
        views = seen(found)
        signs, other, told = weighed(views, found)
        total: Floats = (signs @ np.asarray(SIGNS, np.float32) + START).astype(np.float32)
        total[np.isnan(total) | named_by_its_label(found.labelled, other)] = -np.inf
        space.shared["evidence"] = Against(total[found.candidates], other[found.candidates], told)
    against: Against = space.shared["evidence"]
    return against


def seen(found: Doubt) -> "Floats":
    """How well each label fits each row, without the row itself, as [rows, labels, views] in the order of `VIEWS`."""
    import numpy as np

    labelled = found.labelled
    rows, codes = np.arange(len(labelled.rows)), labelled.codes
    sentences, names = Sentences(labelled), name_vectors(labelled)
    points = sentences.centred(rows)
    cosines = points @ points.T
    np.fill_diagonal(cosines, -1)
    centres = sentences.cosines(rows)
    nearest = np.stack(
        [np.where(codes == label, cosines, -1).max(axis=1) for label in range(len(labelled.names))], axis=1
    )
    whole = np.zeros_like(centres) if names is None else sentences.to_names(rows, names)
    meanings = Meanings(labelled)
    views = (centres, Words(labelled).cosines(rows), whole, nearest, *meanings.to_names(), meanings.to_rows())
    return np.stack(views, axis=2).astype(np.float32)


def weighed(views: "Floats", found: Doubt) -> tuple["Floats", "Numbers", float]:
    """The signs of each row as [rows, signs], its best other label, and how far inputs tell labels.

    Signs are nan where the label has no other row. A label that holds all sorts is never the better one.
    """
    import numpy as np

    labelled = found.labelled
    rows, codes = np.arange(len(labelled.rows)), labelled.codes
    judged = labelled.sizes[codes] >= 2
    fit = views @ np.asarray(VIEWS, np.float32)
    own = fit[rows, codes]
    told = _told(fit[:, labelled.sizes >= 2], own, judged)
    loose = found.diffuse | np.asarray([_all_sorts(name) for name in labelled.names])
    fit[:, loose | (labelled.sizes < 2)] = -np.inf
    fit[rows, codes] = -np.inf
    other = fit.argmax(axis=1)
    margin = np.maximum(fit[rows, other], -1e3) - own
    mine, theirs = views[rows, codes], views[rows, other]
    names = theirs[:, 2] - mine[:, 2]
    signs = np.stack(
        [
            margin,
            _against_the_rest(margin, judged),
            names,
            _against_the_rest(names, judged),
            theirs[:, 0] - mine[:, 0],
            mine[:, 3],
            theirs[:, 3],
            mine[:, 5],
        ],
        axis=1,
    )
    signs[~judged | loose[codes] | ~np.isfinite(fit[rows, other])] = np.nan
    return signs.astype(np.float32), other, told


def _all_sorts(name: str) -> bool:
    """Whether a label is by its name one for all sorts: "other", "general question"."""
    said = [word for word in words(spelt_out(name)) if word not in _KINDS]
    return all(word in _ALL_SORTS for word in said)


def _told(fit: "Floats", own: "Floats", judged: "NDArray[np.bool_]") -> float:
    """How far own labels stand above the middle of all, in standard errors of a rank that chance gives."""
    import numpy as np

    count = int(judged.sum())
    if fit.shape[1] < 2 or not count:
        return 0.0
    below = (fit[judged] < own[judged][:, None]).sum(axis=1) / (fit.shape[1] - 1)
    return float((np.mean(below) - 0.5) * (12 * count) ** 0.5)


def _against_the_rest(values: "Floats", judged: "NDArray[np.bool_]") -> "Floats":
    """How far each value lies above the others, in their standard deviations."""
    import numpy as np

    others = judged.astype(np.float64)[None, :] * ~np.eye(len(values), dtype=bool)
    count = np.maximum(others.sum(axis=1), 1)
    means = others @ values / count
    spread = np.sqrt(np.maximum(others @ np.square(values) / count - means**2, 0))
    above: Floats = ((values - means) / (spread + _SPREAD)).astype(np.float32)
    return above
