"""The one list of the kinds of long jobs. A service that has one offers it, and is named here."""

from __future__ import annotations

from types import MappingProxyType

from luongviec.services.exchange.work import CHECK_KIND, EXPORT_KIND, IMPORT_KIND
from luongviec.services.lists.files import LIST_FILE_KIND
from luongviec.services.long_jobs.running import JobKind, Kinds
from luongviec.services.record_imports.work import CHECK_RECORDS_KIND, IMPORT_RECORDS_KIND
from luongviec.services.records.bulk import BULK_KIND
from luongviec.services.reports.files import REPORT_FILE_KIND
from luongviec.services.reports.scheduled import SCHEDULED_REPORT_KIND
from luongviec.services.succession.work import HAND_OVER_KIND
from luongviec.services.tags.bulk import BULK_TAGS_KIND
from luongviec.services.unit_changes.work import UNIT_CHANGE_KIND
from luongviec.services.units.moving import REBUILD_RECORDS

_KINDS: tuple[JobKind, ...] = (
    HAND_OVER_KIND,
    UNIT_CHANGE_KIND,
    REBUILD_RECORDS,
    REPORT_FILE_KIND,
    SCHEDULED_REPORT_KIND,
    LIST_FILE_KIND,
    BULK_KIND,
    BULK_TAGS_KIND,
    CHECK_KIND,
    IMPORT_KIND,
    EXPORT_KIND,
    CHECK_RECORDS_KIND,
    IMPORT_RECORDS_KIND,
)

JOB_KINDS: Kinds = MappingProxyType({kind.code: kind for kind in _KINDS})
