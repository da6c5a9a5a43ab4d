"""A browser, a live server over a town of its own, and people who sign in."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from luongviec.bootstrap import build_engine
from luongviec.services.accounts.sessions import open_session
from luongviec.services.accounts.visitor import NOWHERE
from luongviec.services.platform import Platform
from luongviec.services.telling.live import LiveHub, heard_directly
from luongviec.store.models import User
from luongviec.web import create_app
from luongviec.web.sessions import SESSION_COOKIE

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

from tests.databases import Database, database, databases  # noqa: E402
from tests.hashing import hash_cheaply  # noqa: E402
from tests.web.town import PASSWORD, Town, settings_in, town_of  # noqa: E402

__all__ = ["database", "databases"]

hash_cheaply()

#: Debian's browser, and flags that keep it from calling home.
CHROMIUM = os.environ.get("CHROMIUM", shutil.which("chromium") or "")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
#: What Chromium says about its own doings; everything else on the console is a fault of ours.
HARMLESS = ("Failed to load resource: the server responded with a status of 4",)


class QuietHandler(WSGIRequestHandler):
    """Serves without telling of every request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@pytest.fixture(scope="session")
def built_town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The town, made once; tests work on copies."""
    return town_of(tmp_path_factory)


@pytest.fixture
def town(built_town: Town, tmp_path: Path) -> Town:
    """A town for one test alone."""
    return built_town.copied_to(tmp_path / "town")


@pytest.fixture
def town_on_each(database: Database, built_town: Town, tmp_path: Path) -> Town:
    """A town for one test alone, once on SQLite and once on PostgreSQL."""
    town = built_town.copied_to(tmp_path / "town")
    if database.name == "sqlite":
        return town
    copied = build_engine(settings_in(town.folder))
    database.take_over(copied)
    copied.dispose()
    return replace(town, database_url=database.url)


#: What is served where.
_served: dict[str, Platform] = {}


@cache
def _compiled_templates() -> FileSystemBytecodeCache:
    """Templates compiled once for all servers of this process."""
    return FileSystemBytecodeCache(mkdtemp(prefix="templates-"))


@contextmanager
def serving(platform: Platform) -> Iterator[str]:
    """Serve a platform on a free port; gives the address."""
    hub = LiveHub()
    application = create_app(heard_directly(hub, platform), hub)
    application.jinja_env.bytecode_cache = _compiled_templates()
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    _served[address] = platform
    try:
        yield address
    finally:
        del _served[address]
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


@pytest.fixture
def address(town: Town) -> Iterator[str]:
    """A live server over the test's town; gives its address."""
    with serving(town.platform()) as found:
        yield found


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """Playwright itself; what is expected may take a while on a busy machine."""
    expect.set_options(timeout=15_000)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    """Chromium: the system's where there is one, else Playwright's own."""
    started = driver.chromium.launch(executable_path=CHROMIUM or None, args=FLAGS)
    yield started
    started.close()


@dataclass
class People:
    """Browsers of several people at once; each keeps what its console and policy complained about."""

    browser: Browser
    address: str
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, *, phone: bool = False) -> Page:
        """Open a browser in which nobody is signed in."""
        context = self.browser.new_context(
            base_url=self.address, viewport=PHONE if phone else DESK, is_mobile=phone, has_touch=phone,
            color_scheme="light", locale="vi-VN", reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(15_000)
        context.set_default_navigation_timeout(45_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._heard(page, message.type, message.text))
        return page

    def sign_in(self, user_name: str, *, phone: bool = False, at: str = "/") -> Page:
        """Open a browser at a page with somebody signed in; the form has tests of its own."""
        page = self.open(phone=phone)
        with _served[self.address].transaction() as work:
            user = work.session.scalars(select(User).where(User.user_name == user_name)).one()
            secret, _ = open_session(work, user, NOWHERE)
        page.context.add_cookies([{"name": SESSION_COOKIE, "value": secret, "url": self.address}])
        if at:
            page.goto(at)
        return page

    def sign_in_by_form(self, user_name: str, *, phone: bool = False) -> Page:
        """Open a browser and sign somebody in as he would."""
        page = self.open(phone=phone)
        page.goto("/sign-in")
        page.get_by_label("Tên đăng nhập").fill(user_name)
        page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url("**/")
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def _heard(self, page: Page, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not text.startswith(HARMLESS):
            self.complaints.append(f"{page.url}: {text}")


@pytest.fixture
def people(chromium: Browser, address: str) -> Iterator[People]:
    """People at their browsers; the test fails if a console or the content policy complained."""
    group = People(chromium, address)
    yield group
    group.close()
    assert group.complaints == []


@pytest.fixture
def sign_in(people: People) -> Callable[..., Page]:
    """Sign somebody in."""
    return people.sign_in
