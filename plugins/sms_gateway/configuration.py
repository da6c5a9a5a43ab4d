"""What an administrator says of the gateway: where it listens, how a message is put, what yes looks like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
FORMS = ("json", "form", "query")
PLACES = ("to", "text", "key", "sender")
_PLACE = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway. Values of `fields` and `headers` may name `{to}`, `{text}`, `{key}` and `{sender}`."""

    url: str
    form: str = "json"
    fields: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    country: str = "84"
    plus: bool = False
    longest: int = 459  # three parts of a text without marks
    timeout: float = 15
    success_field: str = ""
    success_value: str = ""


def read_gateway(settings: Mapping[str, str]) -> Gateway:
    """Read the gateway's settings.

    Raises:
        ValueError: says which setting is missing or wrong.
    """
    form = settings.get("form", "json").strip() or "json"
    if form not in FORMS:
        raise ValueError(f"form must be one of {', '.join(FORMS)}")
    fields = _named(settings, "field_") or {"to": "{to}", "text": "{text}"}
    if not any("{text}" in value for value in fields.values()):
        raise ValueError("field_…: no value names {text}, so nothing would be said")
    country = settings.get("country", "84").strip()
    if not country.isdigit():
        raise ValueError("country must be the digits of a telephone country code, such as 84")
    return Gateway(
        url=_address(settings.get("url", "").strip()),
        form=form,
        fields=fields,
        headers={name.replace("_", "-"): value for name, value in _named(settings, "header_").items()},
        user=settings.get("user", "").strip(),
        password=settings.get("password", ""),
        sender=settings.get("sender", "").strip(),
        country=country,
        plus=settings.get("plus", "false").strip().lower() in ("1", "true", "yes"),
        longest=_number(settings, "longest", 459, 20, 1530),
        timeout=_number(settings, "timeout", 15, 1, 60),
        success_field=settings.get("success_field", "").strip(),
        success_value=settings.get("success_value", "").strip(),
    )


def _address(url: str) -> str:
    if not url:
        raise ValueError("url is missing")
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
        raise ValueError("url must be an https address")
    return url


def _named(settings: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Give what stands under a prefix, by the rest of the name; places that do not exist are refused."""
    found = {name.removeprefix(prefix): value for name, value in settings.items() if name.startswith(prefix)}
    for name, value in found.items():
        unknown = set(_PLACE.findall(value)) - set(PLACES)
        if unknown:
            raise ValueError(f"{prefix}{name}: there is no {{{sorted(unknown)[0]}}}")
    return found


def _number(settings: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    typed = settings.get(name, "").strip()
    if not typed:
        return default
    if not typed.isascii() or not typed.isdigit() or not least <= int(typed) <= most:
        raise ValueError(f"{name} must be a number from {least} to {most}")
    return int(typed)
