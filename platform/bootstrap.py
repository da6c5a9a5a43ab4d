"""The one place that puts the real things together, for every process that starts.

Web factory, worker, scheduler and command line call `build_platform`; nothing connects at import.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from luongviec.channels.incoming import ImapServer, Incoming, MaildirIncoming
from luongviec.channels.mail import FolderMail, Sender, SmtpMail, SmtpServer
from luongviec.channels.messages import Channel
from luongviec.channels.sms import LoggedSms
from luongviec.live_redis import RedisAnnouncer
from luongviec.plugins import Plugins, load_plugins
from luongviec.services.files.store import FolderStore
from luongviec.services.long_jobs.running import LONG_JOB
from luongviec.services.platform import Platform
from luongviec.settings import Settings
from luongviec.store.database import open_database
from luongviec.store.definitions.revisions import make_workspaces

log = logging.getLogger(__name__)

QUEUE = "luongviec"
#: The job that workers run, by name: who enqueues need not import it.
RUN_JOB = "luongviec.jobs.tasks.run"
JOB_TIMEOUT_SECONDS = 120
#: Long jobs wait in a queue of their own, so that messages need not wait for them.
LONG_QUEUE = "luongviec-long"
LONG_JOB_TIMEOUT_SECONDS = 6 * 3600


def build_platform(settings: Settings, *, queue: Queue | None = None) -> Platform:
    """Give the running platform: database, published definitions, files, the way to the queue."""
    sessions = sessionmaker(build_engine(settings), class_=Session, expire_on_commit=False)
    return Platform(
        settings=settings,
        sessions=sessions,
        workspaces=make_workspaces(),
        files=FolderStore(settings.files),
        enqueue=QueueOfJobs(queue or build_queue(settings)),
        plugins=load_plugins(settings.plugins, settings.plugin_folder, settings.plugin_environment),
        announce=RedisAnnouncer(build_redis(settings)),
    )


def build_engine(settings: Settings) -> Engine:
    """Give the database engine with the house's settings; it connects when first used."""
    return open_database(settings.database_url)


def build_queue(settings: Settings) -> Queue:
    """Give the queue on the Redis of the settings, the embedded one where none is named."""
    return Queue(QUEUE, connection=build_redis(settings), default_timeout=JOB_TIMEOUT_SECONDS)


def queue_for(queue: Queue, job: str) -> Queue:
    """Give the queue in which a job waits: the common one, or beside it that of long jobs."""
    return long_queue(queue) if job == LONG_JOB else queue


def long_queue(queue: Queue) -> Queue:
    """Give the queue of long jobs on the same Redis."""
    return Queue(LONG_QUEUE, connection=queue.connection, default_timeout=LONG_JOB_TIMEOUT_SECONDS)


def build_redis(settings: Settings) -> Redis:
    """Give a client of Redis; it connects when first used."""
    if settings.redis_url:
        return Redis.from_url(settings.redis_url, socket_connect_timeout=5)
    return Redis(unix_socket_path=str(settings.redis_socket), socket_connect_timeout=5)


def build_channels(settings: Settings, plugins: Plugins | None = None) -> Mapping[str, Channel]:
    """Give the ways out of the house by their codes; a plugin's takes the place of the one that ships."""
    mail = settings.mail
    sender = Sender(mail.sender, settings.site_name)
    outgoing: Channel = FolderMail(settings.written_mails, sender)
    if mail.host:
        server = SmtpServer(mail.host, mail.port, mail.user, mail.password, mail.security)
        outgoing = SmtpMail(server, sender)
    sms = LoggedSms()
    return {outgoing.code: outgoing, sms.code: sms, **(plugins.channels if plugins is not None else {})}


@contextmanager
def opened_mailbox(settings: Settings) -> Iterator[Incoming]:
    """Open the mailbox that invitations are answered to; the settings name one.

    Raises:
        ChannelUnavailable: the server is away, or refuses us.
    """
    replies = settings.replies
    if replies.maildir is not None:
        yield MaildirIncoming(replies.maildir)
        return
    server = ImapServer(
        replies.host, replies.port, replies.user, replies.password, replies.security, replies.folder
    )
    with server.opened() as incoming:
        yield incoming


@dataclass(slots=True)
class QueueOfJobs:
    """Hands jobs to the queue. An id made of what is to be done makes twice once.

    Redis may be away: the rows of the database say what waits, and the sweeper brings it.
    """

    queue: Queue

    def __call__(self, job: str, key: int) -> None:
        """Queue a job; see `services.platform.Enqueue`."""
        try:
            queue_for(self.queue, job).enqueue(
                RUN_JOB, job, key, job_id=f"{job}-{key}", unique=True, result_ttl=0, failure_ttl=60
            )
        except DuplicateJobError:
            pass
        except RedisError as error:
            log.warning("job %s %s stays for the sweeper: %s", job, key, error)
