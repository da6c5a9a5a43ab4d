"""One's dates in other calendar programs: the page of the private address, and the feed itself."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.services.telling import calendar_feed as feeds
from luongviec.web.rendering import render_page
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("calendar_feed", __name__)


@blueprint.get("/calendar-feed")
@sign_in_required
def show() -> str:
    """Show whether there is a feed, and how to have one."""
    return _page("")


@blueprint.post("/calendar-feed")
@sign_in_required
def change() -> str | AnyResponse:
    """Make the address anew, which is shown only now, or take it back."""
    if request.form.get("what") == "end":
        feeds.end_feed(platform(), actor())
        return redirect(url_for("calendar_feed.show"), 303)
    secret = feeds.make_feed(platform(), actor())
    return _page(platform().settings.base_url + url_for("calendar_feed.read", secret=secret))


@blueprint.get("/calendar/<secret>.ics")
def read(secret: str) -> Response:
    """Give the feed to whoever knows its address: programs cannot sign in."""
    answer = Response(feeds.read_feed(platform(), secret), content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, max-age=300"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _page(address: str) -> str:
    since = feeds.feed_since(platform(), actor())
    return render_page("calendar_feed.html", active="preferences", address=address, since=since)
