"""Files: their bytes, what is shown of them, and files that are written on request."""
