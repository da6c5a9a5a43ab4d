"""`luongviec user|unit import|export`: exit codes, a tree loaded by one command, loading it again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from luongviec.cli import main
from tests.services.house import ROOT, SHIPPED
from tests.services.workbooks import organisation, read_back

TREE = """\
name: Tỉnh Thử
kind: province
children:
  - name: Sở Một
    kind: department
    code: SM
    sides: [executing]
    children: [{name: Phòng A}, {name: Phòng A}]
  - {name: Sở Hai, kind: department}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("installation")


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    for name in list(os.environ):
        if name.startswith("LUONGVIEC_") or name in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LUONGVIEC_HOME", str(home / "var"))
    monkeypatch.setenv("LUONGVIEC_DEFINITIONS", str(SHIPPED))
    monkeypatch.setenv("LUONGVIEC_LANGUAGE", "en")

    def invoke(*arguments: object, given: str | None = None) -> Result:
        return CliRunner().invoke(main, [str(one) for one in arguments], input=given, catch_exceptions=False)

    if not (home / "var").exists():
        invoke("db", "upgrade")
        invoke("definitions", "load")
    return invoke


@pytest.mark.requirement("O-10", "O-11", "U-42")
def test_a_tree_is_loaded_by_one_command_and_loading_it_again_changes_nothing(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    tree = tmp_path / "tree.yaml"
    tree.write_text(TREE, encoding="utf-8")
    checked = run("unit", "import", tree, "--dry-run")
    assert (checked.exit_code, "Only checked" in checked.output) == (0, True)
    assert run("unit", "import", tree, given="n\n").exit_code == 1
    assert "Imported." in run("unit", "import", tree, given="y\n").output
    assert "Nothing to import" in run("unit", "import", tree, "--yes").output
    target = tmp_path / "units.xlsx"
    assert run("unit", "export", target).exit_code == 0
    rows = read_back(target.read_bytes())["Units"]
    assert [(row[0], row[1], row[2], row[4]) for row in rows[1:]] == [
        ("TT", "", "Tỉnh Thử", 1.0), ("SM", "TT", "Sở Một", 1.0), ("PA", "SM", "Phòng A", 1.0),
        ("PA2", "SM", "Phòng A", 2.0), ("SH", "TT", "Sở Hai", 2.0),
    ]  # fmt: skip
    assert run("unit", "import", target, "--yes").exit_code == 0
    tree.write_text(TREE.replace("Sở Hai, kind: department", "Sở Hai, kind: centre"), encoding="utf-8")
    assert "Imported." in run("unit", "import", tree, "--yes").output


@pytest.mark.requirement("O-10")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: [", "malformed at line"),
        ("- 1", "no node with a name"),
        ("children: []", "name is missing"),
        ("name: a\nchildern: []", "unknown words childern"),
        ("name: a\nchildren: {b: 1}", "children must be a list"),
    ],
)
def test_a_file_that_is_no_tree_is_told_with_its_place(
    run: Callable[..., Result], tmp_path: Path, text: str, words: str
) -> None:
    tree = tmp_path / "tree.yaml"
    tree.write_text(text, encoding="utf-8")
    answer = run("unit", "import", tree, "--yes")
    assert (answer.exit_code, words in answer.output.replace("\n", " ")) == (2, True), answer.output


@pytest.mark.requirement("U-42")
def test_people_are_imported_and_exported(run: Callable[..., Result], tmp_path: Path) -> None:
    target = tmp_path / "people.xlsx"
    target.write_bytes(organisation(people=[("lenh", "Người Lệnh", "", "", "", "")]).getvalue())
    assert "Print first-password sheets" in run("user", "import", target, "--yes").output
    assert run("user", "export", target).exit_code == 0
    assert [row[:2] for row in read_back(target.read_bytes())["People"][1:]] == [["lenh", "Người Lệnh"]]
    listed = tmp_path / "people.csv"
    assert run("user", "export", listed).exit_code == 0
    assert "lenh,Người Lệnh" in listed.read_text(encoding="utf-8-sig")
    assert run("user", "export", target, "--template").exit_code == 0
    assert "Instructions" in read_back(target.read_bytes())


@pytest.mark.requirement("U-42")
def test_exit_codes_tell_problems_from_files_that_cannot_be_read(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    target = tmp_path / "people.xlsx"
    target.write_bytes(organisation(people=[("x x", "", "", "", "", "")]).getvalue())
    answer = run("user", "import", target, "--yes")
    assert answer.exit_code == 1
    assert "people!A2" in answer.output
    target.write_bytes(b"no workbook")
    assert run("user", "import", target, "--yes").exit_code == 2


@pytest.mark.requirement("O-01", "O-10")
def test_the_demonstrations_province_is_loaded(run: Callable[..., Result]) -> None:
    answer = run("unit", "import", ROOT / "demo" / "org_tree.yaml", "--dry-run")
    assert answer.exit_code == 0
    assert "681" in answer.output
