"""Sentence vectors without a model or a network: a small table of word pieces, and search among vectors.

`table.encode` turns texts into vectors, `nearest` finds the pairs of vectors that are near, `likeness` says how
much two texts say the same. `distil` made the table; `minilm` is the larger model, an extra.
"""
