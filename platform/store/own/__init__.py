"""Rows of what people keep for themselves."""
