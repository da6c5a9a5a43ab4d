"""Whose user name, identity number or e-mail address it is already (U-25).

Among everybody, because the three hold for the whole installation. Who the owner is, is said only to
administrators who may see that person. A deleted account keeps its user name and identity number:
history names it, so nobody gets them without being told (U-43).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Work
from luongviec.services.users.access import is_within
from luongviec.services.users.data import UserData
from luongviec.store.models import User
from luongviec.store.organisation.people import accounts_by_data

ALREADY_THERE = Text(
    "Tên đăng nhập hoặc số định danh vừa được dùng cho một tài khoản khác. Hãy xem lại rồi lưu.",
    "The user name or identity number was given to another account just now. Look again, then save.",
)
TWICE = {
    "user_name": Text("Tên đăng nhập này bị lặp.", "This user name comes twice."),
    "identity_number": Text("Số định danh này bị lặp.", "This identity number comes twice."),
    "email": Text("Địa chỉ thư điện tử này bị lặp.", "This e-mail address comes twice."),
}
TAKEN = {
    "user_name": Text("Tên đăng nhập này đã có{whose}.", "This user name is taken{whose}."),
    "identity_number": Text(
        "Số định danh này đã có ở tài khoản khác{whose}.",
        "Another account bears this identity number{whose}.",
    ),
    "email": Text(
        "Địa chỉ thư điện tử này đã có ở tài khoản khác{whose}.",
        "Another account has this e-mail address{whose}.",
    ),
}
DELETED = {
    "user_name": Text(
        "Tên đăng nhập này thuộc về một tài khoản đã xóa{whose}. Hãy chọn tên khác.",
        "This user name belonged to a deleted account{whose}. Choose another.",
    ),
    "identity_number": Text(
        "Số định danh này thuộc về một tài khoản đã xóa{whose}. Hãy khôi phục tài khoản đó.",
        "This identity number belonged to a deleted account{whose}. Restore that account.",
    ),
}


@dataclass(slots=True)
class Owners:
    """Who bears what of the data that are to be written; `seen` are those of the same batch."""

    names: Mapping[str, Mapping[str, User]]  # field → value → account
    visible: frozenset[int]
    seen: Mapping[str, set[str]] = field(
        default_factory=lambda: {name: set() for name in ("user_name", "identity_number", "email")}
    )

    @classmethod
    def of(cls, work: Work, actor: Actor, data: Sequence[UserData]) -> Owners:
        """Look the owners of all the data up: three queries for each five hundred."""
        found = accounts_by_data(
            work.session,
            user_names=[one.user_name for one in data],
            identity_numbers=[one.identity_number for one in data if one.identity_number],
            emails=[one.email for one in data if one.email],
        )
        names = {
            "user_name": {user.user_name: user for user in found},
            "identity_number": {user.identity_number: user for user in found if user.identity_number},
            "email": {user.email.lower(): user for user in found if user.email and not user.deleted_at},
        }
        return cls(names, frozenset(user.id for user in found if is_within(work, actor, user.id)))

    def clashes(self, data: UserData, own_id: int | None = None) -> dict[str, tuple[Text, ...]]:
        """Say what of the data belongs to another, by field."""
        faults: dict[str, tuple[Text, ...]] = {}
        for name, value in _values(data).items():
            owner = self.names[name].get(value)
            if owner is not None and owner.id != own_id:
                faults[name] = (self._said(name, owner),)
            elif value in self.seen[name]:
                faults[name] = (TWICE[name],)
        return faults

    def add(self, data: UserData) -> None:
        """Remember what one of the batch bears."""
        for name, value in _values(data).items():
            self.seen[name].add(value)

    def _said(self, name: str, owner: User) -> Text:
        text = DELETED[name] if owner.deleted_at and name in DELETED else TAKEN[name]
        return text.filled({"whose": f" ({owner.name})" if owner.id in self.visible else ""})


def _values(data: UserData) -> dict[str, str]:
    values = {
        "user_name": data.user_name,
        "identity_number": data.identity_number or "",
        "email": (data.email or "").lower(),
    }
    return {name: value for name, value in values.items() if value}
