"""The tables, one module for each area. Importing this package makes `Base.metadata` complete."""

from luongviec.store.models.access import AccessRow, FieldValue, SearchEntry
from luongviec.store.models.accounts import (
    ApiToken,
    AuditEntry,
    CalendarFeed,
    ExternalIdentity,
    FormerPassword,
    IdempotencyKey,
    LongJob,
    OneTimeSecret,
    Preference,
    RecoveryCode,
    SavedView,
    SignInAttempt,
    WebSession,
)
from luongviec.store.models.definitions import (
    Definition,
    FieldCode,
    Generation,
    ModuleCode,
    Publication,
    PublicationMove,
    RecordStatus,
    Revision,
    RoleBit,
)
from luongviec.store.models.delivery import Notification, Occurrence, TimerRow
from luongviec.store.models.history import HistoryEntry, HistoryRow
from luongviec.store.models.organisation import (
    BranchGrant,
    FunctionGrant,
    Setting,
    Unit,
    UnitChange,
    UnitChangeMember,
    UnitClosure,
    UnitHolding,
    UnitName,
    UnitSide,
    User,
    UserGroup,
    UserGroupMember,
    UserManager,
)
from luongviec.store.models.personal import ChoiceGroup, ChoiceGroupMember, FormDraft, InputTemplate
from luongviec.store.models.records import (
    Counter,
    HandOverRow,
    Link,
    ParticipationRow,
    Record,
    RecordData,
    VoiceRow,
)
from luongviec.store.models.reporting import ReportSchedule
from luongviec.store.models.sharing import (
    Attachment,
    Comment,
    File,
    Receipt,
    RecordTag,
    Tag,
    WithdrawnCode,
)

__all__ = [
    "AccessRow", "ApiToken", "Attachment", "AuditEntry", "BranchGrant", "CalendarFeed", "ChoiceGroup",
    "ChoiceGroupMember", "Comment", "Counter", "Definition", "ExternalIdentity", "FieldCode",
    "FieldValue", "File", "FormDraft", "FormerPassword", "FunctionGrant", "Generation", "HandOverRow",
    "HistoryEntry", "HistoryRow", "IdempotencyKey", "InputTemplate", "Link", "LongJob", "ModuleCode",
    "Notification", "Occurrence", "OneTimeSecret", "ParticipationRow", "Preference", "Publication",
    "PublicationMove", "Receipt", "Record", "RecordData", "RecordStatus", "RecordTag", "RecoveryCode",
    "ReportSchedule",
    "Revision", "RoleBit", "SavedView", "SearchEntry", "Setting", "SignInAttempt", "Tag", "TimerRow",
    "Unit", "UnitChange", "UnitChangeMember", "UnitClosure", "UnitHolding", "UnitName", "UnitSide",
    "User", "UserGroup", "UserGroupMember", "UserManager", "VoiceRow", "WebSession",
    "WithdrawnCode",
]  # fmt: skip
