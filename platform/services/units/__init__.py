"""The unit tree as administrators see and change it."""
