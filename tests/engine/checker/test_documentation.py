"""The page of problems names every code, as its generator writes it."""

from __future__ import annotations

import runpy
from pathlib import Path

from luongviec.engine.checker.check import all_codes

DOCS = Path(__file__).parents[3] / "docs"


def test_the_page_of_problems_is_up_to_date():
    generator = runpy.run_path(str(DOCS / "generate_problems.py"))
    assert (DOCS / "problems.md").read_text(encoding="utf-8") == generator["problems_page"]()


def test_the_page_names_every_code():
    page = (DOCS / "problems.md").read_text(encoding="utf-8")
    assert [code for code in all_codes() if f"| {code} |" not in page] == []
