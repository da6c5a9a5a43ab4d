"""What an administrator says of each provider."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from luongviec.engine.text import Text

CODE = re.compile(r"[a-z][a-z0-9_]{0,40}")
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
COMPARED = ("identity_number", "user_name", "email")


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. `match` says which claim is compared with what of an account at the first sign-in."""

    code: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: Text
    icon: str = "fingerprint"
    scope: str = "openid profile email"
    match: Mapping[str, str] = field(default_factory=dict)


def read_providers(settings: Mapping[str, str]) -> tuple[Provider, ...]:
    """Read the providers that `providers` lists, in their order.

    Raises:
        ValueError: says which setting is missing or wrong.
    """
    codes = [code.strip() for code in settings.get("providers", "").split(",") if code.strip()]
    if not codes:
        raise ValueError("providers: name at least one")
    return tuple(_read(code, settings) for code in dict.fromkeys(codes))


def _read(code: str, settings: Mapping[str, str]) -> Provider:
    if not CODE.fullmatch(code):
        raise ValueError(f"providers: {code!r} is no code of small letters, digits and underscores")

    def needed(name: str) -> str:
        value = settings.get(f"{code}_{name}", "").strip()
        if not value:
            raise ValueError(f"{code}_{name} is missing")
        return value

    def chosen(name: str, default: str) -> str:
        return settings.get(f"{code}_{name}", "").strip() or default

    issuer = needed("issuer").rstrip("/")
    address = urlsplit(issuer)
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in LOCAL):
        raise ValueError(f"{code}_issuer must be an https address")
    label = needed("label")
    match = {name: claim for name in COMPARED if (claim := settings.get(f"{code}_match_{name}", "").strip())}
    return Provider(
        code=code,
        issuer=issuer,
        client_id=needed("client_id"),
        client_secret=needed("client_secret"),
        label=Text(label, chosen("label_en", label)),
        icon=chosen("icon", "fingerprint"),
        scope=_with_openid(chosen("scope", "openid profile email")),
        match=match,
    )


def _with_openid(scope: str) -> str:
    return scope if "openid" in scope.split() else f"openid {scope}"
