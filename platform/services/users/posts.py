"""Posts: where people work, as what, in which order; what they are called everywhere follows from it.

A post is a holding on a side whose definition says `belonging`. The first of a person's posts is the
main one: its title and unit are the text that stands beside the name (`user_account.post`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from luongviec.engine.model import Workspace
from luongviec.engine.model.workspace import LOCAL_FUNCTIONS
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Work
from luongviec.services.records.access import has_function, reach
from luongviec.store.organisation import posts as rows
from luongviec.store.organisation.posts import PostRow as Post

__all__ = ["Post", "belonging_sides", "post_faults", "renew_post_texts", "set_posts"]

LONGEST_TITLE = 200
LONGEST_TEXT = 300
MOST_POSTS = 20


def belonging_sides(workspace: Workspace) -> tuple[str, ...]:
    """Give the sides that say where people work."""
    return tuple(side.code for side in workspace.sides.values() if side.belonging)


def set_posts(work: Work, wanted: Mapping[int, Sequence[Post]]) -> None:
    """Let people have exactly these posts, the main one first, and renew what they are called.

    The caller has checked them (`post_faults`) and says that the organisation changed.
    """
    sides = belonging_sides(work.workspace)
    rows.replace_posts(work.session, wanted, sides, work.now)
    rows.write_post_texts(work.session, _texts(work, wanted))


def renew_post_texts(work: Work, user_ids: Iterable[int] = (), *, unit_ids: Collection[int] = ()) -> None:
    """Make what people are called follow their posts again: after a slot or a unit's name changed.

    Args:
        user_ids: these people, whose posts changed: a form of theirs that is open is too old now.
        unit_ids: and everybody who works in these units.
    """
    user_ids = tuple(user_ids)
    rows.raise_versions(work.session, user_ids)
    sides = belonging_sides(work.workspace)
    people = set(user_ids) | (rows.people_working_in(work.session, unit_ids, sides) if unit_ids else set())
    rows.write_post_texts(work.session, _texts(work, rows.posts_of(work.session, people, sides)))


def post_text(workspace: Workspace, post: Post, unit_name: str) -> str:
    """Give what somebody in a post is called: the title, else the slot, and the unit."""
    side = workspace.sides.get(post.side)
    slot = side.slots.get(post.slot) if side else None
    title = post.title or (slot.label.vi if slot else "")
    return ", ".join(part for part in (title, unit_name) if part)[:LONGEST_TEXT]


def _texts(work: Work, posts: Mapping[int, Sequence[Post]]) -> Mapping[int, str]:
    main = {user_id: own[0] for user_id, own in posts.items() if own}
    names = rows.names_of_units(work.session, {post.unit_id for post in main.values()})
    return {
        user_id: post_text(work.workspace, main[user_id], names.get(main[user_id].unit_id, ""))
        if user_id in main
        else ""
        for user_id in posts
    }


def post_faults(
    work: Work, actor: Actor, posts: Sequence[Post], held: Sequence[Post] = ()
) -> Mapping[str, tuple[Text, ...]]:
    """Say what is wrong with the posts of one person: `0.unit`, `1.slot`, `1.title`, "" for all of them.

    A post that the person holds already may stay whatever became of its unit. A new one must be in a
    unit that the actor administers (U-29), that is in use and that carries the side.
    """
    faults: dict[str, tuple[Text, ...]] = {}
    if len(posts) > MOST_POSTS:
        return {"": (Text(f"Nhiều nhất {MOST_POSTS} vị trí.", f"At most {MOST_POSTS} posts."),)}
    there = {_place(post) for post in held}
    reached = reach(work, actor, "admin.users")
    seen: set[tuple[int, str, str]] = set()
    for index, post in enumerate(posts):
        if len(post.title) > LONGEST_TITLE or not (post.title.isprintable() or not post.title):
            faults[f"{index}.title"] = (
                Text("Chức danh không quá 200 ký tự.", "A title has at most 200 characters."),
            )
        if _place(post) in seen:
            faults[f"{index}.unit"] = (Text("Vị trí này đã có ở trên.", "This post stands above already."),)
        elif _place(post) not in there and (fault := _fault(work, actor, post, reached)):
            faults[f"{index}.{fault[0]}"] = (fault[1],)
        seen.add(_place(post))
    return faults


def _place(post: Post) -> tuple[int, str, str]:
    return (post.unit_id, post.side, post.slot)


def _fault(work: Work, actor: Actor, post: Post, reached: frozenset[int] | None) -> tuple[str, Text] | None:
    unit = work.world.organisation.units.get(post.unit_id)
    if unit is None or (reached is not None and unit.id not in reached):
        return "unit", Text("Hãy chọn một đơn vị mà bạn quản trị.", "Choose a unit that you administer.")
    if not all(work.world.organisation.units[above].active for above in unit.path):
        return "unit", Text(
            f"Đơn vị “{unit.name}” đã ngừng sử dụng.", f"The unit “{unit.name}” is switched off."
        )
    if work.workspace.is_heading(unit.kind):
        return "unit", Text(
            f"“{unit.name}” chỉ là nhóm đơn vị; hãy chọn một đơn vị bên dưới.",
            f"“{unit.name}” only gathers units; choose one below it.",
        )
    side = work.workspace.sides.get(post.side)
    slot = side.slots.get(post.slot) if side is not None and side.belonging else None
    if side is None or slot is None:
        return "slot", Text("Hãy chọn vai trò trong đơn vị.", "Choose the place in the unit.")
    if side.code not in work.world.organisation.sides_of.get(unit.id, ()):
        return "unit", Text(
            f"Đơn vị “{unit.name}” chưa có vai trò “{side.name.vi}”. Hãy thêm ở cây đơn vị.",
            f"The unit “{unit.name}” does not carry “{side.name.in_language('en')}”: add it in the tree.",
        )
    missing = sorted(one for one in slot.may - LOCAL_FUNCTIONS if not has_function(work, actor, one))
    if missing:
        return "slot", Text(
            f"Vai trò này kèm quyền {', '.join(missing)} mà bạn không có.",
            f"This place brings the function permission {', '.join(missing)}, which you do not hold.",
        )
    return None
