"""Work after the commit: the queue's worker, the scheduler that finds what waits, an embedded Redis."""
