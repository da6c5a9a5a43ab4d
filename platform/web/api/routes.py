"""The API as one blueprint: the door and all its routes."""

from __future__ import annotations

from flask import Blueprint

from luongviec.web.api import catalogue, files, notifications, records, relations, tags
from luongviec.web.api.entrance import make_blueprint


def api_blueprint() -> Blueprint:
    """Make the API's blueprint, ready to be registered."""
    blueprint = make_blueprint()
    for part in (catalogue, records, relations, tags, files, notifications):
        part.add_routes(blueprint)
    return blueprint
