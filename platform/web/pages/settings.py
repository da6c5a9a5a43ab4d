"""The first page of the settings area, and the administration of one module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, url_for

from luongviec.services.module_administration import module_administration
from luongviec.web.rendering import open_settings, render_settings
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@dataclass(frozen=True, slots=True)
class ModuleLinks:
    """Where the parts of a module's administration are, for who may open them."""

    units: Callable[[str], str] | None
    roles: str | None
    groups: str | None
    parameters: str | None


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show what there is to set up."""
    return render_settings("settings_home.html", active="settings")


@blueprint.get("/modules/<code>")
@sign_in_required
def module(code: str) -> str:
    """Show what there is to administer about a module."""
    found = module_administration(platform(), actor(), code)
    opened = open_settings()
    links = ModuleLinks(
        units=_side_address if "units" in opened else None,
        roles=url_for("settings_roles.show", module=code) if "roles" in opened else None,
        groups=url_for("settings_groups.show", module=code) if "groups" in opened else None,
        parameters=url_for("settings_parameters.show", _anchor=f"section-{code}")
        if "parameters" in opened
        else None,
    )
    return render_settings("settings_module.html", active=f"module:{code}", module=found, links=links)


def _side_address(side: str) -> str:
    return url_for("settings_units.show", side=side)
