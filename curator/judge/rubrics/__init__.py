"""What a judge is asked, one Markdown file a rubric: a head that says which verdicts there are, then the rules, then
what holds for a rewrite where one may be asked for."""

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
    """A rubric. `bad` is the verdict that is a suspicion, `quotes` says where its quotes have to be found, `rewrites`
    whether the judge is asked for the output as it should be, too."""

    name: str
    version: str
    verdicts: tuple[str, ...]
    bad: str
    quotes: str
    text: str
    rewrites: bool = False

    @property
    def schema(self) -> dict[str, Any]:
        """The closed form of an answer."""
        properties = {
            "reason": {"type": "string"},
            "quotes": {"type": "array", "items": {"type": "string"}},
            "verdict": {"type": "string", "enum": list(self.verdicts)},
        }
        if self.rewrites:
            properties["rewrite"] = {"type": "string"}
        return {
            "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
        }  # fmt: skip


@cache
def rubric(name: str, *, rewrites: bool = False) -> Rubric:
    """The rubric of this name; with `rewrites`, where it has rules for them, one that asks for a rewrite too.

    Raises `JudgeError` that names those that there are.
    """
    if name not in (*NAMES, *_COMPARING):
        raise JudgeError(f"There is no rubric {name!r}; there are {', '.join(NAMES)}.")
    head, text, *more = files(__package__).joinpath(f"{name}.md").read_text(encoding="utf-8").split("\n---\n")
    said = {key: value.strip() for key, _, value in (line.partition(":") for line in head.splitlines())}
    verdicts = tuple(said["verdicts"].split(", "))
    version = f"{name}-{said['version']}"
    if rewrites and more:
        return Rubric(
            name,
            f"{version}-rewrite",
            verdicts,
            said["bad"],
            said["quotes"],
            f"{text.strip()}\n\n{more[0].strip()}",
            True,
        )
    return Rubric(name, version, verdicts, said["bad"], said["quotes"], text.strip())
