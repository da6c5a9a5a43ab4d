"""Sign in through OpenID Connect providers: a national identity, the office's single sign-on."""

from __future__ import annotations

from collections.abc import Mapping

from luongviec.plugins import PluginParts

from .configuration import read_providers
from .method import OpenIdConnect


def start(settings: Mapping[str, str]) -> PluginParts:
    """Give one sign-in method for each configured provider; nothing is asked of them yet.

    Raises:
        ValueError: a setting is missing or cannot be used.
    """
    return PluginParts(sign_in_methods=tuple(OpenIdConnect(one) for one in read_providers(settings)))
