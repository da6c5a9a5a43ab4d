"""Passwords hashed with next to no effort: tests sign in often, and guess nobody's password.

Hashes name the effort they took, so what another process hashed with all of it is verified as well.
"""

from __future__ import annotations

from argon2 import PasswordHasher

from luongviec.services.accounts import passwords


def hash_cheaply() -> None:
    """Let this process spend little on each password."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
