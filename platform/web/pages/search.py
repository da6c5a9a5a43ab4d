"""Search over everything that the person may see."""

from __future__ import annotations

from flask import Blueprint, request

from luongviec.services.lists.search import search
from luongviec.web.language import in_language
from luongviec.web.rendering import render_page
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("search", __name__)

LONGEST_QUESTION = 200


@blueprint.get("/search")
@sign_in_required
def show() -> str:
    """Show what was found, or only the search box."""
    words = request.args.get("q", "").strip()[:LONGEST_QUESTION]
    module = request.args.get("module", "")
    result = search(platform(), actor(), words, module=module, limit=50) if words else None
    names = {option.value: in_language(option.label) for option in result.modules} if result else {}
    return render_page(
        "search.html", active="search", result=result, search_words=words, module=module, module_names=names,
    )  # fmt: skip
