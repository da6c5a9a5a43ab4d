"""Clearing away what nobody needs any more: forgotten uploads, old keys, ended sessions and jobs."""

from __future__ import annotations

from datetime import timedelta

from luongviec.services.forms.drafts import KEEP as KEEP_DRAFTS
from luongviec.services.parameters.platform import days_parameter
from luongviec.services.platform import Platform
from luongviec.store.cleaning import drop_uploads, forget_attempts, forget_secrets, forget_sessions
from luongviec.store.idempotency import forget_keys
from luongviec.store.long_jobs import forget_jobs
from luongviec.store.own.personal import files_of_drafts, forget_drafts

KEEP_UPLOADS = timedelta(days=1)
KEEP_KEYS = timedelta(days=2)
KEEP_SESSIONS = timedelta(days=30)
KEEP_JOBS = timedelta(days=90)  # after they ended
KEEP_SECRETS = timedelta(days=30)  # after they expired


def clean(platform: Platform) -> int:
    """Clear away, and give how many forgotten uploads there were."""
    with platform.transaction() as work:
        forget_keys(work.session, work.now - KEEP_KEYS)
        forget_sessions(work.session, work.now - KEEP_SESSIONS)
        forget_jobs(work.session, work.now - KEEP_JOBS)
        forget_secrets(work.session, work.now - KEEP_SECRETS)
        forget_attempts(work.session, work.now - days_parameter(work, "journal_days"))
        forget_drafts(work.session, work.now - KEEP_DRAFTS)
        kept = files_of_drafts(work.session)
        count, unused = drop_uploads(work.session, work.now - KEEP_UPLOADS, keep=kept)
    for sha256 in unused:
        platform.files.drop(sha256)
    return count
