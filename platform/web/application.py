"""Build the Flask application: pages, API, error pages, headers. Nothing happens at import.

The application is given a running platform; whoever starts the process (command line, tests) builds
that in `luongviec.bootstrap`.
"""

from __future__ import annotations

from flask import Flask, g, request

from luongviec.engine.errors import LuongViecError
from luongviec.services.platform import Platform
from luongviec.services.record_page.alike import SharedDrawings
from luongviec.services.telling.live import LiveHub
from luongviec.web import assets, https
from luongviec.web.api.routes import api_blueprint
from luongviec.web.errors import register_error_pages
from luongviec.web.language import LANGUAGE_COOKIE, is_language
from luongviec.web.pages import (
    action_codes,
    admin_mail,
    bulk,
    calendar_feed,
    choice_groups,
    comments,
    files,
    form_help,
    health,
    home,
    home_settings,
    installing,
    jobs,
    list_parts,
    lists,
    live,
    marking,
    menu,
    notice_choices,
    notifications,
    passwords,
    pickers,
    preferences,
    prints,
    record_history,
    record_imports,
    record_links,
    record_tags,
    records,
    report_schedules,
    reports,
    saved_views,
    search,
    sign_in,
)
from luongviec.web.pages.settings_area import account as settings_account
from luongviec.web.pages.settings_area import account_form as settings_account_form
from luongviec.web.pages.settings_area import accounts as settings_accounts
from luongviec.web.pages.settings_area import audit as settings_audit
from luongviec.web.pages.settings_area import files as settings_files
from luongviec.web.pages.settings_area import functions as settings_functions
from luongviec.web.pages.settings_area import groups as settings_groups
from luongviec.web.pages.settings_area import home as settings
from luongviec.web.pages.settings_area import parameters as settings_parameters
from luongviec.web.pages.settings_area import pick as settings_pick
from luongviec.web.pages.settings_area import rights as settings_rights
from luongviec.web.pages.settings_area import roles as settings_roles
from luongviec.web.pages.settings_area import sign_ins as settings_sign_ins
from luongviec.web.pages.settings_area import succession as settings_succession
from luongviec.web.pages.settings_area import tags as settings_tags
from luongviec.web.pages.settings_area import unit_changes as settings_unit_changes
from luongviec.web.pages.settings_area import unit_edits as settings_unit_edits
from luongviec.web.pages.settings_area import units as settings_units
from luongviec.web.rendering import THEME_COOKIE, THEMES, prepare_templates
from luongviec.web.security import protect
from luongviec.web.sessions import current_session
from luongviec.web.sessions import platform as running_platform

PAGES = (
    home, bulk, comments, sign_in, passwords, lists, list_parts, records, record_links, record_history,
    reports, notifications, search, files, pickers, preferences, admin_mail, health, settings,
    settings_parameters, settings_pick, settings_accounts, settings_account, settings_account_form, jobs,
    settings_units, settings_unit_edits, settings_files, settings_unit_changes, settings_succession,
    settings_groups, settings_functions, settings_roles, settings_rights, settings_audit, settings_sign_ins,
    saved_views, calendar_feed, form_help, choice_groups, record_imports, prints, home_settings, menu,
    notice_choices, settings_tags, report_schedules, record_tags, installing, action_codes, live,
    marking,
)  # fmt: skip
UNFRAMED = frozenset({"assets.file", "health.show"})
MEGABYTE = 1024 * 1024
LONGEST_TEXT_PART = 2 * MEGABYTE


def create_app(platform: Platform, hub: LiveHub | None = None) -> Flask:
    """Build the application for a running platform.

    Args:
        hub: the open streams of this process; by default one that hears of nothing but what it is told.
    """
    app = Flask(__name__, static_folder=None, template_folder="templates")
    app.extensions["luongviec"] = platform
    app.extensions[live.HUB] = hub = hub or LiveHub()
    app.extensions[records.SHARED_DRAWINGS] = SharedDrawings(hub)
    settings = platform.settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="messages",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=settings.upload_mb * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=LONGEST_TEXT_PART,
        MAX_FORM_PARTS=5_000,
        TRUSTED_HOSTS=None,
    )
    app.json.ensure_ascii = app.json.sort_keys = False  # type: ignore[attr-defined]
    https.prepare(app, settings)
    app.before_request(_know_the_reader)
    protect(app)
    prepare_templates(app)
    register_error_pages(app)
    app.register_blueprint(assets.blueprint)
    for page in PAGES:
        app.register_blueprint(page.blueprint)
    app.register_blueprint(api_blueprint())
    return app


def _know_the_reader() -> None:
    """Set language and theme: of the session, else of the visitor's cookies, else the installation's."""
    if request.endpoint in UNFRAMED:
        return
    g.language, g.theme = running_platform().settings.language, "system"
    session = None
    try:
        session = current_session()
    except LuongViecError:  # an unusable cookie is no session; the page says what is needed
        g.signed_in = None
    language = session.language if session else request.cookies.get(LANGUAGE_COOKIE)
    theme = session.theme if session else request.cookies.get(THEME_COOKIE)
    if is_language(language):
        g.language = language
    if theme in THEMES:
        g.theme = theme
