"""A tokenizer of bytes and a Llama of a few thousand weights, made here, so that nothing is fetched."""

from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

TEMPLATE = (
    "{% for m in messages %}{{ '<|' + m['role'] + '|>' }}"
    "{% if m['role'] == 'assistant' %}{% generation %}{{ m['content'] or '' }}"
    "{% for c in m.get('tool_calls') or [] %}{{ c['function'] | tojson }}{% endfor %}{{ '<|end|>' }}{% endgeneration %}"
    "{% else %}{{ m['content'] or '' }}{{ '<|end|>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer of bytes with the marks of the template."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate(alphabet)}
    inner = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    found = PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token="<|end|>", pad_token="<|pad|>", bos_token="<|begin|>"
    )
    found.add_special_tokens(
        {"additional_special_tokens": [f"<|{role}|>" for role in ("system", "user", "assistant", "tool")]}
    )
    found.chat_template = TEMPLATE
    return found


def model(words: int) -> LlamaForCausalLM:
    """A model for so many tokens."""
    config = LlamaConfig(
        vocab_size=words, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=32_768,
    )  # fmt: skip
    return LlamaForCausalLM(config)
