"""Text messages through the HTTP gateway of a telephone company or an SMS service."""

from __future__ import annotations

from collections.abc import Mapping

from luongviec.plugins import PluginParts

from .configuration import read_gateway
from .gateway import HttpGateway


def start(settings: Mapping[str, str]) -> PluginParts:
    """Give the channel `sms`; nothing is asked of the gateway yet.

    Raises:
        ValueError: a setting is missing or cannot be used.
    """
    return PluginParts(channels=(HttpGateway(read_gateway(settings)),))
