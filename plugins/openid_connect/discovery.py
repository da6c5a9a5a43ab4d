"""What a provider publishes of itself: its addresses and its keys, kept for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from joserfc.jwk import KeySet

KEPT_SECONDS = 3600.0
KEYS_AGAIN_AFTER_SECONDS = 30.0  # an unknown key may be a new one, but nobody makes us ask all the time
TIMEOUT_SECONDS = 10.0
LARGEST_ANSWER = 1024 * 1024


class ProviderAnswerUnusable(Exception):
    """The provider does not answer, or not as it must."""


@dataclass(frozen=True, slots=True)
class Published:
    """A provider's addresses."""

    authorization: str
    token: str
    keys: str
    user_info: str
    client_secret_post: bool


class Discovery:
    """Reads what a provider publishes when it is first needed; safe for threads."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._lock = threading.Lock()
        self._published: Published | None = None
        self._published_at = 0.0
        self._keys: KeySet | None = None
        self._keys_at = 0.0

    def published(self) -> Published:
        """Give the provider's addresses.

        Raises:
            ProviderAnswerUnusable
        """
        with self._lock:
            if self._published is None or time.monotonic() - self._published_at > KEPT_SECONDS:
                self._published = self._read(get_json(f"{self._issuer}/.well-known/openid-configuration"))
                self._published_at = time.monotonic()
            return self._published

    def keys(self, *, afresh: bool = False) -> KeySet:
        """Give the keys that the provider signs with; `afresh` where one was not among them.

        Raises:
            ProviderAnswerUnusable
        """
        address = self.published().keys
        with self._lock:
            age = time.monotonic() - self._keys_at
            if self._keys is None or age > (KEYS_AGAIN_AFTER_SECONDS if afresh else KEPT_SECONDS):
                try:
                    self._keys = KeySet.import_key_set(dict(get_json(address)))  # type: ignore[arg-type]
                except (ValueError, KeyError, TypeError) as error:
                    raise ProviderAnswerUnusable(f"its keys: {error}") from error
                self._keys_at = time.monotonic()
            return self._keys

    def _read(self, data: Mapping[str, Any]) -> Published:
        if str(data.get("issuer", "")).rstrip("/") != self._issuer:
            raise ProviderAnswerUnusable(f"it calls itself {data.get('issuer')!r}")
        try:
            ways = data.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
            return Published(
                authorization=str(data["authorization_endpoint"]),
                token=str(data["token_endpoint"]),
                keys=str(data["jwks_uri"]),
                user_info=str(data.get("userinfo_endpoint") or ""),
                client_secret_post="client_secret_basic" not in ways,
            )
        except KeyError as error:
            raise ProviderAnswerUnusable(f"it names no {error}") from error


def get_json(address: str, *, bearer: str = "") -> Mapping[str, Any]:
    """Fetch an object; redirects are not followed.

    Raises:
        ProviderAnswerUnusable
    """
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    try:
        answer = requests.get(address, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        data = answer.json() if answer.ok and len(answer.content) <= LARGEST_ANSWER else None
    except (requests.RequestException, ValueError) as error:
        raise ProviderAnswerUnusable(str(error)) from error
    if not isinstance(data, dict):
        raise ProviderAnswerUnusable(f"{address} answers {answer.status_code}")
    return data
