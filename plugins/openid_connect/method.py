"""The code flow with PKCE: off to the provider with state and nonce, back with a code, an ID token read.

State, nonce and verifier stay in the browser that left, so that no answer fits another one.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import time
from collections.abc import Mapping
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from requests import RequestException

from luongviec.engine.text import Text
from luongviec.plugins import Departure, ExternalPerson, ServiceUnavailable, SignInFailed

from .configuration import Provider
from .discovery import TIMEOUT_SECONDS, Discovery, ProviderAnswerUnusable, Published, get_json

log = logging.getLogger(__name__)

LONGEST_WAY_SECONDS = 600
LEEWAY_SECONDS = 60
SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


class OpenIdConnect:
    """One provider as a way to sign in; see `luongviec.plugins.SignInMethod`."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._discovery = Discovery(provider.issuer)

    @property
    def code(self) -> str:
        """The provider's code."""
        return self._provider.code

    @property
    def label(self) -> Text:
        """What the button says."""
        return self._provider.label

    @property
    def icon(self) -> str:
        """The button's icon."""
        return self._provider.icon

    def begin(self, back_url: str) -> Departure:
        """Give the provider's address and what must come back unchanged."""
        try:
            published = self._discovery.published()
        except ProviderAnswerUnusable as error:
            raise self._unavailable(error) from error
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        with self._client(published, back_url) as client:
            address, state = client.create_authorization_url(
                published.authorization, nonce=nonce, code_verifier=verifier
            )
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "at": str(int(time.time()))}
        return Departure(address, kept)

    def finish(self, back_url: str, query: Mapping[str, str], kept: Mapping[str, str]) -> ExternalPerson:
        """Take the code to the provider and read who it is from the ID token."""
        self._check_return(query, kept)
        try:
            published = self._discovery.published()
            token = self._fetch_token(published, back_url, query["code"], kept["verifier"])
            claims = self._read_id_token(str(token.get("id_token") or ""), kept["nonce"])
            claims = self._with_user_info(published, claims, str(token.get("access_token") or ""))
        except ProviderAnswerUnusable as error:
            raise self._unavailable(error) from error
        return self._person(claims)

    def _check_return(self, query: Mapping[str, str], kept: Mapping[str, str]) -> None:
        state = kept.get("state", "")
        if not state or not hmac.compare_digest(query.get("state", "").encode(), state.encode()):
            raise self._failed("its state is not the one this browser left with")
        if not kept.get("at", "").isdigit() or time.time() - int(kept["at"]) > LONGEST_WAY_SECONDS:
            raise self._failed("it took too long")
        if "iss" in query and query["iss"].rstrip("/") != self._provider.issuer:
            raise self._failed("another issuer answers")
        if "code" not in query:
            raise self._failed(f"the provider refuses: {query.get('error', 'no code')[:100]!r}")

    def _fetch_token(
        self, published: Published, back_url: str, code: str, verifier: str
    ) -> Mapping[str, Any]:
        try:
            with self._client(published, back_url) as client:
                token = client.fetch_token(
                    published.token, code=code, code_verifier=verifier, grant_type="authorization_code",
                    timeout=TIMEOUT_SECONDS, allow_redirects=False,
                )  # fmt: skip
        except RequestException as error:
            raise ProviderAnswerUnusable(str(error)) from error
        except (AuthlibBaseError, ValueError) as error:
            raise self._failed(f"no token: {error}") from error
        return dict(token)

    def _read_id_token(self, id_token: str, nonce: str) -> Mapping[str, Any]:
        """Give the claims of an ID token that is the provider's, for us, for this sign-in, not too old."""
        try:
            try:
                token = jwt.decode(id_token, self._discovery.keys(), algorithms=SIGNATURES)
            except (JoseError, ValueError):  # perhaps signed by a key that is new
                token = jwt.decode(id_token, self._discovery.keys(afresh=True), algorithms=SIGNATURES)
            expected = jwt.JWTClaimsRegistry(
                leeway=LEEWAY_SECONDS,
                iss={"essential": True, "value": self._provider.issuer},
                aud={"essential": True, "value": self._provider.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            )
            expected.validate({**token.claims, "iss": str(token.claims.get("iss", "")).rstrip("/")})
        except (JoseError, ValueError) as error:
            raise self._failed(f"its ID token: {error}") from error
        claims = token.claims
        if claims.get("azp", self._provider.client_id) != self._provider.client_id:
            raise self._failed("its ID token is for another client")
        return claims

    def _with_user_info(
        self, published: Published, claims: Mapping[str, Any], access_token: str
    ) -> Mapping[str, Any]:
        """Ask for the claims to compare that the ID token lacks; they must be about the same subject."""
        wanted = self._provider.match.values()
        if all(claim in claims for claim in wanted) or not published.user_info or not access_token:
            return claims
        info = get_json(published.user_info, bearer=access_token)
        if info.get("sub") != claims["sub"]:
            raise self._failed("its user info is about another subject")
        return {**info, **claims}

    def _person(self, claims: Mapping[str, Any]) -> ExternalPerson:
        match = self._provider.match
        email = _text(claims, match.get("email"))
        return ExternalPerson(
            subject=str(claims["sub"])[:255],
            user_name=_text(claims, match.get("user_name")),
            email=email if claims.get("email_verified") is True else None,
            identity_number=_text(claims, match.get("identity_number")),
            name=_text(claims, "name") or "",
        )

    def _client(self, published: Published, back_url: str) -> OAuth2Session:
        way = "client_secret_post" if published.client_secret_post else "client_secret_basic"
        return OAuth2Session(
            self._provider.client_id, self._provider.client_secret, scope=self._provider.scope,
            redirect_uri=back_url, code_challenge_method="S256", token_endpoint_auth_method=way,
        )  # fmt: skip

    def _failed(self, why: str) -> SignInFailed:
        log.warning("sign-in by %s: %s", self.code, why)
        return SignInFailed(service=self._provider.label.vi)

    def _unavailable(self, error: Exception) -> ServiceUnavailable:
        log.warning("provider %s: %s", self.code, error)
        return ServiceUnavailable(service=self._provider.label.vi)


def _text(claims: Mapping[str, Any], claim: str | None) -> str | None:
    value = claims.get(claim) if claim else None
    return str(value).strip() or None if isinstance(value, str | int) else None
