"""Compares answers with what the OpenAPI description promises."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse

#: Which described address a test's address is an instance of: its fixed words in order.
Path = tuple[str, ...]


FORMATS = FormatChecker(["date"])


@FORMATS.checks("date-time", raises=ValueError)
def is_moment(value: object) -> bool:
    """Whether a text is a moment in UTC, as the codec writes them."""
    return not isinstance(value, str) or (value.endswith("Z") and bool(datetime.fromisoformat(value)))


class Contract:
    """The description of one API, asked by method and address."""

    def __init__(self, description: dict[str, Any]) -> None:
        self.description = description

    def check(self, answer: TestResponse, method: str, path: str) -> Any:
        """Check an answer's status and body against the description and give the body."""
        operation = self.description["paths"][path][method.lower()]
        responses = operation["responses"]
        status = str(answer.status_code)
        described = responses.get(status)
        if described is None:
            assert answer.status_code >= 400, f"{method} {path} answers {status}, which is not described"
            described = self.description["components"]["responses"]["Problem"]
        content = described["content"]
        assert answer.mimetype in content, (answer.mimetype, answer.get_data(as_text=True)[:500])
        body = answer.get_json(force=True)
        errors = list(self.validator(content[answer.mimetype]["schema"]).iter_errors(body))
        assert not errors, [(list(error.absolute_path), error.message[:300]) for error in errors[:5]]
        return body

    def validator(self, schema: dict[str, Any]) -> Draft202012Validator:
        """Give a validator of a shape, with all named shapes at hand."""
        whole = {**schema, "components": self.description["components"]}
        return Draft202012Validator(whole, format_checker=FORMATS)

    def takes(self, method: str, path: str) -> Draft202012Validator:
        """Give the validator of what an address takes."""
        operation = self.description["paths"][path][method.lower()]
        return self.validator(operation["requestBody"]["content"]["application/json"]["schema"])
