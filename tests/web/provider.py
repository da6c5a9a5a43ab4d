"""A small OpenID Connect provider on a port of its own, with real keys; tests make it lie."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "luongviec", "mot-bi-mat-rat-dai"


@dataclass
class Provider:
    """What it says of whoever comes; `changes` spoil the ID token, `key` may be a foreign one."""

    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "subject-1"})
    user_info: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    refuses: bool = False

    def __post_init__(self) -> None:
        self.published_keys = [self.key]
        self._codes: dict[str, dict[str, str]] = {}
        self._server = make_server("127.0.0.1", 0, self._app(), threaded=True)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def _app(self) -> Flask:
        app = Flask("provider")
        app.get("/.well-known/openid-configuration")(self._discovery)
        app.get("/keys")(self._keys)
        app.get("/authorize")(self._authorize)
        app.post("/token")(self._token)
        app.get("/user-info")(self._user_info)
        return app

    def _discovery(self) -> Any:
        return jsonify(
            issuer=self.issuer, authorization_endpoint=f"{self.issuer}/authorize",
            token_endpoint=f"{self.issuer}/token", jwks_uri=f"{self.issuer}/keys",
            userinfo_endpoint=f"{self.issuer}/user-info",
        )  # fmt: skip

    def _keys(self) -> Any:
        return jsonify(keys=[key.as_dict(private=False) for key in self.published_keys])

    def _user_info(self) -> Any:
        return jsonify({"sub": self.claims["sub"], **self.user_info})

    def _authorize(self) -> Any:
        asked = request.args.to_dict()
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert asked["code_challenge_method"] == "S256"
        back = {"state": asked["state"], "iss": self.issuer}
        if self.refuses:
            back["error"] = "access_denied"
        else:
            back["code"] = secrets.token_urlsafe(16)
            self._codes[back["code"]] = asked
        return redirect(f"{asked['redirect_uri']}?{urlencode(back)}")

    def _token(self) -> Any:
        asked = self._codes.pop(request.form["code"], None)
        login = request.authorization
        digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        if (
            asked is None
            or login is None
            or (login.username, login.password) != (CLIENT, SECRET)
            or asked["redirect_uri"] != request.form["redirect_uri"]
            or asked["code_challenge"] != base64.urlsafe_b64encode(digest).decode().rstrip("=")
        ):
            return jsonify(error="invalid_grant"), 400
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            **self.claims, **self.changes,
        }  # fmt: skip
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return jsonify(access_token="opaque", token_type="Bearer", expires_in=300, id_token=token)
