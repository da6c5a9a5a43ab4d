"""Putting tags on many records, or taking them off: each by its own right, with a result of its own."""

from __future__ import annotations

from collections.abc import Sequence

from luongviec.engine.errors import InvalidInput, LuongViecError, NotFound
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.long_jobs.running import JobKind, JobResult, Kinds, RunningJob
from luongviec.services.platform import Platform
from luongviec.services.records.bulk import BulkPage, BulkResult, result_of_each, start_for_each, words_of
from luongviec.services.tags.changing import change_tags

BULK_TAGS = "bulk_tags"


def start_bulk_tags(
    platform: Platform, kinds: Kinds, actor: Actor, page: BulkPage, *, add: Sequence[int],
    remove: Sequence[int], back: str = "",
) -> int:  # fmt: skip
    """Change the tags of the chosen records and give the job's id; a few are done at once.

    Raises:
        InvalidInput: no tag was chosen.
        NotFound: no record may be tagged.
    """
    if not add and not remove:
        raise InvalidInput({"tags": (Text("Hãy chọn ít nhất một thẻ.", "Choose at least one tag."),)})
    if not page.taggable:
        raise NotFound()
    parameters = {"add": list(add), "remove": list(remove), "back": back}
    return start_for_each(platform, kinds, actor, BULK_TAGS, page.ids, parameters)


def run_bulk_tags(platform: Platform, job: RunningJob) -> JobResult:
    """Do a job of the kind `BULK_TAGS`; run twice, what is so already is left alone."""
    asked = job.parameters
    ids = [int(one) for one in asked["records"]]
    add, remove = [int(one) for one in asked["add"]], [int(one) for one in asked["remove"]]
    refused: list[BulkResult] = []
    for place, record_id in enumerate(ids, start=1):
        try:
            change_tags(platform, job.actor, record_id, add=add, remove=remove)
        except LuongViecError as error:
            refused.append(BulkResult(record_id, done=False, refusal=words_of(error)))
        job.advance(place, len(ids))
    done = len(ids) - len(refused)
    told = Text(f"Đã đổi thẻ của {done}/{len(ids)} hồ sơ.", f"Tags of {done} of {len(ids)} records changed.")
    return result_of_each(platform, job, told, refused)


BULK_TAGS_KIND = JobKind(BULK_TAGS, Text("Gắn thẻ nhiều hồ sơ", "Tags of many records"), run_bulk_tags)
