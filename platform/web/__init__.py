"""The pages: a Flask application drawn from what services give. Start with `application.py`.

A view reads the request, calls one service and renders a template; it holds no rule and no SQL.
"""

from luongviec.web.application import create_app

__all__ = ["create_app"]
