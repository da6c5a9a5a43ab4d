"""A comment as a page shows it: names that it mentions stand out, everything else is plain text."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from luongviec.services.views import CommentView


def comment_words(comment: CommentView) -> Markup:
    """Give the text of a comment with the people whom it names marked."""
    names = sorted({f"@{person.name}" for person in comment.mentions}, key=len, reverse=True)
    if not names:
        return escape(comment.text)
    parts = re.split(f"({'|'.join(re.escape(name) for name in names)})", comment.text)
    marked = Markup('<span class="mention">{}</span>')
    return Markup("").join(marked.format(part) if part in names else escape(part) for part in parts)
