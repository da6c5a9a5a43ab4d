"""Rows of accounts: sessions, secrets, journals of signing in and of changes."""
