"""What web servers load: `luongviec.wsgi:make_app`, a factory; nothing happens at import."""

from __future__ import annotations

from flask import Flask

from luongviec.bootstrap import build_platform
from luongviec.settings import load_settings
from luongviec.web.application import create_app


def make_app() -> Flask:
    """Build the application from the environment of this process."""
    return create_app(build_platform(load_settings()))
