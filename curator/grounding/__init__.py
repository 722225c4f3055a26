"""What a text claims and whether another text bears it out: values, names, negations, records and sums.

Pure functions over text, for every check that compares an output with what the model was given. Values are compared
as values ("two weeks" is 14 days, "3 May" is 2024-05-03 without its year), never as strings.
"""
