"""TXT012: what the making of the data left behind."""

import re
from collections.abc import Iterator

from curator.checks.base import example_check, found
from curator.checks.endings import code_like
from curator.corpus import opening
from curator.model import Example, Finding, Severity, Span
from curator.tasks import looks_code
from curator.text import shorten

_END_MARK = re.compile(
    r"<\|(?:end_?of_?text|eot)\|>|(?<!\w)\[(?:EOS|BOS|PAD|SEP|CLS)\](?!\w)|"
    r"<(?:eos|EOS|pad|PAD|unk|UNK)>"
)
# An input that says that there is none: the whole of it, or its last line below the instruction.
_NO_INPUT = re.compile(
    r"(?:^|\n)[ \t]*(?P<held>(?:input:[ \t]*)?(?:"
    r"<\s*no[ _-]?(?:input|output|context)(?: (?:needed|required|given))?\s*/?>|"
    r"\[\s*no[ _-]?input\s*\]|\(\s*no[ _-]?input\s*\)|noinput|no input(?: (?:needed|required|given|provided))?|"
    r"<(?:nan|none|null|empty)>|nan))[.]?\s*\Z",
    re.IGNORECASE,
)
_NOTE_ENDS = ("input", "nan", "needed", "required", "given", "provided")
# What HTML and JSON write for a character, in a text that is neither.
_ESCAPED = re.compile(
    r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{2,5}|#x[0-9a-fA-F]{2,4}|[aeiouAEIOUcnCN](?:acute|grave|circ|uml|tilde|cedil)|euro|"
    r"pound|[nm]dash|[lr][sd]quo|hellip|szlig|deg);|\\u[0-9a-fA-F]{4}|(?<=[.!?:,;)])\\n(?=\\n|[A-Z\d*\u2022 -]|$)"
)
_CODED = re.compile(
    r"html|xml|\bescap|unicode|entit|regex|regular expression|latex|json|\bcode\b|python|java|javascript|string|print|"
    r"web ?page|characters?\b|separator|newline|line break|script|program|encod",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|```|\A\s*[{\[]|\$|\\[a-zA-Z]+\{")
_NO_OUTPUT = re.compile(r"<\s*no[ _-]?(?:input|output)\s*/?>|\bnoinput\b", re.IGNORECASE)
# Another example behind the answer, as self-instruct numbers them.
_MERGED = re.compile(
    r"^(?:#{2,3}[ \t]*\n)?(?:#{1,3} ?)?(?:task )?\d{1,3}[.)] ?(?:instruction|input|output) ?:|"
    r"^#{2,3}[ \t]*\n(?=(?:\d|instruction))|^(?:instruction|task) ?: .*\n(?:.*\n){0,6}?(?:input|output|response) ?:",
    re.MULTILINE | re.IGNORECASE,
)
# Marks of citations and buttons that a chat's window shows and its text carries along.
_COPIED = re.compile(
    r"\u3010\d+(?::\d+)?\u2020[^\u3011\n]{0,80}\u3011|:?contentReference\[oaicite:?\d*\]|\[?oaicite:\d+\]?|"
    r"\ue200[^\ue201]{0,80}\ue201|"
    r"\b(?:cite)?turn\d+(?:search|view|news|image|fetch)\d+|^(?:\w+[ \t]*\n)?(?:Copy code|Copied!)[ \t]*$|"
    r"^(?:Regenerate response|Stop generating|ChatGPT said:|You said:)[ \t]*$",
    re.MULTILINE,
)
_CITED = re.compile(r"turn\d")
_COPIED_SIGNS = ("\u3010", "oaicite", "\ue200", "turn", "Cop", "Regenerate", "Stop", " said:")
_QUESTION_AGAIN = re.compile(r"\n\s*(?:Q|Question) ?\d*[:.] ")
_ANSWER_SLOT = re.compile(r"(?:^|\n)\s*(?:A|Answer) ?\d*:\s*\Z")
_ABOUT = re.compile(
    r"special tokens?|tokeni[sz]|end[- ]of[- ](?:text|sequence)|\bEOS\b|"
    r"stop tokens?|chat ?(?:template|ml)|vocabulary|\bBERT\b|"
    r"\bpad(?:ding)? tokens?",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\binstructions?\b.*\b(?:input|output|response)|\b(?:generate|create|come up with|write|list) .{0,40}\b(?:tasks?|"
    r"prompts?|examples?|instructions?|questions?)\b",
    re.IGNORECASE | re.DOTALL,
)
_LINE_SIGNS = (
    "nstruction",
    "NSTRUCTION",
    "nput",
    "utput",
    "NPUT",
    "UTPUT",
    "esponse",
    "Cop",
    "Regenerate",
    "Stop generating",
    " said:",
    "\nQ",
)


@example_check("TXT012", Severity.WARNING)
def leftovers(example: Example) -> Iterator[Finding]:
    """What generating, merging or copying left in a text: <|endoftext|>, <noinput>, "18. Instruction:", citation marks.

    An input that says that there is none ("<noinput>", "No input"), a second example behind the answer, the end mark
    of a text, marks and buttons of a chat's window, "&amp;" and "\\n" in plain text. Texts about such
    marks, and inputs that show them, are left alone.

    Why: the model learns to write the marks, or to go on with another task.
    Fix: cut the leftover; reject the example when nothing is left.
    Example:
        output "It depends on your plans.\\n##\\n18. Instruction: Identify the noun."
    """
    for index, message in enumerate(example.messages):
        text = message.text
        output = message.role == "assistant"
        if message.role == "tool" or not _maybe(text, output):
            continue
        left = _left(example, text, output)
        if left is None:
            continue
        start, end, why = left
        held = shorten(text[start:end])
        where = "output" if output else "input"
        evidence = [Span(f"messages[{index}].content", start, end, why)]
        yield found(example, f'{why[0].upper()}{why[1:]} is in the {where}: "{held}".', evidence=evidence, rule=why)


def _maybe(text: str, output: bool) -> bool:
    """Whether there can be anything: most texts have no such sign."""
    if (
        "<" in text
        or "[" in text
        or (output and ("&" in text or "\\" in text))
        or "oaicite" in text
        or not text.isascii()
    ):
        return True
    if "turn" in text and _CITED.search(text):
        return True
    if not output:
        end = text[-20:].rstrip(". \n").lower()
        return end.endswith(_NOTE_ENDS) or (end[-1:] == ")" and "input" in text.lower())
    return "noinput" in text or ("\n" in text and any(map(text.__contains__, _LINE_SIGNS)))


def _left(example: Example, text: str, output: bool) -> tuple[int, int, str] | None:
    match = _END_MARK.search(text)
    if match and not _about(example, match.group(), output):
        return *match.span(), "the end mark of a text"
    match = _COPIED.search(text) if any(map(text.__contains__, _COPIED_SIGNS)) else None
    if match and (not output or match.group() not in opening(example)):
        return *match.span(), "a mark that a chat's window left"
    if not output:
        match = _NO_INPUT.search(text)
        return (*match.span("held"), "a note that there is no input") if match else None
    match = _ESCAPED.search(text) if "&" in text or "\\" in text else None
    if match and not (_MARKUP.search(text) or code_like(text) or looks_code(text) or _CODED.search(opening(example))):
        return *match.span(), "a character in the writing of HTML or JSON"
    match = _NO_OUTPUT.search(text)
    # As the whole output it is a placeholder, which another check names.
    if match and len(text.strip()) > len(match.group()) and match.group() not in opening(example):
        return *match.span(), "a note that there is no input"
    return _merged(example, text)


def _merged(example: Example, text: str) -> tuple[int, int, str] | None:
    given = opening(example)
    match = _MERGED.search(text)
    if match and match.start() > 0 and not _ASKED.search(given) and not _MERGED.search(given):
        return *match.span(), "the beginning of another example"
    match = _QUESTION_AGAIN.search(text)
    if match and _ANSWER_SLOT.search(given):
        return *match.span(), "the beginning of another example"
    return None


def _about(example: Example, held: str, output: bool) -> bool:
    given = opening(example)
    return _ABOUT.search(given) is not None or (output and held in given)
