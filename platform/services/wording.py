"""Words for what the engine names by codes."""

from __future__ import annotations

from luongviec.engine.model import Module, Relation, Workspace
from luongviec.engine.text import Text

EVERYONE = Text("Mọi người", "Everyone")
SYSTEM = Text("Hệ thống", "The system")
RELATION_VERBS = {
    "add": Text("Thêm", "Add"),
    "link": Text("Liên kết", "Link"),
    "unlink": Text("Bỏ liên kết", "Unlink"),
}
OWNER = Text("Người có quyền trên hồ sơ chủ", "Those with a right on the owner")


def column_text(workspace: Workspace, module: Module, column: str) -> Text:
    """Say a column of a matrix in words: a role, a slot in the unit of a role, a group."""
    if column == "everyone":
        return EVERYONE
    if column == "system":
        return SYSTEM
    if column.startswith("group:"):
        group = workspace.user_groups.get(column.removeprefix("group:"))
        return group.name if group is not None else Text(column, column)
    if column.startswith("owner:"):
        return OWNER
    if column in module.roles:
        return module.roles[column].label
    head, _, rest = column.partition(".")
    role = module.roles.get(head)
    if role is not None:
        side = workspace.sides.get(role.side or "")
        slot = side.slots.get(rest) if side is not None else None
        return _joined(slot.label, role.label) if slot is not None else role.label
    derived = module.derived_roles.get(head)
    if derived is not None:
        return _derived_text(workspace, module, derived.via, rest, derived.label)
    return Text(column, column)


def _derived_text(workspace: Workspace, module: Module, via: str, rest: str, label: Text) -> Text:
    """Say a role held in a related record: “người thực hiện (của nhiệm vụ con)”."""
    relation = module.relations.get(via)
    targets = (relation.target,) if relation is not None else module.owners if via == "owner" else ()
    for code in targets:
        target = workspace.modules.get(code)
        if target is not None and rest.partition(".")[0] in target.roles:
            return _joined(column_text(workspace, target, rest), label)
    return label


def _joined(first: Text, second: Text) -> Text:
    return Text(f"{first.vi} ({second.vi})", f"{first.in_language('en')} ({second.in_language('en')})")


def relation_verb(relation: Relation, word: str) -> Text:
    """Say what is done through a relation; `word` is `add`, `link` or `unlink`."""
    if word == "add" and relation.add_label is not None:
        return relation.add_label
    verb = RELATION_VERBS[word]
    return Text(f"{verb.vi}: {relation.label.vi}", f"{verb.en}: {relation.label.in_language('en')}")


def on_behalf(label: Text, name: str) -> Text:
    """Say that something is done in somebody's place: "Approve" → "Approve for NAME"."""
    return Text(f"{label.vi} thay {name}", f"{label.in_language('en')} for {name}")
