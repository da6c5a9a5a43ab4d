"""User names by the installation's rule, always free and always for people to change (A-05, W-01).

The rule is the platform parameter `user_name_rule`. It only proposes: what stands in the form when it
is saved counts, and nothing changes a user name afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from luongviec.engine.world import Actor
from luongviec.services.parameters.platform import word_parameter
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import check_function_somewhere
from luongviec.services.users.data import IDENTITY_NUMBER, USER_NAME
from luongviec.store.folding import fold
from luongviec.store.organisation.people import user_names_like

LONGEST = 60  # leaves room for a number
_FOREIGN = re.compile(r"[^a-z0-9]+")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9._-]+")


class UserNameRule(StrEnum):
    """What a user name is made of; `Nguyễn Thị Thu Hà` as the example."""

    GIVEN_NAME_INITIALS = "given_name_initials"  # hantt
    GIVEN_NAME_FULL = "given_name_full"  # ha.nguyenthithu
    IDENTITY_NUMBER = "identity_number"
    EMAIL = "email"  # what stands before the @
    TYPED = "typed"  # nothing is proposed


def base_name(rule: UserNameRule, name: str, identity_number: str = "", email: str = "") -> str:
    """Give the user name that a rule makes of a person's data, "" where they do not suffice yet.

    >>> base_name(UserNameRule.GIVEN_NAME_INITIALS, "Nguyễn Thị Thu Hà")
    'hantt'
    >>> base_name(UserNameRule.GIVEN_NAME_FULL, "Nguyễn Thị Thu Hà")
    'ha.nguyenthithu'
    """
    match rule:
        case UserNameRule.TYPED:
            made = ""
        case UserNameRule.IDENTITY_NUMBER:
            digits = "".join(identity_number.split())
            made = digits if IDENTITY_NUMBER.fullmatch(digits) else ""
        case UserNameRule.EMAIL:
            made = _NOT_IN_NAMES.sub("", email.strip().lower().rpartition("@")[0]).strip("._-")
        case _:
            words = [word for word in (_FOREIGN.sub("", word) for word in fold(name).split()) if word]
            *before, given = words or [""]
            initials = rule is UserNameRule.GIVEN_NAME_INITIALS
            rest = "".join(word[0] for word in before) if initials else "".join(before)
            made = given + ("" if initials or not rest else ".") + rest
    made = made[:LONGEST].rstrip("._-")
    return made if USER_NAME.fullmatch(made) else ""


def free_name(base: str, is_taken: Callable[[str], bool]) -> str:
    """Give a name, with the least number behind it that makes it free; "" stays "".

    >>> free_name("hantt", {"hantt", "hantt2"}.__contains__)
    'hantt3'
    """
    if not base:
        return ""
    free, number = base, 1
    while is_taken(free):
        number += 1
        free = f"{base}{'.' if base[-1].isdigit() else ''}{number}"
    return free


def propose(work: Work, name: str, identity_number: str = "", email: str = "") -> str:
    """Give a free user name by the installation's rule, "" where the rule makes none.

    Names of deleted accounts count as taken: history goes on naming them (U-43).
    """
    base = base_name(rule_of(work), name, identity_number, email)
    return free_name(base, user_names_like(work.session, base).__contains__)


def rule_of(work: Work) -> UserNameRule:
    """Give the rule that the installation chose."""
    return UserNameRule(word_parameter(work, "user_name_rule"))


def suggest_user_name(
    platform: Platform, actor: Actor, name: str, identity_number: str = "", email: str = ""
) -> str:
    """Give what the form proposes while one types; needs `admin.users` somewhere."""
    with platform.reading() as work:
        check_function_somewhere(work, actor, "admin.users")
        return propose(work, name, identity_number, email)
