"""Records: reaching them, changing them, what is said about them, and what became of each."""
