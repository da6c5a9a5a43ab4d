"""The unit tree with people in its posts."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from luongviec.engine.world import SYSTEM, Actor
from luongviec.services.accounts import hash_password
from luongviec.services.platform import Platform
from luongviec.services.rights import groups
from luongviec.services.units import making as units
from luongviec.services.units.making import SlotFilling, UnitNode
from luongviec.services.users import making as users
from luongviec.services.users.making import NewUser
from luongviec.services.users.posts import Post
from luongviec_demo.words import NameMaker

PASSWORD = "binhthuan-2026"
ABOUT_LANGUAGE = "vi"
BELONGING = "office"  # the side that says where people work


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account that is printed."""

    user_name: str
    name: str
    password: str
    about: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class Body:
    """A unit with its people by slot (`side.slot`)."""

    id: int
    name: str
    kind: str | None
    parent: int | None
    children: tuple[int, ...]
    slots: Mapping[str, tuple[int, ...]]

    def people(self, *slots: str) -> tuple[int, ...]:
        """Give who fills any of the slots."""
        return tuple(dict.fromkeys(one for slot in slots for one in self.slots.get(slot, ())))


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the scenario needs of the province."""

    root: int
    bodies: Mapping[int, Body]
    accounts: tuple[DemoAccount, ...]
    administrator: Actor

    def of_kind(self, *kinds: str) -> tuple[Body, ...]:
        """Give bodies of these kinds, in tree order."""
        return tuple(body for body in self.bodies.values() if body.kind in kinds)

    def account(self, user_name: str) -> int:
        """Give the id of a printed account."""
        return next(one.id for one in self.accounts if one.user_name == user_name)

    def named(self, name: str) -> Body:
        """Give a body by its name."""
        return next(body for body in self.bodies.values() if body.name == name)


#: Sides by kind of unit; a heading, which only gathers others, has none.
Sides = Mapping[str | None, Sequence[str]]


@dataclass(slots=True)
class _Node:
    path: tuple[str, ...]
    name: str
    kind: str | None
    parent: _Node | None
    children: list[_Node] = field(default_factory=list)
    posts: list[_Post] = field(default_factory=list)
    id: int = 0


@dataclass(slots=True)
class _Post:
    """Somebody at a place: his post and the slots that go with it."""

    title: str
    slots: tuple[str, ...]


def load(platform: Platform, folder: Path, draw: random.Random, *, whole: bool) -> Organisation:
    """Make units, people and slots.

    Args:
        whole: everybody; else only leaders and some bodies with people, for small sizes.
    """
    reader = YAML(typ="safe")
    plan = reader.load((folder / "organisation.yaml").read_text(encoding="utf-8"))
    tree = reader.load((folder / "org_tree.yaml").read_text(encoding="utf-8"))
    names = NameMaker(reader.load((folder / "people.yaml").read_text(encoding="utf-8")), draw)
    root = _node(tree, None, ())
    sides = {None if kind == "none" else kind: sides for kind, sides in plan["sides"].items()}
    ids = units.import_tree(platform, SYSTEM, _unit_node(tree), sides_by_kind=sides)
    nodes = list(_walk(root))
    for node in nodes:
        node.id = ids[node.path]
    chosen = nodes if whole else _few(root, plan)
    _fill_posts(chosen, plan, draw, spare=whole)
    people, accounts = _make_people(platform, nodes, plan, names, sides)
    slots = _fill_slots(platform, nodes, people, sides)
    administrator = _administrator(platform, plan, accounts)
    bodies = {
        node.id: Body(
            node.id, node.name, node.kind, _above(node, sides),
            tuple(child.id for child in _below(node, sides)),
            {slot: tuple(found) for slot, found in slots[node.id].items()},
        )
        for node in nodes
    }  # fmt: skip
    return Organisation(root.id, bodies, _in_order(accounts, plan), administrator)


def _node(data: Mapping[str, Any], parent: _Node | None, above: tuple[str, ...]) -> _Node:
    path = (*above, data["name"])
    if parent is not None:
        while any(sibling.path == path for sibling in parent.children):
            path = (*path[:-1], path[-1] + "'")
    node = _Node(path, data["name"], data.get("kind"), parent)
    for child in data.get("children", ()):
        node.children.append(_node(child, node, path))
    return node


def _unit_node(data: Mapping[str, Any]) -> UnitNode:
    children = tuple(_unit_node(child) for child in data.get("children", ()))
    return UnitNode(data["name"], data.get("kind"), "", children)


def _walk(node: _Node) -> Iterator[_Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _few(root: _Node, plan: Mapping[str, Any]) -> list[_Node]:
    """Give the root, and the bodies of the printed accounts with what is below them."""
    wanted = {account["unit"] for account in plan["accounts"]} | set(plan["tiny"])
    found = [node for node in _walk(root) if node.name in wanted and node is not root]
    return [root, *(below for node in found for below in _walk(node))]


# --- Posts ------------------------------------------------------------------------------------------


def _fill_posts(nodes: Sequence[_Node], plan: Mapping[str, Any], draw: random.Random, *, spare: bool) -> None:
    for node in nodes:
        for post in plan["posts"].get(node.kind or "none", ()):
            number = post["number"]
            count = draw.randint(*number) if isinstance(number, list) else number
            node.posts.extend(_Post(post["post"], tuple(post["slots"])) for _ in range(count))
    if spare:
        post = plan["spare_post"]
        places = [node for node in nodes if node.kind == post["kind"]]
        missing = plan["people"] - 1 - sum(len(node.posts) for node in nodes)
        for number in range(max(0, missing)):
            node = places[number % len(places)]
            node.posts.append(_Post(post["post"], tuple(post["slots"])))


def _below(node: _Node, sides: Sides) -> Iterator[_Node]:
    """Give the bodies directly below, looking through nodes that only gather others."""
    for child in node.children:
        if sides.get(child.kind):
            yield child
        else:
            yield from _below(child, sides)


def _above(node: _Node, sides: Sides) -> int | None:
    """Give the body directly above, looking through nodes that only gather others."""
    above = node.parent
    while above is not None and not sides.get(above.kind):
        above = above.parent
    return above.id if above is not None else None


# --- People -----------------------------------------------------------------------------------------


def _make_people(
    platform: Platform, nodes: Sequence[_Node], plan: Mapping[str, Any], names: NameMaker, sides: Sides
) -> tuple[dict[int, list[int]], dict[str, DemoAccount]]:
    """Make an account for each post; give ids by unit, in the order of the posts, and printed ones."""
    wanted = {(one["unit"], one["post"]): one for one in plan["accounts"]}
    password_hash = hash_password(PASSWORD)  # one for all: hashing three thousand takes minutes
    taken: set[str] = {one["user_name"] for one in plan["accounts"]}
    fresh: list[NewUser] = []
    owners: list[int] = []
    accounts: dict[str, DemoAccount] = {}
    for node in nodes:
        for post in node.posts:
            name = names.make()
            account = wanted.pop((node.name, post.title), None)
            user_name = account["user_name"] if account else _free(name.user_name, taken)
            if account:
                about = account["about"][ABOUT_LANGUAGE]
                accounts[user_name] = DemoAccount(user_name, name.whole, PASSWORD, about)
            fresh.append(
                NewUser(
                    user_name,
                    name.whole,
                    password_hash=password_hash,
                    posts=_belonging(post, node, sides),
                    email=f"{user_name}@{plan['email_domain']}",
                )
            )
            owners.append(node.id)
    by_unit: dict[int, list[int]] = defaultdict(list)
    ids = users.create_users(platform, SYSTEM, fresh)
    for unit_id, one, user_id in zip(owners, fresh, ids, strict=True):
        by_unit[unit_id].append(user_id)
        if one.user_name in accounts:
            accounts[one.user_name] = replace(accounts[one.user_name], id=user_id)
    return by_unit, accounts


def _belonging(post: _Post, node: _Node, sides: Sides) -> tuple[Post, ...]:
    """Give where somebody works, by the slot of his post on the side that says so."""
    slots = [slot for side, _, slot in (one.partition(".") for one in post.slots) if side == BELONGING]
    if not slots or BELONGING not in sides.get(node.kind, ()):
        return ()
    return (Post(node.id, BELONGING, slots[0], post.title),)


def _free(user_name: str, taken: set[str]) -> str:
    free, number = user_name, 1
    while free in taken:
        number += 1
        free = f"{user_name}{number}"
    taken.add(free)
    return free


def _fill_slots(
    platform: Platform,
    nodes: Sequence[_Node],
    people: Mapping[int, Sequence[int]],
    sides: Sides,
) -> Mapping[int, Mapping[str, Sequence[int]]]:
    slots: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    titled: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for node in nodes:
        for post, user_id in zip(node.posts, people.get(node.id, ()), strict=True):
            for slot in post.slots:
                if slot.partition(".")[0] in sides.get(node.kind, ()):
                    slots[node.id][slot].append(user_id)
                    titled[node.id, slot, post.title].append(user_id)
    units.fill_slots(
        platform,
        SYSTEM,
        [
            SlotFilling(unit_id, *slot.split("."), tuple(user_ids), title)
            for (unit_id, slot, title), user_ids in titled.items()
        ],
    )
    return slots


def _administrator(platform: Platform, plan: Mapping[str, Any], accounts: dict[str, DemoAccount]) -> Actor:
    own = plan["administrator"]
    email = f"{own['user_name']}@{plan['email_domain']}"
    user_id = users.create_user(
        platform, SYSTEM, NewUser(own["user_name"], own["name"], password=PASSWORD, email=email)
    )
    groups.add_to_group(platform, SYSTEM, own["group"], (user_id,))
    about = next(one for one in plan["accounts"] if one["user_name"] == own["user_name"])["about"]
    accounts[own["user_name"]] = DemoAccount(own["user_name"], own["name"], PASSWORD, about[ABOUT_LANGUAGE])
    return Actor(user_id)


def _in_order(accounts: Mapping[str, DemoAccount], plan: Mapping[str, Any]) -> tuple[DemoAccount, ...]:
    return tuple(accounts[one["user_name"]] for one in plan["accounts"] if one["user_name"] in accounts)
