"""How a random secret is kept: as a hash, so that whoever reads the database cannot use it."""

from __future__ import annotations

import hashlib


def hash_secret(secret: str) -> str:
    """Give what is kept of a random secret: a session's, a token's, a link's, a feed's."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
