"""Pages and their parts."""
