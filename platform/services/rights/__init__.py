"""Roles in units, user groups, function permissions, and what each person may in effect."""
