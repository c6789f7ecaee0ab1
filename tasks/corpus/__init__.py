"""The corpus of labelled sentences: reading, adding to it, and measuring whether it is varied and ours."""
