"""TXT007: the marks of a chat template, left in the text."""

import re
from collections.abc import Iterator

from msgspec import Struct

from curator.checks.base import found, profile_check
from curator.corpus import instruction_group, opening
from curator.model import Example, Finding, Severity, Span
from curator.text import shorten

# Llama, ChatML, Phi, Gemma, Mistral, DeepSeek, Zephyr. Ends of a text are `leftovers`: the check of that name has them.
_TOKEN = re.compile(
    r"<\|(?!end_?of_?text\|>|eot\|>)[a-z][a-z0-9_ -]{1,30}\|>(?:system|user|assistant|tool)?|"
    r"<\uff5c[A-Za-z][^\uff5c<>\n]{1,30}\uff5c>|</?(?:start|end)_of_turn>(?:user|model)?|"
    r"\[/?INST\]|<</?SYS>>|\[/?(?:SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_RESULTS|TOOL_CALLS)\]|<(?:bos|BOS|s_bos)>"
)
# Headings that templates put above the parts: the whole line, or a speaker and what is said.
_HEADING = re.compile(
    r"^#{2,3} ?(?:Instruction|Response|(?:Human|Assistant|User|System|Bot|AI)(?=:)):?[ \t]*(?=$)|"
    r"^#{2,3} ?(?:Human|Assistant|User|Instruction): ",
    re.MULTILINE,
)
_TURN = re.compile(r"^(?:Human|User|Customer|USER|HUMAN) ?: ", re.MULTILINE)
_REPLY = re.compile(r"^(?:Assistant|AI|Bot|ASSISTANT|Model|Agent) ?:", re.MULTILINE)
_BEGIN = re.compile(r"\s*<s>(?!</s>)")
_END = re.compile(r"</s>\s*(?:<s>|$)")
_HTML = re.compile(r"<(?:p|div|br|span|b|i|del|html|body|td|li|a)\b|<s>[^<]*</s>\s*\S")
_ABOUT = re.compile(
    r"chat[ -]?(?:template|ml|format)|prompt (?:template|format)|special tokens?|control tokens?|"
    r"stop (?:token|sequence)s?|tokeni[sz](?:e|er|ers|ing|ation)\b|delimiters?\b",
    re.IGNORECASE,
)
# An assignment, a call or a return: apostrophes are quotation marks there.
_STATEMENT = re.compile(r"[=(\[{,]\s*[a-zA-Z]{0,2}['\"]|\breturn\b|^\s*-?\s*\w+:\s*'")
_SPOKEN = re.compile(
    r"dialog|conversation|\bscripts?\b|transcri|interview|role-?play|screenplay|\bscene\b|multi-?turn|few-?shot|"
    r"\bchat (?:log|history|between|session)|gespräch|unterhaltung|conversaci[oó]n",
    re.IGNORECASE,
)


class Marks(Struct):
    """How many examples there are, and how many carry template marks: in what is given, in what is taught."""

    examples: int = 0
    given: int = 0
    taught: int = 0

    def add(self, example: Example) -> None:
        """Count one example."""
        self.examples += 1
        for message in example.messages:
            if _maybe(message.text):
                marked = _mark(message.text, message.role == "assistant") is not None
                self.taught += marked and message.role == "assistant"
                self.given += marked and message.role != "assistant"

    def merge(self, other: "Marks") -> None:
        """Take in another count."""
        self.examples += other.examples
        self.given += other.given
        self.taught += other.taught

    def usual(self, output: bool) -> bool:
        """Whether half of the examples have such marks: the data was rendered, or they are its subject."""
        return 2 * (self.taught if output else self.given) > max(self.examples, 3)


@profile_check("TXT007", Severity.WARNING, learn=Marks, by=instruction_group)
def template_tokens(example: Example, usual: Marks) -> Iterator[Finding]:
    """The marks of a chat template in a text: <|im_start|>, [INST], <s>, "### Instruction:", "Human:" turns.

    Marks that are quoted, that the input shows or asks about, and speakers in a dialogue that was asked for are
    left alone; so are inputs that were rendered with a template throughout.

    Why: the trainer writes its own template around the text; marks inside teach the model to end early, or to go on
        and answer itself.
    Fix: take the marks out, with what belongs to another turn; or reject the example.
    Example:
        output "You can pay by card.<|im_end|>"
    """
    for index, message in enumerate(example.messages):
        text = message.text
        if not _maybe(text):
            continue
        output = message.role == "assistant"
        span = _mark(text, output)
        if span is None or (output and message.weight == 0) or usual.usual(output):
            continue
        start, end = span
        held = text[start:end].strip()
        if _meant(example, held, output):
            continue
        evidence = [Span(f"messages[{index}].content", start, end, "a mark of a chat template")]
        where = "output" if output else "input"
        yield found(
            example, f'A chat template\'s mark is in the {where}: "{shorten(held)}".', evidence=evidence, rule=held
        )


def _maybe(text: str) -> bool:
    """Whether there can be a mark: most texts have none of these."""
    return "<" in text or "[" in text or "##" in text or (":" in text and "\n" in text)


def _mark(text: str, output: bool) -> tuple[int, int] | None:
    for pattern in (_TOKEN, _HEADING) if output else (_TOKEN,):
        for match in pattern.finditer(text):
            if not _quoted(text, *match.span()) and (output or _apart(text, *match.span())):
                return match.span()
    # A word or two between <s> and </s> are struck through.
    if "s>" in text and text.count(" ") >= 3 and not _HTML.search(text):
        wrapped = _BEGIN.match(text) or _END.search(text)
        if wrapped is not None:
            return wrapped.span()
    return _turns(text) if output and "\n" in text else None


def _turns(text: str) -> tuple[int, int] | None:
    """Where a user speaks in the output, after the answer or before another one."""
    asked = _TURN.search(text)
    if asked is None:
        return None
    replied = _REPLY.search(text)
    if replied is None and (asked.start() == 0 or text[: asked.start()].count("\n") > 12):
        return None
    return asked.span()


def _apart(text: str, start: int, end: int) -> bool:
    """Whether the mark begins or ends a line, as a template puts it, and is no word in somebody's sentence."""
    before, after = text[text.rfind("\n", 0, start) + 1 : start], text[end:].split("\n", 1)[0]
    return not before.strip() or not after.strip()


def _quoted(text: str, start: int, end: int) -> bool:
    """Whether the mark stands in quotation marks or code, alone or with other words on its line."""
    if text[start - 1 : start] in ("`", '"', "'", "\u201c") and text[end : end + 1] in ("`", '"', "'", "\u201d", " "):
        return True
    if any(text.count(block, 0, start) % 2 and block in text[end:] for block in ('"""', "'''", "```")):
        return True
    before, after = text[text.rfind("\n", 0, start) + 1 : start], text[end:].split("\n", 1)[0]
    marks = "`\"'" if _STATEMENT.search(before) else '`"'
    return any(before.count(mark) % 2 and after.count(mark) % 2 for mark in marks)


def _meant(example: Example, held: str, output: bool) -> bool:
    """Whether the input is about such marks, shows this one, or asks for speakers."""
    given = opening(example)
    if _ABOUT.search(given):
        return True
    if not output:
        return False
    if held.rstrip(": ").isalpha() and _SPOKEN.search(given):
        return True
    return any(held in message.text for message in example.input if message.role != "assistant")
