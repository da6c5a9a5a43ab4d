"""Units and people: the snapshot that decisions read, and the rows that administrators change."""
