"""What the form of an account holds: read from the page, or from the account (U-20, U-21)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import request

from luongviec.engine.text import Text
from luongviec.services.users.access import USERS
from luongviec.services.users.changes import UserChange
from luongviec.services.users.data import UserData, shown_phone
from luongviec.services.users.first_passwords import Way
from luongviec.services.users.making import NewUser
from luongviec.services.users.posts import MOST_POSTS, Post
from luongviec.web.language import _
from luongviec.web.picking import Picking, people_picking, posted_people, posted_units, units_picking

LONGEST = 400
TEXTS = ("name", "user_name", "identity_number", "email", "phone")
ADD_POST, REMOVE_POST, MAIN_POST = "_add_post", "_remove_post", "_main_post"


@dataclass(frozen=True, slots=True)
class PostRow:
    """A row of the form: a unit, the place in it as `side.slot`, and the title."""

    unit: Picking
    place: str = ""
    title: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed: the row goes away when the form is sent."""
        return self.unit.id is None and not self.unit.question and not self.title.strip()


@dataclass(slots=True)
class AccountForm:
    """The form of an account as it is drawn. `only_rows`: a button changed it, nothing is to be saved."""

    texts: dict[str, str]
    language: str = "vi"
    managers: Picking = field(default_factory=lambda: Picking("people"))
    posts: list[PostRow] = field(default_factory=list)
    first_password: str = ""
    only_rows: bool = False

    @property
    def data(self) -> UserData:
        """The plain data, as typed."""
        return UserData(
            self.texts["user_name"], self.texts["name"], self.texts["identity_number"] or None,
            self.texts["email"] or None, self.texts["phone"] or None, self.language,
        )  # fmt: skip

    @property
    def wanted_posts(self) -> tuple[Post, ...]:
        """The posts, rows with nothing in them left out; a row without its unit stays, to be named."""
        return tuple(_post(row) for row in self.posts)

    @property
    def change(self) -> UserChange:
        """What the form says of an account that is there."""
        return UserChange(self.data, self.wanted_posts, self.managers.ids)

    @property
    def new_user(self) -> NewUser:
        """The account that the form makes."""
        data = self.data
        return NewUser(
            data.user_name, data.name, email=data.email, phone=data.phone, language=data.language,
            identity_number=data.identity_number, posts=self.wanted_posts, manager_ids=self.managers.ids,
            must_change_password=True,
        )  # fmt: skip


def empty_form(unit_id: int | None = None) -> AccountForm:
    """Give the form of a new account, in a unit where one is known."""
    row = PostRow(units_picking(() if unit_id is None else (unit_id,)))
    return AccountForm(dict.fromkeys(TEXTS, ""), posts=[row], first_password=Way.EMAIL.value)


def form_of(change: UserChange, own_posts: Sequence[Post]) -> AccountForm:
    """Give the form of an account; posts that others administer are no part of it."""
    data = change.data
    rows = [
        PostRow(units_picking((post.unit_id,)), f"{post.side}.{post.slot}", post.title) for post in own_posts
    ]
    return AccountForm(
        {
            "name": data.name, "user_name": data.user_name, "identity_number": data.identity_number or "",
            "email": data.email or "", "phone": shown_phone(data.phone),
        },
        data.language, people_picking(change.manager_ids), rows,
    )  # fmt: skip


def posted_form() -> AccountForm:
    """Read the form that was sent, with what its row buttons ask."""
    sent = request.form
    texts = {name: sent.get(name, "")[:LONGEST] for name in TEXTS}
    managers = posted_people("managers")
    rows = [_posted_row(index) for index in range(MOST_POSTS + 1) if f"posts.{index}.row" in sent]
    asking = managers.is_asking or any(row.unit.is_asking for row in rows)
    form = AccountForm(
        texts, sent.get("language", "vi")[:5], managers, rows, sent.get("first_password", "")[:10], asking
    )
    _press_row_button(form, sent)
    if not form.only_rows:
        form.posts = [row for row in form.posts if not row.is_empty]
    return form


def labels(form: AccountForm) -> Mapping[str, str]:
    """Give the fields' names for the list of errors above the form."""
    named = {
        "name": _("Họ và tên"), "user_name": _("Tên đăng nhập"), "identity_number": _("Số định danh cá nhân"),
        "email": _("Thư điện tử"), "phone": _("Số điện thoại"), "language": _("Ngôn ngữ"),
        "managers": _("Quản lý trực tiếp"), "posts": _("Vị trí công tác"),
        "first_password": _("Mật khẩu lần đầu"),
    }  # fmt: skip
    for index in range(len(form.posts)):
        number = index + 1
        named[f"posts.{index}.unit"] = _("Vị trí {number}: đơn vị", number=number)
        named[f"posts.{index}.slot"] = _("Vị trí {number}: vai trò", number=number)
        named[f"posts.{index}.title"] = _("Vị trí {number}: chức danh", number=number)
    return named


#: Names of an account's fields, for showing what somebody else changed.
FIELD_NAMES: Mapping[str, Text] = {
    "name": Text("Họ và tên", "Full name"),
    "user_name": Text("Tên đăng nhập", "User name"),
    "identity_number": Text("Số định danh cá nhân", "Identity number"),
    "email": Text("Thư điện tử", "E-mail"),
    "phone": Text("Số điện thoại", "Phone"),
    "language": Text("Ngôn ngữ", "Language"),
    "posts": Text("Vị trí công tác", "Posts"),
    "managers": Text("Quản lý trực tiếp", "Direct managers"),
}


def _posted_row(index: int) -> PostRow:
    name = f"posts.{index}"
    return PostRow(
        posted_units(f"{name}.unit", within=USERS),
        request.form.get(f"{name}.slot", "")[:140],
        request.form.get(f"{name}.title", "")[:LONGEST],
    )


def _press_row_button(form: AccountForm, sent: Mapping[str, str]) -> None:
    if ADD_POST in sent and len(form.posts) < MOST_POSTS:
        form.posts.append(PostRow(units_picking()))
    for button in (REMOVE_POST, MAIN_POST):
        text = sent.get(button, "")
        if text.isascii() and text.isdigit() and int(text) < len(form.posts):
            row = form.posts.pop(int(text))
            if button == MAIN_POST:
                form.posts.insert(0, row)
    form.only_rows = form.only_rows or any(name in sent for name in (ADD_POST, REMOVE_POST, MAIN_POST))


def _post(row: PostRow) -> Post:
    side, _dot, slot = row.place.partition(".")
    return Post(row.unit.id or 0, side, slot, " ".join(row.title.split()))
