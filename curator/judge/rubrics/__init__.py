"""What a judge is asked, one Markdown file a rubric: a head that says which verdicts there are, then the rules."""

from functools import cache
from importlib.resources import files
from typing import Any

from msgspec import Struct

from curator.errors import JudgeError

NAMES = ("knowledge", "conflict", "output")
_COMPARING = ("prefer",)
#: A reason and a quote are cut off beyond this; the closed form does not limit them.
LONGEST = 300
CANNOT = "cannot_judge"


class Rubric(Struct, frozen=True):
    """A rubric. `bad` is the verdict that is a suspicion, `quotes` says where its quotes have to be found."""

    name: str
    version: str
    verdicts: tuple[str, ...]
    bad: str
    quotes: str
    text: str

    @property
    def schema(self) -> dict[str, Any]:
        """The closed form of an answer."""
        properties = {
            "reason": {"type": "string"},
            "quotes": {"type": "array", "items": {"type": "string"}},
            "verdict": {"type": "string", "enum": list(self.verdicts)},
        }
        return {
            "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
        }  # fmt: skip


@cache
def rubric(name: str) -> Rubric:
    """The rubric of this name. Raises `JudgeError` that names those that there are."""
    if name not in (*NAMES, *_COMPARING):
        raise JudgeError(f"There is no rubric {name!r}; there are {', '.join(NAMES)}.")
    head, _, text = files(__package__).joinpath(f"{name}.md").read_text(encoding="utf-8").partition("\n---\n")
    said = {key: value.strip() for key, _, value in (line.partition(":") for line in head.splitlines())}
    verdicts = tuple(said["verdicts"].split(", "))
    return Rubric(name, f"{name}-{said['version']}", verdicts, said["bad"], said["quotes"], text.strip())
