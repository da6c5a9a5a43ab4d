"""Short messages where no plugin sends them: each is logged, none is sent."""

from __future__ import annotations

import logging

from luongviec.channels.messages import OutsideMessage
from luongviec.engine.errors import NotYet

log = logging.getLogger(__name__)


class LoggedSms:
    """Says in the log that a message would have left, and that it did not."""

    code = "sms"

    def send(self, message: OutsideMessage) -> None:
        """Log the message and refuse; see `Channel.send`."""
        log.info("sms %s not sent: no provider is set up", message.key)
        raise NotYet(word="sms")
