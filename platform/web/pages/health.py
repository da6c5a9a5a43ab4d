"""Whether this process can answer: for load balancers and for `./dev run`."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from luongviec.web.sessions import platform

log = logging.getLogger(__name__)
blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def show() -> tuple[Response, int]:
    """Say `ok` if the database answers; nothing about the inside otherwise."""
    try:
        with platform().reading() as work:
            work.session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        log.warning("health: the database does not answer: %s", error)
        return jsonify({"status": "unavailable"}), 503
    return jsonify({"status": "ok"}), 200
