"""A forgotten password by a real worker and a real mail server, also when both fail on the way."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from luongviec.channels.mail import SmtpServer
from luongviec.jobs.scheduler import sweep
from luongviec.services import accounts, one_time_secrets
from luongviec.services.accounts import resets
from luongviec.settings import Settings
from luongviec.store.models import OneTimeSecret
from tests.channels.test_mail import Mailbox, server, unused_tcp_port
from tests.jobs.test_worker import Worker, queue_of, start_worker, until, work_here
from tests.services.house import House

__all__ = ["server", "start_worker", "unused_tcp_port", "work_here"]

NEW = "rừng thông chiều nay"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.mark.requirement("A-24", "W-02")
def test_a_worker_sends_the_link_that_sets_the_password(
    house: House, mailbox: Mailbox, server: SmtpServer, start_worker: Callable[..., Worker]
) -> None:
    worker = start_worker(SMTP_HOST="127.0.0.1", SMTP_PORT=str(server.port), SMTP_SECURITY="none")
    for typed in ("khong-ai-ca", "officer"):
        resets.ask_reset(house.platform, typed)
    until(lambda: len(mailbox.taken) == 1)
    worker.stop()
    (mail,) = mailbox.taken
    assert mail["To"] == "officer@town.example"
    body = mail.get_body(("plain",))
    secret = re.search(r"/new-password/([\w-]+)", body.get_content())[1]
    resets.set_by_link(house.platform, secret, NEW, NEW)
    assert accounts.sign_in(house.platform, "officer", NEW)


def test_the_sweeper_brings_what_the_queue_lost(
    house: House, settings: Settings, work_here: Callable[[], None]
) -> None:
    resets.ask_reset(house.platform, "officer")
    queue_of(house.platform).empty()
    assert sweep(house.platform, queue_of(house.platform)) == 1
    work_here()
    assert len(list(settings.written_mails.glob("*.eml"))) == 1


def test_no_argument_of_a_job_is_a_secret(house: House) -> None:
    resets.ask_reset(house.platform, "officer")
    (job,) = queue_of(house.platform).jobs
    resets.answer_reset(house.platform, job.args[1])
    described = [str((one.args, one.kwargs, one.id)) for one in queue_of(house.platform).jobs]
    with house.platform.reading() as work:
        row = work.session.scalars(select(OneTimeSecret)).one()
        secret = one_time_secrets.secret_of(work, row)
        assert not any(secret in text or row.seed in text for text in described)
