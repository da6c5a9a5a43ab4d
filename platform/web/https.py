"""One address, by https: behind trusted proxies, and from http on to it (A-01, A-04, W-04, W-05)."""

from __future__ import annotations

from flask import Flask, redirect, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from luongviec.settings import Settings

OPEN_TO_HTTP = frozenset({"health.show"})  # probes ask from inside, without a certificate


def prepare(app: Flask, settings: Settings) -> None:
    """Believe the proxies that are trusted, and lead http on to https where that is wanted."""
    if count := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    if settings.force_https:
        app.before_request(lambda: _lead_on(settings.base_url))


def _lead_on(base_url: str) -> AnyResponse | None:
    """Answer http with the same page of the one https address, which no Host header can change."""
    if request.is_secure or request.endpoint in OPEN_TO_HTTP:
        return None
    path = request.full_path if request.query_string else request.path
    return redirect(base_url + path, 308)
