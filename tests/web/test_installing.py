"""The platform as an app on a phone or desktop."""

from __future__ import annotations

import pytest

from tests.web.conftest import Pages


@pytest.mark.requirement("A-18")
def test_a_phone_can_install_the_platform_and_open_its_notices(pages: Pages) -> None:
    visitor = pages.visitor()
    page = visitor.get("/sign-in").text
    assert '<link rel="manifest" href="/app.webmanifest"' in page
    answer = visitor.get("/app.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    told = answer.json
    assert told["name"] == "Điều hành Bình An"
    assert (told["start_url"], told["display"], told["lang"]) == ("/", "standalone", "vi")
    sizes = set()
    for icon in told["icons"]:
        assert visitor.get(icon["src"]).data.startswith(b"\x89PNG")
        sizes.add((icon["sizes"], icon["purpose"]))
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    staff = pages.as_("bao")
    for shortcut in told["shortcuts"]:
        assert staff.get(shortcut["url"]).status_code == 200
    assert 'data-unread="0"' in staff.get("/").text
