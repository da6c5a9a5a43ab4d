"""A small workspace with every type of field, conditions, rows and a record made in place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from luongviec.engine.compiler import compile_workspace
from luongviec.engine.memory import MemoryWorld
from luongviec.engine.model import Workspace
from luongviec.engine.sources.reading import read_definition
from luongviec.engine.world import Actor

#: A Monday, 13:09 in Vietnam.
NOW = datetime(2026, 11, 23, 6, 9, tzinfo=UTC)

DEFINITIONS = {
    "side.yaml": """
side: office
format: 1
name: {vi: Cơ quan, en: Office}
abilities: {ask: {label: {vi: Được hỏi, en: May ask}}, answer: {label: {vi: Được trả lời, en: May answer}}}
slots:
  head: {label: {vi: Trưởng, en: Head}, abilities: [ask, answer]}
  staff: {label: {vi: Nhân viên, en: Staff}, abilities: [answer]}
""",
    "categories.yaml": """
categories:
  open: {name: {vi: Đang làm, en: Open}, tone: blue}
  done: {name: {vi: Xong, en: Done}, tone: green}
format: 1
""",
    "parameters.yaml": """
parameters:
  file_mb: {type: number, default: 2, label: {vi: MB mỗi tệp, en: MB per file}}
format: 1
""",
    "calendar.yaml": """
calendar: calendar
format: 1
name: {vi: Lịch, en: Calendar}
timezone: Asia/Ho_Chi_Minh
week: {mon: [["08:00", "17:00"]], tue: [["08:00", "17:00"]]}
""",
    "folder.yaml": """
module: folder
format: 1
name: {vi: Tập hồ sơ, en: Folder}
title: "{{ record.label }}"
home: unit
status_groups: [folder]
fields:
  label: {type: text, required: true, label: {vi: Nhãn, en: Label}}
  year: {type: number, min: 2000, max: 2100, label: {vi: Năm, en: Year}}
roles:
  unit: {of: unit, side: office, from: "mine:ask", needs: 1, label: {vi: Đơn vị, en: Unit}}
""",
    "folder_statuses.yaml": """
status_group: folder
format: 1
name: {vi: Tập, en: Folder}
module: folder
statuses: {kept: {name: {vi: Lưu, en: Kept}, category: open, initial: true}}
""",
    "folder_matrix.yaml": """
matrix: folder
format: 1
name: {vi: Quyền tập, en: Folder}
status_group: folder
units: {new: {unit.head: [create]}, "*": {unit.head: [view, edit]}}
groups: {new: {"everyone": [create]}, "*": {"everyone": [view]}}
""",
    "inquiry.yaml": """
module: inquiry
format: 1
name: {vi: Hỏi đáp, en: Inquiry}
title: "{{ record.subject }}"
home: unit
status_groups: [inquiry]
fields:
  subject: {type: text, required: true, max: 40, search: true, label: {vi: Tiêu đề, en: Subject}}
  code: {type: text, pattern: "[A-Z]{2}\\\\d+", label: {vi: Mã, en: Code}}
  body: {type: multiline, label: {vi: Nội dung, en: Body}}
  amount: {type: number, min: 1, max: 600, unit: phút, label: {vi: Lượng, en: Amount}}
  urgent: {type: boolean, label: {vi: Gấp, en: Urgent}}
  day: {type: date, min: today, label: {vi: Ngày, en: Day}}
  at: {type: datetime, label: {vi: Lúc, en: At}}
  length: {type: duration, label: {vi: Thời lượng, en: Length}}
  kind:
    type: choice
    default: "'plain'"
    label: {vi: Loại, en: Kind}
    options: {plain: {label: {vi: Thường, en: Plain}}, secret: {label: {vi: Mật, en: Secret}}}
  kinds:
    type: choice
    many: true
    label: {vi: Nhãn, en: Labels}
    options: {red: {label: {vi: Đỏ, en: Red}}, blue: {label: {vi: Xanh, en: Blue}}}
  friend: {type: user, label: {vi: Bạn, en: Friend}}
  friends: {type: user, many: true, label: {vi: Các bạn, en: Friends}}
  place: {type: unit, label: {vi: Nơi, en: Place}}
  folder: {type: record, of: folder, inline: true, label: {vi: Tập, en: Folder}}
  papers:
    {type: files, max_size: parameters.file_mb, max_total: 3, accept: [pdf, image/*],
     label: {vi: Tờ, en: Paper}}
  reason:
    type: multiline
    shown_when: "record.kind == 'secret'"
    required_when: "record.urgent"
    label: {vi: Vì sao mật, en: Why secret}
  note: {type: text, locked_when: "record.amount > 100", label: {vi: Ghi chú, en: Note}}
  total: {type: number, computed: "record.amount", label: {vi: Tổng, en: Total}}
roles:
  creator: {fill: actor, label: {vi: Người hỏi, en: Asker}}
  unit: {of: unit, side: office, from: "mine:ask", needs: 1, label: {vi: Đơn vị, en: Unit}}
  answerer: {from: "unit:answer", needs: 1, label: {vi: Người đáp, en: Answerer}}
  reader: {default: creator, label: {vi: Người đọc, en: Reader}}
actions:
  ask_more:
    label: {vi: Hỏi thêm, en: Ask more}
    input:
      - {name: question, type: text, required: true, label: {vi: Câu hỏi, en: Question}}
      - name: people
        type: rows
        required: true
        label: {vi: Hỏi ai, en: Whom}
        columns:
          - {role: answerer}
          - {name: until, type: date, required_when: "input.hurry", label: {vi: Hạn, en: Until}}
          - {name: hurry, type: boolean, label: {vi: Gấp, en: Hurry}}
    effects: [{set: {body: input.question}}]
  put_off:
    label: {vi: Lùi lại, en: Put off}
    input:
      - {name: weeks, type: number, required: true, default: 2, label: {vi: Số tuần, en: Weeks}}
      - {name: why, type: text, default: record.subject, label: {vi: Lý do, en: Why}}
      - {field: body, default: record.subject, shown_when: "input.weeks > 1"}
    effects: [{set: {body: input.body}}]
  close: {label: {vi: Đóng, en: Close}, effects: [{move: closed}]}
form:
  - {section: {vi: Chung, en: General}, fields: [unit, answerer, subject], columns: 2}
""",
    "inquiry_statuses.yaml": """
status_group: inquiry
format: 1
name: {vi: Hỏi đáp, en: Inquiry}
module: inquiry
statuses:
  asked: {name: {vi: Đã hỏi, en: Asked}, category: open, initial: true}
  closed: {name: {vi: Đã đóng, en: Closed}, category: done, final: true, requires: [reason, attachment]}
transitions: {asked: {creator: [closed]}}
""",
    "inquiry_matrix.yaml": """
matrix: inquiry
format: 1
name: {vi: Quyền hỏi đáp, en: Inquiry}
status_group: inquiry
participants: {asked: {creator: [view, edit, ask_more, put_off, close, change_status], answerer: [view]}}
units: {new: {unit.head: [create]}}
fields: {asked: {creator: {body: read}, answerer: {note: hidden}}}
""",
}


@pytest.fixture(scope="session")
def workspace() -> Workspace:
    """Compile the definitions once."""
    read = [read_definition(text, name) for name, text in DEFINITIONS.items()]
    problems = [problem for _, found in read for problem in found]
    compiled = compile_workspace([definition for definition, _ in read if definition is not None])
    errors = [str(one) for one in (*problems, *compiled.problems) if one.code.startswith("E")]
    assert not errors, "\n".join(errors)
    return compiled.workspace


@dataclass
class Office:
    """A world with one office: a head who asks, two of staff who answer, a stranger."""

    world: MemoryWorld
    unit: int
    other_unit: int
    head: int
    staff: int
    second: int
    stranger: int

    @property
    def asker(self) -> Actor:
        return Actor(self.head)

    def inquiry(self, **values: object) -> int:
        """Add an inquiry that the head asked of the staff."""
        return self.world.add_record(
            "inquiry",
            values={"subject": "Hỏi", "kind": "plain", **values},
            roles={"creator": self.head, "unit": self.unit, "answerer": self.staff},
        )


@pytest.fixture
def office(workspace: Workspace) -> Office:
    """Give a fresh world."""
    world = MemoryWorld(workspace, now=NOW)
    root = world.add_unit("Tỉnh")
    unit = world.add_unit("Sở Một", root)
    other = world.add_unit("Sở Hai", root)
    head, staff, second = (world.add_person(name) for name in ("Lê An", "Trần Bình", "Phạm Chi"))
    stranger = world.add_person("Đỗ Dũng")
    world.fill_slot(unit, "office", "head", head)
    world.fill_slot(unit, "office", "staff", staff)
    world.fill_slot(unit, "office", "staff", second)
    world.fill_slot(other, "office", "staff", stranger)
    return Office(world, unit, other, head, staff, second, stranger)
