"""What is wrong with the calls of an expression: their arguments, and the names written out in them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from luongviec.engine.checker.codes import did_you_mean
from luongviec.engine.checker.families import KIND_WORDS, family
from luongviec.engine.checker.findings import Finding, FindingKind
from luongviec.engine.deciding.columns import NotationError, PeopleNames, SideNames
from luongviec.engine.expressions import syntax
from luongviec.engine.expressions.functions import FUNCTIONS, NARROWING, UNITS_OF_TIME, Kind, Signature
from luongviec.engine.expressions.types import (
    DATETIME,
    Environment,
    Type,
    ValueKind,
    record_type,
    status_codes,
    type_of_kind,
)
from luongviec.engine.model import FieldType, Module, Workspace
from luongviec.engine.people_notation import parse_people
from luongviec.engine.text import Text

_ARGUMENT_FAMILIES: Mapping[Kind, str] = {
    Kind.NUMBER: "number",
    Kind.DATE: "moment",
    Kind.DATETIME: "moment",
    Kind.MOMENT: "moment",
    Kind.DURATION: "duration",
    Kind.BOOLEAN: "boolean",
    Kind.PERSON: "person",
    Kind.UNIT: "unit",
}


class CallChecks(ABC):
    """The part of a walk over an expression that looks at calls; `type_of` types any node."""

    def __init__(self, source: str, environment: Environment) -> None:
        self.source = source
        self.environment = environment
        self.findings: list[Finding] = []

    # --- Saying what is wrong ---

    def find(self, kind: FindingKind, vi: str, en: str, hint: Text | None, word: str = "") -> None:
        message = Text(vi, en)
        finding = Finding(kind, message, hint or Text("", ""), max(0, self.source.find(word)) if word else 0)
        if finding not in self.findings:
            self.findings.append(finding)

    @abstractmethod
    def type_of(self, node: syntax.Node) -> Type:
        """Give the type of a node and note what is wrong in it."""

    def code(self, code: str, known: Iterable[str]) -> None:
        options = tuple(known)
        if options and code not in options:
            self.find(
                FindingKind.CODE,
                f"Không có mã “{code}”, nên so sánh này không bao giờ đúng.",
                f"There is no code '{code}', so this never matches.",
                did_you_mean(code, options),
                code,
            )

    def call(self, node: syntax.Call) -> Type:
        signature = FUNCTIONS[node.function]
        types = self.arguments(node, signature, node.arguments)
        subject = self.module_of_call(node)
        if signature.narrows or node.function in ("sum", "latest", "count"):
            return self.related_call(node, signature, subject)
        self.keywords(node.function, signature, node.keywords)
        self.literals(node, signature, subject)
        if node.function == "add_workdays" and types:
            return types[0] if types[0].kind in (ValueKind.DATE, ValueKind.DATETIME) else DATETIME
        if node.function in ("start_of", "end_of"):
            return DATETIME
        return type_of_kind(signature.result)

    def arguments(
        self, node: syntax.Call | syntax.Filter, signature: Signature, given: tuple[syntax.Node, ...]
    ) -> list[Type]:
        types = [self.type_of(one) for one in given]
        name = signature.name
        shift = 1 if isinstance(node, syntax.Filter) else 0
        named = {p.name for p in signature.parameters} & set(node.keywords)
        least, most = signature.least - shift - len(named), len(signature.parameters) - shift
        if not least <= len(given) <= most:
            wanted = ", ".join(parameter.name for parameter in signature.parameters[shift:])
            self.find(
                FindingKind.CALL,
                f"{name} nhận {most} đối số ({wanted}), ở đây có {len(given)}.",
                f"{name} takes {most} arguments ({wanted}), here are {len(given)}.",
                None,
                name,
            )
        for parameter, type_ in zip(signature.parameters[shift:], types, strict=False):
            self.argument(name, parameter.name, parameter.kind, type_)
        return types

    def argument(self, function: str, name: str, kind: Kind, given: Type) -> None:
        wanted = _ARGUMENT_FAMILIES.get(kind)
        found = family(given)
        if wanted is None or found is None or given.role or wanted == found:
            return
        self.find(
            FindingKind.TYPE,
            f"{function}: “{name}” phải là {KIND_WORDS[wanted]}, không phải {KIND_WORDS[found]}.",
            f"{function}: '{name}' must be a {wanted}, not a {found}.",
            None,
            function,
        )

    def keywords(self, name: str, signature: Signature, given: Mapping[str, syntax.Node]) -> None:
        known = [parameter.name for parameter in signature.parameters]
        for keyword, value in given.items():
            self.type_of(value)
            if keyword not in known:
                self.find(
                    FindingKind.CALL,
                    f"{name} không có đối số “{keyword}”.",
                    f"{name} has no argument '{keyword}'.",
                    did_you_mean(keyword, known),
                    keyword,
                )

    def module_of_call(self, node: syntax.Call) -> Module | None:
        """The module whose relations, roles and fields a call names: `of=` turns to the owner."""
        of = node.keywords.get("of")
        if of is None:
            return self.environment.module
        type_ = self.type_of(of)
        if type_.kind is ValueKind.RECORD and len(type_.modules) == 1:
            return self.environment.workspace.modules.get(type_.modules[0])
        return None

    def literals(self, node: syntax.Call, signature: Signature, module: Module | None) -> None:
        """Check the arguments that must be written out as texts."""
        for parameter, given in zip(signature.parameters, node.arguments, strict=False):
            if parameter.kind is Kind.PEOPLE_NOTATION and module is not None:
                self.notation(node.function, parameter.name, given, module)
            known = self.known_for(parameter.kind, module)
            if known is None:
                continue
            text = self.literal_text(node.function, parameter.name, given)
            if text is not None and text not in known:
                self.find(
                    FindingKind.ROLE,
                    f"{node.function}: không có “{text}”.",
                    f"{node.function}: there is no '{text}'.",
                    did_you_mean(text, known),
                    text,
                )

    def notation(self, function: str, name: str, given: syntax.Node, module: Module) -> None:
        """Check people notation that is written into a call."""
        text = self.literal_text(function, name, given)
        if text is None:
            return
        try:
            parse_people(text, _names_of(self.environment.workspace, module))
        except NotationError as error:
            vi, en = error.message.vi, error.message.en or error.message.vi
            hint = did_you_mean(error.word, error.known) if error.word else None
            self.find(
                FindingKind.ROLE, f"{function}: “{text}”: {vi}", f"{function}: '{text}': {en}", hint, text
            )

    def known_for(self, kind: Kind, module: Module | None) -> tuple[str, ...] | None:
        """Give the texts that an argument may be; None if it need not be written out."""
        if kind is Kind.UNIT_OF_TIME:
            return UNITS_OF_TIME
        if module is None:
            return None
        match kind:
            case Kind.RELATION:
                return tuple(module.relations)
            case Kind.ROLE:
                return (*module.roles, *_derived(module))
            case Kind.STATUS:
                return status_codes(self.environment.workspace, (module.code,))
            case Kind.FIELD:
                return (*module.fields, *module.roles)
            case Kind.FILES_FIELD:
                return tuple(code for code, one in module.fields.items() if one.type == "files")
            case _:
                return None

    def literal_text(self, function: str, name: str, given: syntax.Node) -> str | None:
        if isinstance(given, syntax.Literal) and isinstance(given.value, str):
            return given.value
        self.find(
            FindingKind.CALL,
            f"{function}: “{name}” phải viết thẳng ra, ví dụ '…'.",
            f"{function}: '{name}' must be written out as a text.",
            None,
            function,
        )
        return None

    def related_call(self, node: syntax.Call, signature: Signature, module: Module | None) -> Type:
        self.literals(replace(node, arguments=node.arguments[:1]), signature, module)
        first = node.arguments[0] if node.arguments else None
        relation = None
        if module is not None and isinstance(first, syntax.Literal):
            relation = module.relations.get(str(first.value))
        target = self.environment.workspace.modules.get(relation.target) if relation is not None else None
        self.narrowing(node, target)
        if node.function == "sum" and target is not None and len(node.arguments) > 1:
            self.summed(node, target)
        if node.function == "latest":
            return record_type(target.code) if target is not None else type_of_kind(Kind.RECORD)
        return type_of_kind(signature.result)

    def summed(self, node: syntax.Call, target: Module) -> None:
        name = self.literal_text(node.function, "field", node.arguments[1])
        numbers = [c for c, one in target.fields.items() if one.type in ("number", "duration")]
        if name is not None and name not in numbers:
            self.find(
                FindingKind.ROLE,
                f"sum: “{name}” không phải trường số của {target.code}.",
                f"sum: '{name}' is no number field of {target.code}.",
                did_you_mean(name, numbers),
                name,
            )

    def narrowing(self, node: syntax.Call, target: Module | None) -> None:
        workspace = self.environment.workspace
        for keyword, value in node.keywords.items():
            type_ = self.type_of(value)
            literal = value.value if isinstance(value, syntax.Literal) else None
            if keyword == "status" and target is not None and isinstance(literal, str):
                self.code(literal, status_codes(workspace, (target.code,)))
            elif keyword == "category" and isinstance(literal, str):
                self.code(literal, workspace.categories)
            elif keyword == "open" and family(type_) not in (None, "boolean"):
                self.mismatch_of(node.function, "open")
            elif keyword not in NARROWING and target is not None:
                known = (*target.fields, *target.roles)
                if keyword not in known:
                    self.find(
                        FindingKind.CALL,
                        f"{node.function}: {target.code} không có “{keyword}”.",
                        f"{node.function}: {target.code} has no '{keyword}'.",
                        did_you_mean(keyword, (*NARROWING, *known)),
                        keyword,
                    )

    def mismatch_of(self, function: str, keyword: str) -> None:
        self.find(
            FindingKind.TYPE,
            f"{function}: “{keyword}” phải là đúng/sai.",
            f"{function}: '{keyword}' must be true or false.",
            None,
            keyword,
        )


def _names_of(workspace: Workspace, module: Module) -> PeopleNames:
    """Give the names that people notation of a module may use."""
    sides = {
        code: SideNames(
            frozenset(side.slots), frozenset(a for slot in side.slots.values() for a in slot.abilities)
        )
        for code, side in workspace.sides.items()
    }
    return PeopleNames(
        roles=frozenset(module.roles),
        unit_sides={code: sides[role.side] for code, role in module.roles.items() if role.side in sides},
        derived={prefix: frozenset(derived.roles) for prefix, derived in module.derived_roles.items()},
        groups=frozenset(workspace.user_groups),
        sides=sides,
        user_fields=frozenset(code for code, one in module.fields.items() if one.type == FieldType.USER),
        abilities=frozenset(ability for side in sides.values() for ability in side.abilities),
    )


def _derived(module: Module) -> Iterator[str]:
    for prefix, derived in module.derived_roles.items():
        for role in derived.roles:
            yield f"{prefix}.{role}"
