"""Prints: a record on paper, as one person may read it, as one HTML document that needs nothing else.

The body is the definition's template; every value in it is escaped. The document takes no script and
loads nothing, so it may be kept, sent and opened anywhere.
"""

from __future__ import annotations

from html import escape

from luongviec.engine.errors import NotFound
from luongviec.engine.expressions.scope import scope_for
from luongviec.engine.expressions.views import ScopedActor
from luongviec.engine.model import Print
from luongviec.engine.sight import Sight
from luongviec.engine.world import Actor, RecordState, World

MEDIA_TYPE = "text/html"
ENDING = ".html"
MAX_NAME = 150

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE = """\
@page { size: %s; margin: 20mm 15mm 20mm 30mm; }
* { box-sizing: border-box; }
body { font: 14pt/1.45 "Times New Roman", Tinos, "Liberation Serif", serif; color: #000; background: #fff;
       max-width: 180mm; margin: 0 auto; padding: 10mm 5mm; overflow-wrap: anywhere; }
h1 { font-size: 16pt; text-align: center; margin: 14pt 0 4pt; }
h2 { font-size: 14pt; text-align: center; margin: 0 0 14pt; }
h3 { font-size: 14pt; margin: 14pt 0 4pt; break-after: avoid; }
p { margin: 4pt 0; }
ol, ul { margin: 4pt 0; padding-left: 24pt; }
table { width: 100%%; border-collapse: collapse; margin: 6pt 0; }
th, td { border: 1px solid #000; padding: 3pt 6pt; text-align: left; vertical-align: top; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
table.plain th, table.plain td { border: 0; padding: 0 6pt; }
.centre { text-align: center; }
.small { font-size: 12pt; }
.whole { white-space: nowrap; }
.lines { white-space: pre-line; }
.rule { display: inline-block; border-bottom: 1px solid #000; }
.signature { height: 28mm; }
@media print { body { max-width: none; padding: 0; } }
"""


def render_print(world: World, actor: Actor, record: RecordState, found: Print, language: str = "vi") -> str:
    """Give a print of a record as a whole document, holding only what the actor may see.

    Raises:
        NotFound: the actor may not view the record.
        EvaluationError: the template met a value that does not fit, or grew out of bounds.
    """
    seen, body = print_body(world, actor, record, found, language)
    size = escape(found.paper.replace("_", " "))
    title = escape(f"{found.name.in_language(language)}: {seen.title}")
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_STYLE % size}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def print_body(
    world: World, actor: Actor, record: RecordState, found: Print, language: str = "vi"
) -> tuple[RecordState, str]:
    """Give the record as the actor sees it, and the body of a print of it.

    Raises:
        NotFound: the actor may not view the record.
        EvaluationError: the template met a value that does not fit, or grew out of bounds.
    """
    sight = Sight(world, actor)
    seen = sight.record(record.id)
    if seen is None:
        raise NotFound()
    scope = scope_for(sight, seen, actor=actor, viewer=actor.user_id, language=language)
    body = found.body.render(scope)
    if actor.acting_for is not None and actor.user_id is not None:
        maker = ScopedActor(scope.reading, actor.user_id, actor.acting_for)
        label = {"vi": "Người lập", "en": "Made by"}.get(language, "Người lập")
        body += f'\n<p class="small">{label}: {escape(str(maker))}</p>'
    return seen, body.strip()


def print_name(world: World, record: RecordState, found: Print, language: str = "vi") -> str:
    """Give the name of a print's file: what it is, and the record's number or title."""
    numbering = world.in_force(record).module.numbering
    number = record.values.get(numbering.field) if numbering is not None else None
    called = str(number).replace("/", "-").replace("\\", "-") if number else record.title
    name = " ".join(f"{found.name.in_language(language)} {called}".split())
    return name[:MAX_NAME].rstrip() + ENDING
