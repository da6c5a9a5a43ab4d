"""The register of problem codes: one entry for each thing that can be wrong in a definition.

The compiler owns the codes of reading (E11x), the checker those of meaning. Both speak through
`problem(code, place, **parameters)`, so that a code, its words and its line in the documentation
stay in one place. A code never changes its meaning; a retired one is not used again.

Placeholders in `message` and `hint` are filled by the parameters; `hint` may be replaced or
lengthened by the caller's `hint=` where a near name exists ("did you mean").
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from luongviec.engine.sources.problems import Place, Problem
from luongviec.engine.text import Text


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """What a code stands for: a title for the documentation, a message and a hint with places."""

    code: str
    title: Text
    message: Text
    hint: Text


#: Filled by `register`; the checker's rule modules add their own codes beside their rules.
CODES: dict[str, ProblemCode] = {}


def register(code: str, title: Text, message: Text, hint: Text) -> ProblemCode:
    """Add a code to the register.

    Raises:
        ValueError: the code exists already.
    """
    if code in CODES:
        raise ValueError(f"problem code {code} is registered twice")
    CODES[code] = ProblemCode(code, title, message, hint)
    return CODES[code]


def problem(code: str, place: Place, *, hint: Text | None = None, **parameters: object) -> Problem:
    """Make a problem of a registered code at a place.

    Args:
        code: a registered code.
        place: where to point.
        hint: used instead of the code's own hint, where something nearer can be said.
        parameters: values for the places in message and hint; a `Text` is put in by language.
    """
    entry = CODES[code]
    return Problem(place, code, filled(entry.message, parameters), filled(hint or entry.hint, parameters))


def filled(template: Text, parameters: Mapping[str, object]) -> Text:
    """Fill the places of a text, taking each language of parameters that are texts themselves."""

    def chosen(language: str) -> dict[str, object]:
        return {
            name: value.in_language(language) if isinstance(value, Text) else value
            for name, value in parameters.items()
        }

    return Text(
        template.vi.format_map(chosen("vi")),
        None if template.en is None else template.en.format_map(chosen("en")),
    )


def near_name(name: object, known: Iterable[str]) -> str | None:
    """Give the known name that somebody probably meant, or None."""
    if not isinstance(name, str):
        return None
    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def did_you_mean(name: object, known: Iterable[str]) -> Text | None:
    """Give the hint "did you mean …" for a near name; else list a few known ones; None if none."""
    names = sorted({str(one) for one in known})
    near = near_name(name, names)
    if near is not None:
        return _literal(Text(f"Có phải bạn định viết “{near}”?", f"Did you mean '{near}'?"))
    if not names:
        return None
    few = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return _literal(Text(f"Có thể dùng: {few}.", f"Known here: {few}."))


def _literal(text: Text) -> Text:
    """Keep braces in names from being read as places to fill."""
    return Text(
        text.vi.replace("{", "{{").replace("}", "}}"), (text.en or "").replace("{", "{{").replace("}", "}}")
    )


# --- Codes of reading and compiling ---------------------------------------------------------------

register(
    "E110",
    Text("Tệp YAML sai cú pháp", "The file is not valid YAML"),
    Text("Không đọc được YAML: {detail}.", "The YAML cannot be read: {detail}."),
    Text(
        "Sửa cú pháp tại chỗ này; các tệp khác vẫn được kiểm tra.",
        "Mend the syntax here; the other files are still checked.",
    ),
)
register(
    "E111",
    Text("Từ lạ trong định nghĩa", "Unknown key"),
    Text("“{name}” không phải là từ của {where}.", "'{name}' is not a word of {where}."),
    Text(
        "Xóa từ này hoặc xem các từ dùng được trong docs/language.md.",
        "Remove it, or see the words of this place in docs/language.md.",
    ),
)
register(
    "E112",
    Text("Giá trị sai dạng", "A value of the wrong shape"),
    Text("“{name}” {detail}.", "'{name}' {detail}."),
    Text("Viết lại giá trị theo dạng được nêu.", "Write the value in the shape named."),
)
register(
    "E113",
    Text("Thiếu từ bắt buộc", "A required key is missing"),
    Text("{where} thiếu “{name}”.", "{where} lacks '{name}'."),
    Text("Thêm “{name}”.", "Add '{name}'."),
)
register(
    "E114",
    Text("Trùng định nghĩa", "Two definitions of one kind and code"),
    Text(
        "{kind} “{name}” đã được định nghĩa ở {other}.", "The {kind} '{name}' is already defined at {other}."
    ),
    Text("Giữ một định nghĩa, hoặc đổi mã của một trong hai.", "Keep one of them, or give one another code."),
)
register(
    "E115",
    Text("Tên không tồn tại", "A name that does not exist"),
    Text("Không có {kind} “{name}”.", "There is no {kind} '{name}'."),
    Text("Sửa tên, hoặc thêm định nghĩa còn thiếu.", "Mend the name, or add what is missing."),
)
register(
    "E116",
    Text("Biểu thức sai cú pháp", "An expression that cannot be read"),
    Text("Biểu thức “{source}” sai: {detail}", "The expression '{source}' is wrong: {detail}"),
    Text(
        "Sửa biểu thức; chữ nguyên văn viết là \"'chữ'\".",
        "Mend the expression; a literal text is written \"'text'\".",
    ),
)
register(
    "E117",
    Text("Cách chỉ người sai", "People notation that cannot be read"),
    Text("“{source}” không chỉ được ai: {detail}", "'{source}' names nobody: {detail}"),
    Text(
        "Dùng vai trò, ĐƠN_VỊ.vị_trí, ĐƠN_VỊ:khả_năng, group:MÃ, everyone …",
        "Use a role, UNIT.slot, UNIT:ability, group:CODE, everyone …",
    ),
)
register(
    "E118",
    Text("Trùng khóa", "A key written twice"),
    Text("“{name}” đã có ở dòng {line}.", "'{name}' already stands at line {line}."),
    Text("Giữ một trong hai.", "Keep one of the two."),
)
register(
    "E119",
    Text("Tệp không dùng được", "A file that cannot be used"),
    Text("Không dùng được tệp: {detail}.", "The file cannot be used: {detail}."),
    Text("Sửa hoặc bỏ tệp này.", "Mend or remove this file."),
)
register(
    "E120",
    Text("Không nhận ra loại định nghĩa", "A definition of no known kind"),
    Text(
        "Từ đầu tiên “{name}” không phải là một loại định nghĩa.",
        "The first key '{name}' is not a kind of definition.",
    ),
    Text("Bắt đầu tệp bằng một trong: {kinds}.", "Begin the file with one of: {kinds}."),
)
register(
    "E121",
    Text("Mã không hợp lệ", "A code that cannot be used"),
    Text("“{name}” không thể là mã.", "'{name}' cannot be a code."),
    Text(
        "Mã gồm chữ thường không dấu, số và “_”, bắt đầu bằng chữ, không là on/off/yes/no/true/false/null.",
        "A code is lower-case letters, digits and '_', begins with a letter, and is none of"
        " on/off/yes/no/true/false/null.",
    ),
)
register(
    "E122",
    Text("Kế thừa sai", "A definition that cannot extend another"),
    Text(
        "{kind} “{name}” không kế thừa được “{other}”: {detail}.",
        "The {kind} '{name}' cannot extend '{other}': {detail}.",
    ),
    Text(
        "Chỉ kế thừa một bậc, từ định nghĩa cùng loại.",
        "Extend one level only, from a definition of the same kind.",
    ),
)
register(
    "E123",
    Text("Phụ thuộc định nghĩa lỗi", "Needs a definition that is broken"),
    Text(
        "Cần {kind} “{name}” nhưng định nghĩa đó còn lỗi.",
        "This needs the {kind} '{name}', which has problems itself.",
    ),
    Text("Sửa {kind} “{name}” trước ({other}).", "Mend the {kind} '{name}' first ({other})."),
)
register(
    "E124",
    Text("Hai thứ cùng tên", "Two things of one name"),
    Text("“{name}” dùng cho cả {first} và {second}.", "'{name}' names both {first} and {second}."),
    Text("Đổi tên một trong hai.", "Rename one of the two."),
)
register(
    "E125",
    Text("Sai mẫu chữ", "A template that cannot be read"),
    Text("Mẫu chữ sai: {detail}", "The template is wrong: {detail}"),
    Text("Sửa mẫu; giá trị viết trong {{{{ … }}}}.", "Mend the template; values stand in {{{{ … }}}}."),
)
register(
    "E126",
    Text("Thiếu định nghĩa đi kèm", "A definition without its companion"),
    Text("{kind} “{name}” thiếu {missing}.", "The {kind} '{name}' has no {missing}."),
    Text("Thêm {missing} cho “{name}”.", "Add a {missing} for '{name}'."),
)
register(
    "W119",
    Text("Thiếu bản tiếng Anh", "A text without English"),
    Text("“{name}” chưa có bản tiếng Anh.", "'{name}' has no English text."),
    Text("Thêm en: …", "Add en: …"),
)
