"""Review without a screen: a pair is printed, a key is read as a line. It needs no Textual."""
