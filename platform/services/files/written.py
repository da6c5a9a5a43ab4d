"""Files written on request: while the reader waits, or by a long job that keeps the file for him."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from luongviec.engine.text import Text
from luongviec.services.files.keeping import upload
from luongviec.services.long_jobs.running import JobFact, JobResult, RunningJob
from luongviec.services.platform import Platform
from luongviec.services.views import FileView

#: So many records are written at once while the reader waits.
AT_ONCE_RECORDS = 1_000
#: So many are read at a time.
PART = 500

#: Told how many records are written, and of how many.
Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A written file: where it lies until the block ends, and what it is called."""

    path: Path
    name: str


def kept(platform: Platform, job: RunningJob, writing: AbstractContextManager[WrittenFile]) -> FileView:
    """Write a file and give it as it is kept, for who started the job."""
    with writing as written, written.path.open("rb") as content:
        return upload(platform, job.actor, written.name, content)


def keep_file(
    platform: Platform,
    job: RunningJob,
    writing: AbstractContextManager[WrittenFile],
    said: Text,
    address: str,
) -> JobResult:
    """Write a file and keep it for who started the job; run twice it keeps a second, which does no harm."""
    file = kept(platform, job, writing)
    return JobResult(said, facts=(JobFact(Text("Tệp", "File"), file.name),), file_id=file.id, address=address)
