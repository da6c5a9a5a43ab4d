"""The smallest sound set of definitions, as texts that tests change."""

from __future__ import annotations

from luongviec.engine.sources.reading import Definition, read_definition

SIDE = """\
side: office
format: 1
name: {vi: Văn phòng, en: Office}
slots:
  head: {label: {vi: Trưởng, en: Head}}
"""
CATEGORIES = """\
categories:
  open: {name: {vi: Mở, en: Open}, tone: blue}
  done: {name: {vi: Xong, en: Done}, tone: green}
format: 1
"""
MODULE = """\
module: letter
format: 1
name: {vi: Thư, en: Letter}
title: "{{ record.subject }}"
home: unit
status_groups: [letter]
fields:
  subject: {type: text, required: true, label: {vi: Tiêu đề, en: Subject}}
roles:
  creator: {fill: actor, label: {vi: Người tạo, en: Creator}}
  unit: {of: unit, side: office, needs: 1, label: {vi: Đơn vị, en: Unit}}
actions:
  send: {label: {vi: Gửi, en: Send}, effects: [{move: sent}]}
"""
GROUP = """\
status_group: letter
format: 1
module: letter
name: {vi: Thư, en: Letter}
statuses:
  draft: {name: {vi: Nháp, en: Draft}, category: open, initial: true}
  sent: {name: {vi: Đã gửi, en: Sent}, category: done, final: true}
transitions:
  draft: {creator: [sent]}
"""
MATRIX = """\
matrix: letter
format: 1
status_group: letter
participants:
  "*": {creator: [view]}
  draft: {creator: [edit, send]}
units:
  new: {unit.head: [create]}
"""
FILES = {
    "sides/office.yaml": SIDE,
    "categories.yaml": CATEGORIES,
    "modules/letter.yaml": MODULE,
    "statuses/letter.yaml": GROUP,
    "permissions/letter.yaml": MATRIX,
}


def definitions(**changed: str) -> tuple[Definition, ...]:
    """Give the small set; `changed` replaces texts by their variable's name, or adds files."""
    texts = {file: changed.pop(file, text) for file, text in FILES.items()}
    texts |= changed
    found = [read_definition(text, file)[0] for file, text in texts.items()]
    return tuple(one for one in found if one is not None)
