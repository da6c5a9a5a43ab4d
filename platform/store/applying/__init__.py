"""Writing: a plan's changes, the rows that hang on them, and what is derived from them."""
