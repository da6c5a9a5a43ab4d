"""The journal of changes in words: what happened, which field, what it was and became.

Every action that a service notes has its words here; a test goes through the services and demands them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from luongviec.engine.model import Workspace
from luongviec.engine.text import Text
from luongviec.services.platform import Work
from luongviec.services.rights.function_words import function_label
from luongviec.services.units.choices import KIND_LABELS

ACTIONS: Mapping[str, Text] = {
    "user.created": Text("Tạo tài khoản", "Account made"),
    "user.changed": Text("Sửa tài khoản", "Account changed"),
    "user.managers_changed": Text("Đổi quản lý trực tiếp", "Direct managers changed"),
    "user.switched_on": Text("Bật tài khoản", "Account switched on"),
    "user.switched_off": Text("Ngừng tài khoản", "Account switched off"),
    "user.deleted": Text("Xóa tài khoản", "Account deleted"),
    "user.restored": Text("Khôi phục tài khoản", "Account brought back"),
    "user.password_set": Text("Đặt mật khẩu", "Password set"),
    "user.first_password_made": Text("Tạo mật khẩu lần đầu", "First password made"),
    "user.functions_set": Text("Đổi quyền riêng", "Own permissions changed"),
    "user.records_handed_over": Text("Bàn giao hồ sơ đang xử lý", "Open records handed over"),
    "user.signed_out": Text("Kết thúc các phiên đăng nhập", "Sessions ended"),
    "user.second_factor_removed": Text("Gỡ xác thực hai bước", "Two-step sign-in taken away"),
    "unit.created": Text("Thêm đơn vị", "Unit added"),
    "unit.edited": Text("Sửa thông tin đơn vị", "Information of the unit edited"),
    "unit.changed": Text("Sửa đơn vị khi nhập dữ liệu", "Unit changed by an import"),
    "unit.renamed": Text("Đổi tên đơn vị", "Unit renamed"),
    "unit.moved": Text("Chuyển sang đơn vị cấp trên khác", "Moved below another unit"),
    "unit.placed": Text("Đổi thứ tự", "Placed elsewhere in the order"),
    "unit.switched": Text("Đổi tình trạng sử dụng", "Switched on or off"),
    "unit.deleted": Text("Xóa đơn vị", "Unit deleted"),
    "unit.slots": Text("Đổi người giữ vai trò", "People in its slots changed"),
    "unit.administrators": Text("Phân quyền thành viên", "Administrators of the branch changed"),
    "unit.tree_imported": Text("Nhập cả cây đơn vị", "Whole tree imported"),
    "unit.merged": Text("Sáp nhập vào đơn vị khác", "Merged into another unit"),
    "unit.split": Text("Chia, tách", "Split"),
    "unit.dissolved": Text("Giải thể", "Dissolved"),
    "unit.records_handed_over": Text("Bàn giao hồ sơ đang xử lý", "Open records handed over"),
    "unit_change.scheduled": Text("Lên kế hoạch thay đổi đơn vị", "Change of units planned"),
    "unit_change.changed": Text("Sửa kế hoạch thay đổi đơn vị", "Planned change of units edited"),
    "unit_change.given_up": Text("Hủy kế hoạch thay đổi đơn vị", "Planned change of units cancelled"),
    "unit_change.carried_out": Text("Thực hiện thay đổi đơn vị", "Change of units carried out"),
    "unit_change.failed": Text("Thay đổi đơn vị không thực hiện được", "Change of units failed"),
    "group.created": Text("Thêm nhóm", "Group added"),
    "group.edited": Text("Sửa nhóm", "Group edited"),
    "group.deleted": Text("Xóa nhóm", "Group deleted"),
    "group.members_added": Text("Thêm người vào nhóm", "People added to the group"),
    "group.members_removed": Text("Đưa người ra khỏi nhóm", "People taken out of the group"),
    "group.functions_set": Text("Đổi quyền của nhóm", "Permissions of the group changed"),
    "role.created": Text("Thêm vai trò đơn vị", "Role in units added"),
    "role.edited": Text("Sửa vai trò đơn vị", "Role in units edited"),
    "role.deleted": Text("Xóa vai trò đơn vị", "Role in units deleted"),
    "tag.created": Text("Thêm thẻ", "Tag added"),
    "tag.edited": Text("Sửa thẻ", "Tag edited"),
    "tag.merged": Text("Gộp thẻ", "Tag merged into another"),
    "tag.deleted": Text("Xóa thẻ", "Tag deleted"),
    "parameter.changed": Text("Đổi tham số", "Parameter changed"),
}

#: Kinds of subject, for the filter.
KINDS: Mapping[str, Text] = {
    "user": Text("Tài khoản", "Accounts"),
    "unit": Text("Đơn vị", "Units"),
    "unit_change": Text("Thay đổi đơn vị", "Changes of units"),
    "group": Text("Nhóm người dùng", "User groups"),
    "role": Text("Vai trò đơn vị", "Roles in units"),
    "parameter": Text("Tham số", "Parameters"),
    "tag": Text("Thẻ", "Tags"),
}

FIELDS: Mapping[str, Text] = {
    "name": Text("Tên", "Name"),
    "name_en": Text("Tên tiếng Anh", "Name in English"),
    "description": Text("Mô tả", "Description"),
    "note": Text("Mô tả", "Note"),
    "code": Text("Mã", "Code"),
    "tone": Text("Màu", "Colour"),
    "kind": Text("Loại", "Kind"),
    "parent": Text("Đơn vị cấp trên", "Unit above"),
    "sides": Text("Vai trò đơn vị", "Sides"),
    "active": Text("Đang dùng", "In use"),
    "place": Text("Thứ tự", "Place in the order"),
    "path": Text("Đường dẫn", "Path"),
    "people": Text("Người", "People"),
    "count": Text("Tổng số người", "People altogether"),
    "unit": Text("Đơn vị", "Unit"),
    "units": Text("Đơn vị", "Units"),
    "into": Text("Thành", "Into"),
    "parts": Text("Các phần", "Parts"),
    "left_out": Text("Vị trí kết thúc", "Places that end"),
    "heir": Text("Phần kế nhiệm", "Heir"),
    "by_person": Text("Theo người xử lý", "By who handles it"),
    "successor": Text("Bên kế nhiệm", "Successor"),
    "records": Text("Số hồ sơ", "Number of records"),
    "effective_at": Text("Có hiệu lực", "In force from"),
    "change": Text("Thay đổi", "Change"),
    "reason": Text("Lý do", "Reason"),
    "user_name": Text("Tên đăng nhập", "User name"),
    "identity_number": Text("Số định danh cá nhân", "Identity number"),
    "email": Text("Thư điện tử", "E-mail"),
    "phone": Text("Số điện thoại", "Phone"),
    "language": Text("Ngôn ngữ", "Language"),
    "posts": Text("Vị trí công tác", "Posts"),
    "managers": Text("Quản lý trực tiếp", "Direct managers"),
    "way": Text("Cách gửi", "Way"),
    "expires_at": Text("Dùng được đến", "Can be used until"),
    "slots": Text("Vai trò đơn vị", "Roles in units"),
    "groups": Text("Nhóm", "Groups"),
    "functions": Text("Quyền chức năng", "Function permissions"),
    "abilities": Text("Khả năng", "Abilities"),
    "branch": Text("Cả đơn vị cấp dưới", "The units below too"),
    "shown": Text("Hiện ở trang đơn vị", "Shown on units' pages"),
    "branch_grants": Text("Quyền trên nhánh", "Rights on branches"),
    "tokens": Text("Mã truy cập API", "API tokens"),
    "sessions": Text("Phiên đăng nhập", "Sessions"),
    "value": Text("Giá trị", "Value"),
}

YES, NO, NOTHING = Text("Có", "Yes"), Text("Không", "No"), Text("–", "–")
#: What values are called that stand for something: (field, value) → words.
VALUES: Mapping[tuple[str, str], Text] = {
    ("language", "vi"): Text("Tiếng Việt", "Vietnamese"),
    ("language", "en"): Text("Tiếng Anh", "English"),
    ("way", "sheet"): Text("Phiếu", "Sheet"),
    ("way", "email"): Text("Liên kết qua thư điện tử", "Link by e-mail"),
}
#: Fields whose whole numbers are units' ids.
UNIT_IDS = frozenset({"parent", "unit", "units", "into", "successor", "children"})


def action_words(action: str) -> Text:
    """Say what happened."""
    return ACTIONS.get(action, Text(action, action))


def field_words(workspace: Workspace, name: str) -> Text:
    """Name what changed: a fixed word, a slot as `SIDE.SLOT`, a choice as `KIND SUBJECT`, a person."""
    if name in FIELDS:
        return FIELDS[name]
    side, _, slot = name.partition(".")
    known = workspace.sides.get(side)
    if known is not None and slot in known.slots:
        return _joined(known.name, known.slots[slot].label)
    kind, _, subject = name.partition(" ")
    if kind in KIND_LABELS:
        module = workspace.modules.get(subject)
        return KIND_LABELS[kind] if module is None else _joined(KIND_LABELS[kind], module.name)
    return Text(name, name)


def value_words(work: Work, name: str, value: object, at: datetime | None = None) -> Text:
    """Say a value: codes by their labels, units by the names they had `at` that moment."""
    if value is None or value in ("", []):
        return NOTHING
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, int) and name in UNIT_IDS:
        return _unit(work, value, at)
    if isinstance(value, list | tuple):
        return _listed([value_words(work, name, one, at) for one in value], ", ")
    if isinstance(value, Mapping):
        return _listed([_pair(work, str(key), one, at) for key, one in value.items()], "; ")
    return _code(work.workspace, name, str(value))


def _pair(work: Work, name: str, value: object, at: datetime | None) -> Text:
    return _joined(field_words(work.workspace, name), value_words(work, name, value, at))


def _code(workspace: Workspace, name: str, value: str) -> Text:
    if name == "functions":
        return function_label(workspace, value)
    if (name, value) in VALUES:
        return VALUES[name, value]
    if name == "abilities":
        labels = {code: label for side in workspace.sides.values() for code, label in side.abilities.items()}
        return labels.get(value, Text(value, value))
    if name == "sides" and value in workspace.sides:
        return workspace.sides[value].name
    if name == "kind" and value in workspace.unit_kinds:
        return workspace.unit_kinds[value].name
    return Text(value, value)


def _unit(work: Work, unit_id: int, at: datetime | None) -> Text:
    name = (
        work.world.organisation.name_at(unit_id, at) if work.world.unit(unit_id) is not None else str(unit_id)
    )
    return Text(name, name)


def _joined(first: Text, second: Text) -> Text:
    return Text(f"{first.vi}: {second.vi}", f"{first.in_language('en')}: {second.in_language('en')}")


def _listed(texts: list[Text], between: str) -> Text:
    return Text(between.join(one.vi for one in texts), between.join(one.in_language("en") for one in texts))
