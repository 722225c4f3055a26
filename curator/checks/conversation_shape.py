"""TRN001 to TRN006: conversations that trainers refuse, drop or learn nothing from, by the order of their roles.

What each trainer does was seen in its own code, run on such rows: TRL 1.16, LLaMA-Factory 0.9.5, axolotl 0.19,
torchtune 0.6.1, MLX-LM, and the documented rules of OpenAI's and Mistral's services.
"""

from collections.abc import Iterator

from curator.checks.base import example_check, found
from curator.model import Example, Finding, Severity, Span


@example_check("TRN001", Severity.ERROR)
def no_trainable_token(example: Example) -> Iterator[Finding]:
    """Assistant messages that all have weight 0, so that no token is trained on.

    An empty output is another check's. Axolotl and OpenAI read weights; TRL, LLaMA-Factory, MLX and torchtune do not,
    and train on these messages all the same.

    Why: the row costs tokens and teaches nothing, or teaches what somebody has switched off.
    Fix: give the output weight 1, or reject the example.
    Example:
        the only assistant message has "weight": 0
    """
    spoken = []
    for index, message in enumerate(example.messages):
        if message.role == "assistant":
            if message.weight != 0:
                return
            spoken.append(index)
    if spoken and not example.alternatives:
        evidence = [_whole(example, index, "weight 0") for index in spoken]
        yield found(example, "Every assistant message has weight 0: nothing is learned.", evidence=_some(evidence))


@example_check("TRN002", Severity.ERROR)
def ends_without_output(example: Example) -> Iterator[Finding]:
    """A conversation that has outputs and ends with a user turn, a tool result or a system message.

    LLaMA-Factory drops such a row with a line in its log, OpenAI and Mistral refuse it, TRL trains on the question
    as well. Preference pairs and graded tasks end so rightly.

    Why: the last turn is never answered; usually the answer was lost, or the row was cut in the wrong place.
    Fix: write the missing answer, or cut the last turn off.
    Example:
        user, assistant, user
    """
    if not example.messages or example.messages[-1].role == "assistant":
        return
    if example.output_index is None or example.alternatives or example.reference is not None:
        return
    last = len(example.messages) - 1
    what = {"user": "a user turn", "tool": "a tool result"}.get(example.messages[last].role, "a system message")
    evidence = _some([_whole(example, last, "nothing answers this")])
    yield found(example, f"The conversation ends with {what}, and no output follows.", evidence=evidence)


@example_check("TRN003", Severity.WARNING)
def role_twice_in_a_row(example: Example) -> Iterator[Finding]:
    """Two user turns or two assistant turns after each other.

    LLaMA-Factory drops the row in silence, torchtune refuses two user turns, and the chat templates of Gemma, Mistral
    and others raise "roles must alternate". Tool calls and their results do not count.

    Why: usually a turn between the two was lost, or two rows ran together.
    Fix: put the two in one turn, or the missing turn between them.
    Example:
        user "Hello", user "Where is my parcel?", assistant "On its way."
    """
    messages = example.messages
    for index in range(1, len(messages)):
        before, message = messages[index - 1], messages[index]
        if message.role != before.role or message.role not in ("user", "assistant"):
            continue
        if before.tool_calls or message.tool_calls:
            continue
        evidence = _some([_whole(example, index, f"a second {message.role} turn")])
        yield found(
            example, f"Two {message.role} turns follow each other.", evidence=evidence, rule=f"two {message.role} turns"
        )
        return


@example_check("TRN004", Severity.WARNING)
def system_not_first(example: Example) -> Iterator[Finding]:
    """A system message that is not the first message.

    torchtune refuses the row, LLaMA-Factory drops it, Mistral refuses it, and most chat templates move the text or
    raise. Several system messages at the beginning count too: torchtune and Gemma take one.

    Why: the model is trained on another conversation than the one that was written.
    Fix: put it first, joined with the other one, or make it part of the next user turn.
    Example:
        user "Hello", system "Be brief.", assistant "Hi."
    """
    for index, message in enumerate(example.messages):
        if index and message.role == "system":
            evidence = _some([_whole(example, index, "not the first message")])
            yield found(example, "A system message is not the first message.", evidence=evidence)
            return


@example_check("TRN005", Severity.ERROR)
def tool_result_without_call(example: Example) -> Iterator[Finding]:
    """A tool result that no assistant message has called for.

    OpenAI, Mistral and Together refuse the row; LLaMA-Factory drops it when roles are out of order.

    Why: the model learns to read results that it never asked for, and to leave out the call.
    Fix: write the call into the assistant message before it, with the same id, or reject the example.
    Example:
        user "Weather in Paris?", tool "18 C", assistant "It is 18 degrees."
    """
    called: set[str | None] = set()
    calls = 0
    for index, message in enumerate(example.messages):
        if message.tool_calls:
            called.update(call.id for call in message.tool_calls)
            calls += len(message.tool_calls)
        elif message.role == "tool":
            known = message.tool_call_id is None or message.tool_call_id in called or called == {None}
            if calls and known:
                continue
            why = "answers a call that is not there" if calls else "nothing was called before it"
            evidence = _some([_whole(example, index, why)])
            yield found(
                example, f"A tool result {why}." if calls else "A tool result without a call.", evidence=evidence
            )
            return


@example_check("TRN006", Severity.WARNING)
def begins_with_output(example: Example) -> Iterator[Finding]:
    """A conversation whose first message, after the system message, is the assistant's.

    LLaMA-Factory drops the row in silence, torchtune refuses it, and the chat templates of Gemma, Llama 2 and Mistral
    raise; OpenAI, axolotl and MLX take it.

    Why: the model is taught to speak before it was asked, or the row is not there at all when training begins.
    Fix: put the user turn first that it answers, or cut the greeting off.
    Example:
        assistant "Welcome! What can I do for you?", user "A table for two."
    """
    for index, message in enumerate(example.messages):
        if message.role == "system":
            continue
        if message.role == "assistant" and len(example.messages) > index + 1:
            evidence = _some([_whole(example, index, "nothing was asked before it")])
            yield found(example, "The first message is the assistant's.", evidence=evidence)
        return


def _whole(example: Example, index: int, why: str) -> Span | None:
    text = example.messages[index].text
    return Span(f"messages[{index}].content", 0, len(text), why) if text else None


def _some(spans: list[Span | None]) -> list[Span]:
    return [span for span in spans if span is not None]
