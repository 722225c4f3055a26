"""A model asked as a second reader, or measured: prompt out, typed answer back. Nothing here sends without a yes."""
