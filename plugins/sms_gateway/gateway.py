"""One message, one request: put as the gateway wants it, judged by what it answers.

An answer of 2xx is a yes, unless a field of the answer is to say so. Of 4xx the message is given up
where the fault is its own (400, 404, 422: the number), and tried again where it is ours or the hour's
(a wrong password, too many requests). Nothing of a text or a number is logged.
"""

from __future__ import annotations

import logging
import re
from typing import Any

import requests

from luongviec.plugins import ChannelUnavailable, OutsideMessage, UnusableAddress

from .configuration import Gateway

log = logging.getLogger(__name__)

CODE = "sms"
OF_THE_MESSAGE = frozenset({400, 404, 410, 413, 422})
_NOT_DIGITS = re.compile(r"[\s().\-\u2013]+")
SHORTEST, LONGEST = 8, 15  # digits of an international number


class HttpGateway:
    """The channel `sms`; see `luongviec.plugins.Channel`."""

    code = CODE

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def send(self, message: OutsideMessage) -> None:
        """Hand one message to the gateway.

        Raises:
            UnusableAddress: the number is none, or the gateway refuses it for good.
            ChannelUnavailable: the gateway does not answer, or not now.
        """
        gateway = self._gateway
        places = {
            "to": international(message.address, gateway.country, plus=gateway.plus),
            "text": shortened(message.text or message.subject, gateway.longest),
            "key": message.key,
            "sender": gateway.sender,
        }
        fields = {name: _filled(value, places) for name, value in gateway.fields.items()}
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy or password of the machine's own
                answer = session.request(
                    "GET" if gateway.form == "query" else "POST",
                    gateway.url,
                    params=fields if gateway.form == "query" else None,
                    json=fields if gateway.form == "json" else None,
                    data=fields if gateway.form == "form" else None,
                    headers={name: _filled(value, places) for name, value in gateway.headers.items()},
                    auth=(gateway.user, gateway.password) if gateway.user else None,
                    timeout=gateway.timeout,
                    allow_redirects=False,
                )
        except requests.RequestException as failure:
            log.warning("the SMS gateway does not answer: %s", type(failure).__name__)
            raise ChannelUnavailable(channel=CODE) from failure
        self._judge(answer, message)

    def _judge(self, answer: requests.Response, message: OutsideMessage) -> None:
        if answer.status_code in OF_THE_MESSAGE:
            raise UnusableAddress(message.key)
        if not 200 <= answer.status_code < 300:
            log.warning("the SMS gateway answers %s", answer.status_code)
            raise ChannelUnavailable(channel=CODE)
        wanted = self._gateway.success_field
        if wanted and _value_at(answer, wanted) != self._gateway.success_value:
            log.warning("the SMS gateway does not confirm message %s", message.key)
            raise ChannelUnavailable(channel=CODE)


def international(typed: str, country: str, *, plus: bool = False) -> str:
    """Write a number with its country: `0912 345 678` is `84912345678`.

    Raises:
        UnusableAddress: it is no telephone number.
    """
    digits = _NOT_DIGITS.sub("", typed)
    if digits.startswith("+"):
        digits = digits[1:]
    elif digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith("0"):
        digits = country + digits[1:]
    if not digits.isascii() or not digits.isdigit() or not SHORTEST <= len(digits) <= LONGEST:
        raise UnusableAddress("no telephone number")
    return f"+{digits}" if plus else digits


def shortened(text: str, longest: int) -> str:
    """Cut a text at its greatest length, saying so."""
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else plain[: longest - 3].rstrip() + "..."


def _filled(value: str, places: dict[str, str]) -> str:
    """Put what is known into a value, each place once: what was put in is not read again."""
    return re.sub(r"\{(to|text|key|sender)\}", lambda found: places[found[1]], value)


def _value_at(answer: requests.Response, path: str) -> str | None:
    """Give a field of the answer, by its names joined by dots; None where it is not there."""
    try:
        value: Any = answer.json()
    except ValueError:
        return None
    for name in path.split("."):
        if isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, dict):
            value = value.get(name)
        else:
            return None
    return str(value).lower() if isinstance(value, bool) else str(value)
