"""TRN007: a role's name written into the text."""

import re
from collections.abc import Iterator

from curator.checks.base import example_check, found
from curator.model import Example, Finding, Fix, Severity, Span
from curator.text import shorten

_SELF = re.compile(
    r"\s*(?:\*\*|#+ ?)?(?:assistant|ai assistant|chatbot|chatgpt|gpt|bot|ai|assistent)"
    r"\s?:(?:\*\*)?\s+",
    re.IGNORECASE,
)
# An input that asks for speech with names, or shows it.
_ASKED = re.compile(
    r"dialog|conversation|transcript|script\b|chat\b|chat ?log|interview|screenplay|role-?play"
    r"|\bq ?(?:&|and) ?a\b|faq|quiz|flash ?cards?"
    r"|exchange|questions? and answers?|\n\s*(?:user|human|customer|assistant|bot|ai|q|a)\s?:"
    r"|gespr\u00e4ch|di\u00e1logo|abbreviat|acronym|stands? for",
    re.IGNORECASE,
)


@example_check("TRN007", Severity.WARNING)
def role_in_text(example: Example) -> Iterator[Finding]:
    """An output that begins with the name of its own role: "Assistant: ...".

    Chat templates of TRL, axolotl, LLaMA-Factory, torchtune and MLX write the role themselves; the text then says it
    twice. Outputs whose input asks for a dialogue, a transcript or questions with answers are left alone.

    Why: the model learns to write "Assistant:" before each answer.
    Fix: take the name off.
    Example:
        output "Assistant: You can return it within 30 days."
    """
    for index, message in enumerate(example.messages):
        if message.role != "assistant" or message.weight == 0:
            continue
        text = message.text
        own = _SELF.match(text) if ":" in text else None
        if own is None or any(
            _ASKED.search(turn.text) for turn in example.messages[:index] if turn.role != "assistant"
        ):
            continue
        field, name, rest = f"messages[{index}].content", shorten(own.group().strip()), text[own.end() :]
        yield found(
            example,
            f'The output begins with "{name}", which the chat template writes too.',
            evidence=[Span(field, 0, own.end(), "the role's name")],
            fix=Fix({field: rest}) if isinstance(message.content, str) and rest.strip() else None,
            rule=f"starts with '{name}'",
        )
