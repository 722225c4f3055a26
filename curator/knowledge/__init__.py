"""Knowledge or behaviour: does a pair teach facts that nothing in its own prompt holds?

A pair is *knowledge injection* when the payload of its output is one or more specific facts that a competent reader
could not derive from that row's own system, input, context and tools. Fine-tuning bakes behaviour into weights, it
does not add knowledge: such facts are learned slowly, raise the rate of made-up answers on what the model knew before
(Gekhman et al. 2024, arXiv 2405.05904), and go stale. They belong in retrieval (Ovadia et al. 2023, arXiv 2312.05934).

Pure functions over text: `request` reads what is asked and from what, `payload` what the output states that the
prompt does not hold, `signs` makes numbers between 0 and 1 of both, `score` weighs them. `fit` makes the weights.
"""
